/** The books' process against everything that can go away: the vault, the signer, Postgres' connections, and itself. */
import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Community } from '../../../test/kit/books/community.ts';
import { community, indexSigner, pretendProofs } from '../../../test/kit/books/community.ts';
import { closing, seededInts, someStatement } from '../../../test/kit/books/index-rows.ts';
import { connect } from '../db/index.ts';
import type { BooksSigner, OperatorMessage } from '../signer/client.ts';
import { serveLines } from '../vault/wire/line-server.ts';
import { balances } from './money/ledger.ts';
import { assertSameChain, productionOnly } from './run.ts';

let c: Community;
let signer: BooksSigner & { sent: OperatorMessage[][] };
let door: { close(): Promise<void> } | undefined;
const int = seededInts(4);
const first = 20_635;
const children = new Set<ChildProcess>();

const openDoor = async () => {
  door = await serveLines({
    path: join(c.folder.root, 'signer.sock'),
    lineMaxBytes: 1 << 20,
    name: 'signer',
    log: { error: () => {} },
    handle: async (method, params) => (method === 'submit' ? signer.submit((params as { messages: OperatorMessage[] }).messages) : {}),
  });
};
beforeAll(async () => {
  c = await community(4);
  signer = indexSigner(c.index);
  await openDoor();
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
});
afterAll(async () => {
  await door?.close();
  await c.stop();
});

interface Books {
  child: ChildProcess;
  said: { level: string; message: string }[];
  exited: Promise<number | null>;
  kill(): Promise<unknown>;
}
function startBooks(databaseUrl = c.databaseUrl): Books {
  const child = fork(
    fileURLToPath(new URL('../../../test/kit/books/run-books.ts', import.meta.url)),
    [JSON.stringify({ databaseUrl, vaultSocket: c.folder.socketPath, signerSocket: join(c.folder.root, 'signer.sock') })],
    { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: ['--disable-warning=ExperimentalWarning'] },
  );
  children.add(child);
  const said: Books['said'] = [];
  child.on('message', (message) => said.push(message as Books['said'][number]));
  const exited = new Promise<number | null>((resolve) =>
    child.once('exit', (code) => {
      children.delete(child);
      resolve(code);
    }),
  );
  return {
    child,
    said,
    exited,
    kill: () => {
      child.kill('SIGKILL');
      return exited;
    },
  };
}

const until = async (holds: () => boolean) => {
  while (!holds()) await sleep(10);
};
const states = async () =>
  Object.fromEntries((await c.sql`select day, state from books.day order by day`).map(({ day, state }) => [day - first, state]));
const provers = () => {
  const stop = new AbortController();
  const done = (async () => {
    while (!stop.signal.aborted) {
      await pretendProofs(c.sql).catch(() => {});
      await sleep(30);
    }
  })();
  return () => {
    stop.abort();
    return done;
  };
};
const last = new Map<string, { importStartWh: bigint; exportStartWh: bigint }>();
async function newDay(n: number, { without = [] as string[] } = {}) {
  for (const { meter } of c.meters.filter((m) => !without.includes(m.meter))) {
    const statement = someStatement(first + n, int, last.get(meter));
    last.set(meter, closing(statement));
    await c.index.statement(meter, { statement });
    await c.index.reports(meter, [(first + n) * 96, (first + n) * 96 + 1]);
  }
  await c.index.freeze(first + n);
}

