/**
 * The C SDK against the TypeScript SDK: each seals what the other opens, and both build the same bytes, for random days, reports and
 * transactions. Needs compiled drivers: `npm run sdk:c:test` compiles them and runs this file; elsewhere its tests are skipped.
 */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import fc from 'fast-check';
import { poseidon4 } from 'poseidon-lite/poseidon4';
import { describe, expect, test } from 'vitest';
import * as sdk from '../../sdk/ts/src/index.ts';
import { ask, type Identity, request } from './ops.ts';
import { cases } from './vectors.ts';

const drivers = (process.env.ELECTRA_C_DRIVERS ?? '').split(':').filter(Boolean);
const compiled = drivers.map((driver): [string, string, number] =>
  /compact/.test(driver) ? ['the compact crypto', driver, 500] : ['libsodium and libsecp256k1', driver, 10_000],
);
const kinds: [string, string, number][] = compiled.length > 0 ? compiled : [['a driver that is not compiled', '', 0]];
const seed = Number(process.env.ELECTRA_SEED ?? Date.now() & 0x7fffffff);

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const register = fc.bigInt({ min: 0n, max: (1n << 56n) - 1n });
const startRegister = fc.bigInt({ min: 0n, max: (1n << 56n) - 1n - 96n * 0xfffffn });
const series = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 96, maxLength: 96 }) },
  fc.array(fc.integer({ min: 0, max: 0xfffff }), { minLength: 96, maxLength: 96 }),
);
const key = bytes(32).filter((k) => sdk.bigEndian(k) > 0n && k[0] < 0xff);
const chainId = fc.string({ unit: fc.integer({ min: 0x21, max: 0x7e }).map((c) => String.fromCharCode(c)), minLength: 1, maxLength: 50 });
const nodeSecret = bytes(32);
const identity = fc.record({ chainId, key, keyEpoch: u32, nodeSecret }).map((i) => ({ ...i, nodeKey: sdk.boxPublicKey(i.nodeSecret) }));
const report: fc.Arbitrary<sdk.Report> = fc.record({
  slot: u32,
  importRegisterWh: register,
  exportRegisterWh: register,
  powerW: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  flags: u16,
});
const day = fc.record({
  day: u32,
  importStartWh: startRegister,
  exportStartWh: startRegister,
  importWh: series,
  exportWh: series,
  flags: u16,
});

const sample = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number): T[] => fc.sample(arbitrary, { numRuns, seed });
const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** Indices at which a check fails; the seed makes them again. */
const failures = <T>(list: readonly T[], check: (value: T, i: number) => boolean): { seed: number; failed: number[] } => ({
  seed,
  failed: list.flatMap((value, i) => (check(value, i) ? [] : [i])).slice(0, 10),
});
const none = { seed, failed: [] };

const sealEphemeral = (i: Identity, plaintext: Uint8Array, random: Uint8Array) =>
  sdk.drawEphemeralSecret({ secret: i.key, plaintext, random });

