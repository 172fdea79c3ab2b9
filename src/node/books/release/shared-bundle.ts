/**
 * The audit bundle of days of communities (docs/exchange.md): of each day its roster, what the chain said and its state proofs, and the
 * book with its proofs where there is one. Nothing is linked or copied there, so no other day is needed; a day that is void has no book.
 */
import { dayPath, dayToDate, LIGHT_PATH, LOG_PATH } from '../../../protocol/index.ts';
import type { Tx } from '../../db/index.ts';
import { chainHead } from '../../db/index.ts';
import { hasNews } from '../intake/chain-proofs.ts';
import { provenBooks, voidDays } from '../intake/chain-view.ts';
import { type BundleFiles, common, dayFiles, logFile, stateFile } from './day-files.ts';
import { lightFile } from './light-file.ts';

/** Those of the days that have nothing more to come: released and verified by a block, or void. */
async function readyDays(tx: Tx, days: readonly number[]): Promise<Map<number, number | 'void'>> {
  const head = (await chainHead(tx))!;
  const released = await tx<{ day: number; height: number }[]>`
    select d.day, p.height from books.day d join ${provenBooks(tx, head.height)} p using (day, version)
    where version = 1 and state = 'released' and day = any(${days as number[]})`;
  const voids = await tx<{ day: number }[]>`
    select day from ${voidDays(tx, head)} v where day = any(${days as number[]})
    union select day from books.day where blocked_by = 'void' and day = any(${days as number[]})`;
  return new Map<number, number | 'void'>([
    ...voids.map(({ day }) => [day, 'void'] as const),
    ...released.map(({ day, height }) => [day, height] as const),
  ]);
}

/** The bundle of the days, or null where one of them is not ready, or the index has not proven yet what the chain says of it by now. */
export async function sharedBundle(tx: Tx, days: readonly number[]): Promise<BundleFiles | null> {
  const wanted = [...new Set(days)].sort((a, b) => a - b);
  const ready = await readyDays(tx, wanted);
  if (wanted.length === 0 || (await hasNews(tx, wanted))) return null;
  const files: BundleFiles = {};
  const heights: number[] = [];
  for (const day of wanted) {
    const [fate, proven] = [ready.get(day), await stateFile(tx, day, { isLast: day === wanted.at(-1) })];
    if (fate === undefined || !proven || (fate !== 'void' && proven.height < fate)) return null;
    const own = await dayFiles(tx, day, { height: proven.height, stage: 'released', withProofs: true, bare: true });
    Object.assign(files, own, { [dayPath(dayToDate(day), 'state')]: proven.text });
    heights.push(proven.height + 1);
  }
  const log = await logFile(tx, wanted, null);
  if (!log) return null;
  Object.assign(files, await common(tx, log.height));
  Object.assign(files, { [LOG_PATH]: log.text, [LIGHT_PATH]: await lightFile(tx, [...new Set([...heights, log.height + 1])]) });
  return files;
}
