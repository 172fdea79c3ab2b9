/**
 * A simulated existing meter on a line: what it shows now, said in one of the protocols that the gateway reads, on a pseudo-terminal, a TCP
 * port, Modbus, a broker or over HTTP. Each says how the gateway's settings name it.
 */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import {
  asRegisters,
  type FakeLine,
  type ListenAt,
  openBridge,
  openHttp,
  openModbusServer,
  openPseudoTerminal,
  speakRtu,
} from '../gateway/testing/lines.ts';
import * as t from '../gateway/testing/telegrams.ts';

export interface Speaking {
  /** lines of the gateway's settings, below `source:` */
  source: string[];
  close: () => void | Promise<void>;
}

export interface SpeakOptions {
  /** a TCP port of a bridge in place of a pseudo-terminal; where the other kinds listen */
  listen?: ListenAt;
  everyS: number;
  /** the key of enciphered ports, as a file for the gateway */
  keyFile: string;
  key: Uint8Array;
}

type Show = () => t.Shown;
type Speak = (show: Show, options: SpeakOptions) => Promise<Speaking>;

const openLine = ({ listen }: SpeakOptions): Promise<FakeLine> => (listen ? openBridge(listen) : openPseudoTerminal());

/** A meter that speaks by itself. */
const pushed =
  (write: (shown: t.Shown, options: SpeakOptions) => Uint8Array, source: (options: SpeakOptions) => string[]): Speak =>
  async (show, options) => {
    const line = await openLine(options);
    const timer = setInterval(() => line.write(write(show(), options)), options.everyS * 1000);
    const close = (): Promise<void> => {
      clearInterval(timer);
      return line.close();
    };
    return { source: [...source(options), `port: ${line.path}`], close };
  };

const plain =
  (kind: string, ...more: string[]) =>
  () => [`kind: ${kind}`, ...more];
const keyed =
  (kind: string, ...more: string[]) =>
  ({ keyFile }: SpeakOptions) => [`kind: ${kind}`, ...more, `keyFile: ${keyFile}`];
/** Counts on over restarts, as a meter's does. */
const cipher = ({ key }: SpeakOptions, authenticationKey?: Uint8Array): t.Cipher => ({
  ...{ key, title: Uint8Array.from(Buffer.from('SIM\0\0\0\0\x01', 'latin1')), counter: Math.floor(Date.now() / 1000) - 1_700_000_000 },
  ...(authenticationKey ? { authenticationKey } : {}),
});
const COMMON_KEY = Uint8Array.from({ length: 16 }, (_, i) => 0x11 * i);

/** IEC 62056-21, mode C: sign-on, identification, acknowledgement, data. */
const asked: Speak = async (show, options) => {
  const line = await openLine(options);
  line.onData((bytes) => {
    const text = Buffer.from(bytes).toString('latin1');
    if (text.includes('/?')) line.write(Buffer.from('/ELE5\\2SIMULATED\r\n', 'latin1'));
    if (text.includes('\x06')) line.write(t.d0(show()));
  });
  return { source: ['kind: d0', 'mode: C', `port: ${line.path}`], close: () => line.close() };
};

const sdmInput = (shown: t.Shown): [number, number][] => {
  const power = Buffer.alloc(4);
  power.writeFloatBE(shown.powerW);
  return [...asRegisters(0x48, t.sdmEnergies(shown)), ...asRegisters(0x34, power)];
};

