/**
 * Validators that tests own, and headers that they sign, in the RPC's own JSON: honest ones, and whatever a dishonest majority or minority
 * could sign.
 */

import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import {
  type CommitJson,
  equalPowerSet,
  type HeaderJson,
  headerHash,
  type ValidatorSet,
  voteSignBytes,
} from '../../../src/protocol/comet/index.ts';
import { canonicalJson, type Json } from '../../../src/protocol/index.ts';

const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

export interface TestValidator {
  publicKey: Uint8Array;
  sign: (message: Uint8Array) => Uint8Array;
}

/** A validator by name, the same at every call. */
export function validator(name: string): TestValidator {
  const seed = createHash('sha256').update(`electra test validator: ${name}`).digest();
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
  return { publicKey: Uint8Array.from(publicKey), sign: (message) => sign(null, message, key) };
}

export const validators = (count: number, prefix = 'v'): TestValidator[] =>
  Array.from({ length: count }, (_, i) => validator(`${prefix}${i}`));
export const setOf = (list: readonly TestValidator[]): ValidatorSet => equalPowerSet(list.map(({ publicKey }) => publicKey));

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();
const hash32 = (label: string): string => hex(createHash('sha256').update(label).digest());

export interface HeaderPlan {
  chainId: string;
  height: number;
  /** RFC 3339 */
  time: string;
  appHash: Uint8Array;
  set: readonly TestValidator[];
  /** default: the same set */
  next?: readonly TestValidator[];
  lastBlockHash?: string;
  /** who signs for the block; default all of `set` */
  signers?: readonly TestValidator[];
  /** makes another header of the same height */
  salt?: string;
}

export interface SignedHeader {
  header: HeaderJson;
  commit: CommitJson;
}

/** A header and its commit, signatures in the set's order. Who is not among `signers` is absent. */
export function signedHeader(plan: HeaderPlan): SignedHeader {
  const set = setOf(plan.set);
  const header: HeaderJson = {
    version: { block: '11' },
    chain_id: plan.chainId,
    height: String(plan.height),
    time: plan.time,
    last_block_id: {
      hash: plan.lastBlockHash ?? hash32(`block ${plan.height - 1}`),
      parts: { total: 1, hash: hash32(`parts ${plan.height - 1}`) },
    },
    last_commit_hash: hash32(`commit ${plan.height}`),
    data_hash: hash32(`data ${plan.height}${plan.salt ?? ''}`),
    validators_hash: hex(set.hash),
    next_validators_hash: hex(setOf(plan.next ?? plan.set).hash),
    consensus_hash: hash32('consensus'),
    app_hash: hex(plan.appHash),
    last_results_hash: hash32('results'),
    evidence_hash: hash32('evidence'),
    proposer_address: hex(set.validators[0].address),
  };
  const signers = new Map((plan.signers ?? plan.set).map((v) => [hex(v.publicKey), v]));
  const commit: CommitJson = {
    height: String(plan.height),
    round: 0,
    block_id: { hash: hex(headerHash(header)), parts: { total: 1, hash: hash32(`parts ${plan.height}`) } },
    signatures: set.validators.map(({ publicKey, address }) =>
      signers.has(hex(publicKey))
        ? { block_id_flag: 2, validator_address: hex(address), timestamp: plan.time, signature: null }
        : { block_id_flag: 1, validator_address: '', timestamp: '0001-01-01T00:00:00Z', signature: null },
    ),
  };
  set.validators.forEach(({ publicKey }, i) => {
    const signer = signers.get(hex(publicKey));
    if (signer) commit.signatures[i].signature = Buffer.from(signer.sign(voteSignBytes(plan.chainId, commit, i))).toString('base64');
  });
  return { header, commit };
}

/** light.json of some headers: sets once each. */
export function lightFile(chainId: string, blocks: readonly (SignedHeader & { set: readonly TestValidator[] })[]): string {
  const sets = Object.fromEntries(
    blocks.map(({ set }) => {
      const { hash, validators: list } = setOf(set);
      return [
        Buffer.from(hash).toString('hex'),
        list.map(({ publicKey, power }) => ({ key: Buffer.from(publicKey).toString('base64'), power: String(power) })),
      ];
    }),
  );
  return canonicalJson({
    format: 'electra/light/v1',
    chainId,
    sets,
    blocks: blocks.map(({ header, commit }) => ({ header, commit })),
  } as unknown as Json);
}
