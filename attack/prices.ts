/** What a day costs: tariff, rule, tick and corridor, prices off the rule, bills off the prices (protocol §2, §6, §7 checks 3, 5, 6). */
import type { Tariff } from '../src/protocol/index.ts';
import { contradicting, type Files, onItsChain, plan2 } from '../test/kit/attack/forged-bundle.ts';
import { bookDay, type Plan } from '../test/kit/attack/forged-day.ts';
import { TARIFF } from '../test/kit/audit/booked-day.ts';
import { edit, load } from '../test/kit/audit/bundles.ts';
import { withChain } from '../test/kit/audit/chain.ts';
import { FIRST_DAY } from '../test/kit/audit/readings.ts';
import { exported } from '../test/kit/audit/verdicts.ts';
import type { Attack } from './attack.ts';
import { audit, auditAttack, seen } from './audit-attack.ts';

const group = 'prices and tariff';
const dear: Tariff = { ...TARIFF, retailNelPerWh: TARIFF.retailNelPerWh.map((p, slot) => (slot >= 72 ? p + 20_000 : p)) };

/** A book under a tariff of its own, on a chain with the true one. */
const under = (name: string, tariff: Tariff, over: Partial<Plan> = {}): Promise<Files> => {
  const day = bookDay(plan2(name, { tariff, ...over }));
  return onItsChain({ ...day, chain: { ...day.chain, tariff: { ...TARIFF, fromDay: day.chain.tariff.fromDay } } });
};

const fine = () => onItsChain(bookDay(plan2('finer prices', { tick: 1 })));

/** The same book where the genesis allows prices of 1 nELECTRA/Wh. */
async function fineChain(): Promise<Files> {
  const files = await fine();
  edit(files, 'genesis.json', (genesis) => {
    genesis.app_state.meter.params.tick = '1';
  });
  return withChain(files);
}

export const priceAttacks: readonly Attack[] = [
  auditAttack({
    name: 'tariff-backdated',
    group,
    by: 'operator',
    does: 'exports a dearer tariff as in force since that morning; book and proofs follow',
    refusedBy: ['2 state proofs'],
    bundle: () =>
      contradicting(bookDay(plan2('backdated tariff', { tariff: dear, fromDay: FIRST_DAY + 1 })), { tariff: TARIFF, fromDay: FIRST_DAY }),
  }),
  auditAttack({
    name: 'tariff-of-its-own',
    group,
    by: 'node',
    does: "bills under a dearer tariff than the chain's",
    refusedBy: ['3 tariff'],
    bundle: () => under('own tariff', dear),
  }),
  auditAttack({
    name: 'fee-raised',
    group,
    by: 'node',
    does: "adds a nELECTRA to everybody's fee",
    refusedBy: ['3 tariff'],
    bundle: () => under('raised fee', { ...TARIFF, feePerDayNel: TARIFF.feePerDayNel + 1n }),
  }),
  auditAttack({
    name: 'rule-of-another-name',
    group,
    by: 'node',
    does: 'says that prices are of rule mid-market/2',
    refusedBy: ['3 tariff'],
    bundle: () => under('another rule', { ...TARIFF, rule: 'mid-market/2' }),
  }),
  auditAttack({
    name: 'tick-of-one',
    group,
    by: 'node',
    does: "publishes the rule's prices in steps of 1 nELECTRA/Wh",
    refusedBy: ['3 prices', '4 inputs'],
    bundle: fine,
    also: async () =>
      seen(
        'where genesis has tick 1',
        fineChain().then((files) => audit(files)),
      ),
  }),
  auditAttack({
    name: 'price-above-retail',
    group,
    by: 'node',
    does: 'bills a slot a tick above the retail price, with bills that prove it',
    refusedBy: ['3 prices', '6 clearing'],
    bundle: () =>
      onItsChain(
        bookDay(plan2('above retail', { prices: (p) => ({ ...p, buyNelPerWh: p.buyNelPerWh.map((x, i) => (i === 0 ? 301_000 : x)) }) })),
      ),
  }),
  auditAttack({
    name: 'price-off-the-rule',
    group,
    by: 'node',
    does: 'moves a price by a tick inside the corridor; every bill is true at it',
    refusedBy: ['6 clearing'],
    bundle: async () => withChain(exported('moved')),
  }),
  auditAttack({
    name: 'bill-raised-by-one',
    group,
    by: 'node',
    does: 'raises one bill by a nELECTRA, with a proof that is true at other prices',
    refusedBy: ['5 bills'],
    bundle: async () => withChain(exported('raised')),
  }),
];

export const linkAttacks: readonly Attack[] = [
  auditAttack({
    name: 'registers-jump-at-midnight',
    group: 'links',
    by: 'node',
    does: 'lets a metered day begin elsewhere than the day before ended; every proof true',
    refusedBy: ['7 links'],
    bundle: async () => withChain(exported('broken-link')),
  }),
  auditAttack({
    name: 'run-left-open-after-a-substitute',
    group: 'links',
    by: 'node',
    does: 'never closes the runs of a substitute and a dispute',
    refusedBy: ['7 runs'],
    bundle: async () => load('exceptions'),
    options: () => ({ nowUnixS: (FIRST_DAY + 2) * 86_400 + 3_888_001 }),
    also: async () => seen('within 45 days', audit(load('exceptions'))),
  }),
];
