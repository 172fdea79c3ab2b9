/** A key that this program never sees: the example of a signer, with `openssl` as the process that has the key, and signers that lie. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dateToDay, externalSigner, firstSlot, keySigner, MeterClient, memoryStore } from '../../sdk/ts/src/index.ts';
import { FakeChain, OUTFIT } from '../../sdk/ts/test/fake-chain.ts';
import { openKeys } from '../src/key.ts';

const folder = mkdtempSync(join(tmpdir(), 'electra-signer-'));
const example = join(import.meta.dirname, '../examples/openssl-signer.mjs');
const chip = join(folder, 'chip.pem');
const SECRET = new Uint8Array(32).fill(0x33);
const DIGEST = new Uint8Array(32).fill(7);
const DAY = dateToDay('2026-03-02');

beforeAll(() => {
  // The key of the fake chain's one meter, as openssl keeps it.
  const der = Buffer.concat([Buffer.from('302e0201010420', 'hex'), Buffer.alloc(32, 0x11), Buffer.from('a00706052b8104000a', 'hex')]);
  execFileSync('openssl', ['ec', '-inform', 'DER', '-out', chip], { input: der, stdio: 'pipe' });
  writeFileSync(join(folder, 'secret'), SECRET);
  Object.assign(process.env, { ELECTRA_SIGNER_KEY: chip, ELECTRA_DEVICE_SECRET: join(folder, 'secret') });
});
afterAll(() => {
  for (const name of ['ELECTRA_SIGNER_KEY', 'ELECTRA_DEVICE_SECRET']) Reflect.deleteProperty(process.env, name);
  rmSync(folder, { recursive: true, force: true });
});

describe('a key in a process of its own', () => {
  test('signs what the chain takes, whichever s it gives, and states a day', async () => {
    const { key, deviceSecret, address } = await openKeys(folder, example);
    expect([address, deviceSecret]).toEqual([keySigner(new Uint8Array(32).fill(0x11)).address, SECRET]);
    const chain = new FakeChain((DAY + 1) * 86_400 + 60);
    const client = await MeterClient.open({ chainId: chain.chainId, chain, outfit: OUTFIT, key, deviceSecret, store: memoryStore() });
    await client.startDay(DAY, 5n, 0n);
    await client.recordAll(
      Array.from({ length: 96 }, (_, i) => ({ slot: firstSlot(DAY) + i, importRegisterWh: 5n + BigInt(i), exportRegisterWh: 0n })),
    );
    for (let i = 0; i < 6; i++) {
      await client.step();
      chain.makeBlock();
    }
    expect([...chain.included.values()].filter(({ statement }) => statement)).toHaveLength(1);
    await client.close();
  });

  test('that is gone says so, and signs again once it is back', async () => {
    const { key } = await openKeys(folder, example);
    if (key instanceof Uint8Array) throw new Error('expected a signer');
    renameSync(chip, `${chip}.gone`);
    await expect(Promise.resolve(key.sign(DIGEST))).rejects.toThrow('openssl pkeyutl');
    renameSync(`${chip}.gone`, chip);
    expect(await key.sign(DIGEST)).toHaveLength(64);
  });
});

describe('a signer', () => {
  const secret = new Uint8Array(32).fill(9);
  const publicKey = secp256k1.getPublicKey(secret, true);
  const low = (digest: Uint8Array): Uint8Array => secp256k1.sign(digest, secret, { prehash: false, lowS: true });
  const high = (digest: Uint8Array): Uint8Array => {
    const { r, s } = secp256k1.Signature.fromBytes(low(digest), 'compact');
    return new secp256k1.Signature(r, secp256k1.Point.CURVE().n - s).toBytes('compact');
  };
  test('may give the high s: the low one is sent', async () => {
    expect(await externalSigner({ publicKey, sign: high }).sign(DIGEST)).toEqual(low(DIGEST));
    expect(await externalSigner({ publicKey, sign: low }).sign(DIGEST)).toEqual(low(DIGEST));
  });
  test.each<[string, (digest: Uint8Array) => Uint8Array, string]>([
    ['hashes the digest once more', (digest) => secp256k1.sign(digest, secret), 'expected one over the digest itself'],
    ['has another key', (digest) => secp256k1.sign(digest, new Uint8Array(32).fill(8), { prehash: false }), 'expected one over the digest'],
    ['gives DER', () => new Uint8Array(70), 'expected 64 bytes'],
  ])('that %s is refused before anything is sent', async (_, sign, message) => {
    await expect(Promise.resolve(externalSigner({ publicKey, sign }).sign(DIGEST))).rejects.toThrow(message);
  });
  test('without a key, or without a secret of the device, is refused as the settings’ module', async () => {
    expect(() => externalSigner({ publicKey: new Uint8Array(33), sign: low })).toThrow('a compressed secp256k1 key');
    const file = join(folder, 'bad.mjs');
    writeFileSync(file, `export default async () => ({ key: { publicKey: new Uint8Array(33), sign: () => 0 } });`);
    await expect(openKeys(folder, file)).rejects.toThrow('bad.mjs: expected { key: { publicKey, sign }, deviceSecret: 32 bytes }');
    const zero = join(folder, 'zero.mjs');
    const zeroKey = '{ publicKey: new Uint8Array(33), sign: () => 0 }';
    writeFileSync(zero, `export default async () => ({ key: ${zeroKey}, deviceSecret: new Uint8Array(32) });`);
    await expect(openKeys(folder, zero)).rejects.toThrow('zero.mjs: key.publicKey: expected a compressed secp256k1 key');
    const empty = join(folder, 'empty.mjs');
    copyFileSync('/dev/null', empty);
    await expect(openKeys(folder, empty)).rejects.toThrow('empty.mjs: expected { key');
  });
});
