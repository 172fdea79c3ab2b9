/**
 * Who is to have power, and who not any more (protocol §9.6). A change is queued by a message, which a header's hash covers, so it is seen
 * from its first block on; vetoes are messages too. What becomes of it is an event `electra.validator_change`.
 *
 * Trap: no hash of a header covers events, so an end of the waiting is one node's word. It is taken only for a change that is queued, and
 * not before it is due: until then nobody can hide it. What differs becomes a BadTransaction row `change-mismatch`.
 */
import type { MsgLeaveValidators, MsgSetConsensusKey, MsgVetoValidator } from '../src/protocol/messages/generated/electra/meter/v1/tx.ts';
import { DAY_S } from '../src/protocol/values/time.ts';
import { chainTimeOf, readClock } from './clock.ts';
import type { MeterEntity, ValidatorChangeEntity } from './entities.ts';
import { all, hex, messageHandler, plainText, sandboxStore, Unplaceable } from './handler.ts';
import type { CosmosBlock, CosmosEvent, Store } from './types.ts';

type Change = ValidatorChangeEntity;
const FATES = ['applied', 'vetoed', 'moot'];

/** The changes of a meter that wait: at most a beginning and an end. */
const waiting = async (store: Store, meter: string): Promise<Change[]> =>
  (await all(store, 'ValidatorChange', [['meter', '=', meter]])).filter(({ fate }) => fate === null || fate === undefined);

const settle = (store: Store, change: Change, fate: string, settledHeight: number): Promise<void> =>
  store.set('ValidatorChange', change.id, { ...change, fate, settledHeight });

const queue = (store: Store, meter: string, about: Pick<Change, 'ends' | 'asked' | 'dueUnixS' | 'height'>): Promise<void> => {
  const id = `${meter}-${about.ends ? 'end' : 'begin'}-${about.height}`;
  return store.set('ValidatorChange', id, { id, meter, ...about, fate: null, settledHeight: null });
};

/** When a change of this block is due at the earliest. */
async function dueUnixS(store: Store, { header }: CosmosBlock): Promise<bigint> {
  const clock = await readClock(store);
  return chainTimeOf(clock, header.time) + clock.validatorDelayS;
}

/** The meter's key is to have power. */
export const queueBeginning = async (store: Store, meter: string, block: CosmosBlock): Promise<void> =>
  queue(store, meter, { ends: false, asked: false, dueUnixS: await dueUnixS(store, block), height: block.header.height });

/** Whatever waits for a meter without power is called off, and it is a light one. */
async function callOff(store: Store, meter: MeterEntity, fate: string, height: number): Promise<void> {
  for (const change of await waiting(store, meter.id)) await settle(store, change, fate, height);
  await store.set('Meter', meter.id, { ...meter, consensusKey: null });
}

/** A retired meter's power is to end, not before its last day has: as x/meter's queueRemoval. */
export async function queueRemoval(store: Store, meter: MeterEntity, block: CosmosBlock): Promise<void> {
  if (!meter.consensusKey || typeof meter.lastDay !== 'number') return;
  const dayEnd = BigInt((meter.lastDay + 1) * DAY_S);
  const soonest = await dueUnixS(store, block);
  const due = soonest > dayEnd ? soonest : dayEnd;
  const changes = await waiting(store, meter.id);
  if (changes.some(({ asked }) => asked)) return;
  const beginning = changes.find(({ ends }) => !ends);
  if (beginning && beginning.dueUnixS >= dayEnd) return callOff(store, meter, 'called-off', block.header.height);
  const ending = changes.find(({ ends }) => ends);
  if (ending) return store.set('ValidatorChange', ending.id, { ...ending, dueUnixS: due });
  return queue(store, meter.id, { ends: true, asked: false, dueUnixS: due, height: block.header.height });
}

async function enrolled(store: Store, id: string, field: string): Promise<MeterEntity> {
  const meter = await store.get('Meter', id);
  if (!meter) throw new Unplaceable('unknown-meter', `${field}: expected an enrolled one, got ${id}`);
  return meter;
}

export const handleSetConsensusKey = messageHandler<MsgSetConsensusKey>(async ({ msg: { decodedMsg }, block }, store) => {
  const meter = await enrolled(store, decodedMsg.meter, 'meter');
  await store.set('Meter', meter.id, { ...meter, consensusKey: hex(decodedMsg.key) });
  await queueBeginning(store, meter.id, block);
});

export const handleVetoValidator = messageHandler<MsgVetoValidator>(async ({ msg: { decodedMsg: veto }, block }, store) => {
  const change = (await waiting(store, veto.target)).find(({ ends }) => ends === veto.end);
  if (!change) throw new Unplaceable('not-open', `target: expected a queued ${veto.end ? 'end' : 'beginning'} of ${veto.target}`);
  const id = `${change.id}-${veto.meter}`;
  await store.set('ValidatorVeto', id, { id, change: change.id, meter: veto.meter, height: block.header.height });
});

export const handleLeaveValidators = messageHandler<MsgLeaveValidators>(async ({ msg: { decodedMsg: leave }, block }, store) => {
  const meter = await enrolled(store, leave.meter, 'meter');
  const { height } = block.header;
  const changes = await waiting(store, meter.id);
  if (changes.some(({ ends }) => !ends)) return callOff(store, meter, 'called-off', height);
  const soonest = await dueUnixS(store, block);
  for (const change of changes) await settle(store, change, 'called-off', height);
  const [ending] = changes;
  const earlier = ending && ending.dueUnixS < soonest;
  await queue(store, meter.id, { ends: true, asked: true, dueUnixS: earlier ? ending.dueUnixS : soonest, height });
});

/** What became of a queued change, as the chain's EndBlock says. */
export async function handleValidatorChange({ event, block }: CosmosEvent, store: Store = sandboxStore()): Promise<void> {
  const of = new Map(event.attributes.map(({ key, value }) => [key, value]));
  const [id, end, fate, unixS] = ['meter', 'end', 'fate', 'unix_s'].map((key) => of.get(key) ?? '');
  const { height } = block.header;
  const refuse = (detail: string): Promise<void> => {
    const row = `${height}-change-${plainText(id).slice(0, 100)}`;
    return store.set('BadTransaction', row, { id: row, height, txIndex: -1, hash: '', reason: 'change-mismatch', detail });
  };
  const time = chainTimeOf(await readClock(store), block.header.time);
  if (!FATES.includes(fate) || unixS !== String(time)) return refuse(`expected fate and unix_s of the block at chain time ${time}`);
  const meter = await store.get('Meter', id);
  const change = (await waiting(store, id)).find((one) => String(one.ends) === end);
  if (!meter || !change || change.dueUnixS > time) return refuse('expected a change that is queued and due');
  await settle(store, change, fate, height);
  if (fate === 'applied' ? change.ends : !change.ends) await callOff(store, meter, 'moot', height);
}
