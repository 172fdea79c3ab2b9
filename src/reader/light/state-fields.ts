/**
 * How a proven value is read: the canonical bytes of its message, every field within the protocol's limits, and its own day, address or
 * number that of its key. values.ts and log.ts are made of this.
 */
import { equalBytes } from '../../protocol/comet/index.ts';
import type { MessageFns } from '../../protocol/messages/generated/electra/meter/v1/types.ts';
import { addressBytes } from '../../protocol/values/address.ts';
import { DAY_MAX } from '../../protocol/values/time.ts';
import { LightError, within } from './errors.ts';
import type { Entry } from './ics23.ts';

const KEY_BYTES = 32;

export const bad = (field: string, expected: string): LightError => new LightError('bad-value', field, expected);

/** Decodes, insists on the one encoding, reads, and holds the value against its key. */
export function read<Message, State>(
  { key, value }: Entry,
  name: string,
  type: MessageFns<Message>,
  fields: (message: Message) => State,
  keyOf: (state: State) => Uint8Array,
): State {
  let message: Message;
  try {
    message = type.decode(value);
  } catch {
    throw bad(name, 'its protobuf message');
  }
  const again = type.encode(message).finish();
  if (!equalBytes(again, value)) throw bad(name, 'its protobuf message in canonical encoding, and nothing else');
  const state = toBadValue(() => fields(message));
  if (
    !equalBytes(
      toBadValue(() => keyOf(state)),
      key,
    )
  )
    throw bad(`${name} key`, 'the key of this value');
  return state;
}

/** A field that the protocol refuses makes a bad value, whatever the protocol's own code for it. */
function toBadValue<T>(work: () => T): T {
  try {
    return within('state', work);
  } catch (error) {
    if (error instanceof LightError) throw error.code === 'bad-value' ? error : bad(error.field, error.expected);
    throw error;
  }
}

export function whole(value: bigint | number, field: string, min: number, max: number): number {
  if (value < min || value > max) throw bad(field, `an integer in ${min} … ${max}`);
  return Number(value);
}

export const heightOf = (value: bigint, field: string): number => whole(value, `${field}.height`, 0, Number.MAX_SAFE_INTEGER);
export const dayOf = (value: number, field: string): number => whole(value, field, 0, DAY_MAX);

export function bytesOf(value: Uint8Array, field: string, length = KEY_BYTES): Uint8Array {
  if (value.length !== length) throw bad(field, `${length} bytes`);
  return value;
}

export function address(value: string, field: string): string {
  addressBytes(value, field);
  return value;
}
