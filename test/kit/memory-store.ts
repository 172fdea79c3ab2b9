/** The handlers' store in memory, and messages at heights, for tests of mappings alone. */
import { toBech32 } from '@cosmjs/encoding';
import type { Entities, EntityName } from '../../mappings/entities.ts';
import type { CosmosMessage, Store } from '../../mappings/types.ts';
import { columnName, indexTables } from '../../src/node/indexer/write/schema.ts';
import { ADDRESS_PREFIX } from '../../src/protocol/values/address.ts';

/** SubQuery gives no more than so many rows at a time. */
const PAGE_MAX = 100;

/** By entity. SubQuery looks for rows by these fields alone, and stops at a handler that asks by another. */
const INDEXED = new Map(indexTables().map((table) => [table.entity, table.indexes.map(({ column }) => column)]));

export class MemoryStore implements Store {
  readonly rows = new Map<string, Record<string, unknown>>();

  async get<E extends EntityName>(entity: E, id: string) {
    return this.rows.get(`${entity} ${id}`) as Entities[E] | undefined;
  }

  async getByFields<E extends EntityName>(
    entity: E,
    filter: [string, '=', unknown][],
    { offset, limit }: { offset: number; limit: number },
  ) {
    const missing = filter.find(([field]) => !INDEXED.get(entity)!.includes(columnName(field)));
    if (missing) throw new TypeError(`${entity}.${missing[0]}: expected @index in schema.graphql, as a handler looks for it`);
    const all = this.all(entity).filter((row) =>
      filter.every(([field, , value]) => (row as unknown as Record<string, unknown>)[field] === value),
    );
    return all.slice(offset, offset + Math.min(limit, PAGE_MAX));
  }

  async set<E extends EntityName>(entity: E, id: string, data: Entities[E]) {
    this.rows.set(`${entity} ${id}`, { ...data });
  }

  /** Every row of an entity, in the order of their first writing. */
  all<E extends EntityName>(entity: E): Entities[E][] {
    return [...this.rows].filter(([key]) => key.startsWith(`${entity} `)).map(([, row]) => row as unknown as Entities[E]);
  }
}

/** The one clock of a chain that begins at `startUnixS` and runs as real time does; changes of power wait for `validatorDelayS`. */
export const setClock = (store: MemoryStore, startUnixS: number, validatorDelayS: number): Promise<void> =>
  store.set('Clock', 'clock', {
    id: 'clock',
    startUnixS: BigInt(startUnixS),
    rate: 1n,
    genesisUnixS: BigInt(startUnixS),
    graceS: 0n,
    lateS: 0n,
    validatorDelayS: BigInt(validatorDelayS),
  });

/** The n-th address. */
export const meterAddress = (n: number): string =>
  toBech32(
    ADDRESS_PREFIX,
    Uint8Array.from({ length: 20 }, (_, i) => (i < 2 ? n >> (8 * (1 - i)) : 7)),
  );

/** Messages of blocks that come a second apart from `startUnixS` on, one in each. */
export const saidAt =
  (startUnixS: number) =>
  <T>(height: number, decodedMsg: T): CosmosMessage<T> => ({
    idx: 0,
    block: { header: { chainId: 'electra-test-0badcafe', height, time: new Date((startUnixS + height) * 1000) } },
    tx: { idx: 0, hash: 'AB', tx: { code: 0 } },
    msg: { typeUrl: '', decodedMsg },
  });
