/** What can be wrong with a list of fields, one thing at a time. Each takes what a party would write and gives bytes. */
import { BYTES, FIXED32, FIXED64, type Field, GROUP, GROUP_END, groups, tag, VARINT, varint, written } from './wire.ts';

/** Whole numbers below a bound, always the same from a seed. */
export type Random = (below: number) => number;

/** Mulberry32. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

export const pick = <T>(random: Random, from: readonly T[]): T => from[random(from.length)];
export const randomBytes = (random: Random, length: number): number[] => Array.from({ length }, () => random(256));

type Mutation = (fields: readonly Field[], random: Random) => number[];

/** Writes all, one field by a way of its own. */
const oneBy =
  (write: (field: Field, random: Random) => number[]): Mutation =>
  (fields, random) => {
    const at = random(fields.length || 1);
    return fields.flatMap((field, i) => (i === at ? write(field, random) : written([field])));
  };
const ofWire =
  (wire: number, write: (field: Field, random: Random) => number[]): Mutation =>
  (fields, random) => {
    const at = fields.filter((field) => field.wire === wire);
    const chosen = at.length === 0 ? undefined : pick(random, at);
    return fields.flatMap((field) => (field === chosen ? write(field, random) : written([field])));
  };

const numberIn = ({ body }: Field): bigint => body.reduceRight((value, byte) => (value << 7n) | BigInt(byte & 127), 0n);
const placed = (fields: readonly Field[], bytes: number[], random: Random): number[] => {
  const at = random(fields.length + 1);
  return [...written(fields.slice(0, at)), ...bytes, ...written(fields.slice(at))];
};
const UNKNOWN = [99, 1023, 1024, 1025, 1030, 2047, 2048, 19_000, 2 ** 28, 2 ** 29 - 1];
const BROKEN_TEXTS = [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82], [0x80]];
/** @bufbuild gives up at 100; a field that passes the SDK does so at any of these. */
const DEPTHS = [1, 2, 99, 100, 101, 500];

export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'a long varint': ofWire(VARINT, (field, random) => [...tag(field), ...varint(numberIn(field), 1 + random(4))]),
  'a varint of eleven bytes': ofWire(VARINT, (field) => [...tag(field), ...Array(10).fill(0x80), 1]),
  'bits above 32': ofWire(VARINT, (field, random) => [...tag(field), ...varint(numberIn(field) | (1n << BigInt(32 + random(31))))]),
  'a long length': ofWire(BYTES, (field) => {
    const size = field.body.findIndex((byte) => byte < 128) + 1;
    return [...tag(field), ...varint(BigInt(field.body.length - size), 1), ...field.body.slice(size)];
  }),
  'a length beyond the end': ofWire(BYTES, (field, random) => [
    ...tag(field),
    ...varint(BigInt(field.body.length + 1 + random(200))),
    ...field.body,
  ]),
  'a negative length': ofWire(BYTES, (field) => [...tag(field), ...varint(-1n), ...field.body]),
  'a long tag': oneBy((field, random) => [...tag(field, 1 + random(3)), ...field.body]),
  'a field twice': (fields, random) => (fields.length === 0 ? [] : written([...fields, pick(random, fields)])),
  'a field twice in place': oneBy((field) => written([field, field])),
  'another order': (fields, random) => written([...fields].sort(() => random(3) - 1)),
  'the first last': ([first, ...rest]) => (first ? written([...rest, first]) : []),
  'a field less': oneBy(() => []),
  'a zero written out': (fields, random) => placed(fields, [...tag({ number: 1 + random(8), wire: VARINT }), 0], random),
  'an empty text written out': (fields, random) => placed(fields, [...tag({ number: 1 + random(8), wire: BYTES }), 0], random),
  'another wire type': oneBy((field, random) => [
    ...tag({ ...field, wire: pick(random, [VARINT, FIXED64, BYTES, FIXED32, 6, 7]) }),
    ...field.body,
  ]),
  'another number': oneBy((field, random) => [...tag({ ...field, number: 1 + random(12) }), ...field.body]),
  'number zero': (fields, random) => placed(fields, [0, 1], random),
  'an unknown number': (fields, random) => placed(fields, [...tag({ number: pick(random, UNKNOWN), wire: VARINT }), random(128)], random),
  'an unknown text': (fields, random) => {
    const length = random(100);
    return placed(fields, [...tag({ number: pick(random, UNKNOWN), wire: BYTES }), length, ...randomBytes(random, length)], random);
  },
  'an unknown fixed one': (fields, random) => placed(fields, [...tag({ number: 1025, wire: FIXED64 }), ...randomBytes(random, 8)], random),
  'unknown groups': (fields, random) => placed(fields, groups(pick(random, UNKNOWN), pick(random, DEPTHS)), random),
  'a group without an end': (fields, random) => placed(fields, tag({ number: 1025, wire: GROUP }), random),
  'an end without a group': (fields, random) => placed(fields, tag({ number: 1025, wire: GROUP_END }), random),
  'a known number as a group': (fields, random) => placed(fields, groups(1 + random(6), 1), random),
  'a broken text': ofWire(BYTES, (field, random) => {
    const broken = pick(random, BROKEN_TEXTS);
    return [...tag(field), broken.length, ...broken];
  }),
  'a byte more': (fields, random) => [...written(fields), random(256)],
  'cut off': (fields, random) => {
    const all = written(fields);
    return all.slice(0, random(all.length + 1));
  },
  'a byte changed': (fields, random) => {
    const all = written(fields);
    if (all.length > 0) all[random(all.length)] = random(256);
    return all;
  },
  'a bit changed': (fields, random) => {
    const all = written(fields);
    if (all.length > 0) all[random(all.length)] ^= 1 << random(8);
    return all;
  },
  'a byte put in': (fields, random) => {
    const all = written(fields);
    all.splice(random(all.length + 1), 0, random(256));
    return all;
  },
};
