import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Community } from '../../../../test/kit/books/community.ts';
import { community } from '../../../../test/kit/books/community.ts';
import { seededInts, someStatement } from '../../../../test/kit/books/index-rows.ts';
import { vaultFolder } from '../../../../test/kit/vault-process.ts';
import { sealBox } from '../../../protocol/meter/seal.ts';
import { encodeStatement } from '../../../protocol/meter/statement.ts';
import { readSecret } from '../../db/secrets.ts';
import { createEpoch, openEpoch, storeEpoch } from '../../vault/keys/epochs.ts';
import { Unlocker } from '../../vault/keys/keystore.ts';
import { openNext, reopenUnknown } from './open.ts';

let c: Community;
const int = seededInts(1);
beforeAll(async () => {
  c = await community(4, { maxWh: 2_000 });
});
afterAll(() => c.stop());
const day = 20_635;
const row = async (meter: string, at = day) => (await c.sql`select * from books.statement where meter = ${meter} and day = ${at}`)[0];

describe('statements', () => {
  test('are opened value for value, once', async () => {
    const { meter } = c.meters[0];
    const statement = someStatement(day, int, { importStartWh: 10n ** 15n, exportStartWh: 3n });
    await c.index.statement(meter, { statement });
    expect(await openNext(c.sql, c.vault, 'statement')).toBe(1);
    expect(await openNext(c.sql, c.vault, 'statement')).toBe(0);
    expect(await row(meter)).toMatchObject({
      status: 'opened',
      reason: null,
      import_start_wh: 10n ** 15n,
      export_start_wh: 3n,
      import_wh: statement.importWh,
      export_wh: statement.exportWh,
      flags: 0,
    });
    expect(Uint8Array.from((await row(meter)).blinding)).toEqual(statement.blinding);
  });
  test.each<[string, (s: ReturnType<typeof someStatement>, meter: string) => object, string]>([
    ['whose commitment is another', () => ({ commitment: 5n }), 'commitment-mismatch'],
    [
      'with a slot above the enrolled maximum',
      (s) => {
        s.importWh[95] = 2_001;
        return {};
      },
      'above-max-wh',
    ],
    [
      'with an export above the enrolled maximum',
      (s) => {
        s.exportWh[0] = 2_001;
        return {};
      },
      'above-max-wh',
    ],
    ['that is noise', () => ({ sealed: new Uint8Array(randomBytes(715)) }), 'not-decryptable'],
    [
      'of another day inside',
      (s, meter) => ({
        sealed: sealBox(
          encodeStatement({ ...s, day: s.day + 1 }, { chainId: c.index.chainId, meter, keyEpoch: 1 }),
          c.index.nodeKey,
          new Uint8Array(randomBytes(32)),
        ),
      }),
      'wrong-context',
    ],
  ])('%s are refused by their reason, with no value kept', async (_, spoil, reason) => {
    const { meter } = c.meters[1];
    const at = day + int(1_000_000) + 1;
    const statement = someStatement(at, int);
    await c.index.statement(meter, { statement, ...spoil(statement, meter) });
    await openNext(c.sql, c.vault, 'statement');
    expect(await row(meter, at)).toMatchObject({
      status: 'refused',
      reason,
      import_start_wh: null,
      import_wh: null,
      export_wh: null,
      blinding: null,
    });
  });
  test('exactly at the enrolled maximum count', async () => {
    const statement = someStatement(day, int);
    statement.importWh[0] = 2_000;
    await c.index.statement(c.meters[2].meter, { statement });
    await openNext(c.sql, c.vault, 'statement');
    expect(await row(c.meters[2].meter)).toMatchObject({ status: 'opened' });
  });
  test('above results_height are provisional and wait', async () => {
    const { meter } = c.meters[3];
    await c.index.statement(meter, { statement: someStatement(day, int) });
    await c.index.sql`update chain.cursor set results_height = results_height - 1`;
    expect(await openNext(c.sql, c.vault, 'statement')).toBe(0);
    await c.index.commit();
    expect(await openNext(c.sql, c.vault, 'statement')).toBe(1);
  });
  test('in bulk lose and double nothing, whatever the batch limits fall on', async () => {
    const at = day + 2_000_000;
    for (let i = 0; i < 4; i++)
      for (let d = 0; d < 26; d++) await c.index.statement(c.meters[i].meter, { statement: someStatement(at + d, int) });
    // 104 in one block, a batch takes 100.
    await c.index.sql`update chain.sealed_statement set height = ${c.index.height} where day >= ${at}`;
    await c.openAll();
    const [{ n }] = await c.sql`select count(*)::int as n from books.statement where day >= ${at} and status = 'opened'`;
    expect(n).toBe(104);
  });
});

describe('reports', () => {
  test('of the newest block are opened at once, for nothing is billed on them', async () => {
    const { meter } = c.meters[3];
    await c.index.reports(meter, [1_980_000]);
    await c.index.sql`update chain.cursor set results_height = results_height - 1`;
    expect(await openNext(c.sql, c.vault, 'report')).toBeGreaterThan(0);
    expect(await c.sql`select status from books.report where meter = ${meter} and slot = 1980000`).toMatchObject([{ status: 'opened' }]);
    await c.index.commit();
    expect(await openNext(c.sql, c.vault, 'report')).toBe(0);
  });
});

