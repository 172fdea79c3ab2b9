/**
 * A validator set and its hash: the Merkle root over (public key, power) in the set's own order, most power first, then by address.
 *
 * Nothing else of a set is under a hash: address and proposer priority in the JSON are the node's word, so the address is computed from
 * the key. Only Ed25519 keys are taken; the chain admits no other.
 */
import { concatBytes, sha256 } from './bytes.ts';
import type { ValidatorJson } from './json.ts';
import { malformed, readBase64, readInt64, readObject } from './json.ts';
import { merkleRoot } from './merkle.ts';
import { bytesField, messageField, varintField } from './proto.ts';

const ED25519 = 'tendermint/PubKeyEd25519';

export interface Validator {
  /** first 20 bytes of the key's SHA-256 */
  address: Uint8Array;
  /** Ed25519, 32 bytes */
  publicKey: Uint8Array;
  power: bigint;
}

export interface ValidatorSet {
  hash: Uint8Array;
  validators: readonly Validator[];
  totalPower: bigint;
}

export const consensusAddress = (publicKey: Uint8Array): Uint8Array => sha256(publicKey).slice(0, 20);

function readValidator(json: ValidatorJson, field: string): Validator {
  const pubKey = readObject(readObject(json, field).pub_key, `${field}.pub_key`);
  if (pubKey.type !== ED25519) throw malformed(`${field}.pub_key.type`, ED25519);
  const publicKey = readBase64(pubKey.value, `${field}.pub_key.value`);
  if (publicKey.length !== 32) throw malformed(`${field}.pub_key.value`, '32 bytes');
  const power = readInt64(json.voting_power, `${field}.voting_power`);
  if (power <= 0n) throw malformed(`${field}.voting_power`, 'a positive power');
  return { address: consensusAddress(publicKey), publicKey, power };
}

/** A set in the order given, with its hash. */
function validatorSet(validators: readonly Validator[]): ValidatorSet {
  const leaves = validators.map(({ publicKey, power }) => concatBytes(messageField(1, bytesField(1, publicKey)), varintField(2, power)));
  return { hash: merkleRoot(leaves), validators, totalPower: validators.reduce((sum, { power }) => sum + power, 0n) };
}

/** The set that the RPC's /validators shows, all pages joined. @throws ProtocolError `malformed`. */
export const readValidatorSet = (json: readonly ValidatorJson[]): ValidatorSet =>
  validatorSet(json.map((one, i) => readValidator(one, `validators[${i}]`)));

/** The first set of a chain whose genesis gives these keys power 1 each: equal powers, so sorted by address. */
export function equalPowerSet(publicKeys: readonly Uint8Array[]): ValidatorSet {
  const validators = publicKeys.map((publicKey) => ({ address: consensusAddress(publicKey), publicKey, power: 1n }));
  return validatorSet(validators.sort((a, b) => compare(a.address, b.address)));
}

function compare(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return 0;
}
