import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDecimal } from './price.ts';
import { type ImportedSlot, type PriceRule, readPrices, runsOf, slotsOf } from './slots.ts';

const file = (name: string): string => readFileSync(new URL(`testdata/${name}`, import.meta.url), 'utf8');
const ct = (text: string) => parseDecimal(text, 'test');
const rule = (over: Partial<PriceRule> = {}): PriceRule => ({
  margin: ct('0'),
  fees: ct('0'),
  feedIn: null,
  feedInMargin: ct('0'),
  unit: null,
  tick: 1000,
  ...over,
});
const imported = (text: string, over: Partial<PriceRule> = {}, zone: string | null = null): ImportedSlot[] =>
  slotsOf(readPrices(text, zone), rule(over));
const slotAt = (iso: string): number => Date.parse(iso) / 900_000;
const brief = (slots: readonly ImportedSlot[]) => slots.map(({ slot, retailNelPerWh }) => [slot, retailNelPerWh]);

/** Midnight of 1 December 2026 in Berlin. */
const FIRST = slotAt('2026-11-30T23:00:00Z');
const HOUR = [0, 1, 2, 3];

describe('prices are read as they are exported', () => {
  test('by ENTSO-E, hours of Central European time, what is not published yet left out', () => {
    expect(brief(imported(file('entsoe.csv')))).toEqual([
      ...HOUR.map((i) => [FIRST + i, 84_000]),
      ...HOUR.map((i) => [FIRST + 4 + i, -4_000]),
    ]);
  });
  test('by ENTSO-E, quarter-hours of UTC, with other columns of prices beside them', () => {
    const text = file('entsoe-15-minutes.csv');
    expect(brief(imported(text))).toEqual([
      [FIRST + 4, 84_000],
      [FIRST + 5, 80_000],
    ]);
    expect(() => imported(text.replace('Day-ahead Price', 'Price'))).toThrow(/line 1: expected one column of prices, found ".*", ".*"/);
  });
  test('by SMARD: semicolons, decimal commas, a byte order mark and CRLF, in a zone that is named', () => {
    expect(brief(imported(file('smard.csv'), {}, 'Europe/Berlin'))).toEqual([
      [FIRST, 84_000],
      [FIRST + 1, 1_080_000],
      [FIRST + 2, 0],
    ]);
    expect(() => imported(file('smard.csv'))).toThrow(/line 2: "01\.12\.2026 00:00" names no time zone: --zone/);
  });
  test('by Energy-Charts, with two lines of heads, and as its interface answers', () => {
    const [csv, json] = [imported(file('energy-charts.csv')), imported(file('energy-charts.json'))];
    expect(brief(csv)).toEqual([
      [FIRST, 84_000],
      [FIRST + 1, 80_000],
    ]);
    expect(brief(json)).toEqual([
      [FIRST + 4, 84_000],
      [FIRST + 5, -4_000],
    ]);
  });
  test.each(['awattar.json', 'tibber.json'])('in the form of %s', (name) => {
    const first = name === 'tibber.json' ? FIRST : FIRST + 4;
    expect(brief(imported(file(name)))).toEqual([...HOUR.map((i) => [first + i, 84_000]), ...HOUR.map((i) => [first + 4 + i, -4_000])]);
  });
});

