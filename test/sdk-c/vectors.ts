/**
 * Every case of sdk/vectors as a request to the C SDK and the answer it must give. Run as a program it writes them as a C array for images
 * that have no files, as bytes for the driver, and as seeds for the fuzzer:  node test/sdk-c/vectors.ts <file.h> <file.bin> <folder>
 */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hexToBytes } from '@noble/hashes/utils.js';
import * as sdk from '../../sdk/ts/src/index.ts';
import { readVectors as read } from '../../sdk/vectors/read.ts';
import { reportOfJson, type StatementJson, statementOfJson } from '../../src/protocol/meter/json.ts';
import { Bytes, CODE, type Place, request } from './ops.ts';

export interface Case {
  file: string;
  name: string;
  request: Buffer;
  code: number;
  bytes: Buffer;
}

const placeOf = (c: { chainId: string; meter: string; keyEpoch?: number }, at: number): Place => ({
  chainId: c.chainId,
  meter: hexToBytes(c.meter),
  at,
  keyEpoch: c.keyEpoch ?? 0,
});

type Unnamed = Omit<Case, 'file'>;
const accepted = (name: string, req: Buffer, ...parts: (Uint8Array | string)[]): Unnamed => ({
  name,
  request: req,
  code: 0,
  bytes: parts.reduce<Bytes>((b, part) => b.raw(part), new Bytes()).done(),
});
const refused = (name: string, req: Buffer, code: string): Unnamed => ({ name, request: req, code: CODE[code], bytes: Buffer.alloc(0) });

const commitmentOf = (s: sdk.Statement, c: { chainId: string; meter: string }) =>
  sdk.fieldToBytes(sdk.commitDay({ ...s, gridId: sdk.gridId(c.chainId), meterTag: sdk.bigEndian(hexToBytes(c.meter)) }));

function statementDecoded(s: sdk.Statement, commitment: Uint8Array): Buffer {
  const b = new Bytes().u32(s.day).u64(s.importStartWh).u64(s.exportStartWh);
  for (const wh of [...s.importWh, ...s.exportWh]) b.u32(wh);
  return b.raw(s.blinding).u16(s.flags).raw(commitment).done();
}

function encodings(): Unnamed[] {
  const { reports, statements } = read('encodings');
  return [
    ...reports.flatMap((c, i) => {
      const p = placeOf(c, c.report.slot);
      return [
        accepted(`report ${i}`, request.report(p, reportOfJson(c.report)), c.plaintext),
        accepted(`report ${i} decoded`, request.reportDecode(p, hexToBytes(c.plaintext)), hexToBytes(c.plaintext).subarray(38)),
      ];
    }),
    ...statements.flatMap((c, i) => {
      const [p, s] = [placeOf(c, c.statement.day), statementOfJson(c.statement)];
      const commitment = commitmentOf(s, c);
      return [
        accepted(`statement ${i}`, request.statement(p, s), c.plaintext, commitment),
        accepted(`statement ${i} decoded`, request.statementDecode(p, hexToBytes(c.plaintext)), statementDecoded(s, commitment)),
      ];
    }),
  ];
}

function contexts(): Unnamed[] {
  return read('contexts').cases.map((c, i) => {
    const header = new Bytes().u8(1).u8(c.kind).u32(c.keyEpoch).raw(c.context).done();
    return accepted(`context ${i}`, request.header(c.kind, placeOf(c, c.at)), header);
  });
}

function hedges(): Unnamed[] {
  return read('hedge').cases.map((c, i) =>
    accepted(`hedge ${i}`, request.hedge(c.label, hexToBytes(c.secret), hexToBytes(c.random), hexToBytes(c.plaintext)), c.hedge),
  );
}

function commitments(): Unnamed[] {
  return read('commitments').cases.map((c, i) => {
    const s = statementOfJson(c.statement);
    const plaintext = sdk.encodeStatement(s, { chainId: c.chainId, meter: hexToBytes(c.meter), keyEpoch: 0 });
    return accepted(`commitment ${i}`, request.statement(placeOf(c, s.day), s), plaintext, c.commitment);
  });
}

function sealed(): Unnamed[] {
  const { nodeSecret, nodeKey, cases } = read('sealed');
  return cases.flatMap((c, i) => [
    accepted(`box ${i}`, request.boxSeal(hexToBytes(nodeKey), hexToBytes(c.ephemeralSecret), hexToBytes(c.plaintext)), c.sealed),
    accepted(`box ${i}, ephemeral key`, request.boxKey(hexToBytes(c.ephemeralSecret)), c.ephemeralKey),
    accepted(`box ${i} opened`, request.open(hexToBytes(nodeSecret), hexToBytes(c.sealed)), c.plaintext),
  ]);
}

function transactions(): Unnamed[] {
  return read('transactions').cases.flatMap((c, i) => {
    const messages = c.messages.map(({ typeUrl, value }) => {
      if (typeUrl === sdk.REPORT_TYPE_URL) {
        const m = sdk.MsgReport.decode(hexToBytes(value));
        return { at: m.slot, keyEpoch: m.keyEpoch, sealed: m.sealed };
      }
      const m = sdk.MsgCloseDay.decode(hexToBytes(value));
      return { at: m.day, keyEpoch: m.keyEpoch, sealed: m.sealed, commitment: m.commitment };
    });
    const tx = {
      key: hexToBytes(c.secretKey),
      chainId: c.chainId,
      accountNumber: BigInt(c.accountNumber),
      sequence: BigInt(c.sequence),
      timeoutHeight: BigInt(c.timeoutHeight),
      memo: c.memo,
      messages,
    };
    return [
      accepted(`transaction ${i}`, request.tx(tx), c.tx, c.hash.toLowerCase()),
      accepted(`transaction ${i}, account`, request.address(tx.key), c.publicKey, Buffer.from(c.address)),
    ];
  });
}

