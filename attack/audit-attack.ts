/**
 * Attacks on the audit. The forged bundle is audited; the lines that failed must be just those of the check that should refuse it. Then the
 * verdict is concluded again without the lines of that check: if it passes, nothing else would have refused the forgery, and the check is
 * what stands between.
 */
import { randomBytes } from 'node:crypto';
import { wasmBackend } from '../src/node/proofs/backend-wasm.ts';
import { type AuditOptions, auditBundle, type Verdict } from '../src/reader/audit/index.ts';
import { conclude } from '../src/reader/audit/verdict.ts';
import type { Files } from '../test/kit/attack/forged-bundle.ts';
import { keyHashes } from '../test/kit/development-keys.ts';
import type { Attack, Outcome, Player } from './attack.ts';

const backend = await wasmBackend();

const auditOptions = (over: Partial<AuditOptions> = {}): AuditOptions => ({
  developmentKeys: true,
  developmentKeyHashes: new Set(Object.values(keyHashes())),
  random: (length) => randomBytes(length),
  backend,
  ...over,
});

export const audit = (files: Files, over: Partial<AuditOptions> = {}): Promise<Verdict> => auditBundle(files, auditOptions(over));

/** `5 bills` of every line that failed or could not be read, once each. */
const refusalsOf = (verdict: Verdict): string[] =>
  [...new Set(verdict.checks.filter((c) => c.status === 'failed' || c.status === 'unreadable').map((c) => `${c.id} ${c.name}`))].sort();

/** The verdict as it would be if these checks did not exist. */
function concludedWithout(verdict: Verdict, names: readonly string[]): Verdict {
  const { exitCode: _exit, status: _status, ...parts } = verdict;
  return conclude({ ...parts, checks: verdict.checks.filter((c) => !names.includes(`${c.id} ${c.name}`)) });
}

const passes = ({ exitCode }: Verdict): boolean => exitCode === 0 || exitCode === 3;

export interface AuditAttack {
  name: string;
  group: string;
  by: Player;
  does: string;
  refusedBy: readonly string[];
  bundle: () => Promise<Files>;
  options?: () => Partial<AuditOptions>;
  /** shows the success in another way too, when leaving lines out would show too little */
  also?: (files: Files) => Promise<{ succeeds: boolean; how: string }>;
}

async function outcomeOf({ bundle, options, refusedBy, also }: AuditAttack): Promise<Outcome> {
  const files = await bundle();
  const verdict = await audit(files, options?.());
  const rest = concludedWithout(verdict, refusedBy);
  const first = {
    succeeds: passes(rest),
    how: `the rest of the audit: ${rest.status}${passes(rest) ? '' : ` (${refusalsOf(rest).join(', ')})`}`,
  };
  const second = also && first.succeeds ? await also(files) : null;
  return { refusals: refusalsOf(verdict), without: second ? { succeeds: second.succeeds, how: `${first.how}; ${second.how}` } : first };
}

export const auditAttack = (a: AuditAttack): Attack => ({
  name: a.name,
  group: a.group,
  by: a.by,
  does: a.does,
  refusedBy: a.refusedBy,
  run: () => outcomeOf(a),
});

/** An audit with another option or bundle, in words. */
export async function seen(what: string, verdict: Promise<Verdict>): Promise<{ succeeds: boolean; how: string }> {
  const found = await verdict;
  return { succeeds: passes(found), how: `${what}: ${found.status}${passes(found) ? '' : ` (${refusalsOf(found).join(', ')})`}` };
}
