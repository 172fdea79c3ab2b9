/**
 * The API's own way to Postgres: one request, one transaction, one identity.
 *
 * Row-level security hangs on a setting of the transaction, so two requests must never share one. postgres.js 3.4.9 does not promise that
 * with a common pool: at its pipeline limit, or when a socket is slow, a BEGIN goes out on a connection that is not reserved for it, and
 * stays open there (its issues 823, 1189, 1210). So there is no common pool here but slots: each is a client of exactly one connection,
 * held by one request from BEGIN to COMMIT, with one statement under way at a time. What else could mix identities:
 *
 * - a resolver that goes on after its request was answered (a sibling's error answers early): refused, its transaction has ended;
 * - a connection that broke and was silently replaced in mid-request: refused, and a client whose connection closed is never used again
 * (the
 *   driver also carries the error of a cut connection over into its next one, and may then never answer);
 * - anything not thought of: viewer and request tag are read again at the end, and on a difference the answer is thrown away.
 */
import { randomUUID } from 'node:crypto';
import { ElectraError } from '../../protocol/values/errors.ts';
import type { Sql } from '../db/connect.ts';
import { connect } from '../db/connect.ts';
import { KnownSessions } from './door/known-sessions.ts';
import { ApiError } from './errors.ts';
import { LIMITS } from './limits.ts';
import type { SlotOptions } from './slots.ts';
import { Slots } from './slots.ts';

export type Role = 'MEMBER' | 'AUDITOR' | 'OPERATOR';

export interface Viewer {
  address: string;
  roles: readonly Role[];
  expiresAt: Date;
}

class IdentityError extends ElectraError<'identity-mixed'> {}
class TransactionEndedError extends ElectraError<'transaction-ended'> {}

/** What a request may do with the database: one statement after the other, inside its transaction, as its viewer. */
export interface Transaction {
  /** null: nobody signed in */
  readonly viewer: Viewer | null;
  query<T extends object>(build: (sql: Sql) => PromiseLike<T[]>): Promise<T[]>;
}

/** A client of one connection, good until that closes. */
class Client {
  readonly sql: Sql;
  lost = false;
  readonly #closed: Promise<never>;
  readonly #lose: () => void;

