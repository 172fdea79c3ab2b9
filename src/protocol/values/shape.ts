/**
 * Strict readers for parsed JSON: exact keys, exact forms, one error that names the field. The day book and its companions
 * are read by strangers from strangers, so nothing optional, nothing ignored.
 */
import { ProtocolError } from './errors.ts';
import type { Json } from './canonical.ts';

export interface Shape {
  readonly [key: string]: Json;
}

/** @throws ProtocolError `unparsable` unless `value` is an object with just these keys (optional ones may be absent). */
export function object(value: Json | undefined, field: string, keys: readonly string[], optional: readonly string[] = []): Shape {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new ProtocolError('unparsable', field, 'an object');
  const shape = value as Shape;
  for (const key of keys) if (!Object.hasOwn(shape, key)) throw new ProtocolError('unparsable', `${field}.${key}`, 'to be present');
  for (const key of Object.keys(shape)) {
    if (!keys.includes(key) && !optional.includes(key)) throw new ProtocolError('unparsable', `${field}.${key}`, 'no such key');
  }
  return shape;
}

export function array(value: Json | undefined, field: string, length?: number): readonly Json[] {
  if (!Array.isArray(value)) throw new ProtocolError('unparsable', field, 'a list');
  if (length !== undefined && value.length !== length)
    throw new ProtocolError('unparsable', field, `${length} entries, not ${value.length}`);
  return value;
}

export function text(value: Json | undefined, field: string, pattern?: RegExp, expected = 'a string'): string {
  if (typeof value !== 'string' || (pattern && !pattern.test(value))) throw new ProtocolError('unparsable', field, expected);
  return value;
}

export function oneOf<T extends string>(value: Json | undefined, field: string, choices: readonly T[]): T {
  if (typeof value !== 'string' || !choices.includes(value as T))
    throw new ProtocolError('unparsable', field, `one of ${choices.join(', ')}`);
  return value as T;
}

/** A decimal string in its only form (no plus, no leading zero, no -0). */
export function integer(value: Json | undefined, field: string): bigint {
  if (typeof value !== 'string' || !/^(0|-?[1-9][0-9]{0,77})$/.test(value))
    throw new ProtocolError('unparsable', field, 'an integer as a decimal string');
  return BigInt(value);
}

/** A decimal string that fits a JavaScript integer and [min, max]. */
export function small(value: Json | undefined, field: string, min: number, max: number): number {
  const n = integer(value, field);
  if (n < BigInt(min) || n > BigInt(max)) throw new ProtocolError('out-of-range', field, `an integer in ${min} … ${max}`);
  return Number(n);
}

/** Lower-case hex of so many bytes. */
export function hex(value: Json | undefined, field: string, bytes = 32): string {
  return text(value, field, new RegExp(`^[0-9a-f]{${2 * bytes}}$`), `${bytes} bytes in lower-case hex`);
}
