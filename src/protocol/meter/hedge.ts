/**
 * Hedged randomness (protocol §3, after RFC 8937): what a meter draws stays unpredictable when its random generator is bad but its secret
 * is not, and also the other way round. A predictable blinding makes a quiet day guessable; a repeated one shows it to the neighbour: so
 * the content enters too, and two different days never share a blinding even under a generator that is stuck.
 *
 *     hedge(label) = HMAC-SHA-256(SHA-256("electra/hedge/v1" ‖ secret), label ‖ context ‖ SHA-256(body with blinding zeroed) ‖ rnd[32])
 */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { checkBytes } from '../values/checks.ts';
import { ProtocolError } from '../values/errors.ts';
import { CONTEXT_BYTES, HEADER_BYTES, KIND_STATEMENT } from './context.ts';
import { REPORT_BYTES } from './report.ts';
import { BLINDING_BYTES, STATEMENT_BYTES } from './statement.ts';

export type HedgeLabel = 'blinding' | 'ephemeral';

export interface HedgeInput {
  label: HedgeLabel;
  /** The meter's signing key or another 32-byte device secret. */
  secret: Uint8Array;
  /** The whole plaintext of the report or statement: 38 header bytes (the context is in them), then the body. */
  plaintext: Uint8Array;
  /** 32 fresh bytes of the device's random generator. */
  random: Uint8Array;
}

const encoder = new TextEncoder();
const TAG = encoder.encode('electra/hedge/v1');
const BLINDING_START = STATEMENT_BYTES - 2 - BLINDING_BYTES;

/** 32 hedged bytes for one label and one plaintext. */
export function hedge({ label, secret, plaintext, random }: HedgeInput): Uint8Array {
  checkBytes(secret, 32, 'secret');
  checkBytes(random, 32, 'random');
  const isStatement = plaintext[1] === KIND_STATEMENT;
  checkBytes(plaintext, isStatement ? STATEMENT_BYTES : REPORT_BYTES, 'plaintext');
  if (label !== 'blinding' && label !== 'ephemeral') throw new ProtocolError('out-of-range', 'label', 'blinding or ephemeral');
  const zeroed = plaintext.slice();
  if (isStatement) zeroed.fill(0, BLINDING_START, BLINDING_START + BLINDING_BYTES);
  const key = sha256.create().update(TAG).update(secret).digest();
  return hmac
    .create(sha256, key)
    .update(encoder.encode(label))
    .update(plaintext.subarray(HEADER_BYTES - CONTEXT_BYTES, HEADER_BYTES))
    .update(sha256(zeroed.subarray(HEADER_BYTES)))
    .update(random)
    .digest();
}

/** The blinding of a statement: the first 31 bytes of hedge("blinding"). Drawn once and kept: a statement is committed to once. */
export function drawBlinding(input: Omit<HedgeInput, 'label'>): Uint8Array {
  return hedge({ ...input, label: 'blinding' }).slice(0, BLINDING_BYTES);
}

/** The ephemeral secret of one box, with fresh randomness at each sealing; kept 45 days so that an arbiter can be shown the content. */
export function drawEphemeralSecret(input: Omit<HedgeInput, 'label'>): Uint8Array {
  return hedge({ ...input, label: 'ephemeral' });
}
