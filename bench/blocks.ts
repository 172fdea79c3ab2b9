/**
 * What a validator makes of a block as heavy as may be (chain/app/heaviest_block_test.go): two mebibytes of reports, 200 to a transaction,
 * in each of its doors. A proposal that is not judged within CometBFT's `timeout_propose` is voted down, so what a proposer prepares and
 * others judge has to fit into that, on far slower machines too.
 */
import type { Figure } from './frame.ts';
import { goBench, metric } from './go.ts';

const TIMEOUT_PROPOSE_MS = 3_000;

export async function benchBlocks(): Promise<Figure[]> {
  const line = (await goBench({ of: './app', bench: 'HeaviestBlock', times: 3 })).get('HeaviestBlock');
  const number = (unit: string): number => metric(line, unit);
  const bytes = Math.round(number('bytes')).toLocaleString('en');
  return [
    { name: 'all of it by CheckTx', value: number('check-ms'), unit: 'ms', note: `10,200 reports, ${bytes} bytes` },
    {
      name: 'prepared and judged',
      value: number('prepare-ms') + number('process-ms'),
      unit: 'ms',
      aim: { atMost: TIMEOUT_PROPOSE_MS },
      note: `${number('prepare-ms')} and ${number('process-ms')} ms`,
    },
    { name: 'carried out and committed', value: number('finalize-ms'), unit: 'ms' },
  ];
}
