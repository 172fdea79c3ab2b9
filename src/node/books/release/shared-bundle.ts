/**
 * The audit bundle of days of communities (docs/exchange.md): of each day its roster, what the chain said and its state proofs, and the
 * book with its proofs where there is one. Nothing is linked or copied there, so no other day is needed; a day that is void has no book.
 */
import { decompressProof } from '../../../protocol/bundle/points.ts';
import {
  compareAddresses,
  dayPath,
  dayToDate,
  encodeSettlementsFile,
  LIGHT_PATH,
  LOG_PATH,
  MAIN_PATH,
  SETTLEMENTS_PATH,
} from '../../../protocol/index.ts';
import type { Tx } from '../../db/index.ts';
import { chainHead } from '../../db/index.ts';
import { communityFiles } from '../../shared/community-files.ts';
import { areSettledAfter, hasNews, mainProofOf, settledSumsOf, shownDaysOf } from '../intake/chain-proofs.ts';
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

/** What the blocks had and the state has not: the proof of each settled sum. */
async function settlementsFile(tx: Tx, upTo: number): Promise<string> {
  const sums = (await settledSumsOf(tx, upTo)).map((row) => ({
    ...{ fromDay: row.from_day, uplink: row.uplink, amountNel: BigInt(row.amount_nel) },
    proof: decompressProof(row.sum_proof, 'sum_proof'),
  }));
  sums.sort((a, b) => a.fromDay - b.fromDay || compareAddresses(a.uplink, b.uplink));
  const { chainId } = (await chainHead(tx))!;
  return encodeSettlementsFile({ chainId, sums });
}

/**
 * The bundle of the days, or null where one of them is not ready, or the index has not proven yet what the chain says of it by now. Its
 * state is one at or after the last sum that the chain has settled of their weeks, and the two newest headers are of the block that left
 * that state, by whose time is judged what was due in it, and of the next one, which holds its hash.
 */
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
  const [log, main] = [await logFile(tx, wanted, null), await mainProofOf(tx)];
  if (!log || !main || main.height < log.height || (await areSettledAfter(tx, wanted, main.height))) return null;
  const headers = [...new Set([...heights, log.height + 1, main.height, main.height + 1])];
  return Object.assign(files, await common(tx, log.height), communityFiles(await shownDaysOf(tx, wanted)), {
    [LOG_PATH]: log.text,
    [MAIN_PATH]: main.file,
    [SETTLEMENTS_PATH]: await settlementsFile(tx, main.height),
    [LIGHT_PATH]: await lightFile(tx, headers),
  });
}
