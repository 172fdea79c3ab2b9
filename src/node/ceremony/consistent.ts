/**
 * Whether transcript and keys tell the same story, circuit by circuit: the same contributors in the same order, none missing, repeated or
 * replaced. Read in moments from the files alone; that the story is true is for the computation (verify.ts).
 */
import type { KeyContribution, KeyHistory } from './contributions.ts';
import { BEACON_ITERATIONS_EXP, type Contribution, type Transcript } from './transcript.ts';

const short = (hash: string): string => `${hash.slice(0, 16)}…`;

/** How one entry of a key departs from the transcript's, or null. */
function entryFault(found: KeyContribution, wanted: Contribution, circuit: string): string | null {
  if (found.kind !== 'person') return 'a beacon where a contribution was expected';
  if (found.name !== wanted.name) return `by "${found.name}" in the key, by "${wanted.name}" in the transcript`;
  if (found.hash !== wanted.keys[circuit])
    return `another contribution in the key (${short(found.hash)}) than in the transcript (${short(wanted.keys[circuit])})`;
  return null;
}

/** Contributions of one circuit's key against the transcript. @returns what is wrong, one sentence each */
export function contributionFaults(circuit: string, { contributions: all }: KeyHistory, transcript: Transcript): string[] {
  const found = all.filter(({ kind }, i) => kind === 'person' || i < all.length - 1); // a beacon that ends the key is looked at below
  const wanted = transcript.contributions;
  const faults = wanted.flatMap((entry, i) => {
    const fault = i < found.length ? entryFault(found[i], entry, circuit) : `of "${entry.name}" is missing in the key`;
    return fault ? [`contribution ${i + 1}: ${fault}`] : [];
  });
  for (const [i, { name }] of found.entries())
    if (i >= wanted.length) faults.push(`contribution ${i + 1}: of "${name}" is in the key, not in the transcript`);
  for (const [i, { hash, delta }] of found.entries()) {
    const first = found.findIndex((entry) => entry.hash === hash);
    if (first < i) faults.push(`contribution ${i + 1}: repeats contribution ${first + 1}`);
    else if (i > 0 && found[i - 1].delta === delta) faults.push(`contribution ${i + 1}: changes nothing`);
  }
  return faults;
}

/** The beacon of one circuit's key against the transcript. */
export function beaconFaults(circuit: string, { contributions }: KeyHistory, { beacon }: Transcript): string[] {
  const last = contributions.at(-1);
  const found = last?.kind === 'beacon' ? last : undefined;
  if (!beacon) return found ? ['the key has a beacon, the transcript none'] : [];
  if (!found) return ['the transcript has a beacon, the key none'];
  const same =
    found.name === beacon.name &&
    found.beacon?.value === beacon.value &&
    found.beacon.iterationsExp === BEACON_ITERATIONS_EXP &&
    found.hash === beacon.keys[circuit];
  return same ? [] : ['the key has another beacon than the transcript'];
}
