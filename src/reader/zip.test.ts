/** A zipped bundle is the bundle; an archive that means harm is refused with a word on why. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterAll, describe, expect, test } from 'vitest';
import { load } from '../../test/kit/audit/bundles.ts';
import { auditPath } from './audit/audit-path.ts';
import { BundleError, readBundle } from './folder.ts';
import { readZip, writeZip } from './zip.ts';

const files = Object.fromEntries(load('honest'));
const folder = mkdtempSync(join(tmpdir(), 'electra-zip-'));
afterAll(() => rmSync(folder, { recursive: true }));

const zipOf = (entries: Record<string, string>): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(entries).map(([path, text]) => [path, strToU8(text)])));

function refusal(bytes: Uint8Array): string {
  try {
    readZip(bytes, 'bundle.zip');
  } catch (error) {
    expect(error).toBeInstanceOf(BundleError);
    return `${(error as BundleError).code}: ${(error as BundleError).message}`;
  }
  return 'accepted';
}

/** Overwrites a 32-bit field of the archive's own list of entries, for every entry. */
function withField(bytes: Uint8Array, offset: number, value: number): Uint8Array {
  const changed = bytes.slice();
  const view = new DataView(changed.buffer);
  for (let at = 0; at + 46 < changed.length; at++) if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + offset, value, true);
  return changed;
}
const UNPACKED_SIZE = 24;

describe('a zipped bundle', () => {
  test('reads as it was written', () => expect(readZip(writeZip(files))).toEqual(load('honest')));

  test('that was damaged on its way is no bundle, and no finding about a book', () => {
    const stored = zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, strToU8(text)])), { level: 0 });
    expect(readZip(stored)).toEqual(load('honest'));
    const damaged = stored.slice();
    const at = Buffer.from(stored).indexOf('"signature"');
    damaged[at + 1] ^= 1;
    expect(refusal(damaged)).toMatch(/^damaged: bundle.zip: .*: damaged on its way, get the file again$/);
  });

  test('has the same bytes whenever and in whatever order it is written', () => {
    const reversed = Object.fromEntries(Object.entries(files).reverse());
    expect(Buffer.compare(writeZip(files), writeZip(reversed))).toBe(0);
  });

  test('may lie in one folder of the archive', () => {
    const inside = Object.fromEntries(Object.entries(files).map(([path, text]) => [`november/${path}`, text]));
    expect(readZip(zipOf(inside))).toEqual(load('honest'));
  });

  test('may hold other files, which are not read, as in a folder', () => {
    const more = { 'README.md': 'hello', 'days/.cache/x.json': '{}', 'keys/readme.txt': 'x', 'days/2026-07-02/book copy.json': '{}' };
    expect([...readZip(zipOf({ ...files, ...more })).keys()].filter((path) => !(path in files))).toEqual([
      'days/2026-07-02/book copy.json',
    ]);
  });

  test('gets the verdict of the folder', async () => {
    const path = join(folder, 'bundle.zip');
    writeFileSync(path, writeZip(files));
    expect(await readBundle(path)).toEqual(load('honest'));
    expect((await auditPath(path, { developmentKeys: true })).exitCode).toBe(0);
  });
});

describe('an archive is refused', () => {
  test.each(['/genesis.json', '../genesis.json', 'days/../../x.json', 'a/./b.json', 'C:/genesis.json', 'days\\x.json', '\\x'])(
    'with the path %s',
    (path) =>
      expect(refusal(zipOf({ ...files, [path]: '{}' }))).toBe(
        `bad-path: bundle.zip: ${JSON.stringify(path)}: expected a path inside the bundle`,
      ),
  );

  test('with a path twice', () => {
    const twice = zipOf({ 'genesis.json': '{}', 'genesis.jsoX': '[]' });
    const bytes = Buffer.from(Buffer.from(twice).toString('latin1').replaceAll('genesis.jsoX', 'genesis.json'), 'latin1');
    expect(refusal(bytes)).toBe('bad-path: bundle.zip: "genesis.json": expected each path once');
  });

  test('with a file larger than the limit, before it is unpacked', () => {
    expect(refusal(withField(zipOf({ 'genesis.json': '{}' }), UNPACKED_SIZE, 0x7000_0000))).toMatch(
      /^too-large: genesis\.json: larger than/,
    );
  });

  test('with more than the limit in all, before it is unpacked', () => {
    const days = Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [`days/2026-07-${String(i + 1).padStart(2, '0')}/book.json`, '{}']),
    );
    expect(refusal(withField(zipOf(days), UNPACKED_SIZE, 31 * 1024 * 1024))).toMatch(/^too-large: the bundle is larger than/);
  });

  test('with too many entries', () => {
    const many = Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`x${i}`, '']));
    expect(refusal(zipOf(many))).toBe('too-large: bundle.zip: more than 10000 entries');
  });

  test('that unpacks to more than it states: it is unpacked no further, and then not what was packed', () => {
    const bomb = withField(zipOf({ 'genesis.json': '0'.repeat(1_000_000) }), UNPACKED_SIZE, 10);
    expect(refusal(bomb)).toMatch(/^damaged: bundle.zip: genesis.json /);
  });

  test.each([
    ['cut in the middle', () => writeZip(files).slice(0, 5_000)],
    ['empty', () => new Uint8Array(0)],
    ['no zip', () => strToU8('electra')],
  ])('when it is %s', (_, bytes) =>
    expect(refusal(bytes())).toMatch(/^no-zip: bundle\.zip: expected a folder, or a zip file that can be read/),
  );

  test('with bytes that are no UTF-8', () => {
    expect(refusal(zipSync({ 'genesis.json': Uint8Array.of(0x7b, 0xff) }))).toBe('not-utf8: genesis.json: expected UTF-8 text');
  });
});
