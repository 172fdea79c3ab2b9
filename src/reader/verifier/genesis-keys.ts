/** The keys of a genesis, read as their points: one of each circuit, with as many inputs as the circuit has (protocol §9.5). */
import type { AnyCircuitName } from '../../protocol/circuits.ts';
import { type VerificationKeyBytes, verificationKeyField } from '../../protocol/genesis/index.ts';
import type { VerificationKey } from './decode.ts';
import { VerifierError } from './errors.ts';
import { decodeKeyBytes } from './key-bytes.ts';
import { PUBLIC_INPUTS } from './public-inputs.ts';

type KeysOf<T> = Readonly<Partial<Record<AnyCircuitName, T>>>;

/** Those of either kind of chain. @throws VerifierError, its field that of the key's part in the genesis */
export function decodeGenesisKeys<K extends KeysOf<VerificationKeyBytes>>(keys: K): { readonly [N in keyof K]: VerificationKey } {
  const names = Object.keys(keys) as AnyCircuitName[];
  const read = names.map((circuit) => {
    try {
      return [circuit, decodeKeyBytes(keys[circuit]!, PUBLIC_INPUTS[circuit])];
    } catch (error) {
      if (!(error instanceof VerifierError)) throw error;
      throw new VerifierError(error.code, `${verificationKeyField(circuit, names)}.${error.field}`, error.expected);
    }
  });
  return Object.fromEntries(read) as { [N in keyof K]: VerificationKey };
}
