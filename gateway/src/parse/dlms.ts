/**
 * DLMS messages that meters push, as on Austrian and Norwegian customer ports.
 *
 * Spec: Green Book 8, 9.4.6.7 (data-notification) and 9.5; Blue Book 12; Oesterreichs Energie, "Kundenschnittstelle"; NVE's HAN lists of
 * Aidon, Kaifa and Kamstrup. `0F invoke-id(4) date-time data`, in HDLC or M-Bus frames, plain or enciphered (cipher.ts). Two forms of data:
 *
 *   OBIS name (octet string of 6), value, perhaps a structure {scaler, unit}: in one row, or each in a structure of its own
 *   Kaifa in Norway: no names, the values' places in a list of 14 or 18 say what they are
 *
 * Kamstrup's Norwegian lists count energy in 10 Wh and do not say so. Norwegian ports send registers once an hour, everything else more
 * often: a message without them is dropped as such.
 */

import { BlockMessages } from '../frame/blocks.ts';
import { decoderOf, Framer } from '../frame/framer.ts';
import { cutHdlc, HdlcMessages } from '../frame/hdlc.ts';
import { cutMbus, MbusMessages } from '../frame/mbus.ts';
import { type Decoder, type Telegram, TelegramBuilder, TelegramError } from '../telegram.ts';
import { AxdrReader, type Data } from './axdr.ts';
import { type CipherKeys, decipher, GENERAL_GLO_CIPHERING } from './cipher.ts';
import type { InvocationCounters } from './counters.ts';
import { energyScaled, isEnergy, unixOf } from './values.ts';

export interface DlmsOptions extends CipherKeys {
  /** What the meter's winter time is ahead of UTC. Default 3600. */
  standardOffsetS?: number;
  /** Enciphered messages of before are refused by them. */
  counters?: InvocationCounters;
}

const DATA_NOTIFICATION = 0x0f;
const UNIT_WH = 30n;
const UNIT_W = 27n;

/** One message, frames taken off. @throws TelegramError */
export function parseDlms(message: Uint8Array, options: DlmsOptions = {}): Telegram {
  if (message[0] !== GENERAL_GLO_CIPHERING) return parsePlain(message, options, false);
  const { content, invocation } = decipher(message, options);
  options.counters?.assertNew(invocation);
  const telegram = parsePlain(content, options, true);
  options.counters?.note(invocation);
  return telegram;
}

function parsePlain(plain: Uint8Array, options: DlmsOptions, isEnciphered: boolean): Telegram {
  if (plain[0] !== DATA_NOTIFICATION) {
    const detail = isEnciphered ? 'what comes out is no message: another key?' : 'expected a data notification';
    throw new TelegramError(isEnciphered ? 'key' : 'malformed', detail);
  }
  const reader = new AxdrReader(plain, 5);
  if (plain[5] === 0x09) reader.take(1); // some write the date's kind before it
  const stamp = reader.take(reader.length());
  const data = reader.data();
  if (!reader.isOver) throw new TelegramError('malformed', 'more bytes than the message says');
  const builder = new TelegramBuilder();
  const standardOffsetS = options.standardOffsetS ?? 3600;
  builder.stamp(cosemStamp(stamp, standardOffsetS));
  const row = rowOf(data);
  const list = row.map((item) => textOf(item)).find((text) => text !== undefined && /^(KFM_|Kamstrup_|AIDON_)/.test(text));
  if (list?.startsWith('KFM_')) readPlaces(row, builder);
  else readNames(row, builder, { standardOffsetS, scaler: list?.startsWith('Kamstrup_') ? 1 : 0 });
  return builder.done();
}

type Item = Data | { kind: 'scaler'; scaler: number; unit: bigint };

/** All values in a row, structures dissolved but for {scaler, unit}. */
function rowOf(data: Data): Item[] {
  if (data.kind !== 'list') return [data];
  const [scaler, unit] = data.items;
  if (data.items.length === 2 && scaler.kind === 'number' && scaler.tag === 15 && unit.kind === 'number' && unit.tag === 22)
    return [{ kind: 'scaler', scaler: Number(scaler.value), unit: unit.value }];
  return data.items.flatMap(rowOf);
}

