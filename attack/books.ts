/**
 * Books: withheld, late, exchanged after they were anchored, corrected in ways that a correction may not (protocol §6 Corrections, §7 check
 * 3).
 */
import { bookHash, type ChainFile, encodeChainFile, encodeRoster, midMarket, rosterDigest } from '../src/protocol/index.ts';
import { Roster } from '../src/protocol/messages/generated/electra/meter/v1/types.ts';
import { stateKeys } from '../src/reader/light/index.ts';
import {
  contradicting,
  day2,
  entriesOfDay2,
  type Files,
  honest,
  measured,
  meterOf,
  onItsChain,
  overlay,
  path2,
  plan2,
} from '../test/kit/attack/forged-bundle.ts';
import { bookDay, type Entry, type Plan, proofsText } from '../test/kit/attack/forged-day.ts';
import type { BookedDay } from '../test/kit/audit/booked-day.ts';
import { TARIFF, TICK } from '../test/kit/audit/booked-day.ts';
import { withChain } from '../test/kit/audit/chain.ts';
import { FIRST_DAY } from '../test/kit/audit/readings.ts';
import type { Attack } from './attack.ts';
import { audit, auditAttack, seen } from './audit-attack.ts';

const group = 'books';
const NEXT = FIRST_DAY + 2;
export const LATE_S = 2_592_000;

/** The chain after day 3 froze, `afterS` seconds on, with no book of it. */
async function withNextDayFrozen(afterS: number): Promise<Files> {
  const frozenUnixS = (NEXT + 1) * 86_400 + 21_600;
  const encoded = encodeRoster({ day: NEXT, meters: [] });
  const value = Roster.encode(
    Roster.fromPartial({
      day: NEXT,
      late: false,
      digest: Buffer.from(rosterDigest(encoded), 'hex'),
      encoded,
      height: 9n,
      unixS: BigInt(frozenUnixS),
    }),
  ).finish();
  return withChain(await honest(), { extra: [{ key: stateKeys.roster(NEXT, false), value }], nowUnixS: frozenUnixS + afterS });
}

/** Another day 2, as true as the first: other masks and blindings only. */
const again = () => bookDay(plan2('day 2, drafted again'));

const OTHER_TOTALS = '06'.padStart(64, '0');
const otherTotals = (day: BookedDay): BookedDay => {
  const [anchor] = day.chain.anchors;
  return { ...day, chain: { ...day.chain, anchors: [{ ...anchor, totals: OTHER_TOTALS }] } };
};

// ── Corrections ──────────────────────────────────────────────────────────────

const late = (): Entry => ({ values: measured('missing'), source: 'metered' });
export const lateMeters = () => {
  const { C } = bookDay({ ...plan2('late'), entries: [late()] }).bills[0].line;
  return day2().roster.meters.map((m) => (m.meter === meterOf('missing') ? { ...m, commitment: C } : m));
};

/** Version 2 of day 2, after the late roster, on a chain that anchored both. */
export async function corrected(
  over: Partial<Plan>,
  options: { bookText?: (day: BookedDay) => string; proofs?: (day: BookedDay) => Promise<string> } = {},
): Promise<Files> {
  const first = day2();
  const day = bookDay({ ...plan2('correction', { entries: [late()], version: 2, roster: lateMeters() }), ...over }, first.book);
  const bookText = options.bookText?.(day) ?? day.bookText;
  const frozen = { frozenUnixS: first.chain.frozenUnixS + LATE_S + 3, frozenHeight: first.chain.frozenHeight + 500_000 };
  const chain: ChainFile = {
    ...first.chain,
    lateRoster: { digest: day.book.rosterDigest, ...frozen, meters: day.roster.meters },
    anchors: [
      ...first.chain.anchors,
      { version: 2, bookHash: bookHash(bookText), totals: null, height: frozen.frozenHeight + 10, unixS: frozen.frozenUnixS + 50 },
    ],
  };
  const files = await overlay(await honest(), first);
  files.set(path2('chain.json'), encodeChainFile(chain));
  files.set(path2('book.v2.json'), bookText);
  files.set(path2('proofs.v2.json'), await (options.proofs ?? proofsText)(day));
  return withChain(files);
}

