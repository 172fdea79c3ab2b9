/**
 * What a validator of the main chain spends on the day of one community, its evidence and its Net proof
 * (chain/x/register/keeper/close_day_bench_test.go), by how many validators sign the community's headers; and how many bytes of a block.
 */
import type { Figure } from './frame.ts';
import { goBench } from './go.ts';

export async function benchCloseDay(): Promise<Figure[]> {
  const lines = await goBench({ of: './x/register/keeper', bench: 'CloseDay', times: 10, cores: 1 });
  const number = (name: string, unit: string): number =>
    Number(new RegExp(`(\\S+)\\s+${unit}`).exec(lines.get(`CloseDay${name}`) ?? '')?.[1]);
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
