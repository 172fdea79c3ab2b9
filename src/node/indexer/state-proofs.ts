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
import { equalBytes, headerHash, verifyCommit, verifyEd25519 } from '../../protocol/comet/index.ts';
import {
  COPY_WITHIN_DAYS,
  commitmentsOf,
  daysLookedAt,
  decodeRoster,
  type EarlierDays,
  encodeStateFile,
  notMetered,
  ProtocolError,
  type StateFile,
} from '../../protocol/index.ts';
import { METER_STORE, type ProofOpJson, stateKeys, stateRanges, verifyState } from '../../reader/light/index.ts';
import type { Sql } from '../db/index.ts';
import type { ChainNode } from './chain/node.ts';
import { believed } from './errors.ts';
import type { SignedHeader } from './light-blocks.ts';
import { dropUnusedLightBlocks, keepLightBlocks } from './light-blocks.ts';
import { keepLog, logOf } from './log-proof.ts';
import { rangeOf, type Target } from './range-proof.ts';
import type { Cursor } from './write/cursor.ts';
import { readCursor } from './write/cursor.ts';

const FRESH_DAYS = 45;
/** Days to a round: one round is one transaction. */
const ROUND_DAYS = 120;

/**
 * Days whose proofs are missing or older than what the index knows of them, and, if there is any, those that are kept at one height with
 * them.
 */
async function daysDue(sql: Sql, height: number): Promise<number[]> {
  const rows = await sql<{ day: number; due: boolean }[]>`
    with change as (select day, max(height) as height from chain.day_change where height <= ${height} group by day)
    select a.day, e.height is null or e.height < c.height as due
    from chain.anchor a join change c using (day) left join chain.evidence e using (day)
    where a.version = 1 and a.height <= ${height} order by a.day desc`;
  if (!rows.some(({ due }) => due)) return [];
  return rows
    .filter(({ due }, i) => due || i < FRESH_DAYS)
    .map(({ day }) => day)
    .slice(0, ROUND_DAYS);
}

/**
 * Days before the chain's first roster that copies were looked for on: that there is no roster is part of what they were chosen from. Only
 * a meter that has never committed without a dispute looks there, in the chain's first weeks.
 */
async function daysBeforeFirst(sql: Sql, days: readonly number[], height: number): Promise<number[]> {
  const [{ first }] = await sql<{ first: number | null }[]>`select min(day) as first from chain.roster where not late`;
  const young = days.filter((day) => first !== null && day < first + COPY_WITHIN_DAYS);
  if (first === null || young.length === 0) return [];
  const rows = await sql<{ day: number; encoded: Buffer; disputed: string[] }[]>`
    select day, encoded, array(select meter from chain.dispute d where d.day = r.day and d.height <= ${height}) as disputed
    from chain.roster r where not late and height <= ${height} and day <= ${Math.max(...young)}`;
  const rosters = new Map(rows.map(({ day, encoded, disputed }) => [day, { ...decodeRoster(encoded), disputed: new Set(disputed) }]));
  const earlier: EarlierDays = (day) => {
    const found = rosters.get(day);
    return found ? { commitments: commitmentsOf(found), disputed: found.disputed } : null;
  };
  const looked = young.flatMap((day) => {
    const { meters, disputed } = rosters.get(day)!;
    return daysLookedAt(notMetered(meters, disputed), day, earlier);
  });
  return [...new Set(looked)].filter((day) => day < first);
}

/**
 * Takes the proofs that are due, if any, at the block before the cursor.
 * @returns the days proven
 * @throws UntrustedNodeError when the node's proofs do not hold, RetryableError when it is away
 */
export async function takeEvidence(sql: Sql, node: ChainNode): Promise<number[]> {
  const cursor = await readCursor(sql);
  if (!cursor || cursor.blockHash.length === 0 || cursor.height < 2) return [];
  const height = cursor.height - 1;
  const days = await daysDue(sql, height);
  if (days.length === 0) return [];
  const block = await headerOf(node, cursor);
  const target = { node, height, appHash: cursor.appHash, chainId: cursor.chainId };
  const states: { day: number; state: string }[] = [];
  for (const day of [...days, ...(await daysBeforeFirst(sql, days, height))])
    states.push({ day, state: encodeStateFile(await stateOf(target, day)) });
  const log = await logOf(target);
  await sql.begin(async (tx) => {
    // A reset in between has emptied the tables; these proofs are true all the same, but another chain's would not be.
    const [now] = await tx<{ chain_id: string }[]>`select chain_id from chain.cursor for share`;
    if (now?.chain_id !== cursor.chainId) return;
    await keepLightBlocks(tx, [block], { turn: false });
    for (const { day, state } of states) {
      await tx`
        insert into chain.evidence (day, height, next_seq, state) values (${day}, ${height}, ${log.nextSeq}, ${state})
        on conflict (day) do update set height = excluded.height, next_seq = excluded.next_seq, state = excluded.state
        where chain.evidence.height < excluded.height`;
    }
    await keepLog(tx, log);
    await dropUnusedLightBlocks(tx);
  });
  return days;
}

/** The header at the cursor, which vouches for the state before it. */
async function headerOf(node: ChainNode, cursor: Cursor): Promise<SignedHeader> {
  const { header, commit } = await node.signedHeader(cursor.height);
  const validators = await node.validators(cursor.height, cursor.validatorsHash);
  return believed(node, `header ${cursor.height}`, () => {
    if (!equalBytes(headerHash(header), cursor.blockHash))
      throw new ProtocolError('wrong-block', `header ${cursor.height}`, 'the indexed one');
    verifyCommit(commit, {
      chainId: cursor.chainId,
      height: cursor.height,
      blockHash: cursor.blockHash,
      validators,
      verify: verifyEd25519,
    });
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
  ];
  const first = (await Promise.all([target.node.stateProofs(METER_STORE, single, target.height)])).flat();
  for (const [i, key] of single.entries())
    believed(target.node, `state proof of day ${day}`, () => verifyState(target.appHash, METER_STORE, key, first[i]));
  const [genesis, roster, lateRoster, tariff, nextSeq, nextRoster, nextAnchor] = first.map(iavlOf);
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
    disputes: await rangeOf(target, stateRanges.disputes(day)),
    noBills: await rangeOf(target, stateRanges.noBills(day)),
    finalReadings: await rangeOf(target, stateRanges.finalReadings(day)),
    slotPrices: await rangeOf(target, stateRanges.slotPrices(day)),
    following: { roster: nextRoster, anchor: nextAnchor },
  };
}

const iavlOf = (ops: readonly ProofOpJson[]): string => ops[0].data;
