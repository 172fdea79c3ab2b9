/**
 * Who the operator is, two places read: the reader of genesis for everybody, and row-level security in SQL, which cannot call it. Here both
 * answer over the same geneses. A row of chain.genesis is written by the Applier alone, from what the reader has let through.
 */
import { toBech32 } from '@cosmjs/encoding';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { genesisAddress, genesisJson } from '../../../../test/kit/genesis.ts';
import type { TestPostgres } from '../../../../test/kit/postgres.ts';
import { startTestPostgres } from '../../../../test/kit/postgres.ts';
import { readGenesis } from '../../../protocol/genesis/index.ts';
import type { Sql } from '../../db/index.ts';
import { connect } from '../../db/index.ts';
import { Applier } from './apply.ts';
import { ensureIndexSchema, indexTables } from './schema.ts';

const [ONE, OTHER] = [genesisAddress(99), genesisAddress(98)];

let database: TestPostgres;
let sql: Sql;
let api: Sql;
beforeAll(async () => {
  database = await startTestPostgres();
  [sql, api] = [database.urls.indexer, database.urls.api].map((url) => connect({ url, max: 1, application: 'test' }));
  await ensureIndexSchema(sql);
});
afterAll(async () => {
  await sql?.end();
  await api?.end();
  await database?.stop();
});

/** The operators by row-level security, of everybody who could sign in. */
async function operatorsBySql(): Promise<string[]> {
  const found = await Promise.all(
    [ONE, OTHER, genesisAddress(1), genesisAddress(100)].map(async (address) => {
      const [{ operator }] = await api<{ operator: boolean }[]>`select operator from access.roles_of(${address})`;
      return operator ? [address] : [];
    }),
  );
  return found.flat();
}

const empty = () => sql`truncate chain.genesis, chain.cursor, chain.meter, chain.tariff, chain.node_key`;
const operatedBy = (operator: unknown, top: object = {}) => genesisJson((state) => Object.assign(state, { operator }), top);

test.each<[string, unknown]>([
  ['as the chain writes it', operatedBy(ONE)],
  ['with another operator', operatedBy(OTHER)],
  ['whose operator owns a meter too', operatedBy(genesisAddress(100))],
  ['whose operator has the address of a meter', operatedBy(genesisAddress(1))],
  ['as the RPC wraps it', { jsonrpc: '2.0', id: 1, result: { genesis: operatedBy(ONE) } }],
  ['of a continued chain', operatedBy(ONE, { initial_height: '902' })],
  ['with an operator beside its state, who is none', operatedBy(ONE, { operator: OTHER, meter: { operator: OTHER } })],
  [
    'with two operators, of whom JSON lets the last stand',
    JSON.parse(JSON.stringify(operatedBy(OTHER)).replace('"operator":', `"operator":"${ONE}","operator":`)),
  ],
])('a genesis %s has one operator, the same for the reader and for SQL', async (_, document) => {
  await empty();
  const genesis = readGenesis(document);
  await new Applier(sql, indexTables()).genesis(genesis);
  expect(await operatorsBySql()).toEqual([genesis.operator]);
});

test.each<[string, unknown]>([
  ['none', undefined],
  ['null', null],
  ['a number', 99],
  ['a list of one', [ONE]],
  ['an object', { address: ONE }],
  ['the address in capitals', ONE.toUpperCase()],
  ['a space behind the address', `${ONE} `],
  ['an address of another chain', toBech32('cosmos', new Uint8Array(20).fill(99))],
  ['a longer address', toBech32('electra', new Uint8Array(32).fill(99))],
  ['nothing between the quotes', ''],
])('an operator that is %s is refused by the reader, and nobody by SQL if its row were there', async (_, operator) => {
  const document = operatedBy(operator);
  expect(() => readGenesis(document)).toThrow(expect.objectContaining({ field: 'genesis.app_state.meter.operator' }));
  await empty();
  await sql`insert into chain.genesis (genesis, hash) values (${sql.json(document)}, '')`;
  expect(await operatorsBySql()).toEqual([]);
});
