/**
 * The part of SubQuery's model that the handlers use: what a message, an event and the store look like.
 *
 * The shapes are those of @subql/types-cosmos, cut down to what is read here, so that the same handlers run in stock SubQuery (where
 * `store` is a global of its sandbox) and in the node's own runtime (which hands its store over). Bytes are 0x-hex strings in both.
 */
import type { Entities, EntityName } from './entities.ts';

/** Reading sees what was set before, in the same block or batch too. */
export interface Store {
  get<E extends EntityName>(entity: E, id: string): Promise<Entities[E] | undefined>;
  /** All filters must hold. Sorted by id. */
  getByFields<E extends EntityName>(entity: E, filter: FieldFilter<Entities[E]>[], options: Page<Entities[E]>): Promise<Entities[E][]>;
  set<E extends EntityName>(entity: E, id: string, data: Entities[E]): Promise<void>;
}

export type FieldFilter<T> = [field: keyof T & string, operator: '=', value: T[keyof T]];
export interface Page<T> {
  offset: number;
  limit: number;
  orderBy?: keyof T;
  orderDirection?: 'ASC' | 'DESC';
}

/** A block time: milliseconds as a Date, and the nanoseconds below them, as in @cosmjs/tendermint-rpc. */
export interface BlockTime {
  getTime(): number;
  readonly nanoseconds?: number;
}

export interface CosmosBlock {
  header: { chainId: string; height: number; time: BlockTime };
}

export interface CosmosTransaction {
  /** position in the block */
  idx: number;
  /** SHA-256 in upper-case hex */
  hash: string;
  tx: { code: number };
}

export interface CosmosMessage<T = unknown> {
  /** position in the transaction */
  idx: number;
  block: CosmosBlock;
  tx: CosmosTransaction;
  msg: { typeUrl: string; decodedMsg: T };
}

export interface CosmosEvent {
  block: CosmosBlock;
  event: { type: string; attributes: readonly { key: string; value: string }[] };
}
