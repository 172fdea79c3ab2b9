/**
 * `electra meter veto|leave|changes`: what the owner of a meter that is a validator says of who has power, with the meter's own key. The
 * meter may go on running: where both send at once, one of them signs anew.
 */
import type { Command } from 'commander';
import {
  CometRpc,
  leaveValidators,
  operatorState,
  type QueuedChange,
  queuedChanges,
  replaceOperator,
  vetoRotation,
  vetoValidator,
} from '../../../sdk/ts/src/index.ts';
import { dataFolder, rpcUrls } from '../../node/processes/data-folder.ts';
import { createSubmitter } from '../../node/signer/submit.ts';
import { type EncodedMessage, keySigner } from '../../protocol/messages/sign.ts';
import { CliError } from '../errors.ts';
import { printDone } from '../operator/operator.ts';
import { dataOption, example, jsonOption, parseAddress } from '../options.ts';
import { assertTaken } from '../refusals.ts';
import { keyOf } from './wallet.ts';

interface Options {
  keyFile: string;
  rpc?: string;
  data: string;
  end?: true;
  json?: true;
}

const rpcOf = ({ rpc, data }: Options): CometRpc => new CometRpc({ urls: rpc === undefined ? rpcUrls(dataFolder(data)) : [rpc] });

const withKey = (c: Command): Command =>
  c.requiredOption('--key-file <file>', '0600 file with the meter’s own private key in hex').option('--rpc <url>', RPC_HELP);
const RPC_HELP = 'a chain node; default: that of --data';

async function send(o: Options, message: (meter: string) => EncodedMessage): Promise<{ meter: string; height: number; txHash: string }> {
  const signer = keySigner(keyOf(o.keyFile, '--key-file'));
  const rpc = rpcOf(o);
  const { chainId } = await rpc.status();
  const submit = createSubmitter({ rpc, chainId, signer, signal: new AbortController().signal });
  const answer = await submit([message(signer.address)]);
  assertTaken(answer);
  return { meter: signer.address, height: answer.height, txHash: answer.txHash };
}

function veto(meter: Command): void {
  const c = withKey(
    meter
      .command('veto')
      .argument('<target>', 'the meter whose power is to begin or end', parseAddress)
      .description('say no, as a validator, to a queued beginning of a meter’s power; more than a third of the power drops it')
      .option('--end', 'to a queued end instead'),
  )
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'npx electra meter veto electra1… --key-file .electra/meters/rural-001/key');
  c.action(async (target: string) => {
    const o = c.opts<Options>();
    const end = o.end === true;
    const done = await send(o, (by) => vetoValidator({ meter: by, target, end }));
    printDone(Boolean(o.json), `vetoed: the ${end ? 'end' : 'beginning'} of ${target}’s power (block ${done.height})`, {
      ...done,
      target,
      end,
    });
  });
}

function leave(meter: Command): void {
  const c = withKey(meter.command('leave').description('end the power of the meter’s own key; it goes on as a light meter'))
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'npx electra meter leave --key-file .electra/meters/rural-001/key');
  c.action(async () => {
    const o = c.opts<Options>();
    const done = await send(o, leaveValidators);
    printDone(Boolean(o.json), `${done.meter} leaves the validators once the delay is over (block ${done.height})`, done);
  });
}

const words = ({ meter, end, asked, dueUnixS, vetoedBy }: QueuedChange, power: number): string =>
  `${meter}  ${end ? 'end  ' : 'begin'}  due ${new Date(dueUnixS * 1000).toISOString().slice(0, 16)}Z  ` +
  (asked ? 'asked for by itself' : `vetoes ${vetoedBy.length}; dropped by more than a third of ${power}`);

function changes(meter: Command): void {
  const c = meter
    .command('changes')
    .description('list the beginnings and ends of power that wait, as the chain has them')
    .option('--rpc <url>', RPC_HELP)
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'npx electra meter changes');
  c.action(async () => {
    const o = c.opts<Options>();
    const found = await queuedChanges(rpcOf(o));
    const text = found.changes.map((change) => `${words(change, found.power)}\n`).join('');
    process.stdout.write(o.json ? `${JSON.stringify(found)}\n` : text || 'no change of power is queued\n');
  });
}

function vetoOperator(meter: Command): void {
  const c = withKey(
    meter
      .command('veto-operator')
      .description('say no, as a validator, to the queued rotation of the operator; more than a third of the power drops it'),
  )
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'npx electra meter veto-operator --key-file .electra/meters/rural-001/key');
  c.action(async () => {
    const o = c.opts<Options>();
    const [queued] = (await operatorState(rpcOf(o))).queued;
    if (!queued) throw new CliError('no rotation of the operator is queued');
    const done = await send(o, (by) => vetoRotation({ meter: by, n: queued.n }));
    printDone(Boolean(o.json), `vetoed: ${queued.address} as the next operator (block ${done.height})`, { ...done, ...queued });
  });
}

function nameOperator(meter: Command): void {
  const c = withKey(
    meter
      .command('name-operator')
      .argument('<address>', 'the account that is to be the operator', parseAddress)
      .description('name, as a validator, another operator; more than two thirds of the power bring it into force at once'),
  )
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'npx electra meter name-operator electra1… --key-file .electra/meters/rural-001/key');
  c.action(async (address: string) => {
    const o = c.opts<Options>();
    const n = (await operatorState(rpcOf(o))).rotations + 1;
    const done = await send(o, (by) => replaceOperator({ meter: by, n, address }));
    printDone(Boolean(o.json), `${done.meter} names ${address} (block ${done.height})`, { ...done, n, address });
  });
}

/** Under `electra meter`. */
export function registerPower(meter: Command): void {
  veto(meter);
  leave(meter);
  changes(meter);
  vetoOperator(meter);
  nameOperator(meter);
}
