/**
 * A community with its uplink's process, beside a main chain whose real validators are killed and started again: a day of it is proven on
 * its own chain, for real, and is to be stated on the other one.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { connect, readSecret, type Sql, writeSecret } from '../src/node/db/index.ts';
import { createProver, netInput, type Prover, proveInput } from '../src/node/proofs/index.ts';
import { runUplink, type UplinkDayState, uplinkDays } from '../src/node/uplink/index.ts';
import { Unlocker } from '../src/node/vault/keys/keystore.ts';
import { storeOperator } from '../src/node/vault/keys/operator.ts';
import { IndexRows } from '../test/kit/books/index-rows.ts';
import { startTestChain, TEST_DAY, type TestChain, type TestMeter } from '../test/kit/chain.ts';
import { KEYS } from '../test/kit/development-keys.ts';
import { scratch } from '../test/kit/electra.ts';
import { type IndexRun, startIndexer } from '../test/kit/index-run.ts';
import { provenDay } from '../test/kit/main-day/community.ts';
import { startTestPostgres } from '../test/kit/postgres.ts';
import { until } from '../test/kit/until.ts';

type ComposedDay = Awaited<ReturnType<typeof provenDay>>;

const DAY_S = 86_400;
/** A day in four seconds. */
const CLOCK = { startUnixS: TEST_DAY * DAY_S, rate: 20_000 };
export const DAY_MS = (DAY_S * 1000) / CLOCK.rate;
/** The day that is shared: an uplink is named before it begins, also by a machine that has much else to do. */
export const DAY = TEST_DAY + 6;
const VALIDATORS = 2;
const STATED_MS = 90_000;

export interface UplinkRun {
  /** what its log says */
  said: string[];
  /** why it waits */
  waits: () => string | null;
  stop(): Promise<void>;
}

export interface Uplinked {
  main: TestChain;
  community: TestChain;
  prover: Prover;
  uplink: TestMeter;
  /** has the day proven by the community's chain and booked by its node */
  prove(): Promise<ComposedDay>;
  run(): UplinkRun;
  days(): Promise<UplinkDayState[]>;
  /** has proven what waits for a prover */
  provesNet(): Promise<void>;
  /** waits until its day is stated, as its own index of the main chain says */
  stated(): Promise<void>;
}

/** Of a meter of the main chain behind its validators. */
const uplinkOf = (main: TestChain, i: number): TestMeter => main.meters[VALIDATORS + i];

const startMain = (params: { graceS: number; graceBlocks: number; trustPeriodS: number }): Promise<TestChain> =>
  startTestChain({
    ...{ main: {}, validators: VALIDATORS, lightMeters: 2, firstDay: DAY, clock: CLOCK, timeoutCommit: '250ms' },
    params: { ...params, validatorDelayS: 600 },
  });

const startCommunity = (): Promise<TestChain> =>
  startTestChain({ validators: 2, firstDay: DAY, clock: CLOCK, timeoutCommit: '50ms', params: { graceS: 20 * 3600, graceBlocks: 3 } });

/** What the community's books have of the day that its chain has proven. */
async function book(sql: Sql, index: IndexRows, day: ComposedDay): Promise<void> {
  await sql`insert into books.day (day, version, state, roster_digest, frozen_unix_s, book, book_hash, proofs, total_import_wh,
      total_export_wh, totals_blinding, mask_sum, anchor_height)
    values (${day.book.day}, 1, 'anchored', ${randomBytes(32)}, 0, '{}', ${Buffer.from(day.hash, 'hex')}, '{}', ${day.totalImportWh},
      ${day.totalExportWh}, ${String(day.x)}, ${String(day.maskSum)}, 1)`;
  await index.prove(DAY, 1);
}

interface Parts {
  main: TestChain;
  community: TestChain;
  prover: Prover;
  index: IndexRows;
  sql: Sql;
  urls: { books: string; mainBooks: string };
  key: { dir: string; passphraseFile: string };
  trustPeriodS: number;
}

