/**
 * What a ceremony publishes: transcript.json, canonical JSON, version 1.
 *
 * Its head says what the keys are made of (powers of tau, circuits, compiler) and where the beacon will come from. Each contribution
 * carries the hash of the one before it, the first that of the head, so a contributor who publishes its hash has said everything up to
 * there. The points behind the hashes of `keys` are in the proving keys themselves; verification compares both.
 *
 * hash = SHA-256("electra/ceremony/v1" ‖ 0x00 ‖ canonical JSON of the entry without its hash)
 */
import { createHash } from 'node:crypto';
import { canonicalJson, type Json, parseCanonical } from '../../protocol/values/canonical.ts';
import { ProtocolError } from '../../protocol/values/errors.ts';
import { array, hex, object, type Shape, text } from '../../protocol/values/shape.ts';

export interface TranscriptCircuit {
  readonly name: string;
  /** SHA-256 of the constraints, NAME.r1cs */
  readonly r1cs: string;
  /** hash of all points of the key before any contribution, 64 bytes: snarkjs calls it the circuit hash */
  readonly start: string;
}

export interface Head {
  readonly version: 1;
  /** SHA-256 of the powers-of-tau file */
  readonly powersOfTau: string;
  readonly compiler: string;
  readonly circuits: readonly TranscriptCircuit[];
  /** where the beacon comes from, said before the first contribution */
  readonly beaconSource: string;
}

export interface Contribution {
  readonly name: string;
  readonly previous: string;
  /** circuit → hash of the public part of the contribution, 64 bytes */
  readonly keys: Readonly<Record<string, string>>;
  readonly hash: string;
}

export interface Beacon extends Contribution {
  readonly name: typeof BEACON_NAME;
  /** the value, hex */
  readonly value: string;
}

export interface Transcript extends Head {
  readonly contributions: readonly Contribution[];
  readonly beacon: Beacon | null;
}

/** In the keys the beacon stands as one more contribution, by this name. */
export const BEACON_NAME = 'beacon';
/** 2^10 hashes: a beacon of a public chain needs no delay of ours. */
export const BEACON_ITERATIONS_EXP = 10;
/** More would be a mistake; a key grows by 400 bytes with each. */
const CONTRIBUTIONS_MAX = 1_000;

const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9 ._-]{0,46}[A-Za-z0-9.])?$/;
const NAME_EXPECTED = '1 to 48 of A-Z a-z 0-9 space . _ -, other than "beacon"';
const BEACON_VALUE = /^(?:[0-9a-f]{2}){16,128}$/;
const BEACON_EXPECTED = '16 to 128 bytes in lower-case hex';
const SOURCE = /^\P{C}{8,200}$/u;
const SOURCE_EXPECTED = '8 to 200 characters that say whose value it will be, such as "Bitcoin, hash of block 925000"';

export const checkContributorName = (name: string, field = 'name'): string => {
  if (name === BEACON_NAME) throw new ProtocolError('unparsable', field, NAME_EXPECTED);
  return text(name, field, NAME, NAME_EXPECTED);
};
export const checkBeaconValue = (value: unknown, field = 'beacon'): string => text(value, field, BEACON_VALUE, BEACON_EXPECTED);
export const checkBeaconSource = (value: unknown, field = 'beacon source'): string => text(value, field, SOURCE, SOURCE_EXPECTED);

const hashOf = (entry: object): string =>
  createHash('sha256')
    .update('electra/ceremony/v1\0')
    .update(canonicalJson(entry as { [key: string]: Json }))
    .digest('hex');

const headOf = ({ version, powersOfTau, compiler, circuits, beaconSource }: Head): Head => ({
  version,
  powersOfTau,
  compiler,
  circuits,
  beaconSource,
});

/** What the next contribution carries as its previous hash. */
export const lastHash = (transcript: Transcript): string =>
  transcript.beacon?.hash ?? transcript.contributions.at(-1)?.hash ?? hashOf(headOf(transcript));

export const newTranscript = (head: Omit<Head, 'version'>): Transcript => ({
  ...headOf({ ...head, version: 1 }),
  contributions: [],
  beacon: null,
});

export function withContribution(transcript: Transcript, name: string, keys: Readonly<Record<string, string>>): Transcript {
  const entry = { name, previous: lastHash(transcript), keys };
  return { ...transcript, contributions: [...transcript.contributions, { ...entry, hash: hashOf(entry) }] };
}

