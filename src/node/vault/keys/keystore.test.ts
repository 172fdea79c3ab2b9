import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { keystoreHead, openSecret, readPrivate, sealSecret, Unlocker, writePrivate } from './keystore.ts';

const cost = { ops: 1, memBytes: 8 << 20 };
const unlocker = new Unlocker('correct horse');
const head = { kind: 'epoch', epoch: 3, publicKey: 'aa'.repeat(32), createdUnixS: 1_780_000_000 } as const;
const secret = new Uint8Array(32).map((_, i) => i + 1);
const text = sealSecret(secret, head, unlocker, { cost });
const refusal = (changed: string, by = unlocker) => {
  try {
    openSecret(changed, by, 'epoch-3.json');
  } catch (error) {
    return error as Error & { code: string };
  }
  throw new Error('accepted');
};
interface KeystoreFile {
  format: string;
  kind: string;
  epoch: number | null;
  createdUnixS: number;
  publicKey: string;
  kdf: { name: string; ops: number; memBytes: number; salt: string };
  cipher: string;
  nonce: string;
  ciphertext: string;
}
const edit = (change: (file: KeystoreFile) => void) => {
  const file = JSON.parse(text);
  change(file);
  return JSON.stringify(file);
};

describe('a keystore file', () => {
  test('gives its secret back to the right passphrase, and its head to anybody', () => {
    expect(openSecret(text, unlocker, 'x')).toEqual({ head, secret });
    expect(keystoreHead(text, 'x')).toEqual(head);
  });
  test('never holds the secret in the clear, and never the same bytes twice', () => {
    expect(text).not.toContain(Buffer.from(secret).toString('hex'));
    expect(sealSecret(secret, head, unlocker, { cost })).not.toBe(text);
  });
  test('refuses a wrong passphrase with one clear sentence that holds neither passphrase', () => {
    const error = refusal(text, new Unlocker('wrong horse'));
    expect(error.code).toBe('bad-passphrase');
    expect(error.message).toBe('epoch-3.json: the passphrase does not open it (or the file was altered)');
  });
  test('shares the salt of a sibling, so that one derivation opens a whole vault', () => {
    const sibling = sealSecret(secret, { ...head, epoch: 4 }, unlocker, { like: text });
    expect(JSON.parse(sibling).kdf).toEqual(JSON.parse(text).kdf);
    expect(JSON.parse(sibling).nonce).not.toBe(JSON.parse(text).nonce);
    expect(openSecret(sibling, unlocker, 'x').secret).toEqual(secret);
  });
  test.each<[string, (file: KeystoreFile) => void]>([
    [
      'the epoch',
      (file) => {
        file.epoch = 4;
      },
    ],
    [
      'the public key',
      (file) => {
        file.publicKey = 'bb'.repeat(32);
      },
    ],
    [
      'the time',
      (file) => {
        file.createdUnixS += 1;
      },
    ],
    [
      'the kind',
      (file) => {
        file.kind = 'operator';
        file.epoch = null;
      },
    ],
    [
      'a bit of the ciphertext',
      (file) => {
        file.ciphertext = (file.ciphertext[0] === '0' ? '1' : '0') + file.ciphertext.slice(1);
      },
    ],
    [
      'the nonce',
      (file) => {
        file.nonce = '00'.repeat(24);
      },
    ],
    [
      'a cut ciphertext',
      (file) => {
        file.ciphertext = file.ciphertext.slice(2);
      },
    ],
  ])('refuses a file where somebody changed %s', (_, change) => {
    expect(refusal(edit(change)).code).toBe('bad-passphrase');
  });
  test.each<[string, (file: KeystoreFile) => void, string]>([
    [
      'another format',
      (file) => {
        file.format = 'electra/keystore/v2';
      },
      'format',
    ],
    [
      'an Argon2id of hours',
      (file) => {
        file.kdf.ops = 1000;
      },
      'kdf.ops',
    ],
    [
      'an Argon2id of terabytes',
      (file) => {
        file.kdf.memBytes = 2 ** 40;
      },
      'kdf.memBytes',
    ],
    [
      'an Argon2id that is none',
      (file) => {
        file.kdf.memBytes = 8192;
      },
      'kdf.memBytes',
    ],
    [
      'another key derivation',
      (file) => {
        file.kdf.name = 'scrypt';
      },
      'kdf',
    ],
    [
      'another cipher',
      (file) => {
        file.cipher = 'none';
      },
      'cipher',
    ],
    [
      'a nonce of a wrong length',
      (file) => {
        file.nonce = '00';
      },
      'nonce',
    ],
    [
      'no ciphertext',
      (file) => {
        Reflect.deleteProperty(file, 'ciphertext');
      },
      'ciphertext',
    ],
    [
      'epoch zero',
      (file) => {
        file.epoch = 0;
      },
      'epoch',
    ],
  ])('refuses %s, naming the field', (_, change, field) => {
    const error = refusal(edit(change));
    expect(error.code).toBe('bad-keystore');
    expect(error.message).toContain(`${field}: expected`);
  });
  test('refuses every truncation by an error of ours', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: text.trimEnd().length - 1 }), (length) => {
        expect(['bad-keystore', 'bad-passphrase']).toContain(refusal(text.slice(0, length)).code);
      }),
      { numRuns: 60 },
    );
  });
});

describe('private files', () => {
  const dir = mkdtempSync(join(tmpdir(), 'electra-private-'));
  const path = join(dir, 'key.json');
  afterAll(() => rmSync(dir, { recursive: true }));
  test('are written closed to others, and never over an existing one', () => {
    writePrivate(path, 'first');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(() => writePrivate(path, 'second')).toThrow(expect.objectContaining({ code: 'exists' }));
    expect(readPrivate(path)).toBe('first');
    expect(readdirSync(dir)).toEqual(['key.json']);
  });
  test('are refused when others can read them, with the command that helps', () => {
    chmodSync(path, 0o644);
    expect(() => readPrivate(path)).toThrow(expect.objectContaining({ code: 'bad-mode', message: expect.stringContaining('chmod 600') }));
    chmodSync(path, 0o600);
    expect(readPrivate(path)).toBe(readFileSync(path, 'utf8'));
    writeFileSync(path, 'x', { mode: 0o600 });
  });
});
