/**
 * Finds out what speaks on a line, and how fast: listens at each speed that customer ports have, to every protocol at once; then asks as
 * IEC 62056-21 and as Modbus, which those that speak by themselves do not mind. A wrong speed gives bytes that no check sum fits.
 */
import { accessSync, constants, existsSync } from 'node:fs';
import { d0Decoder } from '../parse/d0.ts';
import { dlmsDecoder } from '../parse/dlms.ts';
import { p1Decoder } from '../parse/p1.ts';
import { smartyDecoder } from '../parse/smarty.ts';
import { smlDecoder } from '../parse/sml.ts';
import type { Line, SourceSettings } from '../settings.ts';
import { openD0 } from '../sources/d0.ts';
import { httpAsk } from '../sources/http.ts';
import { openLine } from '../sources/line.ts';
import { openModbus } from '../sources/modbus.ts';
import { type Decoder, type Telegram, type TelegramCode, TelegramError } from '../telegram.ts';

export type NotFound = 'unplugged' | 'forbidden' | 'busy' | 'silent' | 'damaged' | 'unknown' | 'unreachable' | 'stopped';

export type Found =
  | { source: SourceSettings; telegram: Telegram }
  /** what speaks is known, and what is missing to read it: the owner's key; the hour at which registers come */
  | { source: SourceSettings; wants: 'key' | 'registers' }
  | { code: NotFound };

export interface Search {
  /** how long to listen at each speed; a meter of the slowest kind speaks every ten seconds */
  listenMs: number;
  /** 32 hexadecimal digits of the grid operator, where the file is there */
  keyFile: string;
  key: Uint8Array | undefined;
  standardOffsetS: number;
  signal: AbortSignal;
  /** which attempt of how many, and in what words of the trade */
  tries: (attempt: string, index: number, count: number) => void;
}

type Speed = Pick<Line, 'baud' | 'bits' | 'parity'>;

interface Candidate {
  source: (line: Line) => SourceSettings;
  decoder: Decoder;
  /** telegrams that have to agree: two where no check sum tells */
  times: number;
  /** bytes of seven bits, heard as eight */
  isSeven?: boolean;
}

const SPEEDS: readonly (Speed & { tongues: readonly Tongue[] })[] = [
  { baud: 115_200, bits: 8, parity: 'none', tongues: ['p1', 'smarty'] },
  { baud: 9_600, bits: 8, parity: 'none', tongues: ['sml', 'hdlc', 'p1-old', 'd0-push'] },
  { baud: 2_400, bits: 8, parity: 'even', tongues: ['mbus', 'hdlc'] },
  { baud: 2_400, bits: 8, parity: 'none', tongues: ['hdlc', 'd0-push'] },
];

type Tongue = 'p1' | 'smarty' | 'sml' | 'hdlc' | 'mbus' | 'p1-old' | 'd0-push';
const ALL: readonly Tongue[] = ['p1', 'smarty', 'sml', 'hdlc', 'mbus', 'p1-old', 'd0-push'];

function candidateOf(tongue: Tongue, { key, keyFile, standardOffsetS }: Search): Candidate {
  const seven = (line: Line): Line => (line.tcp ? line : { ...line, bits: 7, parity: 'even' });
  const keys = key ? { key } : {};
  switch (tongue) {
    case 'p1':
      return {
        source: (line) => ({ kind: 'p1', line, checksum: 'crc', standardOffsetS }),
        decoder: p1Decoder({ standardOffsetS }),
        times: 1,
      };
    case 'p1-old': {
      const decoder = p1Decoder({ checksum: 'none', standardOffsetS });
      return { source: (line) => ({ kind: 'p1', line: seven(line), checksum: 'none', standardOffsetS }), decoder, times: 2, isSeven: true };
    }
    case 'smarty':
      return {
        source: (line) => ({ kind: 'smarty', line, keyFile, standardOffsetS }),
        decoder: smartyDecoder({ ...keys, standardOffsetS }),
        times: 1,
      };
    case 'sml':
      return { source: (line) => ({ kind: 'sml', line }), decoder: smlDecoder(), times: 1 };
    case 'd0-push': {
      const decoder = d0Decoder({ push: true, checksum: 'none' });
      const source = (line: Line): SourceSettings => ({ kind: 'd0', line: seven(line), mode: 'D', checksum: 'none', intervalS: 60 });
      return { source, decoder, times: 2, isSeven: true };
    }
    default:
      return {
        source: (line) => ({ kind: 'dlms', line, link: tongue, standardOffsetS, ...(key ? { keyFile } : {}) }),
        decoder: dlmsDecoder(tongue, { ...keys, standardOffsetS }),
        times: 1,
      };
  }
}

