/** `electra money …`: ELECTRA, for whoever holds it or has a part in it (docs/electra.md). */
import type { Command } from 'commander';
import { provenMain } from '../../node/uplink/index.ts';
import type { MainState } from '../../reader/light/index.ts';
import { electra } from '../operator/amount.ts';
import { at } from '../operator/moment.ts';
import { dataOption, example, jsonOption } from '../options.ts';
import { registerAccountShown } from './account.ts';
import { registerHolder } from './holder.ts';
import { mainOf, type ReachOptions, withReach } from './reach.ts';
import { registerRoles } from './roles.ts';

const ASK_MS = 120_000;
const OVERDUE_S = 5 * 86_400;

export function statusOf({ electra: money, bank }: MainState, nowUnixS: number) {
  const newest = money.attestations.at(-1);
  return {
    roles: Object.fromEntries(money.roles),
    waiting: money.roleChanges.map(({ role, address, dueUnixS }) => ({ role, address, dueUnixS: Number(dueUnixS) })),
    ...{ paused: money.isPaused, supplyNel: bank.supplyNel, mintedNel: money.mintedNel, confirmedNel: money.confirmedNel },
    attested: newest ? { amountNel: newest.amountNel, asOfUnixS: Number(newest.asOfUnixS) } : null,
    frozen: money.frozen.map(({ account }) => account),
    open: money.redemptions
      .filter(({ state }) => state === 'open')
      .map(({ id, holder, amountNel, reference, unixS }) => ({
        ...{ id, holder, amountNel, reference, unixS: Number(unixS) },
        overdue: nowUnixS - Number(unixS) > OVERDUE_S,
      })),
  };
}

type Open = ReturnType<typeof statusOf>['open'][number];

const redemptionLine = ({ id, holder, amountNel, reference, unixS, overdue }: Open): string =>
  `${overdue ? '! overdue' : 'open'}: redemption ${id}, ${electra(amountNel)} of ${holder}, to ${JSON.stringify(reference)}, ` +
  `since ${at(unixS)}`;

function linesOf(found: ReturnType<typeof statusOf>): string[] {
  const { roles, waiting, attested, supplyNel, frozen, open } = found;
  return [
    ...Object.entries(roles).map(([role, address]) => `${role.padEnd(9)} ${address}`),
    ...waiting.map(({ role, address, dueUnixS }) => `! ${address} is to be the ${role} at ${at(dueUnixS)}`),
    `supply   ${electra(supplyNel)}`,
    attested ? `attested ${electra(attested.amountNel)} as of ${at(attested.asOfUnixS)}` : '! nothing was ever attested',
    ...(attested && attested.amountNel < supplyNel ? ['! more is in circulation than is attested'] : []),
    ...(found.paused ? ['! paused'] : []),
    ...frozen.map((account) => `! frozen: ${account}`),
    ...open.map(redemptionLine),
  ];
}

const asText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

function registerStatus(money: Command): void {
  const c = withReach(
    money.command('status').description('roles, supply beside what is attested, what is frozen, and open redemptions, each proven'),
  )
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'npx electra money status --main-genesis main.json --rpc https://main.example:26657');
  c.action(async () => {
    const o = c.opts<ReachOptions & { json?: true }>();
    const { state, height, chainUnixS } = await provenMain(await mainOf(o), AbortSignal.timeout(ASK_MS));
    const found = statusOf(state, chainUnixS);
    const text = [`as of block ${height}, ${at(chainUnixS)}`, ...linesOf(found)].join('\n');
    process.stdout.write(`${o.json ? JSON.stringify({ height, chainUnixS, ...found }, asText) : text}\n`);
  });
}

export function register(program: Command): void {
  const money = program.command('money').description('ELECTRA on a main chain: hold, send, redeem; attest, mint, guard');
  registerStatus(money);
  registerAccountShown(money);
  registerHolder(money);
  registerRoles(money);
}
