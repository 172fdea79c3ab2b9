/** The encrypted file of a key: opened by its passphrase alone, and not once anything of it was changed. */
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { openKey, readKeyFile, sealKey } from './key-file.ts';
import { addressOf, keyOnPaper, makeKey, readKey } from './key-signer.ts';

const PASSPHRASE = 'four words are enough';
const key = makeKey();
const text = await sealKey(key, PASSPHRASE, 1_000);
const file = readKeyFile(text)!;

describe('the file of a key', () => {
  test('gives the key back for its passphrase, however its letters were composed', async () => {
    expect(await openKey(file, PASSPHRASE)).toEqual(key);
    const umlaut = readKeyFile(await sealKey(key, 'Schlüssel im Schrank', 1_000))!;
    expect(await openKey(umlaut, 'Schlu\u0308ssel im Schrank')).toEqual(key);
  });
  test('gives nothing for another passphrase, nor once a parameter, the address or the sealed key was changed', async () => {
    expect(await openKey(file, 'four words are enough!')).toBeNull();
    const changed = [
      { ...file, kdf: { ...file.kdf, iterations: 999 } },
      { ...file, address: addressOf(makeKey()) },
      { ...file, cipher: { ...file.cipher, iv: '00'.repeat(12) } },
      { ...file, sealed: bytesToHex(hexToBytes(file.sealed).map((byte, i) => (i === 0 ? byte ^ 1 : byte))) },
    ];
    for (const one of changed) expect(await openKey(one, PASSPHRASE)).toBeNull();
  });
  test('names how it was sealed, and holds nothing of the key', () => {
    expect(file).toMatchObject({
      electra: 'key/1',
      address: addressOf(key),
      kdf: { name: 'PBKDF2', hash: 'SHA-256' },
      cipher: { name: 'AES-GCM' },
    });
    expect(text).not.toContain(bytesToHex(key));
  });
  test.each([
    ['no JSON', 'x'],
    ['another form', JSON.stringify({ ...file, electra: 'key/2' })],
    ['so many rounds that a device stands still', JSON.stringify({ ...file, kdf: { ...file.kdf, iterations: 1e9 } })],
    ['no salt', JSON.stringify({ ...file, kdf: { ...file.kdf, salt: '' } })],
    ['null', 'null'],
  ])('is not read from %s', (_what, other) => expect(readKeyFile(other)).toBeNull());
});

test('a key on paper is read as it stands there, and what is none is not', () => {
  expect(readKey(keyOnPaper(key))).toEqual(key);
  expect(keyOnPaper(key)).toMatch(/^([0-9a-f]{4} ){15}[0-9a-f]{4}$/);
  for (const none of ['', 'ff', '0'.repeat(64), 'f'.repeat(64), `${keyOnPaper(key)}00`]) expect(readKey(none)).toBeNull();
});
