/** Finding out what speaks on a line, with simulated meters on real pseudo-terminals that keep their speed. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { detectHttp, detectLine, type Search } from '../src/setup/detect.ts';
import { firstReading } from '../src/setup/first-reading.ts';
import type { Telegram } from '../src/telegram.ts';
import { asRegisters, openBridge, openHttp, openModbusServer, openPseudoTerminal } from '../testing/lines.ts';
import { openSpeaking, speedsOf } from '../testing/speaking.ts';
import * as t from '../testing/telegrams.ts';

const SHOWN: t.Shown = {
  importMilliWh: 4_711_042_000n,
  exportMilliWh: 815_003_000n,
  powerW: 260,
  unixS: 1_767_225_590,
  serial: '1EMH0012345678',
};
const KEY = Uint8Array.from({ length: 16 }, (_, i) => i + 1);
const COMMON_KEY = Uint8Array.from({ length: 16 }, (_, i) => 0x11 * i);
const CIPHER: t.Cipher = { key: KEY, title: Uint8Array.from([0x4b, 0x46, 0x4d, 0x10, 1, 2, 3, 4]), counter: 9 };
const MODE_D = Buffer.from('/ESY5Q3DA1004 V3.02\r\n\r\n1-0:0.0.0*255(0273011003684)\r\n1-0:1.8.0*255(00004711.0420000*kWh)\r\n!\r\n');
const closing: (() => unknown)[] = [];
/** All at once: a pseudo-terminal takes its time to end. */
afterAll(() => Promise.all(closing.map((close) => close())));

const LONG = { timeout: 60_000 };
/** Long enough for a simulated meter on a machine that has much else to do; the tests that wait so long do it side by side. */
const LISTEN_MS = 3_000;
function search(more: Partial<Search> = {}): Search & { tried: string[] } {
  const tried: string[] = [];
  const own = {
    listenMs: LISTEN_MS,
    keyFile: '/none/port.key',
    key: undefined,
    standardOffsetS: 3600,
    signal: new AbortController().signal,
  };
  return { ...own, tries: (attempt) => tried.push(attempt), tried, ...more };
}
const speaking = async (baud: number, telegram?: () => Uint8Array) => {
  const line = await openSpeaking(baud, telegram);
  closing.push(line.close);
  return line;
};
const importOf = ({ registers }: Telegram): bigint =>
  registers.get('1.8.0')?.milliWh ?? registers.get('1.8.1')!.milliWh + registers.get('1.8.2')!.milliWh;

describe.concurrent('a meter that speaks by itself is found with its speed', () => {
  const belgium = t.p1('belgium', SHOWN);
  const cases: [string, number, Uint8Array, Record<string, unknown>][] = [
    ['P1 of Belgium', 115_200, belgium, { kind: 'p1', checksum: 'crc' }],
    ['P1 of the Netherlands', 115_200, t.p1('dsmr5', SHOWN), { kind: 'p1', checksum: 'crc' }],
    ['P1 of Sweden', 115_200, t.p1('sweden', SHOWN), { kind: 'p1', checksum: 'crc' }],
    ['P1 of Lithuania', 115_200, t.p1('lithuania', SHOWN), { kind: 'p1', checksum: 'crc' }],
    ['SML', 9_600, t.sml(SHOWN), { kind: 'sml' }],
    ['P1 of before DSMR 4', 9_600, t.p1('dsmr2', SHOWN), { kind: 'p1', checksum: 'none' }],
    ['IEC 62056-21, mode D', 9_600, MODE_D, { kind: 'd0', mode: 'D', checksum: 'none' }],
    ['DLMS over HDLC', 9_600, t.hdlcOf(t.dlmsMessage('aidon', SHOWN)), { kind: 'dlms', link: 'hdlc' }],
    ['DLMS over M-Bus', 2_400, t.mbusOf(t.dlmsMessage('austria', SHOWN)), { kind: 'dlms', link: 'mbus' }],
  ];
  test.each(cases)('%s at %i baud', LONG, async (_, baud, telegram, expected) => {
    const { path } = await speaking(baud, () => telegram);
    const found = await detectLine({ path }, search());
    expect(found).toMatchObject({ source: { ...expected, line: { path, baud } } });
    expect('telegram' in found && importOf(found.telegram)).toBe(4_711_042_000n);
  });

  test('enciphered: by its key where that is there, and as what it is where it is not', LONG, async () => {
    const { path } = await speaking(2_400, () => t.mbusOf(t.encipher(t.dlmsMessage('austria', SHOWN), CIPHER), 90));
    const found = await detectLine({ path }, search({ key: KEY, keyFile: '/etc/port.key' }));
    expect(found).toMatchObject({ source: { kind: 'dlms', keyFile: '/etc/port.key' }, telegram: expect.anything() });
    const without = await detectLine({ path }, search());
    expect(without).toMatchObject({ source: { kind: 'dlms' }, wants: 'key' });
  });

  test.each(['luxembourg', 'lithuania'] as const)('P1 of %s, enciphered, wants its key, and is read with it', LONG, async (flavour) => {
    const { path } = await speaking(115_200, () => t.encipher(t.p1(flavour, SHOWN), { ...CIPHER, authenticationKey: COMMON_KEY }));
    expect(await detectLine({ path }, search())).toMatchObject({ source: { kind: 'smarty' }, wants: 'key' });
    const found = await detectLine({ path }, search({ key: KEY, keyFile: '/etc/port.key' }));
    expect(found).toMatchObject({ source: { kind: 'smarty', keyFile: '/etc/port.key' }, telegram: expect.anything() });
  });
});

