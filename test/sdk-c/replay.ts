/**
 * Reads what the fuzzer's corpus made of the C SDK (requests and answers, sdk/c/test/fuzz_main.c) and asks the TypeScript codec the same.
 * Both must accept and refuse the same inputs with the same code. Ends with an error at the first difference.
 */
import { readFileSync } from 'node:fs';
import * as sdk from '../../sdk/ts/src/index.ts';
import { CODE, OP } from './ops.ts';

class Cursor {
  at = 0;
  readonly bytes: Buffer;
  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
  raw(length: number): Buffer {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
  u8(): number {
    return this.raw(1)[0];
  }
  u32(): number {
    return this.raw(4).readUInt32LE();
  }
  u64(): bigint {
    return this.raw(8).readBigUInt64LE();
  }
  list(): Buffer {
    return this.raw(this.raw(2).readUInt16LE());
  }
  left(): number {
    return this.bytes.length - this.at;
  }
}

function codeOf(work: () => void): number {
  try {
    work();
    return 0;
  } catch (error) {
    if (!(error instanceof sdk.ProtocolError)) throw error;
    return CODE[error.code];
  }
}

const carrier = (c: Cursor): sdk.Carrier => ({ chainId: c.list().toString('latin1'), meter: c.raw(20), at: c.u32(), keyEpoch: c.u32() });

/** The builder of the C SDK by the checks of the TypeScript codec: how many intervals are taken, and the code of the first refusal. */
function builder(c: Cursor): { code: number; count: number; last: number } {
  if (c.left() < 20) return { code: -100, count: 0, last: 0 };
  c.u32();
  const registers = [c.u64(), c.u64()];
  let [count, last] = [0, codeOf(() => void registers.map((wh) => sdk.assertRegister(wh, 'start')))];
  if (last !== 0) return { code: last, count, last };
  while (c.left() >= 8 && last === 0) {
    const values = [c.u32(), c.u32()];
    if (count === sdk.SLOTS_PER_DAY) {
      last = -11;
      break;
    }
    last = codeOf(
      () => void values.map((wh, i) => sdk.assertRegister(registers[i] + BigInt(sdk.assertInterval(wh, 'wh')), 'closing register')),
    );
    if (last !== 0) break;
    values.forEach((wh, i) => {
      registers[i] += BigInt(wh);
    });
    count++;
  }
  return { code: 0, count, last };
}

export function agrees(request: Buffer, answer: Buffer): boolean {
  const c = new Cursor(request);
  const op = c.u8();
  const code = answer.readInt8(0);
  if (op === OP.reportDecode) {
    const p = carrier(c);
    return code === codeOf(() => sdk.decodeReport(c.list(), p));
  }
  if (op === OP.statementDecode) {
    const p = carrier(c);
    return code === codeOf(() => sdk.decodeStatement(c.list(), p));
  }
  if (op === OP.open) {
    const secret = c.raw(32);
    const sealed = c.list();
    const expected = codeOf(() => sdk.openBox(sealed, sdk.boxPublicKey(secret), secret));
    return sealed.length > sdk.SEALED_STATEMENT_BYTES ? code === -1 : code === expected; // the C SDK opens no more than a statement's size
  }
  const b = builder(c);
  return code === b.code && (code !== 0 || (answer[1] === b.count && answer.readInt8(2) === b.last));
}

if (import.meta.main) {
  const all = new Cursor(readFileSync(0));
  const counts = { accepted: 0, refused: 0 };
  while (all.left() > 0) {
    const [request, answer] = [all.list(), all.list()];
    if (!agrees(request, answer)) throw new Error(`C answers ${answer.readInt8(0)} to ${request.toString('hex')}`);
    counts[answer[0] === 0 ? 'accepted' : 'refused']++;
  }
  if (counts.accepted === 0 || counts.refused === 0)
    throw new Error(`a corpus of ${counts.accepted} accepted and ${counts.refused} refused inputs compares too little`);
  console.log(`${counts.accepted} accepted, ${counts.refused} refused by both`);
}
