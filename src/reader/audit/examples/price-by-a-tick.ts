/**
 * Audits a folder, then moves one price of its last day by one tick and audits again.
 * node src/reader/audit/examples/price-by-a-tick.ts BUNDLE
 */
import { randomBytes } from 'node:crypto';
import { readBundle } from '../../folder.ts';
import { type AuditOptions, auditBundle, formatVerdict } from '../index.ts';

const options: AuditOptions = {
  developmentKeys: true,
  random: (n) => randomBytes(n),
};

const files = await readBundle(process.argv[2]);
const honest = await auditBundle(files, options);
console.log(formatVerdict(honest));

const path = `days/${honest.days.at(-1)}/book.json`;
const book = JSON.parse(files.get(path)!);
book.prices.buyNelPerWh[40] = String(Number(book.prices.buyNelPerWh[40]) + 1000);
files.set(path, JSON.stringify(book)); // keys are still in order: canonical
const moved = await auditBundle(files, options);
for (const check of moved.checks.filter(({ status }) => status === 'failed')) console.log(`${check.id} ${check.name}: ${check.detail}`);
process.exit(moved.exitCode);
