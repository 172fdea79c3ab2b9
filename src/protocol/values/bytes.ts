/**
 * Little-endian fixed layouts (protocol §2), written and read strictly in order: a cursor over a buffer of the exact size. Values arrive
 * here already checked; readers check nothing but the buffer's end, which a wrong layout would hit at once.
 */

/** Appends fixed-width fields to a buffer of exactly `size` bytes. */
export class LayoutWriter {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(size: number) {
    this.#bytes = new Uint8Array(size);
    this.#view = new DataView(this.#bytes.buffer);
  }

  u8(value: number): this {
    this.#view.setUint8(this.#at, value);
    this.#at += 1;
    return this;
  }
  u16(value: number): this {
    this.#view.setUint16(this.#at, value, true);
    this.#at += 2;
    return this;
  }
  u24(value: number): this {
    this.#view.setUint16(this.#at, value & 0xffff, true);
    this.#view.setUint8(this.#at + 2, value >>> 16);
    this.#at += 3;
    return this;
  }
  u32(value: number): this {
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
    return this;
  }
  i32(value: number): this {
    this.#view.setInt32(this.#at, value, true);
    this.#at += 4;
    return this;
  }
  u64(value: bigint): this {
    this.#view.setBigUint64(this.#at, value, true);
    this.#at += 8;
    return this;
  }
  raw(value: Uint8Array): this {
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
    return this;
  }

  /** The finished bytes; a layout that does not fill them exactly is a defect of the caller. */
  done(): Uint8Array {
    if (this.#at !== this.#bytes.length) throw new Error(`layout wrote ${this.#at} of ${this.#bytes.length} bytes`);
    return this.#bytes;
  }
}

/** Reads fixed-width fields one after the other. */
export class LayoutReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(): number {
    const value = this.#view.getUint8(this.#at);
    this.#at += 1;
    return value;
  }
  u16(): number {
    const value = this.#view.getUint16(this.#at, true);
    this.#at += 2;
    return value;
  }
  u24(): number {
    const value = this.#view.getUint16(this.#at, true) + this.#view.getUint8(this.#at + 2) * 65536;
    this.#at += 3;
    return value;
  }
  u32(): number {
    const value = this.#view.getUint32(this.#at, true);
    this.#at += 4;
    return value;
  }
  i32(): number {
    const value = this.#view.getInt32(this.#at, true);
    this.#at += 4;
    return value;
  }
  u64(): bigint {
    const value = this.#view.getBigUint64(this.#at, true);
    this.#at += 8;
    return value;
  }
  raw(length: number): Uint8Array {
    const value = this.#bytes.slice(this.#at, this.#at + length);
    this.#at += length;
    return value;
  }
}

export function u32LittleEndian(value: number): Uint8Array {
  return new LayoutWriter(4).u32(value).done();
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a[i] ^ b[i];
  return difference === 0;
}