describe('while the vault is away', () => {
  test('nothing is written, and everything is opened afterwards', async () => {
    const { meter } = c.meters[0];
    await c.process().kill();
    await c.index.statement(meter, { statement: someStatement(day + 1, int) });
    await c.index.reports(meter, [1_980_960, 1_980_961]);
    await expect(openNext(c.sql, c.vault, 'statement')).rejects.toMatchObject({ code: 'unreachable' });
    await expect(openNext(c.sql, c.vault, 'report')).rejects.toMatchObject({ code: 'unreachable' });
    expect(await row(meter, day + 1)).toBeUndefined();
    await c.restartVault();
    await c.openAll();
    expect(await row(meter, day + 1)).toMatchObject({ status: 'opened' });
    expect(await c.sql`select slot, import_register_wh, power_w, status from books.report where meter = ${meter} order by slot`).toEqual([
      { slot: 1_980_960, import_register_wh: 1_980_960n, power_w: 5, status: 'opened' },
      { slot: 1_980_961, import_register_wh: 1_980_961n, power_w: 5, status: 'opened' },
    ]);
  });
});

describe('a vault in the wrong place', () => {
  test('judges nothing: a key that is not the chain’s leaves its boxes unknown, another chain’s vault leaves everything', async () => {
    const { meter } = c.meters[2];
    await c.index.statement(meter, { statement: someStatement(day + 10, int) });
    await c.index.sql`update chain.node_key set key = ${randomBytes(32)} where epoch = 1`;
    await c.openAll();
    expect(await row(meter, day + 10)).toMatchObject({ status: 'refused', reason: 'unknown-epoch' });
    await c.index.sql`update chain.node_key set key = ${Buffer.from(c.folder.epoch1PublicKey, 'hex')} where epoch = 1`;
    expect(await reopenUnknown(c.sql, c.vault, 'statement')).toBe(1);
    expect(await row(meter, day + 10)).toMatchObject({ status: 'opened' });

    await c.index.statement(meter, { statement: someStatement(day + 11, int) });
    const stranger = { ...c.vault, status: async () => ({ ...(await c.vault.status()), chainId: 'electra-other-00000000' }) };
    await expect(openNext(c.sql, stranger, 'statement')).rejects.toMatchObject({ code: 'wrong-vault' });
    expect(await row(meter, day + 11)).toBeUndefined();
    expect(await openNext(c.sql, c.vault, 'statement')).toBe(1);
  });
});

describe('boxes of an epoch without a key', () => {
  test('that is lost for good keep no others from being asked again, however many they are', async () => {
    const { meter } = c.meters[3];
    const lost = vaultFolder();
    const { publicKey } = createEpoch(lost.dir, 9, new Unlocker(readSecret(lost.passphraseFile)), 0);
    lost.remove();
    await c.index.publishKey(9, publicKey);
    const slots = Array.from({ length: 600 }, (_, i) => 1_990_000 + i); // more than a batch
    await c.index.reports(meter, slots, 9);
    await c.openAll();
    await c.index.sql`update chain.node_key set key = ${randomBytes(32)} where epoch = 1`;
    await c.index.reports(meter, [1_980_970]);
    await c.openAll();
    expect(await reopenUnknown(c.sql, c.vault, 'report')).toBe(0);
    await c.index.sql`update chain.node_key set key = ${Buffer.from(c.folder.epoch1PublicKey, 'hex')} where epoch = 1`;
    expect(await reopenUnknown(c.sql, c.vault, 'report')).toBe(1);
    expect(await c.sql`select slot from books.report where meter = ${meter} and status = 'opened'`).toContainEqual({ slot: 1_980_970 });
  });
  test('are noted, and opened when the key is back; other refusals are never asked again', async () => {
    const { meter } = c.meters[1];
    const [lost, noise] = [someStatement(day + 3, int), someStatement(day + 4, int)];
    const kept = vaultFolder(); // where the key of epoch 2 was all the time
    const keptUnlocker = new Unlocker(readSecret(kept.passphraseFile));
    const { publicKey } = createEpoch(kept.dir, 2, keptUnlocker, 0);
    const key = Uint8Array.from(Buffer.from(publicKey, 'hex'));
    await c.index.publishKey(2, publicKey);
    const sealed = sealBox(encodeStatement(lost, { chainId: c.index.chainId, meter, keyEpoch: 2 }), key, new Uint8Array(randomBytes(32)));
    await c.index.statement(meter, { statement: lost, keyEpoch: 2, sealed });
    await c.index.statement(meter, { statement: noise, sealed: new Uint8Array(randomBytes(715)) });
    await c.openAll();
    expect(await row(meter, day + 3)).toMatchObject({ status: 'refused', reason: 'unknown-epoch' });
    expect(await reopenUnknown(c.sql, c.vault, 'statement')).toBe(0);

    const { secretKey } = openEpoch(kept.dir, 2, keptUnlocker)!;
    storeEpoch(c.folder.dir, { epoch: 2, secretKey, createdUnixS: 0 }, new Unlocker(readSecret(c.folder.passphraseFile)));
    kept.remove();

    await expect.poll(() => reopenUnknown(c.sql, c.vault, 'statement'), { timeout: 90_000 }).toBe(1);
    expect(await row(meter, day + 3)).toMatchObject({ status: 'opened', import_wh: lost.importWh, height: expect.any(Number) });
    expect(await row(meter, day + 4)).toMatchObject({ status: 'refused', reason: 'not-decryptable' });
    await expect(c.sql`update books.statement set reason = 'low-order' where meter = ${meter} and day = ${day + 4}`).rejects.toMatchObject({
      code: '23001',
    });
    await expect(c.sql`update books.statement set flags = 7 where meter = ${meter} and day = ${day + 3}`).rejects.toMatchObject({
      code: '23001',
    });
  });
});