/** Registers as they stand whenever one of them is asked for. */
class Live extends Map<number, number> {
  readonly #fill: () => [number, number][];
  constructor(fill: () => [number, number][]) {
    super();
    this.#fill = fill;
  }
  override get(at: number): number | undefined {
    return new Map(this.#fill()).get(at);
  }
}

const sdm: Speak = async (show, options) => {
  const registers = { input: new Live(() => sdmInput(show())), holding: new Map<number, number>() };
  if (options.listen) {
    const { port, close } = await openModbusServer(registers, options.listen);
    return { source: ['kind: sdm', `port: tcp://${options.listen.host}:${port}`], close };
  }
  const line = await openPseudoTerminal();
  speakRtu(line, { unit: 1, ...registers });
  return { source: ['kind: sdm', `port: ${line.path}`], close: () => line.close() };
};

const sunSpec: Speak = async (show, { listen = { host: '127.0.0.1', port: 0 } }) => {
  const head = [...asRegisters(0, Uint8Array.from(Buffer.from('SunS'))), ...asRegisters(2, Uint8Array.from([0, 203, 0, 105]))];
  const end = asRegisters(4 + 105, Uint8Array.from([0xff, 0xff, 0, 0]));
  const rest = Array.from({ length: 105 }, (_, i): [number, number] => [4 + i, 0]);
  const holding = new Live(() => [...head, ...rest, ...asRegisters(4, t.sunSpecMeter(show())), ...end]);
  const { port, close } = await openModbusServer({ input: new Map(), holding }, listen);
  return { source: ['kind: sunspec', `port: tcp://${listen.host}:${port}`], close };
};

const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const kiloWh = (milliWh: bigint): number => Number(t.kiloWh(milliWh, 3));

/** A broker of its own, and Tasmota's JSON. */
const mqtt: Speak = async (show, { everyS, listen = { host: '127.0.0.1', port: 0 } }) => {
  const { Aedes } = await import('aedes');
  const broker = await Aedes.createBroker();
  const server = createServer(broker.handle);
  server.listen(listen.port, listen.host);
  await once(server, 'listening');
  const topic = 'tele/meter/SENSOR';
  const timer = setInterval(() => {
    const { importMilliWh, exportMilliWh } = show();
    const payload = Buffer.from(json({ SML: { in: kiloWh(importMilliWh), out: kiloWh(exportMilliWh) } }));
    broker.publish({ cmd: 'publish', qos: 0, dup: false, topic, payload, retain: false }, () => {});
  }, everyS * 1000);
  const close = (): Promise<void> => {
    clearInterval(timer);
    return new Promise((resolve) => broker.close(() => server.close(() => resolve())));
  };
  const { port } = server.address() as AddressInfo;
  const of = (name: string, path: string): string => `  - { name: ${name}, topic: ${topic}, path: ${path}, unit: kWh }`;
  return {
    source: ['kind: mqtt', `url: mqtt://${listen.host}:${port}`, 'registers:', of('1.8.0', 'SML.in'), of('2.8.0', 'SML.out')],
    close,
  };
};

const http =
  (path: string, answer: (shown: t.Shown) => unknown, source: string[]): Speak =>
  async (show, { listen }) => {
    const { url, close } = await openHttp((asks) => (asks === path ? json(answer(show())) : undefined), listen);
    return { source: [...source, `url: ${url}`], close };
  };

const homeWizard = ({ serial, importMilliWh, exportMilliWh, powerW }: t.Shown): unknown => ({
  ...{ unique_id: t.hexOf(serial), active_power_w: powerW },
  ...{ total_power_import_kwh: kiloWh(importMilliWh), total_power_export_kwh: kiloWh(exportMilliWh) },
});
const shelly = ({ importMilliWh, exportMilliWh }: t.Shown): unknown => ({
  ...{ id: 0, total_act: Number(importMilliWh) / 1000, total_act_ret: Number(exportMilliWh) / 1000 },
});

export const PROTOCOLS: Record<string, Speak> = {
  p1: pushed((shown) => t.p1('dsmr5', shown), plain('p1')),
  'p1-belgium': pushed((shown) => t.p1('belgium', shown), plain('p1')),
  'p1-sweden': pushed((shown) => t.p1('sweden', shown), plain('p1')),
  'p1-old': pushed((shown) => t.p1('dsmr2', shown), plain('p1', 'checksum: none')),
  smarty: pushed((shown, options) => t.encipher(t.p1('luxembourg', shown), cipher(options, COMMON_KEY)), keyed('smarty')),
  sml: pushed((shown) => t.sml(shown), plain('sml')),
  'sml-locked': pushed((shown) => t.sml(shown, { whole: true }), plain('sml')),
  d0: asked,
  'd0-push': pushed((shown) => t.d0Push(shown), plain('d0', 'mode: D', 'checksum: none')),
  'dlms-hdlc': pushed((shown) => t.hdlcOf(t.dlmsMessage('aidon', shown)), plain('dlms', 'link: hdlc')),
  'dlms-mbus': pushed(
    (shown, options) => t.mbusOf(t.encipher(t.dlmsMessage('austria', shown), cipher(options))),
    keyed('dlms', 'link: mbus'),
  ),
  sdm,
  sunspec: sunSpec,
  mqtt,
  homewizard: http('/api/v1/data', homeWizard, ['kind: homewizard']),
  shelly: http('/rpc/EMData.GetStatus?id=0', shelly, ['kind: shelly', 'model: pro-3em']),
};