/** The rows of a local day as the clock on the wall shows them, in steps of a quarter of an hour. */
function localDay(date: string, zone: string, begin: string, end: string): string {
  const format = new Intl.DateTimeFormat('de-DE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  const rows = [];
  for (let at = Date.parse(begin); at < Date.parse(end); at += 900_000) {
    const time = format.format(at).slice(-5);
    rows.push(`${date} ${time};${rows.length},0`);
  }
  return `Beginn;Preis [EUR/MWh]\n${rows.join('\n')}\n`;
}

describe('days on which the clock changes', () => {
  test('the one of spring has 92 quarter-hours, none of them in the hour that is left out', () => {
    const slots = imported(localDay('29.03.2026', 'Europe/Berlin', '2026-03-28T23:00Z', '2026-03-29T22:00Z'), {}, 'Europe/Berlin');
    expect(slots.length).toBe(92);
    expect([slots[0].slot, slots[91].slot]).toEqual([slotAt('2026-03-28T23:00Z'), slotAt('2026-03-29T21:45Z')]);
    expect(() => imported('Beginn;Preis [EUR/MWh]\n29.03.2026 02:30;1\n', {}, 'Europe/Berlin')).toThrow(/line 2: .* does not exist/);
  });
  test('the one of autumn has 100, and the hour that comes twice is first that of summer', () => {
    const slots = imported(localDay('25.10.2026', 'Europe/Berlin', '2026-10-24T22:00Z', '2026-10-25T23:00Z'), {}, 'Europe/Berlin');
    expect(slots.length).toBe(100);
    expect([slots[0].slot, slots[99].slot]).toEqual([slotAt('2026-10-24T22:00Z'), slotAt('2026-10-25T22:45Z')]);
    expect(slots.map(({ slot }) => slot - slots[0].slot)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });
  test('rows may say which of the two they mean', () => {
    const rows = '26/10/2025 02:00:00 (CEST) - 26/10/2025 02:00:00 (CET);50\n26/10/2025 02:00:00 (CET) - 26/10/2025 03:00:00 (CET);60\n';
    expect(imported(`MTU (CET/CEST);Price (EUR/MWh)\n${rows}`)[4]).toMatchObject({
      slot: slotAt('2025-10-26T01:00Z'),
      retailNelPerWh: 60_000,
    });
  });
});

const hours = (...rows: string[]): string => `time;price in ct/kWh\n${rows.join('\n')}\n`;

describe('margin and fees', () => {
  const spot = hours('2026-12-01T00:00Z;7.05', '2026-12-01T01:00Z;-2.5');
  test('are added to what is taken, and what is fed in gets the day-ahead price less a margin', () => {
    const slots = imported(spot, { margin: ct('1,5'), fees: ct('17.25'), feedInMargin: ct('-0.3') });
    // 7.05 + 1.5 + 17.25 = 25.8 ct and 7.05 - 0.3 = 6.75, rounded to 0.2
    expect(slots[0]).toMatchObject({ retailNelPerWh: 258_000, feedInNelPerWh: 68_000 });
    expect(slots[4]).toMatchObject({ retailNelPerWh: 162_000, feedInNelPerWh: -28_000 });
  });
  test('rounding is told for each slot, of the price that it changes more', () => {
    expect(imported(spot, { margin: ct('1,5'), fees: ct('17.25'), feedInMargin: ct('-0.3') })[0].roundedByNelPerWh).toBe(500);
    expect(imported(spot, { margin: ct('0.15'), feedIn: ct('8') })[0].roundedByNelPerWh).toBe(0);
  });
  test('a fixed feed-in stands above retail where the day-ahead price is negative', () => {
    expect(imported(spot, { margin: ct('-1.5'), feedIn: ct('8.03') })[4]).toMatchObject({
      retailNelPerWh: -40_000,
      feedInNelPerWh: 80_000,
    });
  });
  test('are exact: every price is the multiple of two ticks nearest to the sum', () => {
    const cents = fc.integer({ min: -500_000, max: 500_000 });
    fc.assert(
      fc.property(cents, cents, cents, fc.constantFrom(1, 7, 1000), (price, margin, fees, tick) => {
        const text = (n: number) => `${n < 0 ? '-' : ''}${Math.floor(Math.abs(n) / 1000)}.${String(Math.abs(n) % 1000).padStart(3, '0')}`;
        const [slot] = imported(hours(`2026-12-01T00:00Z;${text(price)}`), { margin: ct(text(margin)), fees: ct(text(fees)), tick });
        const exact = (price + margin + fees) * 10; // nELECTRA per Wh: a thousandth of a cent per kWh is ten of them
        expect(slot.retailNelPerWh % (2 * tick)).toBe(slot.retailNelPerWh < 0 ? -0 : 0);
        expect(Math.abs(slot.retailNelPerWh - exact)).toBeLessThanOrEqual(tick);
        expect(slot.roundedByNelPerWh).toBeGreaterThanOrEqual(Math.abs(slot.retailNelPerWh - exact));
      }),
    );
  });
});

describe('a file is refused with the line', () => {
  test.each([
    ['with a gap', hours('2026-12-01T00:00Z;1', '2026-12-01T01:00Z;1', '2026-12-01T03:00Z;1'), /line 4: .*a gap/],
    ['with an overlap', hours('2026-12-01T00:00Z;1', '2026-12-01T01:00Z;1', '2026-12-01T01:00Z;1'), /line 4: .*an overlap/],
    ['backwards', hours('2026-12-01T01:00Z;1', '2026-12-01T00:00Z;1'), /line 3: .*an overlap/],
    ['with a price missing in between', hours('2026-12-01T00:00Z;1', '2026-12-01T01:00Z;', '2026-12-01T02:00Z;1'), /line 3: no price/],
    ['with no price at all', hours('2026-12-01T00:00Z;-'), /file: expected at least one price/],
    ['with a price that is none', hours('2026-12-01T00:00Z;1', '2026-12-01T01:00Z;1e3'), /line 3: expected a price such as/],
    ['with a day that is none', hours('2026-02-30T00:00Z;1'), /line 2: expected a date and a time of the calendar/],
    ['with an unknown zone in a row', hours('2026-12-01 00:00 XYZ;1'), /line 2: expected a time zone such as UTC, CET or CEST, got "XYZ"/],
    ['with an unknown zone in its head', 'time (Mars/Olympus);price in ct/kWh\n2026-12-01 00:00;1\n', /line 1: expected a time zone.*Mars/],
    ['with a head that leaves summer time open', 'MTU (CET);EUR/MWh\n2026-12-01 00:00;1\n', /line 1: expected a time zone.*"CET"/],
    ['off the quarter-hour', hours('2026-12-01T00:05Z;1', '2026-12-01T00:20Z;1'), /line 2: .*beginning of a quarter-hour/],
    ['in steps of two hours', hours('2026-12-01T00:00Z;1', '2026-12-01T02:00Z;1'), /line 2: lasts 120 minutes/],
    ['without a unit', 'time;price\n2026-12-01T00:00Z;1\n', /says no unit: --unit/],
    ['with another currency', 'time;price NOK/kWh\n2026-12-01T00:00Z;1\n', /line 1: expected EUR\/MWh.*NOK\/kWh/],
    ['beyond what the chain takes', hours('2026-12-01T00:00Z;999999'), /line 2: .*less than 2\^31/],
    ['of words', 'hello\nworld\n', /expected lines that begin with a date/],
    ['of broken JSON', '{"data": [', /expected JSON, or CSV/],
    ['of other JSON', '{"data": [{"a": 1}]}', /expected a list of entries with a time/],
    [
      'of JSON with two units',
      '[{"start":"2026-12-01T00:00Z","price":1,"unit":"EUR/MWh"},{"start":"2026-12-01T01:00Z","price":1,"unit":"ct/kWh"}]',
      /\[1\]: expected eur\/mwh as before/,
    ],
    ['of JSON with a time that is none', '[{"start":true,"price":1,"unit":"EUR/MWh"}]', /\[0\]: expected a point in time/],
  ])('%s', (_name, text, message) => expect(() => imported(text)).toThrow(message));
});

test('slots are put into runs one after the other, none longer than a message takes', () => {
  const slots = [1, 2, 3, 5, 6].map((slot) => ({ slot, retailNelPerWh: 0, feedInNelPerWh: 0 }));
  expect(runsOf(slots, 2).map((run) => run.map(({ slot }) => slot))).toEqual([[1, 2], [3], [5, 6]]);
});
