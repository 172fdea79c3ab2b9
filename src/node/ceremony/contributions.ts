/**
 * Reads who contributed to a proving key: section 10 of a .zkey, where snarkjs keeps the public part of every contribution. Strict
 * where snarkjs is not: kinds, names and lengths are checked here, for nothing else signs them.
 *
 * A contribution is deltaAfter, g1·s, g1·s·x (G1), g2·s·x (G2), the transcript's hash up to it (64 bytes), its kind (0 by a person, 1 a
 * beacon) and parameters (1 name, 2 iterations, 3 the beacon's value). Its hash, as snarkjs prints it, is BLAKE2b-512 over points and
 * transcript; points are hashed as big-endian coordinates, the file has them little-endian times 2^256.
 */
import { blake2b } from '@noble/hashes/blake2.js';
import { P } from '../../reader/verifier/curve.ts';
import { CeremonyError } from './errors.ts';

export interface KeyContribution {
  readonly name: string;
  readonly kind: 'person' | 'beacon';
  /** hex, 64 bytes */
  readonly hash: string;
  /** the key's delta after it, hex */
  readonly delta: string;
  readonly beacon?: { readonly value: string; readonly iterationsExp: number };
}

export interface KeyHistory {
  /** hash of all points before any contribution, hex, 64 bytes */
  readonly start: string;
  readonly contributions: readonly KeyContribution[];
}

const G1 = 64;
const HASH = 64;
const TYPE_CONTRIBUTIONS = 10;
/** 2^-256 mod p */
const UNSHIFT = (() => {
  let result = 1n;
  for (let b = 2n ** 256n % P, e = P - 2n; e > 0n; e >>= 1n, b = (b * b) % P) if (e & 1n) result = (result * b) % P;
  return result;
})();

const refuse = (what: string): CeremonyError => new CeremonyError('refused', what);

class Reader {
  at = 0;
  readonly bytes: Buffer;
  readonly what: string;

  constructor(bytes: Buffer, what: string) {
    this.bytes = bytes;
    this.what = what;
  }

  take(length: number): Buffer {
    if (this.at + length > this.bytes.length) throw refuse(`${this.what} is truncated`);
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
  u8 = (): number => this.take(1)[0];
  u32 = (): number => this.take(4).readUInt32LE();
}

/** Coordinates as they are hashed: big-endian, and of Fp2 the second part first. */
function hashed(point: Buffer): Buffer {
  const coordinates = Array.from({ length: point.length / 32 }, (_, i) => {
    const shifted = BigInt(
      `0x${Buffer.from(point.subarray(i * 32, i * 32 + 32))
        .reverse()
        .toString('hex')}`,
    );
    return Buffer.from(((shifted * UNSHIFT) % P).toString(16).padStart(64, '0'), 'hex');
  });
  return Buffer.concat(point.length === G1 ? coordinates : [1, 0, 3, 2].map((i) => coordinates[i]));
}

function section(file: Buffer, wanted: number, what: string): Buffer {
  const reader = new Reader(file, what);
  if (reader.take(4).toString('latin1') !== 'zkey') throw refuse(`${what}: expected a .zkey file`);
  if (reader.u32() !== 1) throw refuse(`${what}: expected version 1 of the format`);
  const seen = new Map<number, Buffer>();
  for (let left = reader.u32(); left > 0; left--) {
    const type = reader.u32();
    if (seen.has(type)) throw refuse(`${what}: section ${type} is there twice`);
    seen.set(type, reader.take(Number(reader.take(8).readBigUInt64LE())));
  }
  if (reader.at !== file.length) throw refuse(`${what}: there is more than its sections`);
  const found = seen.get(wanted);
  if (!found) throw refuse(`${what}: section ${wanted} is missing`);
  return found;
}

type Parameters = Pick<KeyContribution, 'name'> & Partial<NonNullable<KeyContribution['beacon']>>;

function readParameters(bytes: Buffer, what: string): Parameters {
  const reader = new Reader(bytes, what);
  const read: { -readonly [K in keyof Parameters]: Parameters[K] } = { name: '' };
  for (let last = 0; reader.at < bytes.length; ) {
    const type = reader.u8();
    if (type <= last || type > 3) throw refuse(`${what}: parameters of another form`);
    last = type;
    if (type === 1) read.name = reader.take(reader.u8()).toString('latin1');
    else if (type === 2) read.iterationsExp = reader.u8();
    else read.value = reader.take(reader.u8()).toString('hex');
  }
  return read;
}

function readContribution(reader: Reader, what: string): KeyContribution {
  const points = [G1, G1, G1, 2 * G1].map((length) => reader.take(length));
  const transcript = reader.take(HASH);
  const kind = reader.u32();
  if (kind > 1) throw refuse(`${what}: neither a person's contribution nor a beacon`);
  const { name, value, iterationsExp } = readParameters(reader.take(reader.u32()), what);
  if ((kind === 1) !== (value !== undefined && iterationsExp !== undefined)) throw refuse(`${what}: parameters of another kind`);
  const hasher = blake2b.create({ dkLen: HASH });
  for (const point of points) hasher.update(hashed(point));
  return {
    name,
    kind: kind === 1 ? 'beacon' : 'person',
    hash: Buffer.from(hasher.update(transcript).digest()).toString('hex'),
    delta: points[0].toString('hex'),
    ...(kind === 1 && { beacon: { value: value!, iterationsExp: iterationsExp! } }),
  };
}

/**
 * @param what names the file in messages
 * @throws CeremonyError `refused`
 */
export function readHistory(zkey: Buffer, what: string): KeyHistory {
  const bytes = section(zkey, TYPE_CONTRIBUTIONS, what);
  const reader = new Reader(bytes, what);
  const start = reader.take(HASH).toString('hex');
  const contributions: KeyContribution[] = [];
  for (let left = reader.u32(); left > 0; left--)
    contributions.push(readContribution(reader, `${what}: contribution ${contributions.length + 1}`));
  if (reader.at !== bytes.length) throw refuse(`${what}: there is more than its contributions`);
  return { start, contributions };
}
