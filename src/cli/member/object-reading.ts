/**
 * `electra object-reading`: a member says on the chain that the final reading of their meter is wrong. Signed by the member's own wallet;
 * public, for good: every audit names it.
 */
import type { Command } from 'commander';
import { MsgObjectFinalReading } from '../../protocol/messages/generated/electra/meter/v1/tx.ts';
import { printDone } from '../operator/operator.ts';
import { dataOption, example, jsonOption, parseAddress } from '../options.ts';
import { type MemberOptions, submitAsMember } from './submit.ts';

export function register(program: Command): void {
  const c = program
    .command('object-reading')
    .argument('<meter>', 'the meter’s address', parseAddress)
    .description('say on the chain, as the member, that the final reading of a retired meter is wrong; every audit names it from then on')
    .requiredOption('--wallet-file <file>', '0600 file with the wallet’s private key in hex')
    .option('--rpc <url>', 'a chain node; default: that of --data')
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'npx electra object-reading electra1… --wallet-file .electra/meters/rural-001/wallet');
  c.action(async (meter: string) => {
    const o = c.opts<MemberOptions>();
    const done = await submitAsMember(o, 'ObjectFinalReading', (member) => MsgObjectFinalReading.encode({ member, meter }).finish());
    printDone(o.json, `on the chain: the final reading of ${meter} is objected to (block ${done.height})`, { meter, ...done });
  });
}
