/** Who has power, by the real commands on a real chain: a key is set, vetoed, left; and each refused to those whose it is not to say. */
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSecret, writeSecret } from '../../src/node/db/secrets.ts';
import { dataFolder, makeFolders } from '../../src/node/processes/data-folder.ts';
import { createCredential } from '../../src/node/signer/credential.ts';
import { runSigner } from '../../src/node/signer/run.ts';
import { Unlocker } from '../../src/node/vault/keys/keystore.ts';
import { storeOperator } from '../../src/node/vault/keys/operator.ts';
import { startTestChain, type TestAccount, type TestChain } from '../kit/chain.ts';
import { electra, scratch } from '../kit/electra.ts';
import { until } from '../kit/until.ts';
import { TEST_COST } from '../kit/vault-process.ts';

const { dir, remove } = scratch('power');
const data = dataFolder(dir);
const stop = new AbortController();
let chain: TestChain;
let signer: Promise<void>;

beforeAll(async () => {
  chain = await startTestChain({ validators: 2, lightMeters: 1 });
  makeFolders(data);
  writeSecret(data.signerPassphrase, 'for tests');
  createCredential({ file: data.operatorCredential, dir: data.signer });
  storeOperator(
    data.signer,
    { secretKey: chain.operator.privateKey, createdUnixS: 0 },
    new Unlocker(readSecret(data.signerPassphrase)),
    TEST_COST,
  );
  const { chainId, rpcUrls } = chain;
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  signer = runSigner({
    dir: data.signer,
    passphraseFile: data.signerPassphrase,
    sockets: data.signerSockets,
    rpcUrls,
    chainId,
    signal: stop.signal,
    log,
  });
}, 120_000);
afterAll(async () => {
  stop.abort();
  await signer;
  await chain?.stop();
  remove();
});

function keyFile({ address, privateKey }: TestAccount): string {
  const path = join(dir, address);
  rmSync(path, { force: true });
  writeSecret(path, Buffer.from(privateKey).toString('hex'));
  return path;
}
const say = (by: TestAccount, ...words: string[]) => electra('meter', ...words, '--key-file', keyFile(by), '--rpc', chain.rpcUrl);
const setKey = (meter: TestAccount) =>
  electra('meter', 'set-key', meter.address, '--consensus-key', randomBytes(32).toString('hex'), '--data', dir);
const queued = async () => JSON.parse((await electra('meter', 'changes', '--rpc', chain.rpcUrl, '--json')).out).changes;

test('the operator queues a key, a validator vetoes it, and another leaves', { timeout: 120_000 }, async () => {
  const [first, second, light] = chain.meters;
  let set = await setKey(light);
  const accepted = async (): Promise<boolean> => {
    if (set.code !== 0) set = await setKey(light);
    return set.code === 0;
  };
  await until(accepted, 30_000, 'the signer');
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
