/** Every case of every vector file, checked by the SDK and, where there is one, by code that shares nothing with it. */

import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Secp256k1, Secp256k1Signature } from '@cosmjs/crypto';
import { DirectSecp256k1Wallet, encodePubkey, makeAuthInfoBytes, makeSignDoc, Registry } from '@cosmjs/proto-signing';
import { TxBody, TxRaw } from 'cosmjs-types/cosmos/tx/v1beta1/tx';
import sodium from 'libsodium-wrappers';
import { describe, expect, test } from 'vitest';
import { reportOfJson, statementOfJson } from '../../../src/protocol/meter/json.ts';
import { vectors } from '../../vectors/generate.ts';
import { readVectors as read } from '../../vectors/read.ts';
import * as sdk from '../src/index.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex');
const sha256 = (...parts: (string | Uint8Array)[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const u32 = (value: number): Buffer => {
  const b = Buffer.alloc(4);
  b.writeUInt32LE(value);
  return b;
};

const originOf = ({ chainId, meter, keyEpoch }: { chainId: string; meter: string; keyEpoch: number }) => ({
  chainId,
  meter: bytes(meter),
  keyEpoch,
});

describe('the vectors', () => {
  test('are what the generator writes', async () => {
    for (const [name, content] of Object.entries(await vectors()))
      expect(readFileSync(new URL(`../../vectors/${name}`, import.meta.url), 'utf8') === content, name).toBe(true);
  });

  test('hold cases in every list', () => {
    const counts = (['encodings', 'contexts', 'hedge', 'commitments', 'sealed', 'transactions', 'refusals'] as const).flatMap((name) =>
      Object.values(read(name))
        .filter(Array.isArray)
        .map((list) => list.length),
    );
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(3);
    expect(counts).toHaveLength(10);
  });
});

describe('encodings', () => {
  test('of reports: 64 bytes, both ways', () => {
    for (const { report, plaintext, ...rest } of read('encodings').reports) {
      const origin = originOf(rest);
      expect(hex(sdk.encodeReport(reportOfJson(report), origin))).toBe(plaintext);
      expect(plaintext).toHaveLength(128);
      expect(sdk.decodeReport(bytes(plaintext), { ...origin, at: report.slot })).toEqual(reportOfJson(report));
    }
  });

  test('of statements: 667 bytes, both ways', () => {
    for (const { statement, plaintext, ...rest } of read('encodings').statements) {
      const origin = originOf(rest);
      expect(hex(sdk.encodeStatement(statementOfJson(statement), origin))).toBe(plaintext);
      expect(plaintext).toHaveLength(1334);
      expect(sdk.decodeStatement(bytes(plaintext), { ...origin, at: statement.day })).toEqual(statementOfJson(statement));
    }
  });

  test('have the layout of protocol §3, read byte by byte', () => {
    const { report, plaintext, keyEpoch } = read('encodings').reports[3];
    const b = Buffer.from(plaintext, 'hex');
    expect([
      b[0],
      b[1],
      b.readUInt32LE(2),
      b.readUInt32LE(38),
      b.readBigUInt64LE(42),
      b.readBigUInt64LE(50),
      b.readInt32LE(58),
      b.readUInt16LE(62),
    ]).toEqual([
      1,
      1,
      keyEpoch,
      report.slot,
      BigInt(report.importRegisterWh),
      BigInt(report.exportRegisterWh),
      report.powerW,
      report.flags,
    ]);
    const day = read('encodings').statements[3];
    const s = Buffer.from(day.plaintext, 'hex');
    const u24 = (at: number) => Array.from({ length: 96 }, (_, i) => s.readUIntLE(at + 3 * i, 3));
    expect([
      s[0],
      s[1],
      s.readUInt32LE(38),
      s.readBigUInt64LE(42),
      s.readBigUInt64LE(50),
      u24(58),
      u24(346),
      s.toString('hex', 634, 665),
      s.readUInt16LE(665),
    ]).toEqual([
      1,
      2,
      day.statement.day,
      BigInt(day.statement.importStartWh),
      BigInt(day.statement.exportStartWh),
      day.statement.importWh,
      day.statement.exportWh,
      day.statement.blinding,
      day.statement.flags,
    ]);
  });
});

describe('contexts', () => {
  test('are the hash of protocol §3, by node:crypto too', () => {
    for (const { kind, chainId, meter, at, keyEpoch, context } of read('contexts').cases) {
      expect(hex(sdk.sealContext(kind, { chainId, meter: bytes(meter), at, keyEpoch }))).toBe(context);
      expect(
        sha256('electra/seal/v1', Uint8Array.of(kind), chainId, Uint8Array.of(0), bytes(meter), u32(at), u32(keyEpoch)).toString('hex'),
      ).toBe(context);
    }
  });
});

describe('hedged randomness', () => {
  test('is the HMAC of protocol §3, by node:crypto too', () => {
    for (const { label, secret, random, plaintext, hedge } of read('hedge').cases) {
      expect(hex(sdk.hedge({ label, secret: bytes(secret), random: bytes(random), plaintext: bytes(plaintext) }))).toBe(hedge);
      const body = Buffer.from(bytes(plaintext).subarray(38));
      if (body.length === 629) body.fill(0, 629 - 33, 629 - 2);
      const key = sha256('electra/hedge/v1', bytes(secret));
      expect(
        createHmac('sha256', key)
          .update(label)
          .update(bytes(plaintext).subarray(6, 38))
          .update(sha256(body))
          .update(bytes(random))
          .digest('hex'),
      ).toBe(hedge);
    }
  });

  test('does not depend on the blinding that it draws, but on everything else', () => {
    const { cases } = read('hedge');
    const distinct = new Set(cases.map((c) => c.hedge));
    expect(distinct.size).toBe((cases.length * 2) / 3); // of three plaintexts two differ in the blinding alone
  });
});

describe('commitments', () => {
  test('follow protocol §4', () => {
    for (const c of read('commitments').cases) {
      const statement = statementOfJson(c.statement);
      const [gridId, meterTag] = [sdk.gridId(c.chainId), sdk.bigEndian(bytes(c.meter))];
      expect(
        [
          gridId,
          meterTag,
          sdk.meterDay(gridId, meterTag, statement.day),
          sdk.packRegisters(statement.importStartWh, statement.exportStartWh),
          sdk.readingsRoot(statement.importWh, statement.exportWh),
        ].map(String),
      ).toEqual([c.gridId, c.meterTag, c.meterDay, c.registers, c.root]);
      expect(hex(sdk.fieldToBytes(sdk.commitDay({ ...statement, gridId, meterTag })))).toBe(c.commitment);
    }
  });

  test('and contexts agree with the independent implementation for a real day of thirteen households', () => {
    const known = read('protocol-v1');
    expect(known.members).toHaveLength(13);
    const grid = sdk.gridId(known.chainId);
    expect(String(grid)).toBe(known.gridId);
    for (const m of known.members) {
      const meter = bytes(m.address);
      const day = {
        importWh: m.importWh,
        exportWh: m.exportWh,
        importStartWh: BigInt(m.importStart),
        exportStartWh: BigInt(m.exportStart),
        blinding: bytes(m.blinding),
      };
      expect(String(sdk.commitDay({ ...day, gridId: grid, meterTag: sdk.bigEndian(meter), day: known.day }))).toBe(m.C);
      const origin = { chainId: known.chainId, meter, keyEpoch: known.keyEpoch };
      expect(hex(sdk.sealContext(sdk.KIND_STATEMENT, { ...origin, at: known.day }))).toBe(m.statementContext);
      expect(hex(sdk.sealContext(sdk.KIND_REPORT, { ...origin, at: known.day * 96 + 95 }))).toBe(m.reportContext);
    }
  });
});

describe('sealed boxes', () => {
  test('come out the same for the same ephemeral secret, and open by libsodium itself', () => {
    const { nodeSecret, nodeKey, cases } = read('sealed');
    for (const { plaintext, ephemeralSecret, ephemeralKey, sealed } of cases) {
      expect(hex(sdk.sealBox(bytes(plaintext), bytes(nodeKey), bytes(ephemeralSecret)))).toBe(sealed);
      expect(hex(sodium.crypto_box_seal_open(bytes(sealed), bytes(nodeKey), bytes(nodeSecret)))).toBe(plaintext);
      expect(hex(sdk.openBox(bytes(sealed), bytes(nodeKey), bytes(nodeSecret)))).toBe(plaintext);
      expect(hex(sdk.openBoxAsSender(bytes(sealed), bytes(nodeKey), bytes(ephemeralSecret)))).toBe(plaintext);
      expect(sealed.slice(0, 64)).toBe(ephemeralKey);
      expect(sealed.length).toBe(plaintext.length + 96);
    }
  });
});

describe('transactions', () => {
  const { cases } = read('transactions');

  test('come out the same, and carry a signature that verifies and has a low s', async () => {
    for (const c of cases) {
      const signer = sdk.keySigner(bytes(c.secretKey));
      expect([hex(signer.publicKey), signer.address]).toEqual([c.publicKey, c.address]);
      const messages = c.messages.map(({ typeUrl, value }) => ({ typeUrl, value: bytes(value) }));
      const tx = await sdk.signTx(
        { ...c, messages, accountNumber: BigInt(c.accountNumber), sequence: BigInt(c.sequence), timeoutHeight: BigInt(c.timeoutHeight) },
        signer,
      );
      expect([hex(tx.bytes), tx.hash]).toEqual([c.tx, c.hash]);
      const raw = TxRaw.decode(bytes(c.tx));
      const digest = sha256(sdk.signBytes(raw.bodyBytes, raw.authInfoBytes, c.chainId, BigInt(c.accountNumber)));
      expect(Secp256k1.verifySignature(Secp256k1Signature.fromFixedLength(raw.signatures[0]), digest, signer.publicKey)).toBe(true);
      expect(BigInt(`0x${hex(raw.signatures[0].subarray(32))}`)).toBeLessThanOrEqual(
        0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n,
      );
    }
  });

  test('are those of cosmjs', async () => {
    const registry = new Registry([...sdk.meterTypes]);
    for (const c of cases) {
      const wallet = await DirectSecp256k1Wallet.fromKey(bytes(c.secretKey), 'electra');
      const messages = c.messages.map(({ typeUrl, value }) => ({
        typeUrl,
        value: registry.decode({ typeUrl, value: bytes(value) }),
      }));
      const body = registry.encodeTxBody({ messages, memo: c.memo, timeoutHeight: BigInt(c.timeoutHeight) });
      expect(TxBody.decode(body).messages).toHaveLength(messages.length);
      const pubkey = encodePubkey({ type: 'tendermint/PubKeySecp256k1', value: Buffer.from(c.publicKey, 'hex').toString('base64') });
      const doc = makeSignDoc(
        body,
        makeAuthInfoBytes([{ pubkey, sequence: BigInt(c.sequence) }], [], Number(c.gasLimit), undefined, undefined),
        c.chainId,
        Number(c.accountNumber),
      );
      const { signature } = await wallet.signDirect(c.address, doc);
      const tx = TxRaw.encode({
        bodyBytes: doc.bodyBytes,
        authInfoBytes: doc.authInfoBytes,
        signatures: [Buffer.from(signature.signature, 'base64')],
      }).finish();
      expect(hex(tx)).toBe(c.tx);
    }
  });
});

describe('refusals', () => {
  const refusals = read('refusals');
  const refusalOf = (work: () => unknown) => {
    try {
      work();
    } catch (error) {
      if (error instanceof sdk.ProtocolError) return { code: error.code, field: error.field };
      throw error;
    }
    return 'accepted';
  };

  for (const { name, kind, plaintext, code, field, ...carrier } of refusals.plaintexts) {
    test(`${name}: ${code}`, () => {
      const decode = kind === 'report' ? sdk.decodeReport : sdk.decodeStatement;
      expect(refusalOf(() => decode(bytes(plaintext), { ...carrier, meter: bytes(carrier.meter) }))).toEqual({ code, field });
    });
  }

  test('of boxes: size, low-order ephemeral keys in every spelling, wrong keys, flipped bits', () => {
    for (const { name, nodeSecret, nodeKey, sealed, code, field } of refusals.boxes) {
      expect(
        refusalOf(() => sdk.openBox(bytes(sealed), bytes(nodeKey), bytes(nodeSecret))),
        name,
      ).toEqual({ code, field });
    }
  });

  test('of node keys of low order', () => {
    for (const key of refusals.nodeKeys) {
      expect(sdk.isLowOrderKey(bytes(key))).toBe(true);
      expect(refusalOf(() => sdk.sealBox(new Uint8Array(64), bytes(key), new Uint8Array(32).fill(9)))).toEqual({
        code: 'low-order',
        field: 'nodeKey',
      });
      expect(refusalOf(() => sdk.openBoxAsSender(new Uint8Array(112), bytes(key), new Uint8Array(32).fill(9)))).toEqual({
        code: 'low-order',
        field: 'nodeKey',
      });
    }
    expect(sdk.isLowOrderKey(bytes(read('sealed').nodeKey))).toBe(false);
  });
});
