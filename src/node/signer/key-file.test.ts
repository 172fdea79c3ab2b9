/** The signer and the file of its key: it ends for another key, not for a file on its way, and leaves no secret in memory. */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test, vi } from 'vitest';
import { TEST_COST as cost } from '../../../test/kit/vault-process.ts';
import { writeSecret } from '../db/secrets.ts';
import { Unlocker } from '../vault/keys/keystore.ts';
import { storeOperator } from '../vault/keys/operator.ts';
import { createCredential } from './credential.ts';
import { runSigner } from './run.ts';

/** every secret that was handed out, as the signer holds it */
const handedOut = vi.hoisted(() => [] as Uint8Array[]);
vi.mock('../vault/keys/operator.ts', async (original) => {
  const real = await original<typeof import('../vault/keys/operator.ts')>();
  const openOperator: typeof real.openOperator = (...given) => {
    const opened = real.openOperator(...given);
    handedOut.push(opened.secretKey);
    return opened;
  };
  return { ...real, openOperator };
});

const root = mkdtempSync(join(tmpdir(), 'electra-signer-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const LOOKS_MS = 2_600;

function folderOf(name: string, secret: number): string {
  const dir = join(root, name);
  const unlocker = new Unlocker('passphrase');
  storeOperator(dir, { secretKey: new Uint8Array(32).fill(secret), createdUnixS: 0 }, unlocker, cost);
  unlocker.forget();
  return dir;
}

test('a file that is away is being moved; another key’s ends the signer, and its secret is wiped', { timeout: 180_000 }, async () => {
  const [dir, next] = [folderOf('own', 3), folderOf('next', 4)];
  const [passphraseFile, credentialFile, file] = [join(root, 'passphrase'), join(root, 'credential'), join(dir, 'operator.json')];
  writeFileSync(passphraseFile, 'passphrase', { mode: 0o600 });
  writeSecret(credentialFile, 'of the operator’s commands');
  createCredential({ file: credentialFile, dir });
  const stop = new AbortController();
  const said: string[] = [];
  let isOver = false;
  const run = runSigner({
    dir,
    passphraseFile,
    sockets: { books: join(root, 'b'), vault: join(root, 'v'), operator: join(root, 'o') },
    rpcUrls: ['http://127.0.0.1:9'],
    chainId: 'electra-x-00000001',
    signal: stop.signal,
    log: { info: (_: object, message: string) => said.push(message), warn: () => {}, error: () => {} },
  }).finally(() => {
    isOver = true;
  });
  try {
    await vi.waitFor(() => expect(said).toContain('signer ready'));
    expect(handedOut.map((secret) => secret[0])).toEqual([3]);
    renameSync(file, `${file}.moved`);
    await sleep(LOOKS_MS);
    expect(isOver).toBe(false);
    renameSync(join(next, 'operator.json'), file);
    await run;
    expect(said.at(-1)).toMatch(/^another operator’s key was adopted/);
    expect(handedOut[0].every((byte) => byte === 0)).toBe(true);
  } finally {
    stop.abort();
    await run;
  }
});
