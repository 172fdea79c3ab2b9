/**
 * The frozen roster of a day (protocol §5), from the block event `electra.roster_frozen`.
 *
 * Trap: no hash of a header covers events, so this is one node's word. Everything in it is therefore recomputed: the digest from the
 * encoding, the encoding from the meters and statements indexed up to this very block, the time from the block's own and the waiting
 * periods of genesis. What differs becomes a BadTransaction row `roster-mismatch`, and no roster is written. The node's own index then
 * takes the roster that the chain's state proves, and likewise where a node keeps an event back (src/node/indexer/proven-rosters.ts).
 */
import { fromBase64 } from '@cosmjs/encoding';
import { hexToBytes } from '@noble/hashes/utils.js';
import { encodeRoster, rosterDigest } from '../src/protocol/day/roster.ts';
import { beginsService, isListed } from '../src/protocol/genesis/index.ts';
import { fieldFromBytes } from '../src/protocol/values/field.ts';
import { DAY_S } from '../src/protocol/values/time.ts';
import { chainTimeOf, readClock } from './clock.ts';
import type { MeterEntity, RosterEntity } from './entities.ts';
import { all, hex, plainText, sandboxStore } from './handler.ts';
import type { CosmosEvent, Store } from './types.ts';

export async function handleRosterFrozen({ event, block }: CosmosEvent, store: Store = sandboxStore()): Promise<void> {
  const attributes = new Map(event.attributes.map(({ key, value }) => [key, value]));
  const { height } = block.header;
  const roster = readRoster(attributes, height);
  const problem = typeof roster === 'string' ? roster : await findProblem(roster, block.header.time, store);
  if (typeof roster !== 'string' && problem === undefined) {
    if (!roster.late) await beginServices(roster, store);
    return store.set('Roster', roster.id, roster);
  }
  const id = `${height}-roster-${attributes.get('late') === 'true' ? 'late' : 'early'}`;
  await store.set('BadTransaction', id, { id, height, txIndex: -1, hash: '', reason: 'roster-mismatch', detail: plainText(problem!) });
}

/** The event as a row, or what is wrong with its form. */
function readRoster(attributes: Map<string, string>, height: number): RosterEntity | string {
  const [day, late, digest, encoded, unixS] = ['day', 'late', 'digest', 'encoded', 'unix_s'].map((key) => attributes.get(key) ?? '');
  if (!/^\d{1,10}$/.test(day) || Number(day) >= 2 ** 31) return `day: expected a day number, got ${day.slice(0, 20)}`;
  if (late !== 'true' && late !== 'false') return 'late: expected true or false';
  if (!/^[0-9a-f]{64}$/.test(digest)) return `day ${day}: digest: expected 32 bytes in lower-case hex`;
  if (!/^\d{1,15}$/.test(unixS)) return `day ${day}: unix_s: expected seconds`;
  let bytes: Uint8Array;
  try {
    bytes = fromBase64(encoded);
  } catch {
    return `day ${day}: encoded: expected base64`;
  }
  return {
    id: late === 'true' ? `${Number(day)}-late` : String(Number(day)),
    day: Number(day),
    late: late === 'true',
    digest: `0x${digest}`,
    encoded: hex(bytes),
    height,
    unixS: BigInt(unixS),
  };
}

async function findProblem(roster: RosterEntity, blockTime: { getTime(): number }, store: Store): Promise<string | undefined> {
  const { id, day, late, digest, encoded, unixS } = roster;
  if (await store.get('Roster', id)) return `day ${day}: frozen already`;
  const clock = await readClock(store);
  const chainTime = chainTimeOf(clock, blockTime);
  if (unixS !== chainTime) return `day ${day}: unix_s: expected the block's chain time ${chainTime}, got ${unixS}`;
  const early = late ? await store.get('Roster', String(day)) : undefined;
  if (late && clock.rule) return `day ${day}: late, where nothing comes late`;
  if (late && !early) return `day ${day}: late, but no roster of that day was frozen before`;
  const due = early ? early.unixS + clock.lateS : BigInt((day + 1) * DAY_S) + clock.graceS;
  if (unixS < due) return `day ${day}: frozen at ${unixS}, due no earlier than ${due}`;
  if (rosterDigest(hexToBytes(encoded.slice(2))) !== digest.slice(2)) return `day ${day}: the digest is not that of the encoded roster`;
  if (encoded !== (await expectedRoster(roster, store)))
    return `day ${day}: the encoded roster differs from the indexed meters and commitments`;
  return undefined;
}

/** The meters, those that begin their service on a day that freezes, and the commitments of it. */
async function committedOn(day: number, store: Store) {
  const statements = await all(store, 'SealedStatement', [['day', '=', day]]);
  const commitments = new Map(
    statements.map(({ meter, commitment }) => [meter, fieldFromBytes(hexToBytes(commitment.slice(2)), 'commitment')]),
  );
  const rule = (await readClock(store)).rule ?? null;
  const begins = (meter: MeterEntity) => rule === null && beginsService(meter, day, commitments.has(meter.id));
  return { meters: await all(store, 'Meter', []), commitments, begins, rule };
}

/** A meter that committed to a day that freezes, and to none before, is in service from then on; a community is from its first day on. */
async function beginServices({ day }: RosterEntity, store: Store): Promise<void> {
  const { meters, begins } = await committedOn(day, store);
  for (const meter of meters.filter(begins)) await store.set('Meter', meter.id, { ...meter, serviceDay: day });
}

/** Roster(day) as the indexed meters and statements have it. A late roster lists those of the early one: nobody begins late. */
async function expectedRoster({ day, late }: RosterEntity, store: Store): Promise<string> {
  const { meters, commitments, begins, rule } = await committedOn(day, store);
  const listed = meters
    .filter((meter) => isListed(meter, day, rule) || (!late && begins(meter)))
    .sort((a, b) => (a.address < b.address ? -1 : 1));
  return hex(encodeRoster({ day, meters: listed.map(({ id }) => ({ meter: id, commitment: commitments.get(id) ?? null })) }));
}
