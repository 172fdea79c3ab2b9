/** What the protocol refuses. `code` is stable and meant for programs; the message names the field and what was expected. */
export class ProtocolError extends Error {
  readonly code: string;
  readonly field: string;

  constructor(code: string, field: string, expected: string) {
    super(`${field}: expected ${expected}`);
    this.name = 'ProtocolError';
    this.code = code;
    this.field = field;
  }
}
