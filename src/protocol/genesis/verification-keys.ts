/** Verification keys as a genesis carries them: one of each circuit, their points as bytes in base64. */
import { toBase64 } from '@cosmjs/encoding';
import { type AnyCircuitName, CIRCUIT_NAMES, type PerCircuit } from '../circuits.ts';
import { ProtocolError } from '../values/errors.ts';
import { array, base64, object, type Shape } from '../values/shape.ts';
import { G1_BYTES, G2_BYTES, type VerificationKeyBytes } from './verification-key-id.ts';

/** The keys as a genesis has them: one of each circuit, in the order of the names. */
export const verificationKeysJson = (keys: PerCircuit<VerificationKeyBytes>) => keysJson(CIRCUIT_NAMES, keys);

/** The same of any chain's circuits. */
export const keysJson = <N extends AnyCircuitName>(names: readonly N[], keys: Readonly<Record<N, VerificationKeyBytes>>) =>
  names.map((circuit) => {
    const { alpha, beta, gamma, delta, ic } = keys[circuit];
    const texts = { alpha, beta, gamma, delta, ic };
    return {
      circuit,
      ...(Object.fromEntries(Object.entries(texts).map(([name, bytes]) => [name, toBase64(bytes)])) as typeof texts & Shape),
    };
  });

/** Where the state of a genesis has a circuit's key. */
export const verificationKeyField = <N extends AnyCircuitName>(circuit: N, names: readonly N[]): string =>
  `verification_keys[${names.indexOf(circuit)}]`;

function readKey(value: unknown, field: string, circuit: AnyCircuitName): VerificationKeyBytes {
  const key = object(value, field, ['circuit', 'alpha', 'beta', 'gamma', 'delta', 'ic']);
  if (key.circuit !== circuit) throw new ProtocolError('unparsable', `${field}.circuit`, `"${circuit}"`);
  const ic = base64(key.ic, `${field}.ic`);
  if (ic.length === 0 || ic.length % G1_BYTES !== 0)
    throw new ProtocolError('unparsable', `${field}.ic`, `points of ${G1_BYTES} bytes each`);
  return {
    alpha: base64(key.alpha, `${field}.alpha`, G1_BYTES),
    beta: base64(key.beta, `${field}.beta`, G2_BYTES),
    gamma: base64(key.gamma, `${field}.gamma`, G2_BYTES),
    delta: base64(key.delta, `${field}.delta`, G2_BYTES),
    ic,
  };
}

/** One key of each of the names, in their order. @throws ProtocolError naming the field */
export function readVerificationKeys<N extends AnyCircuitName>(
  value: unknown,
  field: string,
  names: readonly N[],
): Readonly<Record<N, VerificationKeyBytes>> {
  const list = array(value, field, names.length);
  return Object.fromEntries(names.map((name, i) => [name, readKey(list[i], `${field}[${i}]`, name)])) as Record<N, VerificationKeyBytes>;
}
