/** `electra uplink deposit|withdraw|register-member`: what a treasury's wallet alone does on the main chain. */
import type { Command } from 'commander';
import { dataFolder } from '../../../node/processes/data-folder.ts';
import { uplinkSettings } from '../../../node/processes/uplink-settings.ts';
import { type JoinedMain, provenMain, treasuryIn } from '../../../node/uplink/index.ts';
import { CliError } from '../../errors.ts';
import { parseMove, type WalletOptions, withWallet } from '../../main-chain/holder.ts';
import { orderedBy } from '../../main-chain/order.ts';
import { deposit, registerAccount, withdraw } from '../../main-chain/orders.ts';
import { fileHand } from '../../main-chain/reach.ts';
import { parseAddress } from '../../options.ts';

const PROOF_MS = 90_000;

/** The community's own, as the data folder has it. */
const ownUplink = ({ data }: { data: string }) => uplinkSettings(dataFolder(data));

/** Who it is now, proven: it may have been replaced since the community joined. */
async function treasuryOn(main: JoinedMain, o: WalletOptions): Promise<string> {
  const { address, treasury } = ownUplink(o);
  const { state } = await provenMain(main, AbortSignal.timeout(PROOF_MS));
  return treasuryIn(state, address) ?? treasury;
}

const byTreasury = orderedBy<WalletOptions>({
  options: withWallet,
  async hand(o, main) {
    const treasury = await treasuryOn(main, o);
    const hand = fileHand(o.walletFile, '--wallet-file', main);
    if (hand.address === treasury) return hand;
    hand.close();
    throw new CliError(`--wallet-file: expected the treasury’s wallet ${treasury}, ${o.walletFile} is ${hand.address}’s`);
  },
});

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
    const c = uplink.command(name).argument('<amount>', 'ELECTRA, 0.001 or more', parseMove).description(words);
    byTreasury(c, typed, (amountNel: bigint) => order(ownUplink(c.opts<WalletOptions>()).address, amountNel));
  }
  byTreasury(
    uplink
      .command('register-member')
      .argument('<address>', 'an account of a member, of which nobody else need know whose it is', parseAddress)
      .description('let an account of a member hold ELECTRA; two for each member of the community'),
    'npx electra uplink register-member electra1… --wallet-file TREASURY --yes',
    (address: string) => registerAccount(address, 'member'),
  );
}
