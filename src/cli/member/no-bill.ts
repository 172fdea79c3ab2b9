/**
 * `electra no-bill`: a member says on the chain that a bill was not delivered, or takes that back. Signed by the member's own wallet;
 * public.
 */
import type { Command } from 'commander';
import { MsgNoBill, MsgWithdrawNoBill } from '../../protocol/messages/generated/electra/meter/v1/tx.ts';
import { dayToDate } from '../../protocol/values/time.ts';
import { printDone } from '../operator/operator.ts';
import { dataOption, example, jsonOption, parseAddress, parseDate } from '../options.ts';
import { type MemberOptions, submitAsMember } from './submit.ts';

export function register(program: Command): void {
  const c = program
    .command('no-bill')
    .argument('<meter>', 'the meter’s address', parseAddress)
    .argument('<date>', 'the day, YYYY-MM-DD (UTC)', parseDate)
    .description('say on the chain, as the member, that a day’s bill was not delivered; every audit shows it while it is open')
    .requiredOption('--wallet-file <file>', '0600 file with the wallet’s private key in hex')
    .option('--withdraw', 'take it back')
    .option('--rpc <url>', 'a chain node; default: that of --data')
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'npx electra no-bill electra1… 2026-11-20 --wallet-file .electra/meters/rural-001/wallet');
  c.action(async (meter: string, day: number) => {
    const o = c.opts<MemberOptions & { withdraw?: boolean }>();
    const [name, codec] = o.withdraw ? (['WithdrawNoBill', MsgWithdrawNoBill] as const) : (['NoBill', MsgNoBill] as const);
    const done = await submitAsMember(o, name, (member) => codec.encode({ member, meter, day }).finish());
    printDone(
      o.json,
      `${o.withdraw ? 'withdrawn' : 'on the chain'}: ${meter} has ${o.withdraw ? 'its' : 'no'} bill of ${dayToDate(day)} ` +
        `(block ${done.height})`,
      { meter, day, withdrawn: Boolean(o.withdraw), ...done },
    );
  });
}
