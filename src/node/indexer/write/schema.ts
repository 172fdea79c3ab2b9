/**
 * Tables from schema.graphql: one per entity in the Postgres schema `chain`, SealedReport -> chain.sealed_report, firstDay -> first_day.
 *
 * The file is the only source, so the DDL's hash tells whether a database was made by this version. A changed schema is refused rather
 * than migrated: the index is derived data, and rebuilding it from the chain is the migration.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { FieldDefinitionNode, ObjectTypeDefinitionNode, TypeNode } from 'graphql';
import { parse } from 'graphql';
import type { BulkTable } from '../../db/bulk.ts';
import type { Sql, Tx } from '../../db/index.ts';
import { FatalError } from '../errors.ts';

export type Scalar = 'ID' | 'String' | 'Int' | 'BigInt' | 'Bytes' | 'Boolean' | '[Int]';

export interface Column {
  /** as in schema.graphql */
  field: string;
  /** as in Postgres */
  name: string;
  scalar: Scalar;
  nullable: boolean;
}

export interface Table extends BulkTable {
  entity: string;
  columns: readonly Column[];
  indexes: readonly { column: string; unique: boolean }[];
}

export const SQL_TYPE: Record<Scalar, string> = {
  ID: 'text',
  String: 'text',
  Int: 'int4',
  BigInt: 'numeric',
  Bytes: 'bytea',
  Boolean: 'boolean',
  '[Int]': 'int4[]',
};

const SCHEMA_FILE = new URL('../../../../schema.graphql', import.meta.url);
/** firstDay → first_day, SealedReport → sealed_report. */
export const columnName = (name: string): string =>
  name.replace(/(?<=[a-z0-9])[A-Z]|(?<!^)[A-Z](?=[a-z])/g, (letter) => `_${letter}`).toLowerCase();

/** The tables of an entity schema. @throws FatalError `bad-schema`, naming entity and field. */
export function parseSchema(source: string): Table[] {
  const types = parse(source).definitions.filter((node): node is ObjectTypeDefinitionNode => node.kind === 'ObjectTypeDefinition');
  return types.filter((type) => type.directives?.some(({ name }) => name.value === 'entity')).map(readTable);
}

export const indexTables = (): Table[] => parseSchema(readFileSync(SCHEMA_FILE, 'utf8'));

function readTable(type: ObjectTypeDefinitionNode): Table {
  const entity = type.name.value;
  const fields = type.fields ?? [];
  const columns = fields.map((field) => readColumn(entity, field));
  if (!columns.some(({ field, scalar, nullable }) => field === 'id' && scalar === 'ID' && !nullable))
    throw new FatalError('bad-schema', `schema.graphql: ${entity}.id: expected ID!`);
  const indexes = fields.flatMap((field) => {
    const index = field.directives?.find(({ name }) => name.value === 'index');
    if (!index) return [];
    const unique =
      index.arguments?.some(({ name, value }) => name.value === 'unique' && value.kind === 'BooleanValue' && value.value) ?? false;
    return [{ column: columnName(field.name.value), unique }];
  });
  const types = Object.fromEntries(columns.map(({ name, scalar }) => [name, SQL_TYPE[scalar]]));
  return { entity, name: `chain.${columnName(entity)}`, types, columns, indexes };
}

function readColumn(entity: string, { name: { value: field }, type }: FieldDefinitionNode): Column {
  const nullable = type.kind !== 'NonNullType';
  const scalar = readScalar(type.kind === 'NonNullType' ? type.type : type);
  if (!scalar)
    throw new FatalError('bad-schema', `schema.graphql: ${entity}.${field}: expected ID, String, Int, BigInt, Bytes, Boolean or [Int!]`);
  return { field, name: columnName(field), scalar, nullable };
}

function readScalar(type: TypeNode): Scalar | undefined {
  if (type.kind === 'ListType') return type.type.kind === 'NonNullType' && readScalar(type.type.type) === 'Int' ? '[Int]' : undefined;
  return type.kind === 'NamedType' && type.name.value in SQL_TYPE ? (type.name.value as Scalar) : undefined;
}

