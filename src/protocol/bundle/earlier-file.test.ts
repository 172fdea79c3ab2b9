import { describe, expect, test } from 'vitest';
import { type EarlierFile, encodeEarlierFile, parseEarlierFile } from './earlier-file.ts';

const proven: EarlierFile = {
  chainId: 'electra-rural-5eed0001',
  day: 20_635,
  proven: { height: 77, store: 'AAAA', roster: 'AAAB', proven: 'AAAD', disputes: ['AAAC'] },
  said: null,
};
const said = (roster: Uint8Array | null): EarlierFile => ({
  ...proven,
  proven: null,
  said: { roster, frozenUnixS: roster ? 9 : 0, proven: roster !== null, disputed: [] },
});

describe('what a copy was chosen from', () => {
  test.each<[string, EarlierFile]>([
    ['proven', proven],
    ['said in a draft', said(Uint8Array.of(1, 2, 3))],
    ['said in a draft, of a day without a roster', said(null)],
  ])('is read as it was written: %s', (_, file) => expect(parseEarlierFile(encodeEarlierFile(file))).toEqual(file));

  const text = encodeEarlierFile(proven);
  test.each([
    ['another format', text.replace('/v2', '/v1'), /earlier\.format/],
    ['a field too many', text.replace('{"chainId"', '{"also":"1","chainId"'), /earlier\.also/],
    ['no proof of the roster', text.replace('"AAAB"', '""'), /earlier\.proven\.roster/],
    ['no proof of the disputes', text.replace('["AAAC"]', '[]'), /earlier\.proven\.disputes/],
    ['no proof of the book', text.replace('"AAAD"', '""'), /earlier\.proven\.proven/],
    ['neither', text.replace(/"proven":\{.*?\}/, '"proven":null'), /earlier\.proven/],
    ['both', text.replace('"said":null', '"said":{"disputed":[],"roster":null}'), /earlier\.proven/],
  ])('is refused with %s', (_, changed, message) => expect(() => parseEarlierFile(changed)).toThrow(message));
});
