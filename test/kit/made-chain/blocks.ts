/**
 * The blocks of a made chain as a node tells them: headers that link, commits that its four validators signed, transactions with the weight
 * of real ones, results with the events that the SDK writes. Nobody executed them: who signed a transaction, and whether its meter may say
 * what it says, is the chain's to check and no indexer's.
 */
import { createHash } from 'node:crypto';
import { AuthInfo, TxBody, TxRaw } from 'cosmjs-types/cosmos/tx/v1beta1/tx';
import {
  type CommitJson,
  commitHash,
  dataHash,
  type HeaderJson,
  headerHash,
  merkleRoot,
  resultsHash,
  type TxResultJson,
  txHashes,
  type ValidatorSet,
  voteSignBytes,
} from '../../../src/protocol/comet/index.ts';
import { setOf, type TestValidator } from '../audit/headers.ts';
import { chainIdOf, GENESIS_UNIX_S, validatorsOf } from './genesis.ts';
import type { ChainPlan } from './plans.ts';
import type { SeededRandom } from './random.ts';
import type { Said } from './words.ts';

/** The JSON texts of a height. */
export interface BlockTexts {
  block: string;
  results: string;
  commit: string;
  /** as `blockchain` lists it */
  meta: string;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();
const hash = (label: string): Buffer => createHash('sha256').update(label).digest();
const EMPTY = createHash('sha256').digest();
const NO_BLOCK = { hash: '', parts: { total: 0, hash: '' } };
const NO_COMMIT: CommitJson = { height: '0', round: 0, block_id: NO_BLOCK, signatures: [] };
/** As each block's results repeat them. */
const PARAMS = {
  block: { max_bytes: '2097152', max_gas: '-1' },
  evidence: { max_age_num_blocks: '24192000', max_age_duration: '1209600000000000', max_bytes: '1048576' },
  validator: { pub_key_types: ['ed25519'] },
  version: {},
  abci: {},
};

export class BlockMaker {
  readonly chainId: string;
  readonly set: ValidatorSet;
  readonly #random: SeededRandom;
  readonly #signers: Map<string, TestValidator>;
  readonly #sequences = new Map<string, number>();
  #last: { id: CommitJson['block_id']; commit: CommitJson } = { id: NO_BLOCK, commit: NO_COMMIT };
  #lastResults: Uint8Array = merkleRoot([]);
  #appHash: Buffer = EMPTY;

  constructor(plan: ChainPlan, random: SeededRandom) {
    this.chainId = chainIdOf(plan);
    this.#random = random;
    const signers = validatorsOf(plan);
    this.set = setOf(signers);
    this.#signers = new Map(signers.map((signer) => [hex(signer.publicKey), signer]));
  }

