/**
 * `operators.json`: who the operator was after the one of genesis (protocol §9.8), for whoever checks what an operator signed. Each
 * rotation is signed by the operator before, so the file proves itself from genesis on; one by the validators has no signature, and nothing
 * after it follows from this file. A community that has not rotated since its genesis has none.
 */
import { hexToBytes } from '@noble/hashes/utils.js';
import { isSignedBy, rotationDigest, SIGNATURE_BYTES } from '../meter/operator-signature.ts';
import { addressBytes } from '../values/address.ts';
import { canonicalJson, parseCanonical } from '../values/canonical.ts';
import { ProtocolError } from '../values/errors.ts';
import { array, hex, object, oneOf, text } from '../values/shape.ts';

export const OPERATORS_FORMAT = 'electra/operators/v1';

/** The n-th rotation since genesis is the n-th entry. `signature`: hex; null: by the validators. */
export interface OperatorsFile {
  chainId: string;
  rotations: readonly { address: string; signature: string | null }[];
}

export const encodeOperatorsFile = ({ chainId, rotations }: OperatorsFile): string =>
  canonicalJson({ format: OPERATORS_FORMAT, chainId, rotations: rotations.map(({ address, signature }) => ({ address, signature })) });

/** @throws ProtocolError naming the field. Whose the signatures are is not looked at. */
export function parseOperatorsFile(bytes: string): OperatorsFile {
  const f = object(parseCanonical(bytes, 'operators'), 'operators', ['format', 'chainId', 'rotations']);
  oneOf(f.format, 'operators.format', [OPERATORS_FORMAT]);
  return {
    chainId: text(f.chainId, 'operators.chainId'),
    rotations: array(f.rotations, 'operators.rotations').map((entry, i) => {
      const field = `operators.rotations[${i}]`;
      const r = object(entry, field, ['address', 'signature']);
      const address = text(r.address, `${field}.address`);
      addressBytes(address, `${field}.address`);
      return { address, signature: r.signature === null ? null : hex(r.signature, `${field}.signature`, SIGNATURE_BYTES) };
    }),
  };
}

/**
 * Everybody who was the operator of a chain, from the one of genesis on, as far as signatures lead.
 * @param past rotations that a continued genesis has behind it
 * @throws ProtocolError where a signature is not of the operator before
 */
export function operatorsOf(chainId: string, first: string, file: OperatorsFile | null, past = 0): string[] {
  const operators = [first];
  if (file && file.chainId !== chainId) throw new ProtocolError('wrong-chain', 'operators.chainId', chainId);
  for (const [i, { address, signature }] of (file?.rotations ?? []).entries()) {
    if (signature === null) break;
    if (!isSignedBy(operators[i], rotationDigest(chainId, past + i + 1, address), hexToBytes(signature)))
      throw new ProtocolError('bad-signature', `operators.rotations[${i}].signature`, `one by ${operators[i]}`);
    operators.push(address);
  }
  return operators;
}
