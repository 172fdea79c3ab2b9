import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { VaultFolder, VaultProcess } from '../../../test/kit/vault-process.ts';
import { startVaultProcess, vaultFolder } from '../../../test/kit/vault-process.ts';
import { encodeReport } from '../../protocol/meter/report.ts';
import { sealBox } from '../../protocol/meter/seal.ts';
import { encodeStatement } from '../../protocol/meter/statement.ts';
import { accountText } from '../../protocol/values/address.ts';
import { readSecret, writeSecret } from '../db/secrets.ts';
import type { SealedBox, Vault } from './client.ts';
import { connectVault, openBoxes, vaultStatus } from './client.ts';
import { createEpoch, destroyEpoch, listEpochs, markPublished } from './keys/epochs.ts';
import { Unlocker } from './keys/keystore.ts';
import { LineClient } from './wire/line-client.ts';

const chainId = 'electra-rural-5eed0001';
const meter = accountText(new Uint8Array(20).fill(7));
const stranger = accountText(new Uint8Array(20).fill(8));
const slot = 1_980_960;
const day = 20_635;
const report = { slot, importRegisterWh: 123_456n, exportRegisterWh: (1n << 56n) - 1n, powerW: -250, flags: 3 };
const statement = {
  day,
  importStartWh: 1n,
  exportStartWh: 2n,
  importWh: Array.from({ length: 96 }, (_, i) => i),
  exportWh: Array.from({ length: 96 }, (_, i) => 2 ** 20 - 1 - i),
  blinding: new Uint8Array(31).fill(9),
  flags: 1,
};

let folder: VaultFolder;
let process_: VaultProcess;
let vault: Vault;
let nodeKey: Uint8Array;
const options = () => ({
  dir: folder.dir,
  passphraseFile: folder.passphraseFile,
  socketPath: folder.socketPath,
  chainId,
});
beforeAll(async () => {
  folder = vaultFolder();
  nodeKey = Uint8Array.from(Buffer.from(folder.epoch1PublicKey, 'hex'));
  process_ = await startVaultProcess(options());
  vault = connectVault(folder.socketPath);
});
afterAll(async () => {
  vault.close();
  await process_.stop();
  folder.remove();
});

const seal = (plaintext: Uint8Array, key = nodeKey) => sealBox(plaintext, key, new Uint8Array(randomBytes(32)));
const reportBox = (sealed: Uint8Array, carrier: Partial<SealedBox> = {}): SealedBox => ({
  kind: 'report',
  chainId,
  meter,
  at: slot,
  keyEpoch: 1,
  sealed,
  ...carrier,
});
const statementBox = (sealed: Uint8Array, carrier: Partial<SealedBox> = {}): SealedBox => ({
  kind: 'statement',
  chainId,
  meter,
  at: day,
  keyEpoch: 1,
  sealed,
  ...carrier,
});
const origin = { chainId, meter, keyEpoch: 1 };
const plainReport = (change: (bytes: Uint8Array) => void = () => {}) => {
  const bytes = encodeReport(report, origin);
  change(bytes);
  return bytes;
};
const plainStatement = (change: (bytes: Uint8Array) => void = () => {}) => {
  const bytes = encodeStatement(statement, origin);
  change(bytes);
  return bytes;
};

describe('the vault opens', () => {
  test('a report and a statement, value for value, in the order asked', async () => {
    const opened = await vault.openBoxes([statementBox(seal(plainStatement())), reportBox(seal(plainReport()))]);
    expect(opened).toEqual([
      { ok: true, statement },
      { ok: true, report },
    ]);
  });
  test('more boxes than one request takes, one bad among them harming no other', async () => {
    const good = reportBox(seal(plainReport()));
    const boxes = Array.from({ length: 1001 }, (_, i) => (i === 500 ? { ...good, at: slot + 1 } : good));
    const opened = await vault.openBoxes(boxes);
    expect(opened.filter((box) => box.ok)).toHaveLength(1000);
    expect(opened[500]).toEqual({ ok: false, reason: 'wrong-context' });
  });
  test('with the key of the epoch that the message names, also one created while it runs', async () => {
    const unlocker = new Unlocker(readSecret(folder.passphraseFile));
    const { publicKey } = createEpoch(folder.dir, 2, unlocker, 1000);
    const box = reportBox(seal(encodeReport(report, { ...origin, keyEpoch: 2 }), Uint8Array.from(Buffer.from(publicKey, 'hex'))), {
      keyEpoch: 2,
    });
    await expect.poll(async () => (await vault.openBoxes([box]))[0].ok, { timeout: 90_000 }).toBe(true);
  });
});

