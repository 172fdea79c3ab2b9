/**
 * Requests to the C SDK's test driver and its answers: the counterpart of sdk/c/test/ops.c, which says what each holds. Integers are
 * little-endian; strings have a u16 length before them. The driver answers a whole file of requests at once.
 */
import { spawnSync } from 'node:child_process';
import { hexToBytes } from '@noble/hashes/utils.js';
import type { Report, Statement } from '../../sdk/ts/src/index.ts';
import type { OperatorCase } from '../../sdk/vectors/operator.ts';
import type { RegisterCase } from '../../sdk/vectors/registers.ts';

export const OP = {
  header: 1,
  report: 2,
  statement: 3,
  hedge: 4,
  boxSeal: 5,
  open: 6,
  boxKey: 7,
  reportDecode: 8,
  statementDecode: 9,
  tx: 10,
  address: 11,
  p4: 12,
  reportSeal: 13,
  daySeal: 14,
  nodeKey: 15,
  sign: 16,
  selfTest: 17,
  builder: 18,
  journal: 19,
  trust: 20,
} as const;

/** The C error of each refusal of the protocol. */
export const CODE: Readonly<Record<string, number>> = {
  'wrong-size': -1,
  'out-of-range': -2,
  'wrong-version': -3,
  'wrong-kind': -4,
  'wrong-epoch': -5,
  'wrong-context': -6,
  'low-order': -7,
  'not-decryptable': -8,
  'already-reported': -16,
  'register-fell': -18,
  skipped: -17,
  signature: -20,
};

export interface Place {
  chainId: string;
  meter: Uint8Array;
  at: number;
  keyEpoch: number;
}
export interface Identity {
  chainId: string;
  key: Uint8Array;
  keyEpoch: number;
  nodeKey: Uint8Array;
}
export type StatementValues = Omit<Statement, 'blinding' | 'flags'>;

