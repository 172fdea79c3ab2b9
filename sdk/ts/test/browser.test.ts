/** The main entry must load where there is no Node: none of its files may name a Node module or a Node global. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const folders = ['../src', '../../../src/protocol/values', '../../../src/protocol/meter', '../../../src/protocol/messages'].map((folder) =>
  fileURLToPath(new URL(folder, import.meta.url)),
);
const files = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => join(folder, name)),
);
/** A member that is asked for where there is Node alone (`getBuiltinModule`), and its type, are none. */
const OFFENCE = /from 'node:|(?<![.\w])Buffer\b(?!\?:)|globalThis\.Buffer|\bprocess\.|from '\.\/node\//;
const offences = (text: string): string[] => text.split('\n').filter((line) => OFFENCE.test(line) && !line.trimStart().startsWith('//'));

describe('the SDK for browsers', () => {
  test('names nothing of Node outside src/node', () => {
    expect(files.length).toBeGreaterThan(20);
    expect(folders.every((folder) => files.some((file) => file.startsWith(folder)))).toBe(true);
    expect(files.flatMap((name) => offences(readFileSync(name, 'utf8')).map((line) => `${name}: ${line}`))).toEqual([]);
  });

  test('would see it', () => {
    expect(offences("import { open } from 'node:fs';\nconst b = Buffer.alloc(1);\n// Buffer\nglobalThis.Buffer.from('')")).toHaveLength(3);
  });
});
