/** A session's token: random bytes that the client keeps, of which only the hash is kept here. */
import { createHash } from 'node:crypto';

export const TOKEN_BYTES = 32;
export const hashToken = (token: Uint8Array): Uint8Array => createHash('sha256').update(token).digest();
