/** A node as of one block, for a bundle: what is asked of it once, and the files that are of no day. */
import { chainUnixS } from '../../../protocol/clock.ts';
import { readTime } from '../../../protocol/comet/index.ts';
import { type Genesis, isShared, type SharedGenesis } from '../../../protocol/genesis/index.ts';
import {
  canonicalJson,
  encodeLightFile,
  encodeLogFile,
  encodeOperatorsFile,
  GENESIS_PATH,
  LIGHT_PATH,
  LOG_PATH,
  OPERATORS_PATH,
} from '../../../protocol/index.ts';
import { readRotation, StateReader, stateRanges } from '../../../reader/light/index.ts';
import type { ChainNode } from '../chain/node.ts';
import { believed, UntrustedNodeError } from '../errors.ts';
import { type KnownLog, logOf } from '../log-proof.ts';
import type { Target } from '../range-proof.ts';
import { genesisOf } from '../read-genesis.ts';
import { Headers } from './headers.ts';

/** What is asked of a node for one bundle. */
export interface View {
  target: Target;
  /** the newest state that a header holds */
  newest: Target;
  genesis: Genesis | SharedGenesis;
  headers: Headers;
  log: KnownLog;
  nowUnixS: number;
}

export async function viewOf(node: ChainNode, asked: number | undefined): Promise<View> {
  const status = await node.status();
  const genesis = genesisOf(node, await node.genesis());
  if (status.chainId !== genesis.chainId)
    throw new UntrustedNodeError('wrong-chain', node.name, `it serves ${status.chainId}, its genesis is of ${genesis.chainId}`);
  const headers = new Headers(node);
  const at = async (height: number): Promise<Target> => ({
    node,
    chainId: genesis.chainId,
    height,
    appHash: await headers.hash(height + 1, 'app_hash'),
  });
  const newest = await at(status.height - 1);
  const target = asked === undefined ? newest : await at(asked);
  const nowUnixS = await unixSAt({ headers, genesis, newest }, newest.height + 1);
  return { target, newest, genesis, headers, log: await logOf(target), nowUnixS };
}

/** Chain time of a block, by the node's word. */
export async function unixSAt({ headers, genesis, newest }: Pick<View, 'headers' | 'genesis' | 'newest'>, height: number): Promise<number> {
  const { header } = await headers.at(height);
  const time = believed(newest.node, `header ${height}`, () => readTime(header.time, 'header.time'));
  return chainUnixS(genesis.clock, { timeUnixS: Number(time.seconds), timeNanos: time.nanos });
}

/** Genesis, operators, the log's end and the headers. `nextSeq`: of the log's first entry that an earlier audit has not seen. */
export async function common({ target, genesis, headers, log }: View, nextSeq: number | null): Promise<Record<string, string>> {
  const { file } = log;
  const from = Math.max(file.from, Math.min(log.nextSeq, nextSeq ?? log.nextSeq));
  const reader = new StateReader(file, target.appHash);
  const rotations = believed(target.node, 'rotations', () => reader.all(stateRanges.rotations(), file.rotations, readRotation))
    .filter(({ n }) => n > genesis.rotations.length)
    .map(({ address, signature }) => ({ address, signature }));
  // What was due in a main chain's state is judged by the time of the block that left it.
  const held = isShared(genesis) && target.height >= genesis.initialHeight ? [target.height] : [];
  const heights = [...new Set([...(await headers.turns(genesis.initialHeight, target.height + 1)), ...held, target.height + 1])];
  const kept = [];
  for (const height of heights.sort((a, b) => a - b)) kept.push(await headers.kept(height));
  return {
    [GENESIS_PATH]: canonicalJson(genesis.document),
    ...(rotations.length > 0 && { [OPERATORS_PATH]: encodeOperatorsFile({ chainId: genesis.chainId, rotations }) }),
    [LOG_PATH]: encodeLogFile({ ...file, from, proofs: file.proofs.slice(from - file.from) }),
    [LIGHT_PATH]: encodeLightFile(kept),
  };
}
