import { describe, expect, test } from 'vitest';
import { insertStatement, replacing } from '../../db/bulk.ts';
import { assertFields, fromRow, toText } from './rows.ts';
import { indexDdl, indexTables, parseSchema } from './schema.ts';

const [table] = parseSchema(`
  type SealedThing @entity {
    id: ID!
    firstDay: Int! @index
    keyURLOf: String @index(unique: true)
    amountNel: BigInt
    sealed: Bytes
    late: Boolean
    pricesNelPerWh: [Int!]
  }
  type NoEntity { x: Int }`);
const text = (field: string, value: unknown) => toText(table, table.columns.find((column) => column.field === field)!, value);

describe('tables from entities', () => {
  test('in snake case, by the contract’s types', () => {
    const ddl = indexDdl([table]).join(';\n');
    expect(ddl).toContain('create table chain.sealed_thing');
    for (const column of [
      'id text not null primary key',
      'first_day int4 not null',
      'amount_nel numeric',
      'sealed bytea',
      'late boolean',
      'prices_nel_per_wh int4[]',
    ])
      expect(ddl).toContain(`  ${column}`);
    expect(ddl).toContain('create index on chain.sealed_thing (first_day)');
    expect(ddl).toMatch(/create unique index on chain.sealed_thing \(key_\w+\)/);
    expect(ddl).not.toContain('no_entity');
  });
  test('of the project: every entity one', () => {
    expect(indexTables().map(({ name }) => name)).toEqual(
      [
        'clock',
        'meter',
        'node_key',
        'operator_rotation',
        'operator_vote',
        'tariff',
        'slot_prices',
        'sealed_report',
        'sealed_statement',
        'dispute',
        'anchor',
        'proven_book',
        'no_bill',
        'validator_change',
        'validator_veto',
        'final_reading',
        'roster',
        'uplink',
        'day_evidence',
        'community',
        'register',
        'register_change',
        'register_veto',
        'suspend_vote',
        'client_update',
        'chain_conflict',
        'settlement_entry',
        'escrow_move',
        'fund_withdrawal',
        'electra',
        'electra_role',
        'role_change',
        'role_vote',
        'electra_account',
        'attestation',
        'mint',
        'redemption',
        'transfer',
        'bad_transaction',
      ].map((name) => `chain.${name}`),
    );
    const units = indexTables().flatMap(({ columns }) => columns.map(({ name }) => name));
    for (const name of ['max_wh_per_slot', 'retail_nel_per_wh', 'feed_in_nel_per_wh', 'fee_per_day_nel', 'unix_s', 'effective_unix_s'])
      expect(units).toContain(name);
  });
  test.each([
    ['type A @entity { x: Int! }', /A\.id/],
    ['type A @entity { id: ID }', /A\.id/],
    ['type A @entity { id: ID! f: Float }', /A\.f/],
    ['type A @entity { id: ID! l: [String!] }', /A\.l/],
    ['type A @entity { id: ID! l: [Int] }', /A\.l/],
    ['type A @entity { id: ID! b: B } type B @entity { id: ID! }', /A\.b/],
  ])('are refused of %s', (source, field) =>
    expect(() => parseSchema(source)).toThrow(expect.objectContaining({ code: 'bad-schema', message: expect.stringMatching(field) })),
  );
});

describe('a row', () => {
  test('travels as text and comes back the same', () => {
    const entity = {
      id: 'a',
      firstDay: -5,
      keyURLOf: null,
      amountNel: -(2n ** 70n),
      sealed: '0x00ff',
      late: false,
      pricesNelPerWh: [1, -2],
    };
    expect(table.columns.map(({ field }) => text(field, entity[field as 'id']))).toEqual([
      'a',
      '-5',
      null,
      String(-(2n ** 70n)),
      '\\x00ff',
      'false',
      '{1,-2}',
    ]);
    const row = {
      id: 'a',
      first_day: -5,
      amount_nel: String(-(2n ** 70n)),
      sealed: Buffer.from('00ff', 'hex'),
      late: false,
      prices_nel_per_wh: [1, -2],
      [table.columns[2].name]: null,
    };
    expect(fromRow(table, row)).toEqual(entity);
  });
  test.each<[string, unknown]>([
    ['id', null],
    ['id', 5],
    ['keyURLOf', 'a\u0000'],
    ['firstDay', 2 ** 31],
    ['firstDay', 1.5],
    ['firstDay', undefined],
    ['firstDay', '1'],
    ['amountNel', 5],
    ['sealed', 'ff'],
    ['sealed', '0xf'],
    ['late', 0],
    ['pricesNelPerWh', [2 ** 31]],
    ['pricesNelPerWh', 5],
  ])('is refused with %s = %s', (field, value) => expect(() => text(field, value)).toThrow(`SealedThing.${field}: expected`));
  test('is refused with a field that the entity has not', () => {
    expect(() => assertFields(table, { id: 'a', firstday: 3 })).toThrow('SealedThing.firstday: no such field');
    expect(() => assertFields(table, { id: 'a', firstDay: 3 })).not.toThrow();
  });
  test('replaces the one with its id', () =>
    expect(insertStatement(table, replacing(table, 'id'))).toMatch(/on conflict \(id\) do update set first_day = excluded.first_day/));
});
