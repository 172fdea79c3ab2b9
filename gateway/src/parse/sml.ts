/**
 * SML, the language of German meters' optical heads.
 *
 * Spec: Smart Message Language 1.03/1.04 (BSI TR-03109-1, annex IV). Transport version 1:
 *
 *   1B1B1B1B 01010101   messages, padded to four bytes   1B1B1B1B 1A PP CC CC
 *
 * where 1B1B1B1B inside is doubled, PP counts the padding and CC is a CRC over everything before it; each message has a CRC of its own.
 * Both are checked. Quirks seen in the field: Holley meters compute KERMIT where X25 is asked for, and numbers drop leading zero bytes,
 * check sums among them. A value of all ones stands for none. DZG meters of the first series send power with a wrong sign, so that of DZG
 * is not read. A meter that its PIN locks shows whole kWh, in the same form as any other: that is noticed later, from the values. 15.8.0
 * counts both directions and is never read as import. SML carries no time that could be relied on.
 */
import { type Cutter, decoderOf, Framer, MORE } from '../frame/framer.ts';
import { type Decoder, type Telegram, TelegramBuilder, TelegramError } from '../telegram.ts';
import { crcKermit, crcX25 } from './crc.ts';
import { energyScaled, isEnergy } from './values.ts';

const MOST_BYTES = 8192;
const DEPTH_MAX = 12;
const UNIT_WH = 30;
const UNIT_W = 27;
const GET_LIST_RESPONSE = 0x0701n;
const DZG = '0a01445a47';

const isRun = (buffer: Uint8Array, at: number, byte: number): boolean =>
  buffer[at] === byte && buffer[at + 1] === byte && buffer[at + 2] === byte && buffer[at + 3] === byte;
const isStart = (buffer: Uint8Array, at: number): boolean => isRun(buffer, at, 0x1b) && isRun(buffer, at + 4, 0x01);

export const cutSml: Cutter = (buffer) => {
  if (!isStart(buffer, 0)) return { skip: beforeStart(buffer), take: 0 };
  for (let i = 8; i + 8 <= buffer.length; i++) {
    if (!isRun(buffer, i, 0x1b)) continue;
    if (isRun(buffer, i + 4, 0x1b)) i += 7;
    else if (isRun(buffer, i + 4, 0x01)) return { skip: i, take: 0, torn: true };
    else if (buffer[i + 4] === 0x1a) return { skip: 0, take: i + 8 };
    else if (buffer[i + 4] !== 0x1b) return { skip: i + 4, take: 0, torn: true };
  }
  return MORE;
};

/** How many bytes lie before what is, or may become, a start. */
function beforeStart(buffer: Uint8Array): number {
  const start = [0x1b, 0x1b, 0x1b, 0x1b, 0x01, 0x01, 0x01, 0x01];
  for (let i = buffer.indexOf(0x1b); i >= 0; i = buffer.indexOf(0x1b, i + 1)) {
    if (start.every((byte, k) => i + k >= buffer.length || buffer[i + k] === byte)) return i;
  }
  return buffer.length;
}

/** A frame's messages: check sum, padding and doubled escapes taken off. @throws TelegramError */
function unwrapSml(frame: Uint8Array): Uint8Array {
  if (frame.length < 16 || !isStart(frame, 0) || frame.at(-4) !== 0x1a) throw new TelegramError('malformed', 'expected 1B1B1B1B … 1A');
  const said = frame.at(-2)! | (frame.at(-1)! << 8);
  const summed = frame.subarray(0, -2);
  if (said !== crcX25(summed) && said !== crcKermit(summed)) throw new TelegramError('checksum', 'the check sum is another');
  const inner = frame.subarray(8, -8);
  const padding = frame.at(-3)!;
  if (padding > 3) throw new TelegramError('malformed', 'more than three bytes of padding');
  const bytes: number[] = [];
  for (let i = 0; i < inner.length; i++) {
    bytes.push(inner[i]);
    if (!isRun(inner, i, 0x1b)) continue;
    if (!isRun(inner, i + 4, 0x1b)) throw new TelegramError('malformed', 'an escape that means nothing');
    bytes.push(0x1b, 0x1b, 0x1b);
    i += 7;
  }
  if (padding > bytes.length) throw new TelegramError('malformed', 'more padding than bytes');
  return Uint8Array.from(bytes.slice(0, bytes.length - padding));
}

/** `bits`: the width as it was sent, for values of all ones. */
type Value =
  | { kind: 'bytes'; bytes: Uint8Array }
  | { kind: 'number'; value: bigint; isAllOnes: boolean }
  | { kind: 'list'; items: Value[] }
  | { kind: 'other' };

