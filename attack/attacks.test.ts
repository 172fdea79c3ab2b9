/** Every attack of `npm run attack`, one test each: refused by just the check that should, and successful when that check is taken out. */
import { afterAll, describe, expect, test } from 'vitest';
import { closeAll } from '../test/kit/attack/clean-up.ts';
import { judge } from './attack.ts';
import { attacks } from './list.ts';

afterAll(closeAll);

describe.each([...new Set(attacks.map(({ group }) => group))])('%s', (group) => {
  test.each(attacks.filter((attack) => attack.group === group).map((attack) => [attack.name, attack] as const))(
    '%s',
    async (_, attack) => {
      const row = await judge(attack);
      expect([...new Set(row.refusals)].sort()).toEqual([...attack.refusedBy].sort());
      expect('cannot' in row.without ? row.without.cannot : row.without).toEqual(
        'cannot' in row.without ? expect.stringMatching(/./) : { succeeds: true, how: expect.any(String) },
      );
      expect(row.faults).toEqual([]);
    },
    120_000,
  );
});

test('no two attacks have one name', () => {
  expect(new Set(attacks.map(({ name }) => name)).size).toBe(attacks.length);
});
