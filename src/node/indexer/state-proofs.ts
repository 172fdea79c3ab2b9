/**
 * State proofs for auditors, taken from the node while the chain goes on (protocol §7, check 2).
 *
 * For every day whose book is anchored the index keeps ICS-23 proofs of all that the chain's state says of it, and the signed header that
 * they lead to: state after block h against header h+1. They are taken at the newest block, all days of the last weeks at the same height,
 * and anew whenever something about a day changes (an anchor, a dispute, a NoBill, a late roster), and with them the chain's log
 * (log-proof.ts), which shows that nothing came since about older days. So an export needs no node, and its verdict speaks of one moment.
 *
 * Each proof is verified before it is kept: a lying node is asked in vain. This never holds up the index; a failure is tried again at the
 * next block.
 */
import { equalBytes, headerHash, readHex, verifyCommit, verifyEd25519 } from '../../protocol/comet/index.ts';
import {
  COPY_WITHIN_DAYS,
  commitmentsOf,
  daysLookedAt,
  decodeRoster,
  type EarlierDays,
  encodeStateFile,
  LEAST_METERED,
  notMetered,
  ProtocolError,
  type StateFile,
  VOID_AFTER_S,
} from '../../protocol/index.ts';
import { METER_STORE, type ProofOpJson, stateKeys, stateRanges, verifyState } from '../../reader/light/index.ts';
import type { Sql } from '../db/index.ts';
import type { ChainNode } from './chain/node.ts';
import { believed } from './errors.ts';
import type { SignedHeader } from './light-blocks.ts';
import { dropUnusedLightBlocks, keepLightBlocks } from './light-blocks.ts';
import { keepLog, logOf } from './log-proof.ts';
import { keepMain, mainProofsDue } from './main-proofs.ts';
import type { MainReader } from './main-state.ts';
import { rangeOf, type Target } from './range-proof.ts';
import type { Cursor } from './write/cursor.ts';
import { readCursor } from './write/cursor.ts';

const FRESH_DAYS = 45;
/** Days to a round: one round is one transaction. */
const ROUND_DAYS = 120;

/**
 * Days whose proofs are missing or older than what the index knows of them, and, if there is any, those that are kept at one height with
 * them. That a day is void comes with time alone, in no block: proofs that do not show it yet, of the day or of the one before it, are old.
 * Where communities share a void day has no anchor, and is proven all the same. `anew`: those of the last weeks
 * are taken again in any case.
 */
async function daysDue(sql: Sql, { height, chainUnixS, anew }: { height: number; chainUnixS: bigint; anew: boolean }): Promise<number[]> {
  const rows = await sql<{ day: number; due: boolean }[]>`
    with change as (select day, max(height) as height from chain.day_change where height <= ${height} group by day),
    shown as (
      select e.day, e.height, k.start_unix_s + k.rate
        * (extract(epoch from (b.block::jsonb -> 'header' ->> 'time')::timestamptz) - k.genesis_unix_s) as unix_s
      from chain.evidence e join chain.light_block b on b.height = e.height + 1, chain.clock k where k.id = 'clock'),
    void as (
      select r.day, r.unix_s + ${VOID_AFTER_S} as unix_s from chain.roster r
      where not r.late and r.unix_s + ${VOID_AFTER_S} <= ${String(chainUnixS)}
        and not exists (select from chain.proven_book p where p.day = r.day and p.version = 1)),
    asked as (
      select day from chain.anchor where version = 1 and height <= ${height}
      union select r.day from chain.roster r, chain.clock k
      where k.id = 'clock' and k.rule is not null and not r.late and r.height <= ${height} and (
        exists (select from void v where v.day = r.day)
        or (select count(*) from chain.sealed_statement s where s.day = r.day and s.height <= r.height) < ${LEAST_METERED}))
    select a.day, e.height is null or e.height < c.height or exists (
        select from void v join shown s on s.day in (v.day, v.day - 1) where s.day = a.day and s.unix_s < v.unix_s) as due
    from asked a join change c using (day) left join chain.evidence e using (day) order by a.day desc`;
  if (!anew && !rows.some(({ due }) => due)) return [];
  return rows
    .filter(({ due }, i) => due || i < FRESH_DAYS)
    .map(({ day }) => day)
    .slice(0, ROUND_DAYS);
}

/**
 * Days before the chain's first roster that copies were looked for on: that there is no roster is part of what they were chosen from. Only
 * a meter that has never committed without a dispute looks there, in the chain's first weeks; a community copies nothing.
 */
async function daysBeforeFirst(sql: Sql, days: readonly number[], height: number): Promise<number[]> {
  const [{ first }] = await sql<{ first: number | null }[]>`
    select min(day) as first from chain.roster where not late and not exists (select from chain.clock where rule is not null)`;
  const young = days.filter((day) => first !== null && day < first + COPY_WITHIN_DAYS);
  if (first === null || young.length === 0) return [];
  const rows = await sql<{ day: number; encoded: Buffer; frozen_unix_s: string; proven: boolean; unix_s: string; disputed: string[] }[]>`
    select day, encoded, r.unix_s as frozen_unix_s, coalesce(a.unix_s, r.unix_s) as unix_s,
      exists (select from chain.proven_book p where p.day = r.day and p.version = 1 and p.height <= ${height}) as proven,
      array(select meter from chain.dispute d where d.day = r.day and d.height <= ${height}) as disputed
    from chain.roster r left join (select day, unix_s from chain.anchor where version = 1) a using (day)
    where not late and height <= ${height} and day <= ${Math.max(...young)}`;
  const rosters = new Map(
    rows.map(({ day, encoded, frozen_unix_s: frozen, proven, unix_s: anchored, disputed }) => {
      const { meters } = decodeRoster(encoded);
      const seen = { commitments: commitmentsOf({ meters }), disputed: new Set(disputed), frozenUnixS: Number(frozen), proven };
      return [day, { meters, seen, anchoredUnixS: Number(anchored) }];
    }),
  );
  const earlier: EarlierDays = (day) => rosters.get(day)?.seen ?? null;
  const looked = young.flatMap((day) => {
    const { meters, seen, anchoredUnixS } = rosters.get(day)!;
    return daysLookedAt(notMetered(meters, seen.disputed), day, earlier, anchoredUnixS);
  });
  return [...new Set(looked)].filter((day) => day < first);
}

