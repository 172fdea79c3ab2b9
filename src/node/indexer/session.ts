/**
 * Following one node from the cursor on, until the signal, or until an error says what to do next.
 *
 * A session begins by asking whether this node serves the chain that the index holds: same chain id, same genesis, same block at the
 * cursor. Then fetch, verify, handle and write run in a line, each ahead of the next: while Postgres has one batch, the next is verified
 * and given to the handlers.
 */
import { equalBytes, headerHash, readHex, resultsHash, verifyCommit, verifyEd25519 } from '../../protocol/comet/index.ts';
import { type Genesis, notProduction, type SharedGenesis } from '../../protocol/genesis/index.ts';
import { ProtocolError } from '../../protocol/values/errors.ts';
import type { Sql } from '../db/index.ts';
import { sleep } from '../shared/wait.ts';
import type { BlockHint } from './chain/hint.ts';
import type { BlockGroup, ChainNode, NodeStatus, RawBlock } from './chain/node.ts';
import { Prefetch } from './chain/prefetch.ts';
import { FatalError, RetryableError, UntrustedNodeError } from './errors.ts';
import type { Stage } from './metrics.ts';
import { genesisOf } from './read-genesis.ts';
import type { Trust, VerifiedBatch, VerifyOptions } from './verify.ts';
import { OTHER_RESULTS, verifyBatch } from './verify.ts';
import type { Applied, Applier } from './write/apply.ts';
import type { Cursor } from './write/cursor.ts';
import { readCursor } from './write/cursor.ts';

export interface SessionOptions {
  node: ChainNode;
  sql: Sql;
  applier: Applier;
  hint: BlockHint;
  /** the chain wanted; undefined: the one that the index holds, or else the node's */
  chainId: string | undefined;
  /** of the genesis wanted, hex; undefined: the one that the index holds, or else the node's */
  genesisHash?: string | undefined;
  /** whether a chain that production would refuse is followed */
  development: boolean;
  /** the command that drops this index */
  reset: string;
  signal: AbortSignal;
  /** after each batch; `chainHeight` is the node's */
  onBatch: (applied: Applied, chainHeight: number) => void;
  /** told what time went into */
  spent: (stage: Stage, ms: number) => void;
  /** asked while no block comes; may throw to end the session */
  onIdle: (status: NodeStatus, cursor: Cursor) => Promise<void>;
}

/** Poll interval without and with a WebSocket. */
const POLL_MS = 200;
const IDLE_POLL_MS = 3_000;
const NOT_YET_MS = 15;

export async function runSession(options: SessionOptions): Promise<void> {
  const { node, hint, signal, onIdle } = options;
  let status = await node.status();
  const line = new Line(options, await begin(options, status));
  let prefetch = new Prefetch(node, line.known.height + 1);
  try {
    while (!signal.aborted) {
      prefetch.extend(Math.max(status.height, hint.height));
      if (prefetch.pending) {
        try {
          const { waits } = await line.next(prefetch, Math.max(status.height, hint.height));
          if (waits) prefetch = new Prefetch(node, line.known.height + 1);
        } catch (error) {
          if (!(error instanceof RetryableError && error.code === 'not-yet')) throw error;
          const cursor = await line.cursor();
          await sleep(NOT_YET_MS, signal);
          status = await node.status();
          hint.atMost(status.height);
          prefetch = new Prefetch(node, cursor.height + 1);
          if (status.height > cursor.height) await onIdle(status, cursor); // a doubtful block, and nothing after it yet
        }
        continue;
      }
      const cursor = await line.cursor();
      await timed(options, 'idle', () => hint.above(cursor.height, hint.live ? IDLE_POLL_MS : POLL_MS, signal));
      if (signal.aborted || hint.height > cursor.height) continue;
      status = await node.status();
      hint.found(status.height);
      if (status.height <= cursor.height) await onIdle(status, cursor);
    }
  } finally {
    await line.end();
  }
}

/** Batches on their way: one is being written, the next one waits for it with its rows ready, one more is fetched and verified. */
class Line {
  /** of the last block that was verified */
  known: Trust;
  readonly #options: SessionOptions;
  #written: Promise<Cursor>;
  /** of the batch before that */
  #before: Promise<unknown> = Promise.resolve();

