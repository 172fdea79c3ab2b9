/**
 * The main chain's messages are the chain's: sdk/vectors/main-messages.json has each of them as the compiled proto says, and transactions
 * that the chain's own code has encoded (chain/mainapp/messages_test.go).
 */
import { readFileSync } from 'node:fs';
import { fromBase64 } from '@cosmjs/encoding';
import { TxBody, TxRaw } from 'cosmjs-types/cosmos/tx/v1beta1/tx';
import { expect, test } from 'vitest';
import { mainTypes } from './messages/main-messages.ts';
import { MAIN_MESSAGES, type MainField, mainTypeUrlOf } from './messages/main-table.ts';
import { keySigner, signTx } from './messages/sign.ts';
import { camelCase, MESSAGES } from './messages/table.ts';

interface Vector {
  name: string;
  typeUrl: string;
  signer: string;
  fields: MainField[];
  examples: { body: string; value: Record<string, unknown> }[];
}

interface Codec {
  decode(bytes: Uint8Array): Record<string, unknown>;
  encode(value: unknown): { finish(): Uint8Array };
}

const vectors: Vector[] = JSON.parse(readFileSync(new URL('../../sdk/vectors/main-messages.json', import.meta.url), 'utf8'));
const examples = vectors.flatMap(({ name, fields, examples }) =>
  examples.map((example, i) => [`${name} ${i + 1}`, { ...example, fields }] as const),
);
const codecs = new Map(mainTypes as unknown as ReadonlyArray<[string, Codec]>);

function asJson(value: unknown, of?: readonly MainField[]): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map((one) => asJson(one, of));
  if (of === undefined) return value;
  const values = value as Record<string, unknown>;
  return Object.fromEntries(of.map((field) => [field.name, asJson(values[camelCase(field.name)], field.of)]));
}

test('the table names every message of the main chain, who signs it and its fields, as the chain does', () => {
  expect(MAIN_MESSAGES.map(({ name, typeUrl, signer, fields }) => ({ name, typeUrl, signer, fields }))).toEqual(
    vectors.map(({ examples, ...said }) => said),
  );
});

test('no two messages of any chain have one name: a name is a handler’s too', () => {
  const names = [...MESSAGES, ...MAIN_MESSAGES].map(({ name }) => name as string);
  expect(new Set(names).size).toBe(names.length);
});

test.each(examples)(
  '%s, as the chain encodes it, is read to what the chain says, and written back to the byte',
  (_, { body, value, fields }) => {
    const [message] = TxBody.decode(fromBase64(body)).messages;
    const codec = codecs.get(message.typeUrl)!;
    const read = codec.decode(message.value);
    expect(asJson(read, fields)).toEqual(value);
    expect(codec.encode(read).finish()).toEqual(message.value);
  },
);

test.each(examples)('%s is another value, or no encoding of one, with a bit of any byte changed', (_, { body }) => {
  const [{ typeUrl, value }] = TxBody.decode(fromBase64(body)).messages;
  const codec = codecs.get(typeUrl)!;
  const honest = JSON.stringify(codec.decode(value), (_key, one) => (typeof one === 'bigint' ? `${one}n` : one));
  for (let at = 0; at < value.length; at++) {
    const changed = value.slice();
    changed[at] ^= 1 << (at & 7);
    let read: Record<string, unknown>;
    try {
      read = codec.decode(changed);
      if (Buffer.compare(codec.encode(read).finish(), changed) !== 0) continue;
    } catch {
      continue;
    }
    expect(JSON.stringify(read, (_key, one) => (typeof one === 'bigint' ? `${one}n` : one))).not.toBe(honest);
  }
});

test('a signed transaction has the body that the chain writes', async () => {
  const settle = vectors.find(({ name }) => name === 'Settle')!;
  const body = fromBase64(settle.examples[0].body);
  const [{ value }] = TxBody.decode(body).messages;
  const signer = keySigner(new Uint8Array(32).fill(7));
  const { bytes } = await signTx(
    { messages: [{ typeUrl: mainTypeUrlOf('Settle'), value }], chainId: 'electra-main-5eed0002', accountNumber: 3n, sequence: 1n },
    signer,
  );
  expect(TxRaw.decode(bytes).bodyBytes).toEqual(body);
});