/** What a meter waits at least before it says its data: whoever asks has to change speed. */
const CHANGE_MS = 300;
describe.concurrent('a meter that is asked is found', () => {
  /** Says its identification at 300 baud and its data at the speed that belongs to its mode; at any other, bytes that mean nothing. */
  const asked = async (identification: string, baud: number, after: RegExp): Promise<string> => {
    const meter = await openPseudoTerminal();
    const speeds = speedsOf(meter.path);
    closing.push(speeds.close, meter.close);
    const answers = async (): Promise<void> => {
      await sleep(CHANGE_MS);
      const isHeard = await vi
        .waitFor(async () => expect(await speeds.now()).toBe(baud), { timeout: 10_000 })
        .then(
          () => true,
          () => false,
        );
      meter.write(isHeard ? t.d0(SHOWN) : t.d0(SHOWN).map((byte) => byte ^ 0x55));
    };
    meter.onData((bytes) => {
      const text = Buffer.from(bytes).toString('latin1');
      if (text.includes('/?!')) meter.write(Buffer.from(`${identification}\r\n`));
      if (after.test(text)) void answers().catch(() => {});
    });
    return meter.path;
  };

  test.each([
    ['A', '/EMH SIMULATED', 300, /\/\?!/],
    ['B', '/EMHESIMULATED', 9_600, /\/\?!/],
    ['C', '/EMH5 SIMULATED', 9_600, /050\r\n/],
  ] as const)('by IEC 62056-21, in mode %s, which its identification says', LONG, async (mode, identification, baud, after) => {
    const path = await asked(identification, baud, after);
    const found = await detectLine({ path }, search({ listenMs: 200 }));
    expect(found).toMatchObject({ source: { kind: 'd0', mode, line: { path, baud: 300 } } });
    expect('telegram' in found && importOf(found.telegram)).toBe(4_711_042_000n);
  });

  test('over HTTP, by what it answers', LONG, async () => {
    const shelly = await openHttp((path) =>
      path === '/rpc/EMData.GetStatus?id=0' ? Buffer.from('{"total_act":4711042,"total_act_ret":0}') : undefined,
    );
    const other = await openHttp(() => Buffer.from('<html>'));
    closing.push(shelly.close, other.close);
    expect(await detectHttp(shelly.url, search())).toMatchObject({ source: { kind: 'shelly', model: 'pro-3em', url: shelly.url } });
    expect(await detectHttp(other.url, search())).toEqual({ code: 'unknown' });
    expect(await detectHttp('http://127.0.0.1:1', search())).toEqual({ code: 'unreachable' });
  });

  test('over Modbus', LONG, async () => {
    const input = new Map([...asRegisters(0x48, t.sdmEnergies(SHOWN)), ...asRegisters(0x34, Uint8Array.from([0x43, 0x82, 0, 0]))]);
    const server = await openModbusServer({ input, holding: new Map() });
    closing.push(server.close);
    const found = await detectLine({ tcp: { host: '127.0.0.1', port: server.port } }, search({ listenMs: 1_000 }));
    expect(found).toMatchObject({ source: { kind: 'sdm', unit: 1 }, telegram: expect.anything() });
  });

  test('on a bridge, whatever it passes on', LONG, async () => {
    const bridge = await openBridge();
    closing.push(bridge.close);
    const [, port] = /:(\d+)$/.exec(bridge.path)!;
    const speak = setInterval(() => bridge.write(t.sml(SHOWN)), 100);
    closing.push(() => clearInterval(speak));
    expect(await detectLine({ tcp: { host: '127.0.0.1', port: Number(port) } }, search())).toMatchObject({ source: { kind: 'sml' } });
  });
});

