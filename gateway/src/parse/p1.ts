/**
 * P1, the customer port of the Netherlands and of those who took it over.
 *
 * Spec: DSMR P1 Companion Standard 2.2 (2008), 3.0, 4.0 and 5.0.2 (Netbeheer Nederland, 2016); e-MUCS P1 1.7.1 (Belgium: Fluvius, ORES);
 * Smarty P1 1.1.3 (Luxembourg: the same, enciphered, see smarty.ts); SE-HAN 1.1 of Energiföretagen (Sweden: 1-0:1.8.0 and 2.8.0 alone);
 * ESO's port (Lithuania).
 *
 *   /XXX5 identification CR LF CR LF lines !CRC CR LF
 *
 * The CRC (ARC, four hexadecimal digits) covers everything from `/` to `!`. Ports up to DSMR 3.0 have none, at 9600 baud and seven bits:
 * that has to be declared, and is not believed of a telegram that says it is of version 4 or later. Lines that are not known are left
 * alone: firmware adds some. Traps: tariffs 1 (low) and 2 (high) in the Netherlands are 1 (high) and 2 (low) in Belgium, which is why only
 * their sum is read; time stamps are local, S in summer and W in winter.
 */
import { type Cutter, decoderOf, Framer, MORE } from '../frame/framer.ts';
import { type Decoder, type Telegram, TelegramBuilder, TelegramError } from '../telegram.ts';
import { crcArc } from './crc.ts';
import { energyOf, isEnergy, powerOf, serialOf, unixOf } from './values.ts';

export interface P1Options {
  /** `none`: a port of before DSMR 4, which sends no check sum. Default: `crc`. */
  checksum?: 'crc' | 'none';
  /** What the meter's winter time is ahead of UTC. Default 3600; Lithuania 7200. */
  standardOffsetS?: number;
}

const SLASH = 0x2f;
const END = 0x21;
const LF = 0x0a;
const MOST_BYTES = 8192;

/** A frame goes from a `/` that begins a line to the end of the line that `!` begins. */
export const cutP1: Cutter = (buffer) => {
  const start = beginningOf(buffer, 0);
  if (start !== 0) return { skip: start < 0 ? buffer.length : start, take: 0 };
  for (let i = buffer.indexOf(LF); i >= 0; i = buffer.indexOf(LF, i + 1)) {
    const next = buffer[i + 1];
    if (next === SLASH) return { skip: i + 1, take: 0, torn: true };
    if (next !== END) continue;
    const [end, begins] = [buffer.indexOf(LF, i + 2), buffer.indexOf(SLASH, i + 2)];
    if (begins >= 0 && (end < 0 || begins < end)) return { skip: 0, take: begins }; // its last bytes were lost
    if (end >= 0) return { skip: 0, take: end + 1 };
    if (buffer.length > i + 10) return { skip: i + 1, take: 0, torn: true };
  }
  return MORE;
};

/** The first `/` from an index on that begins a line, or the buffer. */
function beginningOf(buffer: Uint8Array, from: number): number {
  for (let i = buffer.indexOf(SLASH, from); i >= 0; i = buffer.indexOf(SLASH, i + 1)) {
    if (i === 0 || buffer[i - 1] === LF) return i;
  }
  return -1;
}

const LINE = /^(\d{1,2})-(\d{1,2}):(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\*255)?((?:\([^()]*\))+)$/;

