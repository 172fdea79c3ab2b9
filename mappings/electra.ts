/**
 * ELECTRA (docs/electra.md): who may hold it, what came to be, moved and was redeemed. A redemption's number is its place among all that
 * there ever were, as the chain counts them.
 */
import type { MsgSend } from '../src/protocol/messages/bank.ts';
import type {
  MsgAttestReserve,
  MsgConfirmRedemption,
  MsgFreeze,
  MsgMint,
  MsgPayMember,
  MsgRedeem,
  MsgRegisterAccount,
  MsgRejectRedemption,
  MsgUnfreeze,
} from '../src/protocol/messages/generated/electra/electra/v1/tx.ts';
import { nowOf } from './clock.ts';
import type { ElectraEntity, RedemptionEntity } from './entities.ts';
import { hex, messageHandler, placeOf, plainText, Unplaceable, whole } from './handler.ts';
import type { CosmosBlock, CosmosMessage, Store } from './types.ts';

export const ELECTRA = 'electra';
const NOTHING: ElectraEntity = { id: ELECTRA, mintedNel: 0n, confirmedNel: 0n, redemptions: 0, paused: false };

const readElectra = async (store: Store): Promise<ElectraEntity> => (await store.get('Electra', ELECTRA)) ?? NOTHING;

const change = async (store: Store, by: (now: ElectraEntity) => Partial<ElectraEntity>): Promise<void> => {
  const now = await readElectra(store);
  await store.set('Electra', ELECTRA, { ...now, ...by(now) });
};

/** Height and chain time of a block. */
const at = async (store: Store, block: CosmosBlock) => ({ height: block.header.height, unixS: await nowOf(store, block) });

export const handleAttestReserve = messageHandler<MsgAttestReserve>(async ({ msg: { decodedMsg: attest }, block }, store) => {
  const asOfUnixS = whole(attest.asOfUnixS);
  const id = String(asOfUnixS);
  const said = { amountNel: whole(attest.amountNel), documentHash: hex(attest.documentHash) };
  await store.set('Attestation', id, { id, asOfUnixS, ...said, ...(await at(store, block)) });
});

export const handleMint = messageHandler<MsgMint>(async (message, store) => {
  const { to, amountNel } = message.msg.decodedMsg;
  const [id, amount] = [placeOf(message), whole(amountNel)];
  await store.set('Mint', id, { id, receiver: plainText(to), amountNel: amount, ...(await at(store, message.block)) });
  await change(store, ({ mintedNel }) => ({ mintedNel: mintedNel + amount }));
});

export const handleRedeem = messageHandler<MsgRedeem>(async ({ msg: { decodedMsg: redeem }, block }, store) => {
  const number = (await readElectra(store)).redemptions + 1;
  await store.set('Redemption', String(number), {
    id: String(number),
    number,
    holder: plainText(redeem.holder),
    amountNel: whole(redeem.amountNel),
    reference: plainText(redeem.reference),
    state: 'open',
    paymentHash: null,
    reason: null,
    ...(await at(store, block)),
    closedHeight: null,
    closedUnixS: null,
  });
  await change(store, () => ({ redemptions: number }));
});

/** An open redemption is over. */
async function close(store: Store, block: CosmosBlock, id: string, end: Partial<RedemptionEntity>): Promise<RedemptionEntity> {
  const redemption = await store.get('Redemption', id);
  if (redemption?.state !== 'open') throw new Unplaceable('not-open', `id: expected an open redemption, got ${id}`);
  const { height, unixS } = await at(store, block);
  await store.set('Redemption', id, { ...redemption, ...end, closedHeight: height, closedUnixS: unixS });
  return redemption;
}

export const handleConfirmRedemption = messageHandler<MsgConfirmRedemption>(async ({ msg: { decodedMsg: confirm }, block }, store) => {
  const end = { state: 'confirmed', paymentHash: hex(confirm.paymentHash) };
  const { amountNel } = await close(store, block, String(confirm.id), end);
  await change(store, ({ confirmedNel }) => ({ confirmedNel: confirmedNel + amountNel }));
});

export const handleRejectRedemption = messageHandler<MsgRejectRedemption>(async ({ msg: { decodedMsg: reject }, block }, store) => {
  await close(store, block, String(reject.id), { state: 'rejected', reason: plainText(reject.reason) });
});

export const handleRegisterAccount = messageHandler<MsgRegisterAccount>(async ({ msg: { decodedMsg: said }, block }, store) => {
  const [id, kind, registrar] = [said.address, said.kind, said.registrar].map(plainText);
  await store.set('ElectraAccount', id, { id, kind, registrar, height: block.header.height, reasonHash: null });
});

async function setFrozen(store: Store, account: string, reasonHash: string | null): Promise<void> {
  const row = await store.get('ElectraAccount', account);
  if (!row) throw new Unplaceable('not-open', `account: expected a registered one, got ${account}`);
  await store.set('ElectraAccount', account, { ...row, reasonHash });
}

export const handleFreeze = messageHandler<MsgFreeze>(({ msg: { decodedMsg: freeze } }, store) =>
  setFrozen(store, freeze.account, hex(freeze.reasonHash)),
);
export const handleUnfreeze = messageHandler<MsgUnfreeze>(({ msg: { decodedMsg: unfreeze } }, store) =>
  setFrozen(store, unfreeze.account, null),
);

export const handlePause = messageHandler((_message, store) => change(store, () => ({ paused: true })));
export const handleUnpause = messageHandler((_message, store) => change(store, () => ({ paused: false })));

async function transfer(
  message: CosmosMessage,
  store: Store,
  moved: { sender: string; receiver: string; amountNel: bigint; counter: bigint | null },
): Promise<void> {
  const id = placeOf(message);
  const names = { sender: plainText(moved.sender), receiver: plainText(moved.receiver) };
  await store.set('Transfer', id, { id, txHash: message.tx.hash, ...moved, ...names, ...(await at(store, message.block)) });
}

export const handlePayMember = messageHandler<MsgPayMember>((message, store) => {
  const { treasury, member, counter, amountNel } = message.msg.decodedMsg;
  return transfer(message, store, { sender: treasury, receiver: member, amountNel: whole(amountNel), counter: whole(counter) });
});

/** The bank's own message: one coin of the one denomination. */
export const handleSend = messageHandler<MsgSend>((message, store) => {
  const { fromAddress, toAddress, amount } = message.msg.decodedMsg;
  if (amount.length !== 1) throw new Unplaceable('out-of-range', `amount: expected one coin, got ${amount.length}`);
  const amountNel = whole(amount[0].amount);
  return transfer(message, store, { sender: fromAddress, receiver: toAddress, amountNel, counter: null });
});
