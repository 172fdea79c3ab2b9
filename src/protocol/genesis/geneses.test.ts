/** The table of geneses that the chain reads too (chain/app/geneses_test.go): the same answer, and the same field, to each. */
import { expect, test } from 'vitest';
import { genesisCases } from '../../../test/kit/genesis-table.ts';
import { departures, readGenesis } from './index.ts';

const sound = genesisCases.filter(({ field }) => field === undefined);
const refused = genesisCases.filter(({ field, text, points }) => field !== undefined && text === undefined && !points);

test.each(sound)('is read, $name', ({ document, departures: expected = [] }) => {
  expect(departures(readGenesis(JSON.parse(document)))).toEqual(expected);
});

test.each(refused)('is refused, $name', ({ document, field = '' }) => {
  const expected = field.startsWith('^') ? `genesis.${field.slice(1)}` : `genesis.app_state.meter.${field}`;
  expect(() => readGenesis(JSON.parse(document))).toThrow(
    expect.objectContaining({ name: 'ProtocolError', field: expect.stringMatching(new RegExp(`^${expected.replace(/[.[\]]/g, '\\$&')}`)) }),
  );
});
