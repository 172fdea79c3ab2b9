/** What the chain reads in transactions, by its own code (chain/internal/judge), in the form that a TypeScript decoder is held against. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { DecodedMessage } from '../../../src/node/indexer/write/decode.ts';
import { MAIN_MESSAGES, type MainField } from '../../../src/protocol/messages/main-table.ts';
import { camelCase, MESSAGES } from '../../../src/protocol/messages/table.ts';

/** Messages with their values as text, or null: refused. */
export type Reading = [typeUrl: string, value: Record<string, unknown>][] | null;

/** One reading a transaction, in order. */
export async function goReads(txs: readonly Uint8Array[], chain: 'community' | 'main'): Promise<Reading[]> {
  const go = spawn('go', ['run', '-trimpath', './internal/judge', chain], {
    cwd: fileURLToPath(new URL('../../../chain', import.meta.url)),
    env: { ...process.env, CGO_ENABLED: '0' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const said = text(go.stdout);
  go.stdin.on('error', () => {}); // it may end before it reads
  go.stdin.end(txs.map((tx) => `${Buffer.from(tx).toString('base64')}\n`).join(''));
  const [code] = (await once(go, 'exit')) as [number];
  if (code !== 0) throw new Error(`chain/internal/judge ended with code ${code}`);
  const lines = (await said).trimEnd().split('\n');
  if (lines.length !== txs.length) throw new Error(`chain/internal/judge: ${lines.length} lines for ${txs.length} transactions`);
  return lines.map((line) => asReading(JSON.parse(line)));
}

const fieldsOf = (typeUrl: string): readonly MainField[] =>
  [...MESSAGES, ...MAIN_MESSAGES].find((message) => message.typeUrl === typeUrl)!.fields;
const EMPTY: Record<MainField['kind'], unknown> = {
  string: '',
  uint32: 0,
  uint64: '0',
  int64: '0',
  bool: false,
  bytes: '',
  message: null,
  'repeated int64': [],
  'repeated bytes': [],
  'repeated message': [],
};

type Values = Record<string, unknown>;

/** Go leaves out what is empty, or writes null. */
function whole(fields: readonly MainField[], value: Values): Values {
  const one = ({ name, kind, of }: MainField): unknown => {
    const given = value[name] ?? EMPTY[kind];
    if (of === undefined || given === null) return given;
    return Array.isArray(given) ? given.map((each) => whole(of, each)) : whole(of, given as Values);
  };
  return Object.fromEntries(fields.map((field) => [field.name, one(field)]));
}

const asReading = (messages: [string, Values][] | null): Reading =>
  messages?.map(([typeUrl, value]) => [typeUrl, whole(fieldsOf(typeUrl), value)]) ?? null;

/** The same of what decodeTx gives. */
export function readingOf(messages: DecodedMessage[] | string): Reading {
  if (typeof messages === 'string' || messages.some(({ value }) => value === undefined)) return null;
  return messages.map(({ typeUrl, value }) => [typeUrl, plainFields(fieldsOf(typeUrl), value as Values)]);
}

const plainFields = (fields: readonly MainField[], value: Values): Values =>
  Object.fromEntries(fields.map(({ name, of }) => [name, plain(value[camelCase(name)], of)]));

/** A decoded value as the chain writes it in JSON. */
export function plain(value: unknown, of?: readonly MainField[]): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map((one) => plain(one, of));
  return of && value !== undefined ? plainFields(of, value as Values) : (value ?? null);
}
