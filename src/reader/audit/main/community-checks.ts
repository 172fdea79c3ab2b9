/**
 * Check 11, a community's own bundle: whoever has it audits it too, and sees that the books are those which its chain showed here. Without
 * it the verdict rests on the word of the community's validators for its days.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import { bookHash, bookPath, dayToDate } from '../../../protocol/index.ts';
import { type Files, textsOf } from '../../bundle.ts';
import type { RegisterState } from '../../light/index.ts';
import { type AuditOptions, auditBundle } from '../audit.ts';
import { type Check, type Fault, lines } from '../checks.ts';
import type { ProvenDays } from './evidence-checks.ts';

const STATUS = { 1: 'failed', 2: 'unreadable', 3: 'open', 4: 'open' } as const;

/** Line 11 community of one bundle. */
export async function communityChecks(
  files: Files,
  { communities }: RegisterState,
  proven: ProvenDays,
  options: AuditOptions,
): Promise<Check[]> {
  const head = { id: '11' as const, name: 'community' };
  // What the reader trusts of the main chain says nothing of this one.
  const { genesisHash: _hash, trustedHeader: _header, ...own } = options;
  const verdict = await auditBundle(files, own);
  const { chainId, genesisHash, exitCode, status } = verdict;
  const community = communities.find((one) => one.chainId === chainId);
  if (!community) return lines(head, [{ detail: `the bundle of ${chainId ?? 'an unknown chain'}, which is not registered here` }], '');
  const faults: Fault[] = [];
  if (bytesToHex(community.genesisHash) !== genesisHash)
    faults.push({ detail: `${chainId} was registered with genesis ${bytesToHex(community.genesisHash)}, its bundle has ${genesisHash}` });
  const texts = textsOf(files);
  let tied = 0;
  for (const [place, { bookHash: shown, day }] of proven) {
    if (!place.endsWith(`/${community.uplink}`)) continue;
    const text = texts.get(bookPath(dayToDate(day), 1));
    if (text === undefined) continue;
    tied++;
    if (bookHash(text) !== shown)
      faults.push({
        meter: community.uplink,
        detail: `its chain showed book ${shown} of ${dayToDate(day)}, its bundle has ${bookHash(text)}`,
      });
  }
  if (exitCode !== 0) {
    const first = verdict.checks.find((one) => one.status === STATUS[exitCode]);
    const why = first ? `: ${first.id} ${first.name}, ${first.detail}` : '';
    faults.push({ status: STATUS[exitCode], detail: `the audit of ${chainId} says ${status} (exit code ${exitCode})${why}` });
  }
  return lines(
    head,
    faults,
    `${chainId} audited by its own bundle: ${verdict.days.length} days, ${tied} of them shared here, the same books`,
  );
}
