/** How a figure is printed: what was measured, its value, the aim where there is one, and a rival measured in the same run. */
import { spawnSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** `atLeast` or `atMost` of the same unit */
  aim?: { atLeast?: number; atMost?: number };
  rival?: { name: string; value: number };
  /** said in any case: what the number needs to be understood */
  note?: string;
  /** said where the aim is missed: what limits it */
  limit?: string;
}

const root = fileURLToPath(new URL('..', import.meta.url));

export function machine(): Record<string, string> {
  const git = (args: string[]) => spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout?.trim() || 'unknown';
  const changed = git(['status', '--porcelain', '--untracked-files=no']);
  return {
    commit: `${git(['rev-parse', '--short', 'HEAD'])}${changed && changed !== 'unknown' ? ' with local changes' : ''}`,
    machine: `${cpus().length} × ${cpus()[0]?.model.trim()}, ${(totalmem() / 1024 ** 3).toFixed(0)} GiB`,
    system: `${process.platform} ${process.arch}, Node ${process.versions.node}`,
    date: new Date().toISOString().slice(0, 10),
  };
}

export function met(figure: Figure): boolean | null {
  const { atLeast, atMost } = figure.aim ?? {};
  if (atLeast === undefined && atMost === undefined) return null;
  return (atLeast === undefined || figure.value >= atLeast) && (atMost === undefined || figure.value <= atMost);
}

const number = (value: number): string => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3));

export function line(figure: Figure): string {
  const { aim, rival } = figure;
  const ok = met(figure);
  const goal =
    aim === undefined
      ? ''
      : `   aim ${aim.atLeast !== undefined ? `≥ ${number(aim.atLeast)}` : `≤ ${number(aim.atMost!)}`} ${ok ? '✓' : '✗'}`;
  const beside = rival ? `   (${rival.name}: ${number(rival.value)})` : '';
  const below = [figure.note, figure.limit && ok === false ? `limited by ${figure.limit}` : undefined].filter(Boolean);
  const measured = `  ${figure.name.padEnd(52)} ${number(figure.value).padStart(9)} ${figure.unit.padEnd(8)}`;
  return [`${measured}${goal}${beside}`, ...below.map((text) => `      ${text}`)].join('\n');
}

/** Median of several runs of `work`, each giving a number. */
export async function median(runs: number, work: () => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let i = 0; i < runs; i++) values.push(await work());
  return values.sort((a, b) => a - b)[Math.floor(runs / 2)];
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
