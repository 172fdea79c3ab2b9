/** A verification key or an argument that the verifier refuses. A bad proof is no error: it is named in the result. */
export class VerifierError extends Error {
  override readonly name = 'VerifierError';
  readonly code: 'malformed-key' | 'weak-key' | 'wrong-key' | 'invalid-argument';
  /** what was refused, e.g. `vk.IC[3]` */
  readonly field: string;

  constructor(code: VerifierError['code'], field: string, expected: string) {
    super(`${field}: ${expected} (${code})`);
    this.code = code;
    this.field = field;
  }
}
