/** Sends one message of a member's, signed by their own wallet. */
import { CometRpc } from '../../../sdk/ts/src/index.ts';
import { dataFolder, rpcUrls } from '../../node/processes/data-folder.ts';
import { createSubmitter } from '../../node/signer/submit.ts';
import { keySigner } from '../../protocol/messages/sign.ts';
import { type MessageName, typeUrlOf } from '../../protocol/messages/table.ts';
import { assertTaken } from '../refusals.ts';
import { walletOf } from './wallet.ts';

export interface MemberOptions {
  walletFile: string;
  rpc?: string;
  data: string;
  json: boolean;
}

/** `encode`: the message's bytes, of this member. */
export async function submitAsMember(
  { walletFile, rpc: url, data }: MemberOptions,
  name: MessageName,
  encode: (member: string) => Uint8Array,
): Promise<{ height: number; txHash: string }> {
  const signer = keySigner(walletOf(walletFile));
  const rpc = new CometRpc({ urls: url === undefined ? rpcUrls(dataFolder(data)) : [url] });
  const { chainId } = await rpc.status();
  const submit = createSubmitter({ rpc, chainId, signer, signal: new AbortController().signal });
  const answer = await submit([{ typeUrl: typeUrlOf(name), value: encode(signer.address) }]);
  assertTaken(answer);
  return { height: answer.height, txHash: answer.txHash };
}
