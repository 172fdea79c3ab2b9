import { expect, test } from 'vitest';
import { ElectraError, isElectraError, isProtocolError, laterFor, mark, ProtocolError, retryOf } from './errors.ts';

class RoomError extends ElectraError {
  static override retryOf = laterFor('away');
}

test('what a class calls retryable may be tried again', () =>
  expect(new RoomError('away', 'x')).toMatchObject({ retry: 'later', name: 'RoomError' }));
test('what it does not name may not', () => expect(new RoomError('forked', 'x').retry).toBe('never'));
test('one error may know better than its class', () => expect(new RoomError('forked', 'x', { retry: 'later' }).retry).toBe('later'));
test('an error of others may be tried again', () => expect(retryOf(new TypeError('x'))).toBe('later'));
test('and so may whatever was thrown that is no error', () => expect(retryOf('x')).toBe('later'));
test('an error of Electra says it itself', () => expect(retryOf(new ProtocolError('out-of-range', 'day', 'a day'))).toBe('never'));

test('a cause stays with its error, and out of its facts', () => {
  const cause = new Error('below');
  expect(new RoomError('away', 'x', { cause }).cause).toBe(cause);
  expect(Object.keys(new RoomError('away', 'x', { cause })).sort()).toEqual(['code', 'retry']);
});

test('a refusal names its field and what was expected', () =>
  expect(new ProtocolError('out-of-range', 'day', 'a day')).toMatchObject({
    message: 'day: expected a day',
    field: 'day',
    expected: 'a day',
    code: 'out-of-range',
  }));

test('a refusal seen from further out names the whole way to its field', () =>
  expect(new ProtocolError('out-of-range', 'day', 'a day: expected or not').at('days[3].')).toMatchObject({
    message: 'days[3].day: expected a day: expected or not',
    field: 'days[3].day',
    expected: 'a day: expected or not',
    code: 'out-of-range',
  }));

test('errors of another copy of the package are known', async () => {
  const copy = (await import(`./errors.ts?${'copy'}`)) as typeof import('./errors.ts');
  const foreign = new copy.ProtocolError('wrong-size', 'key', '32 bytes');
  expect(foreign instanceof ProtocolError).toBe(false);
  expect([isElectraError(foreign), isProtocolError(foreign), retryOf(foreign)]).toEqual([true, true, 'never']);
});

test('an error that only looks like one is not', () => {
  const like = Object.assign(new Error('x'), { code: 'forked', retry: 'never', field: 'a', expected: 'b' });
  expect([isElectraError(like), isProtocolError(like), retryOf(like)]).toEqual([false, false, 'later']);
  expect([isElectraError(null), isElectraError(undefined), isElectraError('electra')]).toEqual([false, false, false]);
});

test('an error that must have another parent can be marked', () => {
  const marked = mark(Object.assign(new RangeError('x'), { code: 'a', retry: 'never' as const }));
  expect([isElectraError(marked), isProtocolError(marked), retryOf(marked)]).toEqual([true, false, 'never']);
});
