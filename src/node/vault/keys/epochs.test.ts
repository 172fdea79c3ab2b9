import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sodium from 'libsodium-wrappers-sumo';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { VaultFolder } from '../../../../test/kit/vault-process.ts';
import { TEST_COST as cost, vaultFolder } from '../../../../test/kit/vault-process.ts';
import { readSecret, writeSecret } from '../../db/secrets.ts';
import { backupVault, restoreVault } from './backup.ts';
import { createEpoch, destroyEpoch, finishDestroying, listEpochs, markPublished, openEpoch } from './epochs.ts';
import { createOperatorKey, initVault } from './init.ts';
import { Unlocker } from './keystore.ts';
import { nextOperatorDir, openOperator, operatorAddress } from './operator.ts';

let vault: VaultFolder;
let unlocker: Unlocker;
beforeEach(() => {
  vault = vaultFolder({ nowUnixS: 1000 });
  unlocker = new Unlocker(readSecret(vault.passphraseFile));
});
afterEach(() => vault.remove());
const thrown = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return error as Error & { code: string };
  }
  throw new Error('accepted');
};

describe('a new vault', () => {
  test('has the operator and epoch 1, both as the genesis will name them; making it again changes nothing', () => {
    expect(listEpochs(vault.dir)).toEqual([
      { epoch: 1, publicKey: vault.epoch1PublicKey, createdUnixS: 1000, publishedUnixS: 1000, destroyedUnixS: null, state: 'published' },
    ]);
    expect(operatorAddress(vault.dir)).toBe(vault.operatorAddress);
    expect(initVault({ dir: vault.dir, passphraseFile: vault.passphraseFile, nowUnixS: 5000, cost })).toEqual({
      operatorAddress: vault.operatorAddress,
      epoch1PublicKey: vault.epoch1PublicKey,
    });
  });
  test('opens its keys with the passphrase, and with no other', () => {
    const key = openEpoch(vault.dir, 1, unlocker)!;
    expect(sodium.to_hex(key.publicKey)).toBe(vault.epoch1PublicKey);
    expect(openOperator(vault.dir, unlocker).signer.address).toBe(vault.operatorAddress);
    expect(thrown(() => openEpoch(vault.dir, 1, new Unlocker('other'))).code).toBe('bad-passphrase');
    expect(thrown(() => openOperator(vault.dir, new Unlocker('other'))).code).toBe('bad-passphrase');
  });
  test('refuses to live in a folder that others can enter', () => {
    const open = join(vault.root, 'open');
    mkdirSync(open, { mode: 0o755 });
    chmodSync(open, 0o755);
    expect(thrown(() => initVault({ dir: open, passphraseFile: vault.passphraseFile, cost }))).toMatchObject({
      code: 'bad-mode',
      message: expect.stringContaining('chmod 700'),
    });
    chmodSync(vault.passphraseFile, 0o644);
    expect(thrown(() => initVault({ dir: join(vault.root, 'new'), passphraseFile: vault.passphraseFile, cost }))).toMatchObject({
      code: 'bad-secret',
    });
  });
  test('refuses two key files exchanged for each other', () => {
    createEpoch(vault.dir, 2, unlocker, 2000);
    const [one, two] = [1, 2].map((n) => join(vault.dir, `epoch-${n}.json`));
    const first = readFileSync(one);
    writeFileSync(one, readFileSync(two));
    writeFileSync(two, first);
    expect(thrown(() => listEpochs(vault.dir)).code).toBe('bad-keystore');
    expect(thrown(() => openEpoch(vault.dir, 1, unlocker)).code).toBe('bad-keystore');
  });
});

