/** Books of communities, by the vectors that the chain reads too (chain/internal/daybook/shared_test.go). */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bookHash, parseBook } from './book.ts';
import type { ProofsFile } from './proofs.ts';
import { encodeSharedBook, parseSharedBook } from './shared-book.ts';
import { decodeSharedWhole, decodeWhole, encodeSharedWhole } from './whole.ts';

interface Vectors {
  book: string;
  metered: string[];
  absent: string[];
  refused: { what: string; from: string; to: string }[];
}
const vectors = JSON.parse(readFileSync(new URL('../../../sdk/vectors/shared-books.json', import.meta.url), 'utf8')) as Vectors;

describe('a book of communities', () => {
  test('is read, with who is absent, and written again byte for byte', () => {
    const book = parseSharedBook(vectors.book);
    const of = (source: string) => book.meters.filter((m) => m.source === source).map(({ meter }) => meter);
    expect([of('metered'), of('absent')]).toEqual([vectors.metered, vectors.absent]);
    expect(encodeSharedBook(book)).toBe(vectors.book);
  });

  test.each(vectors.refused)('is refused with $what', ({ from, to }) => {
    expect(() => parseSharedBook(vectors.book.replace(from, to))).toThrow(expect.objectContaining({ name: 'ProtocolError' }));
  });

  test('is no community’s book', () => {
    expect(() => parseBook(vectors.book)).toThrow();
  });
});

describe('its whole', () => {
  /** The generators of both groups: points, if no proof. */
  const [x, y] = ['1', '2'];
  const twist = [
    [
      '10857046999023057135944570762232829481370756359578518086990519993285655852781',
      '11559732032986387107991004021392285783925812861821192530917403151452391805634',
    ],
    [
      '8495653923123431417604973247489272438418190587263600148770280649306958101930',
      '4082367875863433681332203403145435568316851327593401208105741076214120093531',
    ],
  ] as const;
  const proof = { a: [x, y], b: twist, c: [x, y] } as const;
  const proofs: ProofsFile = {
    ...{ chainId: 'electra-main-5eed0001', day: 20_635, version: 1, bookHash: bookHash(vectors.book) },
    bills: vectors.metered.map((meter, i) => ({ meter, S: BigInt(i + 1), proof })),
    clearing: { proof },
    substitutes: [],
  };

  test('has S and proofs of the metered alone, and the clearing’s', () => {
    const whole = encodeSharedWhole(vectors.book, proofs);
    expect(whole.length).toBe(5 + vectors.book.length + 3 * 160 + 128);
    expect(decodeSharedWhole(whole)).toEqual({ bookText: vectors.book, proofs });
  });

  test('is refused with a proof of who is absent, one too few, a copy, and as a community’s', () => {
    const refused = (more: Partial<ProofsFile>) => expect(() => encodeSharedWhole(vectors.book, { ...proofs, ...more })).toThrow();
    refused({ bills: [{ meter: vectors.absent[0], S: 1n, proof }, ...proofs.bills] });
    refused({ bills: proofs.bills.slice(1) });
    refused({ substitutes: [{ meter: vectors.absent[0], proof }] });
    refused({ clearing: null });
    const whole = encodeSharedWhole(vectors.book, proofs);
    expect(() => decodeSharedWhole(whole.subarray(0, -160))).toThrow();
    expect(() => decodeWhole(whole)).toThrow();
  });
});
