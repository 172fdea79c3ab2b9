/**
 * A meter as a process of its own, for faults: over a real store in a folder, and a chain in its memory whose days pass in seconds. It
 * reads its hardware by its own clock, as the example of docs/meter-sdk.md does; whoever started it sets that clock by a message.
 *
 *   node faults/device.ts STORE [slots]     records so many slots; says each that is recorded, and at the end what it stated
 */
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { MeterClient, type Reading } from '../sdk/ts/src/index.ts';
import { openFileStore } from '../sdk/ts/src/node/file-store.ts';
import { FakeChain, OUTFIT } from '../sdk/ts/test/fake-chain.ts';

export const DAY = 20_000;
const FIRST_SLOT = DAY * 96;
const TICK_MS = 12;
/** Whatever happened to it, it ends. */
const LONGEST_MS = 120_000;

const [storeFolder, slots = '100'] = process.argv.slice(2);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

let wrongByS = 0;

const registerAt = (slot: number): bigint => BigInt(1000 + 100 * (slot - FIRST_SLOT + 1));

async function main(): Promise<void> {
  const chain = new FakeChain(DAY * 86_400);
  const store = await openFileStore(storeFolder);
  const startMs = performance.now();
  const client = await MeterClient.open({
    chainId: chain.chainId,
    chain,
    store,
    outfit: OUTFIT,
    key: new Uint8Array(32).fill(0x11),
    monotonicMs: () => (performance.now() - startMs) * 1000, // as quick as its chain
  });
  if (client.status().newestSlot === undefined) await client.startDay(DAY, 1000n, 0n);
  chain.chainUnixS = (client.status().newestSlot! + 1) * 900;
  const last = FIRST_SLOT + Number(slots);
  while (client.status().newestSlot! < last) {
    chain.chainUnixS += 900;
    const now = Math.floor(chain.chainUnixS / 900) - 1; // the slot that is over
    const [newest, seen] = [client.status().newestSlot!, now + Math.round(wrongByS / 900)];
    // Its memory holds what has been; of slots that its clock has invented, it shows what it shows now.
    const readings: Reading[] = Array.from({ length: Math.max(0, seen - newest) }, (_, i) => newest + 1 + i).map((slot) => ({
      slot,
      importRegisterWh: registerAt(Math.min(slot, now)),
      exportRegisterWh: 0n,
    }));
    await client.recordAll(readings).then(
      () => say(`recorded ${client.status().newestSlot! - FIRST_SLOT}`),
      (error: Error) => say(`refused ${error.message}`),
    );
    await client.step().catch(() => {}); // a full disk: tried again
    chain.makeBlock();
    await sleep(TICK_MS);
  }
  for (let i = 0; i < 400 && client.status().queued.statements > 0; i++) {
    chain.chainUnixS += 900;
    await client.step();
    chain.makeBlock();
  }
  const stated = client.exportDays(DAY, DAY).days[0];
  say(`stated ${stated ? [...new Set(stated.importWh)].join(' ') : 'nothing'}`);
  say(JSON.stringify(client.status()));
  await client.close();
}

if (import.meta.main) {
  process.on('message', (byS: number) => {
    wrongByS = byS;
  });
  process.on('disconnect', () => process.exit(1)); // whoever started it is gone
  setTimeout(() => process.exit(2), LONGEST_MS).unref();
  main().then(
    () => process.exit(0),
    (error: Error & { code?: string }) => {
      process.stderr.write(`${error.code}: ${error.message}\n`);
      process.exit(1);
    },
  );
}
