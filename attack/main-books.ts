/**
 * A dishonest exchange, and the books of a chain whose members are communities (docs/shared-rule.md). Everything that is not the forgery is
 * made honestly, proofs included, on a chain that says what the exchange says.
 */
import { edit } from '../test/kit/audit/bundles.ts';
import { DATES, type Files, filesOf, mainBundle, modulesOf, onMain, WEEK } from '../test/kit/main-audit/bundles.ts';
import type { SharedDayPlan } from '../test/kit/main-audit/days.ts';
import type { Attack } from './attack.ts';
import { type AuditAttack, auditAttack } from './audit-attack.ts';

const group = 'main chain';
const [first, second] = WEEK;
const [DAY1, DAY2, DAY3] = DATES;

const raised = (list: readonly number[], byNel: number, only?: number): number[] =>
  list.map((price, slot) => (only === undefined || only === slot ? price + byNel : price));

const forged = (plan: SharedDayPlan) => (): Promise<Files> => mainBundle([plan]);

/** The exchange leaves a dispute away, as if the statement had opened. */
async function disputeHidden(): Promise<Files> {
  const files = await mainBundle([{ ...second, disputed: [] }]);
  const honest = await mainBundle([second]);
  files.set(`days/${DAY2}/state.json`, honest.get(`days/${DAY2}/state.json`)!);
  for (const path of ['light.json', 'log.json', 'genesis.json', 'main.json']) files.set(path, honest.get(path)!);
  return files;
}

async function bookOfAVoidDay(): Promise<Files> {
  const files = await filesOf(WEEK.slice(0, 3));
  for (const name of ['book', 'proofs']) files.set(`days/${DAY3}/${name}.json`, files.get(`days/${DAY1}/${name}.json`)!);
  return onMain(files, modulesOf(WEEK.slice(0, 3)));
}

async function neverProven(): Promise<Files> {
  return onMain(await filesOf([first]), modulesOf([first]), { provenAt: () => null, nowUnixS: (first.day + 6) * 86_400 });
}

async function anotherPrice(): Promise<Files> {
  const files = await mainBundle([first]);
  edit(files, `days/${DAY1}/chain.json`, (chain) => {
    chain.tariff.retailNelPerWh[50] = '190000';
  });
  return files;
}

const rows: Omit<AuditAttack, 'group' | 'by'>[] = [
  {
    name: 'main-bill-raised',
    does: 'bills one community at prices a tick above the book, with an honest proof of that',
    refusedBy: ['5 bills'],
    bundle: forged({ ...first, billedAt: new Map([[1, (p) => ({ ...p, buyNelPerWh: raised(p.buyNelPerWh, 1000) })]]) }),
  },
  {
    name: 'main-price-moved',
    does: 'pays those who deliver one tick less in a slot, and bills everybody so',
    refusedBy: ['6 clearing'],
    bundle: forged({ ...first, prices: (p) => ({ ...p, sellNelPerWh: raised(p.sellNelPerWh, -1000, 50) }) }),
  },
  {
    name: 'main-present-called-absent',
    does: 'leaves a community out of the shared energy that it stated, so that others get more for theirs',
    refusedBy: ['3 meters'],
    bundle: forged({ ...second, leftOut: [3] }),
  },
  {
    name: 'main-dispute-hidden',
    does: 'bills a statement that the chain disputes',
    refusedBy: ['2 state proofs', '3 proven'],
    bundle: disputeHidden,
  },
  {
    name: 'main-another-tariff',
    does: 'shows another price of what is shared than the chain holds',
    refusedBy: ['2 state proofs', '3 tariff'],
    bundle: anotherPrice,
  },
  {
    name: 'main-anchored-late',
    does: 'anchors a book when everybody had seen how the week went',
    refusedBy: ['3 anchor'],
    bundle: forged({ ...first, anchoredAfterS: 172_801 }),
  },
  {
    name: 'main-never-proven',
    does: 'anchors a book and never shows the chain its proofs',
    refusedBy: ['3 proven'],
    bundle: neverProven,
  },
  {
    name: 'main-book-of-a-void-day',
    does: 'shows a book of a day on which one community alone had stated anything',
    refusedBy: ['14 void'],
    bundle: bookOfAVoidDay,
  },
];

export const mainBookAttacks: readonly Attack[] = rows.map((row) => auditAttack({ ...row, group, by: 'node' }));
