/**
 * Who may use the set-up page: whoever is on the local network, has read the code on the console or the label, and comes from the page
 * itself. Time is a clock that nobody sets, for this machine's may stand at 1970.
 */
import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';

/** Without letters that are taken for others. */
const LETTERS = 'ABCDEFGHJKMNPQRSTVWXYZ23456789';
const CODE_LETTERS = 12;
const IDLE_MS = 30 * 60_000;
const SESSIONS_MOST = 4;
const TRIES = 5;
const WAIT_MS = 60_000;
const WAIT_MOST_MS = 15 * 60_000;
const ADDRESSES_MOST = 256;
/** Wrong codes of all addresses together, in ten minutes. */
const ALL_TRIES = 60;
const ALL_MS = 10 * 60_000;

export const newCode = (): string =>
  Array.from({ length: CODE_LETTERS }, (_, i) => `${i > 0 && i % 4 === 0 ? '-' : ''}${LETTERS[randomInt(LETTERS.length)]}`).join('');

/** As somebody types it: without case, spaces and dashes. */
const plain = (code: string): string => code.toUpperCase().replace(/[^A-Z0-9]/g, '');
export const isCode = (code: string): boolean => plain(code).length >= CODE_LETTERS;
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

interface Session {
  form: string;
  usedMs: number;
}

export type SignIn = { session: string } | { refused: 'wrong' } | { refused: 'wait'; waitS: number };

export class Guard {
  readonly #code: Buffer;
  readonly #nowMs: () => number;
  readonly #sessions = new Map<string, Session>();
  readonly #wrong = new Map<string, { times: number; untilMs: number }>();
  #all: number[] = [];

  constructor(code: string, nowMs: () => number = () => performance.now()) {
    this.#code = digest(plain(code));
    this.#nowMs = nowMs;
  }

  signIn(code: string, address: string): SignIn {
    const nowMs = this.#nowMs();
    const wrong = this.#wrong.get(address);
    this.#all = this.#all.filter((atMs) => nowMs - atMs < ALL_MS);
    const untilMs = Math.max(wrong?.untilMs ?? 0, this.#all.length >= ALL_TRIES ? this.#all[0] + ALL_MS : 0);
    if (untilMs > nowMs) return { refused: 'wait', waitS: Math.ceil((untilMs - nowMs) / 1000) };
    if (!timingSafeEqual(digest(plain(code)), this.#code)) {
      const times = (wrong?.times ?? 0) + 1;
      const waitMs = times < TRIES ? 0 : Math.min(WAIT_MOST_MS, WAIT_MS * 2 ** (times - TRIES));
      if (!wrong && this.#wrong.size >= ADDRESSES_MOST) this.#wrong.delete(this.#wrong.keys().next().value!);
      this.#wrong.set(address, { times, untilMs: nowMs + waitMs });
      this.#all.push(nowMs);
      return { refused: 'wrong' };
    }
    this.#wrong.delete(address);
    const session = randomBytes(24).toString('base64url');
    if (this.#sessions.size >= SESSIONS_MOST) this.#sessions.delete(this.#sessions.keys().next().value!);
    this.#sessions.set(session, { form: randomBytes(24).toString('base64url'), usedMs: nowMs });
    return { session };
  }

  /** What each form of a session carries; undefined where there is no such session any more. */
  formOf(session: string): string | undefined {
    const found = this.#sessions.get(session);
    if (!found) return undefined;
    const nowMs = this.#nowMs();
    if (nowMs - found.usedMs > IDLE_MS) {
      this.#sessions.delete(session);
      return undefined;
    }
    found.usedMs = nowMs;
    return found.form;
  }

  isForm(session: string, form: string): boolean {
    const expected = this.formOf(session);
    return expected !== undefined && timingSafeEqual(digest(form), digest(expected));
  }

  signOut(session: string): void {
    this.#sessions.delete(session);
  }
}

/** An address of a local network: private, link-local, of this machine. */
export function isLocal(address: string): boolean {
  const v4 = /^(?:::ffff:)?(\d+)\.(\d+)\.\d+\.\d+$/i.exec(address);
  if (v4) {
    const [a, b] = [Number(v4[1]), Number(v4[2])];
    return a === 10 || a === 127 || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168) || (a === 169 && b === 254);
  }
  return address === '::1' || /^f[cd][0-9a-f]{2}:/i.test(address) || /^fe[89ab][0-9a-f]:/i.test(address);
}

/** A name by which nobody but this network finds us: a stranger's name that leads here belongs to a stranger's page. */
export function isOwnHost(host: string | undefined): boolean {
  const name = /^(\[[0-9a-f:.]+\]|[^:]+)(:\d+)?$/i.exec(host ?? '')?.[1].toLowerCase() ?? '';
  const bare = name.replace(/^\[|\]$/g, '');
  const own = hostname().toLowerCase();
  return (
    isIP(bare) !== 0 || name === 'localhost' || name === own || (/^[a-z0-9-]+\.local$/.test(name) && name === `${own.split('.')[0]}.local`)
  );
}

/** Whether a question that changes something comes from a page of ours. */
export function isOwnOrigin({ host, origin, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
  return origin === `http://${host}` && (site === undefined || site === 'same-origin');
}
