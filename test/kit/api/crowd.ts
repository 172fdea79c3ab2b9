/**
 * Members with open pages, by the hundred: each has a stream of hints and asks, upon one, what the page of a member shows. The API and the
 * members are each a process of their own; reports are written as the books write them, in batches over the time of a run.
 */
import { createHash } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { toBech32 } from '@cosmjs/encoding';
import { connect, type Sql } from '../../../src/node/db/index.ts';
import { addressBytes } from '../../../src/protocol/values/address.ts';
import { dayToDate } from '../../../src/protocol/values/time.ts';
import { startTestPostgres, type TestPostgres } from '../postgres.ts';
import { type Days, fillCommunity } from './community.ts';
import { superUrlOf } from './harness.ts';
import { meters } from './people.ts';
import { startApiProcess } from './strangers.ts';

export interface Crowd {
  members: number;
  /** over how long each of their meters reports once */
  overMs: number;
  /** reports that are committed at once */
  batch: number;
}

export interface Measured {
  /** ms from a page's question to its answer, those of a quiet page first asked alone */
  pageMs: number[];
  /** ms from the writing of a report, its commit included, to the hint of it on the stream */
  hintMs: number[];
  /** ms from a commit of which all are told at once to the answer on the last page */
  everybodyMs: number;
  failed: string[];
  /** of the API's process: with all streams open and nothing to say */
  idle: { streams: number; kbEach: number; cpuShare: number };
}

interface Member {
  token: string;
  meter: string;
  address: string;
}

const name = (kind: string, i: number): Buffer => createHash('sha256').update(`crowd ${kind} ${i}`).digest();
const bech32 = (kind: string, i: number): string => toBech32('electra', name(kind, i).subarray(0, 20));

/** Members who each have a meter like Alice's first, with its reports, its statements and its bills. */
async function fillCrowd(db: TestPostgres, count: number): Promise<Member[]> {
  const members = Array.from({ length: count }, (_, i) => ({
    token: name('token', i).toString('base64url'),
    meter: bech32('meter', i),
    address: bech32('member', i),
  }));
  // As a superuser, past the triggers that guard books which were audited.
  const sql = connect({ url: superUrlOf(db), max: 1, application: 'test' });
  await sql`set session_replication_role = replica`;
  const copied = async (table: string, of: string, change: (member: Member) => object): Promise<void> => {
    await sql.unsafe(
      `insert into ${table} select (jsonb_populate_record(old, change)).* from ${table} old, jsonb_array_elements($1::text::jsonb) change
       where old.${of} = $2`,
      [JSON.stringify(members.map(change)), meters.alice1],
    );
  };
  await copied('chain.meter', 'id', ({ meter, address }) => ({
    id: meter,
    address: `\\x${Buffer.from(addressBytes(meter)).toString('hex')}`,
    member: address,
    consensus_key: null,
  }));
  await copied('books.statement', 'meter', ({ meter }) => ({ meter }));
  await copied('books.report', 'meter', ({ meter }) => ({ meter }));
  await copied('books.entry', 'meter', ({ meter, address }) => ({ meter, member: address }));
  for (const { token, address } of members)
    await sql`insert into access.session (token_hash, address, expires_at)
      values (${createHash('sha256').update(Buffer.from(token, 'base64url')).digest()}, ${address}, now() + interval '1 hour')`;
  await sql.unsafe('analyze');
  await sql.end();
  return members;
}

/** As /home asks, in one question each time that it is drawn anew. */
const pageQuery = (days: Days, meter: string): string =>
  `{ service { chainId chainTime timeZone currency } member { meters(first: 10) { edges { node { address firstDay lastDay
    lastReport { day slot at powerW } } } } days(from: "${dayToDate(days.first)}", to: "${dayToDate(days.fourth + 1)}") { day meters
    importWh exportWh quarterHours provisional status source corrected amountNel feeNel outsideNel localImportWh soldInsideWh }
    meter(address: "${meter}") { intervals(from: "${dayToDate(days.fourth)}", to: "${dayToDate(days.fourth + 1)}", first: 100) {
    edges { node { day slot importWh exportWh provisional } } pageInfo { hasNextPage endCursor } } } } }`;

class Page {
  hints = 0;
  /** when the report of its meter was begun to be written, ms */
  writtenMs = 0;
  readonly #member: Member;
  readonly #url: URL;
  readonly #query: string;
  readonly #measured: Measured;
  readonly #agent: Agent;

  constructor(member: Member, { url, days, measured, agent }: { url: string; days: Days; measured: Measured; agent: Agent }) {
    this.#member = member;
    this.#url = new URL('/graphql', url);
    this.#query = pageQuery(days, member.meter);
    this.#measured = measured;
    this.#agent = agent;
  }

  #send(query: string, accept: string, heard: (chunk: string) => void): Promise<number> {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', accept, authorization: `Bearer ${this.#member.token}` };
      const asked = request(
        this.#url,
        { method: 'POST', headers, ...(accept.startsWith('text') ? {} : { agent: this.#agent }) },
        (answer) => {
          answer.setEncoding('utf8');
          answer.on('data', heard);
          answer.once('end', () => resolve(answer.statusCode ?? 0));
          answer.once('error', reject);
          if (accept.startsWith('text')) resolve(answer.statusCode ?? 0);
        },
      );
      asked.once('error', reject);
      asked.end(JSON.stringify({ query }));
    });
  }

