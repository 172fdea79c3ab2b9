/**
 * `electra uplink veto|suspend|replace-role|veto-operator|name-operator`: what a community says on the main chain, where its uplink's key
 * has power. By the key in the data folder, or by another meter's in a file.
 */
import type { Command } from 'commander';
import { CometRpc, operatorState, replaceOperator, vetoRotation } from '../../../../sdk/ts/src/index.ts';
import { dataFolder } from '../../../node/processes/data-folder.ts';
import type { JoinedMain } from '../../../node/uplink/index.ts';
import type { EncodedMessage } from '../../../protocol/messages/sign.ts';
import { CliError } from '../../errors.ts';
import { assertInBlock, type OrderOptions, orderedBy, withOrder } from '../../main-chain/order.ts';
import { replaceRole, suspend, veto } from '../../main-chain/orders.ts';
import { fileHand, type KeyHand, mainOf, type ReachOptions, uplinkHand } from '../../main-chain/reach.ts';
import { parseNumber, roleArgument } from '../../main-chain/roles.ts';
import { example, parseAddress } from '../../options.ts';
import { assertTaken } from '../../refusals.ts';
import { printDone } from '../operator.ts';

export type MeterOptions = ReachOptions & OrderOptions & { keyFile?: string; passphraseFile?: string };

export const withMeterKey = (c: Command): Command =>
  c
    .option('--key-file <file>', '0600 file with a meter’s own private key in hex; default: the uplink’s key in --data')
    .option('--passphrase-file <file>', 'of the uplink’s key: a 0600 file, or a descriptor such as /dev/fd/3');

export const meterHand = (o: MeterOptions, main: JoinedMain): Promise<KeyHand> | KeyHand =>
  o.keyFile === undefined ? uplinkHand(dataFolder(o.data), main, o.passphraseFile) : fileHand(o.keyFile, '--key-file', main);

const byMeter = orderedBy<MeterOptions>({ options: withMeterKey, hand: meterHand });

interface Said {
  words: string;
  message: (meter: string) => EncodedMessage;
  value: object;
}

/** A word about who is the operator there: what becomes of it `electra operator show` says, of the chain's own state. */
async function sayOfOperator(o: MeterOptions, ask: (rpc: CometRpc) => Promise<Said>): Promise<void> {
  const main = await mainOf(o);
  const { words, message, value } = await ask(new CometRpc({ urls: main.rpcUrls }));
  const hand = await meterHand(o, main);
  try {
    if (!o.yes) throw new CliError(`--yes: expected, to ${words}, signed by ${hand.address} on ${main.chainId}`);
    const answer = await hand.send(message(hand.address));
    assertTaken(answer);
    await assertInBlock(main, answer);
    printDone(Boolean(o.json), `${words}: done (block ${answer.height})`, { ...value, by: hand.address, height: answer.height });
  } finally {
    hand.close();
  }
}

function registerOperatorOfMain(uplink: Command): void {
  const vetoing = withOrder(
    withMeterKey(
      uplink
        .command('veto-operator')
        .description('say no to the rotation of the main chain’s operator that waits; more than a third of the power drops it'),
    ),
  );
  example(vetoing, 'npx electra uplink veto-operator --yes');
  vetoing.action(() =>
    sayOfOperator(vetoing.opts<MeterOptions>(), async (rpc) => {
      const [queued] = (await operatorState(rpc)).queued;
      if (!queued) throw new CliError('no rotation of the main chain’s operator is queued');
      const { n, address } = queued;
      return { words: `veto ${address} as the next operator`, message: (meter) => vetoRotation({ meter, n }), value: { n, address } };
    }),
  );

  const naming = withOrder(
    withMeterKey(
      uplink
        .command('name-operator')
        .argument('<address>', 'the account that is to be the operator', parseAddress)
        .description('name another operator of the main chain; more than two thirds of the power bring it into force at once'),
    ),
  );
  example(naming, 'npx electra uplink name-operator electra1… --yes');
  naming.action((address: string) =>
    sayOfOperator(naming.opts<MeterOptions>(), async (rpc) => {
      const n = (await operatorState(rpc)).rotations + 1;
      return {
        words: `name ${address} as the operator`,
        message: (meter) => replaceOperator({ meter, n, address }),
        value: { n, address },
      };
    }),
  );
}

export function registerPowerOnMain(uplink: Command): void {
  registerOperatorOfMain(uplink);
  byMeter(
    uplink
      .command('veto')
      .argument('<id>', 'number of what waits (electra uplink pending)', parseNumber)
      .description('say no to a registration, a resumption or another treasury that waits; more than a third of the power drops it'),
    'npx electra uplink veto 3 --yes',
    veto,
  );
  byMeter(
    uplink
      .command('suspend')
      .argument('<uplink>', 'of which community', parseAddress)
      .description('vote for a community’s suspension: its days are not taken, its escrow stays; more than two thirds of the power'),
    'npx electra uplink suspend electra1… --yes',
    suspend,
  );
  byMeter(
    uplink
      .command('replace-role')
      .addArgument(roleArgument())
      .argument('<address>', 'who is to have it: an address without a role', parseAddress)
      .description('name another issuer, attestor or guardian; more than two thirds of the power bring it at once'),
    'npx electra uplink replace-role issuer electra1… --yes',
    replaceRole,
  );
}
