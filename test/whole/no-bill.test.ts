/** A member says on a real chain that its bill was not delivered, takes it back, and nobody else can. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeSecret } from '../../src/node/db/secrets.ts';
import { dayToDate } from '../../src/protocol/values/time.ts';
import { startTestChain, type TestChain } from '../kit/chain.ts';
import { electra } from '../kit/electra.ts';

let chain: TestChain;
const folder = mkdtempSync(join(tmpdir(), 'electra-no-bill-'));
const wallet = (name: string, key: Uint8Array): string => {
  const path = join(folder, name);
  writeSecret(path, Buffer.from(key).toString('hex'));
  return path;
};
beforeAll(async () => {
  chain = await startTestChain({ validators: 1 });
}, 120_000);
afterAll(async () => {
  await chain?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a NoBill', () => {
  test('is put on the chain by the member, shown once, and withdrawn', async () => {
    const [meter] = chain.meters;
    const say = (...more: string[]) =>
      electra('no-bill', meter.address, dayToDate(chain.firstDay), '--wallet-file', join(folder, 'own'), '--rpc', chain.rpcUrl, ...more);
    wallet('own', meter.member.privateKey);
    const done = await say('--json');
    expect(done, done.err).toMatchObject({ code: 0 });
    expect(JSON.parse(done.out)).toMatchObject({ meter: meter.address, day: chain.firstDay, withdrawn: false });
    expect((await say()).err).toMatch(/the chain refused it/);
    const back = await say('--withdraw');
    expect(back, back.err).toMatchObject({ code: 0 });
  }, 180_000);
  test('is refused from anybody else, in one sentence', async () => {
    const { code, err } = await electra(
      'no-bill',
      chain.meters[0].address,
      dayToDate(chain.firstDay),
      '--wallet-file',
      wallet('other', chain.operator.privateKey),
      '--rpc',
      chain.rpcUrl,
    );
    expect(code).toBe(1);
    expect(err).toMatch(/^electra: the chain refused it: /);
    expect(err).not.toMatch(/\n\s+at /);
  }, 180_000);
});
