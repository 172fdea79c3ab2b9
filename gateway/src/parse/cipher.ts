/**
 * Enciphered DLMS messages: general-glo-ciphering with security suite 0.
 *
 * Spec: Green Book 8, 9.2.3 and 9.5; NIST SP 800-38D. `DB 08 title(8) length control(1) counter(4) ciphertext [tag(12)]`: AES-128-GCM, the
 * nonce is title and counter. Control 20 enciphers, 10 authenticates (then the tag is there, over control, authentication key and nothing
 * else), the lowest four bits are the suite. The owner has the key from the grid operator, on request.
 *
 * A port that only enciphers (Austria: 20 or 21) has no tag: what comes out is believed for the frame's check sum and its strict form
 * alone.
 */
import { createDecipheriv } from 'node:crypto';
import { TelegramError } from '../telegram.ts';
import { AxdrReader } from './axdr.ts';
import { type Invocation, invocationOf } from './counters.ts';

export interface CipherKeys {
  /** 16 bytes: the global unicast encryption key. */
  key?: Uint8Array;
  /** 16 bytes: the authentication key, where the port authenticates. */
  authenticationKey?: Uint8Array;
}

export const GENERAL_GLO_CIPHERING = 0xdb;
const TAG_BYTES = 12;

export interface Deciphered {
  content: Uint8Array;
  /** Which of its meter's messages it is (counters.ts). */
  invocation: Invocation;
}

/** What a message holds, read to its last byte. @throws TelegramError */
export function decipher(message: Uint8Array, { key, authenticationKey }: CipherKeys): Deciphered {
  const reader = new AxdrReader(message);
  if (reader.take(1)[0] !== GENERAL_GLO_CIPHERING) throw new TelegramError('malformed', 'expected an enciphered message');
  const title = reader.take(reader.length());
  if (title.length !== 8) throw new TelegramError('malformed', 'expected a title of 8 bytes');
  const body = reader.take(reader.length());
  if (!reader.isOver) throw new TelegramError('malformed', 'more bytes than the message says');
  if (key === undefined) throw new TelegramError('key', "the message is enciphered: the owner's key is needed");
  if (body.length < 6) throw new TelegramError('malformed', 'no content');
  const control = body[0];
  if ((control & 0x0f) > 1 || (control & 0x20) === 0) throw new TelegramError('malformed', 'a security control that is not known');
  const isAuthenticated = (control & 0x10) !== 0;
  const nonce = Buffer.concat([title, body.subarray(1, 5)]);
  const invocation = invocationOf(title, key, Buffer.from(body.subarray(1, 5)).readUInt32BE());
  const content = body.subarray(5, isAuthenticated ? -TAG_BYTES : undefined);
  const gcm = createDecipheriv('aes-128-gcm', key, nonce, { authTagLength: TAG_BYTES });
  if (!isAuthenticated) return { content: gcm.update(content), invocation };
  if (body.length < 5 + TAG_BYTES) throw new TelegramError('malformed', 'no tag');
  gcm.setAAD(Buffer.concat([body.subarray(0, 1), authenticationKey ?? new Uint8Array(0)]));
  gcm.setAuthTag(body.subarray(-TAG_BYTES));
  try {
    return { content: Buffer.concat([gcm.update(content), gcm.final()]), invocation };
  } catch {
    throw new TelegramError('key', 'the message was made with another key, or changed');
  }
}
