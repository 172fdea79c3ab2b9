/** The signer and the rotation of keys on a real chain. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rpcChain } from '../../../sdk/ts/src/chain.ts';
import { CometRpc } from '../../../sdk/ts/src/rpc.ts';
import { startTestChain, TEST_DAY, testNodeKey } from '../../../test/kit/chain.ts';
import { until } from '../../../test/kit/until.ts';
import { TEST_COST as cost } from '../../../test/kit/vault-process.ts';
import { encodeInvoice, invoiceHead } from '../../protocol/invoice/invoice.ts';
import { signatureFault } from '../../protocol/invoice/signed-text.ts';
import { openBox } from '../../protocol/meter/seal.ts';
import { readSecret, writeSecret } from '../db/secrets.ts';
import { vaultStatus } from '../vault/client.ts';
import { createEpoch, listEpochs, markPublished, openEpoch, storeEpoch } from '../vault/keys/epochs.ts';
import { Unlocker } from '../vault/keys/keystore.ts';
import { storeOperator } from '../vault/keys/operator.ts';
import { rotateKey } from '../vault/keys/rotate.ts';
import { runVault } from '../vault/run.ts';
import type { Signer } from './client.ts';
import { connectSigner } from './client.ts';
import { createCredential } from './credential.ts';
import { runSigner } from './run.ts';

const quiet = { info: () => {}, warn: () => {}, error: () => {} };
const root = mkdtempSync(join(tmpdir(), 'electra-signer-'));
const [dir, passphraseFile, credentialFile] = ['vault', 'passphrase', 'credential'].map((name) => join(root, name));
const socketsIn = (folder: string) => ({
  books: join(folder, 'books', 'signer.sock'),
  vault: join(folder, 'vault', 'signer.sock'),
  operator: join(folder, 'operator', 'signer.sock'),
});
const sockets = socketsIn(join(root, 'run'));
const CREDENTIAL = { credential: 'for the operator’s commands' };
let chain: Awaited<ReturnType<typeof startTestChain>>;
let signer: Signer;
let [books, keys]: Signer[] = [];
let unlocker: Unlocker;
const stop = new AbortController();
let running: Promise<void>;
const start = (signal: AbortSignal, chainId = chain.chainId) =>
  runSigner({ dir, passphraseFile, sockets, rpcUrls: chain.rpcUrls, chainId, signal, log: quiet });
const rotate = (nowUnixS?: () => number) => rotateKey({ dir, passphraseFile, signerSocket: sockets.vault, nowUnixS });

beforeAll(async () => {
  chain = await startTestChain({ validators: 1 });
  writeSecret(passphraseFile, 'for tests');
  writeSecret(credentialFile, CREDENTIAL.credential);
  for (const folder of [dir, join(root, 'fast')]) createCredential({ file: credentialFile, dir: folder });
  unlocker = new Unlocker(readSecret(passphraseFile));
  storeOperator(dir, { secretKey: chain.operator.privateKey, createdUnixS: 0 }, unlocker, cost);
  storeEpoch(dir, { epoch: 1, secretKey: chain.nodeKey.privateKey, createdUnixS: 0 }, unlocker, cost);
  markPublished(dir, 1, 0);
  running = start(stop.signal);
  signer = connectSigner(sockets.operator, CREDENTIAL);
  [books, keys] = [sockets.books, sockets.vault].map((path) => connectSigner(path));
  await until(async () => (await signer.address()) === chain.operator.address, 90_000, 'the signer');
});
afterAll(async () => {
  for (const one of [signer, books, keys]) one.close();
  stop.abort();
  await running;
  await chain.stop();
  rmSync(root, { recursive: true, force: true });
});

/** A vault that looks at its key's age all the time. */
const vaultOf = (folder: string, signerSocket: string) => ({
  dir: folder,
  passphraseFile,
  socketPath: join(root, 'vault.sock'),
  signerSocket,
  rotateCheckMs: 20,
  log: quiet,
});

