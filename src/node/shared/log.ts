/**
 * What a room says of its work, as pino takes it. Fields are for programs, the message for a person; neither ever holds a secret or a
 * reading.
 */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
