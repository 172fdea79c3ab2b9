/**
 * IEC 62056-21 (formerly 1107), the optical head of meters since the nineties: "D0".
 *
 * Spec: IEC 62056-21:2002, sections 5 and 6. Read-out as text at 7 bits, even parity:
 *
 *   /XXXZ identification CR LF           the answer to /?! CR LF; Z is the speed offered (mode A has none, B a letter, C a digit)
 *   STX lines ! CR LF ETX BCC            modes A, B and C, after what source d0 negotiates
 *   /XXXZ ident CR LF CR LF lines ! CR LF    mode D: sent by itself at 2400 baud, without a check sum: declared, as on old P1 ports
 *
 * A line is `C.D.E(value*unit)`, perhaps with `A-B:` before. Traps: `1.8.0*12(…)` and `1.8.0&12(…)` are registers of the past, so only *255
 * or nothing is read; 15.8.0 counts both directions; a byte may carry its parity bit, where the port was opened with 8 bits.
 */
import { type Cutter, decoderOf, Framer, MORE } from '../frame/framer.ts';
import { type Decoder, type Telegram, TelegramBuilder, TelegramError } from '../telegram.ts';
import { xorOf } from './crc.ts';
import { energyOf, isEnergy, powerOf } from './values.ts';

const STX = 0x02;
const ETX = 0x03;
const SLASH = 0x2f;
/** The longest read-out that is taken. */
export const MOST_BYTES = 16_384;

export interface D0Options {
  /** `none`: mode D, which sends no check sum. Default: `bcc`. */
  checksum?: 'bcc' | 'none';
  /** The unit of registers that are shown without one. Default: such a register is refused. */
  unit?: 'Wh' | 'kWh' | 'MWh';
}

/** The frame of modes A to C: STX to BCC. */
export const cutReadout: Cutter = (buffer) => {
  const start = buffer.findIndex((byte) => (byte & 0x7f) === STX);
  if (start !== 0) return { skip: start < 0 ? buffer.length : start, take: 0 };
  for (let i = 1; i < buffer.length; i++) {
    const byte = buffer[i] & 0x7f;
    if (byte === STX) return { skip: i, take: 0, torn: true };
    if (byte === ETX) return i + 1 < buffer.length ? { skip: 0, take: i + 2 } : MORE;
  }
  return MORE;
};

/** The frame of mode D: `/` to the end of the line that `!` begins. */
export const cutPush: Cutter = (buffer) => {
  const start = buffer.findIndex((byte) => (byte & 0x7f) === SLASH);
  if (start !== 0) return { skip: start < 0 ? buffer.length : start, take: 0 };
  for (let i = 1; i < buffer.length; i++) {
    if ((buffer[i - 1] & 0x7f) !== 0x0a) continue;
    if ((buffer[i] & 0x7f) === SLASH) return { skip: i, take: 0, torn: true };
    if ((buffer[i] & 0x7f) !== 0x21) continue;
    const end = buffer.findIndex((byte, at) => at > i && (byte & 0x7f) === 0x0a);
    if (end >= 0) return { skip: 0, take: end + 1 };
  }
  return MORE;
};

/** The seven bits of each byte. Where any has its eighth, all must have even parity. */
function sevenBits(bytes: Uint8Array): Uint8Array {
  if (bytes.every((byte) => byte < 0x80)) return bytes;
  const odd = (byte: number): number => {
    let bits = byte;
    for (let shift = 4; shift > 0; shift >>= 1) bits ^= bits >> shift;
    return bits & 1;
  };
  if (bytes.some((byte) => odd(byte) === 1)) throw new TelegramError('checksum', 'a byte of odd parity');
  return bytes.map((byte) => byte & 0x7f);
}

const LINE = /^(?:\d{1,3}-\d{1,3}:)?([0-9A-F]{1,3})\.([0-9A-F]{1,3})(?:\.(\d{1,3}))?(\*255)?((?:\([^()]*\))+)$/;

/** One frame, either form. @throws TelegramError */
export function parseD0(frame: Uint8Array, options: D0Options = {}): Telegram {
  const bytes = sevenBits(frame);
  const pushed = bytes[0] === SLASH;
  if (pushed && options.checksum !== 'none') throw new TelegramError('checksum', 'no check sum (mode D sends none: checksum: none)');
  if (!pushed && (bytes[0] !== STX || bytes.at(-2) !== ETX)) throw new TelegramError('malformed', 'expected STX … ETX BCC');
  if (!pushed && (xorOf(bytes.subarray(1, -1)) & 0x7f) !== bytes.at(-1)) throw new TelegramError('checksum', 'the check sum is another');
  const text = Buffer.from(pushed ? bytes : bytes.subarray(1, -2)).toString('latin1');
  if (!/^[\r\n\x20-\x7e]*$/.test(text)) throw new TelegramError('malformed', 'letters that no telegram has');
  const lines = text.split(/\r?\n/);
  const end = lines.findIndex((line) => line.startsWith('!'));
  if (end < 0) throw new TelegramError('malformed', 'expected a line !');
  if (pushed && !/^\/[A-Za-z]{3}.{1,60}$/.test(lines[0])) throw new TelegramError('malformed', 'expected an identification');
  if (pushed && text.lastIndexOf('/') > 0) throw new TelegramError('torn', 'another telegram began before its end');
  const builder = new TelegramBuilder();
  for (const line of lines.slice(pushed ? 1 : 0, end)) readLine(line, builder, options);
  return builder.done();
}

function readLine(line: string, builder: TelegramBuilder, { unit: declared }: D0Options): void {
  const match = LINE.exec(line);
  if (!match) return;
  const [c, d, e] = [match[1], match[2], match[3] ?? '0'];
  const values = match[5].slice(1, -1).split(')(');
  const name = `${c}.${d}.${e}`;
  const [text, unit = declared ?? ''] = values[0].split('*');
  if (/^\d+$/.test(c) && /^\d+$/.test(d) && isEnergy(Number(c), Number(d), Number(e))) {
    if (values.length !== 1) throw new TelegramError('no-value', `register ${name}: expected one value`);
    builder.register(name, energyOf(text, unit, name));
  } else if (name === '0.0.0' || name === 'C.1.0' || name === '96.1.0') builder.serial(text.trim());
  else if (name === '16.7.0') builder.power(powerOf(text, unit) ?? Number.NaN);
}

export function d0Decoder(options: D0Options & { push?: boolean } = {}): Decoder {
  return decoderOf(new Framer(options.push ? cutPush : cutReadout, MOST_BYTES), (frame) => parseD0(frame, options));
}
