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

/** Reads fields in the order in which they are asked for. Fields have numbers below 16: their tags are one byte. */
class Fields {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  #has(field: number, wire: number): boolean {
    if (this.#bytes[this.#at] !== ((field << 3) | wire)) return false; // also at the end
    this.#at++;
    return true;
  }

  /** Where the number that begins here ends, in no more bytes than it needs. */
  #numberEnd(bytesMax: number): number {
    let end = this.#at;
    while (this.#bytes[end] > 127) end++;
    const length = end - this.#at + 1;
    if (end >= this.#bytes.length || length > bytesMax || (length > 1 && this.#bytes[end] === 0)) throw refused();
    return end + 1;
  }

  #length(): number {
    const end = this.#numberEnd(LENGTH_BYTES_MAX);
    let length = 0;
    for (let at = end - 1; at >= this.#at; at--) length = length * 128 + (this.#bytes[at] & 127);
    this.#at = end;
    return length;
  }

  #take(): Uint8Array {
    const length = this.#length();
    const from = this.#at;
    if (length > this.#bytes.length - from) throw refused();
    this.#at += length;
    return this.#bytes.subarray(from, this.#at);
  }

  /** Nothing where the field is not there. */
  bytes(field: number): Uint8Array {
    if (!this.#has(field, BYTES)) return NOTHING;
    const value = this.#take();
    if (value.length === 0) throw refused();
    return value;
  }

  text(field: number): string {
    const bytes = this.bytes(field);
    return bytes.length === 0 ? '' : utf8.decode(bytes);
  }

  list(field: number): Uint8Array[] {
    const values: Uint8Array[] = [];
    while (this.#has(field, BYTES)) values.push(this.#take());
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
    if (this.#at !== this.#bytes.length) throw refused();
  }
}

/** The body of a transaction (TxRaw). @throws RangeError */
export function bodyBytes(tx: Uint8Array): Uint8Array {
  const fields = new Fields(tx);
  const body = fields.bytes(1);
  fields.bytes(2); // who signs
  fields.list(3); // signatures
  fields.end();
  return body;
}

/** The messages of a body (TxBody). @throws RangeError, TypeError where a text is none */
export function bodyMessages(body: Uint8Array): Any[] {
  const fields = new Fields(body);
  const messages = fields.list(1).map(readAny);
  fields.text(2); // memo
  fields.passNumber(3); // timeout height
  fields.end();
  return messages;
}

function readAny(bytes: Uint8Array): Any {
  const fields = new Fields(bytes);
  const any = { typeUrl: fields.text(1), value: fields.bytes(2) };
  fields.end();
  return any;
}
