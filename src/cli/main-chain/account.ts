/** `electra money account`: what an account of the main chain has, so that whoever holds ELECTRA sees them without a wallet program. */
import type { Command } from 'commander';
import { provenMain } from '../../node/uplink/index.ts';
import type { MainState } from '../../reader/light/index.ts';
import { electra } from '../operator/amount.ts';
import { at } from '../operator/moment.ts';
import { dataOption, example, jsonOption, parseAddress } from '../options.ts';
import { mainOf, type ReachOptions, withReach } from './reach.ts';

const ASK_MS = 120_000;

/** Amounts are nELECTRA in decimal. `kind`: null where the account is not registered, and can hold none unless it is the chain's own. */
function accountOf({ electra: { accounts, frozen, redemptions }, bank }: MainState, address: string) {
  const found = accounts.find((one) => one.address === address);
  const open = redemptions.filter(({ holder, state }) => holder === address && state === 'open');
  return {
    ...{ address, kind: found?.kind ?? null, registrar: found?.registrar ?? null },
    balanceNel: String(bank.balancesNel.get(address) ?? 0n),
    lockedNel: String(open.reduce((sum, { amountNel }) => sum + amountNel, 0n)),
    frozen: frozen.some(({ account }) => account === address),
  };
}

function linesOf({ address, kind, registrar, balanceNel, lockedNel, frozen }: ReturnType<typeof accountOf>): string[] {
  if (kind === null && balanceNel === '0')
    return [`${address} may hold no ELECTRA: its community’s treasury, or the main chain’s operator, has not registered it`];
  return [
    `balance  ${electra(BigInt(balanceNel))} ELECTRA`,
    `account  ${address}, ${kind === null ? 'of the chain itself' : `of kind ${kind}, registered by ${registrar}`}`,
    ...(lockedNel === '0' ? [] : [`locked for open redemptions  ${electra(BigInt(lockedNel))}`]),
    ...(frozen ? ['! frozen: nothing leaves it'] : []),
  ];
}

export function registerAccountShown(money: Command): void {
  const c = withReach(
    money
      .command('account')
      .argument('<address>', 'whose', parseAddress)
      .description('what an account has, and whether it may hold ELECTRA, proven'),
  )
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'npx electra money account electra1… --main-genesis main.json --rpc https://main.example:26657');
  c.action(async (address: string) => {
    const o = c.opts<ReachOptions & { json?: true }>();
    const { state, height, chainUnixS } = await provenMain(await mainOf(o), AbortSignal.timeout(ASK_MS));
    const found = accountOf(state, address);
    const text = [`as of block ${height}, ${at(chainUnixS)}`, ...linesOf(found)].join('\n');
    process.stdout.write(`${o.json ? JSON.stringify({ height, chainUnixS, ...found }) : text}\n`);
  });
}
