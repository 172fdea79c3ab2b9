/**
 * Telegrams of every protocol, written from their specifications: what the simulated meters send and the tests read. All of them are made
 * here, byte by byte; none was taken from anybody's meter.
 */
import { createCipheriv } from 'node:crypto';
import { crcArc, crcKermit, crcX25, sumOf, xorOf } from '../src/parse/crc.ts';

/** What stands on a simulated meter. */
export interface Shown {
  importMilliWh: bigint;
  exportMilliWh: bigint;
  powerW: number;
  unixS: number;
  serial: string;
}

const latin = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const join = (...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

/** kWh with so many decimals, cut off downwards, in at least `whole` digits. */
export function kiloWh(milliWh: bigint, decimals: number, whole = 6): string {
  const scaled = (milliWh * 10n ** BigInt(decimals)) / 1_000_000n;
  const digits = scaled.toString().padStart(whole + decimals, '0');
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** Whether the European Union has summer time then: from the last Sunday of March, 01:00 UTC, to that of October. */
function isSummer(unixS: number): boolean {
  const year = new Date(unixS * 1000).getUTCFullYear();
  const lastSunday = (month: number): number => {
    const end = new Date(Date.UTC(year, month + 1, 0));
    return Date.UTC(year, month, end.getUTCDate() - end.getUTCDay(), 1) / 1000;
  };
  return unixS >= lastSunday(2) && unixS < lastSunday(9);
}

const two = (value: number): string => String(value).padStart(2, '0');

function p1Time(unixS: number): string {
  const summer = isSummer(unixS);
  const local = new Date((unixS + (summer ? 7200 : 3600)) * 1000);
  const parts = [local.getUTCFullYear() % 100, local.getUTCMonth() + 1, local.getUTCDate()];
  return `${[...parts, local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds()].map(two).join('')}${summer ? 'S' : 'W'}`;
}

const kiloW = (watts: number): string => (Math.abs(watts) / 1000).toFixed(3).padStart(6, '0');
export const hexOf = (text: string): string => Buffer.from(text, 'latin1').toString('hex').toUpperCase();

/** The lines of a P1 telegram with a check sum, or as a port of before DSMR 4 sends it. */
export function p1Of(lines: readonly string[], { identification = '/ELS5\\SIMULATED-1', crc = true } = {}): Uint8Array {
  const text = `${[identification, '', ...lines, ''].join('\r\n')}!`;
  const sum = crcArc(latin(text)).toString(16).toUpperCase().padStart(4, '0');
  return latin(crc ? `${text}${sum}\r\n` : `${text}\r\n`);
}

/** Tariffs: a fixed third of import counts as tariff 1, so that the two rise by turns. */
export const thirds = (milliWh: bigint): [bigint, bigint] => {
  const low = (milliWh / 3_000n) * 1_000n;
  return [low, (milliWh / 1_000n) * 1_000n - low];
};

export type P1Flavour = 'dsmr5' | 'dsmr4' | 'dsmr2' | 'belgium' | 'sweden' | 'luxembourg' | 'lithuania';

export function p1Lines(flavour: P1Flavour, shown: Shown): string[] {
  const { importMilliWh: i, exportMilliWh: e, powerW } = shown;
  const [low, high] = thirds(i);
  const energy = (name: string, milliWh: bigint): string => `1-0:${name}(${kiloWh(milliWh, 3)}*kWh)`;
  const power = [`1-0:1.7.0(${kiloW(Math.max(0, powerW))}*kW)`, `1-0:2.7.0(${kiloW(Math.max(0, -powerW))}*kW)`];
  const tariffs = [energy('1.8.1', low), energy('1.8.2', high), energy('2.8.1', 0n), energy('2.8.2', e), '0-0:96.14.0(0002)', ...power];
  const time = `0-0:1.0.0(${p1Time(shown.unixS)})`;
  const number = hexOf(shown.serial);
  switch (flavour) {
    case 'dsmr5':
      return ['1-3:0.2.8(50)', time, `0-0:96.1.1(${number})`, ...tariffs, '0-1:24.2.1(200101120000W)(00000.000*m3)'];
    case 'dsmr4':
      return ['1-3:0.2.8(42)', time, `0-0:96.1.1(${number})`, ...tariffs, '1-0:99.97.0(0)(0-0:96.7.19)'];
    case 'dsmr2':
      return [`0-0:96.1.1(${number})`, ...tariffs, '0-1:24.3.0(090212160000)(00)(60)(1)(0-1:24.2.0)(m3)', '(00000.000)'];
    case 'belgium':
      return ['0-0:96.1.4(50217)', `0-0:96.1.1(${number})`, time, ...tariffs, '1-0:1.4.0(00.000*kW)'];
    case 'sweden':
      return [time, `0-0:96.1.0(${number})`, energy('1.8.0', i), energy('2.8.0', e), ...power];
    case 'luxembourg':
      return ['1-3:0.2.8(42)', time, `0-0:42.0.0(${number})`, energy('1.8.0', i), energy('2.8.0', e), ...power];
    case 'lithuania':
      return [time, `0-0:96.1.0(${number})`, energy('1.8.0', i), energy('1.8.1', low), energy('1.8.2', high), energy('2.8.0', e), ...power];
  }
}

export const p1 = (flavour: P1Flavour, shown: Shown): Uint8Array => p1Of(p1Lines(flavour, shown), { crc: flavour !== 'dsmr2' });

// ---- IEC 62056-21

export function d0Of(lines: readonly string[]): Uint8Array {
  const block = latin(`${[...lines, '!', ''].join('\r\n')}\x03`);
  return join([0x02], block, [xorOf(block)]);
}

/** With each byte's eighth bit as even parity. */
export function withParity(bytes: Uint8Array): Uint8Array {
  const odd = (byte: number): number => byte.toString(2).replaceAll('0', '').length & 1;
  return bytes.map((byte) => byte | (odd(byte) << 7));
}

const d0Lines = (shown: Shown, decimals = 3): string[] => [
  'F.F(00)',
  `0.0.0(${shown.serial})`,
  `1.8.0(${kiloWh(shown.importMilliWh, decimals)}*kWh)`,
  `2.8.0(${kiloWh(shown.exportMilliWh, decimals)}*kWh)`,
  '1.8.0*12(000017.000*kWh)',
];

export const d0 = (shown: Shown, decimals?: number): Uint8Array => d0Of(d0Lines(shown, decimals));
export const d0Push = (shown: Shown): Uint8Array => latin(`/ESY5Q3DA1004 V3.04\r\n\r\n${d0Lines(shown).join('\r\n')}\r\n!\r\n`);

// ---- SML

const octets = (bytes: Uint8Array | readonly number[]): Uint8Array => {
  const length = bytes.length + 1;
  return length < 16 ? join([length], bytes) : join([0x80 | ((length + 1) >> 4), (length + 1) & 0x0f], bytes);
};
const list = (...items: readonly Uint8Array[]): Uint8Array => join([0x70 | items.length], ...items);
const unsigned = (value: bigint, bytes: number): Uint8Array =>
  join([0x61 + bytes], Buffer.from(value.toString(16).padStart(2 * bytes, '0'), 'hex'));
const int8 = (value: number): Uint8Array => Uint8Array.from([0x52, value & 0xff]);
const int32 = (value: number): Uint8Array => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return join([0x55], bytes);
};
const NONE = Uint8Array.from([0x01]);

function smlMessage(tag: number, body: Uint8Array, crcOf: (bytes: Uint8Array) => number): Uint8Array {
  const content = join([0x76], octets([0, 1]), [0x62, 0x00, 0x62, 0x00], list(unsigned(BigInt(tag), 2), body));
  const crc = crcOf(content);
  return join(content, [0x63, crc & 0xff, crc >> 8, 0x00]);
}

export interface SmlShown {
  entries: readonly Uint8Array[];
  server: Uint8Array;
  /** which of the two check sums the meter computes */
  crc?: 'x25' | 'kermit';
}

export const smlEntry = (obis: readonly number[], unit: number, scaler: number, value: Uint8Array): Uint8Array =>
  list(octets(obis), NONE, NONE, Uint8Array.from([0x62, unit]), int8(scaler), value, NONE);

export function smlOf({ entries, server, crc = 'x25' }: SmlShown): Uint8Array {
  const crcOf = crc === 'x25' ? crcX25 : crcKermit;
  const id = octets(server);
  const open = list(NONE, NONE, octets([1, 2, 3]), id, NONE, NONE);
  const values = list(NONE, id, NONE, NONE, list(...entries), NONE, NONE);
  const messages = join(smlMessage(0x0101, open, crcOf), smlMessage(0x0701, values, crcOf), smlMessage(0x0201, list(NONE), crcOf));
  const escaped: number[] = [];
  for (let i = 0; i < messages.length; i++) {
    escaped.push(messages[i]);
    if ([0, 1, 2, 3].every((k) => messages[i + k] === 0x1b)) {
      escaped.push(...Array(7).fill(0x1b));
      i += 3;
    }
  }
  const padding = (4 - (escaped.length % 4)) % 4;
  const frame = join([...Array(4).fill(0x1b), 1, 1, 1, 1], escaped, Array(padding).fill(0), [0x1b, 0x1b, 0x1b, 0x1b, 0x1a, padding]);
  const sum = crcOf(frame);
  return join(frame, [sum & 0xff, sum >> 8]);
}

/** `whole`: as a meter that its PIN locks, which shows whole kWh. */
export function sml(shown: Shown, { whole = false, crc = 'x25' as 'x25' | 'kermit' } = {}): Uint8Array {
  const tenths = (milliWh: bigint): bigint => (whole ? (milliWh / 1_000_000n) * 10_000n : milliWh / 100n);
  const entries = [
    smlEntry([1, 0, 1, 8, 0, 255], 30, -1, unsigned(tenths(shown.importMilliWh), 8)),
    smlEntry([1, 0, 2, 8, 0, 255], 30, -1, unsigned(tenths(shown.exportMilliWh), 8)),
    smlEntry([1, 0, 15, 8, 0, 255], 30, -1, unsigned(tenths(shown.importMilliWh + shown.exportMilliWh), 8)),
    ...(whole ? [] : [smlEntry([1, 0, 16, 7, 0, 255], 27, 0, int32(shown.powerW))]),
  ];
  return smlOf({ entries, server: latin(shown.serial), crc });
}

// ---- DLMS

const u32 = (value: bigint): Uint8Array => join([0x06], Buffer.from(value.toString(16).padStart(8, '0'), 'hex'));
const axdrBytes = (bytes: Uint8Array): Uint8Array => join([0x09, bytes.length], bytes);
const axdrText = (text: string): Uint8Array => join([0x0a, text.length], latin(text));
const obis = (...code: number[]): Uint8Array => axdrBytes(Uint8Array.from(code));
const structure = (...items: readonly Uint8Array[]): Uint8Array => join([0x02, items.length], ...items);
const unit = (scaler: number, of: number): Uint8Array => Uint8Array.from([0x02, 0x02, 0x0f, scaler & 0xff, 0x16, of]);

function cosemTime(unixS: number): Uint8Array {
  const summer = isSummer(unixS);
  const local = new Date((unixS + (summer ? 7200 : 3600)) * 1000);
  const year = local.getUTCFullYear();
  const date = [year >> 8, year & 0xff, local.getUTCMonth() + 1, local.getUTCDate(), local.getUTCDay() || 7];
  const time = [local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds(), 0xff, 0xff, 0xc4, summer ? 0x80 : 0x00];
  return Uint8Array.from([...date, ...time]);
}

const notification = (stamp: Uint8Array, data: Uint8Array): Uint8Array => join([0x0f, 0x80, 0, 0, 1, stamp.length], stamp, data);

export type DlmsFlavour = 'austria' | 'aidon' | 'kaifa-no' | 'kamstrup';

/** Registers in Wh, but for Kamstrup's, in 10 Wh. */
export function dlmsMessage(flavour: DlmsFlavour, shown: Shown): Uint8Array {
  const [i, e] = [shown.importMilliWh / 1000n, shown.exportMilliWh / 1000n];
  const [from, to] = [BigInt(Math.max(0, shown.powerW)), BigInt(Math.max(0, -shown.powerW))];
  const stamp = cosemTime(shown.unixS);
  const named = (c: number, d: number, value: bigint, of: number): Uint8Array[] => [obis(1, 0, c, d, 0, 255), u32(value), unit(0, of)];
  switch (flavour) {
    case 'austria': {
      const values = [...named(1, 8, i, 30), ...named(2, 8, e, 30), ...named(1, 7, from, 27), ...named(2, 7, to, 27)];
      return notification(stamp, structure(obis(0, 0, 96, 1, 0, 255), axdrBytes(latin(shown.serial)), ...values));
    }
    case 'aidon': {
      const rows = [named(1, 8, i, 30), named(2, 8, e, 30), named(1, 7, from, 27)].map((row) => structure(...row));
      const head = [structure(obis(1, 1, 0, 2, 129, 255), axdrText('AIDON_V0001'))];
      const number = structure(obis(0, 0, 96, 1, 0, 255), axdrText(shown.serial));
      return notification(new Uint8Array(0), join([0x01, 2 + rows.length], ...head, number, ...rows));
    }
    case 'kaifa-no': {
      const head = [axdrBytes(latin('KFM_001')), axdrBytes(latin(shown.serial)), axdrBytes(latin('MA304H3E'))];
      const middle = [from, to, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n].map(u32);
      return notification(stamp, structure(...head, ...middle, axdrBytes(stamp), u32(i), u32(e), u32(0n), u32(0n)));
    }
    case 'kamstrup': {
      const bare = (c: number, d: number, value: bigint): Uint8Array[] => [obis(1, 1, c, d, 0, 255), u32(value)];
      const head = [axdrText('Kamstrup_V0001'), obis(1, 1, 0, 0, 5, 255), axdrText(shown.serial)];
      return notification(
        stamp,
        structure(...head, ...bare(1, 7, from), ...bare(2, 7, to), ...bare(1, 8, i / 10n), ...bare(2, 8, e / 10n)),
      );
    }
  }
}

export interface Cipher {
  key: Uint8Array;
  /** with a tag where it is given */
  authenticationKey?: Uint8Array;
  title: Uint8Array;
  counter: number;
}

export function encipher(plain: Uint8Array, { key, authenticationKey, title, counter }: Cipher): Uint8Array {
  const control = authenticationKey ? 0x30 : 0x21;
  const count = Buffer.alloc(4);
  count.writeUInt32BE(counter);
  const gcm = createCipheriv('aes-128-gcm', key, Buffer.concat([title, count]), { authTagLength: 12 });
  if (authenticationKey) gcm.setAAD(Buffer.concat([Uint8Array.from([control]), authenticationKey]));
  const content = Buffer.concat([gcm.update(plain), gcm.final()]);
  const tag = authenticationKey ? gcm.getAuthTag() : new Uint8Array(0);
  const length = 5 + content.length + tag.length;
  return join([0xdb, 8], title, [0x82, length >> 8, length & 0xff, control], count, content, tag);
}

/** One message in frames of at most so many bytes of it. */
export function hdlcOf(message: Uint8Array, most = 1024): Uint8Array {
  const whole = join([0xe6, 0xe7, 0x00], message);
  const frames: number[] = [0x7e];
  for (let from = 0; from < whole.length; from += most) {
    const part = whole.subarray(from, from + most);
    const more = from + most < whole.length ? 0x08 : 0;
    const length = 2 + 1 + 1 + 1 + 2 + part.length + 2;
    const head = [0xa0 | more | (length >> 8), length & 0xff, 0x41, 0x03, 0x13];
    const hcs = crcX25(Uint8Array.from(head));
    const content = [...head, hcs & 0xff, hcs >> 8, ...part];
    const fcs = crcX25(Uint8Array.from(content));
    frames.push(...content, fcs & 0xff, fcs >> 8, 0x7e);
  }
  return Uint8Array.from(frames);
}

export function mbusOf(message: Uint8Array, most = 245): Uint8Array {
  const frames: number[] = [];
  for (let from = 0, k = 0; from < message.length; from += most, k++) {
    const part = message.subarray(from, from + most);
    const inner = Uint8Array.from([0x53, 0xff, k | (from + most < message.length ? 0 : 0x10), 0x01, 0x67, ...part]);
    frames.push(0x68, inner.length, inner.length, 0x68, ...inner, sumOf(inner), 0x16);
  }
  return Uint8Array.from(frames);
}

/** One message in blocks of at most so many bytes of it, each a message to be framed: general block transfer. */
export function blocksOf(message: Uint8Array, most: number): Uint8Array[] {
  const count = Math.ceil(message.length / most);
  return Array.from({ length: count }, (_, i) => {
    const part = message.subarray(i * most, (i + 1) * most);
    const length = part.length < 0x80 ? [part.length] : [0x82, part.length >> 8, part.length & 0xff];
    return join([0xe0, (i + 1 === count ? 0x80 : 0) | 0x40, 0, i + 1, 0, 0, ...length], part);
  });
}

// ---- Modbus

export function sunSpecMeter(shown: Shown, scaler = 0): Uint8Array {
  const content = Buffer.alloc(2 * 53);
  const counted = (milliWh: bigint): number => Number(milliWh / 10n ** BigInt(3 + scaler));
  content.writeInt16BE(Math.max(-32_767, Math.min(32_767, shown.powerW)), 2 * 16);
  content.writeUInt32BE(counted(shown.exportMilliWh), 2 * 36);
  content.writeUInt32BE(counted(shown.importMilliWh), 2 * 44);
  content.writeInt16BE(scaler, 2 * 52);
  return content;
}

export function sdmEnergies(shown: Shown): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeFloatBE(Number(shown.importMilliWh / 1000n) / 1000, 0);
  bytes.writeFloatBE(Number(shown.exportMilliWh / 1000n) / 1000, 4);
  return bytes;
}
