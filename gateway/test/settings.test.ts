import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { EXAMPLES } from '../src/examples.ts';
import { hasKey, makeKey, openKeys, putAside } from '../src/key.ts';
import { parseSettings } from '../src/settings.ts';

const read = (text: string) => parseSettings(text, '/etc/gateway.yaml');
const GOOD = EXAMPLES.p1.replaceAll('FILL-IN', 'usb-P1');
const folder = mkdtempSync(join(tmpdir(), 'electra-gateway-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('settings', () => {
  test('are told of in the page of the gateway, every field of them', () => {
    const text = (path: string): string => readFileSync(join(import.meta.dirname, path), 'utf8');
    const asked = text('../src/settings.ts').matchAll(/(?:text|whole|choice|optional|parts|keyFile)\(\s*'(\w+)'/g);
    const fields = [...new Set([...asked].map(([, field]) => field))];
    const page = text('../../docs/gateway.md');
    expect(fields.length).toBeGreaterThan(30);
    expect(fields.filter((field) => !new RegExp(`\\b${field}\\b`).test(page))).toEqual([]);
  });

  test.each(Object.keys(EXAMPLES))('to fill in are read as they stand: %s', (kind) => expect(read(EXAMPLES[kind]).source.kind).toBe(kind));

  test('have what a source usually wants, and paths beside their file', () => {
    const { source, outfitFile, distanceS, rollsOverAtWh } = read(GOOD);
    expect(source).toMatchObject({ line: { path: '/dev/serial/by-id/usb-P1', baud: 115_200, bits: 8, parity: 'none' }, checksum: 'crc' });
    expect([outfitFile, distanceS, rollsOverAtWh]).toEqual(['/etc/outfit.json', 30, undefined]);
    expect(read(`rollsOverAtKWh: 1000000\n${GOOD}`).rollsOverAtWh).toBe(1_000_000_000n);
    expect(read(GOOD.replace('  port: ', '  checksum: none\n  port: ')).source).toMatchObject({
      line: { baud: 9_600, bits: 7, parity: 'even' },
    });
    expect(read(EXAMPLES.d0).distanceS).toBe(120); // asked once a minute
    expect(read(EXAMPLES.sdm.replace(/ port: .*/, ' port: tcp://meter.local:502')).source).toMatchObject({
      line: { tcp: { host: 'meter.local', port: 502 } },
    });
  });

  test.each<[string, string, string]>([
    ['a field that there is not', `${GOOD}\ncolour: blue`, 'gateway.yaml:15:1: colour: expected one of '],
    ['a field twice', `clock: ntp\n${GOOD}`, 'not YAML (DUPLICATE_KEY)'],
    ['what is no YAML', 'a: [', 'gateway.yaml:1:5: not YAML'],
    ['a list', '- a', 'gateway.yaml:1:1: the file: expected fields'],
    ['nothing', '', 'expected fields'],
    ['a missing field', GOOD.replace('outfit:', '# '), 'outfit: expected a text'],
    ['a wrong number', GOOD.replace('10000 ', '1.5 '), ':6:15: maxWhPerSlot: expected a whole number from 1 to 1048575'],
    ['a wrong kind', GOOD.replace('kind: p1', 'kind: p2'), ':11:9: source.kind: expected one of p1, '],
    ['a wrong port', GOOD.replace('/dev', 'COM3'), 'source.port: expected a path'],
    ['a wrong date', GOOD.replace('2026-12-01', '2026-13-01'), 'firstDay: expected YYYY-MM-DD'],
    ['an address of another kind', GOOD.replace('http:', 'ftp:'), ':3:9: nodes.0: expected addresses'],
    [
      'a register that is no energy',
      `registers: { import: [15.8.0], export: [] }\n${GOOD}`,
      ':1:23: registers.import.0: expected registers',
    ],
    [
      'a ratio that is none',
      `registers: { import: [1.8.0], export: [], multiplier: 0 }\n${GOOD}`,
      'registers.multiplier: expected a whole',
    ],
    [
      'a distance of more than an hour and a moment',
      `distanceS: 3661\n${GOOD}`,
      ':1:12: distanceS: expected a whole number from 1 to 3660',
    ],
    ['a page that is served sometimes', `setupPage: sometimes\n${GOOD}`, ':1:12: setupPage: expected one of off, always'],
    ['a path that is none', EXAMPLES.mqtt.replace('SML.Total_in', 'a..b'), 'source.registers.0.path: expected names'],
    [
      'a topic of many',
      EXAMPLES.mqtt.replace('tele/meter/SENSOR', 'tele/#'),
      'source.registers.0.topic: expected a topic without wildcards',
    ],
    ['a field of another source', GOOD.replace('kind: p1', 'kind: sml\n  checksum: crc'), 'source.checksum: expected one of kind, '],
  ])('are refused with line, column and what was expected: %s', (_, text, message) => expect(() => read(text)).toThrow(message));
});

describe('the key', () => {
  test('is made once, for its owner’s eyes, and put aside with all that was the old meter’s', async () => {
    makeKey(folder);
    expect(statSync(join(folder, 'key')).mode & 0o777).toBe(0o600);
    const { address } = await openKeys(folder);
    expect(() => makeKey(folder)).toThrow('EEXIST');
    expect(readdirSync(putAside(folder, address))).toEqual(['key']);
    expect(hasKey(folder)).toBe(false);
    await expect(openKeys(folder)).rejects.toThrow('`setup` makes it');
    makeKey(folder);
    expect((await openKeys(folder)).address).not.toBe(address);
  });
});
