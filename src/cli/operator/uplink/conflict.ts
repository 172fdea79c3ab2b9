/**
 * `electra uplink conflict`: two headers of one height, each signed by a community's validators, shown to the main chain. Then it takes
 * nothing of that community any more, and what it has in escrow stays. Anybody who is registered there may do it, from `light.json` of two
 * bundles.
 */
import type { Command } from 'commander';
import { conflictOf, provenMain } from '../../../node/uplink/index.ts';
import { readLightFile } from '../../../protocol/index.ts';
import { readText } from '../../../reader/cli/command.ts';
import type { LightBlock } from '../../../reader/light/index.ts';
import { CliError } from '../../errors.ts';
import { carryOut, withOrder } from '../../main-chain/order.ts';
import { conflict } from '../../main-chain/orders.ts';
import { mainOf } from '../../main-chain/reach.ts';
import { example, parseAddress } from '../../options.ts';
import { type MeterOptions, meterHand, withMeterKey } from './power.ts';
import { jsonOf } from './request.ts';

const ASK_MS = 60_000;

function blocksOf(option: string, file: string, chainId: string): LightBlock[] {
  let light: ReturnType<typeof readLightFile>;
  try {
    light = readLightFile(readText(option, file));
  } catch (error) {
    throw error instanceof CliError ? error : new CliError(`${option}: ${file}: ${(error as Error).message}`);
  }
  if (light.chainId !== chainId) throw new CliError(`${option}: ${file}: expected headers of ${chainId}, it has those of ${light.chainId}`);
  return light.blocks;
}

export function registerConflict(uplink: Command): void {
  const c = withOrder(
    withMeterKey(
      uplink
        .command('conflict')
        .argument('<uplink>', 'of which community', parseAddress)
        .argument('<one>', 'light.json of a bundle of that community’s chain')
        .argument('<other>', 'light.json of another one, which has another header of the same height')
        .description('show the main chain that a community’s validators have signed two histories: nothing of it is taken any more'),
    ),
  );
  example(c, 'npx electra uplink conflict electra1… bundle-a/light.json bundle-b/light.json --yes');
  c.action(async (target: string, one: string, other: string) => {
    const o = c.opts<MeterOptions>();
    const main = await mainOf(o);
    const { state } = await provenMain(main, AbortSignal.timeout(ASK_MS));
    const community = state.register.communities.find((found) => found.uplink === target);
    if (!community) throw new CliError(`<uplink>: expected one with a community behind it on ${main.chainId}`);
    const kept = state.register.kept.filter((found) => found.uplink === target).map((k) => ({ ...k, height: Number(k.height) }));
    const { chainId } = community;
    const found = conflictOf(chainId, [blocksOf('<one>', one, chainId), blocksOf('<other>', other, chainId)], kept);
    if (!found) throw new CliError('<other>: expected another header of a height that both have, above what the main chain has kept');
    const shown = conflict(target, found.height, [jsonOf(found.one), jsonOf(found.other)]);
    await carryOut(shown, main, await meterHand(o, main), o);
  });
}
