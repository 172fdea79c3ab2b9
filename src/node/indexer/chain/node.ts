/**
 * What the indexer asks of a node: where it stands, its genesis, blocks with their results, commits, validator sets, state proofs.
 * Answers are only given a shape here; verify.ts decides what of them is true.
 *
 * All is read from raw JSON and not by a client library: hashes and signatures cover exact text, many blocks go into one request, and
 * auditors get the headers as they came.
 */
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

/** A block as a node tells it, or, where its header shows that nothing was said or changed in it, made from the header (stillBlock). */
export interface RawBlock {
  height: number;
  header: HeaderJson;
  txs: Uint8Array[];
  /** the commit of the block before; without meaning in the first block, and not known of one made from its header */
  lastCommit: CommitJson | undefined;
  results: TxResultJson[];
  /** events of FinalizeBlock that belong to no transaction */
  events: EventJson[];
  /** made from its header, since the node's next one says that nothing changed: which that has to show, once it is known to be true */
  still?: true;
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

/** A header as a range of them tells it, with what a block will weigh. */
export interface BlockMeta {
  height: number;
  header: HeaderJson;
  /** about so much the answers with block and results will be */
  bytes: number;
}

/** Blocks to a request: two calls each and one for the commit stay below a node's ten calls. */
export const GROUP_BLOCKS = 4;
/** Headers to a request: a node gives twenty to a call (`blockchain`), and takes ten calls. */
const METAS_PER_CALL = 20;
export const METAS_MAX = 10 * METAS_PER_CALL;
/** Of the JSON of an empty block with its results, and of what the SDK says of each transaction. */
const BLOCK_BYTES = 6_000;
const RESULT_BYTES = 1_200;

export class ChainNode {
  readonly rpc: Rpc;
  readonly #sets = new Map<string, ValidatorSet>();

  constructor(url: string, signal: AbortSignal, { answerMs }: { answerMs?: number } = {}) {
    this.rpc = new Rpc(url, { signal, answerMs });
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
   * Blocks from … to with results, and the commit of `to`. {@link GROUP_BLOCKS} fill one request.
   * @throws RetryableError `not-yet` above the node's height.
   */
  async blocks(from: number, to: number): Promise<BlockGroup> {
    return this.blocksAt(
      Array.from({ length: to - from + 1 }, (_, i) => from + i),
      to,
    );
  }

  /** Blocks of some heights, and the commit of one. {@link GROUP_BLOCKS} fill one request. */
  async blocksAt(heights: readonly number[], signed: number): Promise<BlockGroup> {
    const calls: RpcCall[] = heights.flatMap((height) =>
      ['block', 'block_results'].map((method) => ({ method, params: { height: String(height) } })),
    );
    calls.push({ method: 'commit', params: { height: String(signed) } });
    const results = await this.#availableOr(() => this.rpc.batch(calls));
    // A node that is just making the height may answer with an empty block.
    if (results.some((result) => (result as { block?: unknown }).block === null)) throw this.#notYet();
    return this.read(() => ({
      blocks: heights.map((height, i) => readBlock(height, results[2 * i], results[2 * i + 1])),
      commit: readSignedHeader(results.at(-1)).commit,
    }));
  }

  /** Headers from … to, at most {@link METAS_MAX}. @throws RetryableError `not-yet` where the node has not all of them. */
  async headers(from: number, to: number): Promise<BlockMeta[]> {
    const calls: RpcCall[] = [];
    for (let at = from; at <= to; at += METAS_PER_CALL) {
      const params = { minHeight: String(at), maxHeight: String(Math.min(at + METAS_PER_CALL - 1, to)) };
      calls.push({ method: 'blockchain', params });
    }
    const results = await this.#availableOr(() => this.rpc.batch(calls));
    const metas = this.read(() => results.flatMap((result) => readMetas(result)));
    if (metas.length !== to - from + 1 || metas.some(({ height }, i) => height !== from + i)) throw this.#notYet();
    return metas;
  }

  #notYet(cause?: unknown): RetryableError {
    return new RetryableError('not-yet', `node ${this.name} does not have that height yet`, { cause });
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
    const calls = keys.map((data) => ({
      method: 'abci_query',
      params: { path: `/store/${store}/key`, data: Buffer.from(data).toString('hex'), height: String(height), prove: true },
    }));
    return (await this.rpc.batch(calls)).map((answer) => {
      const { code, log, ops } = this.read(() => readProof(answer));
      if (code !== 0)
        throw new UntrustedNodeError(
          'untrusted-node',
          this.name,
          `abci_query: expected a state that the node still keeps (${log.slice(0, 200)})`,
        );
      if (ops.length !== 2) throw new UntrustedNodeError('untrusted-node', this.name, 'abci_query: expected two proofs, of key and store');
      return ops;
    });
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
      if (/must be less than or equal|can't be greater than max height|could not find results|nil/i.test(error.said))
        throw this.#notYet(error);
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
    // Only these fields are under a hash. The rest, events above all, is most of an answer, and is let go at once.
    results: readArray(results.txs_results ?? [], 'block_results.txs_results').map((result, i) => {
      const { code, data, gas_wanted, gas_used } = readObject(result, `block_results.txs_results[${i}]`) as unknown as TxResultJson;
      return { code, data, gas_wanted, gas_used };
    }),
    events: readEvents(results.finalize_block_events),
    bytes: 4096 + txs.reduce((sum, tx) => sum + tx.length + 1024, 0),
  };
}

/** In ascending order of heights. */
function readMetas(result: unknown): BlockMeta[] {
  const metas = readArray(readObject(result, 'blockchain').block_metas, 'blockchain.block_metas');
  return metas
    .map((one, i) => {
      const meta = readObject(one, `block_metas[${i}]`);
      const header = readObject(meta.header, `block_metas[${i}].header`) as unknown as HeaderJson;
      const [size, txs] = ['block_size', 'num_txs'].map((name) => readHeight(meta[name] ?? '0', `block_metas[${i}].${name}`));
      const height = readHeight(header.height, `block_metas[${i}].header.height`);
      return { height, header, bytes: BLOCK_BYTES + Math.ceil((size * 4) / 3) + txs * RESULT_BYTES };
    })
    .sort((a, b) => a.height - b.height);
}

/** A block without transactions, from its header. Its time and hash are in the rows of nobody, but in the chain of digests. */
export const stillBlock = ({ height, header }: BlockMeta): RawBlock => ({
  height,
  header,
  txs: [],
  lastCommit: undefined,
  results: [],
  events: [],
  still: true,
  bytes: 2048,
});

function readProof(answer: unknown): { code: number; log: string; ops: ProofOpJson[] } {
  const response = readObject(readObject(answer, 'abci_query').response, 'abci_query.response');
  const proof = response.proofOps ?? response.proof_ops;
  const ops = proof === null || proof === undefined ? [] : readArray(readObject(proof, 'proofOps').ops ?? [], 'proofOps.ops');
  return {
    code: Number(response.code ?? 0),
    log: String(response.log ?? ''),
    ops: ops.map((op, i) => {
      const field = `abci_query.proofOps.ops[${i}]`;
      const { type, key, data } = readObject(op, field);
      const [keyText, dataText] = [readString(key, `${field}.key`), readString(data, `${field}.data`)];
      readBase64(keyText, `${field}.key`);
      readBase64(dataText, `${field}.data`);
      return { type: readString(type, `${field}.type`), key: keyText, data: dataText };
    }),
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