/** A key of somebody's, as rotateKey handles one. */
function boxKeyPair() {
  const { publicKey, privateKey } = testNodeKey();
  return { publicKey: Buffer.from(publicKey).toString('hex'), open: (box: Uint8Array) => openBox(box, publicKey, privateKey) };
}

const tariff = (fromDay: number) => ({
  typeUrl: '/electra.meter.v1.MsgSetTariff',
  value: {
    fromDay,
    rule: 'mid-market/1',
    retailNelPerWh: Array(96).fill('300000'),
    feedInNelPerWh: Array(96).fill('80000'),
    feePerDayNel: '1',
  },
});

describe('the signer', () => {
  test('has a socket for each caller that only we can open, in a folder that only we can enter', () => {
    for (const path of Object.values(sockets))
      expect([statSync(path).mode & 0o777, statSync(dirname(path)).mode & 0o777]).toEqual([0o600, 0o700]);
  });
  test('signs no sealing key, no tariff and no meter for the books, and lets the operator through with a credential alone', async () => {
    const refused = { code: 'bad-request' };
    const foreign = boxKeyPair();
    await expect(books.submit([tariff(30_000)])).rejects.toMatchObject(refused);
    await expect(books.publishNodeKey(2, foreign.publicKey, foreign.open)).rejects.toMatchObject(refused);
    await expect(books.submit([{ typeUrl: '/electra.meter.v1.MsgPublishNodeKey', value: {} }])).rejects.toMatchObject(refused);
    await expect(books.rotateOperator(1, chain.members[0].address)).rejects.toMatchObject(refused);
    await expect(keys.submit([tariff(30_000)])).rejects.toMatchObject(refused);
    for (const credential of [undefined, '', 'a guess']) {
      const guest = connectSigner(sockets.operator, { credential });
      await expect(guest.submit([tariff(30_000)])).rejects.toMatchObject({ code: 'not-allowed' });
      guest.close();
    }
    expect(await keys.nodeKeys()).toHaveLength(1);
  });
  test('publishes a key for who opens what is sealed to it, once, and for nobody else', async () => {
    const [own, other] = [boxKeyPair(), boxKeyPair()];
    await expect(keys.publishNodeKey(2, own.publicKey, other.open)).rejects.toMatchObject({ code: 'not-decryptable' });
    await expect(keys.publishNodeKey(2, own.publicKey, () => new Uint8Array(32))).rejects.toMatchObject({ code: 'not-allowed' });
    expect(await keys.nodeKeys()).toHaveLength(1);
  });
  test('signs anchors, disputes and invoices for the books', async () => {
    const anchor = {
      day: 20_000,
      version: 1,
      bookHash: Buffer.alloc(32, 1).toString('base64'),
      totals: Buffer.alloc(32).toString('base64'),
    };
    const answer = await books.submit([{ typeUrl: '/electra.meter.v1.MsgAnchorBook', value: anchor }]);
    expect(answer).toMatchObject({ codespace: 'meter', height: 0 }); // it came to the chain, which has no such day
  });
  test('puts messages of many askers on the chain, each in a block', async () => {
    const answers = await Promise.all([1, 2, 3].map((n) => TEST_DAY + 100 + n).map((day) => signer.submit([tariff(day)])));
    expect(answers.map(({ code, log }) => [code, log])).toEqual([
      [0, ''],
      [0, ''],
      [0, ''],
    ]);
    expect(new Set(answers.map(({ height }) => height)).size).toBe(3);
  });
  test('hands on what the chain refuses, with its words', async () => {
    const answer = await signer.submit([tariff(1)]);
    expect(answer).toMatchObject({ codespace: 'meter', height: 0 });
    expect(answer.code).not.toBe(0);
    expect(answer.log).not.toBe('');
  });
  test('signs nothing but operator’s messages', async () => {
    await expect(signer.submit([{ typeUrl: '/electra.meter.v1.MsgReport', value: {} }])).rejects.toMatchObject({ code: 'bad-request' });
  });
  test('signs an invoice of its chain over the socket, and no other text', async () => {
    const invoice = {
      chainId: chain.chainId,
      operator: chain.operator.address,
      member: chain.operator.address,
      month: '2026-07',
      lines: [],
      totalNel: 0n,
    };
    const { publicKey, signature } = await books.signInvoice(encodeInvoice(invoice));
    const fault = (text: string) =>
      signatureFault({
        address: chain.operator.address,
        publicKey: Buffer.from(publicKey, 'hex'),
        signature: Buffer.from(signature, 'hex'),
        text,
      });
    expect([fault(invoiceHead(invoice)), fault(invoiceHead({ ...invoice, month: '2026-08' }))]).toEqual([null, 'signature']);
    await expect(signer.signInvoice('sign in to grid.example')).rejects.toMatchObject({ code: 'bad-request' });
    await expect(signer.signInvoice(encodeInvoice({ ...invoice, chainId: 'electra-other-00000000' }))).rejects.toMatchObject({
      code: 'wrong-chain',
    });
  });
  test('of another chain’s id signs nothing at all', async () => {
    const other = new AbortController();
    const path = socketsIn(join(root, 'other'));
    const run = runSigner({
      dir,
      passphraseFile,
      sockets: path,
      rpcUrls: chain.rpcUrls,
      chainId: 'electra-other-00000000',
      signal: other.signal,
      log: quiet,
    });
    const client = connectSigner(path.operator, CREDENTIAL);
    await expect.poll(() => client.address().catch(() => null)).not.toBeNull();
    await expect(client.submit([tariff(30_009)])).rejects.toMatchObject({ code: 'wrong-chain' });
    client.close();
    other.abort();
    await run;
  });
});

