/**
 * One kit of strict readers for values from outside: a file of a stranger, a node's JSON, a message on a socket. Nothing is guessed,
 * converted or ignored; what does not fit is refused by field name. Whoever reads says with what error: `strict((field, expected) => new
 * MyError(…))`.
 *
 * Integers come in three forms, and each reader takes its own alone: `integer` a decimal string in its only spelling (our files), `u32` a
 * JSON number (Go's 32-bit fields), `int64` a decimal string or an exact number (Go's 64-bit fields, which it writes as strings).
 */
import { fromBase64, toBase64 } from '@cosmjs/encoding';
import type { Json } from './canonical.ts';
import { U32_MAX } from './time.ts';

/** An object of parsed JSON, as far as it was looked at. */
export interface Shape {
  readonly [key: string]: Json;
}

/** The reader's own error. `outOfRange`: the form was right, the number is too small or too large. */
export type Refuse = (field: string, expected: string, outOfRange?: boolean) => Error;

export interface Strict {
  /** Any object that is no list. */
  record(value: unknown, field: string): Shape;
  /** An object with just these keys; optional ones may be absent. */
  object(value: unknown, field: string, keys: readonly string[], optional?: readonly string[]): Shape;
  array(value: unknown, field: string, length?: number): readonly Json[];
  /** As Go writes lists: null or nothing is the empty one. */
  list(value: unknown, field: string): readonly Json[];
  text(value: unknown, field: string, pattern?: RegExp, expected?: string): string;
  bool(value: unknown, field: string): boolean;
  oneOf<T extends string>(value: unknown, field: string, choices: readonly T[]): T;
  /** A decimal string in its only form (no plus, no leading zero, no -0). */
  integer(value: unknown, field: string): bigint;
  /** Such a string that fits a JavaScript integer and [min, max]. */
  small(value: unknown, field: string, min: number, max: number): number;
  u32(value: unknown, field: string): number;
  /** 64 bits: a decimal string, or a JSON number where that is exact. */
  int64(value: unknown, field: string): bigint;
  /** 64 bits as a decimal string in its only form, never a number. */
  decimal64(value: unknown, field: string, sign: 'signed' | 'unsigned'): bigint;
  /** As int64, within [min, max]. */
  whole(value: unknown, field: string, min: number, max: number): number;
  /** Lower-case hex of so many bytes. */
  hex(value: unknown, field: string, bytes?: number): string;
  /** `length`: bytes wanted. */
  base64(value: unknown, field: string, length?: number): Uint8Array;
}

const INT64 = 'a 64-bit integer in decimal';
/** Eighteen digits always fit. */
const isInt64 = (text: string): boolean =>
  /^(0|-?[1-9]\d{0,18})$/.test(text) && (text.length <= 18 || BigInt.asIntN(64, BigInt(text)) === BigInt(text));

type NativeBytes = Iterable<number> & { toString(encoding: 'base64'): string };
const { process } = globalThis as {
  process?: { getBuiltinModule?(name: string): { Buffer?: { from(text: string, encoding: 'base64'): NativeBytes } } | undefined };
};
/** Node's own reader of base64, ten times as fast, where there is one: what it forgives shows in that it writes another text. */
const native = process?.getBuiltinModule?.('node:buffer')?.Buffer;

function bytesOf(text: string): Uint8Array | null {
  if (native) {
    const bytes = native.from(text, 'base64');
    return bytes.toString('base64') === text ? new Uint8Array(bytes) : null;
  }
  try {
    const bytes = fromBase64(text);
    return toBase64(bytes) === text ? bytes : null; // the last character has bits that belong to no byte
  } catch {
    return null;
  }
}

/** The kit, with the reader's own error. */
export function strict(refuse: Refuse): Strict {
  const is = (holds: boolean, field: string, expected: string): void => {
    if (!holds) throw refuse(field, expected);
  };
  const inRange = <T extends number | bigint>(value: T, field: string, min: number, max: number): T => {
    if (value < min || value > max) throw refuse(field, `an integer in ${min} … ${max}`, true);
    return value;
  };
  const kit: Strict = {
    record(value, field) {
      is(typeof value === 'object' && value !== null && !Array.isArray(value), field, 'an object');
      return value as Shape;
    },
    object(value, field, keys, optional = []) {
      const shape = kit.record(value, field);
      for (const key of keys) is(Object.hasOwn(shape, key), `${field}.${key}`, 'to be present');
      for (const key of Object.keys(shape)) is(keys.includes(key) || optional.includes(key), `${field}.${key}`, 'no such key');
      return shape;
    },
    array(value, field, length) {
      is(Array.isArray(value), field, 'a list');
      const entries = value as readonly Json[];
      if (length !== undefined) is(entries.length === length, field, `${length} entries, not ${entries.length}`);
      return entries;
    },
    list: (value, field) => (value === null || value === undefined ? [] : kit.array(value, field)),
    text(value, field, pattern, expected = 'a string') {
      is(typeof value === 'string' && (!pattern || pattern.test(value)), field, expected);
      return value as string;
    },
    bool(value, field) {
      is(typeof value === 'boolean', field, 'true or false');
      return value as boolean;
    },
    oneOf<T extends string>(value: unknown, field: string, choices: readonly T[]) {
      is(choices.includes(value as T), field, `one of ${choices.join(', ')}`);
      return value as T;
    },
    integer: (value, field) => BigInt(kit.text(value, field, /^(0|-?[1-9][0-9]{0,77})$/, 'an integer as a decimal string')),
    small: (value, field, min, max) => Number(inRange(kit.integer(value, field), field, min, max)),
    u32(value, field) {
      is(typeof value === 'number' && Number.isInteger(value), field, `an integer in 0 … ${U32_MAX}`);
      return inRange(value as number, field, 0, U32_MAX);
    },
    int64(value, field) {
      const text = Number.isSafeInteger(value) ? String(value) : value;
      is(typeof text === 'string' && isInt64(text), field, INT64);
      return BigInt(text as string);
    },
    decimal64(value, field, sign) {
      const integer = kit.integer(value, field);
      const fits = sign === 'signed' ? BigInt.asIntN(64, integer) : BigInt.asUintN(64, integer);
      if (fits !== integer) throw refuse(field, `a decimal string of 64 bits, ${sign}`, true);
      return integer;
    },
    whole: (value, field, min, max) => Number(inRange(kit.int64(value, field), field, min, max)),
    hex: (value, field, bytes = 32) => kit.text(value, field, new RegExp(`^[0-9a-f]{${2 * bytes}}$`), `${bytes} bytes in lower-case hex`),
    base64(value, field, length) {
      const expected = length === undefined ? 'base64' : `${length} bytes in base64`;
      const bytes = typeof value === 'string' ? bytesOf(value) : null;
      is(bytes !== null && (length === undefined || bytes.length === length), field, expected);
      return bytes!;
    },
  };
  return kit;
}
