/**
 * The exchange node of a main chain, in a test: index, vault, signer, books, API and a prover, as `electra` runs them, on a database of its
 * own. `development`: the chain's clock and keys are those of tests.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { runApi } from '../../src/node/api/run.ts';
import { runBooks } from '../../src/node/books/index.ts';
import { connect, type Sql } from '../../src/node/db/index.ts';
import { writeSecret } from '../../src/node/db/secrets.ts';
import { clearingInput, dayBillInput, runProver, startProofQueue, substituteInput } from '../../src/node/proofs/index.ts';
import { createCredential, runSigner } from '../../src/node/signer/index.ts';
import { storeEpoch } from '../../src/node/vault/keys/epochs.ts';
import { Unlocker } from '../../src/node/vault/keys/keystore.ts';
import { storeOperator } from '../../src/node/vault/keys/operator.ts';
import { runVault } from '../../src/node/vault/run.ts';
import { exchange, selfAudit } from './books/exchange.ts';
import type { TestChain } from './chain.ts';
import { KEYS } from './development-keys.ts';
import { startIndexer } from './index-run.ts';
import { startTestPostgres } from './postgres.ts';
import { TEST_COST } from './vault-process.ts';

export interface ExchangeNode {
  sql: Sql;
  /** of its API, for the members of its chain */
  apiUrl: string;
  /** what its processes said, warnings and errors alone */
  warned: string[];
  stop(): Promise<void>;
}

export async function startExchange(main: TestChain): Promise<ExchangeNode> {
  const root = mkdtempSync(join(tmpdir(), 'electra-exchange-'));
  const [dir, passphraseFile, credential] = ['keys', 'passphrase', 'credential'].map((name) => join(root, name));
  writeSecret(passphraseFile, 'for tests');
  writeSecret(credential, 'for tests');
  createCredential({ file: credential, dir });
  const unlocker = new Unlocker('for tests');
  storeOperator(dir, { secretKey: main.operator.privateKey, createdUnixS: 0 }, unlocker, TEST_COST);
  storeEpoch(dir, { epoch: 1, secretKey: main.nodeKey.privateKey, createdUnixS: 0 }, unlocker, TEST_COST);
  const socketOf = (name: string): string => join(root, 'run', name, 'it.sock');
  const sockets = { books: socketOf('books'), vault: socketOf('vault'), operator: socketOf('operator') };

  const database = await startTestPostgres();
  const stop = new AbortController();
  const { signal } = stop;
  const warned: string[] = [];
  const say = (_: object, words: string): void => void warned.push(words);
  const log = { info: () => {}, warn: say, error: say };
  const index = startIndexer({ rpcUrls: main.rpcUrls, databaseUrl: database.urls.indexer });
  const { chainId, rpcUrls } = main;
  const running = [
    runSigner({ dir, passphraseFile, sockets, rpcUrls, chainId, signal, log }),
    runVault({ dir, passphraseFile, socketPath: socketOf('boxes'), chainId, signal, log }),
    index.failed.then((error) => {
      if (error) warned.push(String(error));
    }),
  ];
  const queue = await startProofQueue({ databaseUrl: database.urls.books, log, sweepMs: 500 });
  running.push(
    runProver({ databaseUrl: database.urls.prover, keysDir: KEYS, circuits: ['day-bill'], signal, log }),
    runBooks({
      ...{ databaseUrl: database.urls.books, vaultSocket: socketOf('boxes'), signerSocket: sockets.books, development: true, signal, log },
      ...{ builders: { dayBillInput, clearingInput, substituteInput }, audit: selfAudit, exchange, onDrafted: () => void queue.kick() },
    }),
  );
  const sql = connect({ url: database.urls.books, max: 2, application: 'test exchange' });
  const served = { databaseUrl: database.urls.api, host: '127.0.0.1', port: 0, log: pino({ level: 'silent' }) };
  const api = await runApi({ ...served, lagLimitS: 1e9, signal });
  return {
    sql,
    apiUrl: api.url,
    warned,
    async stop() {
      stop.abort();
      await index.stop();
      await Promise.allSettled(running);
      await queue.stop();
      await api.close();
      await sql.end();
      await database.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
