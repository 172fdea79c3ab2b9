/**
 * What the operator's account may sign: six message types and no other. Values arrive as JSON and are checked field by field, because the
 * generated decoder guesses (it takes "12abc" for a number and drops what it does not know).
 */
import { fromBase64 } from '@cosmjs/encoding';
import {
  MsgAnchorBook,
  MsgDisputeDay,
  MsgEnrolMeter,
  MsgPublishNodeKey,
  MsgRetireMeter,
  MsgSetTariff,
} from '../../protocol/messages/generated/electra/meter/v1/tx.ts';
import type { EncodedMessage } from '../../protocol/messages/sign.ts';
import { VaultError } from '../vault/errors.ts';

type Check = (value: unknown) => string | null;

const text: Check = (value) => (typeof value === 'string' && value.length <= 1000 ? null : 'text');
const u32: Check = (value) =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 32 ? null : 'a number in 0 … 2^32-1';
const u64: Check = (value) =>
  typeof value === 'string' && /^(0|[1-9]\d{0,19})$/.test(value) && BigInt(value) < 1n << 64n ? null : 'a decimal string in 0 … 2^64-1';
const i64: Check = (value) =>
  typeof value === 'string' && /^(0|-?[1-9]\d{0,18})$/.test(value) && BigInt.asIntN(64, BigInt(value)) === BigInt(value)
    ? null
    : 'a decimal string of 64 bits';
const slots: Check = (value) =>
  Array.isArray(value) && value.length === 96 && value.every((entry) => i64(entry) === null) ? null : '96 decimal strings';
const bytes =
  (length: number): Check =>
  (value) => {
    try {
      return typeof value === 'string' && fromBase64(value).length === length ? null : `${length} bytes in base64`;
    } catch {
      return `${length} bytes in base64`;
    }
  };
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || value === '' ? null : check(value);

interface Shape {
  codec: { fromJSON(value: any): any; encode(message: any): { finish(): Uint8Array } };
  fields: Record<string, Check>;
}

const SHAPES: Record<string, Shape> = {
  MsgEnrolMeter: {
    codec: MsgEnrolMeter,
    fields: { meter: text, member: text, firstDay: u32, maxWhPerSlot: u32, consensusKey: optional(bytes(32)) },
  },
  MsgRetireMeter: { codec: MsgRetireMeter, fields: { meter: text, lastDay: u32 } },
  MsgPublishNodeKey: { codec: MsgPublishNodeKey, fields: { epoch: u32, key: bytes(32) } },
  MsgSetTariff: {
    codec: MsgSetTariff,
    fields: { fromDay: u32, rule: text, retailNelPerWh: slots, feedInNelPerWh: slots, feePerDayNel: u64 },
  },
  MsgDisputeDay: { codec: MsgDisputeDay, fields: { meter: text, day: u32, reason: text } },
  MsgAnchorBook: { codec: MsgAnchorBook, fields: { day: u32, version: u32, bookHash: bytes(32) } },
};
const PREFIX = '/electra.meter.v1.';
const MESSAGES_MAX = 100;

/** Checks and encodes the messages of one transaction for `operator`. Throws VaultError bad-request naming the field. */
export function encodeMessages(value: unknown, operator: string): EncodedMessage[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > MESSAGES_MAX)
    throw new VaultError('bad-request', `messages: expected a list of 1 … ${MESSAGES_MAX} messages`);
  return value.map((message, i) => encodeMessage(message, operator, `messages[${i}]`));
}

function encodeMessage(message: { typeUrl?: unknown; value?: unknown } | null, operator: string, at: string): EncodedMessage {
  const bad = (field: string, expected: string) => new VaultError('bad-request', `${at}.${field}: expected ${expected}`);
  const typeUrl = message?.typeUrl;
  const name = typeof typeUrl === 'string' && typeUrl.startsWith(PREFIX) ? typeUrl.slice(PREFIX.length) : '';
  if (!Object.hasOwn(SHAPES, name))
    throw bad(
      'typeUrl',
      `an operator's message: ${Object.keys(SHAPES)
        .map((key) => PREFIX + key)
        .join(', ')}`,
    );
  const fields = message!.value as Record<string, unknown>;
  if (typeof fields !== 'object' || fields === null) throw bad('value', 'an object');
  const { codec, fields: shape } = SHAPES[name];
  for (const key of Object.keys(fields))
    if (key !== 'operator' && !Object.hasOwn(shape, key)) throw bad(`value.${key}`, `one of ${Object.keys(shape).join(', ')}`);
  for (const [key, check] of Object.entries(shape)) {
    const expected = check(fields[key]);
    if (expected !== null) throw bad(`value.${key}`, expected);
  }
  if (fields.operator !== undefined && fields.operator !== operator) throw bad('value.operator', `${operator}, the operator of this node`);
  return { typeUrl: typeUrl as string, value: codec.encode(codec.fromJSON({ ...fields, operator })).finish() };
}
