/**
 * The API's own way to Postgres: one request, one transaction, one identity.
 *
 * Row-level security hangs on a setting of the transaction, so two requests must never share one. postgres.js 3.4.9 cannot promise that with a
 * common pool: while a BEGIN is under way its connection counts as merely busy, and a second BEGIN may be sent down the same one. So there is no
 * common pool here but slots, each a client of exactly one connection, held by one request from BEGIN to COMMIT. What else could mix identities:
 *
 * - a resolver that goes on after its request was answered (a sibling's error answers early): refused, its transaction has ended;
 * - a connection that broke and was silently replaced in mid-request: refused, the slot counts the closings;
 * - anything not thought of: viewer and request tag are read again at the end, and on a difference the answer is thrown away.
 */
import { randomUUID } from 'node:crypto';
import type { PendingQuery, Row } from 'postgres';
import { connect } from '../db/connect.ts';
import type { Sql } from '../db/connect.ts';
import { ApiError } from './errors.ts';
import { LIMITS } from './limits.ts';

export type Role = 'MEMBER' | 'AUDITOR' | 'OPERATOR';

export interface Viewer {
  address: string;
  roles: readonly Role[];
  expiresAt: Date;
}

export class IdentityError extends Error {
  readonly code = 'identity-mixed';
}
class TransactionEndedError extends Error {
  readonly code = 'transaction-ended';
}

/** What a request may do with the database: one statement after the other, inside its transaction, as its viewer. */
export interface Transaction {
  /** null: nobody signed in */
  readonly viewer: Viewer | null;
  query<T extends Row>(build: (sql: Sql) => PendingQuery<T[]>): Promise<T[]>;
}

interface Slot {
  sql: Sql;
  closings: number;
}

export interface PoolOptions {
  url: string;
  slots: number;
  slotWaitMs?: number;
}