describe('epochs', () => {
  test('are created as prepared, published once, never overwritten', () => {
    createEpoch(vault.dir, 2, unlocker, 2000);
    expect(listEpochs(vault.dir)[1].state).toBe('prepared');
    markPublished(vault.dir, 2, 2100);
    markPublished(vault.dir, 2, 9999);
    expect(listEpochs(vault.dir)[1]).toMatchObject({ state: 'published', publishedUnixS: 2100 });
    expect(thrown(() => createEpoch(vault.dir, 2, unlocker, 3000)).code).toBe('exists');
  });
  test('are destroyed after the overlap, and not before', () => {
    const old = JSON.parse(readFileSync(join(vault.dir, 'epoch-1.json'), 'utf8'));
    expect(thrown(() => destroyEpoch(vault.dir, 1, { nowUnixS: 1e9, overlapS: 100 }))).toMatchObject({
      code: 'in-use',
      message: expect.stringContaining('newest'),
    });
    createEpoch(vault.dir, 2, unlocker, 2000);
    expect(thrown(() => destroyEpoch(vault.dir, 1, { nowUnixS: 1e9, overlapS: 100 })).code).toBe('in-use'); // prepared only
    markPublished(vault.dir, 2, 2000);
    expect(thrown(() => destroyEpoch(vault.dir, 1, { nowUnixS: 2099, overlapS: 100 }))).toMatchObject({
      code: 'in-use',
      message: expect.stringContaining('1970-01-01T00:35:00.000Z'),
    });
    expect(destroyEpoch(vault.dir, 1, { nowUnixS: 2100, overlapS: 100 })).toMatchObject({
      epoch: 1,
      state: 'destroyed',
      publicKey: vault.epoch1PublicKey,
      destroyedUnixS: 2100,
    });
    expect(openEpoch(vault.dir, 1, unlocker)).toBeUndefined();
    expect(
      readdirSync(vault.dir)
        .map((name) => readFileSync(join(vault.dir, name), 'utf8'))
        .join(),
    ).not.toContain(old.ciphertext);
    expect(thrown(() => createEpoch(vault.dir, 1, unlocker, 3000)).code).toBe('exists');
    expect(destroyEpoch(vault.dir, 1, { nowUnixS: 9999, overlapS: 100 }).destroyedUnixS).toBe(2100);
    expect(thrown(() => destroyEpoch(vault.dir, 7, { nowUnixS: 9999, overlapS: 100 })).code).toBe('unknown-epoch');
  });
  test('a destruction that a crash cut off is finished at the next start', () => {
    createEpoch(vault.dir, 2, unlocker, 2000);
    markPublished(vault.dir, 2, 2000);
    const kept = readFileSync(join(vault.dir, 'epoch-1.json'));
    destroyEpoch(vault.dir, 1, { nowUnixS: 3000, overlapS: 0 });
    writeFileSync(join(vault.dir, 'epoch-1.json'), kept, { mode: 0o600 });
    finishDestroying(vault.dir);
    expect(existsSync(join(vault.dir, 'epoch-1.json'))).toBe(false);
    expect(listEpochs(vault.dir)).toHaveLength(2);
  });
});

