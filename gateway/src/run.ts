/** The running gateway: source, device and clock wired together, what it is doing written to one file now and again. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CometRpc, MeterClient, type Outfit, rpcChain } from '../../sdk/ts/src/index.ts';
import { openFileStore } from '../../sdk/ts/src/node/file-store.ts';
import { Device, type DeviceEvent } from './device.ts';
import { openKeys } from './key.ts';
import { InvocationCounters } from './parse/counters.ts';
import { type Settings, SettingsError } from './settings.ts';
import { Clock, systemSynchronized } from './slots/clock.ts';
import { readSource } from './sources/source.ts';

const LOOK_MS = 5_000;
const STATUS_MS = 300_000;
const AGAIN_MS = 30_000;

export interface RunOptions {
  settings: Settings;
  signal: AbortSignal;
  say: (event: { kind: string; message?: string }) => void;
  isSynchronized?: () => Promise<boolean | undefined>;
}

interface Identity {
  chainId: string;
  outfit: Outfit;
}

/** What the operator gave: `electra meter outfit`. @throws SettingsError */
export function readOutfit(file: string): Identity {
  try {
    const { chainId, operator, rotation, genesisHash } = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof chainId !== 'string' || typeof operator !== 'string' || !/^[0-9a-f]{64}$/.test(genesisHash)) throw new Error('incomplete');
    return { chainId, outfit: { operator, rotation, genesisHash: Uint8Array.from(Buffer.from(genesisHash, 'hex')) } };
  } catch (error) {
    throw new SettingsError(`${file}: expected the outfit that the operator gave (${(error as NodeJS.ErrnoException).code ?? 'not one'})`);
  }
}

export const statusFile = (folder: string): string => join(folder, 'status.json');

export async function runGateway({ settings, signal, say, isSynchronized = systemSynchronized }: RunOptions): Promise<void> {
  const { chainId, outfit } = readOutfit(settings.outfitFile);
  const { key, deviceSecret, address } = await openKeys(settings.folder, settings.signer);
  const chain = rpcChain(new CometRpc({ urls: settings.nodes }));
  const clock = new Clock({ isSynchronized, trust: settings.clock });
  const told = new Set<string>();
  const onEvent = (event: DeviceEvent): void => say(event);
  const openMeter = async (): Promise<MeterClient> => {
    const store = await openFileStore(join(settings.folder, 'store'));
    const secret = deviceSecret ? { deviceSecret } : {};
    try {
      return await MeterClient.open({ chainId, outfit, chain, key, store, maxWhPerSlot: settings.maxWhPerSlot, onEvent: say, ...secret });
    } catch (error) {
      await store.close();
      throw error;
    }
  };
  const counters = new InvocationCounters();
  const openState = () => openFileStore(join(settings.folder, 'gateway'));
  const device = await untilOpen(() => Device.open({ settings, clock, openMeter, openState, counters, onEvent }), say, signal);
  if (!device) return;
  say({ kind: 'running', message: `meter ${address}` });
  const lost = (why: string): void => {
    if (!told.has(why)) say({ kind: 'source-lost', message: why });
    told.add(why);
  };
  const hear: Parameters<typeof readSource>[2]['hear'] = (outcome) => {
    if ('telegram' in outcome) told.clear();
    device.hear(outcome);
  };
  const reading = readSource(settings.source, settings.silenceS, { hear, lost, counters }, signal);
  const looking = look(device, clock, settings, say, signal);
  try {
    await Promise.race([reading, looking]);
  } finally {
    await device.save();
    writeStatus(settings.folder, device);
    await device.close();
  }
}

/** A store that cannot be opened yet (a disk that is full, a process that still has it) is tried again. */
async function untilOpen(open: () => Promise<Device>, say: RunOptions['say'], signal: AbortSignal): Promise<Device | undefined> {
  for (let said = ''; !signal.aborted; await sleep(AGAIN_MS, undefined, { signal }).catch(() => {})) {
    try {
      return await open();
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      if (!['ENOSPC', 'EROFS', 'EIO', 'EDQUOT', 'store-locked'].includes(code ?? '')) throw error;
      if (said !== message) say({ kind: 'cannot-write', message });
      said = message;
    }
  }
  return undefined;
}

/** Looks at clocks and disk for as long as it runs. */
async function look(device: Device, clock: Clock, settings: Settings, say: RunOptions['say'], signal: AbortSignal): Promise<void> {
  let [wasTrusted, writtenMs] = [false, Number.NEGATIVE_INFINITY];
  while (!signal.aborted) {
    device.lookAtClock();
    const isTrusted = await clock.ask(performance.now());
    if (isTrusted !== wasTrusted)
      say({ kind: 'clock', message: isTrusted ? 'the clock is trusted' : 'the clock is not set by NTP yet: nothing is stated' });
    else if (!isTrusted && writtenMs < 0) say({ kind: 'clock', message: 'the clock is not set by NTP yet: nothing is stated' });
    wasTrusted = isTrusted;
    if (device.status().waiting > 0) await device.save();
    if (performance.now() - writtenMs >= STATUS_MS) {
      writeStatus(settings.folder, device);
      writtenMs = performance.now();
    }
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
  }
}

/** Says when it was written; no register stands in it. A disk that is full is not its affair. */
function writeStatus(folder: string, device: Device): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = statusFile(folder);
    writeFileSync(`${file}.new`, `${JSON.stringify({ writtenUnixS: Math.floor(Date.now() / 1000), ...device.status() })}\n`, {
      mode: 0o600,
    });
    renameSync(`${file}.new`, file);
  } catch {
    // the events say it
  }
}
