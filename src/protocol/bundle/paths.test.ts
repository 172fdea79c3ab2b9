import { describe, expect, test } from 'vitest';
import {
  bookPath,
  communityPath,
  dayFolderOf,
  dayPath,
  earlierPath,
  GENESIS_PATH,
  LIGHT_PATH,
  LOG_PATH,
  MAIN_PATH,
  OPERATORS_PATH,
  placeOf,
  proofsPath,
  SETTLEMENTS_PATH,
} from './paths.ts';

const DATE = '2026-07-02';

describe('the layout of a bundle', () => {
  test.each([
    ['genesis.json', GENESIS_PATH, { kind: 'genesis' }],
    ['light.json', LIGHT_PATH, { kind: 'light' }],
    ['earlier/2026-07-02.json', earlierPath(DATE), { kind: 'earlier', date: DATE }],
    ['log.json', LOG_PATH, { kind: 'log' }],
    ['main.json', MAIN_PATH, { kind: 'main' }],
    ['settlements.json', SETTLEMENTS_PATH, { kind: 'settlements' }],
    ['communities/electra-a-5eed0002.json', communityPath('electra-a-5eed0002'), { kind: 'community', chainId: 'electra-a-5eed0002' }],
    ['operators.json', OPERATORS_PATH, { kind: 'operators' }],
    ['days/2026-07-02/roster.json', dayPath(DATE, 'roster'), { kind: 'roster', date: DATE }],
    ['days/2026-07-02/chain.json', dayPath(DATE, 'chain'), { kind: 'chain', date: DATE }],
    ['days/2026-07-02/state.json', dayPath(DATE, 'state'), { kind: 'state', date: DATE }],
    ['days/2026-07-02/book.json', bookPath(DATE, 1), { kind: 'book', date: DATE, version: 1 }],
    ['days/2026-07-02/proofs.json', proofsPath(DATE, 1), { kind: 'proofs', date: DATE, version: 1 }],
    ['days/2026-07-02/book.v2.json', bookPath(DATE, 2), { kind: 'book', date: DATE, version: 2 }],
    ['days/2026-07-02/proofs.v13.json', proofsPath(DATE, 13), { kind: 'proofs', date: DATE, version: 13 }],
  ])('has %s as it is written and as it is read', (path, made, place) => {
    expect(made).toBe(path);
    expect(placeOf(path)).toEqual(place);
  });

  test.each([
    'book.json',
    'README.md',
    'keys/day-bill.json',
    `days/${DATE}/book.v1.json`,
    `days/${DATE}/book.v02.json`,
    `days/${DATE}/book.v1000000.json`,
    `days/${DATE}/roster.v2.json`,
    `days/${DATE}/more/book.json`,
    `/days/${DATE}/book.json`,
    `x/days/${DATE}/book.json`,
    `earlier/${DATE}/roster.json`,
    'communities/a/b.json',
    'communities.json',
    `days/${DATE}`,
  ])('has no place for %s', (path) => expect(placeOf(path)).toBeNull());

  test('tells the folder of a day, whatever is in it', () => {
    expect(dayFolderOf(`days/${DATE}/notes.txt`)).toBe(DATE);
    expect(dayFolderOf('days/yesterday/a/b.json')).toBe('yesterday');
    expect(dayFolderOf('days/book.json')).toBeUndefined();
    expect(dayFolderOf('keys/a/b')).toBeUndefined();
  });
});
