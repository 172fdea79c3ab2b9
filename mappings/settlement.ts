/**
 * What communities owe each other, and what they have put aside for it. When pools execute and what of them is paid no message and no event
 * says: that is read from the chain's state, by proof.
 */
import type { MsgDeposit, MsgSettle, MsgWithdraw, MsgWithdrawFund } from '../src/protocol/messages/generated/electra/settlement/v1/tx.ts';
import { nowOf } from './clock.ts';
import { hex, int32, messageHandler, placeOf, plainText, whole } from './handler.ts';
import type { CosmosMessage, Store } from './types.ts';

export const handleSettle = messageHandler<MsgSettle>(async ({ msg: { decodedMsg: settle }, block }, store) => {
  const fromDay = int32(settle.fromDay, 'fromDay');
  const { height } = block.header;
  const unixS = await nowOf(store, block);
  for (const entry of settle.entries) {
    const uplink = plainText(entry.uplink);
    const id = `${fromDay}-${uplink}`;
    const sum = { amountNel: whole(entry.amountNel), sumProof: hex(entry.sumProof) };
    await store.set('SettlementEntry', id, { id, fromDay, uplink, ...sum, sender: plainText(settle.sender), height, unixS });
  }
});

async function move(message: CosmosMessage<MsgDeposit | MsgWithdraw>, store: Store, sign: 1n | -1n): Promise<void> {
  const { uplink, treasury, amountNel } = message.msg.decodedMsg;
  const id = placeOf(message);
  await store.set('EscrowMove', id, {
    id,
    uplink: plainText(uplink),
    treasury: plainText(treasury),
    amountNel: sign * whole(amountNel),
    height: message.block.header.height,
    unixS: await nowOf(store, message.block),
  });
}

export const handleDeposit = messageHandler<MsgDeposit>((message, store) => move(message, store, 1n));
export const handleWithdraw = messageHandler<MsgWithdraw>((message, store) => move(message, store, -1n));

export const handleWithdrawFund = messageHandler<MsgWithdrawFund>(async (message, store) => {
  const { operator, amountNel } = message.msg.decodedMsg;
  const id = placeOf(message);
  const at = { height: message.block.header.height, unixS: await nowOf(store, message.block) };
  await store.set('FundWithdrawal', id, { id, operator: plainText(operator), amountNel: whole(amountNel), ...at });
});
