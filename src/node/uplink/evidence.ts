/**
 * Evidence of this community's chain, asked of its nodes: the newest header with its commit and validators, the validators that the header
 * gone on from has announced, and proofs of keys. The main chain judges it; what no honest node would say is found here before.
 */

import { readHeight, readHex } from '../../protocol/comet/index.ts';
import { type EvidenceParts, METER_STORE, verifyState } from '../../reader/light/index.ts';
import { ChainNode, RetryableError } from '../indexer/index.ts';
import { UplinkError } from './errors.ts';

/** Of the header that the main chain goes on from (Kept in chain/proto/electra/register/v1). */
export interface KeptHeader {
  height: number;
  nextValidatorsHash: Uint8Array;
}

export interface EvidenceOptions {
  /** of this community's chain */
  rpcUrls: readonly string[];
  chainId: string;
  /** of the meters' store; none: a header alone */
  keys?: readonly Uint8Array[];
  /** null: nothing is gone on from, as in a registration */
  kept: KeptHeader | null;
  signal: AbortSignal;
}

/** As of the newest block. @throws UplinkError `main-unreachable` where no node gives it */
export async function askEvidence(options: EvidenceOptions): Promise<EvidenceParts & { height: number }> {
  let last: unknown;
  for (const url of options.rpcUrls) {
    const node = new ChainNode(url, options.signal);
    try {
      return await askNode(node, options);
    } catch (error) {
      if (error instanceof UplinkError || options.signal.aborted) throw error;
      last = error;
    } finally {
      node.close();
    }
  }
  throw new UplinkError(
    'main-unreachable',
    `no node of ${options.chainId} gives evidence: ${(last as Error | undefined)?.message ?? 'none is known'}`,
  );
}

async function askNode(node: ChainNode, { chainId, keys = [], kept }: EvidenceOptions): Promise<EvidenceParts & { height: number }> {
  const status = await node.status();
  if (status.chainId !== chainId) throw new UplinkError('wrong-main', `${node.name} serves ${status.chainId}, expected ${chainId}`);
  const { header, commit } = await node.signedHeader(status.height);
  const height = node.read(() => readHeight(header.height, 'header.height'));
  const hash = (field: 'validators_hash' | 'next_validators_hash' | 'app_hash') => node.read(() => readHex(header[field], field));
  const validators = await node.validators(height, hash('validators_hash'));
  if (kept && kept.height >= height)
    throw new RetryableError('not-yet', `${node.name} is at ${height}; the main chain has seen ${kept.height}`);
  const trusted = kept ? await node.validators(kept.height + 1, kept.nextValidatorsHash) : undefined;
  const proofs = keys.length === 0 ? [] : await node.stateProofs(METER_STORE, keys, height - 1);
  for (const [i, ops] of proofs.entries()) node.read(() => verifyState(hash('app_hash'), METER_STORE, keys[i], ops));
  return { header, commit, validators, trusted, proofs, height };
}
