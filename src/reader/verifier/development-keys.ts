/**
 * The development keys that ship with the project (circuits/keys), by their points. Whoever made them could forge proofs. They are data
 * of the
 * verifier, so that no caller can forget them, and go by points, so that no other file with the same points passes for another key. A test
 * holds this list to those files.
 */
import type { PerCircuit } from '../../protocol/circuits.ts';
import type { VerificationKey } from './decode.ts';
import { verificationKeyId } from './key-id.ts';

/** Circuit → id. */
export const DEVELOPMENT_KEY_IDS: PerCircuit<string> = {
  'day-bill': '2db77628d9e73890aca7854eb1238d21f6fc69e5f130865a8c7bf5377b6d0d6a',
  clearing: '2f023ccc9fc35c2e4bb9c0527095368a904e4b08f3d472170a492b9e32ca7e11',
  substitute: '5fc3d03f972c3942033ed11ebcc4cfcd84e877fa9883401d0bb5908ce9fde62d',
};

/** Whether an id is that of a key under which somebody is known to be able to forge proofs. */
export const isDevelopmentKeyId = (circuit: string, id: string): boolean =>
  DEVELOPMENT_KEY_IDS[circuit as keyof typeof DEVELOPMENT_KEY_IDS] === id;

/** The same of a key. */
export const isDevelopmentKey = (circuit: string, key: VerificationKey): boolean =>
  isDevelopmentKeyId(circuit, verificationKeyId(circuit, key));
