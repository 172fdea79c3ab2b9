/** Protobuf by hand, so that a test can write it in every wrong way. */

/** A field as it stands in bytes. */
export interface Field {
  number: number;
  wire: number;
  /** everything behind the tag */
  body: number[];
}

export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const GROUP = 3;
export const GROUP_END = 4;
export const FIXED32 = 5;

/** `extra`: continuation bytes that a shorter one would not need. */
export function varint(value: bigint, extra = 0): number[] {
  const out: number[] = [];
  for (let rest = BigInt.asUintN(64, value); ; rest >>= 7n) {
    if (rest < 128n) {
      out.push(Number(rest));
      break;
    }
    out.push(Number(rest & 127n) | 128);
  }
  for (let i = 0; i < extra; i++) {
    out[out.length - 1] |= 128;
    out.push(0);
  }
  return out;
}

export const tag = ({ number, wire }: Pick<Field, 'number' | 'wire'>, extra = 0): number[] =>
  varint((BigInt(number) << 3n) | BigInt(wire), extra);

export const lengthed = (bytes: readonly number[]): number[] => [...varint(BigInt(bytes.length)), ...bytes];
export const bytesField = (number: number, bytes: readonly number[]): Field => ({ number, wire: BYTES, body: lengthed(bytes) });
export const varintField = (number: number, value: bigint): Field => ({ number, wire: VARINT, body: varint(value) });
export const written = (fields: readonly Field[]): number[] => fields.flatMap((field) => [...tag(field), ...field.body]);

/** `depth` groups in each other, of one number. */
export const groups = (number: number, depth: number): number[] => [
  ...Array.from({ length: depth }, () => tag({ number, wire: GROUP })).flat(),
  ...Array.from({ length: depth }, () => tag({ number, wire: GROUP_END })).flat(),
];
