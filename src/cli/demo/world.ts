/** What a demonstration consists of while it runs, and the steps that every kind of it has. */
import { availableParallelism } from 'node:os';
import getPort from 'get-port';
import { type DataFolder, type Settings, writeEndpoints } from '../../node/processes/data-folder.ts';
import { sleep } from '../../node/shared/wait.ts';
import { CliError } from '../errors.ts';
import type { Lock } from '../lock.ts';
import { isOursByName, originOf } from './by-name.ts';
import { type ChainPorts, chainParts, type Validator, waitForBlocks } from './chain.ts';
import type { Display } from './display.ts';
import type { UpOptions } from './options.ts';
import { commandPart, nodePart, type Part, type Supervisor } from './supervisor.ts';

const CHAIN_START_MS = 60_000;

export interface World {
  data: DataFolder;
  settings: Settings;
  options: UpOptions;
  /** of the API, chosen once: after a wait for space it is the same */
  port: number;
  display: Display;
  supervisor: Supervisor;
  lock: Lock;
  signal: AbortSignal;
}

/** A kind of demonstration: of one community, or of communities that share. */
export interface Kind<Begun> {
  /** What takes long by itself is started before the database. */
  begin(w: World): Promise<Begun>;
  /** From the chain's first block to the end: of the verdict, or of everything. @returns the exit code */
  work(w: World, begun: Begun): Promise<number>;
  /** how long parts are given to end; default the supervisor's own */
  stopMs?: number;
}

export const rpcUrlsOf = (ports: ChainPorts): string[] => ports.rpc.map((port) => `http://127.0.0.1:${port}`);

/** Ports for a chain of so many validators, which everybody who asks for the folder's chain is told. */
export async function chainPorts({ data }: World, count: number): Promise<ChainPorts> {
  const free = async () => Promise.all(Array.from({ length: count }, () => getPort()));
  const ports = { rpc: await free(), p2p: await free() };
  writeEndpoints(data, { rpcUrls: rpcUrlsOf(ports) });
  return ports;
}

export async function startChain(w: World, validators: readonly Validator[], ports: ChainPorts): Promise<string[]> {
  for (const part of chainParts(w.data, validators, ports)) w.supervisor.start(part);
  const rpcUrls = rpcUrlsOf(ports);
  await waitForBlocks(rpcUrls, CHAIN_START_MS, w.signal);
  return rpcUrls;
}

async function waitForApi(url: string, w: World): Promise<void> {
  for (const endMs = Date.now() + 60_000; Date.now() < endMs && !w.signal.aborted; await sleep(200)) {
    try {
      if ((await fetch(`${url}/health`, { signal: AbortSignal.timeout(5_000) })).ok) return;
    } catch {
      /* not up yet */
    }
  }
  if (!w.signal.aborted) throw new CliError(`the API did not answer at ${url}/health (logs/api.log)`);
}

/** Prometheus' usual port for what an application tells, where it is free. */
const METRICS_PORT = 9464;
const SPARE_API: Part['spare'] = { group: 'api', needs: 0 };
const SPARE_PROVER: Part['spare'] = { group: 'prover', needs: 1 };
const SPARE_UPLINK: Part['spare'] = { group: 'uplink', needs: 0 };

/** What a community runs besides that has joined a main chain. Its own members are billed without it. */
export const uplinkParts = (data: DataFolder, { uplink }: Pick<Settings, 'uplink'>): Part[] =>
  uplink
    ? [
        commandPart('main-indexer', ['index', '--main', '--data', data.dir], SPARE_UPLINK),
        commandPart('uplink', ['uplink', 'run', '--data', data.dir], SPARE_UPLINK),
      ]
    : [];

export interface NodeUrls {
  apiUrl: string;
  pagesUrl: string;
  metricsUrl: string;
}

export async function startNode(w: World, rpcUrls: string[]): Promise<NodeUrls> {
  const apiUrl = `http://127.0.0.1:${w.port}`;
  // Of communities that share each begins at the same moment, and none has a better claim.
  const isOneOfSeveral = w.options.exchange || w.settings.uplink !== undefined;
  const metricsPort = await getPort(isOneOfSeveral ? {} : { port: METRICS_PORT });
  writeEndpoints(w.data, { rpcUrls, apiUrl });
  for (const [name, command, ...extra] of [
    ['vault', 'vault'],
    ['signer', 'sign'],
    ['indexer', 'index'],
    ['books', 'account'],
    ['api', 'serve', '--port', String(w.port), '--metrics-port', String(metricsPort), '--origin', originOf(w.port), '--development'],
  ]) {
    w.supervisor.start(nodePart(name, command, w.data, extra, name === 'api' ? SPARE_API : undefined));
  }
  for (let i = 0; i < Math.min(availableParallelism(), 16); i++)
    w.supervisor.start(nodePart(`prover-${i}`, 'prove', w.data, [], SPARE_PROVER));
  for (const part of uplinkParts(w.data, w.settings)) w.supervisor.start(part);
  await waitForApi(apiUrl, w);
  return {
    apiUrl,
    pagesUrl: (await isOursByName(w.port)) ? originOf(w.port) : apiUrl,
    metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`,
  };
}

export async function untilStopped(w: World): Promise<void> {
  const failure = await Promise.race([
    w.supervisor.failed,
    new Promise<null>((resolve) => {
      if (w.signal.aborted) resolve(null);
      else w.signal.addEventListener('abort', () => resolve(null), { once: true });
    }),
  ]);
  if (failure) throw failure;
}
