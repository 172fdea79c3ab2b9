/**
 * What the operator's key signs for meters (protocol §9.8): the sealing key of an epoch, and who is the operator after it. Nobody hands in
 * bytes to sign, nor a signature: the messages are built here, for this chain alone.
 */
import type { CometRpc } from '../../../sdk/ts/src/rpc.ts';
import { MsgPublishNodeKey, MsgRotateOperator } from '../../protocol/messages/messages.ts';
import type { EncodedMessage, Signer } from '../../protocol/messages/sign.ts';
import { typeUrlOf } from '../../protocol/messages/table.ts';
import { nodeKeyDigest, rotationDigest } from '../../protocol/meter/operator-signature.ts';

/** Where x/meter keeps the hash of its genesis (chain/README.md). */
const GENESIS_HASH_KEY = Uint8Array.of(27);

/**
 * The hash of the genesis that the chain began with, as a node says. A lie costs the signature its use and no more: neither chain nor
 * meters take one for another genesis.
 */
export const genesisHashOf = async (rpc: CometRpc): Promise<Uint8Array> => (await rpc.query('/store/meter/key', GENESIS_HASH_KEY)).value;

interface Chain {
  chainId: string;
  genesisHash: Uint8Array;
  signer: Signer;
}

export async function publishNodeKey(epoch: number, key: Uint8Array, { signer, ...chain }: Chain): Promise<EncodedMessage> {
  const signature = await signer.sign(nodeKeyDigest(chain, epoch, key));
  return {
    typeUrl: typeUrlOf('PublishNodeKey'),
    value: MsgPublishNodeKey.encode({ operator: signer.address, epoch, key, signature }).finish(),
  };
}

export async function rotateOperator(n: number, address: string, { signer, chainId }: Omit<Chain, 'genesisHash'>): Promise<EncodedMessage> {
  const signature = await signer.sign(rotationDigest(chainId, n, address));
  return {
    typeUrl: typeUrlOf('RotateOperator'),
    value: MsgRotateOperator.encode({ operator: signer.address, n, address, signature }).finish(),
  };
}
