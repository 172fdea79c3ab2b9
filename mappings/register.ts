/**
 * Which communities the main chain knows (docs/main-chain.md). What is to be in force is queued by a message; what becomes of it is an
 * event `electra.register_decided`, and a suspension is `electra.suspended`. No hash of a header covers events: they are taken for what is
 * queued and due, or for what a conflict or votes have led to. Headers that were shown lie in the blocks.
 */

import { Evidence } from '../src/protocol/messages/generated/electra/meter/v1/types.ts';
import type {
  MsgConflict,
  MsgRegisterCommunity,
  MsgReplaceTreasury,
  MsgResume,
  MsgSuspend,
  MsgUpdateClient,
  MsgVeto,
} from '../src/protocol/messages/generated/electra/register/v1/tx.ts';
import { chainTimeOf, nowOf, readClock } from './clock.ts';
import type { RegisterChangeEntity } from './entities.ts';
import { all, attributesOf, hex, int32, messageHandler, placeOf, plainText, sandboxStore, Unplaceable, whole } from './handler.ts';
import type { CosmosBlock, CosmosEvent, Store } from './types.ts';

type Change = RegisterChangeEntity;
type About = Pick<Change, 'what' | 'uplink'> & Partial<Pick<Change, 'chainId' | 'genesisHash' | 'creditNel' | 'members' | 'treasury'>>;
export const REGISTER = 'register';
const NOTHING = { chainId: null, genesisHash: null, creditNel: null, members: null, treasury: null };

/** Numbers go up by one, whatever became of what had them. */
async function queue(store: Store, { header }: CosmosBlock, about: About): Promise<void> {
  const number = (await store.get('Register', REGISTER))?.nextNumber ?? 1;
  const clock = await readClock(store);
  const dueUnixS = chainTimeOf(clock, header.time) + clock.validatorDelayS;
  const id = String(number);
  const row = { ...NOTHING, ...about, number, height: header.height, dueUnixS, fate: null, settledHeight: null };
  await store.set('RegisterChange', id, { id, ...row });
  await store.set('Register', REGISTER, { id: REGISTER, nextNumber: number + 1 });
}

export const handleRegisterCommunity = messageHandler<MsgRegisterCommunity>(({ msg: { decodedMsg: said }, block }, store) => {
  const [uplink, chainId] = [plainText(said.uplink), plainText(said.chainId)];
  const terms = { genesisHash: hex(said.genesisHash), creditNel: whole(said.creditNel), members: int32(said.members, 'members') };
  return queue(store, block, { what: 'register', uplink, chainId, ...terms });
});

export const handleResume = messageHandler<MsgResume>(({ msg: { decodedMsg: resume }, block }, store) =>
  queue(store, block, { what: 'resume', uplink: plainText(resume.uplink) }),
);

export const handleReplaceTreasury = messageHandler<MsgReplaceTreasury>(({ msg: { decodedMsg: said }, block }, store) =>
  queue(store, block, { what: 'treasury', uplink: plainText(said.uplink), treasury: plainText(said.treasury) }),
);

export const handleVeto = messageHandler<MsgVeto>(async ({ msg: { decodedMsg: veto }, block }, store) => {
  const change = await store.get('RegisterChange', String(veto.id));
  if (!change || (change.fate ?? null) !== null) throw new Unplaceable('not-open', `id: expected something that waits, got ${veto.id}`);
  const meter = plainText(veto.meter);
  const id = `${change.number}-${meter}`;
  await store.set('RegisterVeto', id, { id, number: change.number, meter, height: block.header.height });
});

export const handleUpdateClient = messageHandler<MsgUpdateClient>(async (message, store) => {
  const id = placeOf(message);
  const { uplink, evidence } = message.msg.decodedMsg;
  const shown = hex(evidence ? Evidence.encode(evidence).finish() : new Uint8Array());
  await store.set('ClientUpdate', id, { id, uplink: plainText(uplink), evidence: shown, height: message.block.header.height });
});

export const handleConflict = messageHandler<MsgConflict>(async (message, store) => {
  const id = placeOf(message);
  const [uplink, sender] = [message.msg.decodedMsg.uplink, message.msg.decodedMsg.sender].map(plainText);
  await store.set('ChainConflict', id, { id, uplink, sender, height: message.block.header.height });
});

export const handleSuspend = messageHandler<MsgSuspend>(async ({ msg: { decodedMsg: vote }, block }, store) => {
  const { height } = block.header;
  const [uplink, meter] = [plainText(vote.uplink), plainText(vote.meter)];
  const id = `${uplink}-${meter}-${height}`;
  await store.set('SuspendVote', id, { id, uplink, meter, height });
});

function refuse(store: Store, height: number, uplink: string): Promise<void> {
  const id = `${height}-register-${uplink.slice(0, 100)}`;
  const detail =
    'expected something that is queued and due, or a suspension that a conflict or votes led to, at the chain time of the block';
  return store.set('BadTransaction', id, { id, height, txIndex: -1, hash: '', reason: 'register-mismatch', detail });
}

/** What became of something that waited, as the chain's EndBlock says. */
export async function handleRegisterDecided(event: CosmosEvent, store: Store = sandboxStore()): Promise<void> {
  const [id, uplink, what, fate, unixS] = attributesOf(event, 'id', 'uplink', 'what', 'fate', 'unix_s').map(plainText);
  const { height } = event.block.header;
  const now = await nowOf(store, event.block);
  const change = await store.get('RegisterChange', id);
  const isDue = change?.uplink === uplink && change.what === what && (change.fate ?? null) === null && change.dueUnixS <= now;
  if (!change || !isDue || !['applied', 'vetoed'].includes(fate) || unixS !== String(now)) return refuse(store, height, uplink);
  const settled = { ...change, fate, settledHeight: height };
  await store.set('RegisterChange', id, settled);
  if (fate === 'applied') await bringIntoForce(store, settled, height);
}

async function bringIntoForce(store: Store, change: Change, height: number): Promise<void> {
  const { uplink, what, chainId, genesisHash, creditNel, members, treasury } = change;
  if (what === 'register') {
    const row = { chainId: chainId!, genesisHash: genesisHash!, creditNel: creditNel!, members: members! };
    await store.set('Community', uplink, { id: uplink, ...row, height, suspended: null, suspendedHeight: null });
    const first = (await store.get('Meter', uplink))?.member ?? null; // that it had before any other
    await store.set('RegisterChange', change.id, { ...change, treasury: first });
  } else if (what === 'resume') {
    const community = await store.get('Community', uplink);
    if (community) await store.set('Community', uplink, { ...community, suspended: null, suspendedHeight: null });
  } else {
    const meter = await store.get('Meter', uplink);
    if (meter) await store.set('Meter', uplink, { ...meter, member: treasury! });
  }
}

/** A community's client is stopped: by a conflict of this very block, or by votes. */
export async function handleSuspended(event: CosmosEvent, store: Store = sandboxStore()): Promise<void> {
  const [uplink, why, unixS] = attributesOf(event, 'uplink', 'why', 'unix_s').map(plainText);
  const { height } = event.block.header;
  const community = await store.get('Community', uplink);
  const said = { conflict: 'ChainConflict', vote: 'SuspendVote' } as const;
  const isNamed = why === 'conflict' || why === 'vote';
  const words = isNamed ? await all(store, said[why], [['uplink', '=', uplink]]) : [];
  const isSaid = words.some((word) => word.height === height);
  if (!community || !isSaid || unixS !== String(await nowOf(store, event.block))) return refuse(store, height, uplink);
  await store.set('Community', uplink, { ...community, suspended: why, suspendedHeight: height });
}