const textOf = (item: Item): string | undefined => {
  const text = item.kind === 'bytes' ? Buffer.from(item.bytes).toString('latin1') : '';
  return /^[\x20-\x7e]+$/.test(text) ? text : undefined;
};

function readNames(row: readonly Item[], builder: TelegramBuilder, own: { standardOffsetS: number; scaler: number }): void {
  for (let i = 0; i + 1 < row.length; i++) {
    const [name, value, more] = [row[i], row[i + 1], row[i + 2]];
    if (name.kind !== 'bytes' || name.bytes.length !== 6 || name.bytes[5] !== 255) continue;
    const [a, , c, d, e] = name.bytes;
    const register = `${c}.${d}.${e}`;
    const unit = more?.kind === 'scaler' ? more : undefined;
    if (a === 1 && isEnergy(c, d, e)) {
      if (value.kind !== 'number' || value.isAllOnes) throw new TelegramError('no-value', `register ${register} stands for none`);
      if (unit && unit.unit !== UNIT_WH) throw new TelegramError('unit', `register ${register}: expected Wh`);
      builder.register(register, energyScaled(value.value, unit?.scaler ?? own.scaler, register));
      i += unit ? 2 : 1;
    } else if (a === 1 && (register === '1.7.0' || register === '2.7.0') && value.kind === 'number') {
      if (unit && (unit.unit !== UNIT_W || Math.abs(unit.scaler) > 6)) continue;
      const watts = Number(value.value) * 10 ** (unit?.scaler ?? 0) * (c === 1 ? 1 : -1);
      if (watts !== 0 || c === 1) builder.power(watts);
    } else if (register === '96.1.0' || register === '96.1.1' || (a === 1 && register === '0.0.5')) builder.serial(textOf(value) ?? '');
    else if (a === 0 && register === '1.0.0' && value.kind === 'bytes') builder.stamp(cosemStamp(value.bytes, own.standardOffsetS));
  }
}

/** Kaifa in Norway: {list, serial, type, P+, P−, …, date-time, A+, A−, R+, R−} in Wh and W. */
function readPlaces(row: readonly Item[], builder: TelegramBuilder): void {
  if (row.length !== 14 && row.length !== 18) throw new TelegramError('no-registers', 'a list without energy registers');
  const [time, plus, minus] = row.slice(-5);
  if (time.kind !== 'bytes' || time.bytes.length !== 12) throw new TelegramError('malformed', 'expected a date before the registers');
  for (const [name, item] of [['1.8.0', plus] as const, ['2.8.0', minus] as const]) {
    if (item.kind !== 'number' || item.isAllOnes) throw new TelegramError('no-value', `register ${name} stands for none`);
    builder.register(name, energyScaled(item.value, 0, name));
  }
  builder.serial(textOf(row[1]) ?? '');
  const [imported, exported] = [row[3], row[4]];
  if (imported.kind === 'number' && exported.kind === 'number') builder.power(Number(imported.value) - Number(exported.value));
}

/**
 * A date-time of twelve bytes (Blue Book 4.1.6.1): local time and, in the last byte, whether it is summer. Makers disagree about the sign
 * of the deviation between them, so that the declared offset is taken instead; unspecified parts make no stamp.
 */
function cosemStamp(bytes: Uint8Array, standardOffsetS: number): number | undefined {
  if (bytes.length !== 12 || bytes[11] === 0xff) return undefined;
  const parts = [(bytes[0] << 8) | bytes[1], bytes[2], bytes[3], bytes[5], bytes[6], bytes[7]] as const;
  return unixOf(parts, standardOffsetS + (bytes[11] & 0x80 ? 3600 : 0));
}

export function dlmsDecoder(link: 'hdlc' | 'mbus', options: DlmsOptions = {}): Decoder {
  const messages = link === 'hdlc' ? new HdlcMessages() : new MbusMessages();
  const blocks = new BlockMessages();
  const framer = link === 'hdlc' ? new Framer(cutHdlc, 4096) : new Framer(cutMbus, 1024);
  return decoderOf(framer, (frame) => {
    const framed = messages.add(frame);
    const message = framed && framed.length > 0 ? blocks.add(framed) : undefined;
    return message && parseDlms(message, options);
  });
}
