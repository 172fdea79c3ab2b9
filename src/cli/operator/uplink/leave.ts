/** `electra uplink leave`: from a day on the community shares nowhere. What it stated before is settled all the same. */
import type { Command } from 'commander';
import { CometRpc, rpcChain } from '../../../../sdk/ts/src/index.ts';
import { dataFolder, readSettings, rpcUrls, writeSettings } from '../../../node/processes/data-folder.ts';
import { uplinkSettings } from '../../../node/processes/uplink-settings.ts';
import { typeUrlOf } from '../../../protocol/messages/table.ts';
import { dayOf, dayToDate } from '../../../protocol/values/time.ts';
import { CliError } from '../../errors.ts';
import { dataOption, example, jsonOption, parseDate } from '../../options.ts';
import { printDone, submitAsOperator } from '../operator.ts';

export function registerLeave(uplink: Command): void {
  const c = uplink
    .command('leave')
    .description('share nowhere from a day on; days before it are still stated and settled, so keep `electra uplink run` for them')
    .option('--from <date>', 'the first day that is not shared, YYYY-MM-DD (UTC); default: tomorrow', parseDate)
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'npx electra uplink leave --from 2026-12-31');
  c.action(async () => {
    const o = c.opts<{ from?: number; data: string; json?: true }>();
    const data = dataFolder(o.data);
    const settings = uplinkSettings(data);
    const today = dayOf((await rpcChain(new CometRpc({ urls: rpcUrls(data) })).status()).chainUnixS);
    const from = o.from ?? today + 1;
    if (from <= today) throw new CliError(`--from: expected a day to come; it is ${dayToDate(today)} on the chain`);
    const none = { fromDay: from, mainChainId: '', mainGenesisHash: '', uplink: '' };
    const sent = await submitAsOperator(data, [{ typeUrl: typeUrlOf('SetUplink'), value: none }]);
    writeSettings(data, { ...readSettings(data), uplink: { ...settings, lastDay: from - 1 } });
    const then = `${settings.mainChainId}’s operator retires ${settings.address}`;
    const words = `from ${dayToDate(from)} on this community shares nowhere (block ${sent.height}); ${then}`;
    printDone(Boolean(o.json), words, { from: dayToDate(from), uplink: settings.address, ...sent });
  });
}