  constructor(options: SessionOptions, cursor: Cursor) {
    this.#options = options;
    this.known = cursor;
    this.#written = Promise.resolve(cursor);
  }

  /** Where the index stands, once what is being written is in. */
  cursor(): Promise<Cursor> {
    return timed(this.#options, 'write', () => this.#written);
  }

  /** Ends what was begun; whether it failed is nobody's business any more. */
  end(): Promise<unknown> {
    return this.#written.catch(() => {});
  }

  /** Fetches what has arrived, verifies it, begins to write it. `waits`: but for the last block, which is to be fetched again. */
  async next(prefetch: Prefetch, chainHeight: number): Promise<{ waits: boolean }> {
    const { node, reset } = this.#options;
    const groups = await timed(this.#options, 'fetch', () => prefetch.take());
    const blocks = groups.flatMap((group) => group.blocks);
    const batch = withoutDoubtful({ blocks, commit: groups.at(-1)!.commit });
    const verified = await timed(this.#options, 'verify', () => verifyGroup({ node, reset }, this.known, batch));
    await timed(this.#options, 'write', () => this.#before);
    this.#before = this.#written;
    this.#written = this.#write(this.known, verified, chainHeight);
    this.#written.catch(() => {}); // met by whoever asks for the cursor
    this.known = verified.trust;
    return { waits: batch.blocks.length < blocks.length };
  }

  async #write(parent: Trust, verified: VerifiedBatch, chainHeight: number): Promise<Cursor> {
    const applied = await this.#options.applier.batch(parent, verified, this.#before);
    this.#options.onBatch(applied, Math.max(chainHeight, applied.cursor.height));
    return applied.cursor;
  }
}

async function timed<T>({ spent }: Pick<SessionOptions, 'spent'>, stage: Stage, work: () => Promise<T>): Promise<T> {
  const startMs = performance.now();
  try {
    return await work();
  } finally {
    spent(stage, performance.now() - startMs);
  }
}

const refuses = ({ results }: RawBlock): boolean => results.some(({ code }) => Number(code ?? 0) !== 0);

/**
 * No header vouches yet for the results of the last block, and a validator accepts no block with a transaction that fails. So a node that
 * says that one failed there is not believed before the next header says so too: until then that block waits.
 */
function withoutDoubtful(group: BlockGroup): BlockGroup {
  const last = group.blocks.at(-1)!;
  if (!refuses(last)) return group;
  if (group.blocks.length === 1) throw new RetryableError('not-yet', `block ${last.height}: its results are in doubt`);
  return { blocks: group.blocks.slice(0, -1), commit: last.lastCommit! }; // it has transactions, so it is whole
}

type Source = Pick<SessionOptions, 'node' | 'reset'>;

async function verifyGroup(source: Source, known: Trust, group: BlockGroup): Promise<VerifiedBatch> {
  const { node } = source;
  try {
    return await verifyBatch(known, group.blocks, group.commit, verifiers(node));
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const truly = await withTrueResults(source, known, group, error);
    if (truly) return await verifyBatch(truly, group.blocks, group.commit, verifiers(node));
    throw new UntrustedNodeError(
      'untrusted-node',
      node.name,
      `its blocks do not hold together; nothing of them was written. ${error.message}`,
      { cause: error },
    );
  }
}

/**
 * When the first header disagrees with the results taken for the block before, either this node lies, or the one that gave those did.
 * It is the second when the header is otherwise signed and sound, and this node has the results that it names. If no transaction failed in
 * them either, the rows of that block are right: what was false decided nothing.
 */
async function withTrueResults(
  { node, reset }: Source,
  last: Trust,
  { blocks, commit }: BlockGroup,
  error: ProtocolError,
): Promise<Trust | undefined> {
  if (error.code !== OTHER_RESULTS) return undefined;
  let known: Trust;
  try {
    known = { ...last, resultsHash: readHex(blocks[0].header.last_results_hash, 'header.last_results_hash') };
    await verifyBatch(known, blocks, commit, verifiers(node));
  } catch {
    return undefined;
  }
  const { blocks: again } = await node.blocks(last.height, last.height);
  if (!equalBytes(resultsHash(again[0].results), known.resultsHash)) return undefined;
  if (!refuses(again[0])) return known;
  throw new FatalError(
    'results-mismatch',
    `the results that a node gave for the last indexed block ${last.height} are not those that the chain agreed on ` +
      `(last_results_hash of block ${last.height + 1}), and a transaction failed in it, which no honest majority accepts. ` +
      `Nothing after it was written; rebuild the index from honest nodes with \`${reset}\``,
  );
}

const verifiers = (node: ChainNode): VerifyOptions => ({
  validators: (height, hash) => node.validators(height, hash),
  verify: verifyEd25519,
});

/** Makes sure that this node serves the chain of the index, which begins here if it is empty. */
async function begin(options: SessionOptions, status: NodeStatus): Promise<Cursor> {
  const { node, sql, applier, chainId, genesisHash, development, reset } = options;
  let cursor = await readCursor(sql);
  if (chainId !== undefined && cursor && cursor.chainId !== chainId) {
    throw new FatalError(
      'wrong-chain',
      `the index holds chain ${cursor.chainId}, not ${chainId}; nothing was changed. ` +
        `Use that chain's data folder, or rebuild the index with \`${reset}\``,
    );
  }
  const wanted = chainId ?? cursor?.chainId;
  if (wanted !== undefined && status.chainId !== wanted) {
    throw new UntrustedNodeError('wrong-chain', node.name, `serves chain ${status.chainId}, expected ${wanted}; nothing was changed`);
  }
  const genesis = genesisOf(node, await node.genesis());
  if (genesis.chainId !== status.chainId)
    throw new UntrustedNodeError('wrong-chain', node.name, `its genesis is of chain ${genesis.chainId}, expected ${status.chainId}`);
  if (genesisHash !== undefined && genesis.hash !== genesisHash)
    throw new UntrustedNodeError('wrong-chain', node.name, `its genesis is ${genesis.hash}, expected ${genesisHash}; nothing was changed`);
  assertProduction(genesis, development);
  if (!cursor) {
    await applier.genesis(genesis);
    cursor = await readCursor(sql);
    if (!cursor) throw new RetryableError('cursor-moved', 'the index was reset just now');
  }
  const [kept] = await sql<{ hash: Uint8Array }[]>`select hash from chain.genesis`;
  if (!kept || Buffer.from(kept.hash).toString('hex') !== genesis.hash) {
    throw new UntrustedNodeError(
      'wrong-chain',
      node.name,
      `shows another genesis for chain ${genesis.chainId} than the one that was indexed; nothing was changed`,
    );
  }
  if (cursor.blockHash.length > 0 && status.height >= cursor.height) await assertSameBlock(options, cursor);
  return cursor;
}

/** A node made for production works on no other chain, whoever serves it. */
function assertProduction(genesis: Genesis | SharedGenesis, development: boolean): void {
  const sentence = notProduction(genesis);
  if (sentence !== null && !development)
    throw new FatalError(
      'development-chain',
      `${sentence} (refused: this data folder was made for production; \`electra init --development\` makes one to try things out)`,
    );
}

/**
 * The node's block at the cursor must be the indexed one. A different one that the validators signed too is a fork: no node can be believed
 * then.
 */
async function assertSameBlock({ node, reset }: Source, cursor: Cursor): Promise<void> {
  const { header, commit } = await node.signedHeader(cursor.height);
  const blockHash = node.read(() => headerHash(header));
  if (Buffer.from(blockHash).equals(cursor.blockHash)) return;
  const names = `${hexOf(blockHash)} instead of the indexed ${hexOf(cursor.blockHash)}`;
  try {
    const validators = await node.validators(cursor.height, cursor.validatorsHash);
    verifyCommit(commit, { chainId: cursor.chainId, height: cursor.height, blockHash, validators, verify: verifyEd25519 });
  } catch (error) {
    if (error instanceof RetryableError) throw error;
    throw new UntrustedNodeError(
      'forked',
      node.name,
      `has block ${names} at height ${cursor.height}, which the chain's validators did not sign; nothing was changed`,
      { cause: error },
    );
  }
  throw new FatalError(
    'forked',
    `node ${node.name} has block ${names} at height ${cursor.height}, and more than two thirds of the validators signed both: ` +
      `the chain was rolled back and went another way, or it forked. Nothing was changed. ` +
      `Find out which history is the true one before \`${reset}\``,
  );
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();
