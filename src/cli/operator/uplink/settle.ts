/**
 * `electra uplink settle`: this community's own sum of a period, with its proof, sent by its treasury where the exchange node has not. The
 * bills' openings come from the exchange's API, by the treasury's wallet, and are kept: an exchange that ends later takes nobody's claim
 * along.
 */
import type { Command } from 'commander';
import { signInWithKey } from '../../../node/api/client.ts';
import { type DataFolder, dataFolder } from '../../../node/processes/data-folder.ts';
import { runProcess } from '../../../node/processes/process.ts';
import { uplinkSettings } from '../../../node/processes/uplink-settings.ts';
import { sleep } from '../../../node/shared/wait.ts';
import { duePeriods, type JoinedMain, OWN_AFTER_S, ownSum, provenBills, provenMain } from '../../../node/uplink/index.ts';
import { compressProof } from '../../../protocol/bundle/points.ts';
import { type BillOpening, DAY_S, dayOf, dayToDate, type Openings, parseOpenings } from '../../../protocol/index.ts';
import { CliError } from '../../errors.ts';
import { carryOut, type OrderOptions, withOrder } from '../../main-chain/order.ts';
import { settle } from '../../main-chain/orders.ts';
import { fileHand, mainOf, type ReachOptions } from '../../main-chain/reach.ts';
import { walletOf } from '../../member/wallet.ts';
import { example, parseDate, parsePositive } from '../../options.ts';
import { printDone } from '../operator.ts';
import { type KnownOpenings, knownOpenings, readOpenings } from './known-openings.ts';
import { sumKeys } from './main-keys.ts';

interface Options extends ReachOptions, OrderOptions {
  walletFile: string;
  api?: string;
  openings?: string;
  afterDays: number;
  keys?: string;
  watch?: true;
}

const ASK_MS = 120_000;
const LOOK_BACK_DAYS = 90;
const WATCH_MS = 3_600_000;

const keptFile = (data: DataFolder): string => data.path('uplink', 'openings.json');

/** `fetch` says of whoever does not answer `fetch failed`, and no more. */
const reached = (url: string, init?: RequestInit): Promise<Response> =>
  fetch(url, init).catch((error: Error) => {
    throw new Error(`nobody answers (${(error.cause as Error | undefined)?.message ?? error.message})`);
  });

/** What the exchange's API hands out to the treasury of its newest bills. */
async function asked(api: string, walletFile: string, today: number): Promise<Openings> {
  const url = api.replace(/\/$/, '');
  const { token } = await signInWithKey({ url, privKey: walletOf(walletFile), fetch: reached });
  const range = `from=${dayToDate(today - LOOK_BACK_DAYS)}&to=${dayToDate(today)}`;
  const answer = await reached(`${url}/export/openings.json?${range}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(ASK_MS),
  });
  if (!answer.ok)
    throw new CliError(`--api: ${url} gave no openings (${answer.status}): expected an exchange node of which this is a member`);
  return parseOpenings((await answer.text()).trimEnd());
}

type Note = (words: string) => void;

/** All that are known. An exchange node that does not answer, or lies, is in the way of no week whose openings are kept. */
async function allOpenings(o: Options, main: JoinedMain, today: number, note: Note): Promise<KnownOpenings> {
  if (o.openings !== undefined) return { openings: readOpenings('--openings', o.openings, main.chainId) };
  const { api: url } = o;
  return knownOpenings({
    ...{ file: keptFile(dataFolder(o.data)), mainChainId: main.chainId, note },
    bills: (news) => provenBills(main, news, AbortSignal.timeout(ASK_MS)),
    ...(url === undefined ? {} : { api: { url, ask: () => asked(url, o.walletFile, today) } }),
  });
}

async function proveAndSend(o: Options, main: JoinedMain, fromDay: number, openings: readonly BillOpening[]): Promise<void> {
  const { address: uplink } = uplinkSettings(dataFolder(o.data));
  const sum = ownSum({ mainChainId: main.chainId, uplink, fromDay }, openings);
  if (!sum)
    throw new CliError(`<from>: expected a period in which openings of bills are known; none is of ${dayToDate(fromDay)} and after`);
  const hand = fileHand(o.walletFile, '--wallet-file', main);
  const { billSumInput, createProver } = await import('../../../node/proofs/index.ts');
  const prover = await createProver(sumKeys(dataFolder(o.data), o.keys));
  try {
    const { proof } = await prover.prove('bill-sum', billSumInput(sum));
    const order = settle(fromDay, { uplink, amountNel: sum.totalNel, sumProof: compressProof(proof, 'sumProof') });
    await carryOut(order, main, hand, o);
  } finally {
    prover.close();
  }
}

/** Settles what is due, or what was asked for; a week that fails is in no other’s way. Returns how many. @throws the first failure */
async function settleOwn(o: Options, asked: number | undefined, note: Note): Promise<number> {
  const main = await mainOf(o);
  const { address } = uplinkSettings(dataFolder(o.data));
  const { state, chainUnixS } = await provenMain(main, AbortSignal.timeout(ASK_MS));
  const { openings, failed: first } = await allOpenings(o, main, dayOf(chainUnixS), note);
  const due = asked === undefined ? duePeriods(state, address, openings, { chainUnixS, afterS: o.afterDays * DAY_S }) : [asked];
  const failed: unknown[] = [];
  for (const fromDay of due) await proveAndSend(o, main, fromDay, openings).catch((error) => failed.push(error));
  if (first) failed.push(first);
  for (const error of failed.slice(1)) note((error as Error).message);
  if (failed.length > 0) throw failed[0];
  return due.length;
}

const watch = (o: Options): Promise<never> =>
  runProcess('uplink-settle', async ({ log, signal, waiting }) => {
    while (!signal.aborted) {
      try {
        await settleOwn(o, undefined, (words) => log.warn(words));
        waiting(null);
      } catch (error) {
        log.warn({ code: (error as { code?: unknown }).code }, (error as Error).message);
        waiting((error as Error).message);
      }
      await sleep(WATCH_MS, signal);
    }
  });

export function registerSettle(uplink: Command): void {
  const c = withOrder(
    uplink
      .command('settle')
      .argument('[from]', 'first day of a period, YYYY-MM-DD; default: whatever is due', parseDate)
      .description('settle this community’s own periods where the exchange node has not: 28 days after a period is over a claim is void')
      .requiredOption('--wallet-file <file>', '0600 file with the treasury’s private key in hex')
      .option('--api <url>', 'the exchange node’s API: openings of the own bills come from there, and are kept in --data')
      .option('--openings <file>', 'or a file of them, as that API hands out')
      .option('--after-days <n>', 'due are periods that were over so many days ago', parsePositive, OWN_AFTER_S / DAY_S)
      .option('--keys <dir>', 'the main chain’s keys: bill-sum.zkey, bill-sum.wasm, bill-sum.vk.json; default: those of --data')
      .option('--watch', 'look every hour, until stopped; expects --yes'),
  );
  example(c, 'npx electra uplink settle --api https://exchange.example --wallet-file TREASURY --watch --yes');
  c.action(async (from: number | undefined) => {
    const o = c.opts<Options>();
    if (o.watch && !o.yes) throw new CliError('--watch: expected --yes beside it: nobody is there to be asked');
    if (o.watch) await watch(o);
    const settled = await settleOwn(o, from, (words) => void process.stderr.write(`${words}\n`));
    if (settled === 0) printDone(Boolean(o.json), 'nothing is due: each period that is over has its entry, or time', { settled });
  });
}
