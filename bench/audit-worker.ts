/** Proves days of the benchmark's month and keeps them. Arguments: indexes of days. */
import { setPriority } from 'node:os';
import { proveDays } from './audit-bundle.ts';

setPriority(19);
await proveDays(process.argv.slice(2).map(Number), (index) => process.send?.(index));
process.exit(0);
