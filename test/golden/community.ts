/**
 * The golden community: four meters of three members whose keys, statements and boxes are the same at every run. What the node itself
 * draws is fixed too, so that its books are known to the byte.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Statement } from '../../sdk/ts/src/index.ts';
import { encodeStatement, sealBox } from '../../sdk/ts/src/index.ts';
import type { Draws } from '../../src/node/books/draft/randomness.ts';
import { openNext } from '../../src/node/books/intake/open.ts';
import type { Sql } from '../../src/node/db/index.ts';
import { connect, writeSecret } from '../../src/node/db/index.ts';
import { offlineInvoiceSigner } from '../../src/node/signer/operator-key.ts';
import { connectVault } from '../../src/node/vault/client.ts';
import { restoreVault } from '../../src/node/vault/index.ts';
import { FIELD_ORDER } from '../../src/protocol/index.ts';
import { address, closing, IndexRows, seededInts, someStatement } from '../kit/books/index-rows.ts';
import { startTestPostgres } from '../kit/postgres.ts';
import { startVaultProcess, TEST_COST } from '../kit/vault-process.ts';

/** inputs/vault.json holds the secrets of these two, under the passphrase below. They guard nothing. */
const OPERATOR = 'electra17rswwqm0wamhngeskm764t9kj7y2xypqwc5gem';
const NODE_KEY = 'e80c030e0d25256321506b31525a7335388a4bc2b35f4183db4b4c2d8e87cc2c';
const PASSPHRASE = 'a passphrase for tests';

/** 2026-07-01 */
export const FIRST = 20_635;
export const MONTH = '2026-07';
/** The last meter belongs to the first member. */
const METERS = [0, 1, 2, 0].map((member, i) => ({
  meter: address(`golden meter ${i}`),
  member: address(`golden member ${member}`),
  maxWh: 20_000,
}));
const NAMES = [0, 1, 2].map((i) => ({ address: address(`golden member ${i}`), name: `golden-00${i + 1}` }));

const bytes = (label: string, length: number): Uint8Array =>
  Uint8Array.from(createHash('sha512').update(`golden: ${label}`).digest().subarray(0, length));
const number = (label: string, length: number): bigint => BigInt(`0x${Buffer.from(bytes(label, length)).toString('hex')}`);

/** What the node draws, by the name of a round: the same however often and in which order it asks. */
export const drawsOf = (round: string): Draws => ({
  maskOf: (meter) => number(`${round} k ${meter}`, 64) % FIELD_ORDER,
  maskBlindingOf: (meter) => number(`${round} v ${meter}`, 31),
  billBlindingOf: (meter) => number(`${round} s ${meter}`, 31),
  linkBlindingOf: (meter, day) => number(`u ${meter} ${day}`, 31),
  totalsBlinding: () => number(`${round} x`, 31),
  dayBlindingOf: (meter) => bytes(`${round} C ${meter}`, 31),
});

/** What the meters measured on the days from FIRST on, said or not. */
function measuredDays(count: number): Map<string, Statement> {
  const int = seededInts(2026);
  const days = new Map<string, Statement>();
  for (let n = 0; n < count; n++) {
    for (const { meter } of METERS) {
      const start = n === 0 ? { importStartWh: 1_000n, exportStartWh: 50n } : closing(days.get(`${meter}/${n - 1}`)!);
      days.set(`${meter}/${n}`, { ...someStatement(FIRST + n, int, start), blinding: bytes(`blinding ${meter} ${n}`, 31) });
    }
  }
  return days;
}

export interface GoldenCommunity {
  sql: Sql;
  index: IndexRows;
  invoices: Awaited<ReturnType<typeof offlineInvoiceSigner>>;
  meters: readonly { meter: string; member: string }[];
  /** A meter says what it measured on day FIRST + n; `commitment`: committed to something else. */
  say(meter: string, n: number, wrong?: { commitment?: bigint }): Promise<void>;
  openAll(): Promise<void>;
  stop(): Promise<void>;
}

export async function goldenCommunity(): Promise<GoldenCommunity> {
  const root = mkdtempSync(join(tmpdir(), 'electra-golden-'));
  const [dir, passphraseFile, file, socketPath] = ['vault', 'passphrase', 'backup.json', 'run/vault.sock'].map((name) => join(root, name));
  writeSecret(passphraseFile, PASSPHRASE);
  writeFileSync(file, readFileSync(new URL('./inputs/vault.json', import.meta.url)), { mode: 0o600 });
  restoreVault({ file, dir, passphraseFile, cost: TEST_COST });
  const database = await startTestPostgres();
  const index = await IndexRows.create({ indexerUrl: database.urls.indexer, nodeKey: NODE_KEY, meters: METERS, firstDay: FIRST });
  await index.sql`update chain.genesis set genesis = jsonb_set(genesis, '{app_state,meter,operator}', ${index.sql.json(OPERATOR)})`;
  const { chainId } = index;
  const process_ = await startVaultProcess({ dir, passphraseFile, socketPath, chainId });
  const vault = connectVault(socketPath);
  const sql = connect({ url: database.urls.books, max: 6, application: 'golden books' });
  const invoices = await offlineInvoiceSigner({ dir, passphraseFile, chainId });
  await sql`insert into books.member ${sql(NAMES)}`;
  const measured = measuredDays(4);
  return {
    sql,
    index,
    invoices,
    meters: METERS,
    say: async (meter, n, { commitment } = {}) => {
      const statement = measured.get(`${meter}/${n}`)!;
      const sealed = sealBox(
        encodeStatement(statement, { chainId, meter, keyEpoch: 1 }),
        index.nodeKey,
        bytes(`ephemeral ${meter} ${n}`, 32),
      );
      await index.statement(meter, { statement, sealed, ...(commitment === undefined ? {} : { commitment }) });
    },
    openAll: async () => {
      while ((await openNext(sql, vault, 'statement')) + (await openNext(sql, vault, 'report')) > 0);
    },
    stop: async () => {
      vault.close();
      invoices.close();
      await process_.stop();
      await sql.end();
      await index.end();
      await database.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
