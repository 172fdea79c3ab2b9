/**
 * Nothing decides by the wording of a sentence: what a message, a detail or a reason for people says may be said otherwise tomorrow.
 * Programs read codes. Words of others (a node's refusal, which has no code) are kept apart from our own, under another name.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { projectFiles } from './rooms.ts';

const PROSE = String.raw`\b(?:message|detail|details|waiting|why|sentence|stack)\b`;
const READ: readonly RegExp[] = [
  new RegExp(
    String.raw`[.?]${PROSE}\)?(?:\?\.|\.)(?:includes|startsWith|endsWith|match|matchAll|indexOf|search|replace|replaceAll|split)\(`,
  ),
  new RegExp(String.raw`(?:^|[^.\w])${PROSE}(?:\?\.|\.)(?:startsWith|endsWith|match|search)\(`),
  /(?:^|[^.\w])message(?:\?\.|\.)(?:includes|indexOf|split)\(/, // taken out of its error before
  new RegExp(String.raw`\.test\([^()]*[.?]${PROSE}\)`),
  new RegExp(String.raw`[.?]${PROSE}\)?\s*[!=]==?\s*['"\`]`),
  /\.message\)?\.(?:slice|substring)\((?!0,)/, // cut for length alone
];

const offences = (path: string, text: string): string[] =>
  text.split('\n').flatMap((line, i) => (READ.some((pattern) => pattern.test(line)) ? [`${path}:${i + 1}: ${line.trim()}`] : []));

const product = projectFiles().filter(
  (path) => /^(src|mappings|sdk\/ts\/src|gateway\/src|simulator|bin|scripts)\//.test(path) && !/\.test\.ts$/.test(path),
);

describe('no program decides by prose', () => {
  test('anywhere in the product', () => {
    expect(product.length).toBeGreaterThan(200);
    expect(product.flatMap((path) => offences(path, readFileSync(path, 'utf8')))).toEqual([]);
  });

  test.each([
    "if (error.message.includes('truncated')) return 2;",
    "const wrong = c.detail.startsWith('the opening ');",
    "if (row.waiting?.startsWith('the audit')) return 0;",
    "if ((error as Error).message.startsWith('x')) retry();",
    "if (error.message === 'killed') return;",
    'throw new ProtocolError(error.code, error.field, error.message.slice(error.field.length));',
    'if (/not found/i.test(error.message)) return undefined;',
    "if (waiting.startsWith('x')) return;",
    "const { message } = error; return message.includes('truncated');",
  ])('is found: %s', (line) => expect(offences('a.ts', line)).toHaveLength(1));

  test.each([
    'log.warn({ code }, `waiting (${error.message})`);',
    'throw new NodeError(`malformed: ${error.message.slice(0, 200)}`);',
    'if (/not found/i.test(error.said)) return undefined;',
    "if (error.code === 'not-json') return 2;",
    'return message.replies.map((reply) => reply.id);',
  ])('is not seen where there is none: %s', (line) => expect(offences('a.ts', line)).toEqual([]));
});
