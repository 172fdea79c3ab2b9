/** A database, a vault process and an index of hand-written rows: what the tests of the books run on. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { openNext } from '../../../src/node/books/intake/open.ts';
import type { SelfAudit } from '../../../src/node/books/pipeline.ts';
import type { Sql } from '../../../src/node/db/index.ts';
import { connect } from '../../../src/node/db/index.ts';
import { clearingInput, dayBillInput, type Signals, substituteInput } from '../../../src/node/proofs/inputs.ts';
import { witnessCalculator } from '../../../src/node/proofs/witness.ts';
import type { BooksSigner, OperatorMessage, Submitted } from '../../../src/node/signer/client.ts';
import type { Vault } from '../../../src/node/vault/client.ts';
import { connectVault } from '../../../src/node/vault/client.ts';
import { startTestPostgres, type TestPostgres } from '../postgres.ts';
import type { VaultFolder, VaultProcess } from '../vault-process.ts';
import { startVaultProcess, vaultFolder } from '../vault-process.ts';
import type { TestMeter } from './index-rows.ts';
import { address, IndexRows } from './index-rows.ts';

export const builders = { dayBillInput, clearingInput, substituteInput };
/** Whether a witness of Substitute satisfies its constraints. @throws ProverError otherwise */
export async function substituteHolds(signals: Signals): Promise<boolean> {
  const wasm = readFileSync(new URL('../../../circuits/keys/substitute.wasm', import.meta.url));
  return (await witnessCalculator(wasm, 'substitute')).calculate(signals).length > 0;
}

export const quiet = { info: () => {}, warn: () => {}, error: () => {} };
export const passes: SelfAudit = async () => ({ exitCode: 4, checks: [] });

export interface Community {
  sql: Sql;
  index: IndexRows;
  vault: Vault;
  folder: VaultFolder;
  meters: TestMeter[];
  database: TestPostgres;
  databaseUrl: string;
  /** of the API's role */
  apiUrl: string;
  vaultOptions: Parameters<typeof startVaultProcess>[0];
  process: () => VaultProcess;
  restartVault(): Promise<void>;
  /** Opens every statement and report of the index. */
  openAll(): Promise<void>;
  stop(): Promise<void>;
}

export interface CommunityOptions {
  maxWh?: number;
  chainId?: string;
  shared?: boolean;
  /** whose keys the test holds: of the first meters; those of the others are nobody's */
  members?: readonly string[];
}

export async function community(
  count: number,
  { maxWh = 20_000, chainId, shared = false, members = [] }: CommunityOptions = {},
): Promise<Community> {
  const database = await startTestPostgres();
  const folder = vaultFolder();
  const meters = Array.from({ length: count }, (_, i) => ({
    ...{ meter: address(`meter ${i}`), member: members[i] ?? address(`member ${i}`), maxWh },
  }));
  const index = await IndexRows.create({ indexerUrl: database.urls.indexer, nodeKey: folder.epoch1PublicKey, meters, chainId, shared });
  const sql = connect({ url: database.urls.books, max: 6, application: 'test books' });
  const vaultOptions = {
    dir: folder.dir,
    passphraseFile: folder.passphraseFile,
    socketPath: folder.socketPath,
    chainId: index.chainId,
  };
  let process_ = await startVaultProcess(vaultOptions);
  const vault = connectVault(folder.socketPath);
  for (const [i, { member }] of meters.entries())
    await sql`insert into books.member (address, name) values (${member}, ${`rural-${String(i + 1).padStart(3, '0')}`})`;
  return {
    sql,
    index,
    vault,
    folder,
    meters: index.meters,
    database,
    databaseUrl: database.urls.books,
    apiUrl: database.urls.api,
    vaultOptions,
    process: () => process_,
    restartVault: async () => {
      await process_.stop();
      process_ = await startVaultProcess(vaultOptions);
    },
    openAll: async () => {
      while ((await openNext(sql, vault, 'statement')) + (await openNext(sql, vault, 'report')) > 0);
    },
    stop: async () => {
      vault.close();
      await process_.stop();
      folder.remove();
      await sql.end();
      await index.end();
      await database.stop();
    },
  };
}

/** A signer whose chain is the hand-written index: messages become rows. `refuse` may refuse one by a log text, with `code`. */
export function indexSigner(
  index: IndexRows,
  { refuse, code = 7 }: { refuse?: (message: OperatorMessage) => string | null; code?: number } = {},
): BooksSigner & { sent: OperatorMessage[][] } {
  const sent: OperatorMessage[][] = [];
  return {
    sent,
    address: async () => address('operator'),
    signInvoice: async () => {
      throw new Error('this signer has no key');
    },
    close: () => {},
    async submit(messages): Promise<Submitted> {
      sent.push([...messages]);
      const answer = { txHash: randomBytes(32).toString('hex').toUpperCase(), height: index.height + 1, codespace: 'meter' };
      const refusal = messages.map((message) => refuse?.(message) ?? null).find((text) => text !== null);
      if (refusal) return { ...answer, height: 0, code, log: refusal };
      for (const { typeUrl, value } of messages) {
        if (typeUrl.endsWith('MsgDisputeDay')) await index.dispute(value.meter as string, value.day as number, value.reason as string);
        if (typeUrl.endsWith('MsgFinalReading'))
          await index.finalReading(value.meter as string, Buffer.from(value.link as string, 'base64'));
        if (typeUrl.endsWith('MsgAnchorBook'))
          await index.anchor(
            value.day as number,
            value.version as number,
            Buffer.from(value.bookHash as string, 'base64'),
            value.totals === undefined ? null : Buffer.from(value.totals as string, 'base64'),
          );
        if (typeUrl.endsWith('MsgProveBook') && (value.part as number) + 1 === value.parts)
          if (!(await index.prove(value.day as number, value.version as number)))
            return { ...answer, height: 0, code: 122, log: 'book already proven' };
      }
      return { ...answer, code: 0, log: '' };
    },
  };
}

/** Stands in for the provers: a row per input, the groups' generators and no real proof (the audit that follows is given by the test). */
export async function pretendProofs(sql: Sql): Promise<number> {
  const proof = {
    a: ['1', '2'],
    b: [
      [
        '10857046999023057135944570762232829481370756359578518086990519993285655852781',
        '11559732032986387107991004021392285783925812861821192530917403151452391805634',
      ],
      [
        '8495653923123431417604973247489272438418190587263600148770280649306958101930',
        '4082367875863433681332203403145435568316851327593401208105741076214120093531',
      ],
    ],
    c: ['1', '2'],
  };
  const made = await sql`
    with input as (delete from prove.input returning id, circuit, day, version, meter, book_hash)
    insert into prove.proof (id, circuit, day, version, meter, book_hash, proof, duration_ms)
    select id, circuit, day, version, meter, book_hash, ${sql.json(proof as never)}, 1 from input`;
  return made.count;
}
