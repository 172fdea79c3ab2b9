/**
 * What the operator's account may sign: of the messages that the table gives to the operator those of the caller, and no other. Values
 * arrive as JSON and are checked field by field, because the generated decoder guesses (it takes "12abc" for a number and drops what it
 * does not know).
 */
import * as tx from '../../protocol/messages/generated/electra/meter/v1/tx.ts';
import { electra, register, settlement } from '../../protocol/messages/main-messages.ts';
import { MAIN_MESSAGES, type MainField, type MainMessage, type MainMessageName } from '../../protocol/messages/main-table.ts';
import type { EncodedMessage } from '../../protocol/messages/sign.ts';
import { type ChainMessage, camelCase, MESSAGES, type MessageField, type MessageName } from '../../protocol/messages/table.ts';
import { type Shape, strict } from '../../protocol/values/strict.ts';
import { VaultError } from '../vault/errors.ts';

interface Codec {
  fromJSON(value: unknown): unknown;
  encode(message: unknown): { finish(): Uint8Array };
}

const CODECS = { ...register, ...electra, ...settlement } as Readonly<Record<string, unknown>>;

const codecOf = (message: ChainMessage<MessageName> | MainMessage<MainMessageName>): Codec =>
  // biome-ignore lint/performance/noDynamicNamespaceImportAccess: the table names the messages; all of them are needed.
  ('module' in message ? CODECS[`Msg${message.name}`] : tx[`Msg${message.name}`]) as unknown as Codec;
const MESSAGES_MAX = 100;
const TEXT_MAX = 1000;

const bad = (field: string, expected: string): VaultError => new VaultError('bad-request', `${field}: expected ${expected}`);
const read = strict(bad);

type Field = MessageField | MainField;

/** An entry of a list, or the whole of what is none. 64-bit integers are strings here: a number would have lost what fits no double. */
function checkOne(value: unknown, field: string, kind: Field['kind'], of: readonly Field[]): void {
  if (kind === 'string') read.text(value, field, new RegExp(`^[\\s\\S]{0,${TEXT_MAX}}$`), `text of at most ${TEXT_MAX} characters`);
  else if (kind === 'uint32') read.u32(value, field);
  else if (kind === 'bool') read.bool(value, field);
  else if (kind === 'uint64') read.decimal64(value, field, 'unsigned');
  else if (kind === 'int64') read.decimal64(value, field, 'signed');
  else if (kind === 'bytes') read.base64(value, field);
  else checkFields(value, field, of, null);
}

/** `size`: bytes, or entries of a list; `of`: the fields of a message in a message. */
function checkField(value: unknown, field: string, wanted: Field): void {
  const { kind } = wanted;
  const [size, optional] =
    'size' in wanted ? [wanted.size, wanted.optional] : [undefined, 'optional' in wanted ? wanted.optional : undefined];
  const of = 'of' in wanted ? (wanted.of ?? []) : [];
  if (optional && (value === undefined || value === '')) return;
  if (kind === 'bytes') read.base64(value, field, size);
  else if (!kind.startsWith('repeated ')) checkOne(value, field, kind, of);
  else
    for (const [i, entry] of read.array(value, field, size).entries())
      checkOne(entry, `${field}[${i}]`, kind.slice('repeated '.length) as Field['kind'], of);
}

/** An object with these fields and no other. `filled`: the one that is filled in here, and may be left out. */
function checkFields(value: unknown, at: string, fields: readonly Field[], filled: string | null): Shape {
  const named = new Map(fields.map((field) => [camelCase(field.name), field]));
  const given: Shape = read.object(value, at, [], [...named.keys()]);
  for (const [key, field] of named) if (key !== filled) checkField(given[key], `${at}.${key}`, field);
  return given;
}

/**
 * Checks and encodes the messages of one transaction for `operator`; `names`: those that the caller may send. Throws VaultError bad-request
 * naming the field.
 */
export function encodeMessages(value: unknown, operator: string, names: readonly (MessageName | MainMessageName)[]): EncodedMessage[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > MESSAGES_MAX)
    throw bad('messages', `a list of 1 … ${MESSAGES_MAX} messages`);
  const allowed = [...MESSAGES, ...MAIN_MESSAGES].filter(({ name }) => names.includes(name));
  return value.map((message, i) => encodeMessage(message, operator, { at: `messages[${i}]`, allowed }));
}

type Allowed = ChainMessage<MessageName> | MainMessage<MainMessageName>;

function encodeMessage(
  message: { typeUrl?: unknown; value?: unknown } | null,
  operator: string,
  { at, allowed }: { at: string; allowed: readonly Allowed[] },
): EncodedMessage {
  const found = allowed.find(({ typeUrl }) => typeUrl === message?.typeUrl);
  if (!found)
    throw bad(`${at}.typeUrl`, `a message that may be sent through this door: ${allowed.map(({ typeUrl }) => typeUrl).join(', ')}`);
  const signer = camelCase(found.signer);
  const given = checkFields(message!.value, `${at}.value`, found.fields, signer);
  if (given[signer] !== undefined && given[signer] !== operator)
    throw bad(`${at}.value.${signer}`, `${operator}, the operator of this node`);
  const codec = codecOf(found);
  return { typeUrl: found.typeUrl, value: codec.encode(codec.fromJSON({ ...given, [signer]: operator })).finish() };
}
