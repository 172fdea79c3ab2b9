/**
 * What a main chain's modules hold, by proof (docs/main-chain.md): no message and no event says when a pool is paid, or what an escrow has.
 * While the index is level with the chain all ranges of the four stores are proven under one app hash, as the auditor's main.json has them,
 * and what they show is kept as rows of `chain.main_state`, with the file in `chain.main_file`. Beside the index and never in its way, as
 * all state proofs.
 */
import {
  encodeMainFile,
  MAIN_RANGES,
  MAIN_STORES,
  type MainFile,
  type MainStore,
  type MainStoreProofs,
  received,
} from '../../protocol/index.ts';
import { type MainState, readMainState } from '../../reader/light/index.ts';
import { insertRows } from '../db/bulk.ts';
import type { Sql } from '../db/index.ts';
import type { ChainNode } from './chain/node.ts';
import { believed } from './errors.ts';
import { rangeAndStore, type Target } from './range-proof.ts';
import { readCursor } from './write/cursor.ts';

const TABLE = { name: 'chain.main_state', types: { name: 'text', value: 'text', height: 'int4' } } as const;

async function storeOf(target: Target, name: MainStore): Promise<MainStoreProofs> {
  const ranges: Record<string, readonly string[]> = {};
  let root = '';
  for (const [range, prefix] of Object.entries(MAIN_RANGES[name])) {
    const { proofs, store } = await rangeAndStore(target, { from: Uint8Array.of(prefix), to: Uint8Array.of(prefix + 1) }, name);
    ranges[range] = proofs;
    root = store;
  }
  return { store: root, ranges };
}

/** All ranges of a main chain's modules, asked of a node. @throws UntrustedNodeError when its proofs do not hold */
export async function mainFileOf(target: Target): Promise<MainFile> {
  const stores = await Promise.all(MAIN_STORES.map(async (name) => [name, await storeOf(target, name)] as const));
  const { chainId, height } = target;
  return { chainId, height, stores: Object.fromEntries(stores) as Record<MainStore, MainStoreProofs> };
}

/** What each has, and what it owes, by name. Amounts in nELECTRA, decimal. */
function namedValues({ bank, electra, register, settlement }: MainState): Map<string, string> {
  const values = new Map<string, string>();
  const add = (name: string, amount: bigint): void => void values.set(name, String(BigInt(values.get(name) ?? 0) + amount));
  add('supply', bank.supplyNel);
  add('minted', electra.mintedNel);
  add('confirmed', electra.confirmedNel);
  add('fund', settlement.fundNel);
  for (const [address, amount] of bank.balancesNel) add(`balance:${address}`, amount);
  for (const [uplink, amount] of settlement.escrowsNel) add(`escrow:${uplink}`, amount);
  for (const { uplink, leftNel } of settlement.debts) add(`owed:${uplink}`, leftNel);
  for (const { number, paidNel } of settlement.pools) {
    const claims = settlement.claims.filter(({ pool }) => pool === number);
    const claimsNel = new Map(claims.map(({ uplink, amountNel }) => [uplink, amountNel]));
    for (const [uplink, amount] of claimsNel) add(`claim:${uplink}`, amount - received({ claimsNel, paidNel, leftNel: new Map() }, uplink));
  }
  for (const { uplink, sinceUnixS } of settlement.owing) values.set(`owes-since:${uplink}`, String(sinceUnixS));
  for (const { uplink, fromDay } of settlement.missing) values.set(`missing:${uplink}:${fromDay}`, 'true');
  for (const { fromDay, readyUnixS, executedUnixS } of settlement.periods)
    values.set(`period:${fromDay}`, JSON.stringify({ readyUnixS: String(readyUnixS), executedUnixS: String(executedUnixS) }));
  for (const { number, fromDay, claimsNel, paidNel } of settlement.pools)
    values.set(`pool:${number}`, JSON.stringify({ fromDay, claimsNel: String(claimsNel), paidNel: String(paidNel) }));
  for (const { uplink, chainId, creditNel, members, suspended } of register.communities)
    values.set(`community:${uplink}`, JSON.stringify({ chainId, creditNel: String(creditNel), members, suspended }));
  return values;
}

/**
 * Proves the state before the cursor's block and keeps it, where it is another than the one that is kept. Returns whether it did.
 * @throws UntrustedNodeError when the node's proofs do not hold, RetryableError when it is away
 */
export async function takeMainState(sql: Sql, node: ChainNode): Promise<boolean> {
  const cursor = await readCursor(sql);
  if (!cursor || cursor.blockHash.length === 0 || cursor.height < 2) return false;
  const [{ due }] = await sql<{ due: boolean }[]>`
    select exists (select from chain.register) and not exists (
      select from chain.main_file where app_hash = ${Buffer.from(cursor.appHash)}) as due`;
  if (!due) return false;
  const height = cursor.height - 1;
  const file = await mainFileOf({ node, chainId: cursor.chainId, height, appHash: cursor.appHash });
  const state = believed(node, 'the state of the main chain', () => readMainState(file, cursor.appHash));
  const rows = [...namedValues(state)].map(([name, value]) => ({ name, value, height }));
  await sql.begin(async (tx) => {
    // A reset in between has emptied the tables; this is true all the same, but another chain's would not be.
    const [now] = await tx<{ chain_id: string }[]>`select chain_id from chain.cursor for share`;
    if (now?.chain_id !== cursor.chainId) return;
    await tx`delete from chain.main_state`;
    await insertRows(tx, TABLE, rows);
    await tx`
      insert into chain.main_file (height, app_hash, file)
      values (${height}, ${Buffer.from(cursor.appHash)}, ${encodeMainFile(file)})
      on conflict (one) do update
        set height = excluded.height, app_hash = excluded.app_hash, file = excluded.file`;
    await tx`notify electra_chain`;
  });
  return true;
}
