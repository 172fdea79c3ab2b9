/**
 * Meters on Modbus: SunSpec's meter models and Eastron's SDM, as what to ask and what the answers say.
 *
 * Spec: SunSpec Information Model Specification 1.9, models 1 and 201 to 204; Eastron SDM120/220/230/630 Modbus Protocol. Check sums are
 * the transport's (modbus-serial). Registers of 16 bits, higher byte first.
 *
 * SunSpec's total energies are 32-bit counters with a common power of ten; 0 of both, and all ones, stand for none. Which way "export" is
 * depends on how the transformers sit: tried against the display, and declared by `swap`. SDM counts in floating point of 24 bits: from
 * 16,384 kWh on single Wh are not there any more; what is read is the decimal nearest to it, in a step that the form can hold: 1 Wh below,
 * 10 Wh up to 131,072 kWh. Its total (0156) adds both ways and is not read.
 */
import { type Telegram, TelegramBuilder, TelegramError } from '../telegram.ts';
import { energyScaled } from './values.ts';

/** `at`: the first register's address, from 0; `kind`: input registers (function 4) or holding registers (3). */
export interface Ask {
  kind: 'input' | 'holding';
  at: number;
  count: number;
}

const u16 = (bytes: Uint8Array, register: number): number => (bytes[2 * register] << 8) | bytes[2 * register + 1];
const i16 = (bytes: Uint8Array, register: number): number => (u16(bytes, register) << 16) >> 16;
const u32 = (bytes: Uint8Array, register: number): number => u16(bytes, register) * 65_536 + u16(bytes, register + 1);

function checkSize(bytes: Uint8Array, registers: number): void {
  if (bytes.length !== 2 * registers) throw new TelegramError('malformed', `expected ${registers} registers`);
}

// ---- SunSpec

/** Addresses at which the map may begin. */
export const SUNSPEC_BASES = [40_000, 0, 50_000] as const;
export const isSunSpec = (bytes: Uint8Array): boolean => Buffer.from(bytes).toString('latin1') === 'SunS';

/** A model's head: its number and how many registers follow; undefined at the end of the map. */
export function sunSpecHead(bytes: Uint8Array): { model: number; length: number } | undefined {
  checkSize(bytes, 2);
  const model = u16(bytes, 0);
  return model === 0xffff || model === 0 ? undefined : { model, length: u16(bytes, 1) };
}

export const isSunSpecMeter = (model: number): boolean => model >= 201 && model <= 204;
export const COMMON_MODEL = 1;

/** The serial number in the content of model 1: 16 registers behind maker, model, options and version. */
export function sunSpecSerial(content: Uint8Array): string {
  return Buffer.from(content.subarray(2 * 48, 2 * 64))
    .toString('latin1')
    .replace(/\0.*$/s, '')
    .trim();
}

/** From a meter model's content (behind its head): power at 16 to 20, energies at 36 to 52. */
export const SUNSPEC_METER_REGISTERS = 53;
const NO_INT16 = -32_768;

export function parseSunSpec(content: Uint8Array, serial = ''): Telegram {
  checkSize(content, SUNSPEC_METER_REGISTERS);
  const builder = new TelegramBuilder();
  const [exported, imported, scaler] = [u32(content, 36), u32(content, 44), i16(content, 52)];
  if (scaler === NO_INT16 || Math.abs(scaler) > 9) throw new TelegramError('unit', 'the power of ten of energies is none');
  if (imported === 0 && exported === 0) throw new TelegramError('no-value', 'no energy is counted');
  for (const [name, value] of [['1.8.0', imported] as const, ['2.8.0', exported] as const]) {
    if (value === 2 ** 32 - 1) throw new TelegramError('no-value', `register ${name} stands for none`);
    builder.register(name, energyScaled(BigInt(value), scaler, name));
  }
  const [power, powerScaler] = [i16(content, 16), i16(content, 20)];
  if (power !== NO_INT16 && Math.abs(powerScaler) <= 9) builder.power(power * 10 ** powerScaler);
  builder.serial(serial);
  return builder.done();
}

// ---- Eastron SDM

export const SDM_ASKS = {
  energies: { kind: 'input', at: 0x0048, count: 4 },
  power: { kind: 'input', at: 0x0034, count: 2 },
  serial: { kind: 'holding', at: 0xfc00, count: 2 },
} as const satisfies Record<string, Ask>;

export interface SdmAnswers {
  energies: Uint8Array;
  power?: Uint8Array;
  serial?: Uint8Array;
}

export function parseSdm({ energies, power, serial }: SdmAnswers): Telegram {
  checkSize(energies, 4);
  const builder = new TelegramBuilder();
  builder.register('1.8.0', floatEnergy(energies, 0, '1.8.0'));
  builder.register('2.8.0', floatEnergy(energies, 4, '2.8.0'));
  if (power?.length === 4) builder.power(floatAt(power, 0));
  if (serial?.length === 4) {
    const number = u32(serial, 0);
    if (number !== 0 && number !== 2 ** 32 - 1) builder.serial(String(number));
  }
  return builder.done();
}

const floatAt = (bytes: Uint8Array, at: number): number => new DataView(bytes.buffer, bytes.byteOffset + at, 4).getFloat32(0);

/** kWh in binary floating point: the nearest decimal of the finest step that is coarser than the form's own. */
function floatEnergy(bytes: Uint8Array, at: number, name: string) {
  const kiloWh = floatAt(bytes, at);
  if (!Number.isFinite(kiloWh) || kiloWh < 0 || kiloWh >= 2 ** 32) throw new TelegramError('no-value', `register ${name} stands for none`);
  const ulpWh = kiloWh === 0 ? 0 : 1000 * 2 ** (Math.floor(Math.log2(kiloWh)) - 23);
  const stepWh = [1, 10, 100, 1000].find((step) => step > ulpWh) ?? 1_000_000;
  const wh = BigInt(Math.round((kiloWh * 1000) / stepWh)) * BigInt(stepWh);
  return { milliWh: wh * 1000n, stepMilliWh: BigInt(stepWh) * 1000n };
}
