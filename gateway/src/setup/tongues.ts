/**
 * What is heard on a line, in every protocol at once, until one has read it. How the bytes were cut on their way, and at which of them
 * listening began, decides nothing: a check sum goes before none, and the two tongues of text that have none are cut into the same frames,
 * so that each frame is read by both or neither of them lags behind.
 */
import { decoderOf, Framer } from '../frame/framer.ts';
import { cutPush, MOST_BYTES, parseD0 } from '../parse/d0.ts';
import { dlmsDecoder } from '../parse/dlms.ts';
import { p1Decoder, parseP1 } from '../parse/p1.ts';
import { smartyDecoder } from '../parse/smarty.ts';
import { smlDecoder } from '../parse/sml.ts';
import type { Line, SourceSettings } from '../settings.ts';
import type { Decoder, Telegram, TelegramCode } from '../telegram.ts';

export type Tongue = 'p1' | 'smarty' | 'sml' | 'hdlc' | 'mbus' | 'p1-old' | 'd0-push';
export const TONGUES: readonly Tongue[] = ['p1', 'smarty', 'sml', 'hdlc', 'mbus', 'p1-old', 'd0-push'];

export type Spoken =
  | { source: SourceSettings; telegram: Telegram }
  /** what speaks is known, and what is missing to read it: the owner's key; the hour at which registers come */
  | { source: SourceSettings; wants: 'key' | 'registers' };

export interface PortKey {
  /** 32 hexadecimal digits of the grid operator, where the file is there */
  keyFile: string;
  key: Uint8Array | undefined;
  standardOffsetS: number;
}

interface Candidate {
  source: (line: Line) => SourceSettings;
  decoder: Decoder;
  /** without a check sum: two telegrams that agree tell instead, in bytes of seven bits, heard as eight */
  isText?: true;
}

/** Telegrams of the same meter that have to agree where no check sum tells. */
const TEXTS = 2;

function candidateOf(tongue: Tongue, { key, keyFile, standardOffsetS }: PortKey): Candidate {
  const keys = key ? { key } : {};
  switch (tongue) {
    case 'p1':
      return { source: (line) => ({ kind: 'p1', line, checksum: 'crc', standardOffsetS }), decoder: p1Decoder({ standardOffsetS }) };
    case 'p1-old': {
      const form = { checksum: 'none', standardOffsetS } as const;
      return {
        source: (line) => ({ kind: 'p1', line: seven(line), ...form }),
        decoder: textDecoder((frame) => parseP1(frame, form)),
        isText: true,
      };
    }
    case 'smarty':
      return {
        source: (line) => ({ kind: 'smarty', line, keyFile, standardOffsetS }),
        decoder: smartyDecoder({ ...keys, standardOffsetS }),
      };
    case 'sml':
      return { source: (line) => ({ kind: 'sml', line }), decoder: smlDecoder() };
    case 'd0-push': {
      const form = { checksum: 'none' } as const;
      const source = (line: Line): SourceSettings => ({ kind: 'd0', line: seven(line), mode: 'D', ...form, intervalS: 60 });
      return { source, decoder: textDecoder((frame) => parseD0(frame, form)), isText: true };
    }
    default:
      return {
        source: (line) => ({ kind: 'dlms', line, link: tongue, standardOffsetS, ...(key ? { keyFile } : {}) }),
        decoder: dlmsDecoder(tongue, { ...keys, standardOffsetS }),
      };
  }
}

const seven = (line: Line): Line => (line.tcp ? line : { ...line, bits: 7, parity: 'even' });
const textDecoder = (read: (frame: Uint8Array) => Telegram): Decoder => decoderOf(new Framer(cutPush, MOST_BYTES), read);

type Listening = Candidate & { heard: Telegram[]; wants: 'key' | 'registers' | undefined };

export class Ear {
  readonly #candidates: readonly Listening[];
  bytes = 0;
  readonly dropped: Partial<Record<TelegramCode, number>> = {};

  constructor(tongues: readonly Tongue[], key: PortKey) {
    this.#candidates = tongues.map((tongue) => ({ ...candidateOf(tongue, key), heard: [], wants: undefined }));
  }

  hear(bytes: Uint8Array, atMs: number): void {
    this.bytes += bytes.length;
    for (const candidate of this.#candidates) this.#take(candidate, bytes, atMs);
  }

  #take(candidate: Listening, bytes: Uint8Array, atMs: number): void {
    const { decoder, isText } = candidate;
    for (const outcome of decoder.push(isText ? bytes.map((byte) => byte & 0x7f) : bytes, atMs)) {
      if ('telegram' in outcome) candidate.heard.push(outcome.telegram);
      else if (outcome.bad === 'key') candidate.wants = 'key';
      else if (outcome.bad === 'no-registers') candidate.wants ??= 'registers';
      else this.dropped[outcome.bad] = (this.dropped[outcome.bad] ?? 0) + 1;
    }
  }

  /** Nothing more is needed to say what it is. */
  get isSure(): boolean {
    return this.#read() !== undefined;
  }

  /** A telegram came in a tongue that needs another, for which it is worth waiting. */
  get hasBegun(): boolean {
    return this.#candidates.some(({ heard }) => heard.length > 0);
  }

  /** The one with a check sum; of those that read the same text the one that knows the meter's number, else the first. */
  #read(): Listening | undefined {
    const heard = this.#candidates.filter((one) => one.heard.length > 0);
    const texts = heard.filter(({ isText }) => isText);
    const text = texts.find((one) => one.heard.at(-1)!.serial !== undefined) ?? texts[0];
    return heard.find(({ isText }) => !isText) ?? (text && agree(text.heard) ? text : undefined);
  }

  spoken(line: Line): Spoken | undefined {
    const one = this.#read();
    if (one) return { source: one.source(line), telegram: one.heard.at(-1)! };
    const known = this.#candidates.find(({ wants, isText }) => wants !== undefined && !isText);
    return known && { source: known.source(line), wants: known.wants! };
  }
}

/** The newest are of one meter and whole: the first that is heard may have lost its beginning. */
function agree(heard: readonly Telegram[]): boolean {
  const forms = heard.slice(-TEXTS).map(({ serial, registers }) => [serial, ...registers.keys()].join());
  return forms.length === TEXTS && new Set(forms).size === 1;
}
