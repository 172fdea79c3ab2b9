/** Where passphrases are looked for: handed in by systemd, in memory alone, or in the folder. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { scratch } from '../../../test/kit/electra.ts';
import { dataFolder } from './data-folder.ts';

let folder: ReturnType<typeof scratch>;
beforeEach(() => {
  folder = scratch('credentials');
});
afterEach(() => {
  vi.unstubAllEnvs();
  folder.remove();
});

test('a credential that systemd hands in goes before the folder, each for its own process', () => {
  const credentials = join(folder.dir, 'credentials');
  mkdirSync(credentials);
  vi.stubEnv('CREDENTIALS_DIRECTORY', credentials);
  const own = { vault: join(folder.dir, 'secrets/passphrase'), signer: join(folder.dir, 'secrets/signer-passphrase') };
  const found = () => {
    const { passphrase, signerPassphrase } = dataFolder(folder.dir);
    return { vault: passphrase, signer: signerPassphrase };
  };
  expect(found()).toEqual(own);
  writeFileSync(join(credentials, 'electra-passphrase'), 'x');
  expect(found()).toEqual({ ...own, vault: join(credentials, 'electra-passphrase') });
  writeFileSync(join(credentials, 'electra-signer-passphrase'), 'y');
  expect(found()).toEqual({ vault: join(credentials, 'electra-passphrase'), signer: join(credentials, 'electra-signer-passphrase') });
});

test('where nothing is handed in it is the folder’s', () => {
  vi.stubEnv('CREDENTIALS_DIRECTORY', undefined);
  expect(dataFolder(folder.dir).passphrase).toBe(join(folder.dir, 'secrets/passphrase'));
});
