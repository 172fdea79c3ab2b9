/** What `electra up` runs beside the parts of every community. */
import { expect, test } from 'vitest';
import { dataFolder } from '../../node/processes/data-folder.ts';
import { uplinkParts } from './world.ts';

const data = dataFolder('/data');
const uplink = {
  ...{ address: 'electra1u', treasury: 'electra1t', mainChainId: 'electra-main-00000001', mainGenesisHash: '00'.repeat(32) },
  ...{ operator: { n: 0, address: 'electra1o' }, trustPeriodS: 1, rpcUrls: ['http://127.0.0.1:1'], fromDay: 1 },
};

test('a community that has joined a main chain follows it and states its days there, and is billed without either', () => {
  const parts = uplinkParts(data, { uplink });
  expect(parts.map(({ args }) => args.slice(args.findIndex((arg) => arg.endsWith('main.ts')) + 1))).toEqual([
    ['index', '--main', '--data', '/data'],
    ['uplink', 'run', '--data', '/data'],
  ]);
  for (const { spare } of parts) expect(spare).toEqual({ group: 'uplink', needs: 0 });
});

test('one that shares nowhere starts neither', () => expect(uplinkParts(data, {})).toEqual([]));
