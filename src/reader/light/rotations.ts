/** Who became the operator, as a range proof shows it (protocol §9.8). */
import { bytesToHex } from '@noble/hashes/utils.js';
import { Rotation } from '../../protocol/messages/generated/electra/meter/v1/types.ts';
import { SIGNATURE_BYTES } from '../../protocol/meter/operator-signature.ts';
import { U32_MAX, UNIX_S_MAX } from '../../protocol/values/time.ts';
import type { Entry } from './ics23.ts';
import { stateKeys } from './keys.ts';
import { address, bytesOf, read, whole } from './state-fields.ts';

/** `signature` in lower-case hex, by the operator before; null: by the validators. `unixS`: since when it is in force. */
export interface RotationState {
  n: number;
  address: string;
  signature: string | null;
  unixS: number;
}

export const readRotation = (entry: Entry): RotationState =>
  read(
    entry,
    'rotation',
    Rotation,
    (m) => ({
      n: whole(m.n, 'rotation.n', 1, U32_MAX),
      address: address(m.address, 'rotation.address'),
      signature: m.signature.length === 0 ? null : bytesToHex(bytesOf(m.signature, 'rotation.signature', SIGNATURE_BYTES)),
      unixS: whole(m.unixS, 'rotation.unix_s', 0, UNIX_S_MAX),
    }),
    ({ n }) => stateKeys.rotation(n),
  );
