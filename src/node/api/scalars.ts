/**
 * Custom scalars. Inside, a Date is a day number, a BigInt a bigint or Postgres' decimal text, a Hex bytes; outside all are strings.
 * Described here, for these replace what the SDL says of a scalar.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import type { ValueNode } from 'graphql';
import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { dateToDay, dayToDate } from '../../protocol/values/time.ts';

function parseWith<T>(expected: string, parse: (text: string) => T) {
  const parseValue = (value: unknown): T => {
    if (typeof value === 'string') {
      try {
        return parse(value);
      } catch {
        /* said below */
      }
    }
    throw new GraphQLError(`expected ${expected}`);
  };
  return { parseValue, parseLiteral: (node: ValueNode): T => parseValue(node.kind === Kind.STRING ? node.value : null) };
}

function outOnly(name: string) {
  const refuse = (): never => {
    throw new GraphQLError(`${name} is no input`);
  };
  return { parseValue: refuse, parseLiteral: refuse };
}

export const scalars = {
  BigInt: new GraphQLScalarType({
    name: 'BigInt',
    description: 'An integer of any size as a decimal string: money in nELECTRA (10^-9 ELECTRA), registers in Wh, field elements.',
    serialize: (value) => {
      if (typeof value === 'bigint') return value.toString();
      if (typeof value === 'string' && /^(0|-?[1-9]\d*)$/.test(value)) return value;
      throw new TypeError('a BigInt field holds no integer');
    },
    ...outOnly('BigInt'),
  }),
  Date: new GraphQLScalarType({
    name: 'Date',
    description: 'A UTC day, `YYYY-MM-DD`.',
    serialize: (value) => dayToDate(value as number),
    ...parseWith('a calendar date "YYYY-MM-DD"', dateToDay),
  }),
  DateTime: new GraphQLScalarType({
    name: 'DateTime',
    description: 'A UTC instant, ISO 8601.',
    serialize: (value) => (value as Date).toISOString(),
    ...parseWith('a UTC instant "YYYY-MM-DDTHH:MM:SS.mmmZ"', (text) => {
      const instant = new Date(text);
      if (instant.toISOString() !== text) throw new RangeError(text);
      return instant;
    }),
  }),
  Hex: new GraphQLScalarType({
    name: 'Hex',
    description: 'Bytes in lower-case hexadecimal.',
    serialize: (value) => bytesToHex(Uint8Array.from(value as Uint8Array)),
    ...outOnly('Hex'),
  }),
};
