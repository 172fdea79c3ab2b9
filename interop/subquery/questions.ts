/**
 * Ten questions about an index, as a reader of the stock query service asks them in GraphQL, and the same ones to our tables. Answers are
 * compared as JSON.
 */
import type { Sql } from '../../src/node/db/index.ts';

export interface Question {
  about: string;
  /** to the stock query service; `answer` is what it says under `data` */
  graphql: string;
  /** to the index; one row that has the same shape, or a list of them under `nodes` */
  sql: string;
}

interface Narrowed {
  where?: string;
  filter?: string;
}

function list(
  about: string,
  entity: string,
  table: string,
  fields: Record<string, string>,
  { where = '', filter }: Narrowed = {},
): Question {
  const page = `orderBy: ID_ASC, first: 100${filter ? `, filter: ${filter}` : ''}`;
  const object = Object.entries(fields).map(([field, column]) => `'${field}', ${column}`);
  const nodes = `coalesce(json_agg(json_build_object(${object.join(', ')})), '[]')`;
  const count = `select count(*) from chain.${table} ${where}`;
  const rows = `select * from chain.${table} ${where} order by id collate "C" limit 100`;
  return {
    about,
    graphql: `{ answer: ${entity}(${page}) { totalCount nodes { ${Object.keys(fields).join(' ')} } } }`,
    sql: `select json_build_object('totalCount', (${count}), 'nodes', ${nodes}) as answer from (${rows}) t`,
  };
}

export const questions = (meter: string, day: number): Question[] => [
  list('the clock', 'clocks', 'clock', { id: 'id', startUnixS: 'start_unix_s::text', rate: 'rate::text', graceS: 'grace_s::text' }),
  list('all meters', 'meters', 'meter', {
    id: 'id',
    member: 'member',
    firstDay: 'first_day',
    serviceDay: 'service_day',
    lastDay: 'last_day',
  }),
  list('tariffs', 'tariffs', 'tariff', {
    id: 'id',
    rule: 'rule',
    feePerDayNel: 'fee_per_day_nel::text',
    retailNelPerWh: 'retail_nel_per_wh',
  }),
  list(
    'reports of one meter',
    'sealedReports',
    'sealed_report',
    { id: 'id', slot: 'slot', height: 'height' },
    { where: `where meter = '${meter}'`, filter: `{ meter: { equalTo: "${meter}" } }` },
  ),
  list(
    'statements of one day',
    'sealedStatements',
    'sealed_statement',
    { id: 'id', meter: 'meter', keyEpoch: 'key_epoch', height: 'height' },
    { where: `where day = ${day}`, filter: `{ day: { equalTo: ${day} } }` },
  ),
  list(
    'early rosters',
    'rosters',
    'roster',
    { id: 'id', day: 'day', unixS: 'unix_s::text' },
    { where: 'where not late', filter: '{ late: { equalTo: false } }' },
  ),
  list('late rosters', 'rosters', 'roster', { id: 'id', height: 'height' }, { where: 'where late', filter: '{ late: { equalTo: true } }' }),
  list('anchors', 'anchors', 'anchor', { id: 'id', day: 'day', version: 'version', height: 'height' }),
  list('validators’ changes', 'validatorChanges', 'validator_change', {
    id: 'id',
    meter: 'meter',
    fate: 'fate',
    dueUnixS: 'due_unix_s::text',
  }),
  list('what could not be placed', 'badTransactions', 'bad_transaction', { id: 'id', reason: 'reason', detail: 'detail' }),
];

export async function ourAnswer(sql: Sql, { sql: text }: Question): Promise<unknown> {
  const [{ answer }] = await sql.unsafe<{ answer: unknown }[]>(text);
  return answer;
}

export async function stockAnswer(url: string, { graphql, about }: Question): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: graphql }),
  });
  const { data, errors } = (await response.json()) as { data?: { answer: unknown }; errors?: { message: string }[] };
  if (!data) throw new Error(`${about}: the stock query service says ${errors?.[0]?.message}`);
  return data.answer;
}
