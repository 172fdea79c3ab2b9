/**
 * What is said to people says no word twice. A helper that writes "field: expected …" is handed what was expected, not a sentence that says
 * "expected" again; no text stumbles over a word of its own.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { projectFiles, root } from './rooms.ts';

const SPOKEN = /^(src|mappings|sdk\/ts\/src|gateway\/src|simulator|bin|scripts|web)\/.*\.(ts|tsx|mjs)$/;
const files = projectFiles().filter((path) => SPOKEN.test(path) && !/\.test\.ts$|\.d\.mts$/.test(path));

/** A word twice, with nothing but space between. SQL has one such clause, and of languages other than ours some have relative pronouns. */
const TWICE = /(?<![-\w.\p{L}])(?!read read only)(\p{L}{2,})\s+\1(?![-\w\p{L}])/iu;
const FOREIGN = /(^|\/)(de|es|nl)\.ts$/;

const parse = (path: string, text: string): ts.SourceFile => ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
const walk = (node: ts.Node, visit: (node: ts.Node) => void): void => {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
};
const at = (file: ts.SourceFile, node: ts.Node): string =>
  `${file.fileName}:${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}`;

/** The text of a literal; what is put into it stands as `…`. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('');
  return undefined;
}

/** The name under which a function or a class is called. */
function nameOf(node: ts.Node): string | undefined {
  const { parent } = node;
  if (ts.isConstructorDeclaration(node)) return (parent as ts.ClassDeclaration).name?.text;
  if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) return node.name?.getText();
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent)) return parent.name.getText();
  return undefined;
}

/** Whoever says "expected" before what it is handed: name → which of its parameters that is. */
type Sayers = Map<string, number>;

/** All of a file, those that say nothing of the kind at -1: a name of a file's own is not that of another file. */
function named(file: ts.SourceFile): Sayers {
  const found: Sayers = new Map();
  walk(file, (node) => {
    const name = ts.isFunctionLike(node) && nameOf(node);
    if (name)
      found.set(
        name,
        node.parameters.findIndex((parameter) => parameter.name.getText() === 'expected'),
      );
  });
  return found;
}

const everywhere = (sources: readonly ts.SourceFile[]): Sayers => {
  const found: Sayers = new Map(sources.flatMap((file) => [...named(file)].filter(([, index]) => index >= 0)));
  for (let known = -1; known !== found.size; ) {
    known = found.size;
    for (const file of sources) heirsOf(file, found);
  }
  return found;
};

/** Classes that pass all on to one that says it. */
function heirsOf(file: ts.SourceFile, found: Sayers): void {
  walk(file, (node) => {
    if (!ts.isClassDeclaration(node) || !node.name || node.members.some(ts.isConstructorDeclaration)) return;
    const parent = node.heritageClauses?.[0]?.types[0]?.expression.getText();
    const index = parent === undefined ? undefined : found.get(parent);
    if (index !== undefined) found.set(node.name.text, index);
  });
}

function saidAgain(file: ts.SourceFile, sayers: Sayers): string[] {
  const own = named(file);
  const offences: string[] = [];
  walk(file, (node) => {
    if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return;
    const callee = node.expression;
    const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText();
    const argument = node.arguments?.[own.get(name) ?? sayers.get(name) ?? -1];
    if (argument && /^(expected|must|should)\b/i.test(textOf(argument) ?? '')) offences.push(`${at(file, node)}: ${argument.getText()}`);
  });
  return offences;
}

/** A word twice, and a whole sentence of another error put behind our own "expected". */
function stumbles(file: ts.SourceFile): string[] {
  const offences: string[] = [];
  walk(file, (node) => {
    const text = textOf(node);
    if (text === undefined) return;
    if (!FOREIGN.test(file.fileName) && TWICE.test(text)) offences.push(`${at(file, node)}: ${text.slice(0, 80)}`);
    if (!ts.isTemplateExpression(node)) return;
    const before = [node.head, ...node.templateSpans.map(({ literal }) => literal)];
    node.templateSpans.forEach(({ expression }, i) => {
      if (/\bexpected $/.test(before[i].text) && /\bmessage$/.test(expression.getText()))
        offences.push(`${at(file, node)}: ${node.getText()}`);
    });
  });
  return offences;
}

describe('no word is said twice', () => {
  const sources = files.map((path) => parse(path, readFileSync(join(root, path), 'utf8')));
  const sayers = everywhere(sources);

  test('by those who are handed what was expected', () => {
    expect(sources.length).toBeGreaterThan(400);
    expect([...sayers.keys()]).toEqual(expect.arrayContaining(['ProtocolError', 'badInput', 'bad', 'LightError']));
    expect(sources.flatMap((file) => saidAgain(file, sayers))).toEqual([]);
  });

  test('in any text', () => expect(sources.flatMap(stumbles)).toEqual([]));

  test('in any text of the chain', () => {
    const listed = execFileSync('git', ['ls-files', 'chain'], { cwd: root, encoding: 'utf8' }).split('\n');
    const ofChain = listed.filter((path) => /\.go$/.test(path) && !/_test\.go$|\.pb(\.gw)?\.go$/.test(path));
    const literals = ofChain.flatMap((path) =>
      [...readFileSync(join(root, path), 'utf8').matchAll(/"(?:[^"\\\n]|\\.)*"/g)].map(([text]) => `${path}: ${text}`),
    );
    expect(literals.length).toBeGreaterThan(500);
    expect(literals.filter((text) => TWICE.test(text))).toEqual([]);
  });
});

describe('the test of words', () => {
  const program = (line: string): ts.SourceFile =>
    parse(
      'a.ts',
      `class Refusal extends Error { constructor(code: string, expected: string) { super(expected); } }
       class Narrow extends Refusal {}
       const bad = (field: string, expected: string) => new Error(field + expected);
       ${line}`,
    );
  const found = (line: string): number => {
    const file = program(line);
    return [...saidAgain(file, everywhere([file])), ...stumbles(file)].length;
  };

  test.each([
    "throw bad('importWh', 'expected a register');",
    "throw new Refusal('range', `expected ${most} at most`);",
    "throw new Narrow('range', 'must be a register');",
    "throw read.bad('importWh', 'Expected a register');",
    "say('the day must must be over');",
    'say(`the day ${day} is is over`);',
    "say('The the day is over');",
    'say(`importWh: expected ${error.message}`);',
  ])('finds it in %s', (line) => expect(found(line)).toBe(1));

  test.each([
    "throw bad('importWh', 'a register as the meter expected it');",
    "throw bad('expected', 'a register');",
    "const other = (detail: string) => detail; throw other('expected a register');",
    "sql.unsafe('begin isolation level repeatable read read only');",
    "say('--bundle bundle --keys keys');",
    "say('that day: days, this day');",
    'say(`importWh: ${error.message}`);',
    'say(`expected ${error.expected}`);',
  ])('finds nothing in %s', (line) => expect(found(line)).toBe(0));
});
