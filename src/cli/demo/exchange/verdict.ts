/** The audit of the week between communities, with their own books of the played day, as a stranger would: from exported files. */
import { rmSync } from 'node:fs';
import type { DataFolder } from '../../../node/processes/data-folder.ts';
import { WASM_BACKEND_MODULE } from '../../../node/proofs/backend-module.ts';
import { sleep } from '../../../node/shared/wait.ts';
import { PERIOD_DAYS } from '../../../protocol/index.ts';
import { auditPath } from '../../../reader/audit/audit-path.ts';
import { notProductionLine } from '../../../reader/audit/format.ts';
import { readBundle } from '../../../reader/folder.ts';
import { CliError } from '../../errors.ts';
import { exportDays } from '../../operator/export.ts';
import type { ReplayVerdict } from '../verdict.ts';

const MODULES_MS = 60_000;
const LOOK_MS = 1_000;
const WORDS: Record<number, string> = { 0: 'passed', 1: 'FAILED', 2: 'UNREADABLE', 3: 'passed with open matters', 4: 'partial' };

async function exported(data: DataFolder, days: readonly number[]): Promise<string> {
  const dir = data.path('audit', 'week');
  rmSync(dir, { recursive: true, force: true });
  await exportDays(data, days, dir);
  return dir;
}

/** There is no bundle until the index has proven what the chain's modules hold after the last settled sum: a block or two after it. */
async function exportedWeek(data: DataFolder, days: readonly number[], signal: AbortSignal): Promise<string> {
  for (const endMs = Date.now() + MODULES_MS; ; await sleep(LOOK_MS, signal))
    try {
      return await exported(data, days);
    } catch (error) {
      if (!(error instanceof CliError) || Date.now() > endMs || signal.aborted) throw error;
    }
}

/** Of the seven days; `communities`: whose books of the last of them are audited with it. */
export async function verdictOfWeek(
  data: DataFolder,
  firstDay: number,
  communities: readonly DataFolder[],
  signal: AbortSignal,
): Promise<ReplayVerdict> {
  const days = Array.from({ length: PERIOD_DAYS }, (_, i) => firstDay + i);
  const own = [];
  for (const community of communities) own.push(await readBundle(await exported(community, [days.at(-1)!])));
  const week = await exportedWeek(data, days, signal);
  const verdict = await auditPath(week, { developmentKeys: true, backendModule: WASM_BACKEND_MODULE, communities: own });
  const wrong = verdict.checks.filter(({ status }) => status === 'failed' || status === 'unreadable');
  return {
    exitCode: verdict.exitCode,
    lines: [
      ...notProductionLine(verdict),
      `seven days: ${WORDS[verdict.exitCode]} — ${verdict.checks.length} checks; open: six of the days are void, since nobody stated them`,
      ...wrong.map(({ id, name, detail }) => `    ✗ ${id} ${name}: ${detail}`),
    ],
  };
}