describe('rotation', () => {
  test('draws the next key and publishes it', async () => {
    expect(await rotate(() => 500)).toMatchObject({ epoch: 2 });
    const [, second] = listEpochs(dir);
    expect(second).toMatchObject({ epoch: 2, state: 'published', publishedUnixS: 500 });
    expect((await signer.nodeKeys()).at(-1)).toEqual({ epoch: 2, key: second.publicKey });
  });
  test('publishes a key that a crash left prepared, instead of drawing another', async () => {
    const prepared = createEpoch(dir, 3, unlocker, 600);
    expect(await rotate()).toEqual({ epoch: 3, publicKey: prepared.publicKey });
    expect((await signer.nodeKeys()).at(-1)).toEqual({ epoch: 3, key: prepared.publicKey });
  });
  test('recognises a key whose publication was answered to nobody', async () => {
    const prepared = createEpoch(dir, 4, unlocker, 700);
    const secret = openEpoch(dir, 4, unlocker)!;
    await keys.publishNodeKey(4, prepared.publicKey, (box) => openBox(box, secret.publicKey, secret.secretKey));
    expect(listEpochs(dir)[3].state).toBe('prepared');
    expect(await rotate()).toMatchObject({ epoch: 5 });
    expect(listEpochs(dir).map(({ state }) => state)).toEqual(Array(5).fill('published'));
  });
  test('twice at once publishes every key once, and both say so', async () => {
    const results = await Promise.all([rotate(), rotate()]);
    const onChain = await signer.nodeKeys();
    for (const { epoch, publicKey } of results) expect(onChain.find((key) => key.epoch === epoch)?.key).toBe(publicKey);
    expect(onChain.map(({ epoch }) => epoch)).toEqual(onChain.map((_, i) => i + 1));
    expect(listEpochs(dir)).toHaveLength(onChain.length);
  });
  test('leaves a key alone that is young by the chain, however old the machine takes it for', async () => {
    const newest = listEpochs(dir).at(-1)!;
    const before = (await signer.nodeKeys()).length;
    expect(await keys.keyAge()).toMatchObject({ epoch: newest.epoch, maxAgeS: 31 * 86_400, rate: 1 });
    expect(listEpochs(dir)[0].createdUnixS).toBe(0); // 1970
    const end = new AbortController();
    const vault = runVault({ ...vaultOf(dir, sockets.vault), chainId: chain.chainId, signal: end.signal });
    await new Promise((resolve) => setTimeout(resolve, 500));
    end.abort();
    await vault;
    expect(await signer.nodeKeys()).toHaveLength(before);
  });
  test('is refused by a vault whose keys are not the chain’s', async () => {
    const strange = join(root, 'strange');
    createEpoch(strange, 1, unlocker, 0, cost);
    await expect(rotateKey({ dir: strange, passphraseFile, signerSocket: sockets.vault })).rejects.toMatchObject({ code: 'behind-chain' });
    expect(listEpochs(strange)).toHaveLength(1);
  });
  test('tells of a key on the chain that is not the vault’s, in the log and to who asks for its status', async () => {
    const said: string[] = [];
    const log = { ...quiet, error: (_: object, message: string) => said.push(message) };
    const end = new AbortController();
    const strange = join(root, 'alarmed');
    createEpoch(strange, 1, unlocker, 0, cost);
    const vault = runVault({ ...vaultOf(strange, sockets.vault), chainId: chain.chainId, signal: end.signal, log });
    await until(async () => said.some((message) => message.startsWith('ALARM')), 90_000, 'the alarm');
    expect((await vaultStatus(join(root, 'vault.sock'))).foreign).toContain(1);
    end.abort();
    await vault;
  });
  test('goes on above the chain’s epoch in a vault restored from an old backup', async () => {
    const old = join(root, 'old');
    storeEpoch(old, { epoch: 1, secretKey: chain.nodeKey.privateKey, createdUnixS: 0 }, unlocker, cost);
    const last = (await signer.nodeKeys()).at(-1)!.epoch;
    expect(await rotateKey({ dir: old, passphraseFile, signerSocket: sockets.vault })).toMatchObject({ epoch: last + 1 });
  });
  test('says that the signer is away', async () => {
    await expect(rotateKey({ dir, passphraseFile, signerSocket: join(root, 'nobody.sock') })).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('not running'),
    });
  });
});

