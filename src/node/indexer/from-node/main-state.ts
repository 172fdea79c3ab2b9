/**
 * The state of a main chain's modules from any node of it, proven: headers from a genesis that is known by its hash, and whole ranges under
 * the newest app hash. What a node may still do is to show an older block: its time is part of the answer.
 */

import { chainUnixS } from '../../../protocol/clock.ts';
import { isShared } from '../../../protocol/genesis/index.ts';
import { encodeLightFile, readLightFile } from '../../../protocol/index.ts';
import { acceptAll, appHashAfter, type MainState, readMainState, startFromGenesis } from '../../../reader/light/index.ts';
import { ChainNode } from '../chain/node.ts';
import { believed, UntrustedNodeError } from '../errors.ts';
import { mainFileOf } from '../main-state.ts';
import type { Target } from '../range-proof.ts';
import { genesisOf } from '../read-genesis.ts';
import { Headers } from './headers.ts';

export interface ProvenMain {
  /** the state after this block */
  height: number;
  /** chain time of the header that holds it */
  chainUnixS: number;
  state: MainState;
}

/** @param genesisHash hex. @throws UntrustedNodeError, RetryableError */
export async function mainStateFromNode(options: { rpcUrl: string; genesisHash: string; signal: AbortSignal }): Promise<ProvenMain> {
  const node = new ChainNode(options.rpcUrl, options.signal);
  try {
    const genesis = genesisOf(node, await node.genesis());
    if (genesis.hash !== options.genesisHash || !isShared(genesis))
      throw new UntrustedNodeError('wrong-chain', node.name, `expected the genesis ${options.genesisHash}, it serves ${genesis.hash}`);
    const { height } = await node.status();
    const headers = new Headers(node);
    const kept = [];
    const heights = new Set([...(await headers.turns(genesis.initialHeight, height)), height]);
    for (const one of [...heights].sort((a, b) => a - b)) kept.push(await headers.kept(one));
    return await believedState(node, { height, genesis, light: encodeLightFile(kept) });
  } finally {
    node.close();
  }
}

async function believedState(
  node: ChainNode,
  { height, genesis, light }: { height: number; genesis: ReturnType<typeof genesisOf>; light: string },
): Promise<ProvenMain> {
  const accepted = believed(node, 'headers', () => acceptAll(startFromGenesis(genesis), readLightFile(light).blocks));
  const appHash = appHashAfter(accepted, height - 1);
  const target: Target = { node, chainId: genesis.chainId, height: height - 1, appHash };
  const file = await mainFileOf(target);
  const header = accepted.headers.get(height)!;
  return {
    ...{ height: height - 1, chainUnixS: chainUnixS(genesis.clock, header) },
    state: believed(node, 'state of the modules', () => readMainState(file, appHash)),
  };
}
