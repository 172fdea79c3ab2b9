/**
 * The table of messages is the chain's: sdk/vectors/messages.json is held to the compiled proto by chain/x/meter/keeper/messages_test.go.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as tx from './messages/generated/electra/meter/v1/tx.ts';
import { meterTypes } from './messages/messages.ts';
import { camelCase, MESSAGES } from './messages/table.ts';

const chain: unknown = JSON.parse(readFileSync(new URL('../../sdk/vectors/messages.json', import.meta.url), 'utf8'));

test('the table names every message, its signer and its fields as the chain does', () => {
  const table = MESSAGES.map(({ name, typeUrl, signer, fields }) => ({
    name,
    typeUrl,
    signer,
    fields: fields.map((field) => ({ name: field.name, kind: field.kind })),
  }));
  expect(table).toEqual(chain);
});
test.each(MESSAGES.map((message) => [message.name, message] as const))(
  '%s has its fields in the generated code too',
  (name, { fields }) => {
    // biome-ignore lint/performance/noDynamicNamespaceImportAccess: the table names the messages; all of them are looked at.
    expect(Object.keys(tx[`Msg${name}`].fromPartial({}))).toEqual(fields.map((field) => camelCase(field.name)));
  },
);
test('whoever decodes messages knows all of them', () => {
  expect(meterTypes.map(([typeUrl]) => typeUrl)).toEqual(MESSAGES.map(({ typeUrl }) => typeUrl));
});
