/** The page's end of the workers. They are loaded when a page that checks opens, and from `ready` on the network may go away. */
import { signal } from '@preact/signals';
import { helpersWanted } from './cores-wanted.ts';
import type { CheckAnswer, Checked, CheckRequest, OwnChecked, OwnRequest, PrepareRequest } from './messages.ts';

export class Refused extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export const ready = signal<'no' | 'loading' | 'yes' | 'failed'>('no');

type Request = Omit<CheckRequest, 'id'> | Omit<OwnRequest, 'id'>;

interface Waiting {
  request: Request;
  /** by which worker it is to be answered */
  asked: keyof Workers;
  resolve(checked: Checked | OwnChecked): void;
  reject(error: Error): void;
}

/** How workers are started: those of a site (site-worker.ts), or of the page that is one file (file-worker.ts). */
export interface Workers {
  check: () => Worker;
  /** for bundles of a main chain; null: the first one takes them, too */
  main: (() => Worker) | null;
}

type Kind = keyof Workers;

const waiting = new Map<number, Waiting>();
const workers: Record<Kind, Worker | null> = { check: null, main: null };
let last = 0;

/** Those that are loaded, and whether the page waits for all of them. */
const standing = new Set<Kind>();
let wantsAll = false;

function stands(kind: Kind): void {
  standing.add(kind);
  // The second comes after the first: whoever has a community's books to check does not wait for it.
  if (kind === 'check' && wantsAll && start?.main && !workers.main) started('main');
  ready.value = standing.has('check') && (!wantsAll || !start?.main || standing.has('main')) ? 'yes' : 'loading';
}

function settle(kind: Kind, data: CheckAnswer): void {
  if ('ready' in data) {
    stands(kind);
    return;
  }
  const one = waiting.get(data.id);
  if ('elsewhere' in data) {
    if (one) ask('main', data.id, one);
    return;
  }
  waiting.delete(data.id);
  if ('checked' in data) one?.resolve(data.checked);
  else one?.reject(new Refused(data.refused.code, data.refused.message));
}

/** A worker that dies, or can't be loaded, answers nobody: everybody who waits for it is told. */
function fail(kind: Kind): void {
  if (kind === 'check' || !standing.has(kind)) ready.value = 'failed';
  standing.delete(kind);
  workers[kind]?.terminate();
  workers[kind] = null;
  for (const [id, one] of waiting)
    if (one.asked === kind) {
      waiting.delete(id);
      one.reject(new Refused('worker', 'the check could not run in this browser, or could not be loaded'));
    }
}

let start: Workers | null = null;

export function startWith(how: Workers): void {
  start = how;
}

function started(kind: Kind): Worker {
  const how = start?.[kind];
  if (!how) throw new Error('expected to be told how a worker is started');
  const worker = how();
  worker.addEventListener('message', ({ data }: MessageEvent<CheckAnswer>) => settle(kind, data));
  worker.addEventListener('error', () => fail(kind));
  workers[kind] = worker;
  return worker;
}

/** Loads the worker of communities' books, once. */
export function load(): Worker {
  if (workers.check) return workers.check;
  ready.value = 'loading';
  return started('check');
}

/** Loads all that takes bundles, once: of a community, then of a main chain. */
export function loadAll(): void {
  wantsAll = true;
  if (standing.has('check')) stands('check');
  else load();
}

/** Has a request answered by a worker: that of main chains is loaded where somebody has a bundle of one, if it is not there yet. */
function ask(kind: Kind, id: number, one: Waiting): void {
  one.asked = kind;
  const worker = kind === 'check' ? load() : (workers.main ?? started('main'));
  worker.postMessage({ ...one.request, id });
}

/** Loads the worker with the member's check. */
export const loadOwn = (): void => load().postMessage({ prepare: 'own' } satisfies PrepareRequest);

let helped = false;

/** Starts others like the worker, for an audit of many bills. Once; without a second core it changes nothing. */
export function loadHelpers(): void {
  if (helped || !start) return;
  helped = true;
  const channels = Array.from({ length: helpersWanted(navigator.hardwareConcurrency ?? 1) }, () => new MessageChannel());
  for (const { port2 } of channels) start.check().postMessage({ helps: port2 }, [port2]);
  const ports = channels.map(({ port1 }) => port1);
  load().postMessage({ helpers: ports }, ports);
}

/** The worker answers each request with what that kind of request is answered with. */
function send<T extends Checked | OwnChecked>(request: Request): Promise<T> {
  const id = ++last;
  const done = new Promise<Checked | OwnChecked>((resolve, reject) => {
    const one: Waiting = { request, asked: 'check', resolve, reject };
    waiting.set(id, one);
    ask('check', id, one);
  });
  return done as Promise<T>;
}

/** @throws Refused where there is no bundle to speak of */
export const check = (request: Omit<CheckRequest, 'id'>): Promise<Checked> => send<Checked>(request);

/** A member's own bills. @throws Refused where there is no bundle to speak of */
export const checkOwn = (request: Omit<OwnRequest, 'id'>): Promise<OwnChecked> => send<OwnChecked>(request);