// The runtime's own. `results_hash` is of the results that were taken for `height`: the next header must agree. `cursor.digest` is what the
// next block's goes on from; `digest.taken` is that too, where a roster was taken from its proof at that height. `evidence`, the log,
// the headers they lead to and what is proven of rosters are no index of the chain but proofs taken from a node at some moment: a rebuilt
// index takes them anew.
const OWN_TABLES = [
  `create table chain.cursor (
  one boolean primary key default true check (one),
  chain_id text not null,
  height int4 not null,
  block_hash bytea not null,
  app_hash bytea not null,
  validators_hash bytea not null,
  next_validators_hash bytea not null,
  results_height int4 not null check (results_height <= height),
  results_hash bytea not null,
  chain_unix_s int8 not null,
  digest bytea not null,
  updated_at timestamptz not null default now()
)`,
  `create table chain.digest (
  height int4 primary key,
  digest bytea not null,
  taken bytea
)`,
  `create table chain.genesis (
  one boolean primary key default true check (one),
  genesis jsonb not null,
  hash bytea not null
)`,
  `create table chain.light_block (
  height int4 primary key,
  turn boolean not null,
  block text not null
)`,
  `create table chain.evidence (
  day int4 primary key,
  height int4 not null,
  next_seq int8 not null,
  state text not null
)`,
  `create table chain.log_proof (
  one boolean primary key default true check (one),
  height int4 not null,
  first_seq int8 not null,
  next_seq int8 not null,
  file text not null
)`,
  `create table chain.main_proof (
  one boolean primary key default true check (one),
  height int4 not null,
  file text not null
)`,
  `create table chain.log_entry (
  seq int8 primary key,
  kind text not null,
  day int4 not null,
  version int4,
  meter text
)`,
  `create table chain.frozen (
  one boolean primary key default true check (one),
  height int4 not null,
  first_day int4 not null,
  next_freeze_day int4 not null,
  next_late_day int4 not null
)`,
  `create table chain.proven_roster (
  day int4,
  late boolean,
  height int4 not null,
  taken boolean not null,
  lacking text[] not null,
  surplus text[] not null,
  primary key (day, late)
)`,
  `create table chain.main_state (
  name text primary key,
  value text not null,
  height int4 not null
)`,
];

/**
 * What counts, for the rooms that read the index. Not of the hash: a view holds no data, so a new one is made in place, without a rebuild.
 *
 *   head          where the index is (src/node/db/chain-head.ts asks it)
 *   settled_day   a meter's day about which nothing new can come, and from which block on: its late roster is frozen, and a statement that
 *                 came by then was disputed. (A late statement that was booked as metered needs no dispute; who asks looks at days
 *                 booked otherwise.) A commitment of the proven roster that no indexed statement has waits for its dispute as well.
 *                 Whether a dispute can no longer come depends on who can open what: the books know it (src/node/books/outbox.ts).
 *   frozen_day    a day that the chain has frozen, by proof, and its roster's time where the index has it
 *   differing_roster  a proven roster that is not that of the indexed statements, and the meters in question
 *   day_change    a day and a block that changed what the chain's state says of it, or of the day after
 */
const VIEWS = [
  `create view chain.head with (security_invoker = true) as
  select c.chain_id, c.results_height as height, c.height as newest, c.chain_unix_s, c.updated_at,
    k.start_unix_s, k.rate, k.genesis_unix_s
  from chain.cursor c left join chain.clock k on k.id = 'clock'`,
  `create view chain.settled_day with (security_invoker = true) as
  select m.id as meter, r.day, greatest(r.height, d.height) as height
  from chain.roster r cross join chain.meter m
  left join chain.sealed_statement s on s.id = m.id || '-' || r.day and s.height <= r.height
  left join chain.dispute d on d.id = m.id || '-' || r.day
  where r.late and (d.id is not null or (s.id is null and not exists (
    select from chain.proven_roster p where p.day = r.day and p.late and m.id = any(p.lacking))))`,
  `create view chain.frozen_day with (security_invoker = true) as
  select d.day, r.id is not null as indexed, r.unix_s
  from chain.frozen f, generate_series(f.first_day, f.next_freeze_day - 1) as d (day)
  left join chain.roster r on r.day = d.day and not r.late`,
  `create view chain.differing_roster with (security_invoker = true) as
  select day, late, lacking || surplus as meters from chain.proven_roster where cardinality(lacking) + cardinality(surplus) > 0`,
  `create view chain.day_change with (security_invoker = true) as
  select day, height from chain.anchor union all
  select day - 1, height from chain.anchor union all
  select day, height from chain.proven_book union all
  select day - 1, height from chain.proven_book where version = 1 union all
  select day, height from chain.dispute union all
  select day, coalesce(withdrawn_height, open_height) from chain.no_bill union all
  select day, height from chain.final_reading union all
  select day, objected_height from chain.final_reading where objected_height is not null union all
  select day, height from chain.roster union all
  select day - 1, height from chain.roster where not late`,
];

