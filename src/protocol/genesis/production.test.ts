/** What a production chain is not. A continued one is in the table that the chain reads too: geneses.test.ts. */
import { expect, test } from 'vitest';
import { keyIds } from '../../../test/kit/development-keys.ts';
import { genesisJson } from '../../../test/kit/genesis.ts';
import { departures, notProduction, readGenesis } from './index.ts';

const OWN_KEYS = { clearing: '01', 'day-bill': '02', substitute: '03' };

test('a chain of the real time, the durations of the protocol and keys of its own is one of production', () => {
  expect(notProduction({ ...readGenesis(genesisJson()), keyIds: OWN_KEYS })).toBeNull();
});

test('everything else is named, one by one', () => {
  const genesis = readGenesis(
    genesisJson((state) => {
      state.clock = { start_unix_s: '86400', rate: '60', genesis_unix_s: '0' };
      state.params.grace_blocks = '10';
    }),
  );
  expect(departures(genesis)).toEqual([
    'clock.start_unix_s is 86400, not the genesis time 1782896400',
    'clock.rate is 60, not 1',
    'grace_blocks is 10, not 600',
    'development keys (clearing, day-bill, substitute), with which whoever made them can forge proofs',
  ]);
  expect(notProduction(genesis)).toMatch(/^not a production chain: clock\.start_unix_s is 86400, .*; development keys/);
});

test('one development key is enough', () => {
  const keys = { ...OWN_KEYS, substitute: keyIds().substitute };
  expect(departures({ ...readGenesis(genesisJson()), keyIds: keys })).toEqual([
    'development keys (substitute), with which whoever made them can forge proofs',
  ]);
});