  /** Opens its stream; upon each hint it asks for all that it shows. */
  async open(): Promise<void> {
    const status = await this.#send('subscription { changed { topic } }', 'text/event-stream', (chunk) => {
      if (chunk.includes('"errors"')) this.#measured.failed.push(chunk);
      if (!chunk.includes('"topic"')) return;
      this.hints++;
      if (this.writtenMs > 0 && chunk.includes('REPORT')) this.#measured.hintMs.push(performance.now() - this.writtenMs);
      this.writtenMs = 0;
      void this.ask();
    });
    if (status !== 200) this.#measured.failed.push(`a stream was answered ${status}`);
  }

  async ask(): Promise<void> {
    const beganMs = performance.now();
    let text = '';
    const status = await this.#send(this.#query, 'application/json', (chunk) => {
      text += chunk;
    }).catch((error: Error) => error.message);
    if (status !== 200 || !text.includes('"lastReport":{')) this.#measured.failed.push(`${status} ${text.slice(0, 200)}`);
    this.#measured.pageMs.push(performance.now() - beganMs);
  }
}

async function report(books: Sql, pages: readonly Page[], members: readonly Member[], slot: number): Promise<void> {
  const rows = members.map(({ meter }) => ({
    meter,
    slot,
    status: 'opened',
    import_register_wh: 99_000_000n,
    export_register_wh: 99_000_000n,
    power_w: 1,
    flags: 0,
    height: 4950,
  }));
  for (const page of pages) page.writtenMs = performance.now();
  await books`insert into books.report ${books(rows as never)}`;
}

/** CPU seconds and memory of a process, of /proc. */
async function costOf(metricsText: () => Promise<string>): Promise<{ cpuS: number; bytes: number }> {
  const text = await metricsText();
  const value = (metric: string): number => Number(new RegExp(`^${metric} (\\S+)`, 'm').exec(text)?.[1] ?? 0);
  return { cpuS: value('process_cpu_seconds_total'), bytes: value('process_resident_memory_bytes') };
}

const IDLE_MS = 5_000;
const PATIENCE_MS = 60_000;

export async function openPages({ members: count, overMs, batch }: Crowd): Promise<Measured> {
  const db = await startTestPostgres();
  const measured: Measured = { pageMs: [], hintMs: [], everybodyMs: 0, failed: [], idle: { streams: count, kbEach: 0, cpuShare: 0 } };
  const agent = new Agent({ keepAlive: true, maxSockets: 200 });
  let api: Awaited<ReturnType<typeof startApiProcess>> | undefined;
  const books = connect({ url: db.urls.books, max: 1, application: 'test' });
  try {
    const days = await fillCommunity(db, Date.now());
    const members = await fillCrowd(db, count);
    api = await startApiProcess(db, { free: true, metrics: true });
    const [url, metricsUrl] = api.line.split(' ');
    const metrics = () => fetch(metricsUrl).then((answer) => answer.text());
    const pages = members.map((member) => new Page(member, { url, days, measured, agent }));
    await pages[0].ask(); // warm
    const before = await costOf(metrics);
    for (let i = 0; i < count; i += 50) await Promise.all(pages.slice(i, i + 50).map((page) => page.open()));
    const opened = await costOf(metrics);
    await sleep(IDLE_MS);
    const idle = await costOf(metrics);
    measured.idle.kbEach = (opened.bytes - before.bytes) / 1024 / count;
    measured.idle.cpuShare = (idle.cpuS - opened.cpuS) / (IDLE_MS / 1000);
    measured.pageMs.length = 0;
    const slot = (days.fourth + 1) * 96;
    for (let i = 0; i < count; i += batch) {
      await report(books, pages.slice(i, i + batch), members.slice(i, i + batch), slot);
      await sleep((overMs * batch) / count);
    }
    await settled(measured, pages, 1);
    const beganMs = performance.now();
    const asked = measured.pageMs.length;
    await books`update books.day set state = state where day = ${days.first}`;
    await settled(measured, pages, 2);
    measured.everybodyMs = performance.now() - beganMs;
    measured.pageMs.splice(asked); // of the crowd's moment the time to the last one is the figure
    return measured;
  } finally {
    agent.destroy();
    await api?.stop();
    await books.end();
    await db.stop();
  }
}

/** Until each page has had so many hints, and has been answered. */
async function settled({ pageMs, failed }: Measured, pages: readonly Page[], hints: number): Promise<void> {
  for (const endMs = Date.now() + PATIENCE_MS; Date.now() < endMs; await sleep(20))
    if (pages.every((page) => page.hints >= hints) && pageMs.length >= hints * pages.length) return;
  failed.push(`after ${PATIENCE_MS} ms ${pages.filter((page) => page.hints < hints).length} pages had no hint`);
}
