import { describe, expect, test } from 'vitest';
import { type Answer, AnswerReader, BadAnswer, question } from './frames.ts';

function frame(kind: number, job: number, body: number[], changes: { version?: number; zero?: number; length?: number } = {}): Uint8Array {
  const bytes = new Uint8Array(12 + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, changes.version ?? 1);
  view.setUint8(1, kind);
  view.setUint16(2, changes.zero ?? 0, true);
  view.setUint32(4, job, true);
  view.setUint32(8, changes.length ?? body.length, true);
  bytes.set(body, 12);
  return bytes;
}
const coordinates = Array.from({ length: 256 }, (_, i) => (i % 32 === 31 ? i >> 5 : i % 32 === 30 ? 1 : 0)); // 256, 257 … 263
const proven = frame(130, 7, coordinates);
const loaded = frame(129, 8, [1, 0, 0, 0, 2, 0, 0, 0, 0, 1, 0, 0]);
const failed = frame(255, 9, [4, ...new TextEncoder().encode('no')]);
const answers: Answer[] = [
  {
    kind: 'proven',
    job: 7,
    proof: {
      a: ['256', '257'],
      b: [
        ['258', '259'],
        ['260', '261'],
      ],
      c: ['262', '263'],
    },
  },
  { kind: 'loaded', job: 8, variables: 1, publicInputs: 2, domain: 256 },
  { kind: 'failed', job: 9, code: 4, words: 'no' },
];

test('a question is its head, the key’s name and the rest', () => {
  expect([...question('prove', 0x01020304, 'key', Uint8Array.of(9, 8))]).toEqual(
    [1, 2, 0, 0, 4, 3, 2, 1, 6, 0, 0, 0, 3, ...new TextEncoder().encode('key'), 9, 8], // prettier-ignore
  );
});

describe('answers', () => {
  const all = Uint8Array.from([...proven, ...loaded, ...failed]);
  test('are read however they are cut', () => {
    for (const size of [1, 5, 12, 13, 200, 1000]) {
      const reader = new AnswerReader();
      const got: Answer[] = [];
      for (let at = 0; at < all.length; at += size) got.push(...reader.push(all.subarray(at, at + size)));
      expect(got).toEqual(answers);
    }
  });

  test.each<[string, Uint8Array]>([
    ['another version', frame(130, 1, coordinates, { version: 2 })],
    ['a head that is not zero where it has to be', frame(130, 1, coordinates, { zero: 1 })],
    ['an unknown kind', frame(131, 1, coordinates)],
    ['a question', frame(2, 1, coordinates)],
    ['a proof that is too short', frame(130, 1, coordinates.slice(1))],
    ['a proof that is said to be longer', frame(130, 1, coordinates, { length: 257 })],
    ['sizes that are too long', frame(129, 1, Array(13).fill(0))],
    ['a failure without a code', frame(255, 1, [])],
    ['a failure with very many words', frame(255, 1, [1], { length: 1025 })],
    ['a text', new TextEncoder().encode('panic: something')],
  ])('of this kind are refused before more is waited for: %s', (_, bytes) => {
    expect(() => new AnswerReader().push(bytes.subarray(0, 12))).toThrow(BadAnswer);
  });

  test('that are not there yet are waited for', () => {
    const reader = new AnswerReader();
    expect(reader.push(proven.subarray(0, 11))).toEqual([]);
    expect(reader.push(proven.subarray(11, 267))).toEqual([]);
    expect(reader.push(proven.subarray(267))).toEqual([answers[0]]);
  });
});