/** The whole day again with the late statement in it: new totals, new prices, a Clearing of their own, called version 2. */
const reissued = () =>
  bookDay({
    ...plan2('totals re-issued'),
    entries: entriesOfDay2().map((e) => (e.values.meter === meterOf('missing') ? late() : e)),
    version: 2,
  });

async function reissuedTotals(): Promise<Files> {
  const day = reissued();
  return corrected({}, { bookText: () => day.bookText, proofs: () => proofsText(day) });
}

/** In how many slots two prices of one day differ: each tells what the late member did in that slot. */
function slotsTold(): number {
  const prices = midMarket({ ...reissued().totals, tariff: TARIFF, tick: TICK });
  return day2().book.prices.buyNelPerWh.filter(
    (p, i) => p !== prices.buyNelPerWh[i] || day2().book.prices.sellNelPerWh[i] !== prices.sellNelPerWh[i],
  ).length;
}

export const bookAttacks: readonly Attack[] = [
  auditAttack({
    name: 'book-withheld',
    group,
    by: 'operator',
    does: 'anchors no book of a frozen day, and ends the export the day before',
    refusedBy: ['3 range'],
    bundle: () => withNextDayFrozen(172_802),
    also: async () =>
      seen(
        'within 48 h',
        withNextDayFrozen(172_000).then((files) => audit(files)),
      ),
  }),
  auditAttack({
    name: 'book-anchored-late',
    group,
    by: 'operator',
    does: 'anchors a second after the 48 h',
    refusedBy: ['3 anchor'],
    bundle: () => onItsChain(bookDay(plan2('day 2, late', { anchoredAfterS: 172_801 }))),
    also: async () =>
      seen(
        'in time',
        honest().then((files) => audit(files)),
      ),
  }),
  auditAttack({
    name: 'book-exchanged-after-the-anchor',
    group,
    by: 'node',
    does: 'shows another true book than the one that was anchored',
    refusedBy: ['3 anchor'],
    bundle: async () => overlay(await honest(), again(), { only: ['book', 'proofs'] }),
  }),
  auditAttack({
    name: 'book-anchored-twice-in-the-export',
    group,
    by: 'node',
    does: "exports the second book's hash as the chain's version 1",
    refusedBy: ['2 state proofs'],
    bundle: () => contradicting(again(), { bookHash: day2().hash }),
  }),
  auditAttack({
    name: 'other-totals-anchored',
    group,
    by: 'operator',
    does: "anchors totals that are not the book's, so that the chain's word and the proven one differ",
    refusedBy: ['3 anchor'],
    bundle: async () => onItsChain(otherTotals(day2())),
  }),
  auditAttack({
    name: 'other-totals-in-the-export',
    group,
    by: 'node',
    does: "exports the book's totals as anchored, where the chain has others",
    refusedBy: ['2 state proofs'],
    bundle: () => contradicting(day2(), { totals: OTHER_TOTALS }),
  }),
  auditAttack({
    name: 'correction-at-other-prices',
    group,
    by: 'node',
    does: "corrects a bill at prices that are not version 1's",
    refusedBy: ['3 prices'],
    bundle: () =>
      corrected({
        name: 'correction at other prices',
        prices: (p) => ({ ...p, buyNelPerWh: p.buyNelPerWh.map((x, i) => (i === 48 ? 300_000 : x)) }),
      }),
    also: async () =>
      seen(
        "at version 1's prices",
        corrected({}).then((files) => audit(files)),
      ),
  }),
  auditAttack({
    name: 'correction-with-other-totals',
    group,
    by: 'node',
    does: 're-issues totals, prices and clearing as version 2',
    refusedBy: ['3 book'],
    bundle: reissuedTotals,
    also: async () => {
      const told = slotsTold();
      return { succeeds: told > 0, how: `the two books then differ in the prices of ${told} slots, and the difference is one member's` };
    },
  }),
  auditAttack({
    name: 'correction-of-a-signed-day',
    group,
    by: 'node',
    does: 'corrects a day that its meter had signed in time, to other readings',
    refusedBy: ['3 meters'],
    bundle: () =>
      corrected({
        name: 'correction of a signed day',
        entries: [{ source: 'substitute', values: { ...measured('producer'), exportWh: Array(96).fill(0) }, freshLink: false }],
        roster: day2().roster.meters,
      }),
  }),
];
