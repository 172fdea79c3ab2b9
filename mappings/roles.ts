/**
 * Who has a part in ELECTRA (docs/electra.md). A rotation is queued by a message; what becomes of it is an event `electra.role_rotated`,
 * which no hash of a header covers: it is taken for a rotation that is queued and due, or that meters have voted for.
 */
import type { MsgCancelRotation, MsgReplaceRole, MsgRotateRole } from '../src/protocol/messages/generated/electra/electra/v1/tx.ts';
import { DAY_S } from '../src/protocol/values/time.ts';
import { nowOf } from './clock.ts';
import type { RoleChangeEntity } from './entities.ts';
import { all, attributesOf, messageHandler, plainText, sandboxStore, Unplaceable } from './handler.ts';
import type { CosmosEvent, Store } from './types.ts';

const ROTATION_DELAY_S = BigInt(7 * DAY_S);

const waits = ({ fate }: { fate?: string | null }): boolean => fate === null || fate === undefined;

const queued = async (store: Store, role: string): Promise<RoleChangeEntity | undefined> =>
  (await all(store, 'RoleChange', [['role', '=', role]])).find(waits);

export const handleRotateRole = messageHandler<MsgRotateRole>(async ({ msg: { decodedMsg: rotate }, block }, store) => {
  const { height } = block.header;
  const [role, address] = [plainText(rotate.role), plainText(rotate.address)];
  const dueUnixS = (await nowOf(store, block)) + ROTATION_DELAY_S;
  const id = `${role}-${height}`;
  await store.set('RoleChange', id, { id, role, address, voted: false, height, dueUnixS, fate: null, settledHeight: null });
});

export const handleCancelRotation = messageHandler<MsgCancelRotation>(async ({ msg: { decodedMsg: cancel }, block }, store) => {
  const change = await queued(store, cancel.role);
  if (!change) throw new Unplaceable('not-open', `role: expected a rotation of ${cancel.role} that waits`);
  await store.set('RoleChange', change.id, { ...change, fate: 'cancelled', settledHeight: block.header.height });
});

export const handleReplaceRole = messageHandler<MsgReplaceRole>(async ({ msg: { decodedMsg: vote }, block }, store) => {
  const { height } = block.header;
  const [role, meter, address] = [vote.role, vote.meter, vote.address].map(plainText);
  const id = `${role}-${meter}-${height}`;
  await store.set('RoleVote', id, { id, role, meter, address, height });
});

/** What became of a rotation, as the chain's EndBlock says. */
export async function handleRoleRotated(event: CosmosEvent, store: Store = sandboxStore()): Promise<void> {
  const [role, address, fate, voted, unixS] = attributesOf(event, 'role', 'address', 'fate', 'voted', 'unix_s').map(plainText);
  const { height } = event.block.header;
  const now = await nowOf(store, event.block);
  const waiting = await queued(store, role);
  const isTrue = await (voted === 'true' ? isVoted(store, role, address) : waiting?.address === address && waiting.dueUnixS <= now);
  if (!['applied', 'moot'].includes(fate) || unixS !== String(now) || !isTrue) return refuse(store, height, role);
  if (waiting) {
    const end = voted === 'true' ? 'moot' : fate; // what waited for the role is over
    await store.set('RoleChange', waiting.id, { ...waiting, fate: end, settledHeight: height });
  }
  if (voted === 'true') {
    const id = `${role}-${height}`;
    await store.set('RoleChange', id, { id, role, address, voted: true, height, dueUnixS: now, fate, settledHeight: height });
  }
  if (fate === 'applied') await store.set('ElectraRole', role, { id: role, address, height });
}

const isVoted = async (store: Store, role: string, address: string): Promise<boolean> =>
  (await all(store, 'RoleVote', [['role', '=', role]])).some((vote) => vote.address === address);

function refuse(store: Store, height: number, role: string): Promise<void> {
  const id = `${height}-role-${role.slice(0, 20)}`;
  const detail = 'expected a rotation that is queued and due, or that meters have named, at the chain time of the block';
  return store.set('BadTransaction', id, { id, height, txIndex: -1, hash: '', reason: 'role-mismatch', detail });
}