/** Every statement that makes the index, in order. */
export function indexDdl(tables: readonly Table[]): string[] {
  const column = ({ name, scalar, nullable, field }: Table['columns'][number]): string =>
    `  ${name} ${SQL_TYPE[scalar]}${nullable ? '' : ' not null'}${field === 'id' ? ' primary key' : ''}`;
  const entities = tables.flatMap(({ name, columns, indexes }) => [
    `create table ${name} (\n${columns.map(column).join(',\n')}\n)`,
    ...indexes.map((index) => `create ${index.unique ? 'unique ' : ''}index on ${name} (${index.column})`),
  ]);
  return [...OWN_TABLES, ...entities];
}

const ddlHash = (ddl: readonly string[]): string => createHash('sha256').update(ddl.join(';\n')).digest('hex');

// One transaction at a time may create or drop the index; the number only has to be the same everywhere.
const DDL_LOCK = 7_304_177_001n;

/** What drops an index, unless its process says otherwise. */
export const RESET = 'electra index --reset';

/**
 * Makes the index's tables where there are none. `sql` must be connected as electra_indexer.
 * @param reset the command that drops this index
 * @throws FatalError `schema-changed` when they are of another schema.graphql.
 */
export async function ensureIndexSchema(sql: Sql, reset = RESET): Promise<void> {
  const ddl = indexDdl(indexTables());
  await sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(${DDL_LOCK})`;
    const [{ exists }] = await tx<{ exists: boolean }[]>`select to_regclass('chain.index_schema') is not null as exists`;
    if (!exists) {
      await tx.unsafe([...ddl, 'create table chain.index_schema (hash text primary key)'].join(';\n'));
      await tx`insert into chain.index_schema (hash) values (${ddlHash(ddl)})`;
      return makeViews(tx);
    }
    const [made] = await tx<{ hash: string }[]>`select hash from chain.index_schema`;
    if (made?.hash !== ddlHash(ddl)) {
      throw new FatalError(
        'schema-changed',
        `the index in Postgres was made from another schema.graphql; run \`${reset}\` to rebuild it from the chain ` +
          '(books, bills and proofs stay)',
      );
    }
    await makeViews(tx);
  });
}

/** Leaves the views alone where they are of this version: making them anew would wait for every reader of theirs. */
async function makeViews(tx: Tx): Promise<void> {
  const hash = ddlHash(VIEWS);
  const [{ made }] = await tx<{ made: boolean | null }[]>`select obj_description(to_regclass('chain.head'), 'pg_class') = ${hash} as made`;
  if (made) return;
  await dropViews(tx);
  await tx.unsafe([...VIEWS, `comment on view chain.head is '${hash}'`].join(';\n'));
}

async function dropViews(tx: Tx): Promise<void> {
  const views = await tx<{ name: string }[]>`select format('%I.%I', schemaname, viewname) as name from pg_views where schemaname = 'chain'`;
  if (views.length > 0) await tx.unsafe(`drop view ${views.map(({ name }) => name).join(', ')}`);
}

/**
 * Drops the index and makes it anew, empty; the next run fills it from genesis with the same rows. A running indexer notices and begins
 * again.
 */
export async function resetIndex(sql: Sql): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(${DDL_LOCK})`;
    await dropViews(tx);
    const tables = await tx<
      { name: string }[]
    >`select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'chain'`;
    if (tables.length > 0) await tx.unsafe(`drop table ${tables.map(({ name }) => name).join(', ')}`);
  });
  await ensureIndexSchema(sql);
}
