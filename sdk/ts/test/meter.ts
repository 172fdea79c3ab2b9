/** A test meter: a key, a household's registers, and a client whose clock and randomness are given. */
import { createHash } from 'node:crypto';
import {
  type MeterChain,
  MeterClient,
  type MeterClientOptions,
  type MeterStore,
  memoryStore,
  type Reading,
  type SenderEvent,
} from '../src/index.ts';
import { type FakeChain, OUTFIT } from './fake-chain.ts';

export const DAY = 20_000;
export const FIRST_SLOT = DAY * 96;
/** Chain time at which every day of a test is over. */
export const LATER = (DAY + 10) * 86_400;
export const KEY = new Uint8Array(32).fill(0x11);

/** Reproducible bytes that never repeat: a counter, hashed. */
export function countingRandom(): (length: number) => Uint8Array {
  let calls = 0;
  return (length) => createHash('sha512').update(String(calls++)).digest().subarray(0, length);
}

/** Registers that grow by 100 Wh import a slot, and by 7 Wh export at noon. */
export function reading(slot: number): Reading {
  const i = slot - FIRST_SLOT + 1;
  return { slot, importRegisterWh: BigInt(1000 + 100 * i), exportRegisterWh: BigInt(7 * Math.floor((i + 48) / 96)), powerW: 400 };
}

export const readings = (from: number, count: number): Reading[] => Array.from({ length: count }, (_, i) => reading(from + i));

export interface TestMeter {
  client: MeterClient;
  events: SenderEvent[];
  store: Map<string, string>;
  advance(ms: number): void;
  /** Sets the device's clock alone: time does not pass by it. */
  setClock(byMs: number): void;
}

/** Opens a meter over `store`; opening again over the same store is a restart. */
export async function testMeter(
  chain: MeterChain & { chainId: string },
  store = new Map<string, string>(),
  wrap: (store: MeterStore) => MeterStore = (s) => s,
  more: Partial<MeterClientOptions> = {},
): Promise<TestMeter> {
  const events: SenderEvent[] = [];
  let [nowMs, wrongByMs] = [1_800_000_000_000, 0];
  const client = await MeterClient.open({
    chainId: chain.chainId,
    chain,
    outfit: OUTFIT,
    store: wrap(memoryStore(store)),
    key: KEY,
    nowMs: () => nowMs + wrongByMs,
    monotonicMs: () => nowMs,
    random: countingRandom(),
    onEvent: (event) => events.push(event),
    ...more,
  });
  return {
    client,
    events,
    store,
    advance: (ms) => {
      nowMs += ms;
    },
    setClock: (byMs) => {
      wrongByMs = byMs;
    },
  };
}

/** Steps the meter and makes blocks until nothing moves any more. */
export async function drive(meter: TestMeter, chain: FakeChain, rounds = 60): Promise<void> {
  for (let i = 0; i < rounds; i++) {
    const result = await meter.client.step();
    if (result === 'idle' && !meter.client.status().inFlight) return;
    if (result === 'waiting') chain.makeBlock();
    if (result !== 'moved') meter.advance(20_000);
  }
}

export async function startedMeter(chain: FakeChain, more?: Partial<MeterClientOptions>): Promise<TestMeter> {
  const meter = await testMeter(chain, undefined, undefined, more);
  await meter.client.startDay(DAY, 1000n, 0n);
  return meter;
}
