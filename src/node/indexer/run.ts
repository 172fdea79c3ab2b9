/**
 * The indexer as a process runs it: one node at a time, the next one when it fails, backoff when all are away, and a plain stop.
 *
 * Retryable errors end a session and nothing else. A node that lied or serves another chain is left out for a time; with none left, that is
 * fatal. A node that stays below the cursor while it does not catch up means that the chain was rolled back.
 */
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Sql } from '../db/index.ts';
import { connect } from '../db/index.ts';
import { sleep } from '../shared/wait.ts';
import { BlockHint } from './chain/hint.ts';
import type { NodeStatus } from './chain/node.ts';
import { ChainNode } from './chain/node.ts';
import { NodeRing } from './chain/ring.ts';
import { classifyDatabaseError, FatalError, RetryableError, UntrustedNodeError } from './errors.ts';
import { MainReader, takeMainState } from './main-state.ts';
import { IndexerMetrics } from './metrics.ts';
import { proveRosters } from './proven-rosters.ts';
import { runSession } from './session.ts';
import { takeEvidence } from './state-proofs.ts';
import type { Applied } from './write/apply.ts';
import { Applier } from './write/apply.ts';
import type { Cursor } from './write/cursor.ts';
import { ensureIndexSchema, indexTables, RESET } from './write/schema.ts';

export interface IndexProgress {
  chainId: string;
  /** last block whose rows are in */
  height: number;
  /** last block whose results the next header confirmed */
  resultsHeight: number;
  /** the node's height, as far as known */
  chainHeight: number;
  /** since the start of this run */
  blocks: number;
  txs: number;
  rows: number;
}

export interface IndexerOptions {
  /** one or more RPC URLs of nodes of one chain */
  rpcUrls: readonly string[];
  /** of the role electra_indexer */
  databaseUrl: string;
  /** refuse every other chain */
  chainId?: string;
  /** refuse every other genesis: its hash, hex. Without one trust begins with the first node's word */
  genesisHash?: string;
  /** follow a chain that is fit for development alone; otherwise it is refused */
  development: boolean;
  /** the command that drops this index, for whoever reads why it stands still; default: that of a community's own chain */
  reset?: string;
  /** stops the indexer; the batch being written is finished */
  signal: AbortSignal;
  log: Logger;
  onProgress?: (progress: IndexProgress) => void;
  metrics?: Registry;
  /** how long every node may stand below the index before that counts as a rolled-back chain */
  rolledBackAfterMs?: number;
  /** how long a node may make no block while another one does */
  stalledAfterMs?: number;
  /** how long a node that lied is left out the first time */
  leftOutMs?: number;
  /** for any whole answer of a node, where that is less than its method's own time */
  answerMs?: number;
}

const BACKOFF_MIN_MS = 100;
const BACKOFF_MAX_MS = 5_000;
/** Of one's own Postgres, whom a try costs nothing. */
const DATABASE_BACKOFF_MAX_MS = 1_000;
const backoffMaxMs = (code: string): number => (code === 'database-away' ? DATABASE_BACKOFF_MAX_MS : BACKOFF_MAX_MS);
/** Between two tries after such an error: half of a pause is left to chance. */
export const longestPauseMs = (code: string): number => 1.5 * backoffMaxMs(code);
/** How often state proofs are looked after, and how near to the chain's end the index must be. */
const STATE_PROOFS_MS = 400;
const LEVEL_BLOCKS = 20;
/** Of what a batch of blocks held and the index could not place, so much is logged. */
const BAD_SAID = 5;

/** Indexes until the signal aborts. @throws FatalError with a plain explanation when going on would write something untrue. */
export async function runIndexer(options: IndexerOptions): Promise<void> {
  if (options.rpcUrls.length === 0) throw new TypeError('rpcUrls: expected at least one URL');
  const closing = new AbortController();
  const signal = AbortSignal.any([options.signal, closing.signal]);
  const nodes = options.rpcUrls.map((url) => new ChainNode(url, signal, { answerMs: options.answerMs }));
  const sql = connect({ url: options.databaseUrl, max: 3, application: 'electra index' });
  const run = new Run(options, signal, nodes, sql);
  const proofs = run.takeStateProofs();
  try {
    await run.run();
  } finally {
    closing.abort();
    for (const node of nodes) node.close();
    await proofs;
    await sql.end({ timeout: 5 });
  }
}

class Run {
  readonly #options: IndexerOptions;
  readonly #signal: AbortSignal;
  readonly #sql: Sql;
  readonly #applier: Applier;
  readonly #metrics: IndexerMetrics;
  readonly #nodes: NodeRing;
  readonly #reset: string;
  #backoffMs = BACKOFF_MIN_MS;
  #behindSinceMs: number | undefined;
  #advancedMs = Date.now();
  /** height of the index when it was last level with the chain */
  #level = 0;
  #done = { blocks: 0, txs: 0, rows: 0 };

  constructor(options: IndexerOptions, signal: AbortSignal, nodes: ChainNode[], sql: Sql) {
    this.#options = options;
    this.#signal = signal;
    this.#nodes = new NodeRing(nodes, { firstMs: options.leftOutMs });
    this.#sql = sql;
    this.#applier = new Applier(sql, indexTables());
    this.#metrics = new IndexerMetrics(options.metrics);
    this.#reset = options.reset ?? RESET;
  }