function runOf({ main, community, urls, key, trustPeriodS }: Parts): UplinkRun {
  const stop = new AbortController();
  const said: string[] = [];
  let waits: string | null = null;
  const write = (_: object, text: string) => void said.push(text);
  const { chainId, genesisHash, rpcUrls } = main;
  const done = runUplink({
    ...{ databaseUrl: urls.books, mainDatabaseUrl: urls.mainBooks, key, trustPeriodS, netInput },
    ...{ treasury: uplinkOf(main, 0).member.address, days: { from: DAY } },
    main: { chainId, genesisHash, rpcUrls, operator: { n: 0, address: main.operator.address } },
    own: { chainId: community.chainId, rpcUrls: community.rpcUrls },
    ...{ signal: stop.signal, log: { info: write, warn: write, error: write } },
    waiting: (sentence) => {
      waits = sentence;
    },
  });
  return {
    ...{ said, waits: () => waits },
    stop: () => {
      stop.abort();
      return done;
    },
  };
}

const worldOf = (parts: Parts): Uplinked => {
  const { main, community, prover, sql, index } = parts;
  const days = () => uplinkDays(sql);
  const provesNet = async (): Promise<void> => {
    for (const { id } of await sql<{ id: string }[]>`select id from prove.input`) await proveInput(sql, prover, id);
  };
  return {
    ...{ main, community, prover, uplink: uplinkOf(main, 0), days, provesNet },
    async prove() {
      const day = await provenDay(community, DAY, prover);
      await book(sql, index, day);
      return day;
    },
    run: () => runOf(parts),
    async stated() {
      const isStated = async (): Promise<boolean> => {
        await provesNet();
        return (await days()).some(({ state }) => state === 'stated');
      };
      await until(isStated, STATED_MS, 'the day to be stated');
    },
  };
};

/** Gives `work` such a community, and ends everything afterwards. */
export async function withUplink<T>(
  params: { graceS: number; graceBlocks: number; trustPeriodS: number },
  work: (world: Uplinked) => Promise<T>,
): Promise<T> {
  const folder = scratch('uplinked');
  const ends: (() => unknown)[] = [folder.remove];
  const ending = <P>(part: P, end: (part: P) => unknown): P => {
    ends.push(() => end(part));
    return part;
  };
  try {
    const prover = ending(await createProver(KEYS), (one) => one.close());
    const [own, of] = await Promise.all([startTestPostgres(), startTestPostgres()]);
    ending([own, of], (both) => Promise.all(both.map((one) => one.stop())));
    const [main, community] = await Promise.all([startMain(params), startCommunity()]); // the last: their days are four seconds long
    ending([main, community], (both) => Promise.all(both.map((one) => one.stop())));
    const genesisHash = Buffer.from(main.genesisHash).toString('hex');
    ending<IndexRun>(startIndexer({ rpcUrls: main.rpcUrls, databaseUrl: of.urls.indexer, chainId: main.chainId, genesisHash }), (one) =>
      one.stop(),
    );
    const meters = community.meters.map(({ address, member, maxWhPerSlot }) => ({
      ...{ meter: address, member: member.address, maxWh: maxWhPerSlot },
    }));
    const nodeKey = Buffer.from(community.nodeKey.publicKey).toString('hex');
    const rows = await IndexRows.create({ indexerUrl: own.urls.indexer, nodeKey, meters, chainId: community.chainId });
    const index = ending(rows, (one) => one.end());
    const sql = ending(connect({ url: own.urls.books, max: 3, application: 'faults' }), (one) => one.end());
    const key = { dir: join(folder.dir, 'uplink'), passphraseFile: join(folder.dir, 'passphrase') };
    writeSecret(key.passphraseFile, randomBytes(32).toString('hex'));
    const unlocker = new Unlocker(readSecret(key.passphraseFile));
    storeOperator(key.dir, { secretKey: uplinkOf(main, 0).privateKey, createdUnixS: 0 }, unlocker, { ops: 1, memBytes: 8 << 20 });
    unlocker.forget();
    const urls = { books: own.urls.books, mainBooks: of.urls.books };
    return await work(worldOf({ ...{ main, community, prover, index, sql, urls, key }, trustPeriodS: params.trustPeriodS }));
  } finally {
    for (const end of ends.reverse()) await end();
  }
}
