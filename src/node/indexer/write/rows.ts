/**
 * Between an entity as handlers write it and a row of text values, as src/node/db/bulk.ts writes them.
 *
 * A handler that writes what the table cannot hold is a defect of the mapping, so it is refused here by entity and field, before Postgres.
 */
import type { Column, Table } from './schema.ts';

export type Entity = Record<string, unknown> & { id: string };

const INT4_LIMIT = 2 ** 31;
const isInt4 = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= -INT4_LIMIT && (value as number) < INT4_LIMIT;

/** A value as Postgres reads it from text, or null. @throws TypeError naming entity and field. */
export function toText({ entity }: Table, { field, scalar, nullable }: Column, value: unknown): string | null {
  const refuse = (expected: string): never => {
    throw new TypeError(`${entity}.${field}: expected ${expected}`);
  };
  if (value === null || value === undefined) return nullable ? null : refuse('a value');
  switch (scalar) {
    case 'ID':
    case 'String':
      return typeof value === 'string' && !value.includes('\u0000') ? value : refuse('a text without zero characters');
    case 'Int':
      return isInt4(value) ? String(value) : refuse('a 32-bit integer');
    case 'BigInt':
      return typeof value === 'bigint' ? value.toString() : refuse('a bigint');
    case 'Boolean':
      return typeof value === 'boolean' ? String(value) : refuse('a boolean');
    case 'Bytes':
      return typeof value === 'string' && value.length % 2 === 0 && value.startsWith('0x') ? `\\x${value.slice(2)}` : refuse('0x-hex');
    case '[Int]':
      return Array.isArray(value) && value.every(isInt4) ? `{${value.join(',')}}` : refuse('a list of 32-bit integers');
  }
}

/** @throws TypeError when the entity has a field that the table has not. */
export function assertFields(table: Table, entity: Entity): void {
  for (const field of Object.keys(entity)) {
    if (!table.columns.some((column) => column.field === field))
      throw new TypeError(`${table.entity}.${field}: no such field in schema.graphql`);
  }
}

/** A row as the driver gives it, back as an entity. */
export function fromRow({ columns }: Table, row: Record<string, unknown>): Entity {
  return Object.fromEntries(
    columns.map(({ field, name, scalar }) => {
      const value = row[name];
      if (value === null) return [field, null];
      if (scalar === 'BigInt') return [field, BigInt(value as string)];
      if (scalar === 'Bytes') return [field, `0x${Buffer.from(value as Uint8Array).toString('hex')}`];
      return [field, value];
    }),
  ) as Entity;
}
