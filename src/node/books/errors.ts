/**
 * What stops a day or a command of the books. `code` is stable: no-index, roster-digest, no-tariff, bad-genesis, not-redraftable,
 * not-disputable, wrong-vault, wrong-operator, name-taken, unknown-meter, not-retired, last-day-signed, out-of-range, out-of-reach,
 * few-metered. A
 * message names days and meters, never a reading, an amount or a blinding.
 */
import { ElectraError, laterFor } from '../../protocol/values/errors.ts';

export class BooksError extends ElectraError {
  static override retryOf = laterFor('no-index', 'no-tariff', 'roster-digest', 'wrong-vault');
}

/** What trying again cannot help. `code`: wrong-chain, development-chain. */
export class BooksFatal extends BooksError {
  static override retryOf = () => 'never' as const;
}
