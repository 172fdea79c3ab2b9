/**
 * A gateway on a real line whose time is played: the existing meter says what it shows at an instant, over a pseudo-terminal, TCP, Modbus
 * or a broker; the gateway reads it as it always does; and only when it has heard it, the next instant comes. So days pass in seconds, and
 * nothing between the port and the chain is left out but the waiting.
 */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Aedes } from 'aedes';
import { Device, type DeviceEvent } from '../../gateway/src/device.ts';
import type { Line, SourceSettings } from '../../gateway/src/settings.ts';
import { Clock } from '../../gateway/src/slots/clock.ts';
import { readSource } from '../../gateway/src/sources/source.ts';
import type { Outcome } from '../../gateway/src/telegram.ts';
import { asRegisters, openBridge, openModbusServer, openPseudoTerminal } from '../../gateway/testing/lines.ts';
import * as t from '../../gateway/testing/telegrams.ts';
import { dayToDate, type MeterChain, MeterClient, memoryStore, type Outfit } from '../../sdk/ts/src/index.ts';

/** A simulated existing meter on a line of its own. */
export interface PlayedLine {
  source: SourceSettings;
  show: (shown: t.Shown) => void | Promise<void>;
  /** How many telegrams may come that were asked for before it was shown. */
  stale: number;
  close: () => unknown;
}

const lineOf = (path: string, more: Partial<Line> = {}): Line => {
  const tcp = /^tcp:\/\/(.+):(\d+)$/.exec(path);
  return { ...(tcp ? { tcp: { host: tcp[1], port: Number(tcp[2]) } } : { path }), baud: 115_200, bits: 8, parity: 'none', ...more };
};

/** P1 of DSMR 5 on a serial port. */
export async function p1Line(): Promise<PlayedLine> {
  const { path, write, close } = await openPseudoTerminal();
  const source: SourceSettings = { kind: 'p1', line: lineOf(path), checksum: 'crc', standardOffsetS: 3600 };
  return { source, show: (shown) => write(t.p1('dsmr5', shown)), stale: 0, close };
}

/** SML over a bridge of TCP. */
export async function smlLine(): Promise<PlayedLine> {
  const { path, write, close } = await openBridge();
  return { source: { kind: 'sml', line: lineOf(path) }, show: (shown) => write(t.sml(shown)), stale: 0, close };
}

/** SunSpec over Modbus TCP, asked all the time. */
export async function modbusLine(): Promise<PlayedLine> {
  const text = (content: string): Uint8Array => Uint8Array.from(Buffer.from(content, 'latin1'));
  const holding = new Map([
    ...asRegisters(0, text('SunS')),
    ...asRegisters(2, Uint8Array.from([0, 203, 0, 105])),
    ...asRegisters(4, new Uint8Array(106)),
  ]);
  const { port, close } = await openModbusServer({ input: new Map(), holding });
  const show = (shown: t.Shown): void => {
    for (const [at, value] of asRegisters(4, t.sunSpecMeter(shown))) holding.set(at, value);
  };
  const source: SourceSettings = { kind: 'sunspec', unit: 1, intervalS: 0.005, line: lineOf(`tcp://127.0.0.1:${port}`) };
  return { source, show, stale: 1, close };
}

