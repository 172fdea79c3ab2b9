/** The table of geneses that the chain reads too (chain/app/geneses_test.go): the same answer, and the same field, to each. */
import { expect, test } from 'vitest';
import { genesisCases } from '../../../test/kit/genesis-table.ts';
import { departures, isShared, readAnyGenesis, readGenesis, readSharedGenesis } from './index.ts';

/** Where communities are the members, another reader takes the genesis. */
const read = (of: string, document: string) => (of.startsWith('shared') ? readSharedGenesis : readGenesis)(JSON.parse(document));

const sound = genesisCases.filter(({ field }) => field === undefined);
const refused = genesisCases.filter(({ field, text, points }) => field !== undefined && text === undefined && !points);

test.each(sound)('is read, $name', ({ of, document, departures: expected = [] }) => {
  expect(departures(read(of, document))).toEqual(expected);
});

test.each(refused)('is refused, $name', ({ of, document, field = '' }) => {
  const expected = field.startsWith('^') ? `genesis.${field.slice(1)}` : `genesis.app_state.meter.${field}`;
  expect(() => read(of, document)).toThrow(
    expect.objectContaining({ name: 'ProtocolError', field: expect.stringMatching(new RegExp(`^${expected.replace(/[.[\]]/g, '\\$&')}`)) }),
  );
});

test('is taken for what it is: a community’s by nobody who reads that of communities, and the other way round', () => {
  const [own, shared] = ['fresh', 'shared'].map((kind) => JSON.parse(sound.find(({ of }) => of === kind)!.document));
  const refusal = expect.objectContaining({ field: 'genesis.app_state.meter.params.rule' });
  expect(() => readGenesis(shared)).toThrow(refusal);
  expect(() => readSharedGenesis(own)).toThrow(refusal);
});

test('is either’s for whoever serves both, who is told which it is', () => {
  const [own, shared] = ['fresh', 'shared'].map((kind) => JSON.parse(sound.find(({ of }) => of === kind)!.document));
  expect(readAnyGenesis(own)).toEqual(readGenesis(own));
  expect(readAnyGenesis(shared)).toEqual(readSharedGenesis(shared));
  expect([own, shared].map(readAnyGenesis).map(isShared)).toEqual([false, true]);
});
