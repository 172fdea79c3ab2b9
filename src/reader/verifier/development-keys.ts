/**
 * The development keys that ship with the project (circuits/keys), by their points. Whoever made them could forge proofs. They are data
 * of the
 * verifier, so that no caller can forget them, and go by points, so that no other file with the same points passes for another key. A test
 * holds this list to those files.
 */
import type { VerificationKey } from './decode.ts';
import { verificationKeyId } from './key-id.ts';

/** Circuit → id. */
export const DEVELOPMENT_KEY_IDS: Readonly<Record<string, string>> = {
  'day-bill': 'c6f28c9656884dee33fa4e304dc191a411dea5320dd0f044234ed2c5f0b7f8b5',
  clearing: 'b80a90761ccddafd3af1da9df24ef2464b74b2a2fe654828f9576a921d9fbc29',
  substitute: '1e248c5cfc996c2bd7156fadcb129a0bf43c8ae513483a87ea51d5fc6010b583',
};

/** Whether somebody is known to be able to forge proofs under this key. */
export const isDevelopmentKey = (circuit: string, key: VerificationKey): boolean =>
  DEVELOPMENT_KEY_IDS[circuit] === verificationKeyId(circuit, key);