describe('the vault refuses, each by its reason', () => {
  const lowOrder = new Uint8Array(112); // an all-zero ephemeral key: its shared secret is known to everybody
  test.each<[string, () => SealedBox, string]>([
    ['a box of a wrong size', () => reportBox(seal(plainReport()).subarray(1)), 'wrong-size'],
    ['a statement in the place of a report', () => reportBox(seal(plainStatement())), 'wrong-size'],
    ['an empty box', () => statementBox(new Uint8Array(0)), 'wrong-size'],
    [
      'a newer version',
      () =>
        reportBox(
          seal(
            plainReport((bytes) => {
              bytes[0] = 2;
            }),
          ),
        ),
      'wrong-version',
    ],
    [
      'another kind inside',
      () =>
        reportBox(
          seal(
            plainReport((bytes) => {
              bytes[1] = 2;
            }),
          ),
        ),
      'wrong-kind',
    ],
    ['another epoch inside than the message says', () => reportBox(seal(encodeReport(report, { ...origin, keyEpoch: 9 }))), 'wrong-epoch'],
    ['a box lifted to another account', () => reportBox(seal(plainReport()), { meter: stranger }), 'wrong-context'],
    ['a box lifted to another slot', () => reportBox(seal(plainReport()), { at: slot + 1 }), 'wrong-context'],
    ['a statement lifted to another day', () => statementBox(seal(plainStatement()), { at: day + 1 }), 'wrong-context'],
    [
      'a box of another chain',
      () => reportBox(seal(encodeReport(report, { ...origin, chainId: 'electra-rural-00000000' }))),
      'wrong-context',
    ],
    [
      'a register of 57 bits',
      () =>
        reportBox(
          seal(
            plainReport((bytes) => {
              bytes[42 + 7] = 1;
            }),
          ),
        ),
      'out-of-range',
    ],
    [
      'an interval of 21 bits',
      () =>
        statementBox(
          seal(
            plainStatement((bytes) => {
              bytes[38 + 4 + 16 + 2] = 0x10;
            }),
          ),
        ),
      'out-of-range',
    ],
    ['an epoch that it has no key of', () => reportBox(seal(plainReport()), { keyEpoch: 77 }), 'unknown-epoch'],
    [
      'a box to another key',
      () =>
        reportBox(
          sealBox(
            plainReport(),
            Uint8Array.from(Buffer.from('de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f', 'hex')),
            new Uint8Array(32).fill(5),
          ),
        ),
      'not-decryptable',
    ],
    [
      'a flipped bit',
      () => {
        const sealed = seal(plainReport());
        sealed[60] ^= 1;
        return reportBox(sealed);
      },
      'not-decryptable',
    ],
    ['an ephemeral key of low order', () => reportBox(lowOrder), 'low-order'],
    ['an address that is none', () => reportBox(seal(plainReport()), { meter: 'electra1nonsense' }), 'out-of-range'],
  ])('%s', async (_, box, reason) => {
    expect(await vault.openBoxes([box()])).toEqual([{ ok: false, reason }]);
  });
  test('a box of epoch 1 under the name of epoch 2, although it has both keys: it never tries several', async () => {
    expect(listEpochs(folder.dir).map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(await vault.openBoxes([reportBox(seal(plainReport()), { keyEpoch: 2 })])).toEqual([{ ok: false, reason: 'not-decryptable' }]);
  });
  test('a whole request of another chain, judging none of its boxes: it is the vault that stands in the wrong place', async () => {
    const boxes = [reportBox(seal(plainReport())), reportBox(seal(plainReport()), { chainId: 'electra-rural-00000000' })];
    await expect(vault.openBoxes(boxes)).rejects.toMatchObject({ code: 'wrong-chain' });
  });
  test('any bytes at all, without ever falling over', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 64, maxLength: 64 }), async (bytes) => {
        const [answer] = await vault.openBoxes([reportBox(seal(bytes))]);
        expect(answer.ok).toBe(false);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the socket', () => {
  const raw = (text: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(folder.socketPath, () => socket.write(text));
      let answer = '';
      socket.on('data', (chunk) => {
        answer += chunk;
        if (answer.includes('\n')) socket.end();
      });
      socket.on('close', () => resolve(answer));
      socket.on('error', reject);
    });
  test('is open to our own user only, and the folder too', () => {
    expect(statSync(folder.socketPath).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder.root, 'run')).mode & 0o777).toBe(0o700);
  });
  test('says which epochs there are, without a private key', async () => {
    const status = await vaultStatus(folder.socketPath);
    expect(status).toMatchObject({ chainId, newest: 2 });
    expect(status.epochs[0]).toEqual({
      epoch: 1,
      publicKey: folder.epoch1PublicKey,
      createdUnixS: expect.any(Number),
      publishedUnixS: expect.any(Number),
      state: 'published',
    });
  });
  test.each<[string, string, string]>([
    ['no JSON', 'hello\n', 'bad-request'],
    ['no object', 'null\n', 'bad-request'],
    ['no id', '{"method":"status"}\n', 'bad-request'],
    ['another method', '{"id":1,"method":"secretKeys"}\n', 'bad-request'],
    ['no boxes', '{"id":1,"method":"open"}\n', 'bad-request'],
    ['a box that is none', '{"id":1,"method":"open","params":{"boxes":[null]}}\n', 'bad-request'],
    [
      'a slot of 33 bits',
      '{"id":1,"method":"open","params":{"boxes":[' +
        '{"kind":"report","chainId":"c","meter":"m","sealed":"","keyEpoch":1,"at":4294967296}]}}\n',
      'bad-request',
    ],
    ['501 boxes', `${JSON.stringify({ id: 1, method: 'open', params: { boxes: Array(501).fill({}) } })}\n`, 'bad-request'],
    ['a line without end', `{"id":1,"method":"${'x'.repeat(1 << 20)}`, 'too-large'],
  ])('answers %s with an error, not with silence or a stack', async (_, text, code) => {
    const answer = await raw(text);
    expect(JSON.parse(answer).error.code).toBe(code);
    expect(answer).not.toMatch(/at .*\.ts|node:internal/);
  });
  test('takes requests in pieces and several at once', async () => {
    const client = new LineClient({ path: folder.socketPath, name: 'vault' });
    const answers = await Promise.all(Array.from({ length: 50 }, () => client.call('status')));
    expect(answers).toHaveLength(50);
    client.close();
  });
});

