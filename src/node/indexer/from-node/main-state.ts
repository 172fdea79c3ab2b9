/**
 * What any node of a main chain shows by proof: headers from a genesis that is known by its hash; whole ranges of its modules' state under
 * the newest app hash; a transaction in a block. What a node may still do is to show an older block: its time is part of the answer.
 */

import { bytesToHex } from '@noble/hashes/utils.js';
import { chainUnixS } from '../../../protocol/clock.ts';
import { dataHash, equalBytes, type HeaderJson, readHex, resultsHash, txHashes } from '../../../protocol/comet/index.ts';
import { isShared } from '../../../protocol/genesis/index.ts';
import { addressBytes, encodeLightFile, type KeptHeader, readLightFile } from '../../../protocol/index.ts';
import {
  acceptAll,
  appHashAfter,
  type MainState,
  METER_STORE,
  readBill,
  readMainState,
  startFromGenesis,
  stateKeys,
} from '../../../reader/light/index.ts';
import { ChainNode } from '../chain/node.ts';
import { believed, UntrustedNodeError } from '../errors.ts';
import { mainFileOf } from '../main-state.ts';
import { keysAndStore, type Target } from '../range-proof.ts';
import { genesisOf } from '../read-genesis.ts';
import { Headers } from './headers.ts';

export interface ProvenMain {
  /** the state after this block */
  height: number;
  /** chain time of the header that holds it */
  chainUnixS: number;
  state: MainState;
}

export interface MainNode {
  rpcUrl: string;
  /** hex, of a source that is trusted */
  genesisHash: string;
  signal: AbortSignal;
}

/** A node of the main chain of this genesis, with headers of it that are believed. */
interface Believed {
  node: ChainNode;
  headers: ReadonlyMap<number, HeaderJson>;
  /** a state is after the block before the newest of them */
  target: Target;
  /** chain time of the newest */
  chainUnixS: number;
}

/** Of each wanted height, rising, and of those that lead there. `wanted`: undefined is the node's newest */
async function believing<T>(
  { rpcUrl, genesisHash, signal }: MainNode,
  wanted: number[] | undefined,
  use: (of: Believed) => Promise<T>,
): Promise<T> {
  const node = new ChainNode(rpcUrl, signal);
  try {
    const genesis = genesisOf(node, await node.genesis());
    if (genesis.hash !== genesisHash || !isShared(genesis))
      throw new UntrustedNodeError('wrong-chain', node.name, `expected the genesis ${genesisHash}, it serves ${genesis.hash}`);
    const due = wanted ?? [(await node.status()).height];
    const newest = due.at(-1)!;
    const asked = new Headers(node);
    const heights = new Set([...(await asked.turns(genesis.initialHeight, newest)), ...due]);
    const kept: KeptHeader[] = [];
    for (const one of [...heights].sort((a, b) => a - b)) kept.push(await asked.kept(one));
    const { blocks } = readLightFile(encodeLightFile(kept));
    const accepted = believed(node, 'headers', () => acceptAll(startFromGenesis(genesis), blocks));
    return await use({
      ...{ node, headers: new Map(blocks.map(({ signed_header: { header } }) => [Number(header.height), header])) },
      target: { node, chainId: genesis.chainId, height: newest - 1, appHash: appHashAfter(accepted, newest - 1) },
      chainUnixS: chainUnixS(genesis.clock, accepted.headers.get(newest)!),
    });
  } finally {
    node.close();
  }
}

/** @throws UntrustedNodeError, RetryableError */
export const mainStateFromNode = (main: MainNode): Promise<ProvenMain> =>
  believing(main, undefined, async ({ node, target, chainUnixS }) => {
    const file = await mainFileOf(target);
    const state = believed(node, 'state of the modules', () => readMainState(file, target.appHash));
    return { height: target.height, chainUnixS, state };
  });

/**
 * Whether the chain took a transaction in a block: it is one of those that the block's header names, and of the results that the next
 * header names its own is code 0. @param txHash hex. @throws UntrustedNodeError, RetryableError
 */
export const isInBlockOfNode = (main: MainNode, { height, txHash }: { height: number; txHash: string }): Promise<boolean> =>
  believing(main, [height, height + 1], async ({ node, headers }) => {
    const {
      blocks: [{ txs, results }],
    } = await node.blocksAt([height], height);
    const names = txHashes(txs);
    const assertNamed = (found: Uint8Array, of: number, field: 'data_hash' | 'last_results_hash'): void => {
      if (!equalBytes(found, readHex(headers.get(of)?.[field] ?? '', field)))
        throw new UntrustedNodeError('untrusted-node', node.name, `block ${height}: expected what ${field} of header ${of} names`);
    };
    believed(node, `block ${height}`, () => {
      assertNamed(dataHash(names), height, 'data_hash');
      assertNamed(resultsHash(results), height + 1, 'last_results_hash');
    });
    const at = names.findIndex((name) => bytesToHex(name) === txHash.toLowerCase());
    return at >= 0 && results.length === txs.length && Number(results[at].code ?? 0) === 0;
  });

/** What each meter owes for a day, hidden (B), as the chain keeps it until it is settled; null where it has none. */
export const billsFromNode = (main: MainNode, bills: readonly { day: number; meter: string }[]): Promise<(bigint | null)[]> =>
  believing(main, undefined, async ({ node, target }) => {
    const keys = bills.map(({ day, meter }) => stateKeys.bill(day, meter));
    const answers = await keysAndStore(target, keys, METER_STORE);
    return believed(node, 'bills', () =>
      answers.map(({ shown }, i) => (shown.absent ? null : readBill({ key: keys[i], value: shown.value }))),
    );
  });

/** Of x/electra: what a treasury has paid to an account (docs/electra.md). */
const PAYOUTS = 13;

/**
 * The number of the last payout of a treasury to an account, 0 where it has paid none, after a block.
 * @throws UntrustedNodeError, RetryableError
 */
export const lastPayoutFromNode = (
  main: MainNode,
  { treasury, account }: { treasury: string; account: string },
): Promise<{ height: number; number: bigint }> =>
  believing(main, undefined, async ({ target }) => {
    const from = addressBytes(treasury, 'treasury');
    const key = Uint8Array.of(PAYOUTS, from.length, ...from, ...addressBytes(account, 'account'));
    const [{ shown }] = await keysAndStore(target, [key], 'electra');
    return { height: target.height, number: shown.absent ? 0n : Buffer.from(shown.value).readBigUInt64BE() };
  });
