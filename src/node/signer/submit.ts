/**
 * One transaction of the operator's account at a time, its fate always known before the next (a chain account has one sequence: two writers
 * or two transactions in flight lose one of them).
 *
 * A transaction is signed with a last height. Its bytes, hence its hash, are known before it is sent; a lost answer is therefore looked up
 * by hash until it is found or its last height has passed, and only then is the same content signed anew.
 */
import { rpcChain } from '../../../sdk/ts/src/chain.ts';
import { judge } from '../../../sdk/ts/src/refusals.ts';
import type { TxAnswer } from '../../../sdk/ts/src/rpc.ts';
import { type CometRpc, RpcError } from '../../../sdk/ts/src/rpc.ts';
import type { EncodedMessage, SignedTx, Signer } from '../../protocol/messages/sign.ts';
import { signTx } from '../../protocol/messages/sign.ts';
import { sleep } from '../shared/wait.ts';
import { VaultError } from '../vault/errors.ts';
import type { Submitted } from './client.ts';

type Chain = ReturnType<typeof rpcChain>;
export interface SubmitterOptions {
  rpc: CometRpc;
  chainId: string;
  signer: Signer;
  signal: AbortSignal;
  pollMs?: number;
  patienceMs?: number;
}

/** So many blocks a transaction may be taken into one, from the one that was the newest when it was signed. */
export const LIFE_BLOCKS = 30n;
const PATIENCE_MS = 120_000;
const POLL_MS = 100;

/** Returns `submit`, which queues: the next transaction is signed when the one before is settled. */
export function createSubmitter(options: SubmitterOptions): (messages: readonly EncodedMessage[]) => Promise<Submitted> {
  let last: Promise<unknown> = Promise.resolve();
  return (messages) => {
    const mine = last.then(() => submit(messages, options));
    last = mine.catch(() => {});
    return mine;
  };
}

async function submit(
  messages: readonly EncodedMessage[],
  { rpc, chainId, signer, signal, pollMs = POLL_MS, patienceMs = PATIENCE_MS }: SubmitterOptions,
): Promise<Submitted> {
  const chain = rpcChain(rpc);
  const deadlineMs = Date.now() + patienceMs;
  for (let waitMs = pollMs; ; waitMs = Math.min(waitMs * 2, 2_000)) {
    try {
      const signed = await sign(messages, { rpc, chain, chainId, signer });
      const answer = await settle(signed, { rpc, chain, signal, pollMs, deadlineMs });
      if (answer) return answer;
    } catch (error) {
      if (!(error instanceof RpcError) || error.code !== 'network')
        throw error instanceof RpcError ? new VaultError('refused', error.message) : error;
    }
    if (Date.now() > deadlineMs)
      throw new VaultError(
        'chain-unreachable',
        'the chain did not take the transaction in time: it may have no majority, or no node answers',
      );
    await sleep(waitMs, signal);
    signal.throwIfAborted();
  }
}

async function sign(
  messages: readonly EncodedMessage[],
  { rpc, chain, chainId, signer }: { rpc: CometRpc; chain: Chain; chainId: string; signer: Signer },
) {
  const { chainId: found, height } = await rpc.status();
  if (found !== chainId) throw new VaultError('wrong-chain', `the node serves chain ${found}, expected ${chainId}`);
  const account = await chain.account(signer.address);
  if (!account)
    throw new VaultError('wrong-chain', `the chain knows no account ${signer.address}: is this the operator's key of ${chainId}?`);
  const lastHeight = BigInt(height) + LIFE_BLOCKS;
  return {
    ...(await signTx(
      { messages, chainId, accountNumber: account.accountNumber, sequence: account.sequence, timeoutHeight: lastHeight },
      signer,
    )),
    lastHeight,
  };
}

interface Settling {
  rpc: CometRpc;
  chain: Chain;
  signal: AbortSignal;
  pollMs: number;
  deadlineMs: number;
}

/** The transaction's answer, or null when it is certain that it is in no block and never will be, so that it may be signed anew. */
async function settle(
  signed: SignedTx & { lastHeight: bigint },
  { rpc, chain, signal, pollMs, deadlineMs }: Settling,
): Promise<Submitted | null> {
  const outcome = (answer: TxAnswer, height: number): Submitted => ({
    txHash: signed.hash,
    height,
    code: answer.code,
    codespace: answer.codespace,
    log: answer.log,
  });
  try {
    const checked = await chain.broadcast(signed.bytes);
    if (checked.code !== 0) return judge(checked) === 'sequence' ? null : outcome(checked, 0); // refused at the door: in no mempool
  } catch (error) {
    if (!(error instanceof RpcError) || error.code !== 'network') throw error;
  }
  for (;;) {
    try {
      const { height } = await rpc.status(); // asked first: what is in a block up to this height is found below
      const found = await rpc.tx(signed.hash);
      if (found) return outcome(found, found.height);
      if (BigInt(height) > signed.lastHeight) return null;
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
    }
    if (Date.now() > deadlineMs)
      throw new VaultError('chain-unreachable', `transaction ${signed.hash} was sent, its fate is unknown: the chain does not go on`);
    await sleep(pollMs, signal);
    signal.throwIfAborted();
  }
}
