/**
 * A household's device on a real chain whose clock runs fast, as a process of its own: it records what its display shows at the end of each
 * slot, and states its days by itself, until the slot at which it is taken away.
 *
 *   node faults/exchange-device.ts STORE '{"rpcUrl": …}'     says each slot that is recorded, and when nothing more waits to be sent
 */
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { CometRpc, firstSlot, MeterClient, type Reading, rpcChain, SLOT_S, SLOTS_PER_DAY } from '../sdk/ts/src/index.ts';
import { openFileStore } from '../sdk/ts/src/node/file-store.ts';

export interface DeviceSettings {
  rpcUrl: string;
  chainId: string;
  operator: string;
  /** in hex, as the key */
  genesisHash: string;
  key: string;
  firstDay: number;
  /** what the display shows at 00:00 of its first day */
  beginsWh: number;
  /** of the first day: the last that is recorded */
  lastSlot: number;
  /** chain seconds per second */
  rate: number;
}

/** What flows in each quarter-hour of a day, whichever device counts it: no two days in a row are alike. */
export const slotWh = (day: number): number => 100 + 7 * (day % 5);

/** What has flowed from 00:00 of one day on, after so many slots. */
export function flowed(fromDay: number, slots: number): number {
  let wh = 0;
  for (let n = 0; n < slots; n++) wh += slotWh(fromDay + Math.floor(n / SLOTS_PER_DAY));
  return wh;
}
const TICK_MS = 40;
/** Whatever happened to it, it ends. */
const LONGEST_MS = 400_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(storeFolder: string, settings: DeviceSettings): Promise<void> {
  const chain = rpcChain(new CometRpc({ urls: [settings.rpcUrl] }));
  const first = firstSlot(settings.firstDay);
  const client = await MeterClient.open({
    chainId: settings.chainId,
    chain,
    store: await openFileStore(storeFolder),
    outfit: { operator: settings.operator, genesisHash: Buffer.from(settings.genesisHash, 'hex') },
    key: Buffer.from(settings.key, 'hex'),
    monotonicMs: () => performance.now() * settings.rate, // as quick as its chain
  });
  if (client.status().newestSlot === undefined) await client.startDay(settings.firstDay, BigInt(settings.beginsWh), 0n);
  for (;;) {
    const { chainUnixS } = await chain.status().catch(() => ({ chainUnixS: 0 }));
    const newest = client.status().newestSlot!;
    const over = Math.min(Math.floor(chainUnixS / SLOT_S) - 1, first + settings.lastSlot);
    const readings = Array.from({ length: Math.max(0, over - newest) }, (_, i): Reading => {
      const slot = newest + 1 + i;
      return { slot, importRegisterWh: BigInt(settings.beginsWh + flowed(settings.firstDay, slot - first + 1)), exportRegisterWh: 0n };
    });
    if (readings.length > 0) {
      await client.recordAll(readings);
      say(`recorded ${over - first}`);
    }
    await client.step().catch(() => {}); // the chain was away: tried again
    if (over - first === settings.lastSlot && client.status().queued.statements === 0 && !client.status().inFlight) break;
    await sleep(TICK_MS);
  }
  const lost = client.deadLetters().filter(({ id }) => id.startsWith('s'));
  say(`sent ${client.status().sent.statements}${lost.map(({ id, reason }) => `, refused ${id}: ${reason}`).join('')}`);
  await client.close();
}

if (import.meta.main) {
  process.on('disconnect', () => process.exit(1)); // whoever started it is gone
  setTimeout(() => process.exit(2), LONGEST_MS).unref();
  main(process.argv[2], JSON.parse(process.argv[3]) as DeviceSettings).then(
    () => process.exit(0),
    (error: Error) => {
      process.stderr.write(`${error.message}\n`);
      process.exit(1);
    },
  );
}