export function withBeacon(transcript: Transcript, value: string, keys: Readonly<Record<string, string>>): Transcript {
  const entry = { name: BEACON_NAME, previous: lastHash(transcript), keys, value } as const;
  return { ...transcript, beacon: { ...entry, hash: hashOf(entry) } };
}

export const transcriptText = (transcript: Transcript): string => canonicalJson(transcript as unknown as Json);

function readCircuit(value: Json, field: string): TranscriptCircuit {
  const shape = object(value, field, ['name', 'r1cs', 'start']);
  return {
    name: text(shape.name, `${field}.name`, /^[a-z][a-z-]{0,31}$/, 'a name of a circuit'),
    r1cs: hex(shape.r1cs, `${field}.r1cs`),
    start: hex(shape.start, `${field}.start`, 64),
  };
}

/** The part that contributions and beacon share. `before` is the hash it has to name. */
function readEntry(shape: Shape, field: string, circuits: readonly string[], before: string): Omit<Contribution, 'name'> {
  const keys = object(shape.keys, `${field}.keys`, circuits);
  for (const name of circuits) hex(keys[name], `${field}.keys.${name}`, 64);
  if (hex(shape.previous, `${field}.previous`) !== before)
    throw new ProtocolError('broken-chain', `${field}.previous`, 'the hash of what is before it: an entry is missing, moved or changed');
  const { hash, ...entry } = shape;
  if (hex(hash, `${field}.hash`) !== hashOf(entry)) throw new ProtocolError('broken-chain', `${field}.hash`, 'the hash of this entry');
  return { previous: before, keys: keys as Readonly<Record<string, string>>, hash: hash as string };
}

function distinct(names: readonly string[], field: string): void {
  const at = names.findIndex((name, i) => names.indexOf(name) !== i);
  if (at >= 0) throw new ProtocolError('unparsable', `${field}[${at}].name`, `each name once, and "${names[at]}" is there before`);
}

function readHead(shape: Shape): Head {
  if (shape.version !== 1) throw new ProtocolError('unparsable', 'transcript.version', '1');
  const circuits = array(shape.circuits, 'transcript.circuits').map((value, i) => readCircuit(value, `transcript.circuits[${i}]`));
  distinct(
    circuits.map(({ name }) => name),
    'transcript.circuits',
  );
  return {
    version: 1,
    powersOfTau: hex(shape.powersOfTau, 'transcript.powersOfTau'),
    compiler: text(shape.compiler, 'transcript.compiler', /^\P{C}{1,64}$/u, 'a compiler'),
    circuits,
    beaconSource: checkBeaconSource(shape.beaconSource, 'transcript.beaconSource'),
  };
}

/** @throws ProtocolError by field name, `broken-chain` where a hash does not follow from what is before it */
export function readTranscript(file: string): Transcript {
  const shape = object(parseCanonical(file, 'transcript'), 'transcript', [
    'version',
    'powersOfTau',
    'compiler',
    'circuits',
    'beaconSource',
    'contributions',
    'beacon',
  ]);
  const head = readHead(shape);
  const names = head.circuits.map(({ name }) => name);
  let transcript: Transcript = { ...head, contributions: [], beacon: null };
  for (const [i, value] of array(shape.contributions, 'transcript.contributions').entries()) {
    const field = `transcript.contributions[${i}]`;
    if (i === CONTRIBUTIONS_MAX) throw new ProtocolError('unparsable', field, `at most ${CONTRIBUTIONS_MAX} contributions`);
    const entry = object(value, field, ['name', 'previous', 'keys', 'hash']);
    const name = checkContributorName(entry.name as string, `${field}.name`);
    const contribution = { name, ...readEntry(entry, field, names, lastHash(transcript)) };
    transcript = { ...transcript, contributions: [...transcript.contributions, contribution] };
  }
  distinct(
    transcript.contributions.map(({ name }) => name),
    'transcript.contributions',
  );
  if (shape.beacon === null) return transcript;
  const entry = object(shape.beacon, 'transcript.beacon', ['name', 'previous', 'keys', 'hash', 'value']);
  text(entry.name, 'transcript.beacon.name', /^beacon$/, '"beacon"');
  const value = checkBeaconValue(entry.value, 'transcript.beacon.value');
  return {
    ...transcript,
    beacon: { name: BEACON_NAME, value, ...readEntry(entry, 'transcript.beacon', names, lastHash(transcript)) },
  };
}