describe('on a chain whose clock runs faster and whose keys live shorter', () => {
  const RATE = 3_600;
  const MAX_AGE_S = 8 * RATE;

  test('the vault follows both: it publishes the next key at nine tenths of the age that genesis gives it', async () => {
    const fast = await startTestChain({ validators: 1, clock: { rate: RATE }, params: { keyMaxAgeS: MAX_AGE_S } });
    const end = new AbortController();
    const [folder, fastSockets] = [join(root, 'fast'), socketsIn(join(root, 'fast-run'))];
    storeOperator(folder, { secretKey: fast.operator.privateKey, createdUnixS: 0 }, unlocker, cost);
    storeEpoch(folder, { epoch: 1, secretKey: fast.nodeKey.privateKey, createdUnixS: 0 }, unlocker, cost);
    markPublished(folder, 1, 0);
    const common = { chainId: fast.chainId, signal: end.signal };
    const running = [
      runSigner({ dir: folder, passphraseFile, sockets: fastSockets, rpcUrls: fast.rpcUrls, log: quiet, ...common }),
      runVault({ ...vaultOf(folder, fastSockets.vault), ...common }),
    ];
    try {
      const onChain = () => rpcChain(new CometRpc({ urls: fast.rpcUrls })).nodeKeys();
      await expect.poll(async () => (await onChain()).length, { timeout: 90_000 }).toBeGreaterThan(1);
      const [first, second] = await onChain();
      const livedS = Number(second.effectiveUnixS - first.effectiveUnixS);
      expect(livedS).toBeGreaterThanOrEqual(0.9 * MAX_AGE_S);
      expect(livedS).toBeLessThan(3 * MAX_AGE_S); // a busy machine is late, by the chain's clock very late
      expect(Buffer.from(second.key).toString('hex')).toBe(listEpochs(folder)[1].publicKey);
    } finally {
      end.abort();
      await Promise.all(running);
      await fast.stop();
    }
  });
});