describe('a backup', () => {
  const files = () => ({
    file: join(vault.root, 'backup.json'),
    backupPassphraseFile: join(vault.root, 'backup-passphrase'),
    fresh: join(vault.root, 'restored'),
    other: join(vault.root, 'other-passphrase'),
  });
  beforeEach(() => {
    writeSecret(files().backupPassphraseFile, 'kept elsewhere');
    writeSecret(files().other, 'a new passphrase');
  });
  test('restores every key into an empty folder, under a new passphrase', () => {
    const { file, backupPassphraseFile, fresh, other } = files();
    createEpoch(vault.dir, 2, unlocker, 2000);
    expect(backupVault({ dir: vault.dir, passphraseFile: vault.passphraseFile, out: file, backupPassphraseFile, cost })).toEqual({
      epochs: [1, 2],
      operator: true,
      next: false,
    });
    expect(restoreVault({ file, dir: fresh, passphraseFile: other, backupPassphraseFile, cost })).toEqual({
      epochs: [1, 2],
      operator: true,
      next: false,
    });
    expect(listEpochs(fresh)).toEqual(listEpochs(vault.dir));
    expect(operatorAddress(fresh)).toBe(vault.operatorAddress);
    expect(openEpoch(fresh, 2, new Unlocker('a new passphrase'))).toEqual(openEpoch(vault.dir, 2, unlocker));
    expect(restoreVault({ file, dir: fresh, passphraseFile: other, backupPassphraseFile, cost }).epochs).toEqual([1, 2]); // again
  });
  test('holds the key of the operator who is to come, which another key in its place refuses', () => {
    const { file, backupPassphraseFile, fresh, other } = files();
    const { dir, passphraseFile } = vault;
    const address = createOperatorKey({ dir: nextOperatorDir(dir), passphraseFile });
    expect(backupVault({ dir, passphraseFile, out: file, backupPassphraseFile, cost })).toMatchObject({ operator: true, next: true });
    const into = { file, dir: fresh, passphraseFile: other, backupPassphraseFile, cost };
    expect(restoreVault(into)).toMatchObject({ operator: true, next: true });
    expect([operatorAddress(fresh), operatorAddress(nextOperatorDir(fresh))]).toEqual([vault.operatorAddress, address]);
    const opened = openOperator(nextOperatorDir(fresh), new Unlocker('a new passphrase'));
    expect(opened.secretKey).toEqual(openOperator(nextOperatorDir(dir), unlocker).secretKey);
    rmSync(nextOperatorDir(fresh), { recursive: true });
    const stranger = createOperatorKey({ dir: nextOperatorDir(fresh), passphraseFile: other });
    expect(thrown(() => restoreVault(into)).code).toBe('exists');
    expect(operatorAddress(nextOperatorDir(fresh))).toBe(stranger);
  });
  test('is one file that shows nothing, opens by its passphrase only, and is never overwritten', () => {
    const { file, backupPassphraseFile, fresh } = files();
    backupVault({ dir: vault.dir, passphraseFile: vault.passphraseFile, out: file, backupPassphraseFile, cost });
    const secret = Buffer.from(openEpoch(vault.dir, 1, unlocker)!.secretKey).toString('hex');
    expect(readFileSync(file, 'utf8')).not.toContain(secret);
    expect(thrown(() => restoreVault({ file, dir: fresh, passphraseFile: vault.passphraseFile, cost })).code).toBe('bad-passphrase');
    expect(existsSync(fresh)).toBe(false);
    expect(thrown(() => backupVault({ dir: vault.dir, passphraseFile: vault.passphraseFile, out: file, cost })).code).toBe('exists');
    expect(
      thrown(() => restoreVault({ file: join(vault.dir, 'operator.json'), dir: fresh, passphraseFile: vault.passphraseFile, cost })),
    ).toMatchObject({ code: 'bad-keystore', message: expect.stringContaining('expected a vault backup') });
  });
  test('is refused by a folder that holds other keys, which stay as they are', () => {
    const { file } = files();
    const second = vaultFolder();
    backupVault({ dir: second.dir, passphraseFile: second.passphraseFile, out: file, cost });
    const before = listEpochs(vault.dir);
    expect(
      thrown(() =>
        restoreVault({ file, dir: vault.dir, passphraseFile: vault.passphraseFile, backupPassphraseFile: second.passphraseFile, cost }),
      ).code,
    ).toBe('exists');
    expect(listEpochs(vault.dir)).toEqual(before);
    second.remove();
  });
  test('does not bring back a destroyed key', () => {
    const { file } = files();
    backupVault({ dir: vault.dir, passphraseFile: vault.passphraseFile, out: file, cost });
    createEpoch(vault.dir, 2, unlocker, 2000);
    markPublished(vault.dir, 2, 2000);
    destroyEpoch(vault.dir, 1, { nowUnixS: 3000, overlapS: 0 });
    restoreVault({ file, dir: vault.dir, passphraseFile: vault.passphraseFile, cost });
    expect(listEpochs(vault.dir)[0].state).toBe('destroyed');
    rmSync(file);
  });
});
