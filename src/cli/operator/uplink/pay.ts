/**
 * `electra uplink pay`: what the treasury's wallet signs for members: it registers their accounts and pays what they have asked for. The
 * node's processes never see that wallet.
 */
import type { Command } from 'commander';
import { chainHead, isRetryable, type Sql } from '../../../node/db/index.ts';
import { dataFolder, readSettings } from '../../../node/processes/data-folder.ts';
import { joinedMain, type UplinkSettings, uplinkSettings } from '../../../node/processes/uplink-settings.ts';
import { sleep } from '../../../node/shared/wait.ts';
import { inForce, mainChain, payMembers, toPay, treasuriesOf } from '../../../node/uplink/index.ts';
import { retryOf } from '../../../protocol/index.ts';
import { keySigner } from '../../../protocol/messages/sign.ts';
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

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const log = { info: () => {}, warn: (_: unknown, text: string) => say(text) };

/** Until a signal comes. Returns the signal that says so. */
function untilStopped(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  return stop.signal;
}

/** The one in force, as this node's index of the main chain has it: it may have been replaced since the community joined. */
async function treasuryNow(main: Sql, { address, mainChainId, treasury }: UplinkSettings): Promise<string> {
  const head = await chainHead(main);
  if (head?.chainId !== mainChainId)
    throw new CliError(`the index knows nothing of ${mainChainId} yet: \`electra index --main\` follows it`);
  return inForce(await treasuriesOf(main, { uplink: address, joined: treasury, height: head.height }));
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
    const { mainChainId } = settings;
    const signer = keySigner(walletOf(o.walletFile));
    const treasury = await withDatabase(data, 'books', (main) => treasuryNow(main, settings), { main: true });
    if (signer.address !== treasury) throw new CliError(`--wallet-file: is the key of ${signer.address}, expected that of ${treasury}`);
    const payer = { chainId: readSettings(data).chainId, mainChainId, treasury };
    await withDatabase(data, 'books', async (sql) => {
      if (!o.yes) {
        const { accounts, payouts, amountNel } = await toPay({ sql, payer });
        const words = `register ${accounts} accounts of members and pay ${payouts} payouts, ${electra(amountNel)} ELECTRA in all`;
        throw new CliError(`--yes: expected, to ${words}, signed by ${treasury} on ${mainChainId}`);
      }
      const signal = untilStopped();
      const { send } = mainChain(joinedMain(settings), settings.address, { signer, signal });
      await payOut(o, { sql, payer, send, log }, signal);
    });
  });
}

/** Once, or again and again: then what fails now is tried later. */
async function payOut(o: Options, paying: Parameters<typeof payMembers>[0], signal: AbortSignal): Promise<void> {
  do {
    try {
      const done = await payMembers(paying);
      const waiting = done.refused > 0 ? `, ${done.refused} refused, which wait` : '';
      const words = `${done.registered} accounts registered, ${done.paid} payouts paid${waiting}`;
      if (!o.watch || done.registered + done.paid > 0) process.stdout.write(o.json ? `${JSON.stringify(done)}\n` : `${words}\n`);
      if (!o.watch && done.refused > 0) process.exitCode = 1;
    } catch (error) {
      if (signal.aborted) return;
      if (!o.watch || !(isRetryable(error) || retryOf(error) === 'later')) throw error;
      say(`payouts wait: ${(error as Error).message}`);
    }
    if (o.watch) await sleep(WATCH_EVERY_MS, signal);
  } while (o.watch && !signal.aborted);
}
