/**
 * MQTT: registers that somebody else's reader publishes. One topic may have all of them in one payload, or each its own. Registers of
 * several topics are one reading when they came within `togetherS` of each other. Retained messages are left alone: they are as old as
 * whoever published them pleases.
 */
import { readFileSync } from 'node:fs';
import { energyAt, parseJson } from '../parse/json.ts';
import type { JsonRegister, SourceSettings } from '../settings.ts';
import { type Outcome, type Register, TelegramBuilder, TelegramError } from '../telegram.ts';

type MqttSettings = Extract<SourceSettings, { kind: 'mqtt' }>;

/** Payloads in, by topic; a telegram whenever each register has come anew. */
export class MqttReadings {
  readonly #registers: readonly JsonRegister[];
  readonly #togetherMs: number;
  #found = new Map<string, { register: Register; atMs: number }>();

  constructor({ registers, togetherS }: Pick<MqttSettings, 'registers' | 'togetherS'>) {
    this.#registers = registers;
    this.#togetherMs = togetherS * 1000;
  }

  take(topic: string, payload: Uint8Array, atMs: number): Outcome | undefined {
    try {
      const value = parseJson(payload);
      for (const { name, path, unit, topic: own } of this.#registers)
        if (own === topic) this.#found.set(name, { register: energyAt(value, path, unit, name), atMs });
    } catch (error) {
      if (!(error instanceof TelegramError)) throw error;
      return { bad: error.code, detail: error.message, atMs };
    }
    const all = this.#registers.map(({ name }) => this.#found.get(name));
    if (all.some((one) => one === undefined || atMs - one.atMs > this.#togetherMs)) return undefined;
    const builder = new TelegramBuilder();
    for (const [name, { register }] of this.#found) builder.register(name, register);
    this.#found = new Map();
    return { telegram: builder.done(), atMs };
  }
}

/** Reads until the signal aborts; the library reconnects by itself, and `hear` learns nothing meanwhile. */
export async function readMqtt(settings: MqttSettings, hear: (outcome: Outcome) => void, signal: AbortSignal): Promise<void> {
  const { connectAsync } = await import('mqtt');
  const [username, password] = settings.userFile ? readFileSync(settings.userFile, 'utf8').trim().split('\n') : [];
  const login = username === undefined ? {} : { username, password };
  const client = await connectAsync(settings.url, { ...login, connectTimeout: 10_000, reconnectPeriod: 5_000 });
  const readings = new MqttReadings(settings);
  try {
    client.on('message', (topic, payload, packet) => {
      if (packet.retain) return;
      const outcome = readings.take(topic, payload, performance.now());
      if (outcome) hear(outcome);
    });
    await client.subscribeAsync([...new Set(settings.registers.map(({ topic }) => topic))]);
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  } finally {
    await client.endAsync(true);
  }
}
