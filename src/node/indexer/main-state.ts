/**
 * What a main chain's modules hold, by proof (docs/main-chain.md): no message and no event says when a pool is paid, or what an escrow has.
 * While the index is level with the chain all ranges of the four stores are proven under one app hash, as the auditor's main.json has them,
 * and what they show is kept as rows of `chain.main_state`. The file itself is kept with a round of state proofs (main-proofs.ts). Beside
 * the index and never in its way, as all state proofs.
 */
import { equalBytes } from '../../protocol/comet/index.ts';
import { MAIN_RANGES, MAIN_STORES, type MainFile, type MainStore, type MainStoreProofs, received } from '../../protocol/index.ts';
import { type MainState, readMainState } from '../../reader/light/index.ts';
import { insertRows } from '../db/bulk.ts';
import type { Sql } from '../db/index.ts';
import type { ChainNode } from './chain/node.ts';
import { believed } from './errors.ts';
import { keyAndStore, rangeAndStore, type Target } from './range-proof.ts';
import { readCursor } from './write/cursor.ts';

const TABLE = { name: 'chain.main_state', types: { name: 'text', value: 'text', height: 'int4' } } as const;

/** A store as it was read, and the keys of its entries. */
interface ReadStore {
  proofs: MainStoreProofs;
  keys: Readonly<Record<string, readonly Uint8Array[]>>;
}
type ReadStores = Readonly<Record<MainStore, ReadStore>>;

/**
 * `kept`: the store as it was read before. A proof of a key says all that its store's root is made of: where the first one is the same
 * to the byte, and holds under the new app hash, nothing in the store has changed, and the others hold as well. Where something has, its
 * keys are asked for all at once.
 */
async function storeOf(target: Target, name: MainStore, kept: ReadStore | undefined): Promise<ReadStore> {
  const prefixes = Object.entries(MAIN_RANGES[name]);
  if (kept) {
    const [range, prefix] = prefixes[0];
    const { proof, store } = await keyAndStore(target, Uint8Array.of(prefix), name);
    if (proof === kept.proofs.ranges[range][0]) return { ...kept, proofs: { ...kept.proofs, store } };
  }
  const read = await Promise.all(
    prefixes.map(async ([range, prefix]) => {
      const bounds = { from: Uint8Array.of(prefix), to: Uint8Array.of(prefix + 1) };
      return [range, await rangeAndStore(target, bounds, name, kept?.keys[range])] as const;
    }),
  );
  const ranges = Object.fromEntries(read.map(([range, { proofs }]) => [range, proofs]));
  return { proofs: { store: read[0][1].store, ranges }, keys: Object.fromEntries(read.map(([range, { keys }]) => [range, keys])) };
}

async function storesOf(target: Target, kept?: ReadStores): Promise<ReadStores> {
  const stores = await Promise.all(MAIN_STORES.map(async (name) => [name, await storeOf(target, name, kept?.[name])] as const));
  return Object.fromEntries(stores) as Record<MainStore, ReadStore>;
}

const fileOf = ({ chainId, height }: Target, stores: ReadStores): MainFile => {
  const proofs = MAIN_STORES.map((name) => [name, stores[name].proofs] as const);
  return { chainId, height, stores: Object.fromEntries(proofs) as Record<MainStore, MainStoreProofs> };
};

/** All ranges of a main chain's modules, asked of a node. @throws UntrustedNodeError when its proofs do not hold */
export const mainFileOf = async (target: Target): Promise<MainFile> => fileOf(target, await storesOf(target));

/** For so many times what the last reading took nothing is read anew: something may move in every block. */
const REST = 5;

/** Reads them again and again: nothing under an app hash that was read, and of another one only the stores that have changed. */
export class MainReader {
  #last: { file: MainFile; stores: ReadStores; appHash: Uint8Array } | undefined;
  #kept: MainFile | undefined;
  #restsUntilMs = 0;

  /** @throws UntrustedNodeError when the node's proofs do not hold */
  async read(target: Target): Promise<MainFile> {
    const last = this.#last;
    if (last?.file.height === target.height && equalBytes(last.appHash, target.appHash)) return last.file;
    const startMs = Date.now();
    const stores = await storesOf(target, last?.file.chainId === target.chainId ? last.stores : undefined);
    const file = fileOf(target, stores);
    this.#last = { file, stores, appHash: target.appHash };
    this.#restsUntilMs = Date.now() + REST * (Date.now() - startMs);
    return file;
  }

  /** Whether the last reading was so long, and so short a while ago, that pages wait. */
  isResting = (nowMs = Date.now()): boolean => nowMs < this.#restsUntilMs;

  /** Whether the rows that are kept are those of a file; noted by whoever keeps them. */
  isKept = ({ stores }: MainFile): boolean => MAIN_STORES.every((name) => this.#kept?.stores[name].ranges === stores[name].ranges);
  noteKept(file: MainFile): void {
    this.#kept = file;
  }
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
  for (const { uplink, fromDay, amountNel, pool } of settlement.entries)
    values.set(`entry:${uplink}:${fromDay}`, JSON.stringify({ amountNel: String(amountNel), pool: String(pool) }));
  for (const { fromDay, readyUnixS, executedUnixS } of settlement.periods)
    values.set(`period:${fromDay}`, JSON.stringify({ readyUnixS: String(readyUnixS), executedUnixS: String(executedUnixS) }));
  for (const { number, fromDay, claimsNel, paidNel } of settlement.pools)
    values.set(`pool:${number}`, JSON.stringify({ fromDay, claimsNel: String(claimsNel), paidNel: String(paidNel) }));
  for (const { uplink, chainId, creditNel, members, suspended } of register.communities)
    values.set(`community:${uplink}`, JSON.stringify({ chainId, creditNel: String(creditNel), members, suspended }));
  return values;
}

/**
 * Proves the state before the cursor's block and keeps what it shows, where it is another than what is kept. Returns whether it did.
 * @throws UntrustedNodeError when the node's proofs do not hold, RetryableError when it is away
 */
export async function takeMainState(sql: Sql, node: ChainNode, main: MainReader): Promise<boolean> {
  const cursor = await readCursor(sql);
  if (!cursor || cursor.blockHash.length === 0 || cursor.height < 2) return false;
  const [{ modules, empty }] = await sql<{ modules: boolean; empty: boolean }[]>`
    select exists (select from chain.register) as modules, not exists (select from chain.main_state) as empty`;
  if (!modules) return false;
  const height = cursor.height - 1;
  const file = await main.read({ node, chainId: cursor.chainId, height, appHash: cursor.appHash });
  if (!empty && main.isKept(file)) return false;
  const state = believed(node, 'the state of the main chain', () => readMainState(file, cursor.appHash));
  const values = namedValues(state).set('unix-s', String(cursor.chainUnixS));
  const rows = [...values].map(([name, value]) => ({ name, value, height }));
  await sql.begin(async (tx) => {
    // A reset in between has emptied the tables; this is true all the same, but another chain's would not be.
    const [now] = await tx<{ chain_id: string }[]>`select chain_id from chain.cursor for share`;
    if (now?.chain_id !== cursor.chainId) return;
    await tx`delete from chain.main_state`;
    await insertRows(tx, TABLE, rows);
    await tx`notify electra_chain`;
  });
  main.noteKept(file);
  return true;
}
