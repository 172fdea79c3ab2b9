/**
 * Hints that something is new, while somebody is signed in. One stream for the page; where there is none (a network that cuts it, too many
 * open ones), the page asks a while after the end of each quarter-hour, for that is when meters report. A page that nobody looks at waits
 * until somebody does.
 */
import { effect } from '@preact/signals';
import { sessionEnded } from './client.ts';
import { refresh } from './refresh.ts';
import { viewer } from './viewer.ts';

const QUARTER_MS = 900_000;
/** After the end of a quarter-hour: by then most meters have reported. */
const POLL_AFTER_MS = 45_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
/** A stream that lasts so long is one; where each is cut at once, it is tried ever less often. */
const LASTING_MS = 20_000;
/** More than two pings of the service. */
const SILENT_MS = 30_000;

let missed = false;
let following = false;

/** Not two pages at the same moment. */
const jitter = (ms: number): number => ms * (0.5 + Math.random());

const listeners = new Set<() => void>();

/** Told of each hint, whether somebody looks at the page or not. */
export function onNews(listener: () => void): void {
  listeners.add(listener);
}

function news(): void {
  for (const listener of listeners) listener();
  if (document.hidden) missed = true;
  else refresh();
}

document.addEventListener('visibilitychange', () => {
  if (document.hidden || !missed) return;
  missed = false;
  refresh();
});

const signedIn = (): boolean => viewer.value != null && !sessionEnded.value;

/** One event of the stream, as it stands between two empty lines. @returns whether the stream may come again */
function hear(event: string): 'go on' | 'ended' | 'full' {
  const data = /^data: (.+)$/m.exec(event)?.[1];
  if (!data) return 'go on';
  const { errors, data: said } = JSON.parse(data) as { errors?: { extensions?: { code?: string } }[]; data?: { changed?: unknown } };
  const code = errors?.[0]?.extensions?.code;
  if (code === 'UNAUTHENTICATED') return 'ended';
  if (code !== undefined) return 'full';
  if (said?.changed) news();
  return 'go on';
}

async function read(body: ReadableStream<Uint8Array>, abort: AbortController): Promise<'cut' | 'ended' | 'full'> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  for (let rest = ''; ; ) {
    const silent = setTimeout(() => abort.abort(), SILENT_MS);
    const { done, value } = await reader.read().finally(() => clearTimeout(silent));
    if (done) return 'cut';
    const events = (rest + value).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      const next = hear(event);
      if (next !== 'go on') return next;
    }
  }
}

/** One stream, to its end. `opened` when the service has taken it. */
async function stream(abort: AbortController, opened: () => void): Promise<'cut' | 'ended' | 'full'> {
  try {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'subscription { changed { topic } }' }),
      credentials: 'same-origin',
      signal: abort.signal,
    });
    if (response.status === 401) return 'ended';
    if (!response.ok || !response.body || !response.headers.get('content-type')?.startsWith('text/event-stream')) return 'full';
    opened();
    return await read(response.body, abort);
  } catch {
    return 'cut';
  }
}

const untilPollMs = (): number => QUARTER_MS - (Date.now() % QUARTER_MS) + jitter(POLL_AFTER_MS);

function poll(): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const next = (): void => {
    timer = setTimeout(() => {
      news();
      next();
    }, untilPollMs());
  };
  next();
  return () => clearTimeout(timer);
}

/** Streams one after the other as long as somebody is signed in; between them it polls. */
async function keepOn(abort: AbortController): Promise<void> {
  let stopPolling = poll();
  for (let tries = 0; signedIn() && !abort.signal.aborted; ) {
    const startMs = Date.now();
    const own = new AbortController();
    abort.signal.addEventListener('abort', () => own.abort());
    const end = await stream(own, () => {
      stopPolling();
      news(); // what was said before was missed
    });
    stopPolling();
    stopPolling = poll();
    if (Date.now() - startMs > LASTING_MS) tries = 0;
    if (end === 'ended' && signedIn()) sessionEnded.value = true;
    if (!signedIn()) break;
    const waitMs = end === 'full' ? LONGEST_RETRY_MS : Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** tries++);
    await new Promise((resolve) => setTimeout(resolve, jitter(waitMs)));
  }
  stopPolling();
}

/** Follows whoever is signed in, from now on. */
export function follow(): void {
  if (following) return;
  following = true;
  let running: AbortController | null = null;
  effect(() => {
    const who = signedIn() ? viewer.value?.address : null;
    running?.abort();
    running = who ? new AbortController() : null;
    if (running) void keepOn(running);
  });
}
