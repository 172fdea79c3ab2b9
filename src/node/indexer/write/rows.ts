/**
 * Between an entity as handlers write it and a row of text values, as src/node/db/bulk.ts writes them.
 *
 * A handler that writes what the table cannot hold is a defect of the mapping, so it is refused here by entity and field, before Postgres.
 */
import type { Column, Scalar, Table } from './schema.ts';

export type Entity = Record<string, unknown> & { id: string };

const INT4_LIMIT = 2 ** 31;
const isInt4 = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= -INT4_LIMIT && (value as number) < INT4_LIMIT;

const EXPECTED: Record<Scalar, string> = {
  ID: 'a text without zero characters',
  String: 'a text without zero characters',
  Int: 'a 32-bit integer',
  BigInt: 'a bigint',
  Boolean: 'a boolean',
  Bytes: '0x-hex',
  '[Int]': 'a list of 32-bit integers',
};

/** A value as Postgres reads it from text, or null. @throws TypeError naming entity and field. */
export function toText({ entity }: Table, { field, scalar, nullable }: Column, value: unknown): string | null {
  const absent = value === null || value === undefined;
  if (absent && nullable) return null;
  const text = absent ? undefined : textOf(scalar, value);
  if (text === undefined) throw new TypeError(`${entity}.${field}: expected ${absent ? 'a value' : EXPECTED[scalar]}`);
  return text;
}

/** Undefined where it is none of that kind. */
function textOf(scalar: Scalar, value: unknown): string | undefined {
  switch (scalar) {
    case 'ID':
    case 'String':
      return typeof value === 'string' && !value.includes('\u0000') ? value : undefined;
    case 'Int':
      return isInt4(value) ? String(value) : undefined;
    case 'BigInt':
      return typeof value === 'bigint' ? value.toString() : undefined;
    case 'Boolean':
      return typeof value === 'boolean' ? String(value) : undefined;
    case 'Bytes':
      return typeof value === 'string' && value.length % 2 === 0 && value.startsWith('0x') ? `\\x${value.slice(2)}` : undefined;
    case '[Int]':
      return Array.isArray(value) && value.every(isInt4) ? `{${value.join(',')}}` : undefined;
  }
}

/** @throws TypeError when the entity has a field that the table has not. */
export function assertFields(table: Table, entity: Entity): void {
  for (const [i, field] of Object.keys(entity).entries()) {
    if (table.columns[i]?.field !== field && !table.columns.some((column) => column.field === field))
      // mostly in the order of the columns
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
