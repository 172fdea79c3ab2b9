/**
 * `electra uplink treasury`: what the community has on the main chain, proven from its genesis, beside what the ledger says. `--follow`
 * takes a replaced treasury over into electra.json: so its operator says that the new one is the community's own.
 */
import type { Command } from 'commander';
import { type DataFolder, dataFolder, readSettings, writeSettings } from '../../../node/processes/data-folder.ts';
import { joinedMain, uplinkSettings } from '../../../node/processes/uplink-settings.ts';
import { type LedgerSums, ledgerOf, provenMain, shortOf, type Treasury, treasuryIn, treasuryOf } from '../../../node/uplink/index.ts';
import { dayToDate } from '../../../protocol/values/time.ts';
import { withDatabase } from '../../database.ts';
import { CliError } from '../../errors.ts';
import { yesOption } from '../../main-chain/order.ts';
import { dataOption, example, jsonOption } from '../../options.ts';
import { electra } from '../amount.ts';
import { at } from '../moment.ts';
import { printDone } from '../operator.ts';

const ASK_MS = 120_000;

const line = (name: string, nel: bigint): string => `${name.padEnd(30)} ${electra(nel).padStart(24)}`;

/** `short`: what members have beyond it, as a sentence. */
const linesOf = (found: Treasury, ledger: LedgerSums, short: string | null): string[] => [
  line('balance', found.balanceNel),
  line('escrow', found.escrowNel),
  line('claims not yet paid', found.claimsNel),
  line('debts not yet paid', -found.debtsNel),
  line('together', found.totalNel),
  line('ledger: treasury', ledger.treasuryNel),
  line('ledger: suspense', ledger.suspenseNel),
  line('ledger: members’ balances', ledger.balancesNel),
  line('ledger: payouts on their way', ledger.transitNel),
  line('gain of settled periods', ledger.gainNel),
  ...found.settled.map(({ fromDay, amountNel }) =>
    amountNel < 0n ? line(`${dayToDate(fromDay)} settled, is owed`, -amountNel) : line(`${dayToDate(fromDay)} settled, owes`, amountNel),
  ),
  ...found.waiting.map(({ fromDay, amountNel }) => line(`${dayToDate(fromDay)} waits for others`, amountNel)),
  ...found.voidClaims.map((fromDay) => `! ${dayToDate(fromDay)}: the claim came more than 28 days late, and is void`),
  ...(short ? [`! ${short}`] : []),
];

const asText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

interface Options {
  follow?: true;
  yes?: true;
  data: string;
  json?: true;
}

const OTHER = '! electra.json names another treasury: where this one is yours, `electra uplink treasury --follow`';

/**
 * @param treasury in force; undefined: the main chain has not enrolled the uplink, and pays nobody for it
 * @throws CliError where there is none, and where it was not asked for by --yes
 */
export function followTreasury(data: DataFolder, treasury: string | undefined, { yes, json }: Pick<Options, 'yes' | 'json'>): void {
  const settings = readSettings(data);
  const uplink = uplinkSettings(data);
  const { treasury: before, mainChainId, address } = uplink;
  if (treasury === undefined)
    throw new CliError(`--follow: ${mainChainId} has not enrolled the uplink ${address} yet, so no treasury is in force there`);
  if (treasury === before) {
    printDone(Boolean(json), `${treasury} is the treasury in force, as electra.json has it`, { treasury });
    return;
  }
  const words = `have ${data.path('electra.json')} name ${treasury}, which is in force on ${mainChainId}, instead of ${before}`;
  if (!yes) throw new CliError(`--yes: expected, to ${words}; do so only where ${treasury} is the community’s own`);
  writeSettings(data, { ...settings, uplink: { ...uplink, treasury } });
  printDone(Boolean(json), `electra.json names ${treasury} now, instead of ${before}`, { treasury, before });
}

export function registerTreasury(uplink: Command): void {
  const c = uplink
    .command('treasury')
    .description('what the community has on the main chain: balance, escrow, claims, debts, settled periods, each proven')
    .option('--follow', 'have electra.json name the treasury in force, where it was replaced; expects --yes')
    .addOption(yesOption())
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'npx electra uplink treasury --json');
  c.action(async () => {
    const o = c.opts<Options>();
    const data = dataFolder(o.data);
    const settings = uplinkSettings(data);
    const { address: uplink } = settings;
    const { state, height, chainUnixS } = await provenMain(joinedMain(settings), AbortSignal.timeout(ASK_MS));
    const inForce = treasuryIn(state, uplink);
    if (o.follow) return followTreasury(data, inForce, o);
    const treasury = inForce ?? settings.treasury;
    const found = treasuryOf(state, { uplink, treasury });
    const ledger = await withDatabase(data, 'books', ledgerOf);
    const of = [`as of block ${height}, ${at(chainUnixS)}, of ${treasury}`, ...(treasury === settings.treasury ? [] : [OTHER])];
    const lines = [...of, ...linesOf(found, ledger, shortOf(ledger))];
    const value = { height, chainUnixS, treasury, ...found, ledger };
    process.stdout.write(o.json ? `${JSON.stringify(value, asText)}\n` : `${lines.join('\n')}\n`);
  });
}
