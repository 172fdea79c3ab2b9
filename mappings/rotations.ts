/**
 * Who the operator is after the one of genesis (protocol §9.8). What a message says, a header's hash covers; what becomes of it is an event
 * `electra.operator_rotated`, one node's word: it is taken only for a rotation that is queued and due, or that meters have named.
 * What differs becomes a BadTransaction row `rotation-mismatch`.
 */
import type { MsgReplaceOperator, MsgRotateOperator, MsgVetoRotation } from '../src/protocol/messages/generated/electra/meter/v1/tx.ts';
import { chainTimeOf, readClock } from './clock.ts';
import type { OperatorRotationEntity } from './entities.ts';
import { all, hex, int32, messageHandler, plainText, sandboxStore } from './handler.ts';
import type { CosmosEvent, Store } from './types.ts';

export const handleRotateOperator = messageHandler<MsgRotateOperator>(async ({ msg: { decodedMsg: rotate }, block: { header } }, store) => {
  const n = int32(rotate.n, 'n');
  const { validatorDelayS, ...clock } = await readClock(store);
  const id = `${n}-${header.height}`;
  await store.set('OperatorRotation', id, {
    id,
    n,
    address: plainText(rotate.address),
    signature: hex(rotate.signature),
    height: header.height,
    dueUnixS: chainTimeOf(clock, header.time) + validatorDelayS,
    fate: null,
    settledHeight: null,
  });
});

const say = (store: Store, word: { n: number; meter: string; address: string | null; height: number }): Promise<void> => {
  const id = `${word.n}-${word.meter}-${word.height}-${word.address === null ? 'veto' : 'vote'}`;
  return store.set('OperatorVote', id, { id, ...word });
};

export const handleVetoRotation = messageHandler<MsgVetoRotation>(({ msg: { decodedMsg: veto }, block }, store) =>
  say(store, { n: int32(veto.n, 'n'), meter: veto.meter, address: null, height: block.header.height }),
);

export const handleReplaceOperator = messageHandler<MsgReplaceOperator>(({ msg: { decodedMsg: vote }, block }, store) =>
  say(store, { n: int32(vote.n, 'n'), meter: vote.meter, address: plainText(vote.address), height: block.header.height }),
);

/** What became of a rotation, as the chain's EndBlock says. */
export async function handleOperatorRotated({ event, block }: CosmosEvent, store: Store = sandboxStore()): Promise<void> {
  const of = new Map(event.attributes.map(({ key, value }) => [key, value]));
  const [number, address, fate, signed, unixS] = ['n', 'address', 'fate', 'signed', 'unix_s'].map((key) => of.get(key) ?? '');
  const { height } = block.header;
  const refuse = (detail: string): Promise<void> => {
    const id = `${height}-rotation-${plainText(number).slice(0, 20)}`;
    return store.set('BadTransaction', id, { id, height, txIndex: -1, hash: '', reason: 'rotation-mismatch', detail });
  };
  const time = chainTimeOf(await readClock(store), block.header.time);
  if (!['applied', 'vetoed'].includes(fate) || unixS !== String(time) || !/^[1-9]\d{0,8}$/.test(number))
    return refuse(`expected n, fate and unix_s of the block at chain time ${time}`);
  const n = Number(number);
  const row = signed === 'true' ? await queued(store, n, address, time) : await voted(store, n, address, { height, time });
  if (!row) return refuse('expected a rotation that is queued and due, or that meters have named');
  await store.set('OperatorRotation', row.id, { ...row, fate, settledHeight: height });
  if (fate === 'applied') await dropOthers(store, row, height);
}

/** What still waits for the number of a rotation that is in force is over: the chain forgets it. */
async function dropOthers(store: Store, { id, n }: OperatorRotationEntity, height: number): Promise<void> {
  for (const row of await all(store, 'OperatorRotation', [['n', '=', n]]))
    if (row.id !== id && (row.fate ?? null) === null)
      await store.set('OperatorRotation', row.id, { ...row, fate: 'dropped', settledHeight: height });
}

async function queued(store: Store, n: number, address: string, time: bigint): Promise<OperatorRotationEntity | undefined> {
  const rows = await all(store, 'OperatorRotation', [['n', '=', n]]);
  return rows.find((row) => (row.fate ?? null) === null && row.address === address && row.dueUnixS <= time);
}

async function voted(
  store: Store,
  n: number,
  address: string,
  { height, time }: { height: number; time: bigint },
): Promise<OperatorRotationEntity | undefined> {
  const votes = await all(store, 'OperatorVote', [['n', '=', n]]);
  if (!votes.some((vote) => vote.address === address)) return undefined;
  return { id: `${n}-${height}`, n, address, signature: null, height, dueUnixS: time, fate: null, settledHeight: null };
}
