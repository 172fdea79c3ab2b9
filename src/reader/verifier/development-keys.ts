/** Whether a verification key is one of the development keys that ship with the project: by its points, whatever its file is called. */
import { isDevelopmentKeyId } from '../../protocol/genesis/index.ts';
import type { VerificationKey } from './decode.ts';
import { verificationKeyId } from './key-id.ts';

export { DEVELOPMENT_KEY_IDS, isDevelopmentKeyId } from '../../protocol/genesis/index.ts';

export const isDevelopmentKey = (circuit: string, key: VerificationKey): boolean =>
  isDevelopmentKeyId(circuit, verificationKeyId(circuit, key));