  make(height: number, said: Said): BlockTexts {
    const txs = said.txs.map((tx) => this.#tx(tx));
    const header = this.#header(height, txs);
    const id = {
      hash: hex(headerHash(header)),
      parts: { total: 1 + Math.floor(said.txs.length / 100), hash: hex(hash(`parts ${height}`)) },
    };
    const { commit: lastCommit } = this.#last;
    const commit = this.#commit(height, id, header.time);
    const results = said.txs.map((tx) => this.#result(tx));
    this.#last = { id, commit };
    this.#lastResults = resultsHash(results);
    if (said.txs.length + said.events.length > 0 || height === 1) this.#appHash = this.#random.bytes(32);
    const data = { txs: txs.map((tx) => Buffer.from(tx).toString('base64')) };
    const block = JSON.stringify({ block_id: id, block: { header, data, evidence: { evidence: [] }, last_commit: lastCommit } });
    return {
      block,
      results: JSON.stringify({
        height: String(height),
        txs_results: results.length > 0 ? results : null,
        finalize_block_events: said.events.length > 0 ? said.events : null,
        validator_updates: null,
        consensus_param_updates: PARAMS,
        app_hash: this.#appHash.toString('base64'),
      }),
      commit: JSON.stringify({ signed_header: { header, commit }, canonical: true }),
      meta: JSON.stringify({
        block_id: id,
        block_size: String(600 + txs.reduce((sum, tx) => sum + tx.length, 0)),
        header,
        num_txs: String(txs.length),
      }),
    };
  }

  #header(height: number, txs: readonly Uint8Array[]): HeaderJson {
    return {
      version: { block: '11' },
      chain_id: this.chainId,
      height: String(height),
      time: new Date((GENESIS_UNIX_S + height) * 1000).toISOString().replace('.000Z', '.000000001Z'),
      last_block_id: this.#last.id,
      last_commit_hash: hex(commitHash(this.#last.commit)),
      data_hash: hex(dataHash(txHashes(txs))),
      validators_hash: hex(this.set.hash),
      next_validators_hash: hex(this.set.hash),
      consensus_hash: hex(hash('consensus')),
      app_hash: hex(this.#appHash),
      last_results_hash: hex(this.#lastResults),
      evidence_hash: hex(EMPTY),
      proposer_address: hex(this.set.validators[height % this.set.validators.length].address),
    };
  }

  #commit(height: number, id: CommitJson['block_id'], time: string): CommitJson {
    const commit: CommitJson = {
      height: String(height),
      round: 0,
      block_id: id,
      signatures: this.set.validators.map(({ address }) => ({
        block_id_flag: 2,
        validator_address: hex(address),
        timestamp: time.replace('.000000001Z', `.${String(100_000_000 + this.#random.below(800_000_000)).replace(/0+$/, '')}Z`),
        signature: null,
      })),
    };
    this.set.validators.forEach(({ publicKey }, i) => {
      const signed = this.#signers.get(hex(publicKey))!.sign(voteSignBytes(this.chainId, commit, i));
      commit.signatures[i].signature = Buffer.from(signed).toString('base64');
    });
    return commit;
  }

  #tx({ meter, message }: Said['txs'][number]): Uint8Array {
    const sequence = this.#sequences.get(meter.address) ?? 0;
    this.#sequences.set(meter.address, sequence + 1);
    const key = { typeUrl: '/cosmos.crypto.secp256k1.PubKey', value: Buffer.concat([Buffer.from([0x0a, 33, 2]), hash(meter.address)]) };
    const authInfo = AuthInfo.fromPartial({
      signerInfos: [{ publicKey: key, modeInfo: { single: { mode: 1 } }, sequence: BigInt(sequence) }],
      fee: { gasLimit: 100_000_000n },
    });
    return TxRaw.encode({
      bodyBytes: TxBody.encode(TxBody.fromPartial({ messages: [message] })).finish(),
      authInfoBytes: AuthInfo.encode(authInfo).finish(),
      signatures: [this.#random.bytes(64)],
    }).finish();
  }

  #result({ meter, message: { typeUrl } }: Said['txs'][number]): TxResultJson {
    const answer = Buffer.from(`${typeUrl}Response`);
    const inner = Buffer.concat([Buffer.from([0x0a, answer.length]), answer]);
    const attribute = (key: string, value: string) => ({ key, value, index: true });
    const result = {
      code: 0,
      data: Buffer.concat([Buffer.from([0x12, inner.length]), inner]).toString('base64'),
      log: '',
      info: '',
      gas_wanted: '100000000',
      gas_used: String(60_000 + this.#random.below(30_000)),
      events: [
        { type: 'tx', attributes: [attribute('acc_seq', `${meter.address}/${this.#sequences.get(meter.address)! - 1}`)] },
        { type: 'tx', attributes: [attribute('signature', this.#random.bytes(64).toString('base64'))] },
        {
          type: 'message',
          attributes: [
            attribute('action', typeUrl),
            attribute('sender', meter.address),
            attribute('module', 'meter'),
            attribute('msg_index', '0'),
          ],
        },
      ],
      codespace: '',
    };
    return result;
  }
}
