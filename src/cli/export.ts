/** `electra export`: the audit bundle of a day, with the day before it where there is one. Public data only. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { bundleOfDays } from '../books/index.ts';
import { dayToDate } from '../protocol/time.ts';
import { dataFolder, type DataFolder } from './data-folder.ts';
import { withDatabase } from './database.ts';
import { CliError } from './errors.ts';
import { dataOption, example, jsonOption, parseDate } from './options.ts';
import { shippedKeys } from './shipped-keys.ts';

/** Writes the bundle of released days into an empty or new folder. @returns the files written */
export async function exportDays(data: DataFolder, days: readonly number[], out: string): Promise<string[]> {
  const files = await withDatabase(data, 'books', (sql) => bundleOfDays(sql, days, shippedKeys()));
  if (!files) throw new CliError(`<date>: no released book for ${days.map(dayToDate).join(', ')} yet (electra doctor shows which days there are)`);
  if (existsSync(out) && readdirSync(out).length > 0) throw new CliError(`--out: ${out} is not empty`);
  for (const [path, text] of Object.entries(files)) {
    const target = join(out, path);
    mkdirSync(join(target, '..'), { recursive: true });
    writeFileSync(target, text);
  }
  return Object.keys(files);
}

export function register(program: Command): void {
  const c = program.command('export').argument('<date>', 'the day, YYYY-MM-DD (UTC)', parseDate).description('write a day’s audit bundle: book, proofs, roster, chain state, keys')
    .requiredOption('--out <dir>', 'folder to write; must be empty or new')
    .addOption(dataOption()).addOption(jsonOption());
  example(c, 'npx electra export 2026-11-20 --out bundle', 'npx electra audit bundle --development-keys');
  c.action(async (day: number) => {
    const o = c.opts();
    const files = await exportDays(dataFolder(o.data), [day], o.out);
    if (o.json) process.stdout.write(`${JSON.stringify({ out: o.out, files })}\n`);
    else process.stdout.write(`✓ ${files.length} files in ${o.out}\n`);
  });
}
