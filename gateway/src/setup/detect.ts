/**
 * Finds out what speaks on a line, and how fast: listens at each speed that customer ports have, to every protocol at once; then asks as
 * IEC 62056-21 and as Modbus, which those that speak by themselves do not mind. A wrong speed gives bytes that no check sum fits.
 */
import { accessSync, constants, existsSync } from 'node:fs';
import type { Line, SourceSettings } from '../settings.ts';
import { openD0 } from '../sources/d0.ts';
import { httpAsk } from '../sources/http.ts';
import { openLine } from '../sources/line.ts';
import { openModbus } from '../sources/modbus.ts';
import { type Telegram, TelegramError } from '../telegram.ts';
import { Ear, type PortKey, type Spoken, TONGUES, type Tongue } from './tongues.ts';

export type NotFound = 'unplugged' | 'forbidden' | 'busy' | 'silent' | 'damaged' | 'unknown' | 'unreachable' | 'stopped';

export type Found = Spoken | { code: NotFound };

export interface Search extends PortKey {
  /** how long to listen at each speed, and once more where a second telegram is needed; the slowest meters speak every ten seconds */
  listenMs: number;
  signal: AbortSignal;
  /** which attempt of how many, and in what words of the trade */
  tries: (attempt: string, index: number, count: number) => void;
}

type Speed = Pick<Line, 'baud' | 'bits' | 'parity'>;

const SPEEDS: readonly (Speed & { tongues: readonly Tongue[] })[] = [
  { baud: 115_200, bits: 8, parity: 'none', tongues: ['p1', 'smarty'] },
  { baud: 9_600, bits: 8, parity: 'none', tongues: ['sml', 'hdlc', 'p1-old', 'd0-push'] },
  { baud: 2_400, bits: 8, parity: 'even', tongues: ['mbus', 'hdlc'] },
  { baud: 2_400, bits: 8, parity: 'none', tongues: ['hdlc', 'd0-push'] },
];

/** A meter repeats itself: one broken telegram at a speed may be noise of another speed that began like one. */
const DAMAGED_LEAST = 2;

/** Where Modbus over TCP is spoken, and nothing else. */
const MODBUS_PORT = 502;

/** A serial port, or a bridge that passes one on. */
export async function detectLine(at: Pick<Line, 'path' | 'tcp'>, search: Search): Promise<Found> {
  const speeds = at.tcp?.port === MODBUS_PORT ? [] : at.tcp ? [{ ...SPEEDS[0], tongues: TONGUES }] : SPEEDS;
  const count = speeds.length + 2;
  const all: Ear[] = [];
  for (const [index, { tongues, ...speed }] of speeds.entries()) {
    const gone = goneBy(at);
    if (gone) return { code: gone };
    search.tries(at.tcp ? 'P1, SML, DLMS' : `${speed.baud} ${speed.bits}${speed.parity[0].toUpperCase()}1`, index + 1, count);
    const heard = await listen({ ...at, ...speed }, tongues, search).catch(() => undefined);
    if (search.signal.aborted) return { code: 'stopped' };
    if (!heard) return { code: at.tcp ? 'unreachable' : (goneBy(at) ?? 'busy') };
    const spoken = heard.spoken({ ...at, ...speed });
    if (spoken) return spoken;
    all.push(heard);
  }
  const speaks = all.some(({ bytes }) => bytes > 0);
  const asked = speaks ? undefined : await askLine(at, search, count);
  if (asked) return asked;
  if (search.signal.aborted) return { code: 'stopped' };
  const gone = goneBy(at);
  return { code: gone ?? (!speaks ? 'silent' : all.some(isDamaged) ? 'damaged' : 'unknown') };
}

const isDamaged = ({ dropped: { checksum = 0, torn = 0 } }: Ear): boolean => checksum + torn >= DAMAGED_LEAST;

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

async function listen(line: Line, tongues: readonly Tongue[], search: Search): Promise<Ear> {
  const ear = new Ear(tongues, search);
  const { stream, close } = await openLine(line);
  try {
    await new Promise<void>((resolve, reject) => {
      let timer = setTimeout(() => {
        if (!ear.hasBegun) return end();
        timer = setTimeout(() => end(), search.listenMs); // what speaks every ten seconds has said one telegram of two
      }, search.listenMs);
      const end = (error?: Error): void => {
        clearTimeout(timer);
        search.signal.removeEventListener('abort', stop);
        error ? reject(error) : resolve();
      };
      const stop = (): void => end();
      search.signal.addEventListener('abort', stop, { once: true });
      stream.on('data', (bytes: Uint8Array) => {
        ear.hear(bytes, performance.now());
        if (ear.isSure) end();
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
  return ear;
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
