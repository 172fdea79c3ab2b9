/** A complete meter: node meter.ts RPC_URLS OUTFIT_FILE KEY_FILE STORE_FOLDER FIRST_DATE */
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { CometRpc, dateToDay, MeterClient, rpcChain, SLOT_S, slotOf } from '@electra/meter-sdk';
import { openFileStore } from '@electra/meter-sdk/node';

const [rpcUrls, outfitFile, keyFile, storeFolder, firstDate] = process.argv.slice(2);

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

/** Your hardware: both registers in Wh at the end of a quarter-hour, from the load profile memory (OBIS 1-0:99.1.0). */
function readRegisters(slot: number): { importRegisterWh: bigint; exportRegisterWh: bigint; powerW: number } {
  const quarters = slot + 1 - slotOf(Date.parse(firstDate) / 1000);
  return { importRegisterWh: BigInt(100 * quarters), exportRegisterWh: 0n, powerW: 400 }; // here: a household that always draws 400 W
}

// From the operator, by hand: `electra meter outfit --out FILE`. Nodes are asked for everything else, and believed in none of this.
const { chainId, operator, rotation, genesisHash } = JSON.parse(await readFile(outfitFile, 'utf8'));

const client = await MeterClient.open({
  chainId,
  outfit: { operator, rotation, genesisHash: Buffer.from(genesisHash, 'hex') },
  chain: rpcChain(new CometRpc({ urls: rpcUrls.split(',') })),
  key: Uint8Array.from(Buffer.from((await readFile(keyFile, 'utf8')).trim(), 'hex')),
  store: await openFileStore(storeFolder),
  onEvent: (event) => console.log(JSON.stringify(event)),
});
console.log(`meter ${client.meter}`);

// The first start: the registers at 00:00 UTC of the first day.
if (client.status().newestSlot === undefined) await client.startDay(dateToDay(firstDate), 0n, 0n);

const sending = client.run(stop.signal);

// Every quarter-hour: read what is over and not recorded yet. After a power cut that is everything since.
while (!stop.signal.aborted) {
  const [newest, last] = [client.status().newestSlot!, slotOf(Date.now() / 1000) - 1];
  const slots = Array.from({ length: Math.max(0, last - newest) }, (_, i) => newest + 1 + i);
  const readings = slots.map((slot) => ({ slot, ...readRegisters(slot) }));
  await client.recordAll(readings).catch((error: Error) => console.error(error.message)); // refused: somebody must look at the hardware
  const untilNextMs = (last + 2) * SLOT_S * 1000 - Date.now();
  await sleep(Math.max(1000, untilNextMs), undefined, { signal: stop.signal }).catch(() => {});
}

await sending;
console.log(JSON.stringify(client.status()));
await client.close();
