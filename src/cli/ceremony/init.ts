/** `electra ceremony init`: the coordinator's first step. */
import type { Command } from 'commander';
import { initCeremony, MAIN_CIRCUITS } from '../../node/ceremony/index.ts';
import { example, jsonOption } from '../options.ts';
import { outOption, parseHash, powersOfTauOption, told } from './shared.ts';

export function registerInit(ceremony: Command): void {
  const c = ceremony
    .command('init')
    .description('begin: the first keys of all circuits of a chain, without any contribution yet')
    .option('--main', 'for the main chain, whose members are communities; a community’s own keys otherwise')
    .addOption(powersOfTauOption())
    .option('--ptau-hash <hex>', 'the SHA-256 that the file must have; any other is refused', parseHash)
    .requiredOption('--beacon-source <text>', 'whose value will end the ceremony, said now; a block that nobody has seen yet')
    .addOption(outOption())
    .addOption(jsonOption());
  example(
    c,
    'npx electra ceremony init --ptau powersOfTau28_hez_final_15.ptau --ptau-hash 0123…ef ' +
      '--beacon-source "Bitcoin, hash of block 925000" --out ceremony-0.zip',
  );
  c.action(async () => {
    const { ptau, ptauHash, beaconSource, out, main, json } = c.opts();
    const of = main ? MAIN_CIRCUITS : undefined;
    const { transcript, start } = await initCeremony({
      powersOfTau: ptau,
      powersOfTauHash: ptauHash,
      beaconSource,
      out,
      of,
      progress: told,
    });
    const circuits = transcript.circuits.map(({ name }) => name);
    if (json) process.stdout.write(`${JSON.stringify({ out, powersOfTau: transcript.powersOfTau, circuits, start })}\n`);
    else
      process.stdout.write(
        `✓ ${out}: ${circuits.join(', ')}, over powers of tau with SHA-256 ${transcript.powersOfTau}\n` +
          `  Publish both hashes; the ceremony begins at ${start}\n`,
      );
  });
}
