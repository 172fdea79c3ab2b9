/** What whoever asks for a bundle says of an earlier audit: read strictly, and no more than can be answered. */
import { describe, expect, test } from 'vitest';
import { meters } from '../../../../test/kit/api/people.ts';
import { dateToDay } from '../../../protocol/values/time.ts';
import { sinceOf } from './since.ts';

const [FIRST, LAST] = ['2026-07-01', '2026-07-02'];
const query = (text: string): URLSearchParams => new URLSearchParams(text);
const RUN = `${meters.alice1} ${FIRST} ${LAST} nothing`;

describe('an earlier audit, in the address of a bundle', () => {
  test('is nobody’s where none is named', () => expect(sinceOf(query(''))).toBeNull());

  test('is read with its days, its place in the log, and what it left open', () => {
    const asked = new URLSearchParams({ since: `${FIRST}..${LAST}`, seq: '17', open: LAST, run: RUN });
    expect(sinceOf(asked)).toEqual({
      firstDay: dateToDay(FIRST),
      lastDay: dateToDay(LAST),
      nextSeq: 17,
      open: [dateToDay(LAST)],
      runs: [{ meter: meters.alice1, firstDay: dateToDay(FIRST), lastDay: dateToDay(LAST), follows: 'nothing' }],
    });
  });

  test.each([
    ['since', `since=${LAST}..${FIRST}&seq=1`],
    ['since', 'since=yesterday&seq=1'],
    ['seq', `since=${FIRST}..${LAST}`],
    ['seq', `since=${FIRST}..${LAST}&seq=-1`],
    ['open', `since=${FIRST}..${LAST}&seq=1&open=2026-02-30`],
    ['run', `since=${FIRST}..${LAST}&seq=1&run=${encodeURIComponent(RUN.replace('nothing', 'something'))}`],
    ['run', `since=${FIRST}..${LAST}&seq=1&run=${encodeURIComponent(RUN.replace(meters.alice1, 'electra1'))}`],
    ['run', `since=${FIRST}..${LAST}&seq=1&run=${encodeURIComponent(RUN.replace(FIRST, '2020-01-01'))}`],
    ['since', `since=${FIRST}..${LAST}&seq=1${`&open=${LAST}`.repeat(63)}`],
  ])('is refused by the field %s: %s', (field, text) => {
    expect(() => sinceOf(query(text))).toThrow(expect.objectContaining({ field }));
  });
});
