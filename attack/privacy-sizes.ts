/**
 * Sizes (protocol §1: ciphertexts of one size, hiding commitments). Three days of the same meters, one without any energy, one ordinary,
 * one with every slot at its largest value: their bundles must be of one length, file by file. Two things are set aside: a field element is
 * random, and one in ten has a digit less than the others; and prices are public, with as many digits as they have.
 */
import { DAY2, day2, entriesOfDay2, type Files, onItsChain, plan2 } from '../test/kit/attack/forged-bundle.ts';
import { bookDay } from '../test/kit/attack/forged-day.ts';
import type { BookedDay } from '../test/kit/audit/booked-day.ts';
import type { MeterDay } from '../test/kit/audit/readings.ts';
import type { Attack, Outcome } from './attack.ts';

const group = 'privacy: sizes';
const LARGEST_WH = 2 ** 20 - 1;

const everySlot =
  (wh: number) =>
  (d: MeterDay): MeterDay => ({ ...d, importWh: Array<number>(96).fill(wh), exportWh: Array<number>(96).fill(wh) });
const dayOf = (name: string, change: (d: MeterDay) => MeterDay): BookedDay =>
  bookDay(
    plan2(name, {
      entries: entriesOfDay2().map(({ copies, ...entry }) => ({
        ...entry,
        values: change(entry.values),
        ...(copies ? { copies: { ...copies, values: change(copies.values) } } : {}),
      })),
    }),
  );

const FIELD_DIGITS = 77;
/** Field elements and coordinates at one width. */
const levelled = (text: string): string => text.replace(/"\d{60,78}"/g, `"${'0'.repeat(FIELD_DIGITS)}"`);
const withoutPrices = (text: string): string => JSON.stringify({ ...(JSON.parse(text) as object), prices: null });

function sizes(files: Files): Map<string, number> {
  return new Map(
    [...files]
      .filter(([path]) => path.startsWith(`days/${DAY2}/`))
      .map(([path, text]) => [path.split('/')[2], levelled(path.endsWith('book.json') ? withoutPrices(text) : text).length]),
  );
}

/** What a book would be like that says its amounts. */
const inPlain = (day: BookedDay): number => JSON.stringify(day.bills.map(({ amountNel }) => String(amountNel))).length;

async function compared(): Promise<Outcome> {
  const days = [dayOf('all zero', everySlot(0)), day2(), dayOf('all maximum', everySlot(LARGEST_WH))];
  const [zero, ordinary, largest] = await Promise.all(days.map(async (day) => sizes(await onItsChain(day))));
  const names = [...ordinary.keys()].sort();
  const differing = names.filter((name) => new Set([zero, ordinary, largest].map((s) => s.get(name))).size > 1);
  const plain = days.map(inPlain);
  return {
    refusals:
      differing.length === 0
        ? ['one size for all']
        : differing.map((name) => `${name} differs: ${[zero, ordinary, largest].map((s) => s.get(name)).join(', ')}`),
    without: { succeeds: new Set(plain).size > 1, how: `amounts written out would take ${plain.join(', ')} bytes on the three days` },
    figures: [`bytes on each of the three days: ${names.map((name) => `${name} ${ordinary.get(name)}`).join(', ')}`],
  };
}

export const sizeAttacks: readonly Attack[] = [
  {
    name: 'bundle-sizes',
    group,
    by: 'neighbour',
    does: 'compares the bundles of an empty, an ordinary and a full day, byte length by file',
    refusedBy: ['one size for all'],
    run: compared,
  },
];
