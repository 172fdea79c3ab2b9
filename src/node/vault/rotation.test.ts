/** When a key is old, and what the vault does then: a signer that says any age over the real socket. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type VaultFolder, vaultFolder } from '../../../test/kit/vault-process.ts';
import { sealBox } from '../../protocol/meter/seal.ts';
import type { KeyAge } from '../signer/client.ts';
import { listEpochs } from './keys/epochs.ts';
import { checkAgainMs, isOld, keepRotating } from './rotation.ts';
import { serveLines } from './wire/line-server.ts';

const MONTH_S = 2_678_400;
const of = (ageS: number, rate = 1): KeyAge => ({ epoch: 1, ageS, maxAgeS: MONTH_S, rate });

describe('a key', () => {
  test('is old at nine tenths of its maximum age', () => expect(isOld(of(0.9 * MONTH_S))).toBe(true));
  test('is not a second before', () => expect(isOld(of(0.9 * MONTH_S - 1))).toBe(false));
  test('is looked at every minute where the clock is the machine’s', () => expect(checkAgainMs(of(0))).toBe(60_000));
  test('is looked at often enough where a day passes in a second', () => expect(checkAgainMs(of(0, 86_400))).toBeCloseTo(775));
});

describe('the vault', () => {
  let folder: VaultFolder;
  let door: Awaited<ReturnType<typeof serveLines>>;
  let [stop, running]: [AbortController, Promise<void>] = [new AbortController(), Promise.resolve()];
  let [age, published, said]: [KeyAge | Error, string[], string[]] = [of(0), [], []];

  beforeEach(async () => {
    folder = vaultFolder({ nowUnixS: 0 });
    [age, published, said] = [of(0), [folder.epoch1PublicKey], []];
    const signerSocket = `${folder.root}/signer.sock`;
    const log = { info: () => {}, warn: (_: object, message: string) => said.push(message), error: () => {} };
    door = await serveLines({
      path: signerSocket,
      lineMaxBytes: 1 << 16,
      log,
      name: 'signer',
      handle: async (method, params) => {
        if (method === 'keyAge' && age instanceof Error) throw age;
        if (method === 'keyAge') return age;
        if (method === 'nodeKeys') return { nodeKeys: published.map((key, i) => ({ epoch: i + 1, key })) };
        const { key } = params as { key: string };
        if (method === 'challengeNodeKey') {
          const box = sealBox(new Uint8Array(32), Buffer.from(key, 'hex'), new Uint8Array(32).fill(3));
          return { challenge: Buffer.from(box).toString('base64') };
        }
        published.push(key);
        age = of(0);
        return { txHash: '', height: 1, code: 0, codespace: '', log: '' };
      },
    });
    stop = new AbortController();
    running = keepRotating({ ...folder, signerSocket, signal: stop.signal, log, checkMsMax: 10 });
  });
  afterEach(async () => {
    stop.abort();
    await running;
    await door.close();
    folder.remove();
  });
  const newest = () => listEpochs(folder.dir).at(-1)!;

  test('publishes the next key when the chain says that the last one is old, and only then', async () => {
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect([newest().epoch, published.length]).toEqual([1, 1]); // by the machine's clock it is half a century old
    age = of(0.9 * MONTH_S);
    await expect.poll(() => newest(), { timeout: 90_000 }).toMatchObject({ epoch: 2, state: 'published' });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect([newest().epoch, published.length]).toEqual([2, 2]);
  });

  test('says once that it cannot know the age, and goes on when it can', async () => {
    age = new Error('the chain is away');
    await expect.poll(() => said.length).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(said.filter((message) => message.includes('age waits'))).toHaveLength(1);
    age = of(MONTH_S);
    await expect.poll(() => newest().epoch, { timeout: 90_000 }).toBe(2);
  });
});
