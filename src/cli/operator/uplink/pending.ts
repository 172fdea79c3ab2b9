/** `electra uplink pending`: what waits on the main chain for its time, of every community, so that whoever has power can say no to it. */
import type { Command } from 'commander';
import { provenMain } from '../../../node/uplink/index.ts';
import type { MainState } from '../../../reader/light/index.ts';
import { mainOf, type ReachOptions, withReach } from '../../main-chain/reach.ts';
import { dataOption, example, jsonOption } from '../../options.ts';
import { electra } from '../amount.ts';
import { at } from '../moment.ts';

const ASK_MS = 120_000;

type Pending = MainState['register']['pending'][number];

function what({ register, treasury, checkpoint }: Pending): string {
  if (register) return `registers ${register.chainId}, ${register.members} members, credit ${electra(register.creditNel)}`;
  return checkpoint ? `goes on from header ${checkpoint.height}` : `is to have ${treasury} as its treasury`;
}

const lineOf = (one: Pending): string =>
  `${one.id}  ${one.uplink} ${what(one)}; due ${at(Number(one.dueUnixS))}, vetoed by ${one.vetoedBy.length}`;

const forPrograms = (one: Pending): object => ({
  ...{ id: String(one.id), uplink: one.uplink, what: one.register ? 'register' : one.checkpoint ? 'resume' : 'treasury' },
  ...{ chainId: one.register?.chainId ?? null, treasury: one.treasury || null, dueUnixS: Number(one.dueUnixS), vetoedBy: one.vetoedBy },
});

export function registerPending(uplink: Command): void {
  const c = withReach(
    uplink
      .command('pending')
      .description('what waits on the main chain for its time, of every community, proven: look at it once a week, and veto what is wrong'),
  )
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'npx electra uplink pending');
  c.action(async () => {
    const o = c.opts<ReachOptions & { json?: true }>();
    const { state, height, chainUnixS } = await provenMain(await mainOf(o), AbortSignal.timeout(ASK_MS));
    const { pending } = state.register;
    const lines = [`as of block ${height}, ${at(chainUnixS)}`, ...(pending.length > 0 ? pending.map(lineOf) : ['nothing waits'])];
    process.stdout.write(o.json ? `${JSON.stringify({ height, pending: pending.map(forPrograms) })}\n` : `${lines.join('\n')}\n`);
  });
}
