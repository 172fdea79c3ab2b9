/**
 * `electra uplink pay`: what the treasury's wallet signs for members: it registers their accounts and pays what they have asked for. The
 * node's processes never see that wallet.
 */
import type { Command } from 'commander';
import { chainHead, isRetryable, type Sql } from '../../../node/db/index.ts';
import { type DataFolder, dataFolder, readSettings } from '../../../node/processes/data-folder.ts';
import { joinedMain, type UplinkSettings, uplinkSettings } from '../../../node/processes/uplink-settings.ts';
import { sleep } from '../../../node/shared/wait.ts';
import { inForce, mainChain, type Paid, type Payer, payMembers, toPay, treasuriesOf } from '../../../node/uplink/index.ts';
import { retryOf } from '../../../protocol/index.ts';
import { keySigner } from '../../../protocol/messages/sign.ts';
import { printable } from '../../../reader/audit/format.ts';
import { withDatabase } from '../../database.ts';
import { CliError } from '../../errors.ts';
import { yesOption } from '../../main-chain/order.ts';
import { walletOf } from '../../member/wallet.ts';
import { dataOption, example, jsonOption } from '../../options.ts';
import { electra } from '../amount.ts';

interface Options {
  walletFile: string;
  watch?: true;
  yes?: true;
  json?: true;
  data: string;
}

const WATCH_EVERY_MS = 20_000;

const accountsOf = (n: number): string => `${n} ${n === 1 ? 'account' : 'accounts'}`;
const payoutsOf = (n: number): string => `${n} ${n === 1 ? 'payout' : 'payouts'}`;
/** With sentences of a node that nobody trusts. */
const say = (text: string): void => void process.stderr.write(`${printable(text)}\n`);
const log = { info: () => {}, warn: (_: unknown, text: string) => say(text) };

/** Until a signal comes. Returns the signal that says so. */
function untilStopped(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  return stop.signal;
}

/**
 * Whom the wallet pays for: the treasury in force, as this node's index of the main chain has it. It may have been replaced since the
 * community joined, and since the round before.
 * @throws CliError where the wallet is another's, or nothing is known of that chain
 */
export async function payerOf(
  main: Sql,
  { address, mainChainId, treasury: joined }: Pick<UplinkSettings, 'address' | 'mainChainId' | 'treasury'>,
  { chainId, wallet }: { chainId: string; wallet: string },
): Promise<Payer> {
  const head = await chainHead(main);
  if (head?.chainId !== mainChainId)
    throw new CliError(`the index knows nothing of ${mainChainId} yet: \`electra index --main\` follows it`);
  const treasury = inForce(await treasuriesOf(main, { uplink: address, joined, height: head.height }));
  if (wallet !== treasury) throw new CliError(`--wallet-file: is the key of ${wallet}, expected that of ${treasury}`);
  return { chainId, mainChainId, treasury };
}

export function registerPay(uplink: Command): void {
  const c = uplink
    .command('pay')
    .description('register members’ accounts on the main chain, and pay out what they have asked for')
    .requiredOption('--wallet-file <file>', '0600 file with the treasury’s private key in hex')
    .option('--watch', 'go on until stopped; expects --yes')
    .addOption(yesOption())
    .addOption(jsonOption())
    .addOption(dataOption());
  example(c, 'npx electra uplink pay --wallet-file treasury.wallet --yes');
  c.action(async () => {
    const o = c.opts<Options>();
    const data = dataFolder(o.data);
    const settings = uplinkSettings(data);
    const signer = keySigner(walletOf(o.walletFile));
    const own = { chainId: readSettings(data).chainId, wallet: signer.address };
    const payer = () => withDatabase(data, 'books', (main) => payerOf(main, settings, own), { main: true });
    if (!o.yes) return refuseUnsaid(data, await payer());
    const signal = untilStopped();
    const { send } = mainChain(joinedMain(settings), settings.address, { signer, signal });
    const pay = (of: Payer) => withDatabase(data, 'books', (sql) => payMembers({ sql, payer: of, send, log }));
    await payOut(o, { payer, pay, signal });
  });
}

async function refuseUnsaid(data: DataFolder, payer: Payer): Promise<never> {
  const { accounts, payouts, amountNel } = await withDatabase(data, 'books', (sql) => toPay({ sql, payer }));
  const words = `register ${accountsOf(accounts)} of members and pay ${payoutsOf(payouts)}, ${electra(amountNel)} ELECTRA in all`;
  throw new CliError(`--yes: expected, to ${words}, signed by ${payer.treasury} on ${payer.mainChainId}`);
}

export interface Rounds {
  /** asked in each round: who is replaced pays no more */
  payer: () => Promise<Payer>;
  pay: (payer: Payer) => Promise<Paid>;
  signal: AbortSignal;
  everyMs?: number;
}

/** Once, or again and again: then what fails now is tried later, but for a wallet that is not the treasury's any more. */
export async function payOut(o: Pick<Options, 'watch' | 'json'>, { payer, pay, signal, everyMs = WATCH_EVERY_MS }: Rounds): Promise<void> {
  do {
    try {
      const done = await pay(await payer());
      const waiting = done.refused > 0 ? `, ${done.refused} refused, which wait` : '';
      const words = `${accountsOf(done.registered)} registered, ${payoutsOf(done.paid)} paid${waiting}`;
      if (!o.watch || done.registered + done.paid > 0) process.stdout.write(o.json ? `${JSON.stringify(done)}\n` : `${words}\n`);
      if (!o.watch && done.refused > 0) process.exitCode = 1;
    } catch (error) {
      if (signal.aborted) return;
      if (!o.watch || !(isRetryable(error) || retryOf(error) === 'later')) throw error;
      say(`payouts wait: ${(error as Error).message}`);
    }
    if (o.watch) await sleep(everyMs, signal);
  } while (o.watch && !signal.aborted);
}
