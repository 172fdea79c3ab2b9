/** Transactions of every kind of message, honest and with one thing wrong somewhere: at a message, its wrapper, the body, the outside. */
import { AuthInfo } from 'cosmjs-types/cosmos/tx/v1beta1/tx';
import type { MainField } from '../../../src/protocol/messages/main-table.ts';
import { MESSAGES } from '../../../src/protocol/messages/table.ts';
import { accountText } from '../../../src/protocol/values/address.ts';
import { MUTATIONS, pick, type Random, randomBytes, seeded } from './mutations.ts';
import { bytesField, type Field, lengthed, varint, varintField, written } from './wire.ts';

export interface Input {
  tx: Uint8Array;
  /** what was done to it; 'nothing' where it is as a party would send it */
  mutation: string;
  messages: string[];
}

const U32 = [1n, 2n, 127n, 128n, 255n, 16_383n, 16_384n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 32n - 1n];
const U64 = [...U32, 2n ** 32n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n];
const I64 = [0n, ...U64.slice(0, -2), -1n, -2n, -128n, -(2n ** 31n), -(2n ** 63n)];
const TEXTS = ['', 'a', 'mid-market/1', 'Ä', '€ 5', '𝄞', 'x'.repeat(140), '\u0000', '"\\<>&\u2028'];
/** What is an amount of coins, and what only looks like one. */
const AMOUNTS = ['1', '0', '1000000', String(2n ** 64n), String(2n ** 256n - 1n), '-5'];
const NO_AMOUNTS = ['', '01', '+1', '-0', '0x10', '1_000', ' 1', '1.0', String(2n ** 256n), String(-(2n ** 256n))];
const SIZES = [0, 1, 31, 32, 33, 64, 112, 127, 128, 715];
const MESSAGE_MAX = 4;

const text = (random: Random): number[] =>
  random(4) > 0 ? [...Buffer.from(accountText(Uint8Array.from(randomBytes(random, 20))))] : [...Buffer.from(pick(random, TEXTS))];

const amountText = (random: Random): number[] => [...Buffer.from(pick(random, random(6) > 0 ? AMOUNTS : NO_AMOUNTS))];

/** A field with a value, or nothing where it has the default one. */
function fieldOf({ name, kind, of = [] }: MainField, number: number, random: Random): Field[] {
  const unlessZero = (value: bigint): Field[] => (value === 0n ? [] : [varintField(number, value)]);
  const unlessEmpty = (bytes: number[]): Field[] => (bytes.length === 0 ? [] : [bytesField(number, bytes)]);
  switch (kind) {
    case 'string':
      return unlessEmpty(name === 'amount' ? amountText(random) : text(random));
    case 'bytes':
      return unlessEmpty(randomBytes(random, pick(random, SIZES)));
    case 'bool':
      return unlessZero(BigInt(random(2)));
    case 'uint32':
      return unlessZero(random(5) === 0 ? 0n : random(2) === 0 ? pick(random, U32) : BigInt(random(2 ** 32)));
    case 'uint64':
      return unlessZero(random(5) === 0 ? 0n : pick(random, U64));
    case 'int64':
      return unlessZero(random(5) === 0 ? 0n : pick(random, I64));
    case 'repeated bytes':
      return Array.from({ length: random(3) }, () => bytesField(number, randomBytes(random, pick(random, SIZES))));
    case 'message':
    case 'repeated message':
      return Array.from({ length: kind === 'message' ? 1 : random(3) }, () =>
        bytesField(number, written(of.flatMap((field, i) => fieldOf(field, i + 1, random)))),
      );
    case 'repeated int64':
      return unlessEmpty(Array.from({ length: pick(random, [0, 1, 2, 96]) }, () => varint(pick(random, I64))).flat());
  }
}

/** What messages there are, and of which fields. */
export type Table = readonly { name: string; typeUrl: string; fields: readonly MainField[] }[];

/** A list of numbers may also come one by one, or in two parts: others read it, and the one encoding is another. */
const LISTS = ['one by one', 'in two parts'] as const;

function messageFields(
  table: Table,
  random: Random,
  list: (typeof LISTS)[number] | undefined,
): { name: string; typeUrl: string; fields: Field[] } {
  const { name, typeUrl, fields } = list ? MESSAGES.find(({ name }) => name === 'SetTariff')! : pick(random, table);
  return {
    name,
    typeUrl,
    fields: fields.flatMap((field, i) => {
      if (list && field.kind === 'repeated int64') {
        return list === 'one by one'
          ? [varintField(i + 1, 5n), varintField(i + 1, 6n)]
          : [bytesField(i + 1, [5, 6]), bytesField(i + 1, [7])];
      }
      return fieldOf(field, i + 1, random);
    }),
  };
}

const auth = (): number[] => [...AuthInfo.encode(AuthInfo.fromPartial({ fee: { amount: [], gasLimit: 1n } })).finish()];

const LEVELS = ['message', 'any', 'body', 'transaction'] as const;
const NAMES = Object.keys(MUTATIONS);

/** The n-th input of a seed. */
export function inputOf(seed: number, n: number, table: Table = MESSAGES): Input {
  const random = seeded(Math.imul(seed, 1_000_003) + n);
  const list = random(60) === 0 ? pick(random, LISTS) : undefined;
  const level = list || random(8) === 0 ? undefined : pick(random, LEVELS);
  const name = level && pick(random, NAMES);
  const write = (at: (typeof LEVELS)[number], fields: Field[]): number[] =>
    at === level ? MUTATIONS[name!](fields, random) : written(fields);

  const count = 1 + random(MESSAGE_MAX);
  const mutated = random(count);
  const messages = Array.from({ length: count }, (_, i) => ({ ...messageFields(table, random, i === mutated ? list : undefined), i }));
  const anys = messages.map(({ typeUrl, fields, i }) => {
    const value = i === mutated ? write('message', fields) : written(fields);
    const wrapper = [bytesField(1, [...Buffer.from(typeUrl)]), ...(value.length === 0 ? [] : [bytesField(2, value)])];
    return i === mutated ? write('any', wrapper) : written(wrapper);
  });
  const memo = random(6) === 0 ? [bytesField(2, [...Buffer.from(pick(random, ['a', 'Ä', '𝄞', 'x'.repeat(300)]))])] : [];
  const timeout = random(3) === 0 ? [varintField(3, pick(random, U64))] : [];
  const body = write('body', [...anys.map((any) => ({ number: 1, wire: 2, body: lengthed(any) })), ...memo, ...timeout]);
  const tx = write('transaction', [bytesField(1, body), bytesField(2, auth()), bytesField(3, randomBytes(random, 64))]);
  return {
    tx: Uint8Array.from(tx),
    mutation: list ? `a list ${list}` : level ? `${name} in the ${level}` : 'nothing',
    messages: messages.map(({ name }) => name),
  };
}
