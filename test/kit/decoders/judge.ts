/** What the chain reads in transactions, by its own code (chain/internal/judge), in the form that a TypeScript decoder is held against. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { DecodedMessage } from '../../../src/node/indexer/write/decode.ts';
import { camelCase, type FieldKind, MESSAGES } from '../../../src/protocol/messages/table.ts';

/** Messages with their values as text, or null: refused. */
export type Reading = [typeUrl: string, value: Record<string, unknown>][] | null;

/** One reading a transaction, in order. */
export async function goReads(txs: readonly Uint8Array[]): Promise<Reading[]> {
  const go = spawn('go', ['run', '-trimpath', './internal/judge'], {
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

const fieldsOf = (typeUrl: string) => MESSAGES.find((message) => message.typeUrl === typeUrl)!.fields;
const EMPTY: Record<FieldKind, unknown> = { string: '', uint32: 0, uint64: '0', bool: false, bytes: '', 'repeated int64': [] };

/** Go leaves out what is empty, or writes null. */
function asReading(messages: [string, Record<string, unknown>][] | null): Reading {
  if (messages === null) return null;
  return messages.map(([typeUrl, value]) => [
    typeUrl,
    Object.fromEntries(fieldsOf(typeUrl).map(({ name, kind }) => [name, value[name] ?? EMPTY[kind]])),
  ]);
}

/** The same of what decodeTx gives. */
export function readingOf(messages: DecodedMessage[] | string): Reading {
  if (typeof messages === 'string' || messages.some(({ value }) => value === undefined)) return null;
  return messages.map(({ typeUrl, value }) => [
    typeUrl,
    Object.fromEntries(fieldsOf(typeUrl).map(({ name }) => [name, plain((value as Record<string, unknown>)[camelCase(name)])])),
  ]);
}

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value === 'bigint') return String(value);
  return Array.isArray(value) ? value.map(plain) : value;
}
