/**
 * Who is in the book: meters left out, doubled, invented, called silent or disputed (protocol §5 Roster, §6, §7 checks 2 and 3).
 *
 * Each book here is honest in everything else: its totals, prices, masks and proofs are those of the entries it has. So no proof can refuse
 * it; the roster must.
 */
import { randomBytes } from 'node:crypto';
import { accountText } from '../sdk/ts/src/index.ts';
import { compareAddresses, fieldSum, gridId, parseProofs } from '../src/protocol/index.ts';
import { CLEARING_INPUTS, clearingPublic, DAY_BILL_INPUTS, decodeVerificationKey, verifyBatch } from '../src/reader/verifier/index.ts';
import {
  contradicting,
  copyOfDay1,
  day2,
  entriesOfDay2,
  measured,
  meterOf,
  onItsChain,
  plan2,
  withEntry,
} from '../test/kit/attack/forged-bundle.ts';
import { bookDay, type Entry, proofsText } from '../test/kit/attack/forged-day.ts';
import type { BookedDay } from '../test/kit/audit/booked-day.ts';
import { TICK } from '../test/kit/audit/booked-day.ts';
import { nothing, signedCommitment } from '../test/kit/audit/days.ts';
import { CHAIN_ID, FIRST_DAY, type MeterDay } from '../test/kit/audit/readings.ts';
import { verificationKeys } from '../test/kit/development-keys.ts';
import type { Attack } from './attack.ts';
import { auditAttack } from './audit-attack.ts';

const group = 'who is in the book';
const DAY = FIRST_DAY + 1;
const honestRoster = () => day2().roster.meters;
const without = (role: Parameters<typeof meterOf>[0]): Entry[] => entriesOfDay2().filter(({ values }) => values.meter !== meterOf(role));

/** A meter that nobody enrolled, with a day that it "signed". */
function invented(): Entry {
  const meter = accountText(new Uint8Array(20).fill(255));
  const values: MeterDay = {
    ...nothing(measured('producer')),
    member: 'nobody',
    meter,
    importStartWh: 0n,
    exportStartWh: 0n,
    exportWh: Array(96).fill(2000),
  };
  return { values, source: 'metered' };
}

/**
 * Whether every proof of a day holds for the day's own numbers, by the batch verifier alone: what an auditor saw who reads a list and does
 * not mind its order.
 */
async function proofsHold(day: BookedDay): Promise<boolean> {
  const proofs = parseProofs(await proofsText(day));
  const random = (length: number) => new Uint8Array(randomBytes(length));
  const { book, rho } = day;
  const grid = gridId(CHAIN_ID);
  const bills = day.bills.map(({ publicInputs }, i) => ({
    id: String(i),
    proof: proofs.bills[i].proof,
    publicInputs: publicInputs(),
  }));
  const clearing = {
    id: 'clearing',
    proof: proofs.clearing!.proof,
    publicInputs: clearingPublic({
      X: book.X!,
      rho,
      sumS: fieldSum(day.bills.map(({ S }) => S)),
      gridId: grid,
      day: book.day,
      tick: TICK,
      ...book.prices,
      ...book.tariff,
    }),
  };
  const { 'day-bill': dayBill, clearing: clearingKey } = verificationKeys();
  return (
    (await verifyBatch(decodeVerificationKey(dayBill, DAY_BILL_INPUTS), bills, random)).ok &&
    (await verifyBatch(decodeVerificationKey(clearingKey, CLEARING_INPUTS), [clearing], random)).ok
  );
}

const omitted = () => bookDay(plan2('omitted', { entries: without('consumer') }));
const sorted = (entries: Entry[]): Entry[] => entries.sort((a, b) => compareAddresses(a.values.meter, b.values.meter));
const doubled = () =>
  bookDay(
    plan2('doubled', {
      entries: sorted([...entriesOfDay2(), entriesOfDay2().find(({ values }) => values.meter === meterOf('producer'))!]),
      roster: honestRoster(),
    }),
  );
/** The producer's own day replaced by a copy of the day before. */
const silenced = (over: Partial<Entry> = {}) => withEntry('producer', () => ({ ...copyOfDay1('producer'), ...over }));

export const rosterAttacks: readonly Attack[] = [
  auditAttack({
    name: 'meter-left-out-of-the-book',
    group,
    by: 'node',
    does: 'books the day without one meter; totals and prices follow',
    refusedBy: ['3 meters'],
    bundle: () => onItsChain(bookDay(plan2('omitted', { entries: without('consumer'), roster: honestRoster() }))),
  }),
  auditAttack({
    name: 'meter-left-out-of-the-roster',
    group,
    by: 'node',
    does: 'leaves a meter out of the exported roster too',
    refusedBy: ['2 state proofs'],
    bundle: () => contradicting(omitted(), { roster: honestRoster() }),
  }),
  auditAttack({
    name: 'meter-doubled',
    group,
    by: 'node',
    does: 'lists the producer twice, with two true proofs',
    refusedBy: ['3 book'],
    bundle: () => onItsChain(doubled()),
    also: async () => ({
      succeeds: await proofsHold(doubled()),
      how: 'every proof of the doubled book holds, the clearing of the doubled totals too',
    }),
  }),
  auditAttack({
    name: 'meter-invented',
    group,
    by: 'operator',
    does: 'books an invented producer on an invented roster',
    refusedBy: ['2 state proofs'],
    bundle: () =>
      contradicting(bookDay(plan2('invented', { entries: sorted([...entriesOfDay2(), invented()]) })), { roster: honestRoster() }),
  }),
  auditAttack({
    name: 'signed-day-called-missing',
    group,
    by: 'node',
    does: 'books a substitute for a day that was signed',
    refusedBy: ['3 meters'],
    bundle: () => onItsChain(bookDay(plan2('called missing', { entries: silenced(), roster: honestRoster() }))),
  }),
  auditAttack({
    name: 'signed-day-called-missing-on-the-roster',
    group,
    by: 'node',
    does: 'books a substitute, and exports a roster that agrees',
    refusedBy: ['2 state proofs'],
    bundle: () =>
      contradicting(bookDay(plan2('called missing by the roster', { entries: silenced({ rostered: null }) })), { roster: honestRoster() }),
  }),
  auditAttack({
    name: 'readings-other-than-signed',
    group,
    by: 'node',
    does: 'bills as metered what the meter did not sign',
    refusedBy: ['3 meters'],
    bundle: () =>
      onItsChain(
        bookDay(
          plan2('other readings', {
            entries: withEntry('producer', ({ values }) => ({
              source: 'metered',
              values: nothing(values),
              rostered: signedCommitment(values, DAY),
            })),
          }),
        ),
      ),
  }),
  auditAttack({
    name: 'substitute-called-metered',
    group,
    by: 'node',
    does: 'calls its own substitute metered',
    refusedBy: ['3 meters'],
    bundle: () =>
      onItsChain(
        bookDay(
          plan2('called metered', { entries: withEntry('missing', ({ values }) => ({ source: 'metered', values, rostered: null })) }),
        ),
      ),
  }),
  auditAttack({
    name: 'dispute-without-a-dispute',
    group,
    by: 'node',
    does: 'books its own numbers as disputed; the chain knows no dispute',
    refusedBy: ['3 meters'],
    bundle: () => onItsChain(bookDay(plan2('disputed', { entries: silenced({ source: 'disputed' }), roster: honestRoster() }))),
  }),
];
