/** What the chain says of this meter: whether it is enrolled, as what, and how far it has reported. One node's word, and no more. */
import { CometRpc, dayOf, firstSlot, query, RpcError, rpcChain } from '../../../sdk/ts/src/index.ts';

export type Enrolment =
  | { state: 'unreachable' }
  | { state: 'other-chain'; chainId: string }
  | { state: 'not-enrolled' }
  | { state: 'enrolled'; firstDay: number; lastDay: number; maxWhPerSlot: number; newestSlot: number | undefined };

const TIMEOUT_MS = 3_000;
const DAYS_BACK = 3;

export async function askEnrolment(nodes: readonly string[], chainId: string, address: string): Promise<Enrolment> {
  const rpc = new CometRpc({ urls: nodes, timeoutMs: TIMEOUT_MS });
  for (let i = 0; i < nodes.length; i++) {
    try {
      const status = await rpc.status();
      if (status.chainId !== chainId) return { state: 'other-chain', chainId: status.chainId };
      return await enrolmentOf(rpc, address);
    } catch (error) {
      if (error instanceof RpcError && error.code === 'answer') return { state: 'unreachable' };
      // the next node, to which the client went by itself
    }
  }
  return { state: 'unreachable' };
}

async function enrolmentOf(rpc: CometRpc, address: string): Promise<Enrolment> {
  let answer: Awaited<ReturnType<CometRpc['query']>>;
  try {
    answer = await rpc.query('/electra.meter.v1.Query/Meter', query.QueryMeterRequest.encode({ address }).finish());
  } catch (error) {
    if (error instanceof RpcError && (error.refusal === 'sdk/22' || error.refusal === 'sdk/38')) return { state: 'not-enrolled' };
    throw error;
  }
  const { meter } = query.QueryMeterResponse.decode(answer.value);
  if (!meter) return { state: 'not-enrolled' };
  const chain = rpcChain(rpc);
  const { chainUnixS } = await chain.status();
  const from = firstSlot(Math.max(0, dayOf(chainUnixS) - DAYS_BACK));
  const { slots } = await chain.used(address, from, from + (DAYS_BACK + 1) * 96 - 1);
  const newestSlot = slots.size === 0 ? undefined : Math.max(...slots);
  return { state: 'enrolled', firstDay: meter.firstDay, lastDay: meter.lastDay, maxWhPerSlot: meter.maxWhPerSlot, newestSlot };
}
