/**
 * `electra tariff propose`: the prices by which the next tariff returns what sharing with other communities saved, by the rule of
 * docs/tariffs.md. It sends nothing: it prints the `tariff set` that would.
 */
import type { Command } from 'commander';
import { feeOf, outsidePrices } from '../../node/books/index.ts';
import type { Sql } from '../../node/db/index.ts';
import { dataFolder, isExchange } from '../../node/processes/data-folder.ts';
import { explain } from '../../node/processes/explain.ts';
import { uplinkSettings } from '../../node/processes/uplink-settings.ts';
import { type Gains, type GainWeek, gainsOf, type PassedOn, passOn } from '../../node/uplink/index.ts';
import { assertTariff, RULE } from '../../protocol/day/prices.ts';
import { dayOf, dayToDate } from '../../protocol/values/time.ts';
import { withDatabase } from '../database.ts';
import { CliError } from '../errors.ts';
import { dataOption, example, jsonOption, parseDate, parsePositive } from '../options.ts';
import { electra } from './amount.ts';
import { parseFee, parsePrices, typedPrices } from './prices/given.ts';

/** A year. */
const WEEKS_MOST = 52;

interface Options {
  retail: number[];
  feedIn: number[];
  avoided?: number[];
  weeks: number;
  from?: number;
  fee?: bigint;
  data: string;
  json?: true;
}

interface Proposed extends Gains {
  fromDay: number;
  feePerDayNel: bigint;
  found: PassedOn;
  /** of the weeks' slots, those with prices of their own: there a tariff passes on nothing */
  slotsSet: number;
}

export interface ProposeOptions extends Pick<Options, 'retail' | 'feedIn' | 'avoided' | 'weeks' | 'from' | 'fee'> {
  mainChainId: string;
  uplink: string;
}

/** Role electra_books. @throws CliError where no settled week is known whole, or prices are none of a tariff */
export async function proposedOf(sql: Sql, o: ProposeOptions): Promise<Proposed> {
  const { tick, chainUnixS } = await outsidePrices(sql, 0, 0);
  const fromDay = o.from ?? dayOf(chainUnixS) + 1;
  const feePerDayNel = o.fee ?? (await feeOf(sql, fromDay));
  const refused = (prices: Pick<PassedOn, 'retailNelPerWh' | 'feedInNelPerWh'>): void => {
    try {
      assertTariff({ rule: RULE, ...prices, feePerDayNel }, tick);
    } catch (error) {
      throw new CliError(explain(error));
    }
  };
  const supplier = { retailNelPerWh: o.retail, feedInNelPerWh: o.feedIn, avoidedNelPerWh: o.avoided ?? o.retail.map(() => 0) };
  refused(supplier);
  const gains = await gainsOf(sql, o);
  if (gains.weeks.length === 0) throw new CliError(nothing(gains));
  const found = passOn(gains.weeks, supplier, tick);
  refused(found);
  return { ...gains, fromDay, feePerDayNel, found, slotsSet: await slotsSetIn(sql, gains.weeks) };
}

const whyLeft = ({ leftOut }: Pick<Gains, 'leftOut'>): string[] =>
  leftOut.map(({ fromDay, why }) => `the week from ${dayToDate(fromDay)} is left out: ${why}`);

const nothing = (gains: Gains): string =>
  gains.leftOut.length === 0
    ? 'no week is settled yet (electra uplink treasury): there is nothing to pass on'
    : `no settled week is known whole here; ${whyLeft(gains).join('; ')}`;

