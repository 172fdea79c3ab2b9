/**
 * Which rosters the chain has frozen, by ICS-23 and not by anybody's word: the index prefers the state to itself (protocol §9.7).
 *
 * No header covers the event that brings a roster, and what the index recomputes rests on how it read the blocks. Were either wrong for one
 * meter, nobody's day could be billed. So while the index is level with the chain each roster is proven once. Where the table has none, or
 * another, the proven one is taken; a commitment on it without a box is then what the books dispute as `no-box`. What was found stays in
 * `chain.proven_roster`, by meter, for doctor, API and log. Beside the index and never in its way, as all state proofs.
 */
import type { Logger } from 'pino';
import { readUnsignedAny } from '../../protocol/genesis/index.ts';
import { commitmentsOf, encodeRoster, fieldToBytes } from '../../protocol/index.ts';
import { METER_STORE, type RosterState, readNextDay, readRoster, stateKeys, verifyState } from '../../reader/light/index.ts';
import type { Sql, Tx } from '../db/index.ts';
import type { ChainNode } from './chain/node.ts';
import { believed, UntrustedNodeError } from './errors.ts';
import { type Cursor, readCursor } from './write/cursor.ts';
import { rowHash, takenDigest } from './write/digest.ts';

/** Rosters to a round. */
const ROUND = 50;

/** Meters on whom rows and roster differ. */
interface Difference {
  /** the roster has a commitment that no indexed statement has */
  lacking: string[];
  /** a statement is indexed whose commitment the roster has not */
  surplus: string[];
}

interface Found extends Difference {
  /** the table had no such roster, or another */
  taken: boolean;
}

/**
 * Proves what has frozen since the last time, and takes what differs. Returns how many rosters were proven.
 * @throws UntrustedNodeError when the node's proofs do not hold, RetryableError when it is away
 */
export async function proveRosters(sql: Sql, node: ChainNode, log: Logger): Promise<number> {
  let proven = 0;
  for (;;) {
    const cursor = await readCursor(sql);
    if (!cursor || cursor.blockHash.length === 0 || cursor.height < 2) return proven;
    await noteFrozen(sql, node, cursor);
    const due = await unprovenRosters(sql);
    for (const { day, late } of due) {
      const found = await take(sql, await provenRoster(node, cursor, day, late), cursor);
      if (!found) return proven;
      proven++;
      say(log, { day, late }, found);
    }
    if (due.length < ROUND) return proven;
  }
}

function say(log: Logger, roster: { day: number; late: boolean }, { lacking, surplus, taken }: Found): void {
  if (lacking.length + surplus.length > 0)
    log.error(
      { ...roster, lacking, surplus },
      'the roster that the chain froze is not that of the indexed statements: its proof is believed',
    );
  else if (taken) log.warn(roster, 'a node told nothing, or something false, of a frozen roster: it was taken from its proof');
}

/** One value of the state before the cursor's block. */
async function stateAt(node: ChainNode, { height, appHash }: Cursor, key: Uint8Array, what: string) {
  const [ops] = await node.stateProofs(METER_STORE, [key], height - 1);
  const shown = believed(node, what, () => verifyState(appHash, METER_STORE, key, ops));
  if (shown.absent) throw new UntrustedNodeError('untrusted-node', node.name, `${what}: expected in the state`);
  return { key, value: shown.value };
}

/** Asks the chain which day it freezes next, where by its clock another may have frozen. */
async function noteFrozen(sql: Sql, node: ChainNode, cursor: Cursor): Promise<void> {
  const [{ known }] = await sql<{ known: boolean }[]>`
    select exists (
      select from chain.frozen f, chain.clock k
      where ${cursor.chainUnixS}::int8 < (f.next_freeze_day + 1)::int8 * 86400 + k.grace_s and not exists (
        select from chain.roster r where not r.late and r.day = f.next_late_day and r.unix_s + k.late_s <= ${cursor.chainUnixS}::int8)
    ) as known`;
  if (known) return;
  const [freeze, late] = await Promise.all(
    [stateKeys.nextFreeze(), stateKeys.nextLate()].map((key) => stateAt(node, cursor, key, 'the next day to freeze')),
  );
  const [nextFreeze, nextLate] = believed(node, 'the next day to freeze', () => [readNextDay(freeze), readNextDay(late)]);
  // a continued chain froze the days before its genesis elsewhere; the index took the genesis in, signatures and all
  const [{ genesis }] = await sql<{ genesis: unknown }[]>`select genesis from chain.genesis`;
  await sql`
    insert into chain.frozen (height, first_day, next_freeze_day, next_late_day)
    select ${cursor.height - 1}::int4, greatest(min(first_day), ${readUnsignedAny(genesis).nextFreezeDay}::int4),
      ${nextFreeze}::int4, ${nextLate}::int4
    from chain.meter
    on conflict (one) do update
      set height = excluded.height, next_freeze_day = excluded.next_freeze_day, next_late_day = excluded.next_late_day
    where chain.frozen.height < excluded.height`;
}

