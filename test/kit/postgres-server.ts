/**
 * The one Postgres of a test run: fsync off, a temporary folder, and a migrated template database that every test file gets a copy of.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import type { EmbeddedPostgres, Role, RoleUrls } from '../../src/node/db/index.ts';
import { connect, DatabaseError, ensureRoles, migrate, ROLES, roleUrl, startEmbeddedPostgres } from '../../src/node/db/index.ts';

const TEMPLATE = 'electra_template';
const passwords = Object.fromEntries(ROLES.map((role) => [role, `test-${role}`])) as Record<Role, string>;

export interface TestServer {
  superUrl: string;
  /** of its first process */
  pid(): number;
  /** starts it where it was, once it has ended by itself or was killed */
  again(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the server and prepares its template (about a second). */
export async function startTestServer(): Promise<TestServer> {
  const dir = mkdtempSync(join(tmpdir(), 'electra-test-postgres-'));
  const at = (port: number) => startEmbeddedPostgres({ dir, port, durable: false, settings: { max_connections: '300' } });
  let server: EmbeddedPostgres | undefined;
  for (let tries = 0; !server; tries++) {
    try {
      server = await at(await getPort({ host: '127.0.0.1' }));
    } catch (error) {
      if (!(error instanceof DatabaseError && error.code === 'port-in-use') || tries === 5) throw error; // another program was faster
    }
  }
  const { superUrl, port } = server;
  const urls = await ensureRoles(superUrl, passwords, TEMPLATE);
  await migrate(urls.owner);
  return {
    superUrl,
    pid: () => server!.pid,
    again: async () => {
      await server!.exited;
      server = await at(port);
    },
    stop: async () => {
      await server!.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A database of its own whose schema is that of the first `count` migrations. */
export async function olderDatabase(superUrl: string, name: string, count: number): Promise<RoleUrls> {
  const urls = await ensureRoles(superUrl, passwords, name);
  await migrate(urls.owner, { count });
  return urls;
}

/** A fresh copy of the template. */
export async function copyTemplate(superUrl: string, name: string): Promise<RoleUrls> {
  const sql = connect({ url: superUrl, max: 1, application: 'test database' });
  try {
    for (let tries = 0; ; tries++) {
      try {
        await sql`create database ${sql(name)} owner electra_owner template ${sql(TEMPLATE)}`;
        break;
      } catch (error) {
        if ((error as { code?: string }).code !== '55006' || tries === 50) throw error; // another copy is being made
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    await sql`revoke all on database ${sql(name)} from public`;
    await sql`grant connect on database ${sql(name)} to electra_indexer, electra_books, electra_prover, electra_api, electra_inviter`;
  } finally {
    await sql.end({ timeout: 5 });
  }
  return Object.fromEntries(ROLES.map((role) => [role, roleUrl(superUrl, role, passwords[role], name)])) as RoleUrls;
}

export async function dropDatabase(superUrl: string, name: string): Promise<void> {
  const sql = connect({ url: superUrl, max: 1, application: 'test database' });
  try {
    await sql`drop database if exists ${sql(name)} with (force)`;
  } finally {
    await sql.end({ timeout: 5 });
  }
}