function refusals(): Unnamed[] {
  const { plaintexts, boxes, nodeKeys } = read('refusals');
  return [
    ...plaintexts.map((c) =>
      refused(
        c.name,
        (c.kind === 'report' ? request.reportDecode : request.statementDecode)(placeOf(c, c.at), hexToBytes(c.plaintext)),
        c.code,
      ),
    ),
    ...boxes.map((c) => refused(c.name, request.open(hexToBytes(c.nodeSecret), hexToBytes(c.sealed)), c.code)),
    ...nodeKeys.flatMap((key) => [
      refused(`node key ${key}`, request.nodeKey(hexToBytes(key)), 'low-order'),
      refused(`sealing to ${key}`, request.boxSeal(hexToBytes(key), new Uint8Array(32).fill(7), new Uint8Array(64)), 'low-order'),
    ]),
  ];
}

/** Each twice: the next slot by recording it, and every slot by resuming, which must be as strict. */
const registers = (): Unnamed[] =>
  read('registers').cases.flatMap((c) =>
    [false, true].map((alwaysResume) =>
      accepted(
        `${c.name}${alwaysResume ? ', always resuming' : ''}`,
        request.journal(c, alwaysResume),
        Uint8Array.from(c.readings, ({ answer }) => (answer === 'ok' ? 0 : CODE[answer] & 0xff)),
      ),
    ),
  );

/** The real day of thirteen households of the independent implementation, and its hashes. */
function protocolV1(): Unnamed[] {
  const v = read('protocol-v1');
  const field = (text: string) => sdk.fieldToBytes(BigInt(text));
  const members = v.members.map((m) => {
    const s: sdk.Statement = {
      day: v.day,
      importStartWh: BigInt(m.importStart),
      exportStartWh: BigInt(m.exportStart),
      importWh: m.importWh,
      exportWh: m.exportWh,
      blinding: hexToBytes(m.blinding),
      flags: 0,
    };
    const p = { chainId: v.chainId, meter: hexToBytes(m.address), at: v.day, keyEpoch: v.keyEpoch };
    return accepted(`day of ${m.member}`, request.statement(p, s), sdk.encodeStatement(s, p), field(m.C));
  });
  return [...v.p4.map((c, i) => accepted(`P4 ${i}`, request.p4(c.inputs.map(field)), field(c.out))), ...members];
}

const operator = (): Unnamed[] =>
  read('operator').cases.map((c) => (c.code === 'ok' ? accepted(c.name, request.trust(c)) : refused(c.name, request.trust(c), c.code)));

/** All cases, file by file. */
export function cases(): Case[] {
  const files: Record<string, Unnamed[]> = {
    encodings: encodings(),
    contexts: contexts(),
    hedge: hedges(),
    commitments: commitments(),
    sealed: sealed(),
    transactions: transactions(),
    refusals: refusals(),
    registers: registers(),
    operator: operator(),
    'protocol-v1': protocolV1(),
  };
  return [
    ...Object.entries(files).flatMap(([file, list]) => list.map((c) => ({ file, ...c }))),
    { file: 'self-test', ...accepted('self-test', request.selfTest()) },
  ];
}

/** u16 request length, request, u16 answer length, answer … */
const stream = (list: readonly Case[]): Buffer =>
  list
    .reduce(
      (b, c) =>
        b.list(c.request).list(
          new Bytes()
            .u8(c.code & 0xff)
            .raw(c.bytes)
            .done(),
        ),
      new Bytes(),
    )
    .done();

function cArray(list: readonly Case[]): string {
  const bytes = stream(list);
  const lines = Array.from({ length: Math.ceil(bytes.length / 64) }, (_, i) => bytes.subarray(64 * i, 64 * i + 64).join(','));
  const head = `/* made by test/sdk-c/vectors.ts from sdk/vectors */\n#define VECTOR_COUNT ${list.length}u\n`;
  return `${head}static const unsigned char VECTORS[] = {\n${lines.join(',\n')}};\n`;
}

/**
 * Inputs for the fuzzer (sdk/c/test/fuzz.c): a byte that says what, then plaintexts, boxes and days of the vectors; with and without a
 * mended header.
 */
function seeds(): Buffer[] {
  const { reports, statements } = read('encodings');
  const { cases: boxes } = read('sealed');
  const builder = (s: StatementJson) =>
    s.importWh
      .reduce(
        (b, wh, i) => b.u32(wh).u32(s.exportWh[i]),
        new Bytes().u8(3).u32(s.day).u64(BigInt(s.importStartWh)).u64(BigInt(s.exportStartWh)),
      )
      .done();
  const mended = (kind: number, hex: string) => [kind, kind | 0x80].map((first) => new Bytes().u8(first).raw(hex).done());
  return [
    ...reports.flatMap((c) => mended(0, c.plaintext)),
    ...statements.flatMap((c) => mended(1, c.plaintext)),
    ...read('refusals').plaintexts.flatMap((c) => mended(c.kind === 'report' ? 0 : 1, c.plaintext)),
    ...boxes.map((c) => new Bytes().u8(2).raw(c.sealed).done()),
    ...boxes.map((c) => new Bytes().u8(0x82).u8(255).u8(0).raw(c.plaintext).done()),
    ...statements.slice(0, 4).map((c) => builder(c.statement)),
  ];
}

if (import.meta.main) {
  const [header, binary, folder] = process.argv.slice(2);
  const list = cases();
  writeFileSync(header, cArray(list));
  writeFileSync(binary, stream(list));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [i, seed] of seeds().entries()) writeFileSync(join(folder, `seed-${i}`), seed);
}