export class ViewerPool {
  readonly #options: PoolOptions;
  readonly #slots: Slot[];
  readonly #free: Slot[];
  readonly #waiting: { give: (slot: Slot) => void; fail: (error: Error) => void }[] = [];
  #closed = false;
  /** How often an answer was thrown away because its identity had changed. Anything but 0 is a defect. */
  identityMismatches = 0;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#slots = Array.from({ length: options.slots }, () => this.#open());
    this.#free = [...this.#slots];
  }

  get inUse(): number { return this.#slots.length - this.#free.length; }
  get waiting(): number { return this.#waiting.length; }

  #open(slot: Slot = { closings: 0 } as Slot): Slot {
    slot.sql = connect({ url: this.#options.url, max: 1, application: 'electra api', onClose: () => { slot.closings++; } });
    return slot;
  }

  /**
   * Runs `work` in a transaction as the owner of the session token (its SHA-256), or as nobody for null.
   * @throws ApiError UNAUTHENTICATED when there is no such session, UNAVAILABLE when no slot comes free in time; else what a statement threw.
   */
  async run<T>(tokenHash: Uint8Array | null, { write = false }: { write?: boolean }, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const slot = await this.#take();
    try {
      return await this.#transact(slot, tokenHash, write, work);
    } finally {
      this.#release(slot);
    }
  }

  async #transact<T>(slot: Slot, tokenHash: Uint8Array | null, write: boolean, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const tag = randomUUID();
    const session = new Session(slot);
    try {
      await slot.sql.unsafe(write ? 'begin' : 'begin isolation level repeatable read read only');
      const viewer = await enter(session, tokenHash, tag);
      const result = await work({ viewer, query: (build) => session.query(build) });
      await session.end();
      const [now] = await slot.sql`select coalesce(current_setting('electra.viewer', true), '') as viewer, current_setting('electra.request', true) as tag`;
      if (now.viewer !== (viewer?.address ?? '') || now.tag !== tag || session.lost) {
        this.identityMismatches++;
        throw new IdentityError('the viewer of a transaction changed under it');
      }
      await slot.sql.unsafe('commit');
      return result;
    } catch (error) {
      await session.end().catch(() => {});
      await this.#reset(slot, session, error instanceof IdentityError);
      throw error;
    }
  }

  /** After a failure: roll back, or where that is not certain, drop the connection. */
  async #reset(slot: Slot, session: Session, drop: boolean): Promise<void> {
    if (!drop && session.lost) return;
    if (!drop && await slot.sql.unsafe('rollback').then(() => true, () => false)) return;
    const old = slot.sql;
    this.#open(slot);
    void old.end({ timeout: 0 }).catch(() => {});
  }

  #take(): Promise<Slot> {
    if (this.#closed) throw new ApiError('UNAVAILABLE', 'the service is stopping', { whole: true });
    const slot = this.#free.pop();
    if (slot) return Promise.resolve(slot);
    if (this.#waiting.length >= LIMITS.slotsWaiting) throw new ApiError('UNAVAILABLE', 'too many requests at once, try again', { whole: true });
    return new Promise((resolve, reject) => {
      const leave = () => { clearTimeout(timer); this.#waiting.splice(this.#waiting.indexOf(entry), 1); };
      const entry = {
        give: (free: Slot) => { leave(); resolve(free); },
        fail: (error: Error) => { leave(); reject(error); },
      };
      const timer = setTimeout(() => entry.fail(new ApiError('UNAVAILABLE', 'too many requests at once, try again', { whole: true })), this.#options.slotWaitMs ?? LIMITS.slotWaitMs);
      this.#waiting.push(entry);
    });
  }

  #release(slot: Slot): void {
    const next = this.#waiting[0];
    if (next) next.give(slot);
    else this.#free.push(slot);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const entry of [...this.#waiting]) entry.fail(new ApiError('UNAVAILABLE', 'the service is stopping', { whole: true }));
    await Promise.all(this.#slots.map((slot) => slot.sql.end({ timeout: 2 })));
  }
}

/** The statements of one transaction, one at a time; after its end, or after its connection was lost, none. */
class Session {
  readonly #slot: Slot;
  readonly #closings: number;
  #tail: Promise<unknown> = Promise.resolve();
  #ended = false;
  #failure: Error | null = null;

  constructor(slot: Slot) {
    this.#slot = slot;
    this.#closings = slot.closings;
  }

  get lost(): boolean { return this.#slot.closings !== this.#closings; }

  query<T extends Row>(build: (sql: Sql) => PendingQuery<T[]>): Promise<T[]> {
    const result = this.#tail.then(async () => {
      if (this.#ended) throw new TransactionEndedError('a statement after the end of its transaction');
      if (this.lost) throw new TransactionEndedError('the connection of the transaction was lost');
      try {
        return await build(this.#slot.sql) as unknown as T[];
      } catch (error) {
        this.#failure ??= error as Error;
        throw error;
      }
    });
    this.#tail = result.catch(() => {});
    return result;
  }

  /** No statement starts from here on; the one under way is waited for. A failed statement fails the whole, for Postgres has given it up too. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#tail;
    if (this.#failure) throw this.#failure;
  }
}

type Entered = { address: string | null; expires_at: Date; member: boolean; auditor: boolean; operator: boolean };

async function enter(session: Session, tokenHash: Uint8Array | null, tag: string): Promise<Viewer | null> {
  const [row] = await session.query<Entered>((sql) => sql`
    select e.* from (select set_config('electra.request', ${tag}, true), set_config('statement_timeout', ${String(LIMITS.statementTimeoutMs)}, true)) s
    left join lateral access.enter(${tokenHash}::bytea) e on true`);
  if (row.address === null) {
    if (tokenHash) throw new ApiError('UNAUTHENTICATED', 'the session is unknown or has expired: sign in again', { whole: true });
    return null;
  }
  return { address: row.address, roles: rolesOf(row), expiresAt: row.expires_at };
}

export function rolesOf(row: { member: boolean; auditor: boolean; operator: boolean }): Role[] {
  return [...(row.member ? ['MEMBER' as const] : []), ...(row.auditor ? ['AUDITOR' as const] : []), ...(row.operator ? ['OPERATOR' as const] : [])];
}
