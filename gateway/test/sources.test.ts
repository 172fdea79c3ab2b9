import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aedes } from 'aedes';
import { afterEach, describe, expect, test } from 'vitest';
import type { Line, SourceSettings } from '../src/settings.ts';
import { openD0 } from '../src/sources/d0.ts';
import { MqttReadings } from '../src/sources/mqtt.ts';
import { readSource } from '../src/sources/source.ts';
import type { Outcome, Telegram } from '../src/telegram.ts';
import { asRegisters, openBridge, openHttp, openModbusServer, openPseudoTerminal, speakRtu } from '../testing/lines.ts';
import * as t from '../testing/telegrams.ts';

const SHOWN: t.Shown = {
  importMilliWh: 4_711_042_000n,
  exportMilliWh: 815_003_000n,
  powerW: 260,
  unixS: 1_767_225_590,
  serial: '1EMH0012345678',
};
const IMPORT = SHOWN.importMilliWh;
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Reads a source until the test is over. */
function reading(source: SourceSettings, silenceS = 60) {
  const stop = new AbortController();
  const heard: Outcome[] = [];
  const lost: string[] = [];
  const done = readSource(source, silenceS, { hear: (outcome) => heard.push(outcome), lost: (why) => lost.push(why) }, stop.signal);
  closing.push(async () => {
    stop.abort();
    await done;
  });
  const imports = () => heard.flatMap((one) => ('telegram' in one ? [importOf(one.telegram)] : []));
  return { heard, lost, imports, stop, done };
}
const importOf = ({ registers }: Telegram): bigint =>
  registers.get('1.8.0')?.milliWh ?? registers.get('1.8.1')!.milliWh + registers.get('1.8.2')!.milliWh;
const TEN = { timeout: 15_000 };
const line = (path: string, more: Partial<Line> = {}): Line => {
  const tcp = /^tcp:\/\/(.+):(\d+)$/.exec(path);
  return { ...(tcp ? { tcp: { host: tcp[1], port: Number(tcp[2]) } } : { path }), baud: 115_200, bits: 8, parity: 'none', ...more };
};

describe('a meter that speaks by itself', () => {
  test('is read from a serial port, in whatever pieces it comes, and the port is given back', async () => {
    const meter = await openPseudoTerminal();
    closing.push(meter.close);
    const { imports, heard } = reading({ kind: 'p1', line: line(meter.path), checksum: 'crc', standardOffsetS: 3600 });
    const telegram = t.p1('dsmr5', SHOWN);
    await expect
      .poll(() => {
        meter.write(telegram.subarray(0, 100));
        meter.write(telegram.subarray(100));
        return imports().length;
      }, TEN)
      .toBeGreaterThan(2);
    expect(new Set(imports())).toEqual(new Set([IMPORT]));
    expect(heard.filter((one) => 'bad' in one).length).toBeLessThan(2); // the first may be torn
  });

  test('is read over a bridge, and again when the bridge is gone for a while', async () => {
    const bridge = await openBridge();
    closing.push(bridge.close);
    const { imports, lost } = reading({ kind: 'sml', line: line(bridge.path) });
    const speak = (count: number) => () => {
      bridge.write(t.sml(SHOWN));
      return imports().length >= count;
    };
    await expect.poll(speak(2), TEN).toBe(true);
    bridge.drop();
    const before = imports().length;
    await expect.poll(speak(before + 2), TEN).toBe(true);
    expect([bridge.connections(), lost]).toEqual([2, ['the line ended']]);
  });

  test('that goes silent has its line opened anew', async () => {
    const bridge = await openBridge();
    closing.push(bridge.close);
    const { lost } = reading({ kind: 'sml', line: line(bridge.path) }, 0.3);
    await expect.poll(() => bridge.connections(), TEN).toBeGreaterThan(1);
    expect(lost[0]).toBe('nothing valid for 0.3 s: the line is opened anew');
  });

  test('whose port is not there is waited for', async () => {
    const { lost, heard } = reading({ kind: 'sml', line: line('/dev/serial/by-id/none') });
    await expect.poll(() => lost.length, TEN).toBeGreaterThan(0);
    expect(heard).toEqual([]);
  });

  test('whose port is numbered anew is read again by the name that stays', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'electra-by-id-'));
    const name = join(folder, 'usb-reader');
    const [first, second] = [await openPseudoTerminal(), await openPseudoTerminal()];
    closing.push(() => rmSync(folder, { recursive: true, force: true }), second.close);
    symlinkSync(first.path, name);
    const { imports } = reading({ kind: 'sml', line: line(name) });
    const speak = async (from: Pick<typeof first, 'write'>, more: number): Promise<void> => {
      const had = imports().length;
      const timer = setInterval(() => from.write(t.sml(SHOWN)), 100);
      await expect.poll(() => imports().length - had, TEN).toBeGreaterThan(more);
      clearInterval(timer);
    };
    await speak(first, 1);
    unlinkSync(name);
    symlinkSync(second.path, name);
    await first.close();
    await speak(second, 1);
  });

  test('with a key that is none is refused at once', async () => {
    const { done, stop } = reading({ kind: 'dlms', link: 'mbus', line: line('/dev/null'), keyFile: '/none', standardOffsetS: 0 });
    closing.pop();
    await expect(done).rejects.toThrow('/none: cannot be read (ENOENT)');
    stop.abort();
  });
});

