/**
 * State proofs: what a key of a store held, or that it held nothing, under an app hash (protocol §7, check 2; ICS-23).
 *
 * A proof has two storeys, as `abci_query?prove=true` returns them: the key in its module's tree, whose root is the value of the store's
 * name in the tree of stores, whose root is the app hash. Absence is shown by the two neighbours of the key, or by one at the tree's edge.
 *
 * Traps. The app hash of header h+1 is of the state after block h. A wrong key encoding silently "proves" absence: keys.ts builds the keys
 * and tests hold them against a real chain. A node may answer with more than asked (batches, extra fields): the bytes must be their own
 * canonical encoding, and of the two kinds here.
 */
import { fromBase64 } from '@cosmjs/encoding';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { ExistenceProof, NonExistenceProof } from 'cosmjs-types/cosmos/ics23/v1/proofs';
import { CommitmentProof } from 'cosmjs-types/cosmos/ics23/v1/proofs';
import { equalBytes } from '../../protocol/comet/index.ts';
import { compareBytes } from '../../protocol/day/roster.ts';
import { LightError } from './errors.ts';
import type { Leaf } from './paths.ts';
import { areNeighbours, isAtEdge, leafUnder } from './paths.ts';
import type { Spec } from './spec.ts';
import { IAVL, SIMPLE } from './spec.ts';

/** One storey, in the RPC's JSON (`response.proofOps.ops`): bytes in base64. */
export interface ProofOpJson {
  type: string;
  key: string;
  data: string;
}
export type ProofOps = readonly ProofOpJson[];

export interface Entry {
  key: Uint8Array;
  value: Uint8Array;
}
export interface Present {
  absent: false;
  value: Uint8Array;
}
/** `left` and `right`: the nearest keys of the store on both sides, null at its edges. */
export interface Absent {
  absent: true;
  left: Entry | null;
  right: Entry | null;
}
export type Shown = Present | Absent;

function bytesOf(value: unknown, field: string): Uint8Array {
  if (typeof value !== 'string') throw new LightError('malformed', field, 'base64');
  try {
    return fromBase64(value);
  } catch {
    throw new LightError('malformed', field, 'base64');
  }
}

/** Proof bytes in their only form: what cannot be written again byte for byte holds something that was not looked at. */
export function decodeCommitment(bytes: Uint8Array, field: string): { exist?: ExistenceProof; nonexist?: NonExistenceProof } {
  let proof: CommitmentProof;
  try {
    proof = CommitmentProof.decode(bytes);
  } catch {
    throw new LightError('malformed', field, 'an ICS-23 CommitmentProof');
  }
  if (!equalBytes(CommitmentProof.encode(proof).finish(), bytes))
    throw new LightError('malformed', field, 'an ICS-23 CommitmentProof in canonical encoding');
  const { exist, nonexist, batch, compressed } = proof;
  if (batch || compressed || !exist === !nonexist) throw new LightError('malformed', field, 'one proof of existence or one of absence');
  return { exist, nonexist };
}

/** @throws LightError unless the proof shows the key under the root */
export function verifyExistence(root: Uint8Array, key: Uint8Array, proof: ExistenceProof, spec: Spec, field: string): Leaf {
  if (!equalBytes(proof.key, key)) throw new LightError('wrong-key', `${field}.key`, 'the key in question');
  return leafUnder(root, proof, spec, field);
}

/** @throws LightError unless the proof shows that the key is not under the root */
export function verifyAbsence(root: Uint8Array, key: Uint8Array, proof: NonExistenceProof, spec: Spec, field: string): Absent {
  if (!equalBytes(proof.key, key)) throw new LightError('wrong-key', `${field}.key`, 'the key in question');
  const left = proof.left ? leafUnder(root, proof.left, spec, `${field}.left`) : null;
  const right = proof.right ? leafUnder(root, proof.right, spec, `${field}.right`) : null;
  if (left && compareBytes(left.key, key) >= 0)
    throw new LightError('not-neighbours', `${field}.left.key`, 'a key before the one in question');
  if (right && compareBytes(key, right.key) >= 0)
    throw new LightError('not-neighbours', `${field}.right.key`, 'a key after the one in question');
  if (left && right) {
    if (!areNeighbours(left.path, right.path)) throw new LightError('not-neighbours', field, 'two leaves with nothing between them');
  } else if (right) {
    if (!isAtEdge(right.path, 'left'))
      throw new LightError('not-neighbours', `${field}.right`, 'the store’s first leaf, as nothing is left of it');
  } else if (!left) {
    throw new LightError('bad-proof', field, 'at least one neighbour');
  } else if (!isAtEdge(left.path, 'right')) {
    throw new LightError('not-neighbours', `${field}.left`, 'the store’s last leaf, as nothing is right of it');
  }
  const entry = (leaf: Leaf | null): Entry | null => leaf && { key: leaf.key, value: leaf.value };
  return { absent: true, left: entry(left), right: entry(right) };
}

/**
 * What a key held in a store.
 * @param appHash of the header AFTER the block whose state it is (client.ts: appHashAfter)
 * @param store such as `meter`
 * @param ops `response.proofOps.ops` of abci_query
 * @returns the value, or absence with its neighbours
 * @throws LightError with a stable code, naming the step
 */
export function verifyState(appHash: Uint8Array, store: string, key: Uint8Array, ops: ProofOps): Shown {
  if (!Array.isArray(ops) || ops.length !== 2 || ops[0]?.type !== 'ics23:iavl' || ops[1]?.type !== 'ics23:simple') {
    throw new LightError('malformed', 'proofOps', 'two steps, ics23:iavl and ics23:simple');
  }
  const name = utf8ToBytes(store);
  if (!equalBytes(bytesOf(ops[0].key, 'proofOps[0].key'), key)) throw new LightError('wrong-key', 'proofOps[0].key', 'the key in question');
  if (!equalBytes(bytesOf(ops[1].key, 'proofOps[1].key'), name)) throw new LightError('wrong-store', 'proofOps[1].key', store);
  const inStores = decodeCommitment(bytesOf(ops[1].data, 'proofOps[1].data'), 'proofOps[1]').exist;
  if (!inStores) throw new LightError('bad-proof', 'proofOps[1]', 'a proof that the store exists');
  if (!equalBytes(inStores.key, name)) throw new LightError('wrong-store', 'proofOps[1].exist.key', store);
  const { value: root } = verifyExistence(appHash, name, inStores, SIMPLE, 'proofOps[1].exist');
  const { exist, nonexist } = decodeCommitment(bytesOf(ops[0].data, 'proofOps[0].data'), 'proofOps[0]');
  if (exist) return { absent: false, value: verifyExistence(root, key, exist, IAVL, 'proofOps[0].exist').value };
  return verifyAbsence(root, key, nonexist!, IAVL, 'proofOps[0].nonexist');
}
