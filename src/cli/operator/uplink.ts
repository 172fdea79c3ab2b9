/** `electra uplink …`: the community as a member of a main chain (docs/uplink.md). */
import type { Command } from 'commander';
import { dataFolder } from '../../node/processes/data-folder.ts';
import { runProcess } from '../../node/processes/process.ts';
import { dataOption, example } from '../options.ts';
import { registerConflict } from './uplink/conflict.ts';
import { registerEndLeft } from './uplink/end-left.ts';
import { registerEscrow } from './uplink/escrow.ts';
import { registerJoin } from './uplink/join.ts';
import { registerLeave } from './uplink/leave.ts';
import { registerPay } from './uplink/pay.ts';
import { registerPending } from './uplink/pending.ts';
import { registerPowerOnMain } from './uplink/power.ts';
import { registerSettle } from './uplink/settle.ts';
import { registerStatus } from './uplink/status.ts';
import { registerTreasury } from './uplink/treasury.ts';

function registerRun(uplink: Command): void {
  const c = uplink
    .command('run')
    .description('state each proven day on the main chain, and post what the treasury has, until stopped; beside `electra index --main`')
    .option('--passphrase-file <file>', 'of the uplink’s key: a 0600 file, or a descriptor such as /dev/fd/3')
    .addOption(dataOption());
  example(c, 'npx electra uplink run --data .electra');
  c.action(() =>
    runProcess('uplink', async (context) => {
      const { uplinkProcess } = await import('../../node/processes/uplink.ts');
      const { data, passphraseFile } = c.opts<{ data: string; passphraseFile?: string }>();
      await uplinkProcess(dataFolder(data), context, { passphraseFile });
    }),
  );
}

export function register(program: Command): void {
  const uplink = program.command('uplink').description('share with other communities on a main chain');
  registerJoin(uplink);
  registerStatus(uplink);
  registerTreasury(uplink);
  registerEscrow(uplink);
  registerPending(uplink);
  registerPowerOnMain(uplink);
  registerConflict(uplink);
  registerPay(uplink);
  registerEndLeft(uplink);
  registerSettle(uplink);
  registerLeave(uplink);
  registerRun(uplink);
}
