/** The demonstration's chain: the homes of its validators, and each validator as a part to run. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CometRpc } from '../../../sdk/ts/src/index.ts';
import { type DataFolder, isExchange, writeWhole } from '../../node/processes/data-folder.ts';
import { ELECTRA_MAIND, ELECTRAD } from '../../node/processes/paths.ts';
import { sleep } from '../../node/shared/wait.ts';
import { signNodeKeys, withMeterState } from '../../protocol/genesis/index.ts';
import type { Signer } from '../../protocol/messages/sign.ts';
import type { Shape } from '../../protocol/values/shape.ts';
import { CliError } from '../errors.ts';
import type { Part } from './supervisor.ts';

export interface DevnetSpec {
  chainId: string;
  genesisTime: string;
  clock: { startUnixS: number; rate: number };
  params: Record<string, number | string>;
  /** as in a genesis */
  verificationKeys: readonly object[];
  operator: string;
  meters: readonly { address: string; member: string; firstDay: number; maxWhPerSlot: number; validator: boolean }[];
  nodeKeys: readonly { epoch: number; key: string }[];
  tariffs: readonly {
    fromDay: number;
    rule: string;
    retailNelPerWh: readonly number[];
    feedInNelPerWh: readonly number[];
    feePerDayNel: string;
  }[];
  timeoutCommit: string;
}

export interface Validator {
  /** name of its folder in the data folder's `chain`: never a path, since data folders are moved and copied */
  home: string;
  nodeId: string;
}

/** A community's chain, or that of communities. */
const CHAIN_PROGRAMS = { community: ELECTRAD, main: ELECTRA_MAIND } as const;
type ChainKind = keyof typeof CHAIN_PROGRAMS;

interface DevnetOptions {
  kind?: ChainKind;
  /** of the state of x/meter in the genesis, beside what the spec says: where a community shares */
  also?: Shape;
}

/** Writes the homes, each with a genesis whose sealing key the operator has signed, and returns them, in the order of the validators. */
export async function makeDevnet(
  data: DataFolder,
  spec: DevnetSpec,
  operator: Signer,
  { kind = 'community', also = {} }: DevnetOptions = {},
): Promise<Validator[]> {
  const program = CHAIN_PROGRAMS[kind];
  if (!existsSync(program)) throw new CliError(`the chain is not built: run \`npm start\`, or \`node scripts/chain.mjs ${kind}\``);
  const file = data.path('chain.json');
  writeWhole(file, JSON.stringify(spec));
  const result = spawnSync(program, ['devnet', '--spec', file, '--out', data.path('chain')], { encoding: 'utf8' });
  if (result.status !== 0)
    throw new CliError(`${basename(program)} devnet: ${(result.stderr || result.stdout || String(result.error)).trim()}`);
  const summary = JSON.parse(result.stdout) as { homes: { home: string; nodeId: string }[] };
  for (const { home } of summary.homes) {
    const genesis = join(home, 'config', 'genesis.json');
    const whole = withMeterState(JSON.parse(readFileSync(genesis, 'utf8')) as Shape, also);
    writeWhole(genesis, JSON.stringify(await signNodeKeys(whole, operator), null, 2), 0o644);
  }
  return summary.homes.map(({ home, nodeId }) => ({ home: basename(home), nodeId }));
}

export interface ChainPorts {
  rpc: number[];
  p2p: number[];
}

/** The validators as parts, on ports chosen for this run. */
export function chainParts(data: DataFolder, validators: readonly Validator[], ports: ChainPorts): Part[] {
  const command = CHAIN_PROGRAMS[isExchange(data) ? 'main' : 'community'];
  const peers = validators.map((v, i) => `${v.nodeId}@127.0.0.1:${ports.p2p[i]}`);
  return validators.map((v, i) => ({
    name: `chain-${i}`,
    command,
    node: false,
    // More than two thirds make blocks.
    spare: { group: 'chain', needs: Math.floor((2 * validators.length) / 3) + 1 },
    args: [
      'start',
      // a demonstration: its keys ship with the project, and its clock begins in the past
      '--development',
      '--home',
      data.path('chain', basename(v.home)),
      '--rpc.laddr',
      `tcp://127.0.0.1:${ports.rpc[i]}`,
      '--p2p.laddr',
      `tcp://127.0.0.1:${ports.p2p[i]}`,
      '--p2p.persistent_peers',
      peers.filter((_, j) => j !== i).join(','),
      '--grpc.enable=false',
      '--api.enable=false',
    ],
  }));
}

const heightAt = async (rpcUrl: string): Promise<number> => (await new CometRpc({ urls: [rpcUrl], timeoutMs: 2_000 }).status()).height;

/** Waits until the chain makes blocks, as any of its nodes says. @returns its height */
export async function waitForBlocks(rpcUrls: readonly string[], timeoutMs: number, signal: AbortSignal): Promise<number> {
  let first: number | null = null;
  for (const endMs = Date.now() + timeoutMs; Date.now() < endMs && !signal.aborted; await sleep(200)) {
    try {
      const height = await Promise.any(rpcUrls.map(heightAt));
      if (first === null) first = height;
      if (height > first || (first === 0 && height > 0)) return height;
    } catch {
      /* not up yet */
    }
  }
  throw new CliError(`the chain made no block within ${timeoutMs / 1000} s (logs/chain-*.log)`);
}