/**
 * Takes the proofs that are due, if any, at the block before the cursor.
 * @returns the days proven
 * @throws UntrustedNodeError when the node's proofs do not hold, RetryableError when it is away
 */
export async function takeEvidence(sql: Sql, node: ChainNode, modules: MainReader): Promise<number[]> {
  const cursor = await readCursor(sql);
  if (!cursor || cursor.blockHash.length === 0 || cursor.height < 2) return [];
  const height = cursor.height - 1;
  const { isMain, due: anew } = await mainProofsDue(sql, height);
  const days = await daysDue(sql, { height, chainUnixS: cursor.chainUnixS, anew });
  if (days.length === 0) return [];
  const block = await headerOf(node, cursor);
  const blocks = isMain ? [...(await headerBefore(node, cursor, block)), block] : [block];
  const target = { node, height, appHash: cursor.appHash, chainId: cursor.chainId };
  const states: { day: number; state: string }[] = [];
  for (const day of [...days, ...(await daysBeforeFirst(sql, days, height))])
    states.push({ day, state: encodeStateFile(await stateOf(target, day)) });
  const log = await logOf(target);
  const main = isMain ? await modules.read(target) : null;
  await sql.begin(async (tx) => {
    // A reset in between has emptied the tables; these proofs are true all the same, but another chain's would not be.
    const [now] = await tx<{ chain_id: string }[]>`select chain_id from chain.cursor for share`;
    if (now?.chain_id !== cursor.chainId) return;
    await keepLightBlocks(tx, blocks, { turn: false });
    for (const { day, state } of states) {
      await tx`
        insert into chain.evidence (day, height, next_seq, state) values (${day}, ${height}, ${log.nextSeq}, ${state})
        on conflict (day) do update set height = excluded.height, next_seq = excluded.next_seq, state = excluded.state
        where chain.evidence.height < excluded.height`;
    }
    await keepLog(tx, log);
    if (main) await keepMain(tx, main);
    await dropUnusedLightBlocks(tx);
  });
  return days;
}

/** The header at the cursor, which vouches for the state before it. */
const headerOf = (node: ChainNode, { height, blockHash, chainId }: Cursor): Promise<SignedHeader> =>
  signedHeaderOf(node, { chainId, height, blockHash });

/** That of the block before it, which left the state; before a chain's first block there is none. */
async function headerBefore(node: ChainNode, { chainId, height }: Cursor, { header }: SignedHeader): Promise<SignedHeader[]> {
  const { hash } = header.last_block_id;
  if (hash === '') return [];
  return [await signedHeaderOf(node, { chainId, height: height - 1, blockHash: Uint8Array.from(Buffer.from(hash, 'hex')) })];
}

/** The header of a hash that is known, with its commit and the set that it names. @throws UntrustedNodeError when it is another */
async function signedHeaderOf(node: ChainNode, known: { chainId: string; height: number; blockHash: Uint8Array }): Promise<SignedHeader> {
  const { header, commit } = await node.signedHeader(known.height);
  const validatorsHash = believed(node, `header ${known.height}`, () => {
    if (!equalBytes(headerHash(header), known.blockHash))
      throw new ProtocolError('wrong-block', `header ${known.height}`, 'the indexed one');
    return readHex(header.validators_hash, 'header.validators_hash');
  });
  const validators = await node.validators(known.height, validatorsHash);
  return believed(node, `header ${known.height}`, () => {
    verifyCommit(commit, { ...known, validators, verify: verifyEd25519 });
    return { header, commit, validators };
  });
}

/** Everything the state says of a day. */
export async function stateOf(target: Target, day: number): Promise<StateFile> {
  const single = [
    stateKeys.genesisHash(),
    stateKeys.roster(day, false),
    stateKeys.roster(day, true),
    stateKeys.tariff(day),
    stateKeys.nextSeq(),
    stateKeys.roster(day + 1, false),
    stateKeys.anchor(day + 1, 1),
    stateKeys.proven(day + 1, 1),
  ];
  const first = (await Promise.all([target.node.stateProofs(METER_STORE, single, target.height)])).flat();
  for (const [i, key] of single.entries())
    believed(target.node, `state proof of day ${day}`, () => verifyState(target.appHash, METER_STORE, key, first[i]));
  const [genesis, roster, lateRoster, tariff, nextSeq, nextRoster, nextAnchor, nextProven] = first.map(iavlOf);
  return {
    chainId: target.chainId,
    day,
    height: target.height,
    store: first[0][1].data,
    genesis,
    roster,
    lateRoster,
    tariff,
    nextSeq,
    anchors: await rangeOf(target, stateRanges.anchors(day)),
    proven: await rangeOf(target, stateRanges.proven(day)),
    disputes: await rangeOf(target, stateRanges.disputes(day)),
    noBills: await rangeOf(target, stateRanges.noBills(day)),
    finalReadings: await rangeOf(target, stateRanges.finalReadings(day)),
    slotPrices: await rangeOf(target, stateRanges.slotPrices(day)),
    following: { roster: nextRoster, anchor: nextAnchor, proven: nextProven },
  };
}

const iavlOf = (ops: readonly ProofOpJson[]): string => ops[0].data;
