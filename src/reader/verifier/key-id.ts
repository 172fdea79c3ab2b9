/** The name of a verification key that has been read: the id of its points (src/protocol/genesis/verification-key-id.ts). */
import { verificationKeyId as idOfBytes } from '../../protocol/genesis/verification-key-id.ts';
import type { VerificationKey } from './decode.ts';
import { encodeKeyBytes } from './key-bytes.ts';

/** @param circuit its name, such as `day-bill` */
export const verificationKeyId = (circuit: string, key: VerificationKey): string => idOfBytes(circuit, encodeKeyBytes(key));
