import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Untyped } from '../../../test/kit/untyped.ts';
import {
  accountBytes,
  accountText,
  boxPublicKey,
  decodeReport,
  decodeStatement,
  drawBlinding,
  encodeReport,
  encodeStatement,
  keySigner,
  openBox,
  ProtocolError,
  type Report,
  SEALED_REPORT_BYTES,
  SEALED_STATEMENT_BYTES,
  type Statement,
  sealBox,
} from '../src/index.ts';

const u = (bits: number) => fc.integer({ min: 0, max: 2 ** bits - 1 });
const register = fc.bigInt({ min: 0n, max: (1n << 56n) - 1n });
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const series = fc.array(u(20), { minLength: 96, maxLength: 96 });
const origin = fc.record({ chainId: fc.stringMatching(/^[a-z]{1,12}-[0-9a-f]{8}$/), meter: bytes(20), keyEpoch: u(32) });
const report: fc.Arbitrary<Report> = fc.record({
  slot: u(32),
  importRegisterWh: register,
  exportRegisterWh: register,
  powerW: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  flags: u(16),
});
const startRegister = fc.bigInt({ min: 0n, max: (1n << 56n) - 1n - 96n * 0xfffffn });
const statement: fc.Arbitrary<Statement> = fc.record({
  day: u(32),
  importStartWh: startRegister,
  exportStartWh: startRegister,
  importWh: series,
  exportWh: series,
  blinding: bytes(31),
  flags: u(16),
});

/** Decoding either gives the one value that encodes to these bytes, or a refusal with a code; never another error. */
function decodesStrictly(decode: () => unknown, encodeAgain: (value: Untyped) => Uint8Array, plaintext: Uint8Array): boolean {
  let value: unknown;
  try {
    value = decode();
  } catch (error) {
    return error instanceof ProtocolError && error.code !== '';
  }
  return Buffer.from(encodeAgain(value)).equals(Buffer.from(plaintext));
}

