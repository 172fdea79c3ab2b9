/** The node's long-running processes, one command each: thin doors to the rooms. `electra up` runs them all; a deployment runs them by its own supervisor. */
import { setPriority } from 'node:os';
import type { Command } from 'commander';
import { dataFolder, readSettings, rpcUrls } from '../../node/processes/data-folder.ts';
import { CliError } from '../errors.ts';
import { dataOption, example, parsePort } from '../options.ts';
import { runProcess, type ProcessContext } from '../../node/processes/process.ts';
import { KEYS_DIR } from '../../node/processes/paths.ts';

/** An epoch should last at most this (protocol §3). */
const KEY_MAX_AGE_S = 31 * 86_400;

function command(program: Command, name: string, description: string, sample: string): Command {
  return example(program.command(name).description(description).addOption(dataOption()), sample);
}

/** Runs a room with the folder's own settings; `work` loads the room itself. */
const process_ = (c: Command, name: string, work: (data: ReturnType<typeof dataFolder>, context: ProcessContext) => Promise<void>) =>
  c.action(() => runProcess(name, (context) => work(dataFolder(c.opts().data), context)));

export function register(program: Command): void {
  process_(
    command(program, 'vault', 'hold the node keys and open sealed boxes, behind a Unix socket', 'npx electra vault --data .electra'),
    'vault',
    async (data, { signal, log }) => {
      const { runVault } = await import('../../node/vault/index.ts');
      await runVault({
        dir: data.vault,
        passphraseFile: data.passphrase,
        socketPath: data.vaultSocket,
        signerSocket: data.signerSocket,
        chainId: readSettings(data).chainId,
        keyMaxAgeS: KEY_MAX_AGE_S,
        signal,
        log,
      });
    },
  );

  process_(
    command(
      program,
      'sign',
      'hold the operator’s chain key and sign its transactions, behind a Unix socket',
      'npx electra sign --data .electra',
    ),
    'sign',
    async (data, { signal, log }) => {
      const { runSigner } = await import('../../node/signer/index.ts');
      await runSigner({
        dir: data.vault,
        passphraseFile: data.passphrase,
        socketPath: data.signerSocket,
        rpcUrls: rpcUrls(data),
        chainId: readSettings(data).chainId,
        signal,
        log,
      });
    },
  );

  const index = command(program, 'index', 'verify and index the chain into Postgres', 'npx electra index --data .electra').option(
    '--reset',
    'drop the index and end; the next start indexes from genesis again',
  );
  index.action(async () => {
    const data = dataFolder(index.opts().data);
    if (index.opts().reset) {
      const { reset } = await import('./index-reset.ts');
      return reset(data);
    }
    await runProcess('index', async ({ signal, log }) => {
      const { databaseUrl } = await import('../../node/db/index.ts');
      const { runIndexer } = await import('../../node/indexer/index.ts');
      await runIndexer({
        rpcUrls: rpcUrls(data),
        databaseUrl: databaseUrl(data.secrets, 'indexer'),
        chainId: readSettings(data).chainId,
        signal,
        log,
      });
    });
  });

  process_(
    command(program, 'account', 'open readings, price, bill, prove, audit and anchor each day', 'npx electra account --data .electra'),
    'account',
    async (data, { signal, log }) => {
      const { runAccounting } = await import('../../node/processes/account.ts');
      await runAccounting(data, { signal, log });
    },
  );

  process_(
    command(
      program,
      'prove',
      'take proof jobs from the database until stopped (one process per core)',
      'npx electra prove --data .electra',
    ),
    'prove',
    async (data, { signal, log }) => {
      // The chain and the API come first: a proof that takes a second longer harms nobody.
      setPriority(10);
      const { databaseUrl } = await import('../../node/db/index.ts');
      const { runProver } = await import('../../node/proofs/index.ts');
      await runProver({ databaseUrl: databaseUrl(data.secrets, 'prover'), keysDir: KEYS_DIR, signal, log });
    },
  );

  const serve = command(program, 'serve', 'answer members, auditors and the operator by GraphQL', 'npx electra serve --port 4000')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <n>', 'port to listen on', parsePort, 4000)
    .option('--service <name>', 'name of this service in the text that wallets sign, best its public host name', 'electra')
    .option('--trust-proxy', 'behind a reverse proxy of your own: limits count the address that it saw')
    .option('--development', 'serve GraphiQL at /graphql');
  process_(serve, 'serve', async (data, { signal, log }) => {
    const { databaseUrl } = await import('../../node/db/index.ts');
    const { runApi } = await import('../../node/api/index.ts');
    const { host, port, service, trustProxy, development } = serve.opts();
    const api = await runApi({
      databaseUrl: databaseUrl(data.secrets, 'api'),
      host,
      port,
      service,
      trustProxy: Boolean(trustProxy),
      development: Boolean(development),
      signal,
      log,
    });
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await api.close();
  });

  process_(
    command(program, 'meters', 'run the demonstration’s simulated meters', 'npx electra meters --data .electra'),
    'meters',
    async (data, { signal, log }) => {
      const { demo, chainId } = readSettings(data);
      if (!demo) throw new CliError('meters: only a demonstration made by `electra up` has simulated meters');
      const { runFleet } = await import('../../../simulator/fleet.ts');
      // Meters live by the chain's clock, which is the machine's but in benchmarks.
      const genesisMs = demo.genesisUnixS * 1000;
      // For tests of other meters: these members' are left to them.
      const external = (process.env.ELECTRA_EXTERNAL_METERS ?? '').split(',').filter(Boolean);
      await runFleet({
        dataDir: data.dir,
        rpcUrls: rpcUrls(data),
        chainId,
        signal,
        log,
        external,
        rate: demo.rate,
        now: () => genesisMs + demo.rate * (Date.now() - genesisMs),
      });
    },
  );
}
