/**
 * The auditor's package as a stranger gets it: packed, installed alone, run on this machine's Node and on the pinned one, with a good and a
 * forged bundle.
 */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { imported } from '../../scripts/build-package.mjs';
import { auditPath } from '../../src/reader/audit/audit-path.ts';
import { writeZip } from '../../src/reader/zip.ts';
import { load, writeBundle } from '../kit/audit/bundles.ts';
import { bundle, exportText, invoiceText, openingsOf, withChain } from '../kit/member.ts';
import { type InstalledPackage, licencesOf, nodes, PERMISSIVE, packAndInstall, typeErrors } from '../kit/package.ts';

const MEMBER = 'rural-003';
let reader: InstalledPackage;
let protocol: InstalledPackage;

beforeAll(async () => {
  [reader, protocol] = await Promise.all([packAndInstall('src/reader'), packAndInstall('src/protocol')]);
  const inside = (name: string) => join(reader.folder, name);
  writeBundle(load('honest'), inside('good'));
  writeFileSync(inside('good.zip'), writeZip(Object.fromEntries(load('honest'))));
  writeBundle(load('raised'), inside('forged'));
  writeBundle(withChain(bundle()), inside('mine'));
  writeFileSync(inside('meter.json'), exportText(MEMBER));
  writeFileSync(inside('invoice.json'), invoiceText(openingsOf(MEMBER)));
  const lied = openingsOf(MEMBER).map((o, i) => (i === 1 ? { ...o, amountNel: o.amountNel + 1n } : o));
  writeFileSync(inside('false-invoice.json'), invoiceText(lied));
}, 120_000);
afterAll(() => {
  reader?.remove();
  protocol?.remove();
});

interface Said {
  exitCode: number;
  out: string;
  err: string;
}

