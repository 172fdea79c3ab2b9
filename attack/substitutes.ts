/**
 * Substitutes that copy nothing, or something else than the book says (protocol §9.2, check 5s). The forger proves whatever is true of its
 * own values; the day that it names is one that the meter committed to, as the rule wants it, so that no other check has a word to say.
 */
import { type Copied, compareAddresses, ZERO_DAY } from '../src/protocol/index.ts';
import {
  DAY1,
  day2,
  type Files,
  honest,
  measured,
  meterOf,
  onItsChain,
  overlay,
  plan2,
  withEntry,
} from '../test/kit/attack/forged-bundle.ts';
import { bookDay, type Entry } from '../test/kit/attack/forged-day.ts';
import { closing } from '../test/kit/audit/booked-day.ts';
import { withChain } from '../test/kit/audit/chain.ts';
import { nothing, signedDay } from '../test/kit/audit/days.ts';
import { FIRST_DAY } from '../test/kit/audit/readings.ts';
import type { Attack } from './attack.ts';
import { auditAttack } from './audit-attack.ts';

const group = 'substitutes';

/** The day that an honest book names for the meter whose second day is missing. */
const named = (): Copied => day2().book.meters.find(({ meter }) => meter === meterOf('missing'))!.copied!;

/** Day 2 with the missing meter's substitute bent; the rest of the day follows from it honestly. */
const bent = (name: string, change: (entry: Entry) => Entry): (() => Promise<Files>) => {
  return () => onItsChain(bookDay(plan2(name, { entries: withEntry('missing', change) })));
};

/** Values of the forger's choice. What it can prove is that they are those of a commitment that it made itself. */
const invented = (entry: Entry): Entry => {
  const values = { ...entry.values, exportWh: Array<number>(96).fill(20_000) };
  return { ...entry, values, copies: signedDay({ ...measured('missing', 1), exportWh: values.exportWh }, FIRST_DAY), saidToCopy: named() };
};

/** The producer's first day, in place of the meter's own. */
const anothers = (entry: Entry): Entry => {
  const { importWh, exportWh } = measured('producer', 1);
  const copies = { ...signedDay({ ...measured('missing', 1), importWh, exportWh }, FIRST_DAY) };
  return { ...entry, values: { ...entry.values, importWh, exportWh }, copies, saidToCopy: named() };
};

/** What the meter measured on another day than the book names. */
const anotherDays = (entry: Entry): Entry => {
  const { importWh, exportWh } = measured('missing', 2);
  const copies = signedDay({ ...measured('missing', 2) }, FIRST_DAY + 1);
  return { ...entry, values: { ...entry.values, importWh, exportWh }, copies, saidToCopy: named() };
};

/** Nothing, where the meter has a day to copy. */
const nothingAtAll = (entry: Entry): Entry => {
  const zero = Array<number>(96).fill(0);
  return { ...entry, values: { ...entry.values, importWh: zero, exportWh: zero }, copies: undefined, saidToCopy: named() };
};

/** A meter that was silent on the first day too has nothing to copy; the book says so, and bills a day of the forger's choice. */
async function zeroDayWithValues(): Promise<Files> {
  const silent = nothing(measured('missing', 1));
  const roles = (['consumer', 'other', 'producer', 'missing'] as const).toSorted((a, b) => compareAddresses(meterOf(a), meterOf(b)));
  const entries = roles.map(
    (role): Entry => (role === 'missing' ? { source: 'substitute', values: silent } : { source: 'metered', values: measured(role, 1) }),
  );
  const first = bookDay({ name: 'silent on day 1', day: FIRST_DAY, entries });
  const end = closing(silent);
  const importWh = measured('missing', 1).importWh;
  const values = { ...silent, importStartWh: end.importWh, exportStartWh: end.exportWh, importWh };
  const second = bookDay(
    plan2('zero day with values', {
      entries: withEntry('missing', (entry) => ({
        ...entry,
        values,
        copies: signedDay(measured('missing', 1), FIRST_DAY),
        saidToCopy: ZERO_DAY,
      })),
    }),
  );
  return withChain(await overlay(await overlay(await honest(), first, { date: DAY1 }), second));
}

const attack = (name: string, does: string, change: (entry: Entry) => Entry): Attack =>
  auditAttack({ name, group, by: 'operator', does, refusedBy: ['5s substitutes'], bundle: bent(name, change) });

export const substituteAttacks: readonly Attack[] = [
  attack(
    'substitute-invented',
    'books a producer of its own invention for a silent meter, and names the day that should be copied',
    invented,
  ),
  attack('substitute-of-another-meter', "copies the producer's day for a silent meter, under the meter's own commitment", anothers),
  attack('substitute-of-another-day', 'copies another day of the meter than the book names', anotherDays),
  auditAttack({
    name: 'zero-day-with-values',
    group,
    by: 'operator',
    does: 'bills a silent meter that has no day to copy, and says that its day is zero',
    refusedBy: ['5s substitutes'],
    bundle: zeroDayWithValues,
  }),
  attack('substitute-of-nothing', 'books nothing for a silent meter that has a day to copy', nothingAtAll),
];
