/**
 * The node's long-running processes, one command each. `electra up` runs them all; a deployment runs them by its own supervisor. Each
 * command loads its own process alone: src/node/processes, one file each.
 */
import type { Command, OptionValues } from 'commander';
import { type DataFolder, dataFolder } from '../../node/processes/data-folder.ts';
import { type ProcessContext, runProcess } from '../../node/processes/process.ts';
import { dataOption, example, parsePort } from '../options.ts';
import { parseOrigin } from '../origin.ts';
import { registerDigest } from './index-digest.ts';

type Run = (data: DataFolder, context: ProcessContext, options: OptionValues) => Promise<void>;

interface Process {
  name: string;
  description: string;
  sample: string;
  load: () => Promise<Run>;
}

const PROCESSES: readonly Process[] = [
  {
    name: 'vault',
    description: 'hold the node keys and open sealed boxes, behind a Unix socket',
    sample: 'npx electra vault --data .electra',
    load: async () => (await import('../../node/processes/vault.ts')).vaultProcess,
  },
  {
    name: 'sign',
    description: 'hold the operator’s chain key and sign its transactions, behind a Unix socket',
    sample: 'npx electra sign --data .electra',
    load: async () => (await import('../../node/processes/sign.ts')).signProcess,
  },
  {
    name: 'account',
    description: 'open readings, price, bill, prove, audit and anchor each day',
    sample: 'npx electra account --data .electra',
    load: async () => (await import('../../node/processes/account.ts')).accountProcess,
  },
  {
    name: 'prove',
    description: 'take proof jobs from the database until stopped (one process per core)',
    sample: 'npx electra prove --data .electra',
    load: async () => (await import('../../node/processes/prove.ts')).proveProcess,
  },
  {
    name: 'meters',
    description: 'run the demonstration’s simulated meters',
    sample: 'npx electra meters --data .electra',
    load: async () => (await import('../demo/meters.ts')).metersProcess,
  },
];

const KEY_HOLDERS: ReadonlySet<string> = new Set(['vault', 'sign']);

const command = (program: Command, name: string, description: string, sample: string): Command =>
  example(program.command(name).description(description).addOption(dataOption()), sample);

const start = (c: Command, load: () => Promise<Run>): Promise<never> =>
  runProcess(c.name(), async (context) => (await load())(dataFolder(c.opts().data), context, c.opts()));

function index(program: Command): void {
  const c = command(program, 'index', 'verify and index the chain into Postgres', 'npx electra index --data .electra')
    .option('--main', 'the main chain that the community shares on, into a database of its own (docs/uplink.md)')
    .option('--reset', 'drop the index and end; the next start indexes from genesis again')
    .option('--metrics-host <address>', 'address to serve /metrics on', '127.0.0.1')
    .option('--metrics-port <n>', 'port to serve /metrics on; default: nowhere', parsePort);
  c.enablePositionalOptions(); // as the program has it: `--data` behind `digest` is not this command's
  registerDigest(c);
  c.action(async () => {
    const { main = false } = c.opts();
    if (c.opts().reset) return (await import('./index-reset.ts')).reset(dataFolder(c.opts().data), { main });
    await start(c, async () => {
      const { indexMainProcess, indexProcess } = await import('../../node/processes/index-chain.ts');
      return (data, context, { metricsHost, metricsPort }) =>
        (main ? indexMainProcess : indexProcess)(
          data,
          context,
          metricsPort === undefined ? undefined : { host: metricsHost, port: metricsPort },
        );
    });
  });
}

function serve(program: Command): void {
  const c = command(program, 'serve', 'answer members, auditors and the operator by GraphQL', 'npx electra serve --port 4000')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <n>', 'port to listen on', parsePort, 4000)
    .option('--service <name>', 'name of this service in the text that wallets sign, best its public host name', 'electra')
    .option(
      '--origin <url>',
      'where the pages are, as https://grid.example: passkeys are bound to its host; default: as `electra init` was told',
      parseOrigin,
    )
    .option(
      '--trust-proxy <addresses>',
      'reverse proxies of your own, whose word on a client counts: addresses, networks, loopback, private',
    )
    .option('--metrics-host <address>', 'address to serve /metrics on', '127.0.0.1')
    .option('--metrics-port <n>', 'port to serve /metrics on', parsePort, 9464)
    .option('--development', 'serve GraphiQL at /graphql');
  c.action(() =>
    start(c, async () => {
      const { serveProcess } = await import('../../node/processes/serve.ts');
      return (data, context, { host, port, metricsHost, metricsPort, service, origin, trustProxy, development = false }) =>
        serveProcess(
          data,
          { host, port, metrics: { host: metricsHost, port: metricsPort }, service, origin, trustProxy, development },
          context,
        );
    }),
  );
}

export function register(program: Command): void {
  for (const { name, description, sample, load } of PROCESSES) {
    const c = command(program, name, description, sample);
    if (KEY_HOLDERS.has(name)) c.option('--passphrase-file <file>', 'its passphrase: a 0600 file, or a descriptor such as /dev/fd/3');
    c.action(() => start(c, load));
  }
  index(program);
  serve(program);
}