class SmlReader {
  readonly #bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isOver(): boolean {
    return this.at >= this.#bytes.length;
  }

  peek(): number {
    return this.#bytes[this.at];
  }

  #take(count: number): Uint8Array {
    if (count < 0 || this.at + count > this.#bytes.length) throw new TelegramError('malformed', 'a value goes beyond the end');
    this.at += count;
    return this.#bytes.subarray(this.at - count, this.at);
  }

  /** Type and length; of a list the length counts elements, else bytes behind the head. */
  #head(): { type: number; length: number } {
    const from = this.at;
    let [byte] = this.#take(1);
    const type = (byte >> 4) & 7;
    let length = byte & 0x0f;
    while (byte & 0x80) {
      [byte] = this.#take(1);
      if ((byte & 0x70) !== 0) throw new TelegramError('malformed', 'a length of a wrong form');
      length = (length << 4) | (byte & 0x0f);
      if (this.at - from > 4) throw new TelegramError('malformed', 'a length out of range');
    }
    return { type, length: type === 7 ? length : length - (this.at - from) };
  }

  /** The head of a list of so many elements. */
  list(count: number): void {
    const { type, length } = this.#head();
    if (type !== 7 || length !== count) throw new TelegramError('malformed', `expected a list of ${count}`);
  }

  value(depth = 0): Value {
    if (depth > DEPTH_MAX) throw new TelegramError('malformed', 'lists too deep in one another');
    const { type, length } = this.#head();
    if (type === 7) {
      if (length > this.#bytes.length - this.at) throw new TelegramError('malformed', 'a list longer than the rest');
      return { kind: 'list', items: Array.from({ length }, () => this.value(depth + 1)) };
    }
    const bytes = this.#take(length);
    if (type === 0) return { kind: 'bytes', bytes };
    if (type === 5 || type === 6) {
      if (length < 1 || length > 8) throw new TelegramError('malformed', 'a number of a wrong size');
      return { kind: 'number', ...numberOf(bytes, type === 5) };
    }
    return { kind: 'other' };
  }

  /** The bytes between two places. */
  between(from: number, to: number): Uint8Array {
    return this.#bytes.subarray(from, to);
  }
}

function numberOf(bytes: Uint8Array, isSigned: boolean): { value: bigint; isAllOnes: boolean } {
  const raw = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  const isAllOnes = bytes.length >= 4 && bytes.every((byte) => byte === 0xff);
  return { value: isSigned ? BigInt.asIntN(bytes.length * 8, raw) : raw, isAllOnes };
}

/** One frame of transport version 1. @throws TelegramError */
export function parseSml(frame: Uint8Array): Telegram {
  const reader = new SmlReader(unwrapSml(frame));
  const builder = new TelegramBuilder();
  while (!reader.isOver) {
    if (reader.peek() === 0x00) {
      reader.at++; // padding that was not counted
      continue;
    }
    readMessage(reader, builder);
  }
  return builder.done();
}

/** SML_Message: transaction, group, abort on error, {tag, body}, CRC, end of message. */
function readMessage(reader: SmlReader, builder: TelegramBuilder): void {
  const from = reader.at;
  reader.list(6);
  reader.value();
  reader.value();
  reader.value();
  const body = reader.value();
  const to = reader.at;
  const crc = reader.value();
  const end = reader.between(reader.at, reader.at + 1);
  reader.at++;
  if (crc.kind !== 'number' || end[0] !== 0x00) throw new TelegramError('malformed', 'expected a check sum and the end of a message');
  const summed = reader.between(from, to);
  const swapped = Number(((crc.value & 0xffn) << 8n) | (crc.value >> 8n));
  if (swapped !== crcX25(summed) && swapped !== crcKermit(summed)) throw new TelegramError('checksum', "a message's check sum is another");
  if (body.kind !== 'list' || body.items.length !== 2) throw new TelegramError('malformed', 'expected a tag and a body');
  const [tag, content] = body.items;
  if (tag.kind === 'number' && tag.value === GET_LIST_RESPONSE) readList(content, builder);
}

/** SML_GetList.Res: client, server, name, sensor time, values, signature, gateway time. */
function readList(content: Value, builder: TelegramBuilder): void {
  if (content.kind !== 'list' || content.items.length !== 7) throw new TelegramError('malformed', 'expected a list of values');
  const [, server, , , values] = content.items;
  if (values.kind !== 'list') throw new TelegramError('malformed', 'expected a list of values');
  const serverHex = server.kind === 'bytes' ? Buffer.from(server.bytes).toString('hex') : '';
  builder.serial(serverHex);
  for (const entry of values.items) readEntry(entry, builder, serverHex);
}

/** SML_ListEntry: name, status, time, unit, scaler, value, signature. */
function readEntry(entry: Value, builder: TelegramBuilder, serverHex: string): void {
  if (entry.kind !== 'list' || entry.items.length !== 7) throw new TelegramError('malformed', 'expected an entry of seven');
  const [name, , , unit, scaler, value] = entry.items;
  if (name.kind !== 'bytes' || name.bytes.length !== 6 || value.kind !== 'number') return;
  const [a, , c, d, e, f] = name.bytes;
  if (a !== 1 || f !== 255) return;
  const power = scaler.kind === 'number' ? Number(scaler.value) : 0;
  const ofUnit = unit.kind === 'number' ? Number(unit.value) : undefined;
  const register = `${c}.${d}.${e}`;
  if (isEnergy(c, d, e)) {
    if (ofUnit !== UNIT_WH) throw new TelegramError('unit', `register ${register}: expected Wh`);
    if (value.isAllOnes) throw new TelegramError('no-value', `register ${register} stands for none`);
    builder.register(register, energyScaled(value.value, power, register));
  } else if (register === '16.7.0' && ofUnit === UNIT_W && !serverHex.startsWith(DZG) && Math.abs(power) <= 6)
    builder.power(Number(value.value) * 10 ** power);
}

export const smlDecoder = (): Decoder => decoderOf(new Framer(cutSml, MOST_BYTES), parseSml);
