/**
 * A whole community on a chain whose clock runs fast: a real chain, Postgres, and the node's own processes as `electra` runs them (vault,
 * signer, indexer, books, provers), with meters that behave as a test tells them (fleet.ts). Months pass in minutes by the genesis' clock
 * alone.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Supervisor } from '../../src/cli/demo/supervisor.ts';
import { createSupervisor, nodePart } from '../../src/cli/demo/supervisor.ts';
import { submitAsOperator } from '../../src/cli/operator/operator.ts';
import { balances, bundleOfDays } from '../../src/node/books/index.ts';
import type { Role, Sql } from '../../src/node/db/index.ts';
import { connect, writeSecret } from '../../src/node/db/index.ts';
import { ensureIndexSchema } from '../../src/node/indexer/index.ts';
import type { DataFolder } from '../../src/node/processes/data-folder.ts';
import { dataFolder, makeFolders, writeSettings } from '../../src/node/processes/data-folder.ts';
import { wasmBackend } from '../../src/node/proofs/backend-wasm.ts';
import { createCredential, operatorKey } from '../../src/node/signer/index.ts';
import { initVault } from '../../src/node/vault/index.ts';
import type { Resume, Verdict } from '../../src/reader/audit/index.ts';
import { auditBundle } from '../../src/reader/audit/index.ts';
import type { TestChain, TestChainOptions } from './chain.ts';
import { startTestChain } from './chain.ts';
import type { FleetMeter, FleetOptions } from './fleet.ts';
import { Fleet } from './fleet.ts';
import { startTestPostgres } from './postgres.ts';
import { firstAnswer } from './until.ts';
import { TEST_COST } from './vault-process.ts';

const DAY_S = 86_400;
const PROVERS = 2;
/** The first day begins this much later than the chain: the node's processes have to start. */
const LEAD_REAL_S = 12;

export type GridOptions = Pick<TestChainOptions, 'validators' | 'lightMeters' | 'params' | 'timeoutCommit' | 'maxWhPerSlot'> &
  Pick<FleetOptions, 'plan' | 'profile'> & {
    /** chain seconds per second */
    rate: number;
    firstDay: number;
    /** of the meters of genesis */
    lastDay?: number;
  };

export class Grid {
  readonly data: DataFolder;
  readonly chain: TestChain;
  readonly fleet: Fleet;
  readonly sql: Sql;
  readonly databaseUrls: Record<Role, string>;
  readonly firstDay: number;
  readonly #supervisor: Supervisor;
  readonly #cleanUp: () => Promise<void>;

  private constructor(parts: {
    data: DataFolder;
    chain: TestChain;
    fleet: Fleet;
    sql: Sql;
    databaseUrls: Record<Role, string>;
    firstDay: number;
    supervisor: Supervisor;
    cleanUp: () => Promise<void>;
  }) {
    this.data = parts.data;
    this.chain = parts.chain;
    this.fleet = parts.fleet;
    this.sql = parts.sql;
    this.databaseUrls = parts.databaseUrls;
    this.firstDay = parts.firstDay;
    this.#supervisor = parts.supervisor;
    this.#cleanUp = parts.cleanUp;
  }

  static async start({ rate, firstDay, lastDay = 2 ** 31, plan, profile, params, ...options }: GridOptions): Promise<Grid> {
    const data = dataFolder(mkdtempSync(join(tmpdir(), 'electra-grid-')));
    makeFolders(data);
    const database = await startTestPostgres();
    for (const [role, url] of Object.entries(database.urls)) writeSecret(join(data.secrets, `db-${role}.url`), url);
    writeSecret(data.passphrase, 'a passphrase for tests');
    writeSecret(data.signerPassphrase, 'another passphrase for tests');
    createCredential({ file: data.operatorCredential, dir: data.signer });
    const signer = { dir: data.signer, passphraseFile: data.signerPassphrase };
    const { epoch1PublicKey } = initVault({ dir: data.vault, passphraseFile: data.passphrase, operator: signer, cost: TEST_COST });
    const operator = await operatorKey(signer);
    await prepareIndex(database.urls.indexer);
    const chain = await startTestChain({
      ...options,
      firstDay,
      clock: { startUnixS: firstDay * DAY_S - LEAD_REAL_S * rate, rate },
      nodePublicKey: epoch1PublicKey,
      operatorKey: Buffer.from(operator).toString('hex'),
      params,
    });
    writeSettings(data, { version: 1, development: true, chainId: chain.chainId, rpcUrls: chain.rpcUrls });
    const sql = connect({ url: database.urls.books, max: 3, application: 'grid test' });
    // Late is what comes after the freeze: the index says when that was. And meters seal to the newest key: the node makes one each month.
    const frozen = new Set<number>();
    const look = async () => {
      for (const { day } of await sql<{ day: number }[]>`select day from chain.roster where not late`) frozen.add(day);
      const [newest] = await sql<{ epoch: number; key: Buffer }[]>`select epoch, key from chain.node_key order by epoch desc limit 1`;
      if (newest && newest.epoch > fleet.key.epoch) fleet.key = { epoch: newest.epoch, publicKey: newest.key };
    };
    const watch = setInterval(() => void look().catch(() => {}), 250);
    const fleet = new Fleet({
      chain,
      plan,
      profile,
      key: { epoch: 1, publicKey: Buffer.from(epoch1PublicKey, 'hex') },
      mayBeLate: (day) => frozen.has(day),
    });
    fleet.meters.push(
      ...chain.meters.map(
        (meter): FleetMeter => ({ account: meter, member: meter.member, firstDay, lastDay, maxWhPerSlot: meter.maxWhPerSlot }),
      ),
    );
    for (const [i, { member }] of fleet.meters.entries())
      await sql`insert into books.member (address, name) values (${member.address}, ${`member-${i}`})`;
    fleet.start();
    const supervisor = createSupervisor(data, () => {});
    for (const [name, command] of [
      ['vault', 'vault'],
      ['signer', 'sign'],
      ['indexer', 'index'],
      ['books', 'account'],
    ])
      supervisor.start(nodePart(name, command, data));
    for (let i = 0; i < PROVERS; i++) supervisor.start(nodePart(`prover-${i}`, 'prove', data));
    const cleanUp = async () => {
      clearInterval(watch);
      await fleet.stop();
      await sql.end({ timeout: 5 });
      await chain.stop();
      await database.stop();
      rmSync(data.dir, { recursive: true, force: true });
    };
    const grid = new Grid({ data, chain, fleet, sql, databaseUrls: database.urls, firstDay, supervisor, cleanUp });
    await grid.until('vault and signer answer', () => existsSync(data.vaultSocket) && existsSync(data.signerSockets.operator), 120_000);
    return grid;
  }

