/** Every source as the simulation plays it: how its telegrams are written, how they are read, and what its form cannot show. */

import type { InvocationCounters } from '../src/parse/counters.ts';
import { d0Decoder } from '../src/parse/d0.ts';
import { dlmsDecoder } from '../src/parse/dlms.ts';
import { parseHomeWizard } from '../src/parse/homewizard.ts';
import { energyAt, parseJson } from '../src/parse/json.ts';
import { parseSdm, parseSunSpec } from '../src/parse/modbus.ts';
import { p1Decoder } from '../src/parse/p1.ts';
import { parseShelly } from '../src/parse/shelly.ts';
import { smartyDecoder } from '../src/parse/smarty.ts';
import { smlDecoder } from '../src/parse/sml.ts';
import type { RegisterPlan } from '../src/slots/sample.ts';
import { type Decoder, type Telegram, TelegramBuilder, TelegramError } from '../src/telegram.ts';
import * as t from './telegrams.ts';

export interface SimulatedSource {
  write: (shown: t.Shown) => Uint8Array;
  decoder: (counters?: InvocationCounters) => Decoder;
  plan: RegisterPlan;
  /** The step that the form shows: the truth is cut off to it. */
  stepMilliWh: bigint;
  /** What the form shows of a register, in Wh, where that is not the truth cut off to one step. */
  showsWh?: (milliWh: bigint) => bigint;
  /** Telegrams carry a check sum of their own. */
  isSummed: boolean;
  /** Telegrams say when the meter sent them: one that lay somewhere is told from one that is new. */
  isStamped?: boolean;
  /** A telegram that has to be dropped: registers of all ones, a check sum that is gone, a unit that is another. */
  odd?: (shown: t.Shown) => Uint8Array;
  /** A whole telegram with something in it that was not there before. */
  newLine?: (shown: t.Shown) => Uint8Array;
}

const TOTAL: RegisterPlan = { import: ['1.8.0'], export: ['2.8.0'] };
const TARIFFS: RegisterPlan = { import: ['1.8.1', '1.8.2'], export: ['2.8.1', '2.8.2'] };
const WH = 1_000n;
const KEY = Uint8Array.from({ length: 16 }, (_, i) => i + 1);
const COMMON_KEY = Uint8Array.from({ length: 16 }, (_, i) => 0x11 * i);
let sent = 0;
const cipher = (authenticationKey?: Uint8Array): t.Cipher => ({
  key: KEY,
  title: Uint8Array.from([0x4b, 0x46, 0x4d, 0x10, 1, 2, 3, 4]),
  counter: ++sent,
  ...(authenticationKey ? { authenticationKey } : {}),
});

/** One answer is one telegram, as a question and its answer over HTTP, MQTT or Modbus. */
function answers(parse: (bytes: Uint8Array) => Telegram): () => Decoder {
  return () => ({
    push(bytes, atMs) {
      try {
        return [{ telegram: parse(bytes), atMs }];
      } catch (error) {
        if (!(error instanceof TelegramError)) throw error;
        return [{ bad: error.code, detail: error.message, atMs }];
      }
    },
  });
}

/** Floating point of 24 bits counts 16,384 kWh and more in steps above a Wh: ten Wh are the finest decimal step that it can hold then. */
function floatShowsWh(milliWh: bigint): bigint {
  const wh = Math.fround(Number(milliWh / 1000n) / 1000) * 1000;
  const stepWh = wh < 16_384_000 ? 1 : 10;
  return BigInt(Math.round(wh / stepWh) * stepWh);
}

/** As a firmware's update adds them. */
const NEW_LINES = ['1-0:99.1.0(1)(new)', 'anything at all', '0-0:96.99.9(x)'];
/** FFFFFFFF where a register is of 32 bits and counts Wh. */
const ALL_ONES_WH = (2n ** 32n - 1n) * 1000n;
/** P1 with a check sum: with more lines, and without the sum. */
const p1Faults = (flavour: t.P1Flavour): Pick<SimulatedSource, 'odd' | 'newLine'> => ({
  odd: (s) => t.p1Of(t.p1Lines(flavour, s), { crc: false }),
  newLine: (s) => t.p1Of([...t.p1Lines(flavour, s), ...NEW_LINES]),
});

const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const kiloWh = (milliWh: bigint): number => Number(t.kiloWh(milliWh, 3));

function tasmota(bytes: Uint8Array): Telegram {
  const value = parseJson(bytes);
  const builder = new TelegramBuilder();
  builder.register('1.8.0', energyAt(value, 'SML.in', 'kWh', '1.8.0'));
  builder.register('2.8.0', energyAt(value, 'SML.out', 'kWh', '2.8.0'));
  return builder.done();
}

const homeWizard = (shown: t.Shown): Uint8Array => {
  const [low, high] = t.thirds(shown.importMilliWh).map(kiloWh);
  return json({
    unique_id: t.hexOf(shown.serial),
    total_power_import_t1_kwh: low,
    total_power_import_t2_kwh: high,
    total_power_export_t1_kwh: 0,
    total_power_export_t2_kwh: kiloWh(shown.exportMilliWh),
    active_power_w: shown.powerW,
  });
};

