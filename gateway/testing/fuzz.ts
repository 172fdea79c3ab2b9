/**
 * Throws broken telegrams at every parser: `npm run fuzz -w gateway -- 1000000 7` (how many inputs, which seed).
 *
 * An input is one or two real telegrams of a protocol, flipped, cut, glued, repeated, shuffled or with bytes of chance put in, pushed in
 * pieces of chance. What must hold: nothing but a TelegramError is thrown, memory does not grow, no input takes long, and a value comes
 * only out of a frame whose check sum is right. The last is judged by check sums of another kind of computation than the product's (bit by
 * bit, here), for a CRC of 16 bits fits by chance once in 65,536.
 */

import { BlockMessages } from '../src/frame/blocks.ts';
import { type Cutter, Framer } from '../src/frame/framer.ts';
import { cutHdlc, HdlcMessages } from '../src/frame/hdlc.ts';
import { cutMbus, MbusMessages } from '../src/frame/mbus.ts';
import { cutReadout, parseD0 } from '../src/parse/d0.ts';
import { parseDlms } from '../src/parse/dlms.ts';
import { parseHomeWizard } from '../src/parse/homewizard.ts';
import { parseSdm, parseSunSpec } from '../src/parse/modbus.ts';
import { cutP1, parseP1 } from '../src/parse/p1.ts';
import { parseShelly } from '../src/parse/shelly.ts';
import { cutSmarty, parseSmarty } from '../src/parse/smarty.ts';
import { cutSml, parseSml } from '../src/parse/sml.ts';
import { type Telegram, TelegramError } from '../src/telegram.ts';
import { Chance } from './random.ts';
import * as t from './telegrams.ts';

/** A CRC of 16 bits, bit by bit, reflected. */
function crcByBits(bytes: Uint8Array, polynomial: number, from: number, last: number): number {
  let crc = from;
  for (const byte of bytes)
    for (let bit = 0; bit < 8; bit++) {
      const carry = (crc ^ (byte >> bit)) & 1;
      crc = (crc >> 1) ^ (carry ? polynomial : 0);
    }
  return crc ^ last;
}
const x25 = (bytes: Uint8Array): number => crcByBits(bytes, 0x8408, 0xffff, 0xffff);
const kermit = (bytes: Uint8Array): number => crcByBits(bytes, 0x8408, 0, 0);
const little = (bytes: Uint8Array): number => bytes.at(-2)! + 256 * bytes.at(-1)!;
const latin = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

function isSummedP1(frame: Uint8Array): boolean {
  const text = latin(frame);
  const end = text.lastIndexOf('!') + 1;
  return Number.parseInt(text.slice(end, end + 4), 16) === crcByBits(Buffer.from(text.slice(0, end), 'latin1'), 0xa001, 0, 0);
}
const isSummedSml = (frame: Uint8Array): boolean => [x25, kermit].some((crc) => crc(frame.subarray(0, -2)) === little(frame));
const isSummedHdlc = (frame: Uint8Array): boolean => x25(frame.subarray(1, -2)) === little(frame);
const isSummedMbus = (frame: Uint8Array): boolean => frame.subarray(4, -2).reduce((sum, byte) => sum + byte, 0) % 256 === frame.at(-2);
function isSummedD0(frame: Uint8Array): boolean {
  let sum = 0;
  for (const byte of frame.subarray(1, -1)) sum ^= byte & 0x7f;
  return sum === (frame.at(-1)! & 0x7f);
}

interface Target {
  samples: readonly Uint8Array[];
  /** how long a frame may get, and where it lies; none where an answer is a telegram */
  framing?: [Cutter, number];
  /** A fresh reader of frames, which may want several for a telegram. */
  reader: () => (frame: Uint8Array) => Telegram | undefined;
  isSummed?: (frame: Uint8Array) => boolean;
}

const SHOWN: t.Shown = {
  importMilliWh: 4_711_042_000n,
  exportMilliWh: 815_003_000n,
  powerW: -431,
  unixS: 1_767_225_590,
  serial: '1EMH0012345678',
};
const KEY = Uint8Array.from({ length: 16 }, (_, i) => i);
const CIPHER: t.Cipher = { key: KEY, title: new Uint8Array(8).fill(0x4b), counter: 1 };
const message = t.dlmsMessage('austria', SHOWN);
const BLOCKS = Buffer.concat(t.blocksOf(message, 40).map((block) => t.hdlcOf(block)));
const once = (parse: (frame: Uint8Array) => Telegram) => () => parse;

