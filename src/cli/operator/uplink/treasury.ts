/** `electra uplink treasury`: what the community has on the main chain, proven from its genesis, beside what the ledger says. */
import type { Command } from 'commander';
import { dataFolder } from '../../../node/processes/data-folder.ts';
import { joinedMain, uplinkSettings } from '../../../node/processes/uplink-settings.ts';
import { type LedgerSums, ledgerOf, provenMain, shortOf, type Treasury, treasuryOf } from '../../../node/uplink/index.ts';
import { dayToDate } from '../../../protocol/values/time.ts';
import { withDatabase } from '../../database.ts';
import { dataOption, example, jsonOption } from '../../options.ts';
import { electra } from '../amount.ts';
import { at } from '../moment.ts';

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
  ...found.settled.map(({ fromDay, amountNel }) => line(`${dayToDate(fromDay)} settled, owed`, amountNel)),
  ...found.waiting.map(({ fromDay, amountNel }) => line(`${dayToDate(fromDay)} waits for others`, amountNel)),
  ...found.voidClaims.map((fromDay) => `! ${dayToDate(fromDay)}: the claim came more than 28 days late, and is void`),
  ...(short ? [`! ${short}`] : []),
];

const asText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

export function registerTreasury(uplink: Command): void {
  const c = uplink
    .command('treasury')
    .description('what the community has on the main chain: balance, escrow, claims, debts, settled periods, each proven')
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'npx electra uplink treasury --json');
  c.action(async () => {
    const { data: dir, json } = c.opts<{ data: string; json?: true }>();
    const data = dataFolder(dir);
    const settings = uplinkSettings(data);
    const { state, height, chainUnixS } = await provenMain(joinedMain(settings), AbortSignal.timeout(ASK_MS));
    const found = treasuryOf(state, { uplink: settings.address, treasury: settings.treasury });
    const ledger = await withDatabase(data, 'books', ledgerOf);
    const lines = [`as of block ${height}, ${at(chainUnixS)}`, ...linesOf(found, ledger, shortOf(ledger))];
    process.stdout.write(json ? `${JSON.stringify({ height, chainUnixS, ...found, ledger }, asText)}\n` : `${lines.join('\n')}\n`);
  });
}
