/**
 * How the fields of a genesis are written, by Go: snake_case, 64-bit integers as strings, 32-bit ones as numbers, lists never absent, no
 * bytes as null. One spelling and no other, as the chain reads them (chain/x/meter/types/genesis_form.go).
 */
import { PRICE_LIMIT } from '../day/prices.ts';
import { addressBytes } from '../values/address.ts';
import { ProtocolError } from '../values/errors.ts';
import { fieldFromBytes } from '../values/field.ts';
import { array, base64, object, type Shape, small, text, u32 } from '../values/shape.ts';
import { DAY_MAX, UNIX_S_MAX } from '../values/time.ts';

/** Where the states of all modules stand in a genesis, and x/meter's. */
export const APP_STATE = 'genesis.app_state';
export const STATE = `${APP_STATE}.meter`;
export const KEY_BYTES = 32;

export const wrong = (field: string, expected: string): ProtocolError => new ProtocolError('unparsable', field, expected);

export function address(value: unknown, field: string): string {
  const bech32 = text(value, field);
  addressBytes(bech32, field);
  return bech32;
}

export function day(value: unknown, field: string): number {
  const number = u32(value, field);
  if (number > DAY_MAX) throw new ProtocolError('out-of-range', field, `a day up to ${DAY_MAX}`);
  return number;
}

export const unixS = (value: unknown, field: string): number => small(value, field, 0, UNIX_S_MAX);
export const key = (value: unknown, field: string): Uint8Array => base64(value, field, KEY_BYTES);
export const price = (value: unknown, field: string): number => small(value, field, 1 - PRICE_LIMIT, PRICE_LIMIT - 1);
/** So many bytes, or none. */
export const bytesOrNone = (value: unknown, field: string, length: number): Uint8Array | null =>
  value === null ? null : base64(value, field, length);

export function fieldElement(value: unknown, field: string): Uint8Array {
  const bytes = key(value, field);
  fieldFromBytes(bytes, field);
  return bytes;
}

/** A height of the file's chain; `at` says what it is on the chain that begins here. */
export type HeightReader = (value: unknown, field: string) => number;

export const fileHeight: HeightReader = (value, field) => small(value, field, 0, Number.MAX_SAFE_INTEGER);

/** Reads one list of the state: entries of just these keys. */
export type Each = <T>(name: string, keys: readonly string[], read: (entry: Shape, field: string) => T) => T[];

export const eachOf =
  (state: Shape): Each =>
  (name, keys, read) =>
    array(state[name], `${STATE}.${name}`).map((entry, i) => {
      const field = `${STATE}.${name}[${i}]`;
      return read(object(entry, field, keys), field);
    });

/** What every chain has beside its meters' state; these are not for readers. */
const UNREAD = ['auth', 'consensus', 'meter'];

/** Names of the states of further modules: a main chain has some. */
export const furtherStates = (appState: Shape): string[] => Object.keys(appState).filter((name) => !UNREAD.includes(name));
