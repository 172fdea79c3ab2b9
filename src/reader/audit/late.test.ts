/** Late statements that no version of the book bills: what their day's line says, and what the other lines leave to it. */
import { expect, test } from 'vitest';
import { DAY1, edit, load } from '../../../test/kit/audit/bundles.ts';
import { auditAsIs, namesOf } from '../../../test/kit/audit/verdicts.ts';
import type { Untyped } from '../../../test/kit/untyped.ts';
import { parseChainFile } from '../../protocol/index.ts';

const CHAIN1 = `days/${DAY1}/chain.json`;
/** The bundle whose second version bills a late statement, with that version changed; when that statement was due. */
function corrected(change: (book: Untyped) => void) {
  const files = load('corrected');
  edit(files, `days/${DAY1}/book.v2.json`, change);
  return { files, dueUnixS: parseChainFile(files.get(CHAIN1)!).lateRoster!.frozenUnixS + 172_800 };
}

test('a draft fails for a late statement that it leaves out, until that is overdue: withholding more would help nobody', async () => {
  const { files, dueUnixS } = corrected((b) => {
    b.meters = [];
  });
  edit(files, CHAIN1, (c) => {
    c.anchors.pop();
  });
  const failures = async (nowUnixS: number) => namesOf(await auditAsIs(files, { draft: true, nowUnixS }));
  expect(await failures(dueUnixS)).toContain('3 late');
  expect(await failures(dueUnixS + 1)).not.toContain('3 late');
});

test('a correction of a run may hold a late statement that is lost: line late names it for good, and line meters no more', async () => {
  const { files, dueUnixS } = corrected((b) => {
    b.meters[0].source = 'substitute';
  });
  const failures = async (nowUnixS: number) =>
    namesOf(await auditAsIs(files, { nowUnixS })).filter((name) => ['3 late', '3 meters'].includes(name));
  expect(await failures(dueUnixS)).toEqual(['3 late', '3 meters']);
  expect(await failures(dueUnixS + 1)).toEqual(['3 late']);
});
