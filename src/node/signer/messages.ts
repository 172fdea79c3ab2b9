/**
 * What the operator's account may sign: of the messages that the table gives to the operator those of the caller, and no other. Values
 * arrive as JSON and are checked field by field, because the generated decoder guesses (it takes "12abc" for a number and drops what it
 * does not know).
 */
import * as tx from '../../protocol/messages/generated/electra/meter/v1/tx.ts';
import type { EncodedMessage } from '../../protocol/messages/sign.ts';
import { type ChainMessage, camelCase, MESSAGES, type MessageField, type MessageName } from '../../protocol/messages/table.ts';
import { type Shape, strict } from '../../protocol/values/strict.ts';
import { VaultError } from '../vault/errors.ts';

interface Codec {
  fromJSON(value: unknown): unknown;
  encode(message: unknown): { finish(): Uint8Array };
}

// biome-ignore lint/performance/noDynamicNamespaceImportAccess: the table names the messages; all of them are needed.
const codecOf = (name: MessageName): Codec => tx[`Msg${name}`] as unknown as Codec;
const OPERATOR = 'operator';
const MESSAGES_MAX = 100;
const TEXT_MAX = 1000;

const bad = (field: string, expected: string): VaultError => new VaultError('bad-request', `${field}: expected ${expected}`);
const read = strict(bad);

/** 64-bit integers are strings here: a JSON number would already have lost what does not fit a double. */
function checkField(value: unknown, field: string, { kind, size, optional }: MessageField): void {
  if (optional && (value === undefined || value === '')) return;
  if (kind === 'string') read.text(value, field, new RegExp(`^[\\s\\S]{0,${TEXT_MAX}}$`), `text of at most ${TEXT_MAX} characters`);
  else if (kind === 'uint32') read.u32(value, field);
  else if (kind === 'bool') read.bool(value, field);
  else if (kind === 'uint64') read.decimal64(value, field, 'unsigned');
  else if (kind === 'bytes') read.base64(value, field, size);
  else for (const [i, entry] of read.array(value, field, size).entries()) read.decimal64(entry, `${field}[${i}]`, 'signed');
}

/**
 * Checks and encodes the messages of one transaction for `operator`; `names`: those that the caller may send. Throws VaultError bad-request
 * naming the field.
 */
export function encodeMessages(value: unknown, operator: string, names: readonly MessageName[]): EncodedMessage[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > MESSAGES_MAX)
    throw bad('messages', `a list of 1 … ${MESSAGES_MAX} messages`);
  const allowed = MESSAGES.filter(({ name }) => names.includes(name));
  return value.map((message, i) => encodeMessage(message, operator, { at: `messages[${i}]`, allowed }));
}

function encodeMessage(
  message: { typeUrl?: unknown; value?: unknown } | null,
  operator: string,
  { at, allowed }: { at: string; allowed: readonly ChainMessage<MessageName>[] },
): EncodedMessage {
  const found = allowed.find(({ typeUrl }) => typeUrl === message?.typeUrl);
  if (!found)
    throw bad(`${at}.typeUrl`, `a message that may be sent through this door: ${allowed.map(({ typeUrl }) => typeUrl).join(', ')}`);
  const fields = new Map(found.fields.map((field) => [camelCase(field.name), field]));
  const given: Shape = read.object(message!.value, `${at}.value`, [], [...fields.keys()]);
  for (const [key, field] of fields) if (key !== OPERATOR) checkField(given[key], `${at}.value.${key}`, field);
  if (given.operator !== undefined && given.operator !== operator)
    throw bad(`${at}.value.operator`, `${operator}, the operator of this node`);
  const codec = codecOf(found.name);
  return { typeUrl: found.typeUrl, value: codec.encode(codec.fromJSON({ ...given, operator })).finish() };
}
