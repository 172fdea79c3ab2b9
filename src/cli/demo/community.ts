/** A demonstration of one community: its days are replayed, audited as a stranger would, and then it goes on with the present. */
import { createFleet } from '../../../simulator/keys.ts';
import { databaseUrl } from '../../node/db/index.ts';
import { dayToDate } from '../../protocol/values/time.ts';
import type { ChainPorts } from './chain.ts';
import { namePeople } from './first-start.ts';
import { followReplay } from './follow.ts';
import { nodePart } from './supervisor.ts';
import { verdictOfReplay } from './verdict.ts';
import { whereToLook } from './welcome.ts';
import { chainPorts, type Kind, startChain, startNode, untilStopped, type World } from './world.ts';

/** The meters start first and wait for the chain with their statements ready: the grace for the replayed days runs from its first block. */
async function begin(w: World): Promise<ChainPorts> {
  const ports = await chainPorts(w, w.settings.demo!.validators.length);
  w.supervisor.start(nodePart('meters', 'meters', w.data));
  return ports;
}

async function work(w: World, ports: ChainPorts): Promise<number> {
  const { display, data, settings } = w;
  const demo = settings.demo!;
  const rpcUrls = await display.step('starting the chain and waiting for its first block', () => startChain(w, demo.validators, ports));
  const fleet = await createFleet({ dir: data.dir, community: demo.community });
  await namePeople(data, fleet);
  const urls = await display.step('starting vault, signer, indexer, books, provers and API', () => startNode(w, rpcUrls));
  display.say(
    `  ${demo.community}: ${fleet.length} meters, ${demo.days} day(s) of real profiles from ${demo.from}, ` +
      `booked as ${dayToDate(demo.firstDay)} … ${dayToDate(demo.firstDay + demo.days - 1)}`,
  );
  await followReplay({
    databaseUrl: databaseUrl(data.secrets, 'books'),
    firstDay: demo.firstDay,
    days: demo.days,
    meters: fleet.length,
    display,
    signal: w.signal,
  });
  if (w.signal.aborted) return 0;
  const verdict = await display.step('auditing the books, as a stranger would', () =>
    verdictOfReplay(data, demo.firstDay, demo.days, display),
  );
  if (!w.options.once) await whereToLook({ data, ...urls, rpcUrls, fleet, display });
  display.say('\n── The audit’s verdict');
  for (const line of verdict.lines) display.say(`  ${line}`);
  if (w.options.once) return verdict.exitCode;
  display.say('\nRunning on with the present. Stop with Ctrl-C.');
  await untilStopped(w);
  return 0;
}

export const COMMUNITY: Kind<ChainPorts> = { begin, work };
