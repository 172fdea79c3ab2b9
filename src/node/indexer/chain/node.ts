/**
 * What the indexer asks of a node: where it stands, its genesis, blocks with their results, commits, validator sets, state proofs.
 * Answers are only given a shape here; verify.ts decides what of them is true.
 *
 * Where an answer is used as it is, cosmjs' Comet38Client decodes it, over this room's own connections. Blocks, results, commits and
 * validator sets are read from raw JSON instead: hashes and signatures cover exact text, many blocks go into one request, and auditors get
 * the headers as they came.
 */
import { toBase64 } from '@cosmjs/encoding';
import { Comet38Client } from '@cosmjs/tendermint-rpc';
import type { CommitJson, HeaderJson, TxResultJson, ValidatorJson, ValidatorSet } from '../../../protocol/comet/index.ts';
import { readArray, readBase64, readHeight, readObject, readString, readValidatorSet } from '../../../protocol/comet/index.ts';
import { ProtocolError } from '../../../protocol/values/errors.ts';
import type { ProofOpJson } from '../../../reader/light/index.ts';
import { RetryableError, UntrustedNodeError } from '../errors.ts';
import { GENESIS_BYTES_MAX, VALIDATORS_MAX } from './answer-limits.ts';
import type { RpcCall } from './rpc.ts';
import { Rpc, RpcRefusal } from './rpc.ts';

export interface EventJson {
  type: string;
  attributes: { key: string; value: string }[];
}

/** A block as a node tells it. */
export interface RawBlock {
  height: number;
  header: HeaderJson;
  txs: Uint8Array[];
  /** the commit of the block before; without meaning in the first block */
  lastCommit: CommitJson;
  results: TxResultJson[];
  /** events of FinalizeBlock that belong to no transaction */
  events: EventJson[];
  /** rough size in memory */
  bytes: number;
}

/** Consecutive blocks, and the commit of the last. */
export interface BlockGroup {
  blocks: RawBlock[];
  commit: CommitJson;
}

export interface NodeStatus {
  chainId: string;
  height: number;
  catchingUp: boolean;
}

/** Blocks to a request: two calls each and one for the commit stay below a node's ten calls. */
export const GROUP_BLOCKS = 4;

export class ChainNode {
  readonly rpc: Rpc;
  readonly #comet: Comet38Client;
  readonly #sets = new Map<string, ValidatorSet>();

