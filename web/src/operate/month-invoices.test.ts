/** What is issued of a month and what is left, as it goes: nothing, a part, all, corrected, issued anew. */
import { expect, test } from 'vitest';
import { gatesOf, invoicesOf } from './month-invoices.ts';

const member = (name: string, revision: number | null, changed = 0) => ({
  member: `electra1${name}`,
  name,
  bills: 31,
  revision,
  issuedAt: revision === null ? null : '2026-08-05T08:00:00.000Z',
  changed,
});
const gates = (members: readonly ReturnType<typeof member>[], ready = true) => Object.values(gatesOf(invoicesOf(members), ready));

test('of a complete month that nobody issued, all three gates are to be gone through', () => {
  const invoices = invoicesOf([member('a', null), member('b', null)]);
  expect([invoices.current, invoices.left.length, invoices.changed.length]).toEqual([0, 2, 0]);
  expect(gates([member('a', null), member('b', null)])).toEqual(['open', 'open', 'later']);
});

test('partly issued, it names who is left, and some have theirs', () => {
  expect(invoicesOf([member('a', 1), member('b', null)]).left.map(({ name }) => name)).toEqual(['b']);
  expect(gates([member('a', 1), member('b', null)])).toEqual(['open', 'open', 'open']);
});

test('issued to all, it is done; a correction opens it again, by name; a revision closes it', () => {
  expect(gates([member('a', 1), member('b', 1)])).toEqual(['done', 'done', 'done']);
  const corrected = [member('a', 1, 2), member('b', 1)];
  expect(invoicesOf(corrected).changed.map(({ name }) => name)).toEqual(['a']);
  expect(gates(corrected)).toEqual(['open', 'open', 'open']);
  expect(gates([member('a', 2), member('b', 1)])).toEqual(['done', 'done', 'done']);
});

test('before the month is complete and proven nothing is due, and nothing counts as done, though some is issued', () => {
  expect(gates([member('a', null)], false)).toEqual(['later', 'later', 'later']);
  expect(gates([member('a', 1)], false)).toEqual(['later', 'later', 'open']);
});

test('a month without a bill is not done', () => expect(gates([])).toEqual(['open', 'open', 'later']));
