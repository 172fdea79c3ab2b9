/**
 * `electra uplink end-left`: ends a payout on a main chain that was left, as paid or given back, as that chain's own state proves it.
 * Nothing is ended that the node still follows, or whose payment may still be on its way.
 */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { chainHead, hasMainDatabase, type Sql } from '../../../node/db/index.ts';
import { type DataFolder, dataFolder } from '../../../node/processes/data-folder.ts';
import { uplinkSettings } from '../../../node/processes/uplink-settings.ts';
import { LIFE_BLOCKS } from '../../../node/signer/submit.ts';
import { endLeft, type LeftPayout, leftPayouts, provenPayout, wasPaid } from '../../../node/uplink/index.ts';
import { dayOf } from '../../../protocol/values/time.ts';
import { withDatabase } from '../../database.ts';
import { CliError } from '../../errors.ts';
import { yesOption } from '../../main-chain/order.ts';
import { mainOf } from '../../main-chain/reach.ts';
import { dataOption, example, jsonOption } from '../../options.ts';
import { electra } from '../amount.ts';
import { printDone } from '../operator.ts';

interface Options {
  mainGenesis?: string;
  rpc?: string[];
  as?: 'paid' | 'unpaid';
  waitMinutes: number;
  yes?: true;
  json?: true;
  data: string;
}

const ASK_EVERY_MS = 2_000;

function parseId(text: string): string {
  if (!/^[1-9][0-9]{0,17}$/.test(text)) throw new InvalidArgumentError('expected the number of a payout, as the list has it.');
  return text;
}

function parseMinutes(text: string): number {
  if (!/^[1-9][0-9]{0,3}$/.test(text)) throw new InvalidArgumentError('expected 1 to 9999 minutes.');
  return Number(text);
}

/** Where the own chain is, by the node's index of it. */
const today = async (sql: Sql): Promise<number> => dayOf((await chainHead(sql))?.chainUnixS ?? Math.floor(Date.now() / 1000));

/** The main chain that the node follows and pays on; null: it has left that one, and joined no other. */
async function followedBy(data: DataFolder, sql: Sql): Promise<string | null> {
  const { mainChainId, lastDay } = uplinkSettings(data);
  return lastDay !== undefined && lastDay < (await today(sql)) ? null : mainChainId;
}

/** `uplink pay` that was begun by the settings of before pays for as long as it finds that chain in the node's index. */
async function assertIndexLeft(data: DataFolder, { mainChainId }: LeftPayout): Promise<void> {
  if (mainChainId === uplinkSettings(data).mainChainId) return;
  const headOf = async (main: Sql) => ((await hasMainDatabase(data.secrets, 'books')) ? chainHead(main) : undefined);
  const head = await withDatabase(data, 'books', headOf, { main: true });
  if (head && head.chainId === mainChainId)
    throw new CliError(
      `this node’s index of a main chain is still of ${mainChainId}: \`electra uplink pay\` may pay by it. Make it anew first: ` +
        '`electra index --main --reset`',
    );
}

const lineOf = ({ id, mainChainId, treasury, account, number, amountNel }: LeftPayout): string => {
  const from = `${treasury ?? 'no treasury'} on ${mainChainId ?? 'no main chain'}`;
  return `${id}  ${electra(amountNel)} ELECTRA to ${account}, number ${number} of ${from}`;
};

const forPrograms = ({ number, amountNel, ...row }: LeftPayout) => ({ ...row, number: String(number), amountNel: String(amountNel) });

function list(left: readonly LeftPayout[], { json }: Options): void {
  const lines = left.length > 0 ? left.map(lineOf) : ['no payout is under way on a main chain that was left'];
  process.stdout.write(json ? `${JSON.stringify({ left: left.map(forPrograms) })}\n` : `${lines.join('\n')}\n`);
}

/** By that chain's state, whose genesis is given. */
async function paidThere({ mainChainId, treasury, account, number }: LeftPayout, o: Options): Promise<boolean> {
  if (o.as) return o.as === 'paid';
  if (o.mainGenesis === undefined || !o.rpc)
    throw new CliError(`--main-genesis, --rpc: expected those of ${mainChainId}, which proves what was paid there; or --as`);
  const main = await mainOf(o);
  if (main.chainId !== mainChainId || treasury === null)
    throw new CliError(
      `--main-genesis: is that of ${main.chainId}, expected ${mainChainId ?? 'none: this payout names no main chain (--as)'}`,
    );
  const signal = AbortSignal.timeout(o.waitMinutes * 60_000);
  const last = () => provenPayout(main, { treasury, account }, signal);
  return wasPaid(number, { last, lifeBlocks: Number(LIFE_BLOCKS), everyMs: ASK_EVERY_MS, signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
    throw new CliError(
      `${mainChainId} made no ${LIFE_BLOCKS} blocks in ${o.waitMinutes} minutes: a payment that was signed may still be on its way. ` +
        'Try again (--wait-minutes), or say by --as what you know',
    );
  });
}

async function end(id: string, o: Options): Promise<void> {
  const data = dataFolder(o.data);
  const left = await leftOf(data);
  const payout = left.find((one) => one.id === id);
  if (!payout) throw new CliError(`<id>: expected a payout that is under way on a main chain that was left: ${ids(left)}. ${FOLLOWED}`);
  await assertIndexLeft(data, payout);
  const words = `end payout ${lineOf(payout)}`;
  const how = o.as ? `as ${o.as}, by your word` : 'as paid or given back, as that chain proves it';
  if (!o.yes) throw new CliError(`--yes: expected, to ${words}: ${how}. Be sure that nobody pays for that treasury any more`);
  const isPaid = await paidThere(payout, o);
  const isEnded = await withDatabase(data, 'books', async (sql) => endLeft(sql, id, { isPaid, day: await today(sql) }));
  if (!isEnded) throw new CliError(`<id>: payout ${id} was ended meanwhile`);
  printDone(Boolean(o.json), `payout ${id}: ${isPaid ? 'was paid there' : 'was not paid there, and is given back'}`, { id, paid: isPaid });
}

const FOLLOWED = 'One on the main chain that is followed `electra uplink pay` pays';
const ids = (left: readonly LeftPayout[]): string => (left.length > 0 ? left.map(({ id }) => id).join(', ') : 'there is none');
const leftOf = (data: DataFolder): Promise<LeftPayout[]> =>
  withDatabase(data, 'books', async (sql) => leftPayouts(sql, await followedBy(data, sql)));

export function registerEndLeft(uplink: Command): void {
  const c = uplink
    .command('end-left')
    .argument('[id]', 'number of a payout; without it they are listed', parseId)
    .description('end a member’s payout on a main chain that was left: as paid, or given back, as that chain proves it')
    .option('--main-genesis <file>', 'the genesis of the main chain that was left, from a source that you trust')
    .option('--rpc <urls...>', 'where nodes of it answer')
    .addOption(new Option('--as <fate>', 'your own word instead, where nothing proves it any more').choices(['paid', 'unpaid']))
    .option('--wait-minutes <n>', 'so long blocks are waited for in which a payment may still come', parseMinutes, 15)
    .addOption(yesOption())
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'npx electra uplink end-left 7 --main-genesis left.json --rpc https://left.example:26657 --yes');
  c.action(async (id: string | undefined) => {
    const o = c.opts<Options>();
    await (id === undefined ? leftOf(dataFolder(o.data)).then((left) => list(left, o)) : end(id, o));
  });
}
