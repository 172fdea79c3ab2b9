/**
 * What stops a day or a command of the books. `code` is stable: no-index, roster-digest, no-tariff, bad-genesis,
 * not-redraftable, wrong-vault, wrong-operator. A message names days and meters, never a reading, an amount or a blinding.
 */
export class BooksError extends Error {
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BooksError';
    this.code = code;
  }
}

/** What trying again cannot help. `code`: wrong-chain. */
export class BooksFatal extends BooksError {
  constructor(code: string, message: string) {
    super(code, message);
    this.name = 'BooksFatalError';
  }
}
