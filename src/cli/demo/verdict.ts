/** The audit of the replayed days, from exported bundles, by the same code and files that a stranger would use. */
import { rmSync } from 'node:fs';
import type { DataFolder } from '../../node/processes/data-folder.ts';
import { WASM_BACKEND_MODULE } from '../../node/proofs/backend-module.ts';
import { dayToDate } from '../../protocol/values/time.ts';
import { auditPath } from '../../reader/audit/audit-path.ts';
import { notProductionLine } from '../../reader/audit/format.ts';
import { exportDays } from '../operator/export.ts';
import type { Display } from './display.ts';

export interface ReplayVerdict {
  exitCode: number;
  lines: string[];
}

const STATUS: Record<number, string> = { 0: 'passed', 1: 'FAILED', 2: 'UNREADABLE', 3: 'passed with open matters', 4: 'partial' };
// 1 and 2 outweigh 4 and 3, and these outweigh 0.
const WEIGHT = [0, 4, 3, 1, 2];

export async function verdictOfReplay(data: DataFolder, firstDay: number, days: number, display: Display): Promise<ReplayVerdict> {
  let exitCode = 0;
  const lines: string[] = [];
  for (let day = firstDay; day < firstDay + days; day++) {
    const date = dayToDate(day);
    const dir = data.path('audit', date);
    rmSync(dir, { recursive: true, force: true });
    await exportDays(data, [day], dir);
    const verdict = await auditPath(dir, { developmentKeys: true, backendModule: WASM_BACKEND_MODULE });
    if (WEIGHT[verdict.exitCode] > WEIGHT[exitCode]) exitCode = verdict.exitCode;
    const failed = verdict.checks.filter((c) => c.status === 'failed' || c.status === 'unreadable');
    if (day === firstDay) lines.push(...notProductionLine(verdict));
    const { substitutes, disputes, openRuns, noBills, objections } = verdict.counts;
    lines.push(
      `${date}: ${STATUS[verdict.exitCode]} — ${verdict.checks.length} checks, ${substitutes} substitute(s), ${disputes} dispute(s), ` +
        `${openRuns} open run(s), ${noBills} open NoBill(s), ${objections} objection(s)`,
    );
    for (const check of failed) lines.push(`    ✗ ${check.id} ${check.name}: ${check.detail}`);
    display.progress('days audited', day - firstDay + 1, days);
  }
  display.endProgress();
  return { exitCode, lines };
}
