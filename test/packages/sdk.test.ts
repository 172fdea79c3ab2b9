/** The meter SDK as a stranger gets it: packed, installed into an empty folder, imported on this machine's Node and on the pinned one. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { imported } from '../../scripts/build-package.mjs';
import { type InstalledPackage, licencesOf, nodes, PERMISSIVE, packAndInstall, typeErrors } from '../kit/package.ts';

let sdk: InstalledPackage;
beforeAll(async () => {
  sdk = await packAndInstall('sdk/ts');
});
afterAll(() => sdk?.remove());

const USE = `
import { boxPublicKey, keySigner, openBox, sealBox, signTx } from '@electra/meter-sdk';
import { openFileStore } from '@electra/meter-sdk/node';
const secret = new Uint8Array(32).fill(7);
const sealed = sealBox(new TextEncoder().encode('100 Wh'), boxPublicKey(secret), new Uint8Array(32).fill(9));
const signer = keySigner(secret);
const message = { typeUrl: '/electra.meter.v1.MsgReport', value: new Uint8Array(3) };
const { hash } = await signTx({ messages: [message], chainId: 'electra-test-00000000', accountNumber: 1n, sequence: 0n }, signer);
const store = await openFileStore('store');
await store.close();
console.log(new TextDecoder().decode(openBox(sealed, boxPublicKey(secret), secret)), signer.address, hash.length);
`;
const PROGRAM = `
import { CometRpc, dateToDay, keySigner, MeterClient, memoryStore, rpcChain, type Reading } from '@electra/meter-sdk';
const chain = rpcChain(new CometRpc({ urls: ['http://127.0.0.1:26657'] }));
const outfit = { operator: keySigner(new Uint8Array(32).fill(8)).address, genesisHash: new Uint8Array(32) };
const key = new Uint8Array(32).fill(7);
const client = await MeterClient.open({ chainId: 'electra-test-00000000', chain, outfit, key, store: memoryStore() });
const reading: Reading = { slot: 96 * dateToDay('2026-01-01'), importRegisterWh: 1n, exportRegisterWh: 0n, powerW: 4 };
await client.record(reading);
`;
/** Every module of the installed package that its main entry reaches. */
function reached(path: string, found = new Set<string>()): Set<string> {
  if (found.has(path)) return found;
  found.add(path);
  const text = readFileSync(path, 'utf8');
  for (const [, to] of text.matchAll(/(?:from|import)\s*\(?["'](\.[^"']+)["']/g)) reached(join(path, '..', to), found);
  return found;
}

describe('the packed SDK', () => {
  test.each(Object.entries(nodes()))('seals, opens, signs and keeps a store on the %s Node', async (_, node) => {
    expect(await sdk.run(node, USE)).toMatch(/^100 Wh electra1\w{38} 64$/);
  });

  test('carries what it runs: no tests, no sources, less than 400 kB', () => {
    expect(sdk.files.filter((path) => !/^(dist\/.*\.(js|d\.ts)|package\.json|README\.md|LICENSE)$/.test(path))).toEqual([]);
    expect(sdk.files.filter((path) => /test/.test(path))).toEqual([]);
    expect(sdk.files).toContain('LICENSE');
    expect(sdk.tarballBytes).toBeLessThan(400_000);
  });

  test('brings nothing under the GPL', () => {
    const licences = licencesOf(sdk);
    expect(licences.size).toBeGreaterThan(4);
    expect([...licences].filter(([, licence]) => !PERMISSIVE.test(licence))).toEqual([]);
  });

  test('has types that a strict TypeScript program compiles against, and that refuse a wrong one', () => {
    expect(typeErrors(sdk, PROGRAM)).toBe('');
    expect(typeErrors(sdk, PROGRAM.replace('importRegisterWh: 1n', 'importRegisterWh: 1'))).toContain(
      "Type 'number' is not assignable to type 'bigint'",
    );
  });

  test('asks for the packages that it imports, and for no others', () => {
    const folder = join(sdk.folder, 'node_modules/@electra/meter-sdk');
    const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    expect([...imported(join(folder, 'dist'))].sort()).toEqual(Object.keys(dependencies).sort());
  });

  test('names no module of Node in what a browser loads', () => {
    const folder = join(sdk.folder, 'node_modules/@electra/meter-sdk');
    const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const files = [...reached(join(folder, exports['.'].default))];
    expect(files.length).toBeGreaterThan(25);
    expect(files.filter((file) => /["']node:/.test(readFileSync(file, 'utf8')))).toEqual([]);
    const ofNode = [...reached(join(folder, exports['./node'].default))].filter((file) => /["']node:/.test(readFileSync(file, 'utf8')));
    expect(ofNode.length).toBeGreaterThan(0);
    expect(ofNode.filter((file) => dirname(file) !== dirname(join(folder, exports['./node'].default)))).toEqual([]);
  });
});
