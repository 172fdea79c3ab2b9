/** The page's end of the worker. It is loaded when a page that checks opens, and from `ready` on the network may go away. */
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

interface Waiting {
  resolve(checked: Checked | OwnChecked): void;
  reject(error: Error): void;
}

const waiting = new Map<number, Waiting>();
let worker: Worker | null = null;
let last = 0;

function settle({ data }: MessageEvent<CheckAnswer>): void {
  if ('ready' in data) {
    ready.value = 'yes';
    return;
  }
  const one = waiting.get(data.id);
  waiting.delete(data.id);
  if ('checked' in data) one?.resolve(data.checked);
  else one?.reject(new Refused(data.refused.code, data.refused.message));
}

/** A worker that dies, or can't be loaded, answers nobody: everybody who waits is told. */
function fail(): void {
  ready.value = 'failed';
  worker?.terminate();
  worker = null;
  for (const one of waiting.values()) one.reject(new Refused('worker', 'the check could not run in this browser'));
  waiting.clear();
}

/** How a worker is started: site-worker.ts, or file-worker.ts where the page is one file. */
let start: (() => Worker) | null = null;

export function startWith(how: () => Worker): void {
  start = how;
}

/** Loads the worker, once. */
export function load(): Worker {
  if (worker) return worker;
  if (!start) throw new Error('expected to be told how a worker is started');
  ready.value = 'loading';
  worker = start();
  worker.addEventListener('message', settle);
  worker.addEventListener('error', fail);
  return worker;
}

/** Loads the worker with the member's check. */
export const loadOwn = (): void => load().postMessage({ prepare: 'own' } satisfies PrepareRequest);

let helped = false;

/** Starts others like the worker, for an audit of many bills. Once; without a second core it changes nothing. */
export function loadHelpers(): void {
  if (helped || !start) return;
  helped = true;
  const channels = Array.from({ length: helpersWanted(navigator.hardwareConcurrency ?? 1) }, () => new MessageChannel());
  for (const { port2 } of channels) start().postMessage({ helps: port2 }, [port2]);
  const ports = channels.map(({ port1 }) => port1);
  load().postMessage({ helpers: ports }, ports);
}

/** The worker answers each request with what that kind of request is answered with. */
function send<T extends Checked | OwnChecked>(request: Omit<CheckRequest, 'id'> | Omit<OwnRequest, 'id'>): Promise<T> {
  const id = ++last;
  const done = new Promise<Checked | OwnChecked>((resolve, reject) => waiting.set(id, { resolve, reject }));
  load().postMessage({ ...request, id });
  return done as Promise<T>;
}

/** @throws Refused where there is no bundle to speak of */
export const check = (request: Omit<CheckRequest, 'id'>): Promise<Checked> => send<Checked>(request);

/** A member's own bills. @throws Refused where there is no bundle to speak of */
export const checkOwn = (request: Omit<OwnRequest, 'id'>): Promise<OwnChecked> => send<OwnChecked>(request);
