/** `days/YYYY-MM-DD/roster.json`: the meters in service on a day with their commitments, as the chain froze them (protocol §5). */
import type { Roster } from '../day/roster.ts';
import { canonicalJson, parseCanonical } from '../values/canonical.ts';
import { hex, object, oneOf, small } from '../values/shape.ts';
import { parseRosterMeters, rosterMetersJson, U32 } from './parts.ts';

export const ROSTER_FORMAT = 'electra/roster/v1';

export function encodeRosterFile(roster: Roster, digest: string): string {
  return canonicalJson({ format: ROSTER_FORMAT, day: String(roster.day), digest, meters: rosterMetersJson(roster.meters) });
}

/** The digest is as stated in the file: the reader recomputes it. */
export function parseRosterFile(bytes: string): Roster & { digest: string } {
  const f = object(parseCanonical(bytes, 'roster'), 'roster', ['format', 'day', 'digest', 'meters']);
  oneOf(f.format, 'roster.format', [ROSTER_FORMAT]);
  return {
    day: small(f.day, 'roster.day', 0, U32),
    digest: hex(f.digest, 'roster.digest'),
    meters: parseRosterMeters(f.meters, 'roster.meters'),
  };
}
