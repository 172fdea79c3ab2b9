/**
 * Check 11, a community's own bundle: whoever has it audits it too, and sees that the books are those which its chain showed here. Without
 * it the verdict rests on the word of the community's validators for its days.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Files } from '../../bundle.ts';
import type { RegisterState } from '../../light/index.ts';
import { type AuditOptions, auditBundle } from '../audit.ts';
import { type Check, type Fault, lines } from '../checks.ts';
import { compareBooks, comparisonLines, type MainSide } from './common-days.ts';

const STATUS = { 1: 'failed', 2: 'unreadable', 3: 'open', 4: 'open' } as const;

/** Line 11 community of one bundle. */
export async function communityChecks(
  files: Files,
  { communities }: Pick<RegisterState, 'communities'>,
  main: MainSide,
  options: AuditOptions,
): Promise<Check[]> {
  const head = { id: '11' as const, name: 'community' };
  // What the reader trusts of the main chain says nothing of this one.
  const { genesisHash: _hash, trustedHeader: _header, ...own } = options;
  const verdict = await auditBundle(files, own);
  const { chainId, genesisHash, exitCode, status, days } = verdict;
  const community = communities.find((one) => one.chainId === chainId);
  if (!community) return lines(head, [{ detail: `the bundle of ${chainId ?? 'an unknown chain'}, which is not registered here` }], '');
  const { uplink } = community;
  const faults: Fault[] = [];
  if (bytesToHex(community.genesisHash) !== genesisHash)
    faults.push({ detail: `${chainId} was registered with genesis ${bytesToHex(community.genesisHash)}, its bundle has ${genesisHash}` });
  const books = compareBooks({ chainId: community.chainId, uplink, files, audited: days }, main);
  for (const { date, here, there } of books.differing)
    faults.push({ meter: uplink, detail: `its chain showed book ${there} of ${date}, its bundle has ${here}` });
  if (exitCode !== 0) {
    const first = verdict.checks.find((one) => one.status === STATUS[exitCode]);
    const why = first ? `: ${first.id} ${first.name}, ${first.detail}` : '';
    faults.push({ status: STATUS[exitCode], detail: `the audit of ${chainId} says ${status} (exit code ${exitCode})${why}` });
  }
  const summary = `${chainId} audited by its own bundle, which has the books that its chain showed here: ${books.words}`;
  return comparisonLines(head, faults, books, summary);
}
