/** Five members hold a ceremony for all circuits of the project. What is refused is tried over tiny ones, in refusals.test.ts. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { auditOf } from '../../../test/kit/audit/verdicts.ts';
import { FIVE, holdCeremony, materials } from '../../../test/kit/ceremony/community.ts';
import { provenDay } from '../../../test/kit/ceremony/proven-day.ts';
import { CIRCUITS } from './index.ts';

let held: Awaited<ReturnType<typeof holdCeremony>>;
beforeAll(async () => {
  held = await holdCeremony(await materials());
}, 900_000);
afterAll(() => held?.end());

test('a ceremony gives keys that pass, with everybody’s contribution in them', () => {
  const { verdict, published } = held;
  expect(verdict.lines.filter(({ status }) => status !== 'passed')).toEqual([]);
  expect([verdict.status, verdict.exitCode]).toEqual(['passed', 0]);
  expect(verdict.contributors).toEqual(FIVE.map((name, i) => ({ name, hash: published[i] })));
  expect(verdict.lines.filter(({ check }) => check === 'computation').map(({ circuit }) => circuit)).toEqual(
    CIRCUITS.map(({ name }) => name),
  );
});

test('with these keys a node proves a day that an audit passes, with no word of development', { timeout: 300_000 }, async () => {
  const files = await provenDay(held.at('keys'));
  const verdict = await auditOf(files, { developmentKeys: false });
  expect(verdict.checks.filter(({ status }) => status !== 'passed')).toEqual([]);
  expect(verdict.exitCode).toBe(0);
});

test.each(CIRCUITS)('no two states of a ceremony have the same key of $name', ({ name }) => {
  const keys = ['0', '1', '2', '4', '5', 'keys'].map((state) => readFileSync(held.at(`${state}/${name}.zkey`)).toString('latin1'));
  expect(new Set(keys).size).toBe(keys.length);
});