  constructor(url: string, signal: AbortSignal, { answerMs }: { answerMs?: number } = {}) {
    this.rpc = new Rpc(url, { signal, answerMs });
    this.#comet = Comet38Client.create({
      execute: async ({ id, method, params }) => ({
        jsonrpc: '2.0',
        id,
        result: await this.rpc.call(method, params as Record<string, unknown>),
      }),
      disconnect: () => {},
    });
  }

  get name(): string {
    return this.rpc.name;
  }

  /**
   * Trap: a node whose chain has no block yet (its validators are still to come) has empty hashes here; cosmjs refuses them as malformed.
   */
  async status(): Promise<NodeStatus> {
    const answer = await this.rpc.call('status');
    return this.read(() => {
      const status = readObject(answer, 'status');
      const sync = readObject(status.sync_info, 'status.sync_info');
      return {
        chainId: readString(readObject(status.node_info, 'status.node_info').network, 'status.node_info.network'),
        height: readHeight(sync.latest_block_height, 'status.sync_info.latest_block_height'),
        catchingUp: sync.catching_up === true,
      };
    });
  }

  /** The genesis document as JSON, in chunks where it is too large for one answer. */
  async genesis(): Promise<unknown> {
    try {
      const answer = await this.rpc.call('genesis');
      return this.read(() => readObject(answer, 'genesis').genesis);
    } catch (error) {
      if (!(error instanceof RpcRefusal) || !/chunked/i.test(error.said)) throw error;
    }
    const parts: Uint8Array[] = [];
    let bytes = 0;
    for (let total = 1; parts.length < total; ) {
      const answer = await this.rpc.call('genesis_chunked', { chunk: String(parts.length) });
      const chunk = this.read(() => readObject(answer, 'genesis_chunked'));
      total = this.read(() => readHeight(chunk.total, 'genesis_chunked.total'));
      const part = this.read(() => readBase64(chunk.data, 'genesis_chunked.data'));
      bytes += part.length;
      if (part.length === 0 || bytes > GENESIS_BYTES_MAX)
        throw new UntrustedNodeError(
          'untrusted-node',
          this.name,
          `genesis_chunked: expected at most ${GENESIS_BYTES_MAX} bytes in full parts`,
        );
      parts.push(part);
    }
    try {
      return JSON.parse(Buffer.concat(parts).toString('utf8'));
    } catch {
      throw new UntrustedNodeError('untrusted-node', this.name, 'genesis: expected JSON');
    }
  }

  /**
   * Blocks from … to with results, and the commit of `to`. At most {@link GROUP_BLOCKS}. @throws RetryableError `not-yet` above the node's
   * height.
   */
  async blocks(from: number, to: number): Promise<BlockGroup> {
    const calls: RpcCall[] = [];
    for (let height = from; height <= to; height++) {
      calls.push({ method: 'block', params: { height: String(height) } }, { method: 'block_results', params: { height: String(height) } });
    }
    calls.push({ method: 'commit', params: { height: String(to) } });
    const results = await this.#availableOr(() => this.rpc.batch(calls));
    // A node that is just making the height may answer with an empty block.
    if (results.some((result) => (result as { block?: unknown }).block === null))
      throw new RetryableError('not-yet', `node ${this.name} does not have that height yet`);
    return this.read(() => ({
      blocks: Array.from({ length: to - from + 1 }, (_, i) => readBlock(from + i, results[2 * i], results[2 * i + 1])),
      commit: readSignedHeader(results.at(-1)).commit,
    }));
  }

  async signedHeader(height: number): Promise<{ header: HeaderJson; commit: CommitJson }> {
    const result = await this.#availableOr(() => this.rpc.call('commit', { height: String(height) }));
    return this.read(() => readSignedHeader(result));
  }

  /** The validator set of a height. @throws UntrustedNodeError unless it hashes to `hash`, which a verified header named. */
  async validators(height: number, hash: Uint8Array): Promise<ValidatorSet> {
    const key = Buffer.from(hash).toString('hex');
    const known = this.#sets.get(key);
    if (known) return known;
    const validators: ValidatorJson[] = [];
    for (let page = 1, total = 1; validators.length < total; page++) {
      const answer = await this.#availableOr(() =>
        this.rpc.call('validators', { height: String(height), page: String(page), per_page: '100' }),
      );
      const result = this.read(() => readObject(answer, 'validators'));
      const list = this.read(() => readArray(result.validators, 'validators')) as ValidatorJson[];
      total = this.read(() => readHeight(result.total, 'validators.total'));
      if (list.length === 0) throw new UntrustedNodeError('untrusted-node', this.name, `validators of height ${height}: an empty page`);
      if (total > VALIDATORS_MAX)
        throw new UntrustedNodeError('untrusted-node', this.name, `validators of height ${height}: expected at most ${VALIDATORS_MAX}`);
      validators.push(...list);
    }
    const set = this.read(() => readValidatorSet(validators));
    if (Buffer.from(set.hash).toString('hex') !== key) {
      throw new UntrustedNodeError(
        'untrusted-node',
        this.name,
        `the validator set it shows for height ${height} is not the one that the header names (validators_hash)`,
      );
    }
    if (this.#sets.size > 64) this.#sets.clear();
    this.#sets.set(key, set);
    return set;
  }

  /**
   * ICS-23 proofs of keys of a store, there or absent, in the state after block `height`. Not verified here.
   * @throws UntrustedNodeError when it gives none, or no longer keeps that state
   */
  async stateProofs(store: string, keys: readonly Uint8Array[], height: number): Promise<ProofOpJson[][]> {
    return Promise.all(
      keys.map(async (data) => {
        const { code, log, proof } = await this.#typed('abci_query', () =>
          this.#comet.abciQuery({ path: `/store/${store}/key`, data, height, prove: true }),
        );
        if (code)
          throw new UntrustedNodeError(
            'untrusted-node',
            this.name,
            `abci_query: expected a state that the node still keeps (${String(log ?? '').slice(0, 200)})`,
          );
        if (proof?.ops.length !== 2)
          throw new UntrustedNodeError('untrusted-node', this.name, 'abci_query: expected two proofs, of key and store');
        return proof.ops.map(({ type, key, data: bytes }) => ({ type, key: toBase64(key), data: toBase64(bytes) }));
      }),
    );
  }

  /** cosmjs' typed client; what it cannot decode is the node's fault. */
  async #typed<T>(method: string, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof RetryableError || error instanceof UntrustedNodeError) throw error;
      throw new UntrustedNodeError('untrusted-node', this.name, `malformed answer: ${method}: ${(error as Error).message.slice(0, 200)}`, {
        cause: error,
      });
    }
  }

  close(): void {
    this.rpc.close();
  }

  /** Gives an answer its shape; a wrong one is the node's fault. */
  read<T>(reader: () => T): T {
    try {
      return reader();
    } catch (error) {
      if (error instanceof ProtocolError)
        throw new UntrustedNodeError('untrusted-node', this.name, `malformed answer: ${error.message}`, { cause: error });
      throw error;
    }
  }

  /** Trap: /status runs ahead of /block_results, so a height just announced may be refused for a moment. */
  async #availableOr<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof RpcRefusal)) throw error;
      if (/lowest height|is not available/i.test(error.said)) {
        throw new UntrustedNodeError(
          'blocks-pruned',
          this.name,
          'no longer keeps the blocks that are to be indexed; sealed bytes live in blocks only, ' +
            `so point the indexer at a node that keeps all (${error.message})`,
          { cause: error },
        );
      }
      if (/must be less than or equal|could not find results|nil/i.test(error.said))
        throw new RetryableError('not-yet', `node ${this.name} does not have that height yet`, { cause: error });
      throw error;
    }
  }
}

