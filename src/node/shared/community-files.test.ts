/** What the index has of communities' chains becomes the very files that the audit of a main chain is tested with. */
import { expect, test } from 'vitest';
import { validators } from '../../../test/kit/audit/headers.ts';
import { FIRST_DAY } from '../../../test/kit/genesis.ts';
import { chainIdOf } from '../../../test/kit/main-audit/days.ts';
import { communityFile, type EvidencePlan, shownDays } from '../../../test/kit/main-audit/evidence.ts';
import { parseCommunityFile } from '../../protocol/index.ts';
import { communityFiles } from './community-files.ts';

const DAYS = [FIRST_DAY, FIRST_DAY + 1];
const path = (n: number) => `communities/${chainIdOf(n)}.json`;

test.each<[string, EvidencePlan]>([
  ['of validators that stayed', {}],
  ['of others than those that were announced', { announced: validators(5, 'community 0 ') }],
  ['of a block that not all have signed', { signers: (set) => set.slice(1) }],
])('one file a community, byte for byte: two days under one header %s', async (_, plan) => {
  const [rows, other] = [await shownDays(0, DAYS, plan), await shownDays(1, DAYS.slice(1))];
  const files = communityFiles([rows[1], ...other, rows[0]]);
  expect(Object.keys(files).sort()).toEqual([0, 1].map(path).sort());
  expect(files[path(0)]).toBe((await communityFile(0, DAYS, plan))[1]);
  expect(files[path(1)]).toBe((await communityFile(1, DAYS.slice(1)))[1]);
});

test('headers rise, each once with the commit that came first; a set that one of them names is not there again', async () => {
  const [first] = await shownDays(0, DAYS.slice(0, 1), { signers: (set) => set.slice(1) });
  const [again] = await shownDays(0, DAYS.slice(0, 1), {});
  const file = parseCommunityFile(communityFiles([first, { ...again, day: FIRST_DAY + 1 }])[path(0)]);
  expect(file.light.blocks.map(({ signed_header: { commit } }) => commit.signatures[0].block_id_flag)).toEqual([1]);
  expect([file.days.map(({ day }) => day), file.announced]).toEqual([DAYS, []]);
});

test('without a day that was stated there is no file; evidence that does not read is refused by its field', async () => {
  expect(communityFiles([])).toEqual({});
  const [row] = await shownDays(0, DAYS.slice(0, 1));
  expect(() => communityFiles([{ ...row, evidence: row.evidence.subarray(1) }])).toThrow(/evidence/);
  expect(() => communityFiles([{ ...row, net_proof: Buffer.alloc(128) }])).toThrow(/net_proof\./);
});
