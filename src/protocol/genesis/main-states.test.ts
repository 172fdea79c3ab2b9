/** What a main chain begins from, as the chain itself wrote it (chain/mainapp/genesis_vectors_test.go): read alike, hashed alike. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { departures, readAnyGenesis, readGenesis, readSharedGenesis, type SharedGenesis } from './index.ts';
import { MAIN_STATES, type StateField } from './main-fields.ts';

interface Vectors {
  fields: Record<string, StateField[]>;
  geneses: { name: string; document: Record<string, unknown>; hash: string; departures: string[] }[];
}

const path = new URL('../../../sdk/vectors/main-genesis.json', import.meta.url);
const { fields, geneses }: Vectors = JSON.parse(readFileSync(path, 'utf8'));
const [fresh, lived] = geneses.map(({ document }) => document);
const read = (document: unknown): SharedGenesis => readSharedGenesis(structuredClone(document));

/** A copy with a value at a path below app_state, or without it. */
function changed(document: unknown, at: string, value?: unknown): unknown {
  const copy = structuredClone(document) as { app_state: Record<string, unknown> };
  const keys = at.split('.');
  const last = keys.pop()!;
  let node: Record<string, unknown> = copy.app_state;
  for (const key of keys) node = node[key] as Record<string, unknown>;
  if (value === undefined) delete node[last];
  else node[last] = value;
  return copy;
}

test('the fields of the states are those of the compiled proto', () => {
  expect(MAIN_STATES).toEqual(fields);
});

test.each(geneses)('$name has the hash that the chain keeps of it', ({ document, hash }) => {
  expect(read(document).hash).toBe(hash);
});

test.each(geneses)(
  '$name has of its further modules what production would not have, in the chain’s words',
  ({ document, departures: expected }) => {
    expect(departures(read(document)).slice(-expected.length)).toEqual(expected);
  },
);

test('what was read is a genesis by itself, of the same hash', () => {
  const { document, hash } = read(lived);
  expect(read(document).hash).toBe(hash);
});

test('who has what, who is a community and what waits are values', () => {
  const { bank, electra, register, settlement } = read(lived).main!;
  expect(bank.balances.reduce((sum, { amountNel }) => sum + amountNel, 0n)).toBe(bank.supplyNel);
  expect(electra.redemptions.map(({ id, state }) => [id, state])).toEqual([
    [1n, 'confirmed'],
    [2n, 'open'],
  ]);
  expect(register.communities.map(({ chainId, suspended }) => [chainId, suspended])).toEqual([['electra-rural-00000001', 'vote']]);
  expect(register.pending.map(({ id, checkpoint }) => [id, checkpoint?.unixNs])).toEqual([[3n, 1_782_864_000_123_456_789n]]);
  expect(settlement.escrows.map(({ amountNel }) => amountNel)).toEqual([5_000_000n]);
});

test('another state of any module is another genesis', () => {
  const other = changed(lived, 'settlement.escrows.0.amount_nel', '5000001');
  expect(readAnyGenesis(lived)).toMatchObject({ hash: read(lived).hash });
  expect(() => readSharedGenesis(other)).toThrow(expect.objectContaining({ field: expect.stringContaining('node_keys[0].signature') }));
});

test.each([
  ['a module left out', 'register', undefined, 'register'],
  ['a module that there is not', 'mint', {}, 'mint'],
  ['a field left out', 'electra.paused', undefined, 'electra.paused'],
  ['a field that there is not', 'electra.more', '1', 'electra.more'],
  ['a number as no string', 'settlement.fund_nel', 3, 'settlement.fund_nel'],
  ['a string as no number', 'settlement.first_day', '20630', 'settlement.first_day'],
  ['a number in another spelling', 'settlement.fund_nel', '03', 'settlement.fund_nel'],
  ['a number of more than 64 bits', 'electra.minted_nel', String(2n ** 64n), 'electra.minted_nel'],
  ['bytes in another spelling', 'register.communities.0.genesis_hash', 'CQ', 'register.communities[0].genesis_hash'],
  ['more ELECTRA than was minted', 'electra.minted_nel', '1', 'electra.minted_nel'],
  ['a supply that nobody has', 'bank.supply.0.amount', '1', 'bank.supply'],
  ['another denomination', 'bank.supply.0.denom', 'other', 'bank.supply'],
  ['sending switched off', 'bank.params.default_send_enabled', false, 'bank.params.default_send_enabled'],
])('is refused with %s', (_, at, value, field) => {
  expect(() => readSharedGenesis(changed(lived, at, value))).toThrow(
    expect.objectContaining({ name: 'ProtocolError', field: `genesis.app_state.${field}` }),
  );
});

test('a community’s chain has no such module', () => {
  const table = JSON.parse(readFileSync(new URL('../../../sdk/vectors/geneses.json', import.meta.url), 'utf8'));
  expect(readGenesis(table.fresh).params.rule).toBeNull();
  const states = (fresh as { app_state: { bank: unknown; electra: unknown; register: unknown; settlement: unknown } }).app_state;
  const { bank, electra, register, settlement } = states;
  const both = { ...table.fresh, app_state: { ...table.fresh.app_state, bank, electra, register, settlement } };
  expect(() => readGenesis(both)).toThrow(expect.objectContaining({ field: 'genesis.app_state' }));
});