/** One frame, from `/` on. @throws TelegramError */
export function parseP1(frame: Uint8Array, options: P1Options = {}): Telegram {
  const end = frame.lastIndexOf(END);
  if (frame[0] !== SLASH || end < 0) throw new TelegramError('malformed', 'expected / … !');
  const tail = Buffer.from(frame.subarray(end + 1)).toString('latin1');
  const sum = /^([0-9A-Fa-f]{4})?\r?\n?$/.exec(tail);
  if (!sum) throw new TelegramError('malformed', 'expected a check sum after the !');
  if (sum[1] !== undefined && Number.parseInt(sum[1], 16) !== crcArc(frame.subarray(0, end + 1)))
    throw new TelegramError('checksum', 'the check sum is another');
  const text = Buffer.from(frame.subarray(0, end)).toString('latin1');
  if (!/^[\t\r\n\x20-\x7e]*$/.test(text)) throw new TelegramError('malformed', 'letters that no telegram has');
  const lines = text.split(/\r?\n/);
  if (!/^\/[A-Za-z0-9]{3}.{0,60}$/.test(lines[0])) throw new TelegramError('malformed', 'expected an identification');
  const telegram = new P1Lines(options);
  for (const line of lines.slice(1)) telegram.read(line);
  if (sum[1] === undefined) {
    if (text.lastIndexOf('/') > 0) throw new TelegramError('torn', 'another telegram began before its end');
    telegram.assertOld(options.checksum);
  }
  return telegram.done();
}

class P1Lines {
  readonly #builder = new TelegramBuilder();
  readonly #standardOffsetS: number;
  #version = 0;
  #import: number | undefined;
  #export: number | undefined;

  constructor({ standardOffsetS = 3600 }: P1Options) {
    this.#standardOffsetS = standardOffsetS;
  }

  read(line: string): void {
    const match = LINE.exec(line);
    if (!match) return;
    const [, medium, , ...group] = match;
    const [c, d, e] = group.slice(0, 3).map(Number);
    const values = match[6].slice(1, -1).split(')(');
    const name = `${medium}:${c}.${d}.${e}`;
    if (medium === '1' && isEnergy(c, d, e)) this.#energy(`${c}.${d}.${e}`, values);
    else if (name === '1:1.7.0' || name === '1:2.7.0') this.#power(c, values[0]);
    else if (name === '1:0.2.8' || name === '0:96.1.4') this.#version = Number.parseInt(values[0], 10) || 0;
    else if (['0:96.1.1', '0:96.1.0', '0:42.0.0'].includes(name)) this.#device(match[2], values[0]);
    else if (name === '0:1.0.0') this.#builder.stamp(p1Stamp(values[0], this.#standardOffsetS));
  }

  #energy(name: string, values: readonly string[]): void {
    const match = values.length === 1 ? /^(.+)\*(\w+)$/.exec(values[0]) : null;
    if (!match) throw new TelegramError('no-value', `register ${name}: expected one value with a unit`);
    this.#builder.register(name, energyOf(match[1], match[2], name));
  }

  #power(c: number, value: string): void {
    const [, text, unit] = /^(.+)\*(\w+)$/.exec(value) ?? [];
    const watts = text === undefined ? undefined : powerOf(text, unit);
    if (c === 1) this.#import = watts;
    else this.#export = watts;
  }

  /** Channel 0 is the meter itself; 1 to 4 are gas, water and others behind it. */
  #device(channel: string, value: string): void {
    if (channel === '0') this.#builder.serial(serialOf(value));
  }

  /** A telegram without check sum: of an old port, and declared. */
  assertOld(checksum: P1Options['checksum']): void {
    if (checksum !== 'none') throw new TelegramError('checksum', 'no check sum (a port of before DSMR 4 has none: checksum: none)');
    if (this.#version >= 40) throw new TelegramError('checksum', 'no check sum, in a telegram of a version that has one');
  }

  done(): Telegram {
    if (this.#import !== undefined) this.#builder.power(this.#import - (this.#export ?? 0));
    return this.#builder.done();
  }
}

/** `YYMMDDhhmmssX`, X = S in summer, W in winter; undefined where it is no such instant. */
export function p1Stamp(text: string, standardOffsetS: number): number | undefined {
  const match = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)([SW])$/.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  return unixOf([2000 + year, month, day, hour, minute, second], standardOffsetS + (match[7] === 'S' ? 3600 : 0));
}

export function p1Decoder(options: P1Options = {}): Decoder {
  return decoderOf(new Framer(cutP1, MOST_BYTES), (frame) => parseP1(frame, options));
}
