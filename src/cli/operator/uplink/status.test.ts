/** What `electra uplink status` says of what waits for its time. */
import { expect, test } from 'vitest';
import type { Standing } from '../../../node/uplink/index.ts';
import { linesOf } from './status.ts';

const registered = {
  chainId: 'rural',
  creditNel: '0',
  members: 4,
  suspended: 'vote',
  sinceUnixS: 86_400,
  latestHeight: 9,
  latestUnixS: 86_400,
};
const nothing: Standing = {
  ...{ enrolled: null, pending: [], registered: null, mainUnixS: 0, tooLate: null, missing: [] },
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

test('days for which the registration came too late are named, with when it is in force; where there is time for all, none are', () => {
  const tooLate = { from: 1, to: 2, inForceUnixS: 518_400 };
  const enrolled = { firstDay: 1, lastDay: 0, treasury: 'electra1t', capacityWh: 1 };
  const line = (found: object) => linesOf({ ...nothing, ...found }, [], 'electra1x').filter((text) => text.startsWith('not shared'));
  expect(line({ enrolled, tooLate })).toEqual([
    'not shared: 1970-01-02 to 1970-01-03, for the registration is not in force before 1970-01-07T00:00Z: it came too late for them',
  ]);
  const later = line({ enrolled: { ...enrolled, firstDay: 2 }, registered, tooLate: { ...tooLate, to: 1 } });
  expect(later).toEqual([
    expect.stringMatching(/^not shared: 1970-01-02, .* has been in force since .*, and the uplink is a meter from 1970-01-03 on/),
  ]);
  expect(line({ enrolled, registered })).toEqual([]);
});
