/**
 * Smarty: Luxembourg's P1 port, whose telegrams are enciphered as DLMS messages (also offered on Lithuanian and some Austrian meters).
 *
 * Spec: Smarty P1 1.1.3 (Creos): `DB 08 title(8) 82 length(2) 30 counter(4) ciphertext tag(12)`; inside is a P1 telegram with its CRC. The
 * authentication key is the same for everybody, 001122…FF; the encryption key is the owner's.
 */
import { type Cutter, decoderOf, Framer, MORE } from '../frame/framer.ts';
import type { Decoder, Telegram } from '../telegram.ts';
import { type CipherKeys, decipher } from './cipher.ts';
import type { InvocationCounters } from './counters.ts';
import { type P1Options, parseP1 } from './p1.ts';

const COMMON_KEY = Uint8Array.from([0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff]);
const HEAD_BYTES = 13;

export const cutSmarty: Cutter = (buffer) => {
  const start = buffer.indexOf(0xdb);
  if (start !== 0) return { skip: start < 0 ? buffer.length : start, take: 0 };
  if (buffer.length < HEAD_BYTES) return buffer.length > 1 && buffer[1] !== 8 ? { skip: 1, take: 0 } : MORE;
  if (buffer[1] !== 8 || buffer[10] !== 0x82) return { skip: 1, take: 0 };
  const length = HEAD_BYTES + ((buffer[11] << 8) | buffer[12]);
  if (length > 8192) return { skip: 1, take: 0 };
  return buffer.length < length ? MORE : { skip: 0, take: length };
};

export interface SmartyOptions extends P1Options, CipherKeys {
  /** Messages of before are refused by them. */
  counters?: InvocationCounters;
}

/** @throws TelegramError */
export function parseSmarty(frame: Uint8Array, options: SmartyOptions): Telegram {
  const { key, authenticationKey = COMMON_KEY, counters } = options;
  const { content, invocation } = decipher(frame, { key, authenticationKey });
  counters?.assertNew(invocation);
  const telegram = parseP1(content, options);
  counters?.note(invocation);
  return telegram;
}

export const smartyDecoder = (options: SmartyOptions): Decoder =>
  decoderOf(new Framer(cutSmarty, 16_384), (frame) => parseSmarty(frame, options));
