/** What a resolver is given: the request's transaction and viewer, the clock, and what the service knows of itself. */
import type { Logger } from 'pino';
import type { RateLimiter } from './door/rate-limit.ts';
import { ApiError } from './errors.ts';
import type { Streams } from './hints/streams.ts';
import type { Loaders } from './loaders.ts';
import type { PublicOrigin } from './passkeys/origin.ts';
import type { Transaction, Viewer, ViewerPool } from './pool.ts';

export interface CommunityFacts {
  /** IANA name of the zone that its members live in: screens label clocks by it. */
  timeZone: string;
  /** What amounts are shown in; one ELECTRA is one of it. */
  currency: string;
  /** Who runs the node, and how to reach them; absent where the operator does not say. */
  runBy?: string;
  contact?: string;
}

/** The main chain on which the community shares, by the node's own index of it. */
export interface MainMarket {
  pool: ViewerPool;
  chainId: string;
  /** the community's meter there, and its account as it joined: treasuryNow of main-index.ts says which is in force */
  uplink: string;
  treasury: string;
}

export interface Service {
  /** Shown in challenges: they are good for this service only. */
  name: string;
  version: string;
  /** The chain this service must belong to; undefined: whichever is indexed. */
  chainId: string | undefined;
  lagLimitS: number;
  /** What the community says of itself. */
  facts: CommunityFacts;
  /** null: the community shares nowhere, or is none */
  main: MainMarket | null;
  /** Where the pages are; null: passkeys are not offered. */
  place: PublicOrigin | null;
  limiter: RateLimiter;
  /** The open streams of hints. */
  streams: Streams;
  signIns: { inc(labels: { outcome: string }): void };
  log: Logger;
  /** Milliseconds since 1970. */
  now: () => number;
}

export interface Context {
  service: Service;
  /** Address of the client, for limits. */
  client: string;
  tokenHash: Uint8Array | null;
  /** SHA-256 of the session that this browser has in its cookie, whoever asks. */
  pageHash: Uint8Array | null;
  /** SHA-256 of what this browser was given for an installer's code. */
  holderHash: Uint8Array | null;
  /** Has the answer set a cookie. */
  setCookie: (cookie: string) => void;
  tx: Transaction;
  /** Own meters of the viewer of a stream, which has no transaction. */
  meters?: readonly string[];
  loaders: Loaders;
}

/** The viewer of a field that needs one. The guard asked before; this asks again, and is what the queries' explicit predicate uses. */
export function viewerOf(context: Context): Viewer {
  if (!context.tx.viewer) throw new ApiError('UNAUTHENTICATED', 'sign in first');
  return context.tx.viewer;
}
