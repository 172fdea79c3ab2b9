/** `electra tariff import`: day-ahead prices from a file, or from every file that comes into a folder, as the prices of slots to come. */
import { readFileSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type OutsidePrices, outsidePrices } from '../../node/books/index.ts';
import { type DataFolder, dataFolder } from '../../node/processes/data-folder.ts';
import { explain } from '../../node/processes/explain.ts';
import { SLOTS_PER_DAY } from '../../protocol/values/time.ts';
import { withDatabase } from '../database.ts';
import { CliError } from '../errors.ts';
import { dataOption, example, jsonOption } from '../options.ts';
import { submitAsOperator } from './operator.ts';
import { messagesOf, type Plan, planOf } from './prices/plan.ts';
import { type Decimal, PriceFileError, parseDecimal, UNITS, type Unit } from './prices/price.ts';
import { type ImportedSlot, readPrices, slotsOf } from './prices/slots.ts';
import { priceTable } from './prices/table.ts';
import { watchFolder } from './prices/watch.ts';
import { zoneNamed } from './prices/zone.ts';

const FILE_MAX_BYTES = 4 * 1024 * 1024;
/** Messages to a transaction. */
const AT_ONCE = 4;

/** A file that no second try makes better. */
class BadFile extends CliError {}

interface ImportOptions {
  zone?: string;
  unit?: Unit;
  margin: Decimal;
  fees: Decimal;
  feedIn?: Decimal;
  feedInMargin?: Decimal;
  yes?: boolean;
  json?: boolean;
  watch?: string;
  data: string;
}

/** A ct/kWh of an option, negative or not. */
function parseCt(text: string): Decimal {
  try {
    return parseDecimal(text, 'ct/kWh');
  } catch {
    throw new InvalidArgumentError('expected ct/kWh such as 8.5 or -0.3.');
  }
}

/** None unless it is given. */
const ctOption = (flags: string, words: string): Option => new Option(flags, words).argParser(parseCt).default(parseDecimal('0', ''), '0');

function parseZone(text: string): string {
  try {
    return zoneNamed(text, '--zone');
  } catch {
    throw new InvalidArgumentError('expected a time zone such as UTC or Europe/Berlin.');
  }
}

export function registerImport(tariff: Command): void {
  const c = tariff
    .command('import')
    .argument('[file]', 'day-ahead prices, CSV or JSON')
    .description('set the prices of slots to come from day-ahead prices: shows them, and asks')
    .addOption(ctOption('--margin <ct>', 'added to the day-ahead price for what is taken: the supplier’s margin, ct/kWh'))
    .addOption(ctOption('--fees <ct>', 'likewise: network fees and taxes, ct/kWh'))
    .addOption(
      new Option('--feed-in <ct>', 'a fixed price for what is fed in, ct/kWh (default: the day-ahead price)')
        .argParser(parseCt)
        .conflicts('feedInMargin'),
    )
    .option('--feed-in-margin <ct>', 'added to the day-ahead price for what is fed in, ct/kWh, usually negative', parseCt)
    .addOption(new Option('--unit <unit>', 'of the file, where it says none').choices(Object.keys(UNITS)))
    .option('--zone <zone>', 'of times that name none, such as Europe/Berlin', parseZone)
    .option('--yes', 'do not ask')
    .option('--watch <folder>', 'go on, and take each file that comes into the folder (with --yes)')
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'npx electra tariff import day-ahead.csv --margin 1.5 --fees 17.2 --feed-in 8.03');
  c.action(async (file: string | undefined) => {
    const o: ImportOptions = c.opts();
    if ((file === undefined) === (o.watch === undefined)) throw new CliError('expected a file, or --watch with a folder');
    if (file !== undefined) return void (await importFile(file, o));
    if (!o.yes) throw new CliError('--watch: expected --yes with it, since nobody is asked');
    await watchFolder(o.watch!, {
      take: (name) => importFile(name, o),
      isFinal: (error) => error instanceof BadFile,
      say: (line) => void process.stderr.write(`${line}\n`),
      explain,
    });
  });
}

function slotsIn(file: string, o: ImportOptions, tick: number): ImportedSlot[] {
  let text: string;
  try {
    if (statSync(file).size > FILE_MAX_BYTES) throw new CliError(`${file}: expected at most ${FILE_MAX_BYTES} bytes`);
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw error instanceof CliError ? error : new CliError(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`);
  }
  try {
    const rule = { margin: o.margin, fees: o.fees, feedIn: o.feedIn ?? null, feedInMargin: o.feedInMargin ?? parseDecimal('0', ''), tick };
    return slotsOf(readPrices(text, o.zone ?? null), { ...rule, unit: o.unit ?? null });
  } catch (error) {
    if (error instanceof PriceFileError) throw new BadFile(`${file}, ${error.message}`);
    throw error;
  }
}

/** What the chain has of the days that slots lie in. */
async function knownOf(data: DataFolder, slots: readonly ImportedSlot[]): Promise<OutsidePrices> {
  const [first, last] = [slots[0], slots[slots.length - 1]].map(({ slot }) => Math.floor(slot / SLOTS_PER_DAY));
  if (last - first > 40) throw new CliError('expected prices of at most 40 days in one file');
  return withDatabase(data, 'books', (sql) => outsidePrices(sql, first, last - first + 1));
}

async function importFile(file: string, o: ImportOptions): Promise<void> {
  const data = dataFolder(o.data);
  const { tick } = await withDatabase(data, 'books', (sql) => outsidePrices(sql, 0, 0));
  const slots = slotsIn(file, o, tick);
  const plan = planOf(slots, await knownOf(data, slots), Date.now() / 1000);
  if (!o.json) process.stdout.write(described(plan));
  const set = plan.slots.length > 0 && (o.yes || (!o.json && (await agreed()))) ? await submit(data, plan) : [];
  const done = plan.slots.length > 0 && set.length > 0;
  if (o.json) process.stdout.write(`${JSON.stringify({ file, ...plan, isSet: done, transactions: set })}\n`);
  else if (done) process.stdout.write(`✓ the prices of ${plan.slots.length} slots are set\n`);
  else if (plan.slots.length > 0) process.stdout.write('nothing was set\n');
}

/** What rounding changes, for a person: ct/kWh. */
function roundingOf({ rounded, slots }: Plan): string {
  if (rounded.slots === 0) return '';
  const most = (Math.ceil(rounded.mostNelPerWh / 10) / 1000).toFixed(3);
  return `${rounded.slots} of ${slots.length} slots are rounded to what the chain takes, by at most ${most} ct/kWh`;
}

function described(plan: Plan): string {
  const { slots, over, same } = plan;
  const rest = [
    roundingOf(plan),
    over > 0 ? `${over} slots are over, or begin too soon` : '',
    same > 0 ? `${same} have these prices already` : '',
  ]
    .filter((text) => text !== '')
    .map((text) => `${text}\n`)
    .join('');
  return slots.length === 0 ? `${rest}nothing to set\n` : `${priceTable(slots, () => '')}${rest}`;
}

async function agreed(): Promise<boolean> {
  if (!process.stdin.isTTY) throw new CliError('nothing was set: say --yes, or answer in a terminal');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(?:es)?$/i.test((await terminal.question('Set these prices? [y/N] ')).trim());
  } finally {
    terminal.close();
  }
}

async function submit(data: DataFolder, plan: Plan): Promise<{ txHash: string; height: number }[]> {
  const messages = messagesOf(plan);
  const done = [];
  for (let i = 0; i < messages.length; i += AT_ONCE) done.push(await submitAsOperator(data, messages.slice(i, i + AT_ONCE)));
  return done;
}
