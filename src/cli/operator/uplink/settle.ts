/**
 * `electra uplink settle`: this community's own sum of a period, with its proof, sent by its treasury where the exchange node has not. The
 * bills' openings come from the exchange's API, by the treasury's wallet, and are kept: an exchange that ends later takes nobody's claim
 * along.
 */
import { existsSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { signInWithKey } from '../../../node/api/client.ts';
import { type DataFolder, dataFolder, writeWhole } from '../../../node/processes/data-folder.ts';
import { nodeKeys } from '../../../node/processes/keys.ts';
import { runProcess } from '../../../node/processes/process.ts';
import { uplinkSettings } from '../../../node/processes/uplink-settings.ts';
import { sleep } from '../../../node/shared/wait.ts';
import {
  chosenOpenings,
  duePeriods,
  type JoinedMain,
  newOpenings,
  OWN_AFTER_S,
  ownSum,
  provenBills,
  provenMain,
} from '../../../node/uplink/index.ts';
import { compressProof } from '../../../protocol/bundle/points.ts';
import { type BillOpening, DAY_S, dayOf, dayToDate, encodeOpenings, type Openings, parseOpenings } from '../../../protocol/index.ts';
import { CliError } from '../../errors.ts';
import { carryOut, type OrderOptions, withOrder } from '../../main-chain/order.ts';
import { settle } from '../../main-chain/orders.ts';
import { fileHand, mainOf, type ReachOptions } from '../../main-chain/reach.ts';
import { walletOf } from '../../member/wallet.ts';
import { example, parseDate, parsePositive } from '../../options.ts';
import { printDone } from '../operator.ts';

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

function readOpenings(option: string, file: string, chainId: string): BillOpening[] {
  let read: Openings;
  try {
    read = parseOpenings(readFileSync(file, 'utf8').trimEnd());
  } catch (error) {
    throw new CliError(`${option}: ${file}: ${(error as Error).message}`);
  }
  if (read.chainId !== chainId) throw new CliError(`${option}: ${file}: expected openings of ${chainId}, it has those of ${read.chainId}`);
  return [...read.openings];
}

/** What the exchange's API hands out to the treasury of its newest bills. */
async function asked(api: string, walletFile: string, today: number): Promise<Openings> {
  const url = api.replace(/\/$/, '');
  const { token } = await signInWithKey({ url, privKey: walletOf(walletFile) });
  const range = `from=${dayToDate(today - LOOK_BACK_DAYS)}&to=${dayToDate(today)}`;
  const answer = await fetch(`${url}/export/openings.json?${range}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(ASK_MS),
  });
  if (!answer.ok)
    throw new CliError(`--api: ${url} gave no openings (${answer.status}): expected an exchange node of which this is a member`);
  return parseOpenings((await answer.text()).trimEnd());
}

type Note = (words: string) => void;

/** All that are known, with those that are asked for now and open what the chain has; kept for the time when nobody answers. */
async function allOpenings(o: Options, main: JoinedMain, today: number, note: Note): Promise<BillOpening[]> {
  const data = dataFolder(o.data);
  if (o.openings !== undefined) return readOpenings('--openings', o.openings, main.chainId);
  const kept = existsSync(keptFile(data)) ? readOpenings('--data', keptFile(data), main.chainId) : [];
  if (o.api === undefined) return kept;
  const fresh = await asked(o.api, o.walletFile, today);
  if (fresh.chainId !== main.chainId)
    throw new CliError(`--api: expected the exchange node of ${main.chainId}, it is that of ${fresh.chainId}`);
  const news = newOpenings(kept, fresh.openings);
  const bills = await provenBills(main, news, AbortSignal.timeout(ASK_MS));
  const { openings, refused } = chosenOpenings(main.chainId, kept, news, bills);
  for (const { day } of refused)
    note(`--api: ${dayToDate(day)}: expected an opening of the bill that the main chain has; what was handed out is another, and left out`);
  writeWhole(keptFile(data), encodeOpenings({ ...fresh, openings }));
  return openings;
}

async function proveAndSend(o: Options, main: JoinedMain, fromDay: number, openings: readonly BillOpening[]): Promise<void> {
  const { address: uplink } = uplinkSettings(dataFolder(o.data));
  const sum = ownSum({ mainChainId: main.chainId, uplink, fromDay }, openings);
  if (!sum)
    throw new CliError(`<from>: expected a period in which openings of bills are known; none is of ${dayToDate(fromDay)} and after`);
  const hand = fileHand(o.walletFile, '--wallet-file', main);
  const { billSumInput, createProver } = await import('../../../node/proofs/index.ts');
  const prover = await createProver(o.keys ?? nodeKeys(dataFolder(o.data)).dir);
  try {
    const { proof } = await prover.prove('bill-sum', billSumInput(sum));
    const order = settle(fromDay, { uplink, amountNel: sum.totalNel, sumProof: compressProof(proof, 'sumProof') });
    await carryOut(order, main, hand, o);
  } finally {
    prover.close();
  }
}

/** Settles what is due, or the period that was asked for. Returns how many. */
async function settleOwn(o: Options, asked: number | undefined, note: Note): Promise<number> {
  const main = await mainOf(o);
  const { address } = uplinkSettings(dataFolder(o.data));
  const { state, chainUnixS } = await provenMain(main, AbortSignal.timeout(ASK_MS));
  const openings = await allOpenings(o, main, dayOf(chainUnixS), note);
  const due = asked === undefined ? duePeriods(state, address, openings, { chainUnixS, afterS: o.afterDays * DAY_S }) : [asked];
  for (const fromDay of due) await proveAndSend(o, main, fromDay, openings);
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
