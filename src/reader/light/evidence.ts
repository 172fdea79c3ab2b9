/**
 * Evidence: what a community's chain shows a main chain of its state (docs/main-chain.md). Made here from what a node answers; judged by
 * the main chain (chain/internal/evidence) and by auditors. Each part has one encoding, so the bytes are as much under the sender's
 * signature as their meaning.
 */
import { fromBase64 } from '@cosmjs/encoding';
import { type CommitJson, encodeSignedHeader, equalBytes, type HeaderJson, type ValidatorSet } from '../../protocol/comet/index.ts';
import { Evidence } from '../../protocol/messages/generated/electra/meter/v1/types.ts';
import { LightError } from './errors.ts';
import { decodeCommitment, type ProofOps } from './ics23.ts';
import { stateKeys } from './keys.ts';

/** In the order in which a registration wants them: CircuitsOf a community in Go. */
const COMMUNITY_CIRCUITS = ['clearing', 'day-bill', 'substitute'] as const;

/** What evidence of a day proves, in this order: that its book is proven, and where the community shares. */
export const dayEvidenceKeys = (day: number): Uint8Array[] => [stateKeys.proven(day, 1), stateKeys.uplink(day)];

/** What a checkpoint proves when a community is registered: parameters, clock, hash of the genesis, keys. */
export const checkpointKeys = (): Uint8Array[] => [
  stateKeys.params(),
  stateKeys.clock(),
  stateKeys.genesisHash(),
  ...COMMUNITY_CIRCUITS.map(stateKeys.verificationKey),
];

export interface EvidenceParts {
  header: HeaderJson;
  commit: CommitJson;
  /** of the header's height */
  validators: ValidatorSet;
  /** next ones of the header that the main chain goes on from; none where nothing is gone on from */
  trusted?: ValidatorSet;
  /** of keys of the meters' store, each of the state after the block before the header; none: a header alone */
  proofs?: readonly ProofOps[];
}

const listOf = ({ validators }: ValidatorSet): { key: Uint8Array; power: bigint }[] =>
  validators.map(({ publicKey, power }) => ({ key: publicKey, power }));

function proofBytes(ops: ProofOps, i: number): { key: Uint8Array; store: Uint8Array } {
  if (ops.length !== 2) throw new LightError('malformed', `proofs[${i}]`, 'two proofs, of the key and of the store');
  const [key, store] = ops.map(({ data }, n) => {
    const bytes = fromBase64(data);
    decodeCommitment(bytes, `proofs[${i}][${n}]`); // only what is its own one encoding is taken
    return bytes;
  });
  return { key, store };
}

/** @throws ProtocolError, LightError naming the field that does not read, or proofs under several roots */
export function evidenceOf({ header, commit, validators, trusted = validators, proofs = [] }: EvidenceParts): Evidence {
  const shown = proofs.map(proofBytes);
  const other = shown.findIndex(({ store }) => !equalBytes(store, shown[0].store));
  if (other >= 0) throw new LightError('wrong-root', `proofs[${other}]`, 'a proof of the same state as those before it');
  return {
    signedHeader: encodeSignedHeader({ header, commit }),
    validators: listOf(validators),
    trustedValidators: equalBytes(trusted.hash, validators.hash) ? [] : listOf(trusted),
    storeProof: shown[0]?.store ?? new Uint8Array(0),
    proofs: shown.map(({ key }) => key),
  };
}

/** As CloseDay carries it. */
export const encodeEvidence = (parts: EvidenceParts): Uint8Array => Evidence.encode(evidenceOf(parts)).finish();
