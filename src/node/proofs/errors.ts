/** What a prover cannot do. Messages name circuits and files, never a signal's value. */
export class ProverError extends Error {
  override readonly name = 'ProverError';
  /** bad-key: a key file; bad-input: signals that are no inputs of the circuit; unsatisfied: inputs that make the statement false; self-check: a proof that did not verify */
  readonly code: 'bad-key' | 'bad-input' | 'unsatisfied' | 'self-check';

  constructor(code: ProverError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
