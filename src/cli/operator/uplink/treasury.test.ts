/** electra.json takes over a treasury that is in force, when its operator says so, and none that is not. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { address } from '../../../../test/kit/books/index-rows.ts';
import { scratch } from '../../../../test/kit/electra.ts';
import { dataFolder, makeFolders, writeSettings } from '../../../node/processes/data-folder.ts';
import { uplinkSettings } from '../../../node/processes/uplink-settings.ts';
import { followTreasury } from './treasury.ts';

const folder = scratch('follow-treasury');
const data = dataFolder(folder.dir);
const [UPLINK, FIRST, SECOND] = ['uplink', 'first', 'second'].map(address);
beforeAll(() => {
  makeFolders(data);
  const main = { mainChainId: 'electra-main-5eed0002', mainGenesisHash: '0'.repeat(64), operator: { n: 0, address: address('operator') } };
  const uplink = { address: UPLINK, treasury: FIRST, trustPeriodS: 1_209_600, rpcUrls: ['http://127.0.0.1:9'], fromDay: 1, ...main };
  writeSettings(data, { version: 1, chainId: 'electra-test-00000000', uplink });
});
afterAll(() => folder.remove());

test('by --yes alone, and not where the main chain has not enrolled the uplink, whatever the settings name', () => {
  expect(() => followTreasury(data, undefined, { yes: true })).toThrow(`has not enrolled the uplink ${UPLINK} yet`);
  expect(() => followTreasury(data, SECOND, {})).toThrow('--yes: expected');
  expect(uplinkSettings(data).treasury).toBe(FIRST);
  followTreasury(data, SECOND, { yes: true, json: true });
  expect(uplinkSettings(data).treasury).toBe(SECOND);
});