  constructor(url: string) {
    let refuse = (_: Error): void => {};
    this.#closed = new Promise((_, reject) => {
      refuse = reject;
    });
    this.#closed.catch(() => {});
    this.#lose = () => {
      this.lost = true;
      refuse(new TransactionEndedError('transaction-ended', 'the connection to the database was lost'));
    };
    this.sql = connect({ url, max: 1, application: 'electra api', onClose: this.#lose });
  }

  /** A statement's result, or its end with the connection. Beyond twice the time that Postgres gives it, the connection counts as lost. */
  async statement<T>(build: (sql: Sql) => PromiseLike<T>): Promise<T> {
    if (this.lost) return this.#closed;
    const timer = setTimeout(this.#lose, 2 * LIMITS.statementTimeoutMs);
    return Promise.race([build(this.sql), this.#closed]).finally(() => clearTimeout(timer));
  }

  drop(): void {
    void this.sql.end({ timeout: 0 }).catch(() => {});
  }
}

interface Slot {
  client: Client;
}

export interface PoolOptions {
  url: string;
  slots: number;
  /** The sessions that are known, to tell members from strangers. */
  sessions?: KnownSessions;
  /** Who waits for a slot, and how long. */
  queue?: SlotOptions;
  statementTimeoutMs?: number;
}

export class ViewerPool {
  readonly #options: PoolOptions;
  readonly #slots: Slots<Slot>;
  readonly #sessions: KnownSessions;
  /** How often an answer was thrown away because its identity had changed. Anything but 0 is a defect. */
  identityMismatches = 0;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#sessions = options.sessions ?? new KnownSessions();
    this.#slots = new Slots(
      Array.from({ length: options.slots }, () => ({ client: new Client(options.url) })),
      options.queue,
    );
  }

  get inUse(): number {
    return this.#slots.inUse;
  }
  get waiting(): number {
    return this.#slots.waiting;
  }

  /**
   * Runs `work` in a transaction as the owner of the session token (its SHA-256), or as nobody for null. `house`: for the service itself,
   * which waits behind no stranger.
   * @throws ApiError UNAUTHENTICATED when there is no such session, UNAVAILABLE when no slot comes free in time; else what a statement
   * threw.
   */
  async run<T>(
    tokenHash: Uint8Array | null,
    { write = false, house = false }: { write?: boolean; house?: boolean },
    work: (tx: Transaction) => Promise<T>,
  ): Promise<T> {
    const stranger = !house && this.#sessions.addressOf(tokenHash) === undefined;
    return this.#slots.use(stranger, (slot) => this.#transact(slot, tokenHash, write, work));
  }

  async #transact<T>(slot: Slot, tokenHash: Uint8Array | null, write: boolean, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const tag = randomUUID();
    if (slot.client.lost) this.#renew(slot);
    const { client } = slot;
    const session = new Session(client);
    try {
      await client.statement((sql) => sql.unsafe(write ? 'begin' : 'begin isolation level repeatable read read only'));
      const viewer = await this.#enter(session, tokenHash, tag);
      const result = await work({ viewer, query: (build) => session.query(build) });
      await session.end();
      const [now] = await client.statement(
        (sql) =>
          sql`select coalesce(current_setting('electra.viewer', true), '') as viewer, current_setting('electra.request', true) as tag`,
      );
      if (now.viewer !== (viewer?.address ?? '') || now.tag !== tag) {
        this.identityMismatches++;
        throw new IdentityError('identity-mixed', 'the viewer of a transaction changed under it');
      }
      await client.statement((sql) => sql.unsafe('commit'));
      await this.#noteUse(client, tokenHash);
      return result;
    } catch (error) {
      await session.end().catch(() => {});
      const clean =
        !(error instanceof IdentityError) &&
        (await client
          .statement((sql) => sql.unsafe('rollback'))
          .then(
            () => true,
            () => false,
          ));
      if (!clean) this.#renew(slot);
      throw error;
    }
  }

  async #enter(session: Session, tokenHash: Uint8Array | null, tag: string): Promise<Viewer | null> {
    const viewer = await enter(session, tokenHash, tag, this.#options.statementTimeoutMs ?? LIMITS.statementTimeoutMs);
    if (tokenHash && viewer) this.#sessions.remember(tokenHash, viewer);
    if (!tokenHash || viewer) return viewer;
    this.#sessions.forget(tokenHash);
    throw new ApiError('UNAUTHENTICATED', 'the session is unknown or has expired: sign in again', { whole: true });
  }

  /** Of a session that is known. Nobody's answer depends on it. */
  async #noteUse(client: Client, tokenHash: Uint8Array | null): Promise<void> {
    if (!tokenHash || !this.#sessions.isUseDue(tokenHash)) return;
    await client.statement((sql) => sql`select access.touch(${tokenHash})`).catch(() => {});
  }

  /** Where a rollback is not certain, the connection goes. */
  #renew(slot: Slot): void {
    slot.client.drop();
    slot.client = new Client(this.#options.url);
  }

  async close(): Promise<void> {
    this.#slots.close();
    await Promise.all(this.#slots.all.map((slot) => slot.client.sql.end({ timeout: 2 })));
  }
}

/** The statements of one transaction, one at a time; after its end, or after its connection was lost, none. */
class Session {
  readonly #client: Client;
  #tail: Promise<unknown> = Promise.resolve();
  #ended = false;
  #failure: Error | null = null;

  constructor(client: Client) {
    this.#client = client;
  }

  query<T extends object>(build: (sql: Sql) => PromiseLike<T[]>): Promise<T[]> {
    const result = this.#tail.then(async () => {
      if (this.#ended) throw new TransactionEndedError('transaction-ended', 'a statement after the end of its transaction');
      try {
        return (await this.#client.statement(build)) as unknown as T[];
      } catch (error) {
        this.#failure ??= error as Error;
        throw error;
      }
    });
    this.#tail = result.catch(() => {});
    return result;
  }

  /**
   * No statement starts from here on; the one under way is waited for. A failed statement fails the whole, for Postgres has given it up
   * too.
   */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#tail;
    if (this.#failure) throw this.#failure;
  }
}

interface Entered {
  address: string | null;
  expires_at: Date;
  member: boolean;
  auditor: boolean;
  operator: boolean;
}

async function enter(session: Session, tokenHash: Uint8Array | null, tag: string, timeoutMs: number): Promise<Viewer | null> {
  const [row] = await session.query<Entered>(
    (sql) => sql`
    select e.* from (
      select set_config('electra.request', ${tag}, true), set_config('statement_timeout', ${String(timeoutMs)}, true),
        set_config('transaction_timeout', ${String(4 * timeoutMs)}, true)) s
    left join lateral access.enter(${tokenHash}::bytea) e on true`,
  );
  if (row.address === null) return null;
  return { address: row.address, roles: rolesOf(row), expiresAt: row.expires_at };
}

export function rolesOf(row: { member: boolean; auditor: boolean; operator: boolean }): Role[] {
  return [
    ...(row.member ? ['MEMBER' as const] : []),
    ...(row.auditor ? ['AUDITOR' as const] : []),
    ...(row.operator ? ['OPERATOR' as const] : []),
  ];
}
