/**
 * What a prover cannot do. Messages name circuits and files, never a signal's value. `code`: bad-key: a key file; bad-input: signals that
 * are no inputs of the circuit; unsatisfied: inputs that make the statement false; self-check: a proof that did not verify; prover-ended:
 * the process that proves died or answered badly, and the same work may succeed in the next one;
 * no-queue: the books have not made the queue yet.
 */
import { ElectraError, laterFor } from '../../protocol/values/errors.ts';

export class ProverError extends ElectraError<'bad-key' | 'bad-input' | 'unsatisfied' | 'self-check' | 'prover-ended' | 'no-queue'> {
  static override retryOf = laterFor('prover-ended', 'no-queue');
}
