/** docs/verifier.md shows its example as it is, and the example does what the page says; the module stands alone. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { keysFolder } from '../../../circuits/scripts/compile.ts';
import { realBills } from '../../../circuits/testing/real-day.ts';
import { bundleMember } from '../../../scripts/member-bundle.ts';
import { dayBillPublic } from './index.ts';

const page = readFileSync(new URL('../../../docs/verifier.md', import.meta.url), 'utf8');
const example = fileURLToPath(new URL('./examples/batch.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'electra-verifier-'));
afterAll(() => rmSync(folder, { recursive: true }));

const proven = JSON.parse(readFileSync(new URL('./testdata/real-day-proofs.json', import.meta.url), 'utf8')) as {
  bills: { id: string; proof: unknown }[];
};
const proofs = proven.bills.slice(0, 4).map((bill, i) => ({ ...bill, publicInputs: dayBillPublic(realBills[i]).map(String) }));

function run(list: unknown) {
  const file = join(folder, 'proofs.json');
  writeFileSync(file, JSON.stringify(list));
  const { status, stdout, stderr } = spawnSync(process.execPath, [example, `${keysFolder}/day-bill.vk.json`, file], {
    encoding: 'utf8',
  });
  return { status, out: stdout, err: stderr };
}

describe('docs/verifier.md', () => {
  test('shows the example as it is', () => expect(page).toContain(readFileSync(example, 'utf8').trimEnd()));
  test('has an example that accepts true proofs', () => {
    expect(run(proofs)).toMatchObject({ status: 0, out: expect.stringMatching(/^key [0-9a-f]{64}\nall 4 hold\n$/), err: '' });
  });
  test('has an example that names the false one', () => {
    const { status, out } = run(proofs.map((p, i) => (i === 2 ? { ...p, publicInputs: proofs[1].publicInputs } : p)));
    expect(status).toBe(1);
    expect(out).toContain(`${proofs[2].id}: does-not-hold`);
    expect(out).toContain('1 of 4 do not hold');
  });
  test('names every export', async () => {
    expect(Object.keys(await import('./groth16.ts')).filter((name) => !page.includes(`\`${name}`))).toEqual([]);
  });
});

describe('the module', () => {
  test('stands alone: groth16.ts reaches src/reader/verifier, the curve, the error root, names of keys, and no Node module', async () => {
    const code = await bundleMember({ entry: fileURLToPath(new URL('./groth16.ts', import.meta.url)), minify: false });
    const own = [...code.matchAll(/^\/\/ (?:#region )?((?:src|sdk|circuits)\/\S+)/gm)].map(([, path]) => path);
    expect(own.length).toBeGreaterThan(4);
    expect(own.filter((path) => !path.startsWith('src/reader/verifier/'))).toEqual([
      'src/protocol/values/bn254.ts',
      'src/protocol/values/errors.ts',
      'src/protocol/genesis/verification-key-id.ts',
    ]);
  });
});