async function assertConsistent(days: number) {
  const hashes = await c.sql`
    select d.day, d.state, d.book_hash = a.book_hash as same,
    (select count(*)::int from books.entry e where e.day = d.day) as entries,
    (select count(*)::int from books.posting p where p.journal = 'day:' || d.day || ':1') as postings,
    (select sum(amount_nel) from books.posting p where p.day = d.day) as balance,
    (select count(*)::int from prove.input i where i.day = d.day) as inputs
    from books.day d left join chain.anchor a on a.day = d.day order by d.day`;
  expect(hashes).toHaveLength(days);
  for (const row of hashes) expect(row).toMatchObject({ state: 'released', same: true, entries: 4, postings: 6, balance: '0', inputs: 0 });
  expect([...(await balances(c.sql)).values()].reduce((a, b) => a + b, 0n)).toBe(0n);
  const [{ opened, reports, sealed, sealedReports }] = await c.sql`
    select (select count(*)::int from books.statement where status = 'opened') as opened,
    (select count(*)::int from books.report where status = 'opened') as reports,
    (select count(*)::int from chain.sealed_statement) as sealed, (select count(*)::int from chain.sealed_report) as "sealedReports"`;
  expect([opened, reports]).toEqual([sealed, sealedReports]);
}

describe('the books', () => {
  test('belong to the first chain they see, however many look at once', async () => {
    await Promise.all(Array.from({ length: 5 }, () => assertSameChain(c.sql)));
    expect(await c.sql`select chain_id from books.chain`).toEqual([{ chain_id: c.index.chainId }]);
  });

  test('keep no days of a chain that is fit for development alone, unless they were made for it', async () => {
    await expect(productionOnly(c.sql, false)()).rejects.toMatchObject({
      code: 'development-chain',
      retry: 'never',
      message: expect.stringContaining('not a production chain: '),
    });
    await productionOnly(c.sql, true)();
  });

  test('take a day from its statements to its release, and stop when asked', async () => {
    const end = provers();
    const books = startBooks();
    await newDay(0);
    await expect.poll(states, { timeout: 90_000, interval: 50 }).toEqual({ 0: 'released' });
    books.child.kill('SIGTERM');
    expect(await books.exited).toBe(0);
    expect(books.said.filter(({ level }) => level !== 'info')).toEqual([]);
    await end();
    await assertConsistent(1);
  });

  test('dispute by themselves, and go on when the chain has it', async () => {
    const end = provers();
    const books = startBooks();
    const liar = c.meters[0].meter;
    await c.index.statement(liar, { statement: someStatement(first + 1, int, last.get(liar)), commitment: 1n });
    await newDay(1, { without: [liar] });
    await expect.poll(states, { timeout: 90_000, interval: 50 }).toEqual({ 0: 'released', 1: 'released' });
    expect((await c.sql`select source from books.entry where day = ${first + 1} and meter = ${liar}`)[0].source).toBe('disputed');
    expect(signer.sent.flat().map(({ typeUrl, value }) => [typeUrl.split('.').at(-1), value.day, value.reason ?? null])).toContainEqual([
      'MsgDisputeDay',
      first + 1,
      'commitment-mismatch',
    ]);
    await books.kill();
    await end();
  });

  test('wait for the vault, the signer and the database, say so once, and go on', async () => {
    const end = provers();
    await c.process().kill();
    await door!.close();
    const books = startBooks();
    await newDay(2);
    const waitsForVault = () => books.said.some(({ message }) => message.startsWith('opening statements: waiting (the vault'));
    await expect.poll(async () => [waitsForVault(), (await states())[2]], { timeout: 90_000, interval: 50 }).toEqual([true, 'frozen']);
    await c.restartVault();
    await expect.poll(states, { timeout: 90_000, interval: 50 }).toMatchObject({ 2: 'audited' }); // nobody to anchor it
    const admin = connect({ url: c.databaseUrl.replace(/electra_books:[^@]*@/, 'electra_owner:test-owner@'), application: 'test' });
    const cut = await admin`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'electra books'`;
    expect(cut.length).toBeGreaterThan(0);
    await admin.end();
    await openDoor();
    await expect.poll(states, { timeout: 90_000, interval: 50 }).toMatchObject({ 2: 'released' });
    const warnings = books.said.filter(({ level }) => level === 'warn').map(({ message }) => message);
    expect(warnings.filter((message) => message.startsWith('opening statements: waiting (the vault'))).toHaveLength(1);
    expect(books.said.filter(({ level }) => level === 'error')).toEqual([]);
    await books.kill();
    await end();
  });

  test('killed again and again, at any moment, lose nothing and double nothing', async () => {
    const end = provers();
    const days = (async () => {
      for (let n = 3; n < 7; n++) await newDay(n);
    })();
    for (let kills = 0; kills < 6; kills++) {
      const books = startBooks();
      await until(() => books.said.length > 0);
      await sleep(int(500));
      await books.kill();
    }
    await days;
    const books = startBooks();
    await expect
      .poll(states, { timeout: 60_000, interval: 100 })
      .toMatchObject({ 3: 'released', 4: 'released', 5: 'released', 6: 'released' });
    await books.kill();
    await end();
    const [{ day: disputed }] = await c.sql`select day from chain.dispute`;
    expect(disputed).toBe(first + 1);
    const rows = await c.sql`select day, count(*)::int as n from chain.anchor group by day order by day`;
    expect(rows.map(({ n }) => n)).toEqual(Array(7).fill(1));
  }, 150_000);

  test('two at once make one book of each day', async () => {
    const end = provers();
    const [one, two] = [startBooks(), startBooks()];
    await newDay(7);
    await newDay(8);
    await expect.poll(states, { timeout: 60_000, interval: 50 }).toMatchObject({ 7: 'released', 8: 'released' });
    await Promise.all([one.kill(), two.kill()]);
    await end();
    expect([...one.said, ...two.said].filter(({ level }) => level === 'error')).toEqual([]);
    const rows = await c.sql`
      select d.day - ${first}::int as n, d.book_hash = a.book_hash as same,
      (select count(*)::int from books.posting p where p.journal = 'day:' || d.day || ':1') as postings,
      (select sum(amount_nel) from books.posting p where p.day = d.day) as balance
      from books.day d join chain.anchor a using (day) order by d.day`;
    expect(rows).toEqual(Array.from({ length: 9 }, (_, n) => ({ n, same: true, postings: 6, balance: '0' })));
  }, 90_000);

  test('take a correction to its release through kills at any moment, once', async () => {
    const end = provers();
    const silent = c.meters[1].meter;
    const unsaid = someStatement(first + 9, int, last.get(silent));
    let books = startBooks();
    await newDay(9, { without: [silent] });
    last.set(silent, closing(unsaid));
    await newDay(10);
    await expect.poll(states, { timeout: 60_000, interval: 100 }).toMatchObject({ 9: 'released', 10: 'released' });
    await c.index.statement(silent, { statement: unsaid });
    await c.index.freeze(first + 9, { late: true });
    for (let kills = 0; kills < 5; kills++) {
      await sleep(int(700));
      await books.kill();
      books = startBooks();
      await until(() => books.said.length > 0);
    }
    const corrected = () => c.sql`select version, state from books.day where day = ${first + 9} order by version`;
    await expect.poll(corrected, { timeout: 60_000, interval: 100 }).toEqual([
      { version: 1, state: 'released' },
      { version: 2, state: 'released' },
    ]);
    await books.kill();
    await end();
    const [row] = await c.sql`
      select (select count(*)::int from books.entry where day = ${first + 9} and version = 2) as entries,
      (select count(*)::int from chain.anchor where day = ${first + 9} and version = 2) as anchors,
      (select count(*)::int from books.posting where journal = ${`day:${first + 9}:2`}) as postings,
      (select sum(amount_nel) from books.posting where day = ${first + 9}) as balance,
      (select count(*)::int from prove.input) as inputs`;
    expect(row).toEqual({ entries: 1, anchors: 1, postings: 2, balance: '0', inputs: 0 });
  }, 150_000);

  test('refuse the index of another chain: their own stays as it is', async () => {
    await c.index.sql`update chain.cursor set chain_id = 'electra-other-00000000'`;
    const books = startBooks();
    expect(await books.exited).toBe(1);
    expect(books.said.at(-1)).toEqual({
      level: 'fatal',
      message: expect.stringMatching(/^wrong-chain: these books are of chain electra-rural-5eed0001/),
    });
    await c.index.sql`update chain.cursor set chain_id = ${c.index.chainId}`;
  });
});
