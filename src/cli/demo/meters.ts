/** `electra meters`: the simulated meters of a demonstration, as one process. */
import { readFileSync } from 'node:fs';
import type { Outfit } from '../../../sdk/ts/src/index.ts';
import { runFleet } from '../../../simulator/fleet.ts';
import { type DataFolder, readSettings, rpcUrls } from '../../node/processes/data-folder.ts';
import type { ProcessContext } from '../../node/processes/process.ts';
import { readGenesis } from '../../protocol/genesis/index.ts';
import { CliError } from '../errors.ts';

/** As each meter of the demonstration is outfitted: by the genesis that was made here, not by a node's word. */
function outfitOf(data: DataFolder): Outfit {
  const [first] = readSettings(data).demo!.validators;
  const { operator, hash } = readGenesis(JSON.parse(readFileSync(data.path('chain', first.home, 'config', 'genesis.json'), 'utf8')));
  return { operator, genesisHash: Buffer.from(hash, 'hex') };
}

export async function metersProcess(data: DataFolder, { signal, log }: ProcessContext): Promise<void> {
  const { demo, chainId } = readSettings(data);
  if (!demo) throw new CliError('meters: only a demonstration made by `electra up` has simulated meters');
  const genesisMs = demo.genesisUnixS * 1000;
  await runFleet({
    dataDir: data.dir,
    rpcUrls: rpcUrls(data),
    chainId,
    outfit: outfitOf(data),
    signal,
    log,
    // For tests of other meters: these members' are left to them.
    external: (process.env.ELECTRA_EXTERNAL_METERS ?? '').split(',').filter(Boolean),
    rate: demo.rate,
    gateways: demo.gateways === true,
    // Meters live by the chain's clock, which is the machine's but in benchmarks.
    now: () => genesisMs + demo.rate * (Date.now() - genesisMs),
  });
}
