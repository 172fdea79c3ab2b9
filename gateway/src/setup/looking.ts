/** What is looked at, one thing at a time: a port, an address, a source whose settings are known. Whatever begins ends what went on. */
import { existsSync, readFileSync } from 'node:fs';
import type { SourceSettings } from '../settings.ts';
import { detectHttp, detectLine, type Found, type NotFound, type Search } from './detect.ts';
import { firstReading } from './first-reading.ts';

export interface Job {
  id: number;
  /** what is looked at: a port's path, an address */
  at: string;
  attempt: string;
  index: number;
  count: number;
  isDone: boolean;
  /** It waits for registers that come once an hour. */
  isHourly: boolean;
  code?: NotFound | 'key' | 'registers' | 'value';
  stop: AbortController;
  work: Promise<void>;
}

export interface LookingOptions {
  /** where the port's key lies, if its owner put it there */
  keyFile: string;
  listenMs?: number;
  /** how long a source is read whose settings are known */
  readS?: number;
}

/** Something speaks, though perhaps not everything to read it is there. */
export type Speaks = Exclude<Found, { code: NotFound }>;

const LISTEN_MS = 12_000;
const READ_S = 60;
/** An hour and what a meter is late. */
const HOUR_S = 3_700;
const PORT_PATH = /^\/dev\/[\w./:+-]{1,200}$/;
const HOST = /^(?:tcp:\/\/)?([a-z0-9.-]{1,200}|\[[0-9a-f:.]+\]):(\d{1,5})$/i;
const HTTP = /^(?:http:\/\/)?([a-z0-9.-]{1,200}(?::\d{1,5})?)\/?$/i;

/** Where a source is: a port's path, an address. */
export function placeOf(source: SourceSettings): string {
  if (!('line' in source)) return source.url;
  const { path, tcp } = source.line;
  return path ?? `${tcp!.host}:${tcp!.port}`;
}

export class Looking {
  readonly #o: LookingOptions;
  readonly #take: (found: Speaks) => void;
  job: Job | undefined;
  #jobs = 0;

  constructor(options: LookingOptions, take: (found: Speaks) => void) {
    this.#o = options;
    this.#take = take;
  }

  port(text: string): 'badPort' | undefined {
    const path = text.trim();
    if (!PORT_PATH.test(path) || path.includes('..')) return 'badPort';
    this.#begin(path, (search) => detectLine({ path }, search));
    return undefined;
  }

  address(text: string): 'badAddress' | undefined {
    const address = text.trim();
    const tcp = HOST.exec(address);
    const http = HTTP.exec(address);
    const isTcp = tcp && Number(tcp[2]) <= 65_535 && (address.startsWith('tcp:') || !address.startsWith('http:'));
    if (isTcp && Number(tcp[2]) !== 80)
      this.#begin(address, (search) => detectLine({ tcp: { host: tcp[1], port: Number(tcp[2]) } }, search));
    else if (http) this.#begin(address, (search) => detectHttp(`http://${http[1]}`, search));
    else return 'badAddress';
    return undefined;
  }

  read(source: SourceSettings, isHourly = false): void {
    const timeoutS = this.#o.readS ?? (isHourly ? HOUR_S : READ_S);
    const work = async ({ signal }: Search): Promise<Found> => {
      const reading = await firstReading(source, timeoutS, signal);
      if ('telegram' in reading) return { source, telegram: reading.telegram };
      return reading.code === 'registers' || reading.code === 'key' ? { source, wants: reading.code } : (reading as Found);
    };
    this.#begin(placeOf(source), work, isHourly);
  }

  #begin(at: string, work: (search: Search) => Promise<Found>, isHourly = false): void {
    this.stop();
    const stop = new AbortController();
    const job: Job = { id: ++this.#jobs, at, attempt: '', index: 0, count: 1, isDone: false, isHourly, stop, work: Promise.resolve() };
    this.job = job;
    const tries = (attempt: string, index: number, count: number): void => void Object.assign(job, { attempt, index, count });
    const { keyFile, listenMs = LISTEN_MS } = this.#o;
    job.work = work({ listenMs, keyFile, key: this.#portKey(), standardOffsetS: 3600, signal: stop.signal, tries })
      .catch((): Found => ({ code: 'unreachable' }))
      .then((found) => {
        job.isDone = true;
        if ('code' in found) job.code = found.code;
        else if (this.job === job) this.#take(found);
      });
  }

  stop(): void {
    this.job?.stop.abort();
  }

  #portKey(): Uint8Array | undefined {
    const { keyFile } = this.#o;
    const text = existsSync(keyFile) ? readFileSync(keyFile, 'utf8').replace(/\s/g, '') : '';
    return /^[0-9A-Fa-f]{32}$/.test(text) ? Uint8Array.from(Buffer.from(text, 'hex')) : undefined;
  }
}
