/** What a genesis keeps of proven books: changes of the continued genesis of the table, and the field that each is refused by. */
import { expect, test } from 'vitest';
import { changed } from '../../../test/kit/genesis-changes.ts';
import { PROVING_CASES } from '../../../test/kit/genesis-proving.ts';
import { genesisDocuments } from '../../../test/kit/genesis-table.ts';
import { readUnsignedGenesis } from './read.ts';

const read = (one: (typeof PROVING_CASES)[number]) => readUnsignedGenesis(changed(genesisDocuments[one.of], one));

test.each(PROVING_CASES.filter(({ field }) => field === undefined))('is read, $what', (one) => {
  const { proving, hash } = read(one);
  expect(proving.books.map(({ day, version, copies }) => [day - proving.books[0].day, version, copies])).toEqual([
    [0, 1, 0],
    [1, 1, 2],
    [1, 2, 0],
  ]);
  expect(proving.links.filter(({ metered }) => metered)).toHaveLength(1);
  expect(proving.late).toHaveLength(1);
  expect(hash).not.toBe(readUnsignedGenesis(genesisDocuments[one.of]).hash);
});

test('is read as no proven books where the key is left out', () => {
  expect(readUnsignedGenesis(genesisDocuments.continued).proving).toEqual({ books: [], links: [], late: [] });
});

test.each(PROVING_CASES.filter(({ field }) => field !== undefined))('is refused, $what', (one) => {
  const field = `genesis.app_state.meter.${one.field}`;
  expect(() => read(one)).toThrow(expect.objectContaining({ name: 'ProtocolError', field: expect.stringContaining(field) }));
});
