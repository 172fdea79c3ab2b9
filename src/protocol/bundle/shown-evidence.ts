/**
 * Evidence of a community's chain (docs/main-chain.md, Uplinks), as CloseDay carried it into a block of the main chain, back in the forms
 * of a bundle's files. Each part has one encoding, as the main chain wants it; what else could be read is refused, by the field's name.
 */
import { toBase64 } from '@cosmjs/encoding';
import { bytesToHex } from '@noble/hashes/utils.js';
import { equalBytes } from '../comet/bytes.ts';
import { malformed } from '../comet/json.ts';
import { readSignedHeader } from '../comet/read-signed-header.ts';
import { readValidatorSet } from '../comet/validators.ts';
import { Evidence, type LightValidator as ListedValidator } from '../messages/generated/electra/meter/v1/types.ts';
import { type KeptHeader, type LightValidator, lightValidators } from './light-file.ts';

export interface ShownEvidence {
  /** with the set that it names */
  shown: KeptHeader;
  /** The set that the header gone on from announced; null: that of the header. */
  announced: readonly LightValidator[] | null;
  /** of the root of the meters' store, and of keys of it: base64 */
  store: string;
  proofs: readonly string[];
}

const listOf = (list: readonly ListedValidator[]): LightValidator[] =>
  list.map(({ key, power }) => ({ key: toBase64(key), power: String(power) }));

/** Its hash, in the spelling of headers. */
const hashOf = (list: readonly LightValidator[], field: string): string =>
  bytesToHex(readValidatorSet(lightValidators(list, field)).hash).toUpperCase();

function decoded(bytes: Uint8Array, field: string): Evidence {
  let evidence: Evidence;
  try {
    evidence = Evidence.decode(bytes);
  } catch {
    throw malformed(field, 'the encoding of an Evidence');
  }
  if (!equalBytes(Evidence.encode(evidence).finish(), bytes)) throw malformed(field, 'the one encoding of an Evidence');
  return evidence;
}

/** What is in the proofs, and whether the header's signatures hold, is not looked at. @throws ProtocolError naming the field */
export function readEvidence(bytes: Uint8Array, field: string): ShownEvidence {
  const { signedHeader, validators, trustedValidators, storeProof, proofs } = decoded(bytes, field);
  const { header, commit } = readSignedHeader(signedHeader, `${field}.signedHeader`);
  const [own, trusted] = [listOf(validators), listOf(trustedValidators)];
  if (hashOf(own, `${field}.validators`) !== header.validators_hash)
    throw malformed(`${field}.validators`, 'the set that the header names');
  if (trusted.length > 0 && hashOf(trusted, `${field}.trustedValidators`) === header.validators_hash)
    throw malformed(`${field}.trustedValidators`, 'none where they are the validators');
  return {
    shown: { header, commit, validators: own },
    announced: trusted.length > 0 ? trusted : null,
    store: toBase64(storeProof),
    proofs: proofs.map(toBase64),
  };
}
