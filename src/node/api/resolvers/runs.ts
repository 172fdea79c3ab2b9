/** Runs that are not closed, and where meters' registers ended (protocol §9.3). */
import { fieldFromBytes } from '../../../protocol/values/field.ts';
import { dateOfUnixS } from '../chain-head.ts';
import { dayRange, type PageArgs, page } from '../connection.ts';
import type { Context } from '../context.ts';
import { type FinalReadingRow, readFinalReadings } from '../rows/chain.ts';
import { type RunRow, readOpenRuns } from '../rows/runs.ts';
import type { RangeArgs } from './audit.ts';

export const finalReadings = (args: RangeArgs, { tx }: Context) => {
  const { from, to } = dayRange(args);
  return page<FinalReadingRow>(args, {
    shape: ['int', 'text'],
    keyOf: (row) => [row.height, row.meter],
    read: (after, limit) => readFinalReadings(tx, { from, to, after, limit }),
  });
};

export const FinalReading = {
  link: (row: FinalReadingRow) => fieldFromBytes(row.link, 'link'),
  at: (row: FinalReadingRow) => dateOfUnixS(Number(row.unix_s)),
  objectedHeight: (row: FinalReadingRow) => row.objected_height,
};

/** Also of a member's own, whose row has the registers. */
export const OwnFinalReading = {
  ...FinalReading,
  importWh: (row: { import_wh: bigint }) => row.import_wh,
  exportWh: (row: { export_wh: bigint }) => row.export_wh,
};

const isAfter = (run: RunRow, [firstDay, meter]: readonly (number | string)[]): boolean =>
  run.firstDay < Number(firstDay) || (run.firstDay === Number(firstDay) && run.meter < meter);

export const openRuns = (args: PageArgs, { tx }: Context) =>
  page<RunRow>(args, {
    shape: ['int', 'text'],
    keyOf: (run) => [run.firstDay, run.meter],
    read: async (after, limit) => (await readOpenRuns(tx)).filter((run) => after === null || isAfter(run, after)).slice(0, limit),
  });

export const Run = {
  follows: (run: RunRow) => run.follows.toUpperCase().replace('-', '_'),
  dueAt: (run: RunRow) => dateOfUnixS(run.dueUnixS),
};