describe('the process', () => {
  test('refuses a second vault on its socket, a wrong passphrase, an open key file, a folder without keys', async () => {
    await expect(startVaultProcess(options())).rejects.toMatchObject({ code: 'in-use' });
    const elsewhere = { ...options(), socketPath: join(folder.root, 'run/second.sock') };
    const wrong = join(folder.root, 'wrong');
    writeSecret(wrong, 'not this');
    await expect(startVaultProcess({ ...elsewhere, passphraseFile: wrong })).rejects.toMatchObject({ code: 'bad-passphrase' });
    chmodSync(join(folder.dir, 'epoch-1.json'), 0o640);
    await expect(startVaultProcess(elsewhere)).rejects.toMatchObject({ code: 'bad-mode' });
    chmodSync(join(folder.dir, 'epoch-1.json'), 0o600);
    const empty = join(folder.root, 'empty');
    mkdirSync(empty, { mode: 0o700 });
    await expect(startVaultProcess({ ...elsewhere, dir: empty })).rejects.toMatchObject({ code: 'unknown-epoch' });
    expect(existsSync(elsewhere.socketPath)).toBe(false);
  });
  test('killed and started again goes on behind the same socket; a call meanwhile says that it is away', async () => {
    await process_.kill();
    await expect(vault.status()).rejects.toMatchObject({ code: 'unreachable' });
    expect(existsSync(folder.socketPath)).toBe(true); // the crash's leftover
    process_ = await startVaultProcess(options());
    expect((await vault.openBoxes([reportBox(seal(plainReport()))]))[0].ok).toBe(true);
  });
  test('no longer opens boxes of a destroyed epoch after its next start', async () => {
    const newest = listEpochs(folder.dir).at(-1)!;
    markPublished(folder.dir, newest.epoch, 0);
    destroyEpoch(folder.dir, 1, { nowUnixS: 1, overlapS: 0 });
    expect(await process_.stop()).toBe(0);
    expect(existsSync(folder.socketPath)).toBe(false);
    process_ = await startVaultProcess(options());
    expect(await openBoxes(folder.socketPath, [reportBox(seal(plainReport()))])).toEqual([{ ok: false, reason: 'unknown-epoch' }]);
  });
  test('lives in a data folder deeper than a socket path may be', async () => {
    const socketPath = join(folder.root, 'deep'.repeat(30), 'vault.sock');
    const second = await startVaultProcess({ ...options(), socketPath });
    expect((await vaultStatus(socketPath)).newest).toBe(2);
    await second.stop();
    writeFileSync(join(folder.root, 'file.sock'), '');
    await expect(startVaultProcess({ ...options(), socketPath: join(folder.root, 'file.sock') })).rejects.toMatchObject({
      code: 'in-use',
      message: expect.stringContaining('no socket'),
    });
  });
});
