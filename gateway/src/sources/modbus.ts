/** Modbus RTU and TCP: what to ask a SunSpec meter or an SDM (parse/modbus.ts), by the library modbus-serial. */
import {
  type Ask,
  COMMON_MODEL,
  isSunSpec,
  isSunSpecMeter,
  parseSdm,
  parseSunSpec,
  SDM_ASKS,
  SUNSPEC_BASES,
  SUNSPEC_METER_REGISTERS,
  sunSpecHead,
  sunSpecSerial,
} from '../parse/modbus.ts';
import type { SourceSettings } from '../settings.ts';
import { type Telegram, TelegramError } from '../telegram.ts';

type ModbusSettings = Extract<SourceSettings, { kind: 'sunspec' | 'sdm' }>;
/** Registers as bytes. */
type Question = (ask: Ask) => Promise<Uint8Array>;

const TIMEOUT_MS = 3_000;
const MODELS_MAX = 64;

export interface ModbusMeter {
  ask: () => Promise<Telegram>;
  close: () => void;
}

export async function openModbus(settings: ModbusSettings): Promise<ModbusMeter> {
  const { default: modbus } = await import('modbus-serial');
  const client = new modbus.default();
  const { line } = settings;
  client.setTimeout(TIMEOUT_MS);
  if (line.tcp) await client.connectTCP(line.tcp.host, { port: line.tcp.port });
  else await client.connectRTUBuffered(line.path!, { baudRate: line.baud, dataBits: line.bits, parity: line.parity, stopBits: 1 });
  client.setID(settings.unit);
  const close = (): void => client.close(() => {});
  try {
    const question: Question = async ({ kind, at, count }) => {
      const read = kind === 'input' ? client.readInputRegisters(at, count) : client.readHoldingRegisters(at, count);
      return (await read).buffer;
    };
    return { ask: settings.kind === 'sdm' ? await sdm(question) : await sunSpec(question), close };
  } catch (error) {
    close();
    throw error;
  }
}

async function sdm(question: Question): Promise<() => Promise<Telegram>> {
  const serial = await question(SDM_ASKS.serial).catch(() => undefined); // older ones have none
  return async () => {
    const energies = await question(SDM_ASKS.energies);
    return parseSdm({ energies, power: await question(SDM_ASKS.power), ...(serial ? { serial } : {}) });
  };
}

/** Walks the map once, to the meter's model and the serial number. */
async function sunSpec(question: Question): Promise<() => Promise<Telegram>> {
  const holding = (at: number, count: number): Promise<Uint8Array> => question({ kind: 'holding', at, count });
  const base = await baseOf(holding);
  let serial = '';
  let at = base + 2;
  for (let models = 0; models < MODELS_MAX; models++) {
    const head = sunSpecHead(await holding(at, 2));
    if (!head) break;
    if (head.model === COMMON_MODEL) serial = sunSpecSerial(await holding(at + 2, head.length));
    if (isSunSpecMeter(head.model)) {
      const content = at + 2;
      return async () => parseSunSpec(await holding(content, SUNSPEC_METER_REGISTERS), serial);
    }
    at += 2 + head.length;
  }
  throw new TelegramError('no-registers', 'the device has no meter of models 201 to 204');
}

async function baseOf(holding: (at: number, count: number) => Promise<Uint8Array>): Promise<number> {
  for (const base of SUNSPEC_BASES) {
    const found = await holding(base, 2).catch(() => undefined);
    if (found && isSunSpec(found)) return base;
  }
  throw new TelegramError('malformed', 'the device does not speak SunSpec');
}
