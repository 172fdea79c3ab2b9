/**
 * What a main chain spends on the days of communities, each with its evidence and its Net proof: a validator's time and the bytes of a
 * block for one, by how many validators sign the community's headers (chain/x/register/keeper/close_day_bench_test.go); a thousand that
 * wait at once (chain/mainapp/thousand_days_bench_test.go); how the state grows with a hundred communities
 * (chain/mainapp/shared_weeks_bench_test.go).
 */
import type { Figure } from './frame.ts';
import { goBench, metric } from './go.ts';

const THOUSAND = 1_000;
/** From a block to the next one of a production chain: 5 s until it is proposed, and one until it is committed. */
const BLOCK_S = 6;
/** Days of communities that a chain of a hundred is told in a year. */
const YEAR_OF_HUNDRED = 100 * 365;

type Lines = ReadonlyMap<string, string>;

const text = (value: number): string => (value >= 10 ? Math.round(value).toLocaleString('en') : value.toPrecision(2));

function oneDay(lines: Lines): Figure[] {
  const number = (name: string, unit: string): number => metric(lines.get(`CloseDay${name}`), unit);
  return [13, 99].flatMap((validators): Figure[] => [
    {
      name: `a community's day, ${validators} validators of its own, all doors`,
      value: number(`${validators}AllDoors`, 'cpu-ms/op'),
      unit: 'ms CPU',
      note: `one door ${number(`${validators}OneDoor`, 'cpu-ms/op').toFixed(1)} ms`,
      ...(validators === 13 ? { aim: { atMost: 5 } } : {}),
    },
    {
      name: `the same, in a block`,
      value: number(`${validators}OneDoor`, 'bytes'),
      unit: 'bytes',
      ...(validators === 13 ? { aim: { atMost: 6_000 } } : {}),
    },
  ]);
}

/** Figures of a thousand communities' days that all wait at once, from Go's line. */
export function thousandDays(line: string | undefined): Figure[] {
  const number = (unit: string): number => metric(line, unit);
  const door = (name: string): string => `${name} ${text(number(`${name}-ms/day`))}`;
  const blocks = number('blocks');
  return [
    {
      name: `${THOUSAND.toLocaleString('en')} days that wait at once, until all are in`,
      value: blocks,
      unit: 'blocks',
      note: `${((blocks * BLOCK_S) / 60).toFixed(1)} minutes at a block every ${BLOCK_S} s; ${number('cpu-s').toFixed(1)} s of CPU`,
    },
    {
      name: 'each of these blocks, after it was checked',
      value: number('p50-cpu-ms/block'),
      unit: 'ms CPU',
      note: `at the most ${text(number('most-cpu-ms/block'))} ms and ${text(number('bytes/block'))} bytes`,
    },
    {
      name: "each community's day of them, all doors",
      value: number('cpu-ms/day'),
      unit: 'ms CPU',
      aim: { atMost: 5 },
      note: `ms: ${['check', 'prepare', 'process', 'finalize', 'recheck'].map(door).join(', ')}; ${text(number('bytes/day'))} bytes`,
      limit: 'a proposer that looks at all that wait, and a mempool that does after each block',
    },
    {
      name: 'what the state keeps of each until its freeze',
      value: number('state-bytes/day'),
      unit: 'bytes',
      note: `${number('state-keys/day').toFixed(1)} keys`,
    },
  ];
}

/** Figures of a hundred communities that state every day, from Go's line. */
export function sharedWeeks(line: string | undefined): Figure[] {
  const number = (unit: string): number => metric(line, unit);
  const each = (store: string): string =>
    `${store} ${number(`${store}-keys/day`).toFixed(2)} keys, ${text(number(`${store}-bytes/day`))} bytes`;
  const year = (unit: string): number => number(unit) * YEAR_OF_HUNDRED;
  const mb = (bytes: number): string => `${text(bytes / 1e6)} MB`;
  return [
    {
      name: 'what the state keeps of a community and day for good',
      value: number('bytes/day'),
      unit: 'bytes',
      note: `${number('keys/day').toFixed(2)} keys: ${['meter', 'settlement', 'register'].map(each).join('; ')}`,
    },
    {
      name: 'state after a year, 100 communities',
      value: (number('bytes') + year('bytes/day')) / 1e6,
      unit: 'MB',
      note:
        `${text(number('keys') + year('keys/day'))} keys: ${text(number('keys'))} and ${mb(number('bytes'))} after ` +
        `${number('days')} days, and 36,500 times what a community and day add`,
    },
    {
      name: 'the same on disk, every block’s state kept',
      value: year('disk-bytes/day') / 1e6,
      unit: 'MB',
      note: `${text(number('disk-bytes/day'))} bytes a community and day in application.db`,
    },
    {
      name: 'transactions of a year, 100 communities',
      value: year('sent-bytes/day') / 1e6,
      unit: 'MB',
      note: `${text(number('sent-bytes/day'))} bytes a community and day: its statement, its part of books and settlements`,
    },
  ];
}

export async function benchCloseDay(): Promise<Figure[]> {
  const days = oneDay(await goBench({ of: './x/register/keeper', bench: 'CloseDay', times: 10, cores: 1 }));
  const chain = await goBench({ of: './mainapp', bench: 'ThousandDays|SharedWeeks', times: 1, cores: 1 });
  return [...days, ...thousandDays(chain.get('ThousandDays')), ...sharedWeeks(chain.get('SharedWeeks'))];
}