function readSignedHeader(result: unknown): { header: HeaderJson; commit: CommitJson } {
  const signed = readObject(readObject(result, 'commit').signed_header, 'commit.signed_header');
  return {
    header: readObject(signed.header, 'commit.signed_header.header') as unknown as HeaderJson,
    commit: readObject(signed.commit, 'commit.signed_header.commit') as unknown as CommitJson,
  };
}

function readBlock(height: number, blockResult: unknown, resultsResult: unknown): RawBlock {
  const block = readObject(readObject(blockResult, 'block').block, 'block.block');
  const data = readObject(block.data, 'block.data');
  const results = readObject(resultsResult, 'block_results');
  if (readHeight(results.height, 'block_results.height') !== height)
    throw new ProtocolError('wrong-block', 'block_results.height', `${height}`);
  const txs = readArray(data.txs ?? [], 'block.data.txs').map((tx, i) => Buffer.from(readString(tx, `block.data.txs[${i}]`), 'base64'));
  return {
    height,
    header: readObject(block.header, 'block.header') as unknown as HeaderJson,
    txs,
    lastCommit: block.last_commit as CommitJson,
    results: readArray(results.txs_results ?? [], 'block_results.txs_results') as TxResultJson[],
    events: readEvents(results.finalize_block_events),
    bytes: 4096 + txs.reduce((sum, tx) => sum + tx.length + 1024, 0),
  };
}

function readEvents(events: unknown): EventJson[] {
  return readArray(events ?? [], 'block_results.finalize_block_events').map((event, i) => {
    const { type, attributes } = readObject(event, `finalize_block_events[${i}]`);
    return {
      type: readString(type, `finalize_block_events[${i}].type`),
      attributes: readArray(attributes ?? [], `finalize_block_events[${i}].attributes`).map((attribute) => {
        const { key, value } = readObject(attribute, 'attribute');
        return { key: String(key ?? ''), value: String(value ?? '') };
      }),
    };
  });
}
