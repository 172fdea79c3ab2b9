/**
 * `electra uplink veto|suspend|replace-role`: what a community says on the main chain, where its uplink's key has power. By the key in the
 * data folder, or by another meter's in a file.
 */
import type { Command } from 'commander';
import { dataFolder } from '../../../node/processes/data-folder.ts';
import type { JoinedMain } from '../../../node/uplink/index.ts';
import { carryOut, type Order, type OrderOptions, withOrder } from '../../main-chain/order.ts';
import { replaceRole, suspend, veto } from '../../main-chain/orders.ts';
import { fileHand, type Hand, mainOf, type ReachOptions, uplinkHand } from '../../main-chain/reach.ts';
import { parseNumber, roleArgument } from '../../main-chain/roles.ts';
import { example, parseAddress } from '../../options.ts';

export type MeterOptions = ReachOptions & OrderOptions & { keyFile?: string; passphraseFile?: string };

export const withMeterKey = (c: Command): Command =>
  withOrder(
    c
      .option('--key-file <file>', '0600 file with a meter’s own private key in hex; default: the uplink’s key in --data')
      .option('--passphrase-file <file>', 'of the uplink’s key: a 0600 file, or a descriptor such as /dev/fd/3'),
  );

export const meterHand = (o: MeterOptions, main: JoinedMain): Promise<Hand> | Hand =>
  o.keyFile === undefined ? uplinkHand(dataFolder(o.data), main, o.passphraseFile) : fileHand(o.keyFile, '--key-file', main);

async function byMeter(o: MeterOptions, order: Order): Promise<void> {
  const main = await mainOf(o);
  await carryOut(order, main, await meterHand(o, main), o);
}

export function registerPowerOnMain(uplink: Command): void {
  const vetoing = withMeterKey(
    uplink
      .command('veto')
      .argument('<id>', 'number of what waits (electra uplink pending)', parseNumber)
      .description('say no to a registration, a resumption or another treasury that waits; more than a third of the power drops it'),
  );
  example(vetoing, 'npx electra uplink veto 3 --yes');
  vetoing.action((id: bigint) => byMeter(vetoing.opts<MeterOptions>(), veto(id)));

  const suspending = withMeterKey(
    uplink
      .command('suspend')
      .argument('<uplink>', 'of which community', parseAddress)
      .description('vote for a community’s suspension: its days are not taken, its escrow stays; more than two thirds of the power'),
  );
  example(suspending, 'npx electra uplink suspend electra1… --yes');
  suspending.action((target: string) => byMeter(suspending.opts<MeterOptions>(), suspend(target)));

  const replacing = withMeterKey(
    uplink
      .command('replace-role')
      .addArgument(roleArgument())
      .argument('<address>', 'who is to have it: an address without a role', parseAddress)
      .description('name another issuer, attestor or guardian; more than two thirds of the power bring it at once'),
  );
  example(replacing, 'npx electra uplink replace-role issuer electra1… --yes');
  replacing.action((role: string, address: string) => byMeter(replacing.opts<MeterOptions>(), replaceRole(role, address)));
}
