/** The table: one block per attack, since four sentences do not fit side by side in a terminal. */
import type { Row } from './attack.ts';

const without = ({ without: w }: Row): string =>
  'cannot' in w ? `not shown: ${w.cannot}` : `${w.succeeds ? 'succeeds' : 'FAILS'}: ${w.how}`;

/** One row as lines of text. */
export function formatRow(row: Row): string {
  const { attack, refusals, figures, faults, ok, tookMs } = row;
  return [
    `${ok ? '✓' : '✗'} ${attack.name}  (${attack.by}, ${(tookMs / 1000).toFixed(1)} s)`,
    `    the ${attack.by} ${attack.does}`,
    `    refused by   ${[...new Set(refusals)].join(' + ') || 'nothing'}`,
    `    without it   ${without(row)}`,
    ...(figures ?? []).map((figure) => `    ${figure}`),
    ...faults.map((fault) => `    ✗ ${fault}`),
  ].join('\n');
}

export function formatTotal(rows: readonly Row[]): string {
  const failed = rows.filter((row) => !row.ok);
  const unshown = rows.filter((row) => 'cannot' in row.without).length;
  const refused = rows.length - failed.length;
  const without = unshown > 0 ? `, ${refused - unshown} of them shown to succeed without it` : ' and successful without it';
  const shown = `${refused} of ${rows.length} attacks refused by the check that should${without}`;
  return failed.length === 0 ? shown : `${shown}\nnot so: ${failed.map(({ attack }) => attack.name).join(', ')}`;
}

/** Plain data of a row. */
export const rowData = (row: Row) => ({
  name: row.attack.name,
  group: row.attack.group,
  by: row.attack.by,
  does: row.attack.does,
  expected: row.attack.refusedBy,
  refusedBy: [...new Set(row.refusals)],
  without: row.without,
  figures: row.figures ?? [],
  ok: row.ok,
  faults: row.faults,
  tookMs: Math.round(row.tookMs),
});