export const SOURCES: Record<string, SimulatedSource> = {
  'DSMR 5': {
    write: (s) => t.p1('dsmr5', s),
    decoder: () => p1Decoder(),
    plan: TARIFFS,
    stepMilliWh: WH,
    isStamped: true,
    isSummed: true,
    ...p1Faults('dsmr5'),
  },
  'P1 of Belgium': {
    write: (s) => t.p1('belgium', s),
    ...p1Faults('belgium'),
    decoder: () => p1Decoder(),
    plan: TARIFFS,
    stepMilliWh: WH,
    isStamped: true,
    isSummed: true,
  },
  'P1 of Sweden': {
    write: (s) => t.p1('sweden', s),
    ...p1Faults('sweden'),
    decoder: () => p1Decoder(),
    plan: TOTAL,
    stepMilliWh: WH,
    isStamped: true,
    isSummed: true,
  },
  'P1 of Luxembourg': {
    write: (s) => t.encipher(t.p1('luxembourg', s), cipher(COMMON_KEY)),
    decoder: (counters) => smartyDecoder({ key: KEY, ...(counters ? { counters } : {}) }),
    newLine: (s) => t.encipher(t.p1Of([...t.p1Lines('luxembourg', s), ...NEW_LINES]), cipher(COMMON_KEY)),
    plan: TOTAL,
    stepMilliWh: WH,
    isStamped: true,
    isSummed: true,
  },
  'DSMR 2.2': {
    write: (s) => t.p1('dsmr2', s),
    decoder: () => p1Decoder({ checksum: 'none' }),
    plan: TARIFFS,
    stepMilliWh: WH,
    isSummed: false,
  },
  SML: {
    write: (s) => t.sml(s),
    decoder: smlDecoder,
    plan: TOTAL,
    stepMilliWh: 100n,
    isSummed: true,
    odd: (s) => t.sml({ ...s, importMilliWh: (2n ** 64n - 1n) * 100n }),
  },
  'SML locked by its PIN': {
    write: (s) => t.sml(s, { whole: true }),
    decoder: smlDecoder,
    plan: TOTAL,
    stepMilliWh: 1_000_000n,
    isSummed: true,
  },
  'IEC 62056-21': {
    write: (s) => t.d0(s),
    decoder: () => d0Decoder(),
    plan: TOTAL,
    stepMilliWh: WH,
    isSummed: true,
    odd: (s) => t.d0Of([`0.0.0(${s.serial})`, '1.8.0(******.***)', '2.8.0(000001.000*kWh)']),
  },
  'IEC 62056-21 of whole kWh': {
    write: (s) => t.d0(s, 0),
    decoder: () => d0Decoder(),
    plan: TOTAL,
    stepMilliWh: 1_000_000n,
    isSummed: true,
  },
  'DLMS over HDLC': {
    write: (s) => t.hdlcOf(t.dlmsMessage('aidon', s)),
    decoder: () => dlmsDecoder('hdlc'),
    odd: (s) => t.hdlcOf(t.dlmsMessage('aidon', { ...s, exportMilliWh: ALL_ONES_WH })),
    plan: TOTAL,
    stepMilliWh: WH,
    isSummed: true,
  },
  'DLMS over M-Bus, enciphered': {
    write: (s) => t.mbusOf(t.encipher(t.dlmsMessage('austria', s), cipher()), 90),
    decoder: (counters) => dlmsDecoder('mbus', { key: KEY, ...(counters ? { counters } : {}) }),
    odd: (s) => t.mbusOf(t.encipher(t.dlmsMessage('austria', { ...s, importMilliWh: ALL_ONES_WH }), cipher()), 90),
    plan: TOTAL,
    stepMilliWh: WH,
    isStamped: true,
    isSummed: true,
  },
  SunSpec: {
    write: (s) => t.sunSpecMeter(s),
    decoder: answers((b) => parseSunSpec(b)),
    plan: TOTAL,
    stepMilliWh: WH,
    isSummed: false,
    odd: (s) => t.sunSpecMeter({ ...s, importMilliWh: ALL_ONES_WH }),
  },
  'Eastron SDM': {
    write: (s) => t.sdmEnergies(s),
    decoder: answers((energies) => parseSdm({ energies })),
    plan: TOTAL,
    stepMilliWh: WH,
    showsWh: floatShowsWh,
    isSummed: false,
  },
  'Tasmota over MQTT': {
    odd: () => json({ Time: 'x', SML: { in: null, out: 'unavailable' } }),
    newLine: (s) => json({ Wifi: { RSSI: 7 }, SML: { out: kiloWh(s.exportMilliWh), in: kiloWh(s.importMilliWh) } }),
    write: (s) => json({ Time: 'x', SML: { in: kiloWh(s.importMilliWh), out: kiloWh(s.exportMilliWh) } }),
    decoder: answers(tasmota),
    plan: TOTAL,
    stepMilliWh: WH,
    isSummed: false,
  },
  HomeWizard: { write: homeWizard, decoder: answers(parseHomeWizard), plan: TARIFFS, stepMilliWh: WH, isSummed: false },
  'Shelly Pro 3EM': {
    write: (s) => json({ total_act: Number(s.importMilliWh) / 1000, total_act_ret: Number(s.exportMilliWh) / 1000 }),
    decoder: answers((b) => parseShelly(b, 'pro-3em')),
    plan: TOTAL,
    stepMilliWh: 1n,
    isSummed: false,
  },
};