/** `npx ARGS` in the stranger's folder, with the given Node first on the path. */
function npx(node: string, ...args: string[]): Promise<Said> {
  const path = [dirname(node), ...(process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'))];
  const env = { HOME: process.env.HOME, PATH: path.join(delimiter) };
  return new Promise((resolve) => {
    execFile('npx', ['--no-install', ...args], { cwd: reader.folder, env, maxBuffer: 1 << 24 }, (error, out, err) =>
      resolve({ exitCode: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}

describe.each(Object.entries(nodes()))('on the %s Node', (_, node) => {
  test('a good bundle passes, as a folder and as a zip file; only its age is open', async () => {
    const folder = await npx(node, 'electra-audit', 'good', '--development-keys', '--json');
    const zip = await npx(node, 'electra-audit', 'good.zip', '--development-keys', '--json');
    expect(folder).toMatchObject({ exitCode: 3, err: '' });
    expect(zip).toMatchObject({ exitCode: 3, err: '' });
    const own = await auditPath(join(reader.folder, 'good'), { developmentKeys: true });
    const { checks, resume } = JSON.parse(folder.out) as { checks: { id: string; name: string }[]; resume: unknown };
    const isAge = ({ id, name }: { id: string; name: string }) => `${id} ${name}` === '1 age';
    expect(checks.filter((check) => !isAge(check))).toEqual(JSON.parse(JSON.stringify(own.checks)));
    expect(resume).toEqual(JSON.parse(JSON.stringify(own.resume)));
  });

  test('a forged bundle fails, and the one bill that is false is named', async () => {
    const { exitCode, out } = await npx(node, 'electra-audit', 'forged', '--development-keys', '--json');
    expect(exitCode).toBe(1);
    const { checks } = JSON.parse(out) as { checks: { id: string; status: string; meter?: string }[] };
    const failed = checks.filter(({ status }) => status === 'failed');
    expect(failed.map(({ id }) => id)).toEqual(['5']);
    expect(failed[0].meter).toMatch(/^electra1/);
  });

  test('development keys are refused unless asked for', async () => {
    const { exitCode, out } = await npx(node, 'electra-audit', 'good');
    expect(exitCode).toBe(1);
    expect(out).toContain('is a development key');
  });

  test('what is not there is unreadable', async () => expect((await npx(node, 'electra-audit', 'nowhere')).exitCode).toBe(2));

  test('a member’s own bill is verified, and a false one gives evidence that holds', async () => {
    const asked = ['--bundle', 'mine', '--meter-export', 'meter.json', '--development-keys', '--quick'];
    expect((await npx(node, 'electra-verify-bill', ...asked, '--invoice', 'invoice.json')).exitCode).toBe(4);
    const said = await npx(node, 'electra-verify-bill', ...asked, '--invoice', 'false-invoice.json', '--json');
    expect(said.exitCode).toBe(1);
    const [evidence] = (JSON.parse(said.out) as { evidence: string[] }).evidence;
    const judged = await npx(node, 'electra-verify-evidence', evidence, '--bundle', 'mine', '--development-keys');
    expect(judged).toMatchObject({ exitCode: 0, out: expect.stringContaining('HOLDS') });
  });
});

test('an audit goes on from an earlier one, and says in one sentence what it cannot take', async () => {
  const { pinned } = nodes();
  expect((await npx(pinned, 'electra-audit', 'good', '--development-keys', '--save', 'audited.json')).exitCode).toBe(3);
  expect((await npx(pinned, 'electra-audit', 'good', '--development-keys', '--since', 'audited.json')).exitCode).not.toBe(0);
  const wrong = await npx(pinned, 'electra-audit', 'good', '--since', 'none.json');
  expect(wrong).toEqual({ exitCode: 2, out: '', err: 'electra-audit: --since: none.json: cannot be read (ENOENT)\n' });
  expect((await npx(pinned, 'electra-audit', '--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

describe.each([
  ['reader', () => reader, 'src/reader'],
  ['protocol', () => protocol, 'src/protocol'],
] as const)('the packed %s', (name, packed, source) => {
  test('brings nothing under the GPL, and no database', () => {
    const licences = licencesOf(packed());
    expect(licences.size).toBeGreaterThan(4);
    expect([...licences].filter(([, licence]) => !PERMISSIVE.test(licence))).toEqual([]);
    expect([...licences.keys()].filter((one) => /^(pg|postgres|ffjavascript|snarkjs|circom)/.test(one))).toEqual([]);
  });

  test('carries what it runs, and no test or source', () => {
    expect(packed().files.filter((path) => !/^(dist\/.*\.(js|d\.ts)|package\.json|README\.md|LICENSE)$/.test(path))).toEqual([]);
    expect(packed().files.filter((path) => /\.test\.|testdata|src\/(node|cli)\//.test(path))).toEqual([]);
    expect(packed().files).toContain('LICENSE');
  });

  test('asks for the packages that it imports, and for no others', () => {
    const folder = join(packed().folder, 'node_modules/@electra', name);
    const { dependencies } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
    expect([...imported(join(folder, 'dist'))].sort()).toEqual(Object.keys(dependencies).sort());
  });
});

const READER_PROGRAM = `
import { auditBundle, parseBundle, DEVELOPMENT_KEY_IDS, type Bundle, type Verdict } from '@electra/reader';
import { auditPath, readBundle } from '@electra/reader/node';
import { verifyBill } from '@electra/reader/browser';
import { acceptAll } from '@electra/reader/light';
import { verifyBatch } from '@electra/reader/verifier';
const bundle: Bundle = parseBundle(await readBundle('good'));
const verdict: Verdict = await auditPath('good', { developmentKeys: true });
console.log(
  verdict.exitCode, bundle.days.length, Object.keys(DEVELOPMENT_KEY_IDS).length, [auditBundle, verifyBill, acceptAll, verifyBatch].length);
`;
const PROTOCOL_PROGRAM = `
import { bookPath, dateToDay, type Book } from '@electra/protocol';
import { readGenesis } from '@electra/protocol/genesis';
import { headerHash } from '@electra/protocol/comet';
const book: Pick<Book, 'day'> = { day: dateToDay('2026-07-02') };
console.log(book.day, bookPath('2026-07-02', 2), typeof readGenesis, typeof headerHash);
`;

describe('types', () => {
  test('a strict TypeScript program compiles against the reader’s, and a wrong one does not', () => {
    expect(typeErrors(reader, READER_PROGRAM)).toBe('');
    expect(typeErrors(reader, READER_PROGRAM.replace('developmentKeys: true', 'developmentKeys: 1'))).toContain('not assignable');
  });
  test('and against the protocol’s', () => {
    expect(typeErrors(protocol, PROTOCOL_PROGRAM)).toBe('');
    expect(typeErrors(protocol, PROTOCOL_PROGRAM.replace("('2026-07-02')", '(1)'))).toContain('not assignable');
  });
  test.each(Object.entries(nodes()))('are of what runs on the %s Node', async (_, node) => {
    const plain = (text: string) => text.replace(/, type \w+|: Bundle|: Verdict|: Pick<[^>]*>/g, '');
    expect(await reader.run(node, plain(READER_PROGRAM))).toBe('0 2 6 4');
    expect(await protocol.run(node, plain(PROTOCOL_PROGRAM))).toBe('20636 days/2026-07-02/book.v2.json function function');
  });
});