describe('codecs', () => {
  test('give back every report and statement', () => {
    fc.assert(
      fc.property(origin, report, (o, r) => {
        expect(decodeReport(encodeReport(r, o), { ...o, at: r.slot })).toEqual(r);
      }),
    );
    fc.assert(
      fc.property(origin, statement, (o, s) => {
        expect(decodeStatement(encodeStatement(s, o), { ...o, at: s.day })).toEqual(s);
      }),
      { numRuns: 50 },
    );
  });

  test('have one encoding per value: whatever decodes, encodes to the same bytes; whatever does not, is refused with a code', () => {
    fc.assert(
      fc.property(origin, report, fc.nat(63), u(8), (o, r, at, value) => {
        const plaintext = encodeReport(r, o);
        plaintext[at] = value;
        return decodesStrictly(
          () => decodeReport(plaintext, { ...o, at: r.slot }),
          (v) => encodeReport(v, o),
          plaintext,
        );
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(origin, statement, fc.nat(666), u(8), (o, s, at, value) => {
        const plaintext = encodeStatement(s, o);
        plaintext[at] = value;
        return decodesStrictly(
          () => decodeStatement(plaintext, { ...o, at: s.day }),
          (v) => encodeStatement(v, o),
          plaintext,
        );
      }),
      { numRuns: 200 },
    );
  });

  test('refuse any bytes of any size that are not theirs', () => {
    fc.assert(
      fc.property(origin, u(32), fc.uint8Array({ maxLength: 700 }), (o, at, garbage) => {
        expect(() => decodeReport(garbage, { ...o, at })).toThrow(ProtocolError);
        expect(() => decodeStatement(garbage, { ...o, at })).toThrow(ProtocolError);
      }),
    );
  });

  test('encode nothing that they would not decode', () => {
    const o = { chainId: 'electra-x-00000000', meter: new Uint8Array(20), keyEpoch: 1 };
    const good: Statement = {
      day: 1,
      importStartWh: 0n,
      exportStartWh: 0n,
      importWh: Array(96).fill(0),
      exportWh: Array(96).fill(0),
      blinding: new Uint8Array(31),
      flags: 0,
    };
    const broken: [Partial<Statement>, string][] = [
      [{ day: -1 }, 'day'],
      [{ day: 2 ** 32 }, 'day'],
      [{ day: 0.5 }, 'day'],
      [{ importStartWh: -1n }, 'importStartWh'],
      [{ exportStartWh: 1n << 56n }, 'exportStartWh'],
      [{ importWh: Array(95).fill(0) }, 'importWh'],
      [{ exportWh: [...Array(95).fill(0), 2 ** 20] }, 'exportWh[95]'],
      [{ importWh: [NaN, ...Array(95).fill(0)] }, 'importWh[0]'],
      [{ blinding: new Uint8Array(32) }, 'blinding'],
      [{ flags: 65536 }, 'flags'],
      [{ importStartWh: 0 as unknown as bigint }, 'importStartWh'],
      [{ importStartWh: (1n << 56n) - 1n, importWh: [1, ...Array(95).fill(0)] }, 'importWh, closing register'],
    ];
    expect(encodeStatement(good, o)).toHaveLength(667);
    for (const [change, field] of broken)
      expect(() => encodeStatement({ ...good, ...change }, o), field).toThrow(expect.objectContaining({ field }));
    for (const chainId of ['', 'a\0b', 'ümlaut', 'x'.repeat(51)])
      expect(() => encodeStatement(good, { ...o, chainId }), chainId).toThrow(expect.objectContaining({ field: 'chainId' }));
    for (const meter of ['', 'cosmos1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqnrql8a', new Uint8Array(19)])
      expect(() => encodeStatement(good, { ...o, meter })).toThrow(expect.objectContaining({ field: 'meter' }));
  });
});

describe('sealing', () => {
  test('gives back every plaintext to the node and to nobody else', () => {
    fc.assert(
      fc.property(bytes(32), bytes(32), bytes(32), origin, report, (nodeSecret, otherSecret, ephemeral, o, r) => {
        const nodeKey = boxPublicKey(nodeSecret);
        const plaintext = encodeReport(r, o);
        const sealed = sealBox(plaintext, nodeKey, ephemeral);
        expect(sealed).toHaveLength(SEALED_REPORT_BYTES);
        expect(Buffer.from(openBox(sealed, nodeKey, nodeSecret))).toEqual(Buffer.from(plaintext));
        fc.pre(Buffer.compare(nodeSecret, otherSecret) !== 0);
        expect(() => openBox(sealed, boxPublicKey(otherSecret), otherSecret)).toThrow(expect.objectContaining({ code: 'not-decryptable' }));
      }),
      { numRuns: 50 },
    );
  });

  test('refuses a box with any bit changed, the top bit of its key included, which X25519 ignores', () => {
    const nodeSecret = new Uint8Array(32).fill(7);
    const nodeKey = boxPublicKey(nodeSecret);
    fc.assert(
      fc.property(
        statement,
        origin,
        bytes(32),
        fc.oneof(fc.constant(255), fc.nat(SEALED_STATEMENT_BYTES * 8 - 1)),
        (s, o, ephemeral, bit) => {
          const sealed = sealBox(encodeStatement(s, o), nodeKey, ephemeral);
          expect(sealed).toHaveLength(SEALED_STATEMENT_BYTES);
          sealed[bit >> 3] ^= 1 << (bit & 7);
          expect(() => openBox(sealed, nodeKey, nodeSecret)).toThrow(ProtocolError);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('hedged blindings', () => {
  const secret = new Uint8Array(32).fill(1);
  const o = { chainId: 'electra-x-00000000', meter: new Uint8Array(20), keyEpoch: 0 };
  const stuck = new Uint8Array(32); // a random generator that has failed

  test('differ between days and contents even under a stuck generator, and between secrets', () => {
    fc.assert(
      fc.property(statement, statement, bytes(32), (a, b, otherSecret) => {
        const draw = (s: Statement, key = secret) =>
          Buffer.from(drawBlinding({ secret: key, plaintext: encodeStatement(s, o), random: stuck })).toString('hex');
        const sameBody = (x: Statement) => JSON.stringify({ ...x, blinding: '' }, (_, v) => (typeof v === 'bigint' ? String(v) : v));
        expect(draw(a) === draw(b)).toBe(sameBody(a) === sameBody(b));
        expect(draw(a, otherSecret) === draw(a)).toBe(Buffer.from(otherSecret).equals(Buffer.from(secret)));
      }),
      { numRuns: 40 },
    );
  });
});

describe('accounts', () => {
  test('are written in one way', () => {
    fc.assert(
      fc.property(bytes(20), (raw) => {
        const text = accountText(raw);
        expect(Buffer.from(accountBytes(text))).toEqual(Buffer.from(raw));
        expect(() => accountBytes(text.toUpperCase())).toThrow(ProtocolError);
        expect(() => accountBytes(`${text.slice(0, -1)}${text.endsWith('q') ? 'p' : 'q'}`)).toThrow(ProtocolError);
      }),
    );
  });

  test('need a secret key that is one', () => {
    expect(keySigner(new Uint8Array(32).fill(1)).address).toMatch(/^electra1/);
    for (const bad of [new Uint8Array(32), new Uint8Array(31).fill(1), new Uint8Array(32).fill(255)])
      expect(() => keySigner(bad)).toThrow(expect.objectContaining({ field: 'secretKey' }));
  });
});
