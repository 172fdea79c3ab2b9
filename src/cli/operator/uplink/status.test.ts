/** What `electra uplink status` says of what waits for its time. */
import { expect, test } from 'vitest';
import type { Standing } from '../../../node/uplink/index.ts';
import { linesOf } from './status.ts';

const registered = { chainId: 'rural', creditNel: '0', members: 4, suspended: 'vote', latestHeight: 9, latestUnixS: 86_400 };
const nothing: Standing = {
  ...{ enrolled: null, pending: [], registered: null, mainUnixS: 0, missing: [] },
  shares: { fromDay: 0, main: null } as Standing['shares'],
};
const waits = (what: Standing['pending'][number]['what'], id: string) => ({ id, what, treasury: null, dueUnixS: 172_800, vetoedBy: 1 });

test('each thing that waits has its line, by its kind, of a registered community too', () => {
  const lines = linesOf({ ...nothing, registered, pending: [waits('resume', '7'), waits('treasury', '8')] }, [], 'electra1x');
  expect(lines.slice(1, 4)).toEqual([
    'registered as rural, 4 members, credit 0.000000000, header 9 of 1970-01-02T00:00Z',
    'going on (number 7) is due 1970-01-03T00:00Z, vetoed by 1',
    'another treasury (number 8) is due 1970-01-03T00:00Z, vetoed by 1',
  ]);
});

test('a community that waits for its registration is not registered yet', () => {
  const lines = linesOf({ ...nothing, pending: [waits('register', '1')] }, [], 'electra1x');
  expect(lines.slice(1, 3)).toEqual(['not registered', 'registration (number 1) is due 1970-01-03T00:00Z, vetoed by 1']);
});