  async run(): Promise<void> {
    let schemaMade = false;
    while (!this.#signal.aborted) {
      try {
        if (!schemaMade) {
          await ensureIndexSchema(this.#sql, this.#reset);
          schemaMade = true;
        }
        await this.#session(this.#nodes.choose());
      } catch (thrown) {
        if (this.#signal.aborted) return;
        await this.#recover(classifyDatabaseError(thrown));
      }
    }
  }

  /**
   * Beside the index, never in its way: what the chain's state says of rosters, and state proofs for auditors, taken while the index is
   * level with the chain, until the signal aborts. What goes wrong here is said and tried again, of another node; the export waits.
   */
  async takeStateProofs(): Promise<void> {
    const { log } = this.#options;
    const modules = new MainReader();
    for (let failures = 0, seen = 0; !this.#signal.aborted; await sleep(STATE_PROOFS_MS, this.#signal)) {
      if (this.#level === seen) continue;
      const level = this.#level;
      try {
        const node = failures === 0 ? this.#nodes.current : this.#nodes.trusted[failures % this.#nodes.trusted.length];
        await proveRosters(this.#sql, node, log);
        const days = await takeEvidence(this.#sql, node, modules);
        const rests = modules.isResting();
        const isKept = !rests && (await takeMainState(this.#sql, node, modules));
        if (isKept) log.debug('state of the main chain proven');
        if (days.length > 0) log.debug({ days: days.length }, 'state proofs taken');
        if (!rests) seen = level;
        failures = 0;
      } catch (error) {
        failures++;
        if (!this.#signal.aborted && (failures === 20 || failures % 200 === 0))
          log.warn({ code: (error as { code?: string }).code }, `state proofs: waiting (${(error as Error).message})`);
      }
    }
  }

  async #session(node: ChainNode): Promise<void> {
    const { log, chainId, genesisHash, development } = this.#options;
    const hint = new BlockHint(node.rpc.url, log);
    log.debug({ node: node.name }, 'following a node');
    try {
      await runSession({
        node,
        sql: this.#sql,
        applier: this.#applier,
        hint,
        chainId,
        genesisHash,
        development,
        reset: this.#reset,
        signal: this.#signal,
        onBatch: (applied, chainHeight) => this.#advanced(applied, chainHeight),
        spent: (stage, ms) => this.#metrics.spent(stage, ms),
        onIdle: (status, cursor) => this.#idle(node, status, cursor),
      });
    } finally {
      hint.close();
    }
  }

  #advanced({ cursor, blocks, txs, rows, bad, blockUnixS }: Applied, chainHeight: number): void {
    for (const { height, reason, detail } of bad.slice(0, BAD_SAID))
      this.#options.log.error({ height, reason, ofBatch: bad.length }, `in the blocks, and not in the index: ${detail}`);
    this.#backoffMs = BACKOFF_MIN_MS;
    this.#behindSinceMs = undefined;
    this.#advancedMs = Date.now();
    if (cursor.height >= chainHeight - LEVEL_BLOCKS) this.#level = cursor.height;
    this.#done.blocks += blocks;
    this.#done.txs += txs;
    this.#done.rows += rows;
    const badReasons = bad.map(({ reason }) => reason);
    const { height, resultsHeight } = cursor;
    this.#metrics.batch({ height, resultsHeight, chainHeight, blocks, txs, rows, badReasons, blockUnixS });
    this.#options.onProgress?.({
      chainId: cursor.chainId,
      height: cursor.height,
      resultsHeight: cursor.resultsHeight,
      chainHeight,
      ...this.#done,
    });
  }

  /** No new block. Below the index: a rolled-back chain, unless it catches up. At the index: quiet, unless other nodes go on. */
  async #idle(node: ChainNode, status: NodeStatus, cursor: Cursor): Promise<void> {
    const { rolledBackAfterMs = 60_000, stalledAfterMs = 10_000 } = this.#options;
    if (status.height < cursor.height) {
      if (status.catchingUp) this.#behindSinceMs = undefined;
      else this.#behindSinceMs ??= Date.now();
      if (this.#behindSinceMs !== undefined && Date.now() - this.#behindSinceMs >= rolledBackAfterMs) {
        throw new FatalError(
          'rolled-back',
          `the chain ends at height ${status.height}, below the indexed height ${cursor.height}, and does not go on: ` +
            `it was rolled back or begun anew. Nothing was changed. ` +
            `Once the chain's history is settled, \`${this.#reset}\` rebuilds the index`,
        );
      }
      throw new RetryableError(
        'node-behind',
        `node ${node.name} stands at height ${status.height}, below the indexed height ${cursor.height}`,
      );
    }
    this.#behindSinceMs = undefined;
    const { trusted } = this.#nodes;
    if (trusted.length < 2 || Date.now() - this.#advancedMs < stalledAfterMs) return;
    const heights = await Promise.all(
      trusted.map((other) =>
        other.status().then(
          ({ height }) => height,
          () => 0,
        ),
      ),
    );
    if (Math.max(...heights) > cursor.height + 1)
      throw new RetryableError('node-stalled', `node ${node.name} makes no blocks while others do`);
    this.#advancedMs = Date.now();
  }

  async #recover(error: unknown): Promise<void> {
    const { log } = this.#options;
    this.#metrics.error(String((error as { code?: unknown }).code ?? 'unknown'));
    const leftOutMs = error instanceof UntrustedNodeError ? this.#nodes.leaveOut() : 0;
    if (leftOutMs > 0) {
      const { code, message } = error as UntrustedNodeError;
      log.error({ code }, `${message}. It is left out for ${Math.ceil(leftOutMs / 1000)} s`);
      return;
    }
    if (!(error instanceof RetryableError)) throw error;
    log.warn({ code: error.code }, `${error.message}; trying again`);
    this.#nodes.pass();
    const pauseMs = Math.min(this.#backoffMs, backoffMaxMs(error.code)) * (0.5 + Math.random());
    await sleep(pauseMs, this.#signal);
    this.#metrics.spent('pause', pauseMs);
    this.#backoffMs = Math.min(this.#backoffMs * 2, BACKOFF_MAX_MS);
  }
}
