/** What is made of Go's lines, without running the benchmark. */
import { expect, test } from 'vitest';
import { sharedWeeks, thousandDays } from './close-day.ts';
import { met } from './frame.ts';
import { metric } from './go.ts';

const THOUSAND =
  'BenchmarkThousandDays 1 9000000 ns/op 63.00 blocks 40.5 p50-cpu-ms/block 61 most-cpu-ms/block 72000 bytes/block 4500 bytes/day ' +
  '4.9 cpu-s 4.9 cpu-ms/day 2.5 check-ms/day 0.8 prepare-ms/day 0.4 process-ms/day 0.7 finalize-ms/day 0.5 recheck-ms/day ' +
  '2.000 state-keys/day 350 state-bytes/day';
const WEEKS =
  'BenchmarkSharedWeeks 1 9000000 ns/op 0.02 meter-keys/day 70 meter-bytes/day 0.2 settlement-keys/day 20 settlement-bytes/day ' +
  '0 register-keys/day 0 register-bytes/day 0.22 keys/day 90 bytes/day 4000 disk-bytes/day 5400 sent-bytes/day 3000 keys ' +
  '600000 bytes 30 days';

test('a metric is found by its whole unit', () => {
  expect(metric(THOUSAND, 'blocks')).toBe(63);
  expect(metric(THOUSAND, 'bytes/day')).toBe(4500);
});

test('a line without the unit, or none, is refused and no figure', () => {
  expect(() => metric(THOUSAND, 'keys')).toThrow("expected a benchmark's line with keys");
  expect(() => metric(undefined, 'blocks')).toThrow('got none');
  expect(() => sharedWeeks(THOUSAND)).toThrow();
});

test('a thousand days are told in blocks, minutes and time of each', () => {
  const [blocks, each, day] = thousandDays(THOUSAND);
  expect([blocks.value, each.value, day.value]).toEqual([63, 40.5, 4.9]);
  expect(blocks.note).toContain('6.3 minutes at a block every 6 s');
  expect(met(day)).toBe(true);
  expect(met(thousandDays(THOUSAND.replace('4.9 cpu-ms/day', '80 cpu-ms/day'))[2])).toBe(false);
});

test('a year of a hundred communities is what stands and 36,500 times what each day adds', () => {
  const [, state, disk, sent] = sharedWeeks(WEEKS);
  expect(state.value).toBeCloseTo((600_000 + 90 * 36_500) / 1e6);
  expect(state.note).toContain('11,030 keys');
  expect([disk.value, sent.value]).toEqual([146, 197.1]);
});