describe.concurrent('where nothing can be read it is said why', () => {
  test('damaged: check sums do not fit', LONG, async () => {
    const broken = Uint8Array.from(t.sml(SHOWN));
    broken[40] ^= 0xff;
    const { path } = await speaking(9_600, () => broken);
    expect(await detectLine({ path }, search())).toEqual({ code: 'damaged' });
  });

  test('unknown: noise that began like a telegram, once', LONG, async () => {
    const bridge = await openBridge();
    closing.push(bridge.close);
    const broken = Uint8Array.from(t.sml(SHOWN));
    broken[40] ^= 0xff;
    const said = [Buffer.from('hello, world\r\n'), broken];
    const speak = setInterval(() => bridge.connections() > 0 && bridge.write(said.pop() ?? Buffer.from('hello, world\r\n')), 100);
    closing.push(() => clearInterval(speak));
    const [, port] = /:(\d+)$/.exec(bridge.path)!;
    expect(await detectLine({ tcp: { host: '127.0.0.1', port: Number(port) } }, search())).toEqual({ code: 'unknown' });
  });

  test('unknown: it speaks, but nothing that is known', LONG, async () => {
    const { path } = await speaking(9_600, () => Buffer.from('hello, world\r\n'));
    expect(await detectLine({ path }, search())).toEqual({ code: 'unknown' });
  });

  test('silent', LONG, async () => {
    const { path } = await speaking(9_600);
    const looking = search({ listenMs: 150 });
    expect(await detectLine({ path }, looking)).toEqual({ code: 'silent' });
    expect(looking.tried).toEqual(['115200 8N1', '9600 8N1', '2400 8E1', '2400 8N1', 'IEC 62056-21', 'Modbus']);
  });

  test('unplugged: before, and while it was listened to', LONG, async () => {
    expect(await detectLine({ path: '/dev/none' }, search())).toEqual({ code: 'unplugged' });
    const line = await openSpeaking(9_600, () => t.sml(SHOWN));
    const found = detectLine({ path: line.path }, search({ listenMs: 5_000, tries: () => setTimeout(() => void line.close(), 300) }));
    expect(await found).toEqual({ code: 'unplugged' });
  });

  test('busy: another program has it; forbidden: it may not be opened', LONG, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'electra-port-'));
    closing.push(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'ttyUSB0');
    writeFileSync(file, '');
    expect(await detectLine({ path: file }, search())).toEqual({ code: 'busy' }); // what is no terminal cannot be locked either
    chmodSync(file, 0);
    if (process.getuid?.() !== 0) expect(await detectLine({ path: file }, search())).toEqual({ code: 'forbidden' });
  });

  test('unreachable, and stopped by whoever no longer wants to wait', LONG, async () => {
    expect(await detectLine({ tcp: { host: '127.0.0.1', port: 1 } }, search())).toEqual({ code: 'unreachable' });
    const silent = createServer((socket) => socket.on('error', () => {}));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    closing.push(() => silent.close());
    const stop = new AbortController();
    const { port } = silent.address() as { port: number };
    const looking = detectLine({ tcp: { host: '127.0.0.1', port } }, search({ listenMs: 20_000, signal: stop.signal }));
    setTimeout(() => stop.abort(), 200);
    expect(await looking).toEqual({ code: 'stopped' });
  });
});

describe('a reading of a source that is known', () => {
  const signal = new AbortController().signal;
  test('is one telegram', LONG, async () => {
    const { path } = await speaking(9_600, () => t.sml(SHOWN));
    const reading = await firstReading({ kind: 'sml', line: { path, baud: 9_600, bits: 8, parity: 'none' } }, 10, signal);
    expect('telegram' in reading && importOf(reading.telegram)).toBe(4_711_042_000n);
  });

  test('is asked for at once, however long the interval at which it will be', LONG, async () => {
    const http = await openHttp(() => Buffer.from('{"total_act_energy":4711042,"total_act_ret_energy":0}'));
    closing.push(http.close);
    const hourly = { kind: 'shelly', url: http.url, model: 'pro-em', channel: 0, intervalS: 3_600 } as const;
    const reading = await firstReading(hourly, 10, signal);
    expect('telegram' in reading && importOf(reading.telegram)).toBe(4_711_042_000n);
  });

  test('is none, with why: damaged, unplugged, without a key, of another form', LONG, async () => {
    const broken = Uint8Array.from(t.sml(SHOWN));
    broken[40] ^= 0xff;
    const { path } = await speaking(9_600, () => broken);
    const line = { baud: 9_600, bits: 8, parity: 'none' } as const;
    const http = await openHttp(() => Buffer.from('{"nothing":1}'));
    closing.push(http.close);
    const all = await Promise.all([
      firstReading({ kind: 'sml', line: { path, ...line } }, 2, signal),
      firstReading({ kind: 'sml', line: { path: '/dev/none', ...line } }, 10, signal),
      firstReading({ kind: 'smarty', line: { path, ...line }, keyFile: '/none', standardOffsetS: 0 }, 10, signal),
      firstReading({ kind: 'shelly', url: http.url, model: 'pro-em', channel: 0, intervalS: 1 }, 2, signal),
    ]);
    expect(all).toEqual([{ code: 'damaged' }, { code: 'unplugged' }, { code: 'key' }, { code: 'value' }]);
  });
});
