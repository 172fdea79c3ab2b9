/** Names in the order in which a reader looks for them. */
import { describe, expect, test } from 'vitest';
import { byName } from './by-name.ts';

const sorted = (names: readonly string[], locale: string): string[] => byName(names, (name) => name, locale);

describe('a list by name', () => {
  test('counts as people do', () => expect(sorted(['Meter 10', 'Meter 2', 'Meter 1'], 'en')).toEqual(['Meter 1', 'Meter 2', 'Meter 10']));

  test('is that of the reader’s language', () => {
    expect(sorted(['Zoe', 'Ödön', 'Otto'], 'de')).toEqual(['Ödön', 'Otto', 'Zoe']);
    expect(sorted(['Nuria', 'Ñusta', 'Omar', 'Nzinga'], 'es')).toEqual(['Nuria', 'Nzinga', 'Ñusta', 'Omar']);
    expect(sorted(['Nuria', 'Ñusta', 'Omar', 'Nzinga'], 'en')).toEqual(['Nuria', 'Ñusta', 'Nzinga', 'Omar']);
  });
});
