/**
 * What the light client refuses. Every refusal has a stable code, the field it is about, and what was expected there; none holds a stack, a
 * key or a value from elsewhere. `malformed` means that it could not be read at all; every other code means that it was read and is not
 * true, which is what an auditor reports as a failure.
 */
import { ProtocolError } from '../../protocol/values/errors.ts';

export type LightErrorCode =
  /** not of the form that a node's RPC gives */
  | 'malformed'
  // state proofs
  | 'bad-proof' // a step that the tree's specification does not allow
  | 'wrong-root' // steps that lead to another root
  | 'wrong-key' // a proof about another key
  | 'wrong-store' // a proof about another store
  | 'not-neighbours' // two leaves with room for the key between them
  | 'incomplete-range' // a range whose steps stop before its end, or go on after it
  | 'bad-value' // proven bytes that are no value of this key
  // headers
  | 'wrong-chain'
  | 'wrong-block' // a commit for something else than its header, a header that contradicts one already accepted
  | 'not-rising' // a height or time that does not rise
  | 'bad-signature'
  | 'insufficient-power' // two thirds of the header's own set, or less, signed
  | 'unknown-validators' // signed by a set that nobody introduced
  | 'insufficient-trust' // one third of the trusted set, or less, signed a skipped-to header
  | 'expired' // the trusted header is older than the trust period
  | 'from-the-future'
  | 'conflicting-headers'; // two valid headers at one height: see ConflictError

export class LightError extends ProtocolError<LightErrorCode> {}

/** Runs a check of `src/protocol`, and puts `field` in front of what it refuses. */
export function within<T>(field: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new LightError(error.code as LightErrorCode, `${field}: ${error.field}`, error.expected);
  }
}
