/**
 * What the verifier refuses. A bad proof is no error: it is named in the result.
 *
 * A key comes from somebody: its refusal is a ProtocolError like that of any other file. An argument comes from the caller, whose mistake
 * must never look like a finding about a bundle: it is an error of its own.
 */
import { ElectraError, ProtocolError } from '../../protocol/values/errors.ts';

/** A verification key that is refused; `field` as in `vk.IC[3]`. */
export class VerifierError extends ProtocolError<'malformed-key' | 'weak-key' | 'wrong-key'> {
  constructor(code: VerifierError['code'], field: string, expected: string) {
    super(code, field, expected, `${field}: expected ${expected} (${code})`);
  }
}

/** The caller's own mistake. */
export class ArgumentError extends ElectraError<'invalid-argument'> {
  declare readonly field: string;

  constructor(field: string, message: string) {
    super('invalid-argument', `${field}: ${message}`, { field });
  }
}
