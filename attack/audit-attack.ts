/**
 * Attacks on the audit. The forged bundle is audited; the lines that failed must be just those of the check that should refuse it, and the
 * exit code the one expected. Then it is audited again with that check out: replaced by one that always passes. If the audit passes then,
 * nothing else would have refused the forgery, and the check is what stands between. Leaving a check away would show nothing: what did not
 * run is not passed.
 */
import { randomBytes } from 'node:crypto';
import { wasmBackend } from '../src/node/proofs/backend-wasm.ts';
import { auditWithout } from '../src/reader/audit/audit.ts';
import { type AuditOptions, auditBundle, type Verdict } from '../src/reader/audit/index.ts';
import { auditMain, auditMainWithout, isMainBundle } from '../src/reader/audit/main/index.ts';
import { parseBundle } from '../src/reader/bundle.ts';
import type { Files } from '../test/kit/attack/forged-bundle.ts';
import { auditedBefore } from '../test/kit/audit/bundles.ts';
import { remembering } from '../test/kit/audit/remembered.ts';
import type { Attack, Outcome, Player } from './attack.ts';

const verifier = { random: (length: number): Uint8Array => randomBytes(length), backend: await wasmBackend() };
const verifyClaims = remembering(verifier);

/** Proofs are remembered, unless an attack brings randomness to verify by. */
export const auditOptions = (over: Partial<AuditOptions> = {}): AuditOptions => ({
  developmentKeys: true,
  ...verifier,
  ...(over.random ? {} : { verifyClaims }),
  ...over,
});

/** The reader has audited the day before, where a bundle comes without its proofs. */
const readerOf = (files: Files, over: Partial<AuditOptions> = {}): AuditOptions =>
  auditOptions({ auditedBooks: auditedBefore(files), ...over });

/** Of a community's bundle, or of a main chain's. */
export const audit = (files: Files, over: Partial<AuditOptions> = {}): Promise<Verdict> =>
  isMainBundle(files) ? auditMain(files, auditOptions(over)) : auditBundle(files, readerOf(files, over));

/** `5 bills` of every line that failed or could not be read, once each; with `open` of every line that is an open matter, too. */
export const refusalsOf = (verdict: Verdict, open = false): string[] =>
  [
    ...new Set(
      verdict.checks
        .filter((c) => c.status === 'failed' || c.status === 'unreadable' || (open && c.status === 'open'))
        .map((c) => `${c.id} ${c.name}`),
    ),
  ].sort();

/** The audit with these checks out. */
const withoutChecks = (names: readonly string[], files: Files, over: Partial<AuditOptions> = {}): Promise<Verdict> =>
  isMainBundle(files)
    ? auditMainWithout(new Set(names), files, auditOptions(over))
    : auditWithout(new Set(names), parseBundle(files), readerOf(files, over));

export const passes = ({ exitCode }: Verdict): boolean => exitCode === 0 || exitCode === 3;

export interface AuditAttack {
  name: string;
  group: string;
  by: Player;
  does: string;
  refusedBy: readonly string[];
  /** default 1, failed; 2 where what is missing cannot be read; 3 where it is shown to everybody as open */
  exitCode?: 1 | 2 | 3;
  bundle: () => Promise<Files>;
  options?: () => Partial<AuditOptions> | Promise<Partial<AuditOptions>>;
  /** shows the success in another way too, when leaving lines out would show too little */
  also?: (files: Files) => Promise<{ succeeds: boolean; how: string }>;
}

async function outcomeOf({ bundle, options, refusedBy, also, exitCode = 1 }: AuditAttack): Promise<Outcome> {
  const files = await bundle();
  const over = await options?.();
  const verdict = await audit(files, over);
  const rest = await withoutChecks(refusedBy, files, over);
  // What is to be shown as open has to be, and all that is: without it the audit passes without a word.
  const isOpen = exitCode === 3;
  const first = {
    succeeds: isOpen ? rest.exitCode === 0 : passes(rest),
    how: `the rest of the audit: ${rest.status}${passes(rest) ? '' : ` (${refusalsOf(rest).join(', ')})`}`,
  };
  const second = also && first.succeeds ? await also(files) : null;
  const otherCode = verdict.exitCode === exitCode ? [] : [`exit code ${verdict.exitCode}, not ${exitCode}`];
  const refusals = [...refusalsOf(verdict, isOpen), ...otherCode];
  return { refusals, without: second ? { succeeds: second.succeeds, how: `${first.how}; ${second.how}` } : first };
}

export const auditAttack = (a: AuditAttack): Attack => ({
  name: a.name,
  group: a.group,
  by: a.by,
  does: a.does,
  refusedBy: a.refusedBy,
  bundle: a.bundle,
  run: () => outcomeOf(a),
});

/** An audit with another option or bundle, in words. */
export async function seen(what: string, verdict: Promise<Verdict>): Promise<{ succeeds: boolean; how: string }> {
  const found = await verdict;
  return { succeeds: passes(found), how: `${what}: ${found.status}${passes(found) ? '' : ` (${refusalsOf(found).join(', ')})`}` };
}
