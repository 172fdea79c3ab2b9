/** `electra ceremony finalize`: the coordinator's last step. */
import type { Command } from 'commander';
import { finalizeCeremony } from '../../node/ceremony/index.ts';
import { example, jsonOption } from '../options.ts';
import { powersOfTauOption, stateOption, told } from './shared.ts';

export function registerFinalize(ceremony: Command): void {
  const c = ceremony
    .command('finalize')
    .description('end: apply the beacon, verify everything, write the folder of keys')
    .addOption(stateOption())
    .addOption(powersOfTauOption())
    .requiredOption('--beacon <hex>', 'the beacon’s value')
    .option('--beacon-source <text>', 'where it is from; refused where the ceremony began with another')
    .requiredOption('--out <folder>', 'new folder of keys')
    .addOption(jsonOption());
  example(
    c,
    'npx electra ceremony finalize --state ceremony-5.zip --ptau powersOfTau28_hez_final_15.ptau --beacon 0000…b1 --out keys',
    'npx electra init --keys keys --chain-id electra-hillside-9f3c01ab --rpc http://chain:26657 --database-url-file postgres.url',
  );
  c.action(async () => {
    const { state, ptau, beacon, beaconSource, out, json } = c.opts();
    const verdict = await finalizeCeremony({ from: state, powersOfTau: ptau, beacon, beaconSource, out, progress: told });
    const keys = Object.fromEntries(verdict.lines.filter(({ check }) => check === 'key').map(({ circuit, detail }) => [circuit, detail]));
    if (json) process.stdout.write(`${JSON.stringify({ out, keys, hash: verdict.hash })}\n`);
    else {
      const hashes = Object.entries(keys).map(([circuit, hash]) => `  ${circuit} ${hash}\n`);
      process.stdout.write(`✓ ${out}: keys by ${verdict.contributors.length} contributors. Publish the folder, and this:\n`);
      process.stdout.write(`${hashes.join('')}  the transcript ends at ${verdict.hash}\n`);
    }
  });
}
