/** `electra balance …`: a member's balance in ELECTRA with its community, by the community's API (docs/balance.md). */
import type { Command } from 'commander';
import { registerLink, registerWithdraw } from './balance/orders.ts';
import { registerShow } from './balance/show.ts';

export function register(program: Command): void {
  const balance = program.command('balance').description('a member’s balance in ELECTRA: show it, link an account, ask for a payout');
  registerShow(balance);
  registerLink(balance);
  registerWithdraw(balance);
}
