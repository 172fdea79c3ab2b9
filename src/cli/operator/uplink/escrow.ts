/** `electra uplink deposit|withdraw|register-member|send|redeem`: what the treasury's wallet does on the main chain. */
import type { Command } from 'commander';
import { dataFolder, readSettings } from '../../../node/processes/data-folder.ts';
import { uplinkSettings } from '../../../node/processes/uplink-settings.ts';
import { CliError } from '../../errors.ts';
import { parseMove, registerHolder, type WalletOptions, withWallet } from '../../main-chain/holder.ts';
import { carryOut, type Order } from '../../main-chain/order.ts';
import { deposit, registerAccount, withdraw } from '../../main-chain/orders.ts';
import { fileHand, mainOf } from '../../main-chain/reach.ts';
import { example, parseAddress } from '../../options.ts';

async function byTreasury(o: WalletOptions, order: (uplink: string) => Order): Promise<void> {
  const data = dataFolder(o.data);
  readSettings(data);
  const { address, treasury } = uplinkSettings(data);
  const main = await mainOf(o);
  const hand = fileHand(o.walletFile, '--wallet-file', main);
  if (hand.address !== treasury)
    throw new CliError(`--wallet-file: expected the treasury’s wallet ${treasury}, ${o.walletFile} is ${hand.address}’s`);
  await carryOut(order(address), main, hand, o);
}

const MOVES = [
  [
    'deposit',
    deposit,
    'pay ELECTRA of the treasury into the escrow, from which debts are paid',
    'npx electra uplink deposit 500 --wallet-file TREASURY --yes',
  ],
  [
    'withdraw',
    withdraw,
    'take ELECTRA out of the escrow: nothing while anything is owed, and no more than above the credit',
    'npx electra uplink withdraw 500 --wallet-file TREASURY --yes',
  ],
] as const;

export function registerEscrow(uplink: Command): void {
  for (const [name, order, words, typed] of MOVES) {
    const c = withWallet(uplink.command(name).argument('<amount>', 'ELECTRA, 0.001 or more', parseMove).description(words));
    example(c, typed);
    c.action((amountNel: bigint) => byTreasury(c.opts<WalletOptions>(), (address) => order(address, amountNel)));
  }
  const c = withWallet(
    uplink
      .command('register-member')
      .argument('<address>', 'an account of a member, of which nobody else need know whose it is', parseAddress)
      .description('let an account of a member hold ELECTRA; two for each member of the community'),
  );
  example(c, 'npx electra uplink register-member electra1… --wallet-file TREASURY --yes');
  c.action((address: string) => byTreasury(c.opts<WalletOptions>(), () => registerAccount(address, 'member')));
  registerHolder(uplink);
}
