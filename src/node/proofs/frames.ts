/**
 * The frames that electra-prove speaks (chain/cmd/electra-prove/frames.go): a head of twelve bytes (version u8, kind u8, zero u16, job u32,
 * length u32, little-endian) and as many bytes as `length` says.
 */
import type { ProofJson } from '../../reader/verifier/decode.ts';

const VERSION = 1;
const HEAD_BYTES = 12;
const COORDINATE_BYTES = 32;
const PROOF_BYTES = 8 * COORDINATE_BYTES;
const SIZES_BYTES = 12;
/** of a failure: a code and some words */
const MAX_FAILURE_BYTES = 1024;

const KIND = { load: 1, prove: 2, loaded: 129, proven: 130, failed: 255 } as const;

/** Codes of failures, as in frames.go. */
export const FAILURE = { frame: 1, name: 2, key: 3, witness: 4, internal: 5 } as const;

export type Answer =
  | { kind: 'loaded'; job: number; variables: number; publicInputs: number; domain: number }
  | { kind: 'proven'; job: number; proof: ProofJson }
  | { kind: 'failed'; job: number; code: number; words: string };

/** What came is no answer: its sender is not to be trusted with anything more. */
export class BadAnswer extends Error {}

export function question(kind: 'load' | 'prove', job: number, name: string, rest: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(name);
  const frame = new Uint8Array(HEAD_BYTES + 1 + text.length + rest.length);
  const view = new DataView(frame.buffer);
  view.setUint8(0, VERSION);
  view.setUint8(1, KIND[kind]);
  view.setUint32(4, job, true);
  view.setUint32(8, frame.length - HEAD_BYTES, true);
  view.setUint8(HEAD_BYTES, text.length);
  frame.set(text, HEAD_BYTES + 1);
  frame.set(rest, HEAD_BYTES + 1 + text.length);
  return frame;
}

/** Puts answers together from whatever pieces a pipe delivers. */
export class AnswerReader {
  #rest: Uint8Array = new Uint8Array(0);

  /** @throws BadAnswer */
  push(chunk: Uint8Array): Answer[] {
    let bytes = new Uint8Array(this.#rest.length + chunk.length);
    bytes.set(this.#rest);
    bytes.set(chunk, this.#rest.length);
    const answers: Answer[] = [];
    while (bytes.length >= HEAD_BYTES) {
      const length = bodyLength(bytes);
      if (bytes.length < HEAD_BYTES + length) break;
      answers.push(answer(bytes, bytes.subarray(HEAD_BYTES, HEAD_BYTES + length)));
      bytes = bytes.subarray(HEAD_BYTES + length);
    }
    this.#rest = bytes;
    return answers;
  }
}

/** Judged before the body is there, so that nobody makes this process wait for, or hold, more than an answer. */
function bodyLength(frame: Uint8Array): number {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const [version, kind, zero, length] = [view.getUint8(0), view.getUint8(1), view.getUint16(2, true), view.getUint32(8, true)];
  const fits =
    (kind === KIND.loaded && length === SIZES_BYTES) ||
    (kind === KIND.proven && length === PROOF_BYTES) ||
    (kind === KIND.failed && length >= 1 && length <= MAX_FAILURE_BYTES);
  if (version !== VERSION || zero !== 0 || !fits) throw new BadAnswer('expected a frame');
  return length;
}

function answer(frame: Uint8Array, body: Uint8Array): Answer {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const job = view.getUint32(4, true);
  const size = (i: number): number => view.getUint32(HEAD_BYTES + 4 * i, true);
  switch (view.getUint8(1)) {
    case KIND.loaded:
      return { kind: 'loaded', job, variables: size(0), publicInputs: size(1), domain: size(2) };
    case KIND.proven:
      return { kind: 'proven', job, proof: proofOf(body) };
    default:
      return { kind: 'failed', job, code: body[0], words: new TextDecoder().decode(body.subarray(1)) };
  }
}

/** Coordinates as decimal numbers; whether they are points is the verifier's question. */
function proofOf(body: Uint8Array): ProofJson {
  const hex = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('hex');
  const x = (i: number): string => String(BigInt(`0x${hex.slice(2 * i * COORDINATE_BYTES, 2 * (i + 1) * COORDINATE_BYTES)}`));
  return {
    a: [x(0), x(1)],
    b: [
      [x(2), x(3)],
      [x(4), x(5)],
    ],
    c: [x(6), x(7)],
  };
}
