import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseSettings } from '../gateway/src/settings.ts';
import { readSource } from '../gateway/src/sources/source.ts';
import type { Telegram } from '../gateway/src/telegram.ts';
import { ExistingMeter } from './existing-meter.ts';
import { PROTOCOLS } from './speaking-meter.ts';

const KEY = Uint8Array.from({ length: 16 }, (_, i) => i);
const NOW_MS = Date.parse('2026-06-21T10:07:30Z');
const folder = mkdtempSync(join(tmpdir(), 'electra-simulated-meter-'));
const keyFile = join(folder, 'key');
let meter: ExistingMeter;
beforeAll(async () => {
  writeFileSync(keyFile, Buffer.from(KEY).toString('hex'));
  meter = await ExistingMeter.load('rural', 'rural-001', 'E0047');
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

const settingsOf = (source: readonly string[]) =>
  parseSettings(
    `outfit: o.json\nnodes: [http://n:1]\nfolder: ${folder}\nfirstDay: 2026-06-21\nmaxWhPerSlot: 10000\nsource:\n${source
      .map((line) => `  ${line}\n`)
      .join('')}`,
    join(folder, 'settings.yaml'),
  );

/** The first telegram that a gateway with these settings reads. */
async function firstRead(source: readonly string[]): Promise<Telegram> {
  const settings = settingsOf(source);
  const asked = 'intervalS' in settings.source ? { ...settings.source, intervalS: 0.1 } : settings.source;
  const stop = new AbortController();
  let found: Telegram | undefined;
  const hear: Parameters<typeof readSource>[2]['hear'] = (outcome) => {
    if (!('telegram' in outcome)) return;
    found ??= outcome.telegram;
    stop.abort();
  };
  await readSource(asked, 60, { hear, lost: () => {} }, AbortSignal.any([stop.signal, AbortSignal.timeout(20_000)]));
  if (!found) throw new Error('nothing was read');
  return found;
}

describe('a simulated existing meter', () => {
  test.concurrent.each(Object.keys(PROTOCOLS))(
    'that speaks %s is read by the settings that it prints',
    async (protocol) => {
      const { source, close } = await PROTOCOLS[protocol](() => meter.at(NOW_MS), { everyS: 0.1, keyFile, key: KEY });
      try {
        const { registers } = await firstRead(source);
        const total = (name: string): bigint =>
          registers.get(`${name}.0`)?.milliWh ??
          [1, 2].reduce((sum, tariff) => sum + (registers.get(`${name}.${tariff}`)?.milliWh ?? 0n), 0n);
        const { importMilliWh, exportMilliWh } = meter.at(NOW_MS);
        const step = protocol === 'sml-locked' ? 1_000_000n : protocol === 'sdm' ? 100_000n : 1_000n;
        for (const [read, shown] of [[total('1.8'), importMilliWh] as const, [total('2.8'), exportMilliWh] as const]) {
          const apart = read > shown ? read - shown : shown - read;
          expect(apart).toBeLessThan(step);
        }
      } finally {
        await close();
      }
    },
    30_000,
  );

  test('counts on for years, never falls, and goes on after a restart where the clock says', async () => {
    let last = 0n;
    for (let ms = Date.UTC(2025, 11, 30); ms < Date.UTC(2026, 0, 4); ms += 437_000) {
      const { importMilliWh } = meter.at(ms);
      expect(importMilliWh >= last).toBe(true);
      last = importMilliWh;
    }
    const again = await ExistingMeter.load('rural', 'rural-001', 'E0047');
    expect(again.at(NOW_MS)).toEqual(meter.at(NOW_MS));
  });

  test('of a household that there is not is refused', () =>
    expect(ExistingMeter.load('rural', 'rural-999', 'E')).rejects.toThrow('rural-999'));
});
