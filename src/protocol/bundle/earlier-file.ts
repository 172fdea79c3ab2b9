/**
 * `earlier/YYYY-MM-DD.json`: what a copy was chosen from (protocol §9.2), of a day that is not in the bundle itself: who had a commitment
 * on its roster, whom the chain disputes, and whether it verified the day's book: of a void day nothing is copied.
 *
 * Nothing in it has to be believed: it is the proofs alone, in the form of state.json, and who reads them finds the roster inside, or that
 * there is none. Before its anchor a draft has nothing to prove; the node that audits it says what its own index has instead.
 */
import { toBase64 } from '@cosmjs/encoding';
import { canonicalJson, type Json, parseCanonical } from '../values/canonical.ts';
import { ProtocolError } from '../values/errors.ts';
import { array, base64, object, oneOf, small, text } from '../values/shape.ts';
import { meterOf, proof, proofs, U32 } from './parts.ts';

export const EARLIER_FORMAT = 'electra/earlier/v2';

/** Proofs of the state after block `height`, as in state.json; the disputes' as a whole range. */
export interface EarlierProven {
  height: number;
  store: string;
  roster: string;
  /** of version 1 of the day's book, there where the chain has verified it */
  proven: string;
  disputes: readonly string[];
}
/** As the node's own index has it. `roster`: its encoding; null where the chain has none of this day, with 0 as the time of its freeze. */
export interface EarlierSaid {
  roster: Uint8Array | null;
  frozenUnixS: number;
  proven: boolean;
  disputed: readonly string[];
}
export type EarlierFile = { chainId: string; day: number } & ({ proven: EarlierProven; said: null } | { proven: null; said: EarlierSaid });

export function encodeEarlierFile({ chainId, day, proven, said }: EarlierFile): string {
  return canonicalJson({
    format: EARLIER_FORMAT,
    chainId,
    day: String(day),
    proven: proven && { ...proven, height: String(proven.height), disputes: [...proven.disputes] },
    said: said && {
      roster: said.roster && toBase64(said.roster),
      frozenUnixS: String(said.frozenUnixS),
      proven: said.proven,
      disputed: [...said.disputed],
    },
  });
}

function parseProven(value: Json): EarlierProven {
  const f = object(value, 'earlier.proven', ['height', 'store', 'roster', 'proven', 'disputes']);
  return {
    height: small(f.height, 'earlier.proven.height', 1, 2 ** 40),
    store: proof(f.store, 'earlier.proven.store'),
    roster: proof(f.roster, 'earlier.proven.roster'),
    proven: proof(f.proven, 'earlier.proven.proven'),
    disputes: proofs(f.disputes, 'earlier.proven.disputes'),
  };
}

function parseSaid(value: Json): EarlierSaid {
  const f = object(value, 'earlier.said', ['roster', 'frozenUnixS', 'proven', 'disputed']);
  if (typeof f.proven !== 'boolean') throw new ProtocolError('unparsable', 'earlier.said.proven', 'true or false');
  return {
    roster: f.roster === null ? null : base64(f.roster, 'earlier.said.roster'),
    frozenUnixS: small(f.frozenUnixS, 'earlier.said.frozenUnixS', 0, 2 ** 40),
    proven: f.proven,
    disputed: array(f.disputed, 'earlier.said.disputed').map((meter, i) => meterOf(meter, `earlier.said.disputed[${i}]`)),
  };
}

function absent(value: Json, field: string): null {
  if (value !== null) throw new ProtocolError('unparsable', field, 'null beside what is said without proofs');
  return null;
}

/** @throws ProtocolError naming the field. What is in the proofs is not looked at. */
export function parseEarlierFile(bytes: string): EarlierFile {
  const f = object(parseCanonical(bytes, 'earlier'), 'earlier', ['format', 'chainId', 'day', 'proven', 'said']);
  oneOf(f.format, 'earlier.format', [EARLIER_FORMAT]);
  const head = { chainId: text(f.chainId, 'earlier.chainId'), day: small(f.day, 'earlier.day', 0, U32) };
  return f.said === null
    ? { ...head, proven: parseProven(f.proven), said: null }
    : { ...head, proven: absent(f.proven, 'earlier.proven'), said: parseSaid(f.said) };
}
