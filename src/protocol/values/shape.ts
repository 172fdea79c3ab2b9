/**
 * The strict readers of our own files: the day book and its companions are read by strangers from strangers, so nothing optional, nothing
 * ignored. Refusals are ProtocolErrors, `unparsable`, or `out-of-range` where only the number is wrong.
 */
import { ProtocolError } from './errors.ts';
import { strict } from './strict.ts';

export type { Shape } from './strict.ts';

export const { record, object, array, text, bool, oneOf, integer, small, u32, whole, hex, base64 } = strict(
  (field, expected, outOfRange) => new ProtocolError(outOfRange ? 'out-of-range' : 'unparsable', field, expected),
);
