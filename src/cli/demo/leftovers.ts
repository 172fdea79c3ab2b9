/**
 * What a crash leaves behind: processes whose parent was killed. They are recognised by the data folder among their arguments, so that a
 * process number which has meanwhile gone to somebody else is never touched.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { type DataFolder, writeWhole } from '../../node/processes/data-folder.ts';
import { everyProcess, works } from '../../node/shared/running.ts';
import { sleep } from '../../node/shared/wait.ts';

const file = (data: DataFolder) => data.path('run', 'pids.json');

export const rememberPids = (data: DataFolder, pids: Record<string, number>): void => writeWhole(file(data), `${JSON.stringify(pids)}\n`);
export const forgetPids = (data: DataFolder): void => rmSync(file(data), { force: true });

/** Ends processes of an earlier run on this folder. @returns how many there were */
export async function endLeftovers(data: DataFolder, say: (line: string) => void): Promise<number> {
  if (!existsSync(file(data))) return 0;
  let known: number[] = [];
  try {
    known = Object.values(JSON.parse(readFileSync(file(data), 'utf8')) as Record<string, number>);
  } catch {
    /* a torn file names nobody */
  }
  const ours = () =>
    everyProcess().filter(
      ({ pid, parent }) => pid !== process.pid && (known.includes(pid) || known.includes(parent)) && works(pid, data.dir),
    );
  const found = ours();
  for (const p of found)
    try {
      process.kill(p.pid, 'SIGTERM');
    } catch {
      /* gone already */
    }
  for (let waited = 0; found.length > 0 && ours().length > 0 && waited < 10_000; waited += 200) await sleep(200);
  for (const p of ours())
    try {
      process.kill(p.pid, 'SIGKILL');
    } catch {
      /* gone already */
    }
  if (found.length > 0) say(`! ended ${found.length} process(es) left over from a crash`);
  forgetPids(data);
  return found.length;
}