/** What was heard at one speed. */
interface Heard {
  found?: Found;
  bytes: number;
  dropped: Partial<Record<TelegramCode, number>>;
}

/** Where Modbus over TCP is spoken, and nothing else. */
const MODBUS_PORT = 502;

/** A serial port, or a bridge that passes one on. */
export async function detectLine(at: Pick<Line, 'path' | 'tcp'>, search: Search): Promise<Found> {
  const speeds = at.tcp?.port === MODBUS_PORT ? [] : at.tcp ? [{ ...SPEEDS[0], tongues: ALL }] : SPEEDS;
  const count = speeds.length + 2;
  const all: Heard[] = [];
  for (const [index, { tongues, ...speed }] of speeds.entries()) {
    const gone = goneBy(at);
    if (gone) return { code: gone };
    search.tries(at.tcp ? 'P1, SML, DLMS' : `${speed.baud} ${speed.bits}${speed.parity[0].toUpperCase()}1`, index + 1, count);
    const heard = await listen({ ...at, ...speed }, tongues, search).catch(() => undefined);
    if (search.signal.aborted) return { code: 'stopped' };
    if (!heard) return { code: at.tcp ? 'unreachable' : (goneBy(at) ?? 'busy') };
    if (heard.found) return heard.found;
    all.push(heard);
  }
  const speaks = all.some(({ bytes }) => bytes > 0);
  const asked = speaks ? undefined : await askLine(at, search, count);
  if (asked) return asked;
  if (search.signal.aborted) return { code: 'stopped' };
  const gone = goneBy(at);
  return { code: gone ?? (!speaks ? 'silent' : all.some(({ dropped }) => dropped.checksum || dropped.torn) ? 'damaged' : 'unknown') };
}

/** Why a port cannot be opened, as far as its path tells. */
export function goneBy({ path }: Pick<Line, 'path'>): NotFound | undefined {
  if (path === undefined) return undefined;
  if (!existsSync(path)) return 'unplugged';
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return undefined;
  } catch {
    return 'forbidden';
  }
}

async function listen(line: Line, tongues: readonly Tongue[], search: Search): Promise<Heard> {
  const candidates = tongues.map((tongue) => ({ ...candidateOf(tongue, search), heard: [] as Telegram[], wants: undefined as Wants }));
  const { stream, close } = await openLine(line);
  const heard: Heard = { bytes: 0, dropped: {} };
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, search.listenMs);
      const end = (error?: Error): void => {
        clearTimeout(timer);
        search.signal.removeEventListener('abort', stop);
        error ? reject(error) : resolve();
      };
      const stop = (): void => end();
      search.signal.addEventListener('abort', stop, { once: true });
      stream.on('data', (bytes: Uint8Array) => {
        heard.bytes += bytes.length;
        for (const candidate of candidates) take(candidate, bytes, heard);
        if (candidates.some(({ heard: { length }, times }) => length >= times)) end();
      });
      stream.once('error', end);
      stream.once('close', () => end(new Error('the line ended')));
    });
  } finally {
    stream.removeAllListeners('close');
    stream.on('error', () => {});
    close();
    await closed(stream);
  }
  const found = best(candidates, line);
  return found ? { ...heard, found } : heard;
}

type Wants = 'key' | 'registers' | undefined;
type Listening = Candidate & { heard: Telegram[]; wants: Wants };

function take(candidate: Listening, bytes: Uint8Array, heard: Heard): void {
  for (const outcome of candidate.decoder.push(candidate.isSeven ? bytes.map((byte) => byte & 0x7f) : bytes, performance.now())) {
    if ('telegram' in outcome) candidate.heard.push(outcome.telegram);
    else if (outcome.bad === 'key') candidate.wants = 'key';
    else if (outcome.bad === 'no-registers') candidate.wants ??= 'registers';
    else heard.dropped[outcome.bad] = (heard.dropped[outcome.bad] ?? 0) + 1;
  }
}

