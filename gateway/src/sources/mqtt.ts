/**
 * MQTT: registers that somebody else's reader publishes. One topic may have all of them in one payload, or each its own. Registers of
 * several topics are one reading when they came within `togetherS` of each other. Retained messages are left alone: they are as old as
 * whoever published them pleases.
 */
import { readFileSync } from 'node:fs';
import { energyAt, parseJson } from '../parse/json.ts';
import { type JsonRegister, SettingsError, type SourceSettings } from '../settings.ts';
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

/** A name and a password, one a line. @throws SettingsError */
function loginOf(file: string | undefined): { username?: string; password?: string } {
  if (file === undefined) return {};
  try {
    const [username, password] = readFileSync(file, 'utf8').trim().split(/\r?\n/);
    return { username, ...(password === undefined ? {} : { password }) };
  } catch (error) {
    throw new SettingsError(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** Reads until the signal aborts; rejects when the broker is gone, or never was there. Whoever reads it connects anew, and says so. */
export async function readMqtt(settings: MqttSettings, hear: (outcome: Outcome) => void, signal: AbortSignal): Promise<void> {
  const login = loginOf(settings.userFile);
  const { connect } = await import('mqtt');
  const client = connect(settings.url, { ...login, connectTimeout: 10_000, reconnectPeriod: 0 });
  const readings = new MqttReadings(settings);
  const topics = [...new Set(settings.registers.map(({ topic }) => topic))];
  try {
    await new Promise<void>((resolve, reject) => {
      client.on('error', reject);
      client.on('close', () => reject(new Error('the broker is gone')));
      client.on('connect', () => void client.subscribeAsync(topics).catch(reject));
      client.on('message', (topic, payload, packet) => {
        if (packet.retain) return;
        const outcome = readings.take(topic, payload, performance.now());
        if (outcome) hear(outcome);
      });
      signal.addEventListener('abort', () => resolve(), { once: true });
      if (signal.aborted) resolve();
    });
  } finally {
    await client.endAsync(true);
  }
}
