/** What communities that share begin with: three chains whose geneses name each other as they have to. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dataFolder, readSettings } from '../../../node/processes/data-folder.ts';
import { readGenesis } from '../../../protocol/genesis/index.ts';
import { PERIOD_DAYS } from '../../../protocol/index.ts';
import { SHARING } from '../options.ts';
import { communityFolder, firstStartOfExchange, mainGenesis, treasuryAddress } from './first-start.ts';

const root = mkdtempSync(join(tmpdir(), 'electra-sharing-'));
const data = dataFolder(root);
beforeAll(async () => {
  await firstStartOfExchange(data, {
    ...{ community: 'rural', from: '2016-07-01', days: 2, data: root, port: 4000, portGiven: false, once: true, rate: 1 },
    ...{ gateways: false, exchange: true, freezeAfterS: 300 },
  });
}, 120_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('the chain between them has the communities as its meters, from the first day of the week on', () => {
  const market = readSettings(data).market!;
  const { genesis } = mainGenesis(data, market);
  expect(genesis.params.rule).toBe('shared/1');
  expect(genesis.params.graceS).toBe(300);
  expect(genesis.meters.map(({ meter, member, firstDay }) => [meter, member, firstDay]).sort()).toEqual(
    SHARING.map((name) => [readSettings(communityFolder(data, name)).uplink!.address, treasuryAddress(data, name), market.firstDay]).sort(),
  );
});

test.each(SHARING)('%s shares there from the day that is played, the last of the week, and nowhere before', (name) => {
  const { market } = readSettings(data);
  const own = communityFolder(data, name);
  const { demo, uplink } = readSettings(own);
  const { genesis } = mainGenesis(data, market!);
  const file = own.path('chain', demo!.validators[0].home, 'config', 'genesis.json');
  const { uplinks } = readGenesis(JSON.parse(readFileSync(file, 'utf8')));
  const played = market!.firstDay + PERIOD_DAYS - 1;
  expect(demo).toMatchObject({ days: 1, firstDay: played });
  expect(uplink).toMatchObject({ fromDay: played, mainChainId: genesis.chainId, mainGenesisHash: genesis.hash });
  expect(uplinks).toMatchObject([
    { fromDay: 0, main: null },
    { fromDay: played, main: { chainId: genesis.chainId, uplink: uplink!.address } },
  ]);
});