async function slotsSetIn(sql: Sql, weeks: readonly GainWeek[]): Promise<number> {
  let found = 0;
  for (const { days } of weeks)
    for (const { day } of days) found += (await outsidePrices(sql, day, 1)).slots.filter(({ isSet }) => isSet).length;
  return found;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const over = (a: readonly number[], b: readonly number[]): number => sum(a.map((wh, i) => Math.max(0, wh - b[i])));

/** A week's energy in Wh: to and from the outside, and of that from and to other communities. */
const energyOf = ({ days }: GainWeek) => ({
  boughtWh: sum(days.map(({ importWh, exportWh }) => over(importWh, exportWh))),
  soldWh: sum(days.map(({ importWh, exportWh }) => over(exportWh, importWh))),
  takenWh: sum(days.map(({ takenWh }) => sum(takenWh))),
  givenWh: sum(days.map(({ givenWh }) => sum(givenWh))),
});

/** What sets the proposed tariff, to be typed as it stands. */
export const setCommand = ({ fromDay, feePerDayNel, found }: Proposed, data: string): string =>
  [
    ...['npx electra tariff set --from', dayToDate(fromDay), '--retail', typedPrices(found.retailNelPerWh)],
    ...['--feed-in', typedPrices(found.feedInNelPerWh), '--fee', String(feePerDayNel)],
    ...(data === '.electra' ? [] : ['--data', /^[\w./-]+$/.test(data) ? data : `'${data.replaceAll("'", String.raw`'\''`)}'`]),
  ].join(' ');

const kwh = (wh: number): string => (wh / 1000).toFixed(3);
const row = (cells: readonly string[]): string =>
  `${cells[0].padEnd(12)} ${cells
    .slice(1)
    .map((cell) => cell.padStart(16))
    .join(' ')}`;
const line = (name: string, nel: bigint): string => `${name.padEnd(44)} ${electra(nel).padStart(20)}`;

/** The last word: what the step is, or why there is none. */
function stepWords({ stepNelPerWh: step, savedNel }: PassedOn): string {
  if (savedNel <= 0n) return 'nothing was saved: the supplier’s prices as they are, and the fund bears what is missing';
  if (step === 0) return 'too little for a step: the supplier’s prices as they are, and what was saved stays in the fund';
  const perKwh = electra(BigInt(step) * 1000n);
  return `a kWh from outside costs ${perKwh} ELECTRA less than the supplier charges, one to the outside brings as much more`;
}

export function linesOf(proposed: Proposed, data: string): string[] {
  const { weeks, found, slotsSet } = proposed;
  const taken = sum(weeks.map((week) => energyOf(week).takenWh));
  return [
    row(['week from', 'gain ELECTRA', 'outside kWh in', 'outside kWh out', 'shared kWh in', 'shared kWh out']),
    ...weeks.map((week) => {
      const { boughtWh, soldWh, takenWh, givenWh } = energyOf(week);
      return row([dayToDate(week.fromDay), electra(week.gainNel), kwh(boughtWh), kwh(soldWh), kwh(takenWh), kwh(givenWh)]);
    }),
    '',
    line('gain of these weeks', found.gainNel),
    line('the supplier billed less, at least', found.avoidedNel),
    line('the supplier paid less, at most', -found.forgoneNel),
    line('saved', found.savedNel),
    line('bills would have been less by', found.passedNel),
    line('stays in the fund', found.savedNel - found.passedNel),
    stepWords(found),
    ...whyLeft(proposed).map((text) => `! ${text}`),
    ...(taken > 0 && found.avoidedNel === 0n ? ['! say by --avoided what the supplier bills less for a Wh from other communities'] : []),
    ...(slotsSet > 0 ? [`! ${slotsSet} quarter-hours of these weeks had prices of their own: a tariff changes none such`] : []),
    '',
    setCommand(proposed, data),
  ];
}

const asText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

function jsonOf(proposed: Proposed, data: string): string {
  const { weeks, leftOut, found, slotsSet, fromDay, feePerDayNel } = proposed;
  const { retailNelPerWh, feedInNelPerWh, ...rest } = found;
  const value = {
    weeks: weeks.map((week) => ({ from: dayToDate(week.fromDay), gainNel: week.gainNel, ...energyOf(week) })),
    leftOut: leftOut.map(({ fromDay: day, why }) => ({ from: dayToDate(day), why })),
    ...{ ...rest, keptNel: found.savedNel - found.passedNel, slotsSet },
    tariff: { from: dayToDate(fromDay), retailNelPerWh, feedInNelPerWh, feePerDayNel },
    command: setCommand(proposed, data),
  };
  return JSON.stringify(value, asText);
}

export function registerPropose(tariff: Command): void {
  const c = tariff
    .command('propose')
    .description('work out the tariff that returns what sharing with other communities saved; sends nothing')
    .requiredOption('--retail <prices>', 'what the supplier charges, nELECTRA/Wh: one price, 96, or @FILE', parsePrices)
    .requiredOption('--feed-in <prices>', 'what the supplier pays, nELECTRA/Wh', parsePrices)
    .option('--avoided <prices>', 'what the supplier bills less for a Wh from other communities, nELECTRA/Wh (default: 0)', parsePrices)
    .option('--weeks <n>', 'of so many of the newest settled weeks, at most 52', parsePositive, 4)
    .option('--from <date>', 'first day the tariff is to hold, UTC (default: tomorrow on the chain)', parseDate)
    .option('--fee <nel>', 'fee per meter and day, nELECTRA (default: as it is)', parseFee)
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'npx electra tariff propose --retail 300000 --feed-in 80000 --avoided 150000');
  c.action(async () => {
    const o = c.opts<Options>();
    const data = dataFolder(o.data);
    if (isExchange(data)) throw new CliError('this is an exchange: communities pass on what they gain, each by its own tariff');
    if (o.weeks > WEEKS_MOST) throw new CliError(`--weeks: expected at most ${WEEKS_MOST}`);
    const { mainChainId, address: uplink } = uplinkSettings(data);
    const proposed = await withDatabase(data, 'books', (sql) => proposedOf(sql, { ...o, mainChainId, uplink }));
    process.stdout.write(o.json ? `${jsonOf(proposed, o.data)}\n` : `${linesOf(proposed, o.data).join('\n')}\n`);
  });
}