/** Tasmota's JSON by a broker. */
export async function brokerLine(): Promise<PlayedLine> {
  const broker = await Aedes.createBroker();
  const server = createServer(broker.handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const topic = 'tele/meter/SENSOR';
  const show = ({ importMilliWh, exportMilliWh }: t.Shown): Promise<void> => {
    const payload = JSON.stringify({ SML: { in: Number(t.kiloWh(importMilliWh, 3)), out: Number(t.kiloWh(exportMilliWh, 3)) } });
    return new Promise((resolve) =>
      broker.publish({ cmd: 'publish', qos: 0, dup: false, topic, payload: Buffer.from(payload), retain: false }, () => resolve()),
    );
  };
  const registers = [
    { name: '1.8.0', topic, path: 'SML.in', unit: 'kWh' },
    { name: '2.8.0', topic, path: 'SML.out', unit: 'kWh' },
  ];
  const url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => new Promise<void>((resolve) => broker.close(() => server.close(() => resolve())));
  return { source: { kind: 'mqtt', url, registers, togetherS: 5 }, show, stale: 0, close };
}

/** A clock that shows what is played. */
class PlayedClock extends Clock {
  playedMs = 0;
  constructor() {
    super({ isSynchronized: async () => true });
  }
  override look(): 'steady' {
    return 'steady';
  }
  override unixMs(): number {
    return this.playedMs;
  }
}

export interface PlayedOptions {
  chain: { chainId: string; chain: MeterChain; nowMs: () => number };
  outfit: Outfit;
  key: Uint8Array;
  firstDay: number;
  maxWhPerSlot: number;
}

/** A gateway on a line. Another one may follow it on the same line, as after an exchange. */
export class PlayedGateway {
  readonly events: DeviceEvent[] = [];
  readonly client: MeterClient;
  readonly #device: Device;
  readonly #clock: PlayedClock;
  readonly #line: PlayedLine;
  readonly #reads = new AbortController();
  readonly #sends = new AbortController();
  readonly #reading: Promise<void>;
  readonly #sending: Promise<void>;
  #heard = 0;
  #wake: () => void = () => {};

  private constructor(line: PlayedLine, clock: PlayedClock, device: Device, client: MeterClient, events: DeviceEvent[]) {
    [this.#line, this.#clock, this.#device, this.client, this.events] = [line, clock, device, client, events];
    const hear = (outcome: Outcome): void => {
      this.#device.hear(outcome);
      if ('telegram' in outcome) this.#heard++;
      this.#wake();
    };
    this.#sending = client.run(this.#sends.signal);
    this.#reading = readSource(line.source, 600, { hear, lost: () => {} }, this.#reads.signal);
  }

  static async open(line: PlayedLine, { chain, outfit, key, firstDay, maxWhPerSlot }: PlayedOptions): Promise<PlayedGateway> {
    const { chainId, nowMs } = chain;
    const store = memoryStore();
    const client = await MeterClient.open({ chainId, chain: chain.chain, outfit, key, store, nowMs, maxWhPerSlot, backoffMaxMs: 1_000 });
    const clock = new PlayedClock();
    await clock.ask(0);
    const events: DeviceEvent[] = [];
    const device = await Device.open({
      settings: { firstDate: dayToDate(firstDay), maxWhPerSlot, distanceS: 30, confirmations: 2, lagS: 60 },
      clock,
      openMeter: async () => ({
        meter: client.meter,
        status: () => client.status(),
        startDay: (...start) => client.startDay(...start),
        recordAll: (readings) => client.recordAll(readings),
        run: async () => {}, // it runs from the beginning, and beyond
        close: async () => {},
      }),
      openState: async () => memoryStore(),
      onEvent: (event) => events.push(event),
    });
    return new PlayedGateway(line, clock, device, client, events);
  }

  get stop() {
    return this.#device.status().stop;
  }

  /** What the meter shows at an instant; comes back when the gateway has heard it. */
  async play(shown: t.Shown): Promise<void> {
    this.#clock.playedMs = shown.unixS * 1000;
    const enough = this.#heard + 1 + this.#line.stale;
    for (let tries = 0; this.#heard < enough; tries++) {
      // What is said before a line is open is heard by nobody, as in a house.
      if (this.#line.stale === 0 || tries === 0) await this.#line.show(shown);
      if (this.#heard >= enough) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 1_000);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      if (tries > 60) throw new Error(`${this.#line.source.kind}: nothing is heard`);
    }
  }

  save(): Promise<void> {
    return this.#device.save();
  }

  /** Gives the port back; what was recorded goes on being sent. */
  async leave(): Promise<void> {
    this.#reads.abort();
    await this.#reading;
    await this.#device.save();
  }

  async close(): Promise<void> {
    await this.leave();
    this.#sends.abort();
    await this.#sending;
    await this.#device.close();
    await this.client.close();
  }
}