/** Of two that read the same the one that knows the meter's number; else in order. */
function best(candidates: readonly Listening[], line: Line): Found | undefined {
  const read = candidates.filter(({ heard, times }) => heard.length >= times);
  const one = read.find(({ heard }) => heard[0].serial !== undefined) ?? read[0];
  if (one) return { source: one.source(line), telegram: one.heard.at(-1)! };
  const known = candidates.find(({ wants, isSeven }) => wants !== undefined && !isSeven);
  return known && { source: known.source(line), wants: known.wants! };
}

const closed = (stream: { closed: boolean; once: (event: 'close', done: () => void) => unknown }): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, 500);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    if (stream.closed) done();
    else stream.once('close', done);
  });

/** What is silent may wait to be asked. */
async function askLine(at: Pick<Line, 'path' | 'tcp'>, { tries, signal, listenMs }: Search, count: number): Promise<Found | undefined> {
  const line: Line = { ...at, baud: 300, bits: 7, parity: 'even' };
  const isModbus = at.tcp?.port === MODBUS_PORT;
  const d0: Extract<SourceSettings, { kind: 'd0' }> = { kind: 'd0', line, mode: 'C', checksum: 'bcc', intervalS: 60 };
  tries('IEC 62056-21', count - 1, count);
  const asked = isModbus ? undefined : await askD0(d0, signal);
  if (asked || signal.aborted) return asked;
  tries('Modbus', count, count);
  for (const kind of ['sdm', 'sunspec'] as const) {
    const source: SourceSettings = { kind, line: { ...at, baud: 9_600, bits: 8, parity: 'none' }, unit: 1, intervalS: 10 };
    const answer = await within(
      once(() => openModbus(source), signal),
      Math.max(listenMs, 2_000),
    );
    if (answer || signal.aborted) return answer && { source, ...answer };
  }
  return undefined;
}

/** In the mode that its identification offers. */
async function askD0(settings: Extract<SourceSettings, { kind: 'd0' }>, signal: AbortSignal): Promise<Found | undefined> {
  let meter: Awaited<ReturnType<typeof openD0>> | undefined;
  const asked = await once(async () => {
    meter = await openD0(settings, undefined, 'offer');
    return meter;
  }, signal);
  return asked && { source: { ...settings, mode: meter?.offered() ?? settings.mode }, ...asked };
}

type Asked = { telegram: Telegram } | { wants: 'registers' };

async function once(open: () => Promise<{ ask: (signal: AbortSignal) => Promise<Telegram>; close: () => void }>, signal: AbortSignal) {
  let meter: Awaited<ReturnType<typeof open>> | undefined;
  try {
    meter = await open();
    return { telegram: await meter.ask(signal) };
  } catch (error) {
    return error instanceof TelegramError && error.code === 'no-registers' ? ({ wants: 'registers' } as const) : undefined;
  } finally {
    meter?.close();
  }
}

async function within(work: Promise<Asked | undefined>, ms: number): Promise<Asked | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Readers that somebody else made, by their address. */
export async function detectHttp(url: string, { tries, signal }: Pick<Search, 'tries' | 'signal'>): Promise<Found> {
  const sources: Extract<SourceSettings, { kind: 'homewizard' | 'shelly' }>[] = [
    { kind: 'homewizard', url, intervalS: 10 },
    { kind: 'shelly', url, model: 'pro-3em', channel: 0, intervalS: 10 },
    { kind: 'shelly', url, model: 'pro-em', channel: 0, intervalS: 10 },
  ];
  let isThere = false;
  for (const [index, source] of sources.entries()) {
    tries(source.kind === 'homewizard' ? 'HomeWizard' : `Shelly ${source.model}`, index + 1, sources.length);
    try {
      return { source, telegram: await httpAsk(source)(signal) };
    } catch (error) {
      if (signal.aborted) return { code: 'stopped' };
      isThere ||= error instanceof TelegramError || isAnswer(error);
    }
  }
  return { code: isThere ? 'unknown' : 'unreachable' };
}

/** It answered, if only by a status: fetch itself fails with a TypeError, and silence with its own name. */
const isAnswer = (error: unknown): boolean => error instanceof Error && !(error instanceof TypeError) && error.name === 'Error';
