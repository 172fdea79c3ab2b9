/** The keys of a genesis, read as their points: one of each circuit, with as many inputs as the circuit has (protocol §9.5). */
import { type PerCircuit, perCircuit } from '../../protocol/circuits.ts';
import { type VerificationKeyBytes, verificationKeyField } from '../../protocol/genesis/index.ts';
import type { VerificationKey } from './decode.ts';
import { VerifierError } from './errors.ts';
import { decodeKeyBytes } from './key-bytes.ts';
import { PUBLIC_INPUTS } from './public-inputs.ts';

/** @throws VerifierError, its field that of the key's part in the genesis */
export function decodeGenesisKeys(keys: PerCircuit<VerificationKeyBytes>): PerCircuit<VerificationKey> {
  return perCircuit((circuit) => {
    try {
      return decodeKeyBytes(keys[circuit], PUBLIC_INPUTS[circuit]);
    } catch (error) {
      if (!(error instanceof VerifierError)) throw error;
      throw new VerifierError(error.code, `${verificationKeyField(circuit)}.${error.field}`, error.expected);
    }
  });
}
