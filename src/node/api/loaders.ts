/** Per-request batching: many bills ask for few days. Nothing is kept beyond the request, so what is committed is readable at once. */
import DataLoader from 'dataloader';
import { LIMITS } from './limits.ts';
import type { Transaction } from './pool.ts';
import type { CopyRow, ProofRow } from './rows/bills.ts';
import { readCopies, readProofs } from './rows/bills.ts';
import type { BookText, PriceDayRow } from './rows/books.ts';
import { readPrices, readTexts } from './rows/books.ts';
import type { DisputeRow, MeterRow, OwnReadingRow } from './rows/chain.ts';
import { readMeters, readOwnDisputes, readOwnReadings } from './rows/chain.ts';
import type { InstallCodeRow } from './rows/installing.ts';
import { readInstallCodes } from './rows/installing.ts';
import type { ReportRow } from './rows/readings.ts';
import { readLastReports } from './rows/readings.ts';
import type { RunRow } from './rows/runs.ts';
import { readOpenRuns } from './rows/runs.ts';

export interface Loaders {
  /** by day */
  prices: DataLoader<number, PriceDayRow | null>;
  /** own meters by address */
  meter: DataLoader<string, MeterRow | null>;
  lastReport: DataLoader<string, ReportRow | null>;
  /** of own meters, by address */
  disputes: DataLoader<string, DisputeRow[]>;
  finalReading: DataLoader<string, OwnReadingRow | null>;
  runs: DataLoader<string, RunRow[]>;
  /** of meters that the viewer may know the codes of, newest first */
  installCodes: DataLoader<string, InstallCodeRow[]>;
  /** by `day:version:meter` */
  proof: DataLoader<string, ProofRow | null>;
  copy: DataLoader<string, CopyRow | null>;
  /** by `day:version` */
  bookText: DataLoader<string, BookText | null>;
}

function by<K extends string | number, T>(
  read: (keys: readonly K[]) => Promise<readonly T[]>,
  keyOf: (row: T) => K,
): DataLoader<K, T | null> {
  return new DataLoader(async (keys) => {
    const rows = new Map((await read(keys)).map((row) => [keyOf(row), row]));
    return keys.map((key) => rows.get(key) ?? null);
  });
}

export function loadersFor(tx: Transaction): Loaders {
  const owner = tx.viewer?.address ?? '';
  return {
    prices: by(
      (days) => readPrices(tx, days),
      (row) => row.day,
    ),
    meter: by(
      (ids) => readMeters(tx, owner, ids),
      (row) => row.id,
    ),
    lastReport: by(
      (ids) => readLastReports(tx, owner, ids),
      (row) => row.meter,
    ),
    disputes: new DataLoader(async (ids) => {
      const found = Map.groupBy(await readOwnDisputes(tx, owner, ids), ({ meter }) => meter);
      return ids.map((id) => found.get(id) ?? []);
    }),
    finalReading: by(
      (ids) => readOwnReadings(tx, owner, ids),
      (row) => row.meter,
    ),
    runs: new DataLoader(async (ids) => {
      const found = Map.groupBy(await readOpenRuns(tx, ids), ({ meter }) => meter);
      return ids.map((id) => found.get(id) ?? []);
    }),
    installCodes: new DataLoader(async (ids) => {
      const found = Map.groupBy(await readInstallCodes(tx, ids, LIMITS.installCodesShown), ({ meter }) => meter);
      return ids.map((id) => found.get(id) ?? []);
    }),
    proof: by(
      (keys) => readProofs(tx, owner, keys),
      (row) => row.key,
    ),
    copy: by(
      (keys) => readCopies(tx, owner, keys),
      (row) => row.key,
    ),
    bookText: by(
      (keys) => readTexts(tx, keys),
      (row) => row.key,
    ),
  };
}