describe.skipIf(drivers.length === 0).each(kinds)('the C SDK with %s', (_name, driver, runs) => {
  test('answers every vector as it must', () => {
    const list = cases();
    const answers = ask(
      driver,
      list.map((c) => c.request),
    );
    expect(
      list.filter((c, i) => answers[i].code !== c.code || !equal(answers[i].bytes, c.bytes)).map((c) => `${c.file}: ${c.name}`),
    ).toEqual([]);
    expect(new Set(list.map((c) => c.file)).size).toBe(11);
  });

  test(`seals reports that TypeScript opens, with the bytes that TypeScript seals (${runs})`, () => {
    const list = sample(fc.tuple(identity, report, bytes(32)), runs);
    const answers = ask(
      driver,
      list.map(([i, r, random]) => request.reportSeal(i, r, random)),
    );
    expect(
      failures(list, ([i, r, random], n) => {
        if (answers[n].code !== 0) return false;
        const [sealed, ephemeral, meter] = [
          answers[n].bytes.subarray(0, 112),
          answers[n].bytes.subarray(112, 144),
          answers[n].bytes.subarray(144),
        ];
        const origin = { chainId: i.chainId, meter, keyEpoch: i.keyEpoch };
        const plaintext = sdk.openBox(sealed, i.nodeKey, i.nodeSecret);
        expect(sdk.decodeReport(plaintext, { ...origin, at: r.slot })).toEqual(r);
        return (
          equal(plaintext, sdk.encodeReport(r, origin)) &&
          equal(ephemeral, sealEphemeral(i, plaintext, random)) &&
          equal(sealed, sdk.sealBox(plaintext, i.nodeKey, ephemeral))
        );
      }),
    ).toEqual(none);
  }, 300_000);

  test(`seals days that TypeScript opens and recomputes the commitment of; of TypeScript's values it builds the same (${runs})`, () => {
    const list = sample(fc.tuple(identity, day, bytes(32), bytes(32)), runs);
    const sealed = ask(
      driver,
      list.map(([i, s, random1, random2]) => request.daySeal(i, s, random1, random2)),
    );
    const built: Buffer[] = [];
    const expected: Buffer[] = [];
    expect(
      failures(list, ([i, s, random1, random2], n) => {
        const { code, bytes: b } = sealed[n];
        if (code !== 0) return false;
        const [blinding, commitment, box, ephemeral, meter] = [
          b.subarray(0, 31),
          b.subarray(31, 63),
          b.subarray(63, 778),
          b.subarray(778, 810),
          b.subarray(810),
        ];
        const origin = { chainId: i.chainId, meter, keyEpoch: i.keyEpoch };
        const plaintext = sdk.openBox(box, i.nodeKey, i.nodeSecret);
        const opened = sdk.decodeStatement(plaintext, { ...origin, at: s.day });
        const recomputed = sdk.fieldToBytes(sdk.commitDay({ ...opened, gridId: sdk.gridId(i.chainId), meterTag: sdk.bigEndian(meter) }));
        const unblinded = sdk.encodeStatement({ ...s, blinding: new Uint8Array(31) }, { ...origin, keyEpoch: 0 });
        const drawn = sdk.drawBlinding({ secret: i.key, plaintext: unblinded, random: random1 });
        built.push(request.statement({ ...origin, at: s.day }, { ...s, blinding: drawn }));
        expected.push(Buffer.concat([sdk.encodeStatement({ ...s, blinding: drawn }, origin), recomputed]));
        return (
          equal(blinding, drawn) &&
          equal(opened.blinding, blinding) &&
          equal(commitment, recomputed) &&
          equal(ephemeral, sealEphemeral(i, plaintext, random2))
        );
      }),
    ).toEqual(none);
    const answers = ask(driver, built);
    expect(failures(answers, ({ code, bytes: b }, n) => code === 0 && equal(b, expected[n]))).toEqual(none);
  }, 600_000);

  test('signs transactions to the byte as TypeScript does', async () => {
    const message = fc.record({
      isDay: fc.boolean(),
      at: u32,
      keyEpoch: u32,
      commitment: bytes(32),
      report: bytes(112),
      statement: bytes(715),
    });
    const list = sample(
      fc.record({
        key,
        chainId,
        accountNumber: u64,
        sequence: u64,
        timeoutHeight: u64,
        memo: fc.string({ unit: 'grapheme-ascii', maxLength: 40 }),
        messages: fc.array(message, { minLength: 1, maxLength: 3 }),
      }),
      200,
    );
    const answers = ask(
      driver,
      list.map((t) =>
        request.tx({
          ...t,
          messages: t.messages.map((m) =>
            m.isDay
              ? { at: m.at, keyEpoch: m.keyEpoch, commitment: m.commitment, sealed: m.statement }
              : { at: m.at, keyEpoch: m.keyEpoch, sealed: m.report },
          ),
        }),
      ),
    );
    for (const [n, t] of list.entries()) {
      const signer = sdk.keySigner(t.key);
      const messages = t.messages.map((m) =>
        m.isDay
          ? {
              typeUrl: sdk.CLOSE_DAY_TYPE_URL,
              value: sdk.MsgCloseDay.encode({
                meter: signer.address,
                day: m.at,
                keyEpoch: m.keyEpoch,
                commitment: m.commitment,
                sealed: m.statement,
                evidence: new Uint8Array(0),
                netProof: new Uint8Array(0),
              }).finish(),
            }
          : {
              typeUrl: sdk.REPORT_TYPE_URL,
              value: sdk.MsgReport.encode({ meter: signer.address, slot: m.at, keyEpoch: m.keyEpoch, sealed: m.report }).finish(),
            },
      );
      const signed = await sdk.signTx({ ...t, messages }, signer);
      expect({ seed, n, code: answers[n].code, bytes: answers[n].bytes.toString('hex') }).toEqual({
        seed,
        n,
        code: 0,
        bytes: Buffer.from(signed.bytes).toString('hex') + signed.hash.toLowerCase(),
      });
    }
  }, 120_000);

  test('hashes by Poseidon as TypeScript does, at the field’s edges too', () => {
    const element = fc.oneof(
      fc.bigInt({ min: 0n, max: sdk.FIELD_ORDER - 1n }),
      fc.constantFrom(0n, 1n, sdk.FIELD_ORDER - 1n, sdk.FIELD_ORDER >> 1n, (1n << 253n) - 1n),
    );
    const list = sample(fc.tuple(element, element, element, element), 500);
    const answers = ask(
      driver,
      list.map((inputs) => request.p4(inputs.map(sdk.fieldToBytes))),
    );
    expect(failures(list, (inputs, n) => sdk.bigEndian(answers[n].bytes) === poseidon4(inputs))).toEqual(none);
  }, 60_000);

  // In the manner of Wycheproof: points of the curve and its twist at every edge, non-canonical spellings, secrets that clamping changes.
  test('seals to edge-case keys as libsodium does, and refuses those of low order', () => {
    const p = (1n << 255n) - 19n;
    const little = (value: bigint) => Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
    const points = [
      2n,
      3n,
      4n,
      5n,
      9n,
      16n,
      1n << 254n,
      p - 2n,
      p - 3n,
      p + 2n,
      p + 9n,
      p + 18n,
      (1n << 255n) - 1n,
      (1n << 255n) + 2n,
      (1n << 255n) + 9n,
      (1n << 256n) - 1n,
      0n,
      1n,
      p - 1n,
      p,
      p + 1n,
      (1n << 255n) + p,
    ].map(little);
    const secrets = [new Uint8Array(32), new Uint8Array(32).fill(0xff), little(7n), little((1n << 254n) + 8n), sample(bytes(32), 1)[0]];
    const pairs = points.flatMap((point) => secrets.map((secret) => ({ point, secret })));
    const plaintext = new Uint8Array(64).fill(0x5a);
    const answers = ask(
      driver,
      pairs.map(({ point, secret }) => request.boxSeal(point, secret, plaintext)),
    );
    const codes = answers.map(({ code }) => code);
    expect(
      failures(pairs, ({ point, secret }, n) => {
        if (sdk.isLowOrderKey(point)) return answers[n].code === -7;
        return answers[n].code === 0 && equal(answers[n].bytes, sdk.sealBox(plaintext, point, secret));
      }),
    ).toEqual(none);
    expect(new Set(codes)).toEqual(new Set([0, -7]));
  });

  test('signs edge-case digests with edge-case keys as the curve’s other implementation does', () => {
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const big = (value: bigint) => Uint8Array.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex'));
    const keys = [
      1n,
      2n,
      3n,
      order - 1n,
      order - 2n,
      order >> 1n,
      (order >> 1n) + 1n,
      1n << 255n,
      1n << 128n,
      1n << 64n,
      (1n << 64n) - 1n,
    ].map(big);
    const digests = [0n, 1n, order - 1n, order >> 1n, 1n << 255n].map(big);
    const pairs = keys.flatMap((secret) => digests.map((digest) => ({ secret, digest })));
    const answers = ask(
      driver,
      pairs.map(({ secret, digest }) => request.sign(digest, secret)),
    );
    expect(
      failures(
        pairs,
        ({ secret, digest }, n) => answers[n].code === 0 && equal(answers[n].bytes, sdk.keySigner(secret).sign(digest) as Uint8Array),
      ),
    ).toEqual(none);
    const bad = [0n, order, order + 1n, (1n << 256n) - 1n].map(big);
    expect(
      ask(
        driver,
        bad.flatMap((secret) => [request.sign(digests[1], secret), request.address(secret)]),
      ).map(({ code }) => code),
    ).toEqual(Array(8).fill(-13));
    const above = [order, order + 1n, (1n << 256n) - 1n].map(big);
    expect(
      failures(above, (digest, n) => {
        const [{ code, bytes: signature }] = ask(driver, [request.sign(digest, keys[n])]);
        if (/compact/.test(driver)) return equal(signature, sdk.keySigner(keys[n]).sign(digest) as Uint8Array);
        // libsecp256k1 hashes the digest into its nonce unreduced, against RFC 6979: another signature, and a good one
        return code === 0 && secp256k1.verify(signature, digest, secp256k1.getPublicKey(keys[n]), { prehash: false, lowS: true });
      }),
    ).toEqual(none);
  });

  test('refuses what is out of range with the code of the protocol', () => {
    const [i] = sample(identity, 1);
    const [s] = sample(day, 1);
    const [r] = sample(report, 1);
    const wrong = (values: object) => request.daySeal(i, { ...s, ...values }, new Uint8Array(32), new Uint8Array(32));
    const replaced = (list: number[], at: number, wh: number) => list.map((value, n) => (n === at ? wh : value));
    const requests = [
      wrong({ importStartWh: 1n << 56n }),
      wrong({ exportStartWh: 1n << 56n }),
      wrong({ importWh: replaced(s.importWh, 95, 1 << 20) }),
      wrong({ exportWh: replaced(s.exportWh, 0, 0xffff_ffff) }),
      wrong({ importStartWh: (1n << 56n) - 1n, importWh: replaced(s.importWh, 0, 1) }),
      request.reportSeal(i, { ...r, importRegisterWh: 1n << 56n }, new Uint8Array(32)),
      request.reportSeal(i, { ...r, exportRegisterWh: (1n << 64n) - 1n }, new Uint8Array(32)),
      request.reportSeal({ ...i, chainId: 'a b' }, r, new Uint8Array(32)),
      request.reportSeal({ ...i, chainId: '' }, r, new Uint8Array(32)),
    ];
    expect(ask(driver, requests).map(({ code }) => code)).toEqual(requests.map(() => -2));
  });
});
