/**
 * `npm run bench:audit`: what an audit costs, beside snarkjs in the same run. `-- --month` adds 30 days of `village`; with `--prove` they
 * are really proven, once, which takes most of an hour on two cores.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { fail } from '../src/cli/errors.ts';
import { copyingBundles, ensureDays, forgedBundle, metersOf, provenBundle, provenDays, writeBundle } from './audit-bundle.ts';
import { type Figure, line, machine } from './frame.ts';
import { benchMember } from './member.ts';
import { benchVerify } from './verify.ts';

const MONTH_DAYS = 30;
const ONE = fileURLToPath(new URL('./audit-one.ts', import.meta.url));

interface Run {
  wallS: number;
  cpuS: number;
  rssMb: number;
  exitCode: number;
}

/** One audit of a folder in a process of its own, from its start to the verdict. `ends`: the exit code that it has to have. */
function auditOnce(dir: string, auditedBooks: readonly string[] = [], ends = 0): Run {
  const startMs = performance.now();
  const child = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', ONE, dir, ...auditedBooks], { encoding: 'utf8' });
  const wallS = (performance.now() - startMs) / 1000;
  if (child.status !== ends) throw new Error(`the audit ended with ${child.status}: ${(child.stderr || child.stdout).slice(-400)}`);
  return { wallS, ...JSON.parse(child.stdout) };
}

function sizes(files: ReadonlyMap<string, string>, days: number): Figure[] {
  const meters = metersOf(files);
  const bytes = [...files.values()].reduce((sum, text) => sum + text.length, 0);
  const packed = [...files.values()].reduce((sum, text) => sum + gzipSync(text).length, 0);
  return [
    {
      name: `bundle, per meter and day (${meters} meters, ${days} day${days > 1 ? 's' : ''})`,
      value: bytes / meters / days,
      unit: 'bytes',
    },
    { name: 'the same, each file gzipped', value: packed / meters / days, unit: 'bytes' },
  ];
}

function auditFigures(files: ReadonlyMap<string, string>, days: number, aims: { wallS: number; rssMb?: number }, proofs: string): Figure[] {
  const dir = mkdtempSync(join(tmpdir(), 'electra-bench-audit-'));
  try {
    writeBundle(files, dir);
    const runs = Array.from({ length: days > 1 ? 1 : 3 }, () => auditOnce(dir)).sort((a, b) => a.wallS - b.wallS);
    const run = runs[Math.floor(runs.length / 2)];
    const what = days > 1 ? `${days} days` : 'one day';
    return [
      {
        name: `${what} of \`village\`, genesis file to verdict`,
        value: run.wallS,
        unit: 's',
        aim: { atMost: aims.wallS },
        note: `${metersOf(files)} meters, all of them validators; ${proofs}; process start included; ${run.cpuS.toFixed(1)} s of CPU`,
      },
      {
        name: `${what}: resident memory at its peak`,
        value: run.rssMb,
        unit: 'MB',
        ...(aims.rssMb ? { aim: { atMost: aims.rssMb } } : {}),
      },
      ...sizes(files, days),
    ];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const SILENT = 5;
const COPYING_RUNS = 7;

/** What substitutes add to a day's audit: one day with and without them, in turns, and the medians. */
async function copyingFigures(): Promise<Figure[]> {
  const { plain, copying } = await copyingBundles(SILENT);
  // A copy that nothing follows yet is an open matter: that bundle ends with its day.
  const bundles = [
    { ...plain, ends: 0 },
    { ...copying, ends: 3 },
  ];
  const dirs = bundles.map(() => mkdtempSync(join(tmpdir(), 'electra-bench-audit-')));
  try {
    for (const [i, { files }] of bundles.entries()) writeBundle(files, dirs[i]);
    const turn = (): Run[] => bundles.map(({ auditedBook, ends }, i) => auditOnce(dirs[i], [auditedBook], ends));
    const turns = Array.from({ length: COPYING_RUNS }, turn);
    const medians = (what: (run: Run) => number): number[] =>
      bundles.map((_, i) => turns.map((runs) => what(runs[i])).sort((a, b) => a - b)[Math.floor(COPYING_RUNS / 2)]);
    const [plainS, copyingS] = medians(({ wallS }) => wallS);
    const [plainCpuS, copyingCpuS] = medians(({ cpuS }) => cpuS);
    return [
      {
        name: `one day of \`village\`, ${SILENT} of its meters by substitutes`,
        value: copyingS,
        unit: 's',
        rival: { name: 'all metered', value: plainS },
        note:
          `the day before was audited earlier; forged proofs; medians of ${COPYING_RUNS} audits of each, in turns; ` +
          `${copyingCpuS.toFixed(2)} s of CPU, all metered ${plainCpuS.toFixed(2)} s`,
      },
      { name: 'what the substitutes make of it', value: copyingS / plainS, unit: 'times', aim: { atMost: 1.3 } },
    ];
  } finally {
    for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
  }
}

async function proven(days: number): Promise<void> {
  if (provenDays(days) === days) return;
  process.stderr.write(`  proving ${days - provenDays(days)} of ${days} days of village, once; they are kept below .cache …\n`);
  await ensureDays(days, (done) => process.stderr.write(`  ${done} of ${days} days proven\n`));
}

async function main(args: string[]): Promise<void> {
  if (args.includes('--help')) {
    process.stdout.write(
      'npm run bench:audit -- [--month [--prove]] [--json]\n\n' +
        '  --month   also 30 days of village, proofs forged with a known secret (they cost the same to verify)\n' +
        '  --prove   prove that month for real: the first time most of an hour on two cores; kept below .cache\n',
    );
    return;
  }
  for (const arg of args)
    if (!['--month', '--prove', '--json'].includes(arg)) throw new Error(`no option "${arg}"; there are --month, --prove and --json`);
  const json = args.includes('--json');
  const head = machine();
  const figures: Figure[] = [];
  const show = (list: readonly Figure[]): void => {
    figures.push(...list);
    if (!json) for (const figure of list) process.stdout.write(`${line(figure)}\n`);
  };
  if (!json) for (const [key, value] of Object.entries(head)) process.stdout.write(`${key.padEnd(8)} ${value}\n`);
  show(await benchVerify());
  show(await benchMember());
  await proven(1);
  show(auditFigures(provenBundle(1), 1, { wallS: 3 }, 'real proofs'));
  show(await copyingFigures());
  if (args.includes('--month')) {
    const prove = args.includes('--prove');
    if (prove) await proven(MONTH_DAYS);
    const files = prove ? provenBundle(MONTH_DAYS) : await forgedBundle(MONTH_DAYS);
    show(
      auditFigures(
        files,
        MONTH_DAYS,
        { wallS: 60, rssMb: 600 },
        prove ? 'real proofs' : 'proofs forged with a key whose secret the benchmark knows, which cost the same to verify',
      ),
    );
  }
  if (json) process.stdout.write(`${JSON.stringify({ ...head, figures })}\n`);
}

main(process.argv.slice(2)).then(() => process.exit(0), fail);