const TARGETS: Record<string, Target> = {
  p1: {
    samples: [t.p1('dsmr5', SHOWN), t.p1('belgium', SHOWN), t.p1('sweden', SHOWN)],
    framing: [cutP1, 8192],
    reader: once((frame) => parseP1(frame)),
    isSummed: isSummedP1,
  },
  smarty: {
    samples: [t.encipher(t.p1('luxembourg', SHOWN), { ...CIPHER, authenticationKey: KEY })],
    framing: [cutSmarty, 16_384],
    reader: once((frame) => parseSmarty(frame, { key: KEY, authenticationKey: KEY })),
  },
  sml: { samples: [t.sml(SHOWN), t.sml(SHOWN, { crc: 'kermit' })], framing: [cutSml, 8192], reader: once(parseSml), isSummed: isSummedSml },
  d0: {
    samples: [t.d0(SHOWN), t.withParity(t.d0(SHOWN))],
    framing: [cutReadout, 16_384],
    reader: once((frame) => parseD0(frame)),
    isSummed: isSummedD0,
  },
  hdlc: {
    samples: [t.hdlcOf(message, 50), t.hdlcOf(t.dlmsMessage('kamstrup', SHOWN)), t.hdlcOf(t.dlmsMessage('kaifa-no', SHOWN)), BLOCKS],
    framing: [cutHdlc, 4096],
    reader: () => {
      const [messages, blocks] = [new HdlcMessages(), new BlockMessages()];
      return (frame) => {
        const message = messages.add(frame);
        return withMessage(message && message.length > 0 ? blocks.add(message) : undefined);
      };
    },
    isSummed: isSummedHdlc,
  },
  mbus: {
    samples: [t.mbusOf(t.encipher(message, CIPHER), 60)],
    framing: [cutMbus, 1024],
    reader: () => {
      const messages = new MbusMessages();
      return (frame) => withMessage(messages.add(frame));
    },
    isSummed: isSummedMbus,
  },
  sunspec: { samples: [t.sunSpecMeter(SHOWN)], reader: once((bytes) => parseSunSpec(bytes)) },
  sdm: { samples: [t.sdmEnergies(SHOWN)], reader: once((energies) => parseSdm({ energies })) },
  homewizard: { samples: [Buffer.from('{"total_power_import_kwh":1.5,"unique_id":"41"}')], reader: once(parseHomeWizard) },
  shelly: { samples: [Buffer.from('{"total_act":1.5,"total_act_ret":0}')], reader: once((bytes) => parseShelly(bytes, 'pro-3em')) },
};

const withMessage = (whole: Uint8Array | undefined): Telegram | undefined =>
  whole && whole.length > 0 ? parseDlms(whole, { key: KEY }) : undefined;

/** One input: broken in one to three ways. */
function broken(chance: Chance, samples: readonly Uint8Array[]): Uint8Array {
  let bytes: Uint8Array = Uint8Array.from(chance.of(samples));
  for (let ways = 1 + chance.below(3); ways > 0; ways--) {
    const at = chance.below(bytes.length + 1);
    const to = at + chance.below(bytes.length - at + 1);
    const noise = Uint8Array.from({ length: chance.below(12) }, () => chance.below(256));
    const made = [
      () => bytes.map((byte, i) => (i === at ? byte ^ (1 << chance.below(8)) : byte)),
      () => bytes.subarray(at),
      () => bytes.subarray(0, at),
      () => Buffer.concat([bytes.subarray(0, at), bytes.subarray(to)]),
      () => Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)]),
      () => Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)]),
      () => Buffer.concat([bytes.subarray(0, at), chance.of(samples)]),
      () => bytes.map((byte, i) => (i >= at && i < at + noise.length ? noise[i - at] : byte)),
    ];
    bytes = Uint8Array.from(chance.of(made)());
  }
  return bytes;
}

export interface Fuzzed {
  inputs: number;
  telegrams: number;
  refused: Record<string, number>;
  slowestMs: number;
}

/** @throws Error naming protocol, seed and bytes, where something does not hold */
export function fuzz(inputs: number, seed: number): Fuzzed {
  const chance = new Chance(seed);
  const result: Fuzzed = { inputs: 0, telegrams: 0, refused: {}, slowestMs: 0 };
  const names = Object.keys(TARGETS);
  const streams = new Map(names.map((name) => [name, streamOf(TARGETS[name])]));
  for (; result.inputs < inputs; result.inputs++) {
    const name = names[result.inputs % names.length];
    const bytes = broken(chance, TARGETS[name].samples);
    const beganMs = performance.now();
    try {
      streams.get(name)!(bytes, 1 + chance.below(bytes.length + 1), result);
    } catch (error) {
      throw new Error(`${name}, seed ${seed}, input ${result.inputs} (${Buffer.from(bytes).toString('hex')}): ${(error as Error).message}`);
    }
    result.slowestMs = Math.max(result.slowestMs, performance.now() - beganMs);
  }
  return result;
}

function streamOf({ framing, reader, isSummed }: Target): (bytes: Uint8Array, piece: number, result: Fuzzed) => void {
  const framer = framing && new Framer(...framing);
  const read = reader();
  const one = (frame: Uint8Array, result: Fuzzed): void => {
    try {
      if (!read(frame)) return;
      if (isSummed && !isSummed(frame)) throw new Error('a value from a frame with a wrong check sum');
      result.telegrams++;
    } catch (error) {
      if (!(error instanceof TelegramError)) throw error;
      result.refused[error.code] = (result.refused[error.code] ?? 0) + 1;
    }
  };
  return (bytes, piece, result) => {
    if (!framer) return one(bytes, result);
    for (let i = 0; i < bytes.length; i += piece)
      for (const frame of framer.push(bytes.subarray(i, i + piece), 0)) if ('bytes' in frame) one(frame.bytes, result);
  };
}

if (import.meta.main) {
  const [inputs = 1_000_000, seed = 1] = process.argv.slice(2).map(Number);
  const beganMs = Date.now();
  const { telegrams, refused, slowestMs } = fuzz(inputs, seed);
  const seconds = ((Date.now() - beganMs) / 1000).toFixed(1);
  const memory = Math.round(process.memoryUsage().rss / 1e6);
  console.log(`${inputs} inputs in ${seconds} s: ${telegrams} telegrams, slowest ${slowestMs.toFixed(1)} ms, ${memory} MB`);
  console.log(`refused: ${JSON.stringify(refused)}`);
}