/** Concatenates numbers (a bigint is a u64) and bytes into a request. */
export class Bytes {
  readonly #parts: Buffer[] = [];
  u8(value: number): this {
    this.#parts.push(Buffer.from([value]));
    return this;
  }
  u16(value: number): this {
    const b = Buffer.alloc(2);
    b.writeUInt16LE(value);
    this.#parts.push(b);
    return this;
  }
  u32(value: number): this {
    const b = Buffer.alloc(4);
    b.writeUInt32LE(value);
    this.#parts.push(b);
    return this;
  }
  i32(value: number): this {
    const b = Buffer.alloc(4);
    b.writeInt32LE(value);
    this.#parts.push(b);
    return this;
  }
  u64(value: bigint): this {
    const b = Buffer.alloc(8);
    b.writeBigUInt64LE(value);
    this.#parts.push(b);
    return this;
  }
  raw(value: Uint8Array | string): this {
    this.#parts.push(Buffer.from(typeof value === 'string' ? hexToBytes(value) : value));
    return this;
  }
  list(value: Uint8Array): this {
    return this.u16(value.length).raw(value);
  }
  text(value: string): this {
    return this.list(Buffer.from(value, 'latin1'));
  }
  done(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

const place = (b: Bytes, { chainId, meter, at, keyEpoch }: Place) => b.text(chainId).raw(meter).u32(at).u32(keyEpoch);
const identity = (b: Bytes, { chainId, key, keyEpoch, nodeKey }: Identity) => b.text(chainId).raw(key).u32(keyEpoch).raw(nodeKey);
const reportValues = (b: Bytes, r: Report) => b.u32(r.slot).u64(r.importRegisterWh).u64(r.exportRegisterWh).i32(r.powerW).u16(r.flags);

function dayValues(b: Bytes, s: StatementValues): Bytes {
  b.u32(s.day).u64(s.importStartWh).u64(s.exportStartWh);
  for (const wh of [...s.importWh, ...s.exportWh]) b.u32(wh);
  return b;
}

const op = (code: number): Bytes => new Bytes().u8(code);

export const request = {
  header: (kind: number, p: Place) => place(op(OP.header).u8(kind), p).done(),
  report: (p: Place, r: Report) => reportValues(place(op(OP.report), p), r).done(),
  statement: (p: Place, s: Statement) =>
    dayValues(place(op(OP.statement), p), s)
      .raw(s.blinding)
      .u16(s.flags)
      .done(),
  hedge: (label: string, secret: Uint8Array, random: Uint8Array, plaintext: Uint8Array) =>
    op(OP.hedge)
      .u8(label === 'blinding' ? 0 : 1)
      .raw(secret)
      .raw(random)
      .list(plaintext)
      .done(),
  boxSeal: (nodeKey: Uint8Array, ephemeralSecret: Uint8Array, plaintext: Uint8Array) =>
    op(OP.boxSeal).raw(nodeKey).raw(ephemeralSecret).list(plaintext).done(),
  open: (secret: Uint8Array, sealed: Uint8Array) => op(OP.open).raw(secret).list(sealed).done(),
  boxKey: (secret: Uint8Array) => op(OP.boxKey).raw(secret).done(),
  reportDecode: (p: Place, plaintext: Uint8Array) => place(op(OP.reportDecode), p).list(plaintext).done(),
  statementDecode: (p: Place, plaintext: Uint8Array) => place(op(OP.statementDecode), p).list(plaintext).done(),
  address: (key: Uint8Array) => op(OP.address).raw(key).done(),
  p4: (inputs: readonly Uint8Array[]) => inputs.reduce((b, input) => b.raw(input), op(OP.p4)).done(),
  reportSeal: (i: Identity, r: Report, random: Uint8Array) =>
    reportValues(identity(op(OP.reportSeal), i), r)
      .raw(random)
      .done(),
  daySeal: (i: Identity, s: StatementValues & { flags: number }, random1: Uint8Array, random2: Uint8Array) =>
    dayValues(identity(op(OP.daySeal), i), s)
      .u16(s.flags)
      .raw(random1)
      .raw(random2)
      .done(),
  nodeKey: (key: Uint8Array) => op(OP.nodeKey).raw(key).done(),
  trust: ({ chainId, operator, genesisHash, rotations, keys }: OperatorCase): Buffer => {
    const b = op(OP.trust).text(chainId).raw(operator).raw(genesisHash).u8(rotations.length);
    for (const { n, address, signature } of rotations) b.u32(n).raw(address).raw(signature);
    for (const { epoch, key, signature } of keys) b.u32(epoch).raw(key).raw(signature);
    return b.done();
  },
  sign: (digest: Uint8Array, key: Uint8Array) => op(OP.sign).raw(digest).raw(key).done(),
  journal: (c: RegisterCase, alwaysResume: boolean) =>
    c.readings
      .reduce(
        (b, r) => b.u32(r.slot).u64(BigInt(r.importRegisterWh)).u64(BigInt(r.exportRegisterWh)),
        op(OP.journal)
          .u8(alwaysResume ? 1 : 0)
          .u32(c.maxWhPerSlot)
          .u32(c.day)
          .u64(BigInt(c.importStartWh))
          .u64(BigInt(c.exportStartWh)),
      )
      .done(),
  selfTest: () => op(OP.selfTest).done(),
  tx: (t: TxRequest) => {
    const b = op(OP.tx)
      .raw(t.key)
      .text(t.chainId)
      .u64(t.accountNumber)
      .u64(t.sequence)
      .u64(t.timeoutHeight)
      .text(t.memo)
      .u16(t.room ?? 3500)
      .u8(t.messages.length);
    for (const m of t.messages) {
      b.u8(m.commitment ? 2 : 1)
        .u32(m.at)
        .u32(m.keyEpoch);
      if (m.commitment) b.raw(m.commitment);
      b.list(m.sealed);
    }
    return b.done();
  },
};

export interface TxRequest {
  key: Uint8Array;
  chainId: string;
  accountNumber: bigint;
  sequence: bigint;
  timeoutHeight: bigint;
  memo: string;
  /** Size of the caller's buffer. */
  room?: number;
  messages: { at: number; keyEpoch: number; commitment?: Uint8Array; sealed: Uint8Array }[];
}

export interface Answer {
  code: number;
  bytes: Buffer;
}

/** Runs the driver over all requests and gives their answers in order. */
export function ask(driver: string, requests: readonly Buffer[]): Answer[] {
  const input = Buffer.concat(requests.map((r) => new Bytes().list(r).done()));
  const { status, stdout, stderr } = spawnSync(driver, { input, maxBuffer: 1 << 30 });
  if (status !== 0) throw new Error(`the driver ended with ${status}: ${stderr}`);
  const answers: Answer[] = [];
  for (let at = 0; at < stdout.length; ) {
    const length = stdout.readUInt16LE(at);
    answers.push({ code: stdout.readInt8(at + 2), bytes: stdout.subarray(at + 3, at + 2 + length) });
    at += 2 + length;
  }
  if (answers.length !== requests.length) throw new Error(`${answers.length} answers to ${requests.length} requests`);
  return answers;
}
