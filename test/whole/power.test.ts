/** Who has power, by the real commands on a real chain: a key is set, vetoed, left; and each refused to those whose it is not to say. */
import { generateKeyPairSync } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeSecret } from '../../src/node/db/secrets.ts';
import type { TestAccount, TestChain } from '../kit/chain.ts';
import { electra } from '../kit/electra.ts';
import { type SignedChain, startSignedChain } from '../kit/signed-chain.ts';

let signed: SignedChain;
let chain: TestChain;
let dir: string;

beforeAll(async () => {
  signed = await startSignedChain('power', { validators: 2, lightMeters: 1 });
  chain = signed.chain;
  dir = signed.data.dir;
}, 120_000);
afterAll(() => signed?.stop());

function keyFile({ address, privateKey }: TestAccount): string {
  const path = join(dir, address);
  rmSync(path, { force: true });
  writeSecret(path, Buffer.from(privateKey).toString('hex'));
  return path;
}
const say = (by: TestAccount, ...words: string[]) => electra('meter', ...words, '--key-file', keyFile(by), '--rpc', chain.rpcUrl);
/** Random bytes are the key of somebody only half of the time. */
const consensusKey = (): string =>
  Buffer.from(generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x!, 'base64url').toString('hex');
const setKey = (meter: TestAccount) => electra('meter', 'set-key', meter.address, '--consensus-key', consensusKey(), '--data', dir);
const queued = async () => JSON.parse((await electra('meter', 'changes', '--rpc', chain.rpcUrl, '--json')).out).changes;

test('the operator queues a key, a validator vetoes it, and another leaves', { timeout: 120_000 }, async () => {
  const [first, second, light] = chain.meters;
  expect(await setKey(light)).toMatchObject({ code: 0, err: '' });
  expect(await queued()).toMatchObject([{ meter: light.address, end: false, asked: false, vetoedBy: [] }]);
  expect(await say(first, 'veto', light.address)).toMatchObject({ code: 0 });
  expect(await say(second, 'leave')).toMatchObject({ code: 0 });
  const changes = await queued();
  expect(changes).toHaveLength(2);
  expect(changes).toContainEqual(expect.objectContaining({ meter: light.address, end: false, vetoedBy: [first.address] }));
  expect(changes).toContainEqual(expect.objectContaining({ meter: second.address, end: true, asked: true, vetoedBy: [] }));
});

test('each is refused where it is not to be said, in one sentence', { timeout: 120_000 }, async () => {
  const [first, second, light] = chain.meters;
  const refusals = [
    [await setKey(light), /without a consensus key in force or queued/],
    [await say(light, 'veto', light.address), /power/],
    [await say(first, 'veto', light.address), /not vetoed yet/],
    [await say(first, 'veto', second.address, '--end'), /did not ask for itself/],
    [await say(second, 'leave'), /not asked to leave yet/],
  ] as const;
  for (const [{ code, err }, words] of refusals) {
    expect(code).toBe(1);
    expect(err).toMatch(/^electra: the chain refused it: /);
    expect(err).toMatch(words);
    expect(err).not.toMatch(/\n\s+at /);
  }
});
