/**
 * The gate before everything else: whoever asks too much waits here, where it costs next to nothing, and not in front of those who ask
 * little. Strangers are counted by address, members by who they are; built files of the pages, which cost nothing to speak of, apart.
 *
 * A refusal is given late, and its connection then closed: a client that asks again as soon as it is answered would otherwise keep the
 * process busy with refusing.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError } from '../errors.ts';
import type { ServerContext } from '../http.ts';
import { tokenHashOfHeaders } from '../http.ts';
import { LIMITS } from '../limits.ts';
import { refusal } from '../pages/refused.ts';
import type { TrustedProxies } from './addresses.ts';
import { clientKey } from './addresses.ts';
import type { Connections } from './connections.ts';
import type { KnownSessions } from './known-sessions.ts';
import { RateLimiter } from './rate-limit.ts';

export interface ClientLimits {
  strangers: { burst: number; perMinute: number };
  members: { burst: number; perMinute: number };
  /** of strangers, of the pages' built files; absent: as the limits say */
  files?: { burst: number; perMinute: number };
}

interface GateOptions {
  limits: ClientLimits;
  connections: Connections;
  proxies: TrustedProxies;
  sessions: KnownSessions;
  now: () => number;
  refused: { inc(labels: { who: 'member' | 'stranger' }): void };
}

/** What is behind the gate: a request, and what was found out about it. */
type Inside = (request: IncomingMessage, response: ServerResponse, context: ServerContext) => void;

export class Gate {
  readonly #options: GateOptions;
  readonly #strangers: RateLimiter;
  readonly #members: RateLimiter;
  readonly #files: RateLimiter;
  /** Why nothing but /health and /ready is answered now. */
  closedBecause: string | null = null;

  constructor(options: GateOptions) {
    this.#options = options;
    this.#strangers = new RateLimiter({ ...options.limits.strangers, clients: LIMITS.clients });
    this.#members = new RateLimiter({ ...options.limits.members, clients: LIMITS.clients });
    this.#files = new RateLimiter({ ...(options.limits.files ?? LIMITS.files), clients: LIMITS.clients });
  }

  /** A handler for an HTTP server. */
  before(inside: Inside): (request: IncomingMessage, response: ServerResponse) => void {
    return (request, response) => {
      if (!this.#options.connections.begin(request, response)) return;
      const path = request.url?.split('?', 1)[0] ?? '';
      const client = this.#clientOf(request);
      const who = this.#who(request, client, path);
      const waitMs = who.limiter.take(who.key, this.#options.now());
      if (waitMs > 0) return this.#refuse(request, response, who.kind, waitMs);
      if (this.closedBecause !== null && path !== '/health' && path !== '/ready')
        return answer(request, response, new ApiError('UNAVAILABLE', this.closedBecause));
      const spend = (tokens: number): void => who.limiter.spend(who.key, this.#options.now(), tokens);
      if (path.startsWith('/export/') || path.startsWith('/bundle/')) spend(LIMITS.exportCost);
      inside(request, response, { client, spend });
    };
  }

  #clientOf({ socket, headers }: IncomingMessage): string {
    const forwarded = headers['x-forwarded-for'];
    return this.#options.proxies.clientOf(socket.remoteAddress ?? 'unknown', Array.isArray(forwarded) ? forwarded.join(',') : forwarded);
  }

  #who({ headers }: IncomingMessage, client: string, path: string): { kind: 'member' | 'stranger'; limiter: RateLimiter; key: string } {
    const member = this.#options.sessions.addressOf(tokenHashOfHeaders(headers), this.#options.now());
    return member === undefined
      ? { kind: 'stranger', limiter: path.startsWith('/assets/') ? this.#files : this.#strangers, key: clientKey(client) }
      : { kind: 'member', limiter: this.#members, key: member };
  }

  #refuse(request: IncomingMessage, response: ServerResponse, who: 'member' | 'stranger', waitMs: number): void {
    this.#options.refused.inc({ who });
    this.#options.connections.rest(request);
    request.socket.pause(); // what it sends meanwhile is not even read
    const retryAfterS = Math.ceil(waitMs / 1000);
    const error = new ApiError('RATE_LIMITED', `too many requests: try again in ${retryAfterS} s`, { retryAfterS });
    const timer = setTimeout(() => {
      response.setHeader('retry-after', retryAfterS);
      answer(request, response, error);
    }, LIMITS.refusalMs);
    response.once('close', () => clearTimeout(timer));
  }
}

/** An error in the form of the route that was asked, and of who asks; the connection ends with it. */
function answer(request: IncomingMessage, response: ServerResponse, error: ApiError): void {
  const { message, extensions } = error;
  const { method = 'GET', headers: asked } = request;
  const refused = refusal(error, { method, accept: asked.accept ?? '', acceptLanguage: asked['accept-language'] ?? '' });
  const isGraphql = request.url?.split('?', 1)[0] === '/graphql' && method === 'POST';
  response.writeHead(refused.status, { ...refused.headers, 'cache-control': 'no-store', connection: 'close' });
  response.end(isGraphql ? JSON.stringify({ errors: [{ message, extensions }] }) : method === 'HEAD' ? undefined : refused.body);
}
