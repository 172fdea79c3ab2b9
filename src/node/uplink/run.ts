/**
 * The uplink's process: notes what is to be stated, sends it when it is proven, keeps the main chain's view of this one from running out.
 * Killed at any moment it goes on from Postgres and from what the main chain has.
 */
import type { Signals } from '../../protocol/day/witness.ts';
import { type NetWitness, retryOf } from '../../protocol/index.ts';
import { keySigner } from '../../protocol/messages/sign.ts';
import { growingMs } from '../../protocol/values/backoff.ts';
import { assertSchemaVersion, connect, isRetryable } from '../db/index.ts';
import type { Log } from '../shared/log.ts';
import { sleep } from '../shared/wait.ts';
import { operatorKey } from '../signer/index.ts';
import { type BalanceOptions, followRequests } from './balances.ts';
import { noteDays } from './days.ts';
import { UplinkError } from './errors.ts';
import { askEvidence } from './evidence.ts';
import { compareHistories, type HistoriesOptions, type Looked, ownBlocksFrom } from './histories.ts';
import { type JoinedMain, type MainChain, mainChain } from './main-chain.ts';
import { type MainView, mainView } from './main-view.ts';
import { bookFrom, type MarketOptions, noteMarketDays } from './market.ts';
import { movesOf } from './moves.ts';
import type { Line } from './net.ts';
import { forgetRead, readFrom } from './reading.ts';
import { keepClientFresh, noteFates, type SendOptions, sendNextDay } from './send.ts';
import { inForce } from './treasuries.ts';
import { ledgerOf, postTreasury, shortOf } from './treasury.ts';

export interface UplinkOptions {
  /** role electra_books */
  databaseUrl: string;
  /** the same of the index of the main chain */
  mainDatabaseUrl: string;
  /** of the uplink's key, and what opens it */
  key: { dir: string; passphraseFile: string };
  main: JoinedMain;
  /** this community's chain */
  own: { chainId: string; rpcUrls: readonly string[] };
  /** the community's account there, as it joined */
  treasury: string;
  /** that are shared; without `to`: until the community leaves */
  days: { from: number; to?: number };
  /** of the main chain's parameters */
  trustPeriodS: number;
  netInput: (net: NetWitness) => Signals;
  signal: AbortSignal;
  log: Log;
  waiting?: (sentence: string | null) => void;
}

const PAUSE_MS = 2_000;
const PAUSE_MAX_MS = 60_000;
const FRESH_EVERY_MS = 60_000;
const POST_EVERY_MS = 60_000;
const ASKED_EVERY_MS = 10_000;

