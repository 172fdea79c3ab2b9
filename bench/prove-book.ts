/**
 * What a validator spends on a day of 99 meters that is proven to the chain (chain/x/meter/keeper/prove_book_bench_test.go): time of one
 * core, in one door and in all four of them, with nothing known beforehand; and the bills in one batch beside one after the other.
 */
import type { Figure } from './frame.ts';
import { goBench, metric } from './go.ts';

const METERS = 99;

export async function benchProveBook(): Promise<Figure[]> {
  const lines = await goBench({ of: './x/meter/keeper', bench: 'ProveBook', times: 10, cores: 1 });
  const number = (name: string, unit: string): number => metric(lines.get(name), unit);
  const cpuMs = (name: string): number => number(`ProveBook${name}`, 'cpu-ms/op');
  return [
    {
      name: `a day of ${METERS} meters, one door`,
      value: cpuMs('OneDoor'),
      unit: 'ms CPU',
      aim: { atMost: 150 },
      note: `${Math.round(number('ProveBookOneDoor', 'bytes')).toLocaleString('en')} bytes`,
    },
    { name: 'the same, all four doors and the block', value: cpuMs('AllDoors'), unit: 'ms CPU', aim: { atMost: 600 } },
    {
      name: `its ${METERS} bills in one batch`,
      value: cpuMs('Batch'),
      unit: 'ms CPU',
      rival: { name: 'one by one', value: cpuMs('OneByOne') },
    },
  ];
}
