/** `electra exchange account|resume|replace-treasury|withdraw-fund`: what the operator of a main chain says there, through its signer. */
import { Argument, type Command } from 'commander';
import { dataFolder } from '../../node/processes/data-folder.ts';
import { readText } from '../../reader/cli/command.ts';
import { parseMove } from '../main-chain/holder.ts';
import { type OrderOptions, orderedBy } from '../main-chain/order.ts';
import { registerAccount, replaceTreasury, resume, withdrawFund } from '../main-chain/orders.ts';
import { operatorHand, type ReachOptions } from '../main-chain/reach.ts';
import { parseAddress } from '../options.ts';
import { readRequest } from './uplink/request.ts';

const byOperator = orderedBy<ReachOptions & OrderOptions>({ options: (c) => c, hand: (o) => operatorHand(dataFolder(o.data)) });

/** A resumption wants a header alone. */
const withoutProofs = (checkpoint: unknown): unknown => ({ ...(checkpoint as object), storeProof: '', proofs: [] });

export function registerOrders(exchange: Command): void {
  byOperator(
    exchange
      .command('account')
      .argument('<address>', 'whose', parseAddress)
      .addArgument(new Argument('<kind>', 'what it is').choices(['treasury', 'member', 'other']))
      .description('let an account hold ELECTRA: of a community, of a member, of anybody else, such as this operator'),
    'npx electra exchange account electra1… other --yes',
    registerAccount,
  );
  byOperator(
    exchange
      .command('resume')
      .argument('<file>', 'the community’s file with a new checkpoint, by `electra uplink join`')
      .description('have a community go on that is suspended, or whose client ran out; in force after seven days, unless it is vetoed'),
    'npx electra exchange resume uplink-request.json --yes',
    (file: string) => {
      const { uplink, checkpoint } = readRequest(readText('<file>', file));
      return resume(uplink, withoutProofs(checkpoint));
    },
  );
  byOperator(
    exchange
      .command('replace-treasury')
      .argument('<uplink>', 'of which community', parseAddress)
      .argument('<treasury>', 'whom settlement pays then', parseAddress)
      .description('have settlement pay another account; in force after seven days, unless it is vetoed'),
    'npx electra exchange replace-treasury electra1… electra1… --yes',
    replaceTreasury,
  );
  byOperator(
    exchange
      .command('withdraw-fund')
      .argument('<amount>', 'ELECTRA, 0.001 or more', parseMove)
      .description('pay the operator what fees and rounding have left in the fund'),
    'npx electra exchange withdraw-fund 12.5 --yes',
    withdrawFund,
  );
}