  async stop(): Promise<void> {
    await this.#supervisor.stop();
    await this.#cleanUp();
  }

  /** Chain time in seconds. */
  now = async (): Promise<number> => (await this.chain.chain.status()).chainUnixS;
  /** The day that it is on the chain. */
  today = async (): Promise<number> => Math.floor((await this.now()) / DAY_S);

  /** Waits until something holds; says what it waited for, and what stands in the way of the books. */
  async until(what: string, holds: () => Promise<boolean> | boolean, timeoutMs = 400_000): Promise<void> {
    for (const endMs = Date.now() + timeoutMs; Date.now() < endMs; await sleep(150))
      if (await Promise.resolve(holds()).catch(() => false)) return;
    const days = await this.sql`select day - ${this.firstDay}::int as day, version, state, waiting from books.day order by day, version`;
    throw new Error(`waited ${timeoutMs} ms in vain until ${what}; days: ${JSON.stringify(days)}`);
  }

  /** `n`: days since the first. */
  released = (n: number, version = 1): Promise<void> =>
    this.until(`day ${n} version ${version} is released`, async () => {
      const [row] = await this.sql<
        { state: string }[]
      >`select state from books.day where day = ${this.firstDay + n} and version = ${version}`;
      return row?.state === 'released';
    });

  operator = (name: string, value: Record<string, unknown>) =>
    submitAsOperator(this.data, [{ typeUrl: `/electra.meter.v1.Msg${name}`, value }]);

  /** The bundle that a stranger would be given, as soon as the index has the headers for it. */
  async bundle(...ns: number[]): Promise<Record<string, string>> {
    const days = ns.map((n) => this.firstDay + n);
    const exported = async () => (await bundleOfDays(this.sql, days)) ?? undefined;
    return firstAnswer(exported, 90_000, `days ${ns.join(', ')} to be exported`);
  }

  audit = async (...ns: number[]): Promise<Verdict> => this.judge(await this.bundle(...ns));

  async judge(files: Record<string, string>, since?: Resume): Promise<Verdict> {
    return auditBundle(new Map(Object.entries(files)), {
      developmentKeys: true,
      random: (length) => randomBytes(length),
      backend: await wasmBackend(),
      ...(since ? { since } : {}),
    });
  }

  /** Entries of a meter's day, every version, oldest first. */
  entries = (meter: FleetMeter, n: number) =>
    this.sql`select * from books.entry where meter = ${meter.account.address} and day = ${this.firstDay + n} order by version`;

  /** Each member's balance, and the sum of the latest released bills of its meters, which it has to be. */
  async accounts(): Promise<{ member: string; balanceNel: bigint; billedNel: bigint }[]> {
    const sums = await balances(this.sql);
    const rows = await this.sql<{ member: string; billed: string }[]>`
      select member, sum(amount_nel) as billed from (
        select distinct on (e.day, e.meter) e.member, e.amount_nel from books.entry e join books.day d using (day, version)
        where d.state = 'released' order by e.day, e.meter, e.version desc) latest
      group by member order by member`;
    return rows.map(({ member, billed }) => ({ member, balanceNel: sums.get(`member:${member}`) ?? 0n, billedNel: BigInt(billed) }));
  }
}

async function prepareIndex(url: string): Promise<void> {
  const sql = connect({ url, max: 1, application: 'grid test' });
  try {
    await ensureIndexSchema(sql);
  } finally {
    await sql.end();
  }
}
