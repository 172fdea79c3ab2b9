/**
 * The store that handlers see while a batch is applied: SubQuery's `get`, `getByFields` and `set` over one Postgres transaction. That one
 * begins when the batch before is in; whoever reads waits for it, and who only sets does not.
 *
 * What handlers set is kept in memory, seen by their later reads, and written at the end in bulk, so the number of statements does not
 * grow with the number of rows. Nothing is visible to anybody else before the transaction commits.
 */
import type { Entities, EntityName } from '../../../../mappings/entities.ts';
import type { FieldFilter, Page, Store } from '../../../../mappings/types.ts';
import { insertStatement, listText, replacing } from '../../db/bulk.ts';
import type { Tx } from '../../db/index.ts';
import { rowHash } from './digest.ts';
import type { Entity } from './rows.ts';
import { assertFields, fromRow, toText } from './rows.ts';
import type { Column, Table } from './schema.ts';
import { SQL_TYPE } from './schema.ts';

const ROWS_PER_STATEMENT = 5_000;

/** A row as handlers left it, and as text once its block has ended. */
interface Written {
  row: Entity;
  texts?: (string | null)[];
}

export class BatchStore implements Store {
  readonly #tx: Promise<Tx>;
  readonly #tables: ReadonlyMap<string, Table>;
  readonly #written = new Map<string, Map<string, Written>>();
  /** written by the block that has not ended yet */
  readonly #ofBlock = new Map<string, Set<string>>();
  readonly #read = new Map<string, Entity | undefined>();

  constructor(tx: Promise<Tx>, tables: ReadonlyMap<string, Table>) {
    this.#tx = tx;
    this.#tables = tables;
  }

  async get<E extends EntityName>(entity: E, id: string): Promise<Entities[E] | undefined> {
    const written = this.#written.get(entity)?.get(id);
    if (written) return { ...written.row } as unknown as Entities[E];
    const key = `${entity} ${id}`;
    if (!this.#read.has(key)) {
      const table = this.#table(entity);
      const [row] = await (await this.#tx).unsafe(`select * from ${table.name} where id = $1`, [id]);
      this.#read.set(key, row ? fromRow(table, row) : undefined);
    }
    const read = this.#read.get(key);
    return read && ({ ...read } as unknown as Entities[E]);
  }

  async getByFields<E extends EntityName>(
    entity: E,
    filter: FieldFilter<Entities[E]>[],
    { offset, limit }: Page<Entities[E]>,
  ): Promise<Entities[E][]> {
    const table = this.#table(entity);
    const wanted = filter.map(([field, , value]) => {
      const column = columnOf(table, field);
      return { column, text: toText(table, column, value) };
    });
    const where = wanted.map(({ column: { name, scalar } }, i) => `${name} = ($${i + 1}::text)::${SQL_TYPE[scalar]}`).join(' and ');
    const rows = await (await this.#tx).unsafe(
      `select * from ${table.name}${where && ` where ${where}`}`,
      wanted.map(({ text }) => text),
    );
    const found = new Map(rows.map((row) => [row.id as string, fromRow(table, row)]));
    for (const { row } of this.#written.get(entity)?.values() ?? []) {
      if (wanted.every(({ column, text }) => toText(table, column, row[column.field]) === text)) found.set(row.id, { ...row });
      else found.delete(row.id);
    }
    return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1)).slice(offset, offset + limit) as unknown as Entities[E][];
  }

  async set<E extends EntityName>(entity: E, id: string, data: Entities[E]): Promise<void> {
    const row = { ...data } as unknown as Entity;
    if (row.id !== id) throw new TypeError(`${entity}.id: expected ${id}, as the key says`);
    entryOf(this.#written, entity, () => new Map()).set(id, { row });
    entryOf(this.#ofBlock, entity, () => new Set()).add(id);
  }

  /** Ends a block. Returns the hashes of the rows that it wrote, each as it left it. */
  endBlock(): string[] {
    const hashes: string[] = [];
    for (const [entity, ids] of this.#ofBlock) {
      const table = this.#table(entity);
      const rows = this.#written.get(entity)!;
      for (const id of ids) {
        const { row } = rows.get(id)!;
        assertFields(table, row);
        const texts = table.columns.map((column) => toText(table, column, row[column.field]));
        rows.set(id, { row, texts });
        hashes.push(rowHash(entity, texts));
      }
    }
    this.#ofBlock.clear();
    return hashes;
  }

  /** What was set of an entity since the last flush. */
  written<E extends EntityName>(entity: E): Entities[E][] {
    return [...(this.#written.get(entity)?.values() ?? [])].map(({ row }) => row) as unknown as Entities[E][];
  }

  /** Writes what ended blocks have set, table by table in bulk. Returns the number of rows. */
  async flush(tx: Tx): Promise<number> {
    if (this.#ofBlock.size > 0) throw new TypeError('flush: expected the last block to have ended');
    const inserts: Promise<unknown>[] = [];
    let count = 0;
    for (const table of this.#tables.values()) {
      const rows = [...(this.#written.get(table.entity)?.values() ?? [])];
      for (let from = 0; from < rows.length; from += ROWS_PER_STATEMENT) {
        const part = rows.slice(from, from + ROWS_PER_STATEMENT);
        const columns = table.columns.map((_, i) => listText(part.map(({ texts }) => texts![i])));
        inserts.push(tx.unsafe(insertStatement(table, replacing(table, 'id')), columns, { prepare: true }).execute());
      }
      count += rows.length;
    }
    this.#written.clear();
    this.#read.clear();
    await Promise.all(inserts);
    return count;
  }

  #table(entity: string): Table {
    const table = this.#tables.get(entity);
    if (!table) throw new TypeError(`${entity}: no such entity in schema.graphql`);
    return table;
  }
}

function entryOf<V>(map: Map<string, V>, key: string, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

function columnOf(table: Table, field: string): Column {
  const column = table.columns.find((one) => one.field === field);
  if (!column) throw new TypeError(`${table.entity}.${field}: no such field in schema.graphql`);
  return column;
}
