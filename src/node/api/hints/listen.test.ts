/** The one connection that listens: what was said while it was away is made up for, and one that cannot begin begins later. */
import { connect as connectTcp, createServer, type Socket } from 'node:net';
import getPort from 'get-port';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fillCommunity } from '../../../../test/kit/api/community.ts';
import { superUrlOf } from '../../../../test/kit/api/harness.ts';
import { startTestPostgres, type TestPostgres } from '../../../../test/kit/postgres.ts';
import { until } from '../../../../test/kit/until.ts';
import { connect, type Sql } from '../../db/index.ts';
import type { ViewerPool } from '../pool.ts';
import { listenForHints } from './listen.ts';
import { type Hint, Streams } from './streams.ts';

let db: TestPostgres;
let books: Sql;
beforeAll(async () => {
  db = await startTestPostgres();
  await fillCommunity(db, Date.now());
  books = connect({ url: db.urls.books, max: 1, application: 'test' });
});
afterAll(async () => {
  await books?.end();
  await db?.stop();
});

const log = pino({ level: 'silent' });
const pool = { run: async () => new Map() } as unknown as ViewerPool; // asked only after a quarter of a minute
const LONG_MS = 20_000;

/** Streams with one of somebody who has these meters, and what it heard. */
function listening(databaseUrl: string, meters: string[]) {
  const streams = new Streams();
  const heard: Hint[] = [];
  const read = async (): Promise<void> => {
    const owner = { tokenHash: Buffer.alloc(32), address: 'a', client: 'c', meters, expiresAt: new Date(Date.now() + 600_000) };
    for await (const hint of streams.open(owner)) heard.push(hint);
  };
  void read();
  const told: string[] = [];
  const tell = streams.tell.bind(streams);
  streams.tell = (topic, of) => {
    told.push(topic);
    tell(topic, of);
  };
  return { heard, told, end: listenForHints(streams, { databaseUrl, pool, log }) };
}
const saidOnce = (heard: Hint[]) => heard.includes('REPORT') && heard.includes('DAY');

test('a connection that was cut is made again, and everybody is told to look', async () => {
  const { heard, end } = listening(db.urls.api, ['m']);
  await until(() => saidOnce(heard), LONG_MS, 'it to listen');
  heard.length = 0;
  const root = connect({ url: superUrlOf(db), max: 1, application: 'test' });
  await root`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'electra api hints'`;
  await root.end();
  await until(() => saidOnce(heard), LONG_MS, 'it to listen again');
  heard.length = 0;
  await books`update books.day set state = state`;
  await until(() => heard.includes('DAY'), LONG_MS, 'a hint over the new connection');
  await end();
});

/** A way to Postgres that may be away: refused, or cut as soon as it is there. */
async function wayTo(postgres: { port: number; host: string }) {
  const port = await getPort({ host: '127.0.0.1' });
  const sockets = new Set<Socket>();
  const way = { isCut: false, tries: 0 };
  const server = createServer((socket) => {
    way.tries++;
    sockets.add(socket);
    socket.on('error', () => {});
    if (way.isCut) return void socket.destroy();
    const behind = connectTcp(postgres);
    sockets.add(behind);
    behind.on('error', () => {});
    socket.pipe(behind).pipe(socket);
  });
  return Object.assign(way, {
    port,
    open: () => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve)),
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise<unknown>((resolve) => server.close(resolve));
    },
  });
}

test.each(['refuses', 'cuts'])('a database that %s connections at first is listened to when it is there, once', async (how) => {
  const url = new URL(db.urls.api);
  const way = await wayTo({ port: Number(url.port), host: url.hostname });
  url.port = String(way.port);
  way.isCut = how === 'cuts';
  if (way.isCut) await way.open();
  const { heard, told, end } = listening(url.href, ['m']);
  if (way.isCut) await until(() => way.tries > 3, LONG_MS, 'it to try');
  else await new Promise((resolve) => setTimeout(resolve, 3_000));
  way.isCut = false;
  if (how === 'refuses') await way.open();
  await until(() => saidOnce(heard), LONG_MS, 'it to listen');
  told.length = 0;
  await books`select pg_notify('electra_changed', 'day')`;
  await until(() => told.length > 0, LONG_MS, 'the hint');
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(told).toEqual(['DAY']);
  await end();
  await way.close();
});

test('reports of more meters than fit one notice are told of all of them', async () => {
  const meters = Array.from(
    { length: 250 },
    (_, n) =>
      `electra1${String(n)
        .padStart(38, 'q')
        .replace(/[^0-9a-z]/g, 'q')}`,
  );
  const ends: (() => Promise<void>)[] = [];
  const ears = [meters[0], meters[120], meters[249]].map((meter) => {
    const { heard, end } = listening(db.urls.api, [meter]);
    ends.push(end);
    return heard;
  });
  await until(() => ears.every(saidOnce), LONG_MS, 'them to listen');
  for (const heard of ears) heard.length = 0;
  const rows = meters.map((meter) => ({ meter, slot: 1, status: 'refused', reason: 'wrong-context', height: 1 }));
  await books`insert into books.report ${books(rows)}`;
  await until(() => ears.every((heard) => heard.includes('REPORT')), LONG_MS, 'all to be told');
  await Promise.all(ends.map((end) => end()));
});