/** Runs until `signal` aborts. @throws UplinkError `wrong-main`, which waiting does not cure */
export async function runUplink(options: UplinkOptions): Promise<void> {
  const { databaseUrl, key, own, signal, log, waiting = () => undefined } = options;
  const secretKey = await operatorKey(key);
  const signer = keySigner(secretKey);
  const main = mainChain(options.main, signer.address, { signer, signal });
  const sql = connect({ url: databaseUrl, max: 2, application: 'electra uplink' });
  const index = connect({ url: options.mainDatabaseUrl, max: 1, application: 'electra uplink' });
  const books = bookFrom(options.main.rpcUrls, signal);
  const ownBlocks = ownBlocksFrom(own.rpcUrls, signal);
  const view = mainView(index, { chainId: options.main.chainId, uplink: signer.address, treasury: options.treasury });
  try {
    await assertSchemaVersion(sql);
    await forgetRead(sql, options.main.chainId);
    log.info({ uplink: signer.address, main: options.main.chainId }, 'uplink ready');
    let line: Line | undefined;
    const said = new Set<number>();
    const between = { chainId: own.chainId, mainChainId: options.main.chainId };
    const balances: BalanceOptions = { sql, main: index, between, uplink: signer.address, joined: options.treasury, log };
    const looked: Looked = new Map();
    let freshAtMs = 0;
    let askedAtMs = 0;
    let postedAtMs = 0;
    for (let failures = 0; !signal.aborted; ) {
      try {
        line ??= await lineOf(options, main, signer.address);
        const evidence: SendOptions['evidence'] = (asked) => askEvidence({ ...own, ...asked, signal });
        const sending: SendOptions = { sql, main, view, line, evidence, log };
        await noteDays({ ...options, sql, line }, said);
        await noteFates(sending);
        while ((await sendNextDay(sending)) > 0) signal.throwIfAborted();
        if (Date.now() - freshAtMs > FRESH_EVERY_MS) {
          await keepClientFresh(sending, options);
          freshAtMs = Date.now();
        }
        if (Date.now() - askedAtMs > ASKED_EVERY_MS) {
          await followRequests(balances);
          askedAtMs = Date.now();
        }
        if (Date.now() - postedAtMs > POST_EVERY_MS) {
          await follow(view, balances);
          await heed({ view, main, chainId: own.chainId, uplink: signer.address, ownBlocks, log }, looked, signal);
          await noteMarket({ sql, view, chainId: options.main.chainId, uplink: signer.address, bookOf: books }, { signal, log });
          postedAtMs = Date.now();
        }
        if (failures > 0) waiting(null);
        failures = 0;
      } catch (error) {
        if (signal.aborted) break;
        if (!isRetryable(error) && retryOf(error) !== 'later') throw error;
        const sentence = (error as Error).message;
        if (failures++ === 0) log.warn({ code: (error as { code?: unknown }).code }, `the uplink waits: ${sentence}`);
        waiting(sentence);
      }
      await sleep(failures === 0 ? PAUSE_MS : growingMs(failures, PAUSE_MS, PAUSE_MAX_MS), signal);
    }
  } finally {
    secretKey.fill(0);
    for (const one of [sql, index]) await one.end({ timeout: 5 }).catch(() => undefined);
  }
}

/** Has the ledger's treasury be what the main chain's state shows, and members' balances what moved there. */
async function follow(view: MainView, { sql, main, between: { mainChainId }, log }: BalanceOptions): Promise<void> {
  const found = await view.treasury();
  if (!found) return;
  const { height, chainUnixS, terms, ended } = found;
  const from = await readFrom(sql, { mainChainId, terms });
  const reading = await movesOf(main, { mainChainId, terms, height, from });
  const posted = await postTreasury(sql, found, { height, chainUnixS, mainChainId, treasury: inForce(terms), ended, reading });
  if (posted === 0) return;
  log.info({ journals: posted, height }, 'the treasury is posted as the main chain shows it');
  const short = shortOf(await ledgerOf(sql));
  if (short) log.warn({}, short);
}

/** Days are stated and money is followed whatever comes of it. */
async function heed(options: HistoriesOptions, looked: Looked, signal: AbortSignal): Promise<void> {
  try {
    await compareHistories(options, looked);
  } catch (error) {
    signal.throwIfAborted();
    options.log.warn({ code: (error as { code?: unknown }).code }, `histories are not compared: ${(error as Error).message}`);
  }
}

/** Nothing of a day or of money waits for it. */
async function noteMarket(options: MarketOptions, { signal, log }: Pick<UplinkOptions, 'signal' | 'log'>): Promise<void> {
  try {
    while ((await noteMarketDays(options)) > 0) signal.throwIfAborted();
  } catch (error) {
    signal.throwIfAborted();
    log.warn({ code: (error as { code?: unknown }).code }, `prices of the main chain wait: ${(error as Error).message}`);
  }
}

async function lineOf({ own, main: { chainId } }: UplinkOptions, main: MainChain, uplink: string): Promise<Line> {
  const meter = await main.meter();
  if (!meter)
    throw new UplinkError(
      'not-enrolled',
      `${chainId} knows no meter ${uplink}: its operator enrols it with what \`electra uplink join\` wrote`,
    );
  return { chainId: own.chainId, mainChainId: chainId, uplink, capacityWh: meter.maxWhPerSlot };
}
