/**
 * The outer parts of a transaction, as far as the chain takes them: TxRaw, and a TxBody without options, in the one encoding of their
 * values: fields in ascending order, each at most once unless it is a list, none that is empty, numbers in as few bytes as they have.
 * Whatever else stands there is refused where it stands, so nothing has to be encoded again to be compared. (cosmjs-types has all of it,
 * but writes a timeout height from 2^31 on wrongly, and reads texts that are none.)
 */

interface Any {
  typeUrl: string;
  value: Uint8Array;
}

const VARINT = 0;
const BYTES = 2;
const NOTHING = new Uint8Array(0);
/** Of a length, of which a u32 has at most five bytes; of any number. */
const LENGTH_BYTES_MAX = 5;
const NUMBER_BYTES_MAX = 10;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const refused = (): RangeError => new RangeError('not the one encoding');

/** Reads fields in the order in which they are asked for, of a part of the bytes. Fields have numbers below 16: their tags are one byte. */
class Fields {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array, from: number, end: number) {
    this.#bytes = bytes;
    this.#at = from;
    this.#end = end;
  }

  #has(field: number, wire: number): boolean {
    if (this.#at >= this.#end || this.#bytes[this.#at] !== ((field << 3) | wire)) return false;
    this.#at++;
    return true;
  }

  /** Where the number that begins here ends, in no more bytes than it needs. */
  #numberEnd(bytesMax: number): number {
    let last = this.#at;
    while (last < this.#end && this.#bytes[last] > 127) last++;
    const length = last - this.#at + 1;
    if (last >= this.#end || length > bytesMax || (length > 1 && this.#bytes[last] === 0)) throw refused();
    return last + 1;
  }

  #length(): number {
    const end = this.#numberEnd(LENGTH_BYTES_MAX);
    let length = 0;
    for (let at = end - 1; at >= this.#at; at--) length = length * 128 + (this.#bytes[at] & 127);
    this.#at = end;
    return length;
  }

  /** Passes bytes behind their length. Returns where they begin; they end where this now stands. */
  #pass(): number {
    const length = this.#length();
    const from = this.#at;
    if (length > this.#end - from) throw refused();
    this.#at += length;
    return from;
  }

  /** Passes a field that may not be there. Where its bytes begin; where this stands, if it is not. */
  #optional(field: number): number {
    if (!this.#has(field, BYTES)) return this.#at;
    const from = this.#pass();
    if (from === this.#at) throw refused(); // empty, and written
    return from;
  }

  passBytes(field: number): void {
    this.#optional(field);
  }

  passList(field: number): void {
    while (this.#has(field, BYTES)) this.#pass();
  }

  /** Nothing where the field is not there, as for the next ones. */
  bytes(field: number): Uint8Array {
    const from = this.#optional(field);
    return from === this.#at ? NOTHING : this.#bytes.subarray(from, this.#at);
  }

  inner(field: number): Fields {
    return new Fields(this.#bytes, this.#optional(field), this.#at);
  }

  passText(field: number): void {
    const bytes = this.bytes(field);
    if (bytes.length > 0) utf8.decode(bytes);
  }

  /** A type is mostly the one that was read last. */
  type(field: number): string {
    const from = this.#optional(field);
    const length = this.#at - from;
    let same = length === lastType.bytes.length;
    for (let i = 0; same && i < length; i++) same = this.#bytes[from + i] === lastType.bytes[i];
    if (!same) {
      const bytes = Uint8Array.from(this.#bytes.subarray(from, this.#at));
      lastType = { bytes, url: utf8.decode(bytes) };
    }
    return lastType.url;
  }

  list(field: number): Fields[] {
    const values: Fields[] = [];
    while (this.#has(field, BYTES)) values.push(new Fields(this.#bytes, this.#pass(), this.#at));
    return values;
  }

  /** A number of 64 bits, of which nobody here asks what it is. */
  passNumber(field: number): void {
    if (!this.#has(field, VARINT)) return;
    const end = this.#numberEnd(NUMBER_BYTES_MAX);
    const last = this.#bytes[end - 1];
    if (last === 0 || (end - this.#at === NUMBER_BYTES_MAX && last !== 1)) throw refused();
    this.#at = end;
  }

  end(): void {
    if (this.#at !== this.#end) throw refused();
  }
}

let lastType = { bytes: NOTHING, url: '' };

/** The messages of a transaction: those of the body (TxBody) in it (TxRaw). @throws RangeError, TypeError where a text is none */
export function txMessages(tx: Uint8Array): Any[] {
  const fields = new Fields(tx, 0, tx.length);
  const body = fields.inner(1);
  fields.passBytes(2); // who signs
  fields.passList(3); // signatures
  fields.end();
  return bodyMessages(body);
}

function bodyMessages(body: Fields): Any[] {
  const messages = body.list(1).map(readAny);
  body.passText(2); // memo
  body.passNumber(3); // timeout height
  body.end();
  return messages;
}

function readAny(fields: Fields): Any {
  const any = { typeUrl: fields.type(1), value: fields.bytes(2) };
  fields.end();
  return any;
}