describe('a meter that is asked', () => {
  test('by IEC 62056-21, mode C: sign-on, identification, acknowledgement, data', async () => {
    const meter = await openPseudoTerminal();
    closing.push(meter.close);
    const asked: string[] = [];
    meter.onData((bytes) => {
      const text = Buffer.from(bytes).toString('latin1');
      asked.push(text);
      if (text.includes('/?!')) meter.write(Buffer.from('/EMH5 SIMULATED\r\n'));
      if (text.includes('\x06050\r\n')) meter.write(t.d0(SHOWN));
    });
    const { imports } = reading({ kind: 'd0', mode: 'C', checksum: 'bcc', intervalS: 1, line: line(meter.path, { bits: 8 }) });
    await expect.poll(() => imports().length, TEN).toBeGreaterThan(0);
    expect(imports()[0]).toBe(IMPORT);
    expect(asked.slice(0, 2)).toEqual(['/?!\r\n', '\x06050\r\n']);
  });

  test.each([
    ['A', '/EMH SIMULATED'],
    ['B', '/EMHESIMULATED'],
  ] as const)('by IEC 62056-21, mode %s: what it says behind its identification, nothing acknowledged', async (mode, identification) => {
    const meter = await openPseudoTerminal();
    closing.push(meter.close);
    const asked: string[] = [];
    meter.onData((bytes) => {
      asked.push(Buffer.from(bytes).toString('latin1'));
      meter.write(Buffer.concat([Buffer.from(`${identification}\r\n`), t.d0(SHOWN)]));
    });
    const d0 = await openD0({ kind: 'd0', mode, checksum: 'bcc', intervalS: 1, line: line(meter.path) }, 2_000);
    closing.push(d0.close);
    expect(importOf(await d0.ask(new AbortController().signal))).toBe(IMPORT);
    expect([asked, d0.offered()]).toEqual([['/?!\r\n'], mode]);
  });

  test('by IEC 62056-21, where it offers mode E: read in mode C where it gives that, refused as such where it does not', async () => {
    const meter = await openPseudoTerminal();
    closing.push(meter.close);
    let givesModeC = true;
    meter.onData((bytes) => {
      const text = Buffer.from(bytes).toString('latin1');
      if (text.includes('/?!')) meter.write(Buffer.from('/LGZ5\\2ZMD4104407.B32\r\n'));
      if (text.includes('\x06050\r\n') && givesModeC) meter.write(t.d0(SHOWN));
    });
    const d0 = await openD0({ kind: 'd0', mode: 'C', checksum: 'bcc', intervalS: 1, line: line(meter.path) }, 500);
    closing.push(d0.close);
    const { signal } = new AbortController();
    expect(importOf(await d0.ask(signal))).toBe(IMPORT);
    givesModeC = false;
    await expect(d0.ask(signal)).rejects.toMatchObject({ code: 'mode-e' });
  });

  test('over Modbus RTU, on a serial port', async () => {
    const meter = await openPseudoTerminal();
    closing.push(meter.close);
    const input = new Map([...asRegisters(0x48, t.sdmEnergies(SHOWN)), ...asRegisters(0x34, Uint8Array.from([0x43, 0x82, 0, 0]))]);
    const asked = speakRtu(meter, { unit: 7, input, holding: new Map(asRegisters(0xfc00, Uint8Array.from([0, 1, 0, 2]))) });
    const { heard, imports } = reading({ kind: 'sdm', unit: 7, intervalS: 1, line: line(meter.path, { baud: 9_600 }) });
    await expect.poll(() => imports().length, TEN).toBeGreaterThan(1);
    expect(heard[0]).toMatchObject({ telegram: { powerW: 260, serial: '65538' } });
    expect([imports()[0], asked().broken]).toEqual([IMPORT, 0]);
  });

  test('over Modbus: SunSpec, wherever its map begins, by its models', async () => {
    const text = (content: string, registers: number) => asBytes(content.padEnd(2 * registers, '\0'));
    const common = [...asRegisters(2, Uint8Array.from([0, 1, 0, 66])), ...asRegisters(4 + 48, text('SN-77', 16))];
    const holding = new Map([
      ...asRegisters(0, asBytes('SunS')),
      ...Array.from({ length: 66 }, (_, i) => [4 + i, 0] as [number, number]),
      ...common,
      ...asRegisters(70, Uint8Array.from([0, 203, 0, 105])),
      ...asRegisters(72, t.sunSpecMeter(SHOWN)),
    ]);
    const server = await openModbusServer({ input: new Map(), holding });
    closing.push(server.close);
    const { heard, imports } = reading({ kind: 'sunspec', unit: 1, intervalS: 1, line: line(`tcp://127.0.0.1:${server.port}`) });
    await expect.poll(() => imports().length, TEN).toBeGreaterThan(0);
    expect(heard[0]).toMatchObject({ telegram: { serial: 'SN-77', powerW: 260 } });
    expect(imports()[0]).toBe(IMPORT);
  });

  test('over Modbus: an SDM, with a serial number or without', async () => {
    const input = new Map([...asRegisters(0x48, t.sdmEnergies(SHOWN)), ...asRegisters(0x34, Uint8Array.from([0x43, 0x82, 0, 0]))]);
    const server = await openModbusServer({ input, holding: new Map() });
    closing.push(server.close);
    const { heard, imports } = reading({ kind: 'sdm', unit: 1, intervalS: 1, line: line(`tcp://127.0.0.1:${server.port}`) });
    await expect.poll(() => imports().length, TEN).toBeGreaterThan(0);
    expect(heard[0]).toMatchObject({ telegram: { powerW: 260 } });
    expect(imports()[0]).toBe(IMPORT);
  });

  test('over HTTP: HomeWizard and Shelly, at whole seconds, and one that answers 404 is counted', async () => {
    const server = await openHttp((path) => {
      if (path === '/api/v1/data') return asBytes(JSON.stringify({ total_power_import_kwh: 4711.042 }));
      return path === '/rpc/EM1Data.GetStatus?id=1' ? asBytes('{"total_act_energy":4711042,"total_act_ret_energy":0}') : undefined;
    });
    closing.push(server.close);
    const wizard = reading({ kind: 'homewizard', url: server.url, intervalS: 1 });
    const shelly = reading({ kind: 'shelly', model: 'pro-em', channel: 1, url: server.url, intervalS: 1 });
    const none = reading({ kind: 'shelly', model: 'pro-3em', channel: 0, url: server.url, intervalS: 1 });
    await expect.poll(() => wizard.imports().length * shelly.imports().length * none.heard.length, TEN).toBeGreaterThan(0);
    expect([wizard.imports()[0], shelly.imports()[0]]).toEqual([IMPORT, IMPORT]);
    expect(none.heard[0]).toMatchObject({ bad: 'no-answer', detail: expect.stringContaining('HTTP 404') });
  });
});

const asBytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

describe('a broker', () => {
  test('is subscribed to; what it kept from before is left alone', async () => {
    const broker = await Aedes.createBroker();
    const server = createServer(broker.handle);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => new Promise<void>((resolve) => broker.close(() => server.close(() => resolve()))));
    const payload = (kiloWh: number) => JSON.stringify({ SML: { in: kiloWh, out: 1.5 } });
    const publish = (text: string, retain = false) =>
      new Promise<void>((resolve) =>
        broker.publish({ cmd: 'publish', qos: 0, dup: false, topic: 'tele/meter/SENSOR', payload: Buffer.from(text), retain }, () =>
          resolve(),
        ),
      );
    await publish(payload(1), true);
    const topic = 'tele/meter/SENSOR';
    const registers = [
      { name: '1.8.0', topic, path: 'SML.in', unit: 'kWh' },
      { name: '2.8.0', topic, path: 'SML.out', unit: 'kWh' },
    ];
    const url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { imports, heard } = reading({ kind: 'mqtt', url, registers, togetherS: 5 });
    await expect
      .poll(async () => {
        await publish('not JSON');
        await publish(payload(4711.042));
        return imports().length;
      }, TEN)
      .toBeGreaterThan(0);
    expect(new Set(imports())).toEqual(new Set([IMPORT]));
    expect(heard.some((one) => 'bad' in one && one.bad === 'malformed')).toBe(true);
  });

  test('that dies is said to be gone, and read again once it is back; one that never was there, too', async () => {
    const broker = await Aedes.createBroker();
    closing.push(() => new Promise<void>((resolve) => broker.close(resolve)));
    const listen = async (port: number) => {
      const server = createServer(broker.handle);
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      return server;
    };
    const first = await listen(0);
    const { port } = first.address() as AddressInfo;
    const registers = [{ name: '1.8.0', topic: 'in', path: '', unit: 'kWh' }];
    const { imports, lost } = reading({ kind: 'mqtt', url: `mqtt://127.0.0.1:${port}`, registers, togetherS: 5 });
    const speak = (count: number) => () => {
      broker.publish({ cmd: 'publish', qos: 0, dup: false, topic: 'in', payload: Buffer.from('4711.042'), retain: false }, () => {});
      return imports().length >= count;
    };
    await expect.poll(speak(1), TEN).toBe(true);
    const stopped = new Promise((resolve) => first.close(resolve));
    for (const client of Object.values((broker as unknown as { clients: Record<string, { close: () => void }> }).clients)) client.close();
    await stopped;
    await expect.poll(() => lost.length, TEN).toBeGreaterThan(1);
    expect(lost[0]).toBe('the broker is gone');
    expect(lost.at(-1)).toContain('ECONNREFUSED');
    const second = await listen(port);
    closing.push(() => second.close());
    const before = imports().length;
    await expect.poll(speak(before + 1), TEN).toBe(true);
  });

  test('whose file of name and password cannot be read is refused at once, not asked again and again', async () => {
    const registers = [{ name: '1.8.0', topic: 'in', path: '', unit: 'kWh' }];
    const { done, lost } = reading({ kind: 'mqtt', url: 'mqtt://127.0.0.1:1', registers, togetherS: 5, userFile: '/none/mqtt.user' });
    closing.pop();
    await expect(done).rejects.toThrow('/none/mqtt.user: cannot be read (ENOENT)');
    expect(lost).toEqual([]);
  });

  test('gives one reading of several topics when they come together, and none when they do not', () => {
    const registers = [
      { name: '1.8.0', topic: 'in', path: '', unit: 'kWh' },
      { name: '2.8.0', topic: 'out', path: '', unit: 'kWh' },
    ];
    const readings = new MqttReadings({ registers, togetherS: 5 });
    const take = (topic: string, text: string, atS: number) => readings.take(topic, asBytes(text), atS * 1000);
    expect(take('in', '1.5', 0)).toBeUndefined();
    expect(take('out', '0.25', 9)).toBeUndefined(); // the other is nine seconds old
    const outcome = take('in', '1.6', 10);
    if (!outcome || 'bad' in outcome) throw new Error('expected a reading');
    expect([outcome.atMs, [...outcome.telegram.registers].map(([name, { milliWh }]) => [name, milliWh])]).toEqual([
      10_000,
      [
        ['1.8.0', 1_600_000n],
        ['2.8.0', 250_000n],
      ],
    ]);
    expect(take('out', '0.25', 11)).toBeUndefined(); // both must come anew
    expect(take('in', 'unavailable', 12)).toMatchObject({ bad: 'malformed' });
  });
});