/**
 * Early rosters first, in the order of days: who is in service follows from the earlier ones. A chain that goes on has older days. Where
 * communities share there are no late ones.
 */
const unprovenRosters = (sql: Sql) => sql<{ day: number; late: boolean }[]>`
  select d.day, kind.late
  from chain.frozen f, (values (false), (true)) as kind (late),
    generate_series(f.first_day, case when kind.late then f.next_late_day else f.next_freeze_day end - 1) as d (day)
  where not exists (select from chain.proven_roster p where p.day = d.day and p.late = kind.late)
    and not (kind.late and exists (select from chain.clock where rule is not null))
  order by kind.late, d.day limit ${ROUND}`;

async function provenRoster(node: ChainNode, cursor: Cursor, day: number, late: boolean): Promise<RosterState> {
  const what = `the ${late ? 'late ' : ''}roster of day ${day}`;
  const entry = await stateAt(node, cursor, stateKeys.roster(day, late), what);
  return believed(node, what, () => readRoster(entry));
}

/** Under the cursor's lock, so that no batch is between. Undefined where the index was reset meanwhile. */
const take = (sql: Sql, roster: RosterState, cursor: Cursor): Promise<Found | undefined> =>
  sql.begin(async (tx) => {
    const [now] = await tx<{ chain_id: string; height: number; digest: Uint8Array }[]>`
      select chain_id, height, digest from chain.cursor for update`;
    if (now?.chain_id !== cursor.chainId || now.height < roster.height) return undefined;
    const taken = await writeRoster(tx, roster);
    if (taken)
      await goOnFrom(tx, takenDigest(now.digest, now.height, rowHash('Roster', [String(roster.day), String(roster.late), roster.digest])));
    const difference = await compare(tx, roster);
    await tx`
      insert into chain.proven_roster (day, late, height, taken, lacking, surplus)
      values (${roster.day}, ${roster.late}, ${roster.height}, ${taken}, ${difference.lacking}, ${difference.surplus})
      on conflict do nothing`;
    if (taken) await tx`notify electra_chain`;
    return { ...difference, taken };
  }) as Promise<Found | undefined>;

/** No block brought this roster, so the digests of an index that took it differ from then on from those of one that did not need to. */
async function goOnFrom(tx: Tx, digest: Uint8Array): Promise<void> {
  await tx`update chain.cursor set digest = ${Buffer.from(digest)}`;
  await tx`update chain.digest d set taken = c.digest from chain.cursor c where d.height = c.height`;
}

/** Whether the table had no such roster, or another. Whoever is on it has begun its service by then. */
async function writeRoster(tx: Tx, { day, late, digest, roster, height, unixS }: RosterState): Promise<boolean> {
  const written = await tx`
    insert into chain.roster (id, day, late, digest, encoded, height, unix_s)
    values (${late ? `${day}-late` : `${day}`}, ${day}, ${late}, ${Buffer.from(digest, 'hex')}, ${Buffer.from(encodeRoster(roster))},
      ${height}, ${unixS})
    on conflict (id) do update
      set digest = excluded.digest, encoded = excluded.encoded, height = excluded.height, unix_s = excluded.unix_s
    where (chain.roster.digest, chain.roster.height, chain.roster.unix_s)
      is distinct from (excluded.digest, excluded.height, excluded.unix_s)`;
  if (written.count === 0) return false;
  // A block freezes at most one roster of each kind, so what was said of its events is answered by what the state has.
  await tx`delete from chain.bad_transaction where reason = 'roster-mismatch' and id like ${`${height}-roster-%`}`;
  if (!late) {
    await tx`
      update chain.meter set service_day = ${day}
      where id = any(${roster.meters.map(({ meter }) => meter)}) and (service_day is null or service_day > ${day})
        and not exists (select from chain.clock where rule is not null)`;
  }
  return true;
}

async function compare(tx: Tx, { day, roster, height }: RosterState): Promise<Difference> {
  const rows = await tx<{ meter: string; commitment: Buffer }[]>`
    select meter, commitment from chain.sealed_statement where day = ${day} and height <= ${height} order by meter`;
  const indexed = new Map(rows.map(({ meter, commitment }) => [meter, commitment]));
  const rostered = commitmentsOf(roster);
  return {
    lacking: [...rostered].filter(([meter, C]) => !indexed.get(meter)?.equals(fieldToBytes(C))).map(([meter]) => meter),
    surplus: rows.map(({ meter }) => meter).filter((meter) => !rostered.has(meter)),
  };
}
