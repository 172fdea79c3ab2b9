import { describe, expect, test } from 'vitest';
import { InvocationCounters } from '../src/parse/counters.ts';
import { d0Decoder } from '../src/parse/d0.ts';
import { dlmsDecoder } from '../src/parse/dlms.ts';
import { parseHomeWizard } from '../src/parse/homewizard.ts';
import { at, energyAt, isPath, parseJson } from '../src/parse/json.ts';
import { isSunSpec, parseSdm, parseSunSpec } from '../src/parse/modbus.ts';
import { p1Decoder, p1Stamp } from '../src/parse/p1.ts';
import { parseShelly } from '../src/parse/shelly.ts';
import { smartyDecoder } from '../src/parse/smarty.ts';
import { smlDecoder } from '../src/parse/sml.ts';
import { energyOf } from '../src/parse/values.ts';
import type { Decoder, Outcome } from '../src/telegram.ts';
import * as t from '../testing/telegrams.ts';

const SHOWN: t.Shown = {
  importMilliWh: 4_711_042_000n,
  exportMilliWh: 815_003_000n,
  powerW: -431,
  unixS: 1_767_225_590,
  serial: '1EMH0012345678',
};
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const json = (value: unknown): Uint8Array => bytes(JSON.stringify(value));

const read = (decoder: Decoder, input: Uint8Array): unknown[] =>
  decoder.push(input, 5).map((outcome: Outcome) => ('bad' in outcome ? outcome.bad : said(outcome.telegram)));
const said = ({ registers, ...rest }: Extract<Outcome, { telegram: unknown }>['telegram']): object => ({
  ...Object.fromEntries([...registers].map(([name, { milliWh }]) => [name, milliWh])),
  ...rest,
});
const flipped = (input: Uint8Array, at: number): Uint8Array => input.map((byte, i) => (i === at ? byte ^ 1 : byte));

const KEY = Uint8Array.from({ length: 16 }, (_, i) => 3 * i + 1);
const AUTHENTICATION_KEY = Uint8Array.from({ length: 16 }, (_, i) => 0x11 * i);
const CIPHER: t.Cipher = { key: KEY, title: bytes('KFM\x10\x20\x00\x00\x23'), counter: 77 };
const totals = { '1.8.0': SHOWN.importMilliWh, '2.8.0': SHOWN.exportMilliWh };
const [low, high] = t.thirds(SHOWN.importMilliWh);
const tariffs = { '1.8.1': low, '1.8.2': high, '2.8.1': 0n, '2.8.2': SHOWN.exportMilliWh };
const { serial, powerW, unixS: stampUnixS } = SHOWN;

const EVERY: [name: string, decoder: () => Decoder, telegram: Uint8Array, expected: object][] = [
  ['DSMR 5', () => p1Decoder(), t.p1('dsmr5', SHOWN), { ...tariffs, serial, powerW, stampUnixS }],
  ['DSMR 4', () => p1Decoder(), t.p1('dsmr4', SHOWN), { ...tariffs, serial, powerW, stampUnixS }],
  ['DSMR 2.2', () => p1Decoder({ checksum: 'none' }), t.p1('dsmr2', SHOWN), { ...tariffs, serial, powerW }],
  ['P1 of Belgium', () => p1Decoder(), t.p1('belgium', SHOWN), { ...tariffs, serial, powerW, stampUnixS }],
  ['P1 of Sweden', () => p1Decoder(), t.p1('sweden', SHOWN), { ...totals, serial, powerW, stampUnixS }],
  [
    'P1 of Luxembourg, enciphered',
    () => smartyDecoder({ key: KEY }),
    t.encipher(t.p1('luxembourg', SHOWN), { ...CIPHER, authenticationKey: Uint8Array.from({ length: 16 }, (_, i) => 0x11 * i) }),
    { ...totals, serial, powerW, stampUnixS },
  ],
  [
    'P1 of Lithuania',
    () => p1Decoder({ standardOffsetS: 7200 }),
    t.p1('lithuania', SHOWN),
    { ...totals, '1.8.1': low, '1.8.2': high, serial, powerW, stampUnixS: stampUnixS - 3600 },
  ],
  ['SML', smlDecoder, t.sml(SHOWN), { ...totals, serial: Buffer.from(serial).toString('hex'), powerW }],
  [
    'SML with the other check sum',
    smlDecoder,
    t.sml(SHOWN, { crc: 'kermit' }),
    { ...totals, serial: Buffer.from(serial).toString('hex'), powerW },
  ],
  [
    'SML of a meter locked by its PIN',
    smlDecoder,
    t.sml(SHOWN, { whole: true }),
    { '1.8.0': 4_711_000_000n, '2.8.0': 815_000_000n, serial: Buffer.from(serial).toString('hex') },
  ],
  ['IEC 62056-21', () => d0Decoder(), t.d0(SHOWN), { ...totals, serial }],
  ['IEC 62056-21 with parity bits', () => d0Decoder(), t.withParity(t.d0(SHOWN)), { ...totals, serial }],
  ['IEC 62056-21, mode D', () => d0Decoder({ push: true, checksum: 'none' }), t.d0Push(SHOWN), { ...totals, serial }],
  [
    'DLMS over HDLC (Aidon)',
    () => dlmsDecoder('hdlc'),
    t.hdlcOf(t.dlmsMessage('aidon', { ...SHOWN, powerW: 7 })),
    { ...totals, serial, powerW: 7 },
  ],
  [
    'DLMS over HDLC (Kaifa, Norway)',
    () => dlmsDecoder('hdlc'),
    t.hdlcOf(t.dlmsMessage('kaifa-no', SHOWN)),
    { ...totals, serial, powerW, stampUnixS },
  ],
  [
    'DLMS over HDLC (Kamstrup)',
    () => dlmsDecoder('hdlc'),
    t.hdlcOf(t.dlmsMessage('kamstrup', SHOWN)),
    { '1.8.0': 4_711_040_000n, '2.8.0': 815_000_000n, serial, powerW, stampUnixS },
  ],
  [
    'DLMS in several HDLC frames',
    () => dlmsDecoder('hdlc'),
    t.hdlcOf(t.dlmsMessage('austria', SHOWN), 40),
    { ...totals, serial, powerW, stampUnixS },
  ],
  [
    'DLMS in blocks, enciphered (Landis+Gyr, Austria)',
    () => dlmsDecoder('hdlc', { key: KEY }),
    Buffer.concat(t.blocksOf(t.encipher(t.dlmsMessage('austria', SHOWN), CIPHER), 60).map((block) => t.hdlcOf(block))),
    { ...totals, serial, powerW, stampUnixS },
  ],
  [
    'DLMS over M-Bus, enciphered (Kaifa, Austria)',
    () => dlmsDecoder('mbus', { key: KEY }),
    t.mbusOf(t.encipher(t.dlmsMessage('austria', SHOWN), CIPHER), 90),
    { ...totals, serial, powerW, stampUnixS },
  ],
  [
    'DLMS over HDLC, enciphered and authenticated',
    () => dlmsDecoder('hdlc', { key: KEY, authenticationKey: AUTHENTICATION_KEY }),
    t.hdlcOf(t.encipher(t.dlmsMessage('austria', SHOWN), { ...CIPHER, authenticationKey: AUTHENTICATION_KEY })),
    { ...totals, serial, powerW, stampUnixS },
  ],
];

describe.each(EVERY)('%s', (name, decoder, telegram, expected) => {
  test('is read as it was shown', () => expect(read(decoder(), telegram)).toEqual([expected]));

  test('is read in pieces of any size, with noise before and another telegram behind', () => {
    for (const size of [1, 2, 7, 61]) {
      const whole = Uint8Array.from([...bytes('\x00zz\r\n'), ...telegram, ...telegram]);
      const reader = decoder();
      const found: unknown[] = [];
      for (let i = 0; i < whole.length; i += size) found.push(...read(reader, whole.subarray(i, i + size)));
      expect(found.filter((outcome) => typeof outcome !== 'string')).toEqual([expected, expected]);
    }
  });

  test('is read after one that broke off in the middle', () => {
    const torn = Uint8Array.from([...telegram.subarray(0, telegram.length >> 1), ...telegram, ...telegram]);
    const found = read(decoder(), torn).filter((outcome) => typeof outcome !== 'string');
    expect(found.length).toBeGreaterThan(0);
    for (const one of found) expect(one).toEqual(expected);
  });

  test('gives no value with any bit wrong', () => {
    if (/2\.2|mode D/.test(name)) return; // these have no check sum: that is why it must be declared
    for (let i = 0; i < telegram.length; i++)
      for (const outcome of read(decoder(), flipped(telegram, i))) if (typeof outcome !== 'string') expect(outcome).toEqual(expected);
  });
});

describe('a broken length', () => {
  const whole = t.encipher(t.p1('luxembourg', SHOWN), CIPHER);
  const broken = whole.map((byte, i) => (i === 11 ? 0x1f : byte)); // of 8,000 bytes: many telegrams
  const heard = (gapMs: number): unknown[] => {
    const decoder = smartyDecoder({ key: KEY, authenticationKey: AUTHENTICATION_KEY });
    return [broken, whole, whole].flatMap((bytes, i) =>
      decoder.push(bytes, i * gapMs).map((outcome) => ('bad' in outcome ? outcome.bad : 'read')),
    );
  };
  test('swallows no telegram that comes after a pause', () => expect(heard(10_000)).toEqual(['torn', 'read', 'read']));
  test('or a beginning of one byte spoils none either', () => {
    const decoder = p1Decoder();
    const said = [t.p1('dsmr5', SHOWN).subarray(0, 1), t.p1('dsmr5', SHOWN)].flatMap((bytes, i) => decoder.push(bytes, i * 10_000));
    expect(said).toMatchObject([{ telegram: { serial } }]);
  });
  test('is waited for while bytes go on coming, as over a slow bridge', () => expect(heard(2_000)).toEqual([]));
});

describe('P1', () => {
  const of = (lines: string[], more?: object) => read(p1Decoder(more), t.p1Of(lines));
  test('takes time stamps of summer and winter, and the hour that comes twice, for what they are', () => {
    expect(p1Stamp('251026023000S', 3600)).toBe(Date.UTC(2025, 9, 26, 0, 30) / 1000);
    expect(p1Stamp('251026023000W', 3600)).toBe(Date.UTC(2025, 9, 26, 1, 30) / 1000);
    expect(['251345000000W', '25102602300W', '251026023000', '250230120000W'].map((text) => p1Stamp(text, 3600))).toEqual(
      Array(4).fill(undefined),
    );
  });
  test('wants a check sum unless its absence is declared, and does not believe that of a new meter', () => {
    const old = t.p1('dsmr2', SHOWN);
    expect(read(p1Decoder(), old)).toEqual(['checksum']);
    expect(read(p1Decoder({ checksum: 'none' }), t.p1Of(t.p1Lines('dsmr5', SHOWN), { crc: false }))).toEqual(['checksum']);
  });
  test('leaves lines alone that it does not know, as firmware adds them', () =>
    expect(of(['1-0:1.8.0(000001.000*kWh)', '1-0:99.1.0(new)(things)', 'anything', '0-0:96.99.9(x)'])).toEqual([{ '1.8.0': 1_000_000n }]));
  test.each([
    ['a register twice', ['1-0:1.8.0(000001.000*kWh)', '1-0:1.8.0(000002.000*kWh)'], 'repeated'],
    ['a register without unit', ['1-0:1.8.0(000001.000)'], 'no-value'],
    ['a register of another unit', ['1-0:1.8.0(000001.000*kvarh)'], 'unit'],
    ['a register that is no number', ['1-0:1.8.0(******.***'.concat('*kWh)')], 'no-value'],
    ['no register at all', ['1-0:1.7.0(00.100*kW)'], 'no-registers'],
    ['letters of a broken line', ['1-0:1.8.0(000001.000*kWh)', '\x03\x80'], 'malformed'],
  ])('refuses %s', (_, lines, code) => expect(of(lines)).toEqual([code]));
  test('wants the end of a telegram before it has filled its memory', () => {
    const endless = bytes(`/ABC5\r\n${'1-0:1.8.0(000001.000*kWh)\r\n'.repeat(2000)}`);
    const reader = p1Decoder();
    expect(new Set(read(reader, endless))).toEqual(new Set(['too-long']));
    expect(read(reader, t.p1('sweden', SHOWN))).toContainEqual(expect.objectContaining(totals));
  });
});

describe('SML', () => {
  const server = bytes(SHOWN.serial);
  const value = (...raw: number[]) => Uint8Array.from(raw);
  const entry = (raw: Uint8Array, unit = 30, scaler = -1) => t.smlEntry([1, 0, 1, 8, 0, 255], unit, scaler, raw);
  const of = (...entries: Uint8Array[]) => read(smlDecoder(), t.smlOf({ entries, server }));
  test('takes numbers of any size, and escapes inside', () => {
    expect(of(entry(value(0x62, 7)))).toMatchObject([{ '1.8.0': 700n }]);
    expect(of(entry(value(0x65, 0x1b, 0x1b, 0x1b, 0x1b)))).toMatchObject([{ '1.8.0': 0x1b1b1b1bn * 100n }]);
  });
  test.each([
    ['a value of all ones', entry(value(0x65, 0xff, 0xff, 0xff, 0xff)), 'no-value'],
    ['a negative register', entry(value(0x55, 0xff, 0xff, 0xff, 0xfe)), 'no-value'],
    ['a unit that is not Wh', entry(value(0x62, 7), 27), 'unit'],
    ['a scaler out of range', entry(value(0x62, 7), 30, 40), 'unit'],
    ['a register of both directions alone', t.smlEntry([1, 0, 15, 8, 0, 255], 30, 0, value(0x62, 7)), 'no-registers'],
  ])('refuses %s', (_, made, code) => expect(of(made)).toEqual([code]));
  test('does not believe the power of a DZG meter, whose sign is wrong', () => {
    const power = t.smlEntry([1, 0, 16, 7, 0, 255], 27, 0, value(0x53, 0xff, 0x00));
    const dzg = t.smlOf({ entries: [entry(value(0x62, 7)), power], server: Uint8Array.from(Buffer.from('0a01445a470003212345', 'hex')) });
    expect(read(smlDecoder(), dzg)).toEqual([{ '1.8.0': 700n, serial: '0a01445a470003212345' }]);
  });
});

describe('IEC 62056-21', () => {
  const of = (...lines: string[]) => read(d0Decoder(), t.d0Of(lines));
  test('reads a register with its medium before it, and no register of the past', () =>
    expect(of('1-0:1.8.1*255(00012.5*kWh)', '1.8.1*01(00099.9*kWh)', '1.8.1&01(7*kWh)')).toEqual([{ '1.8.1': 12_500_000n }]));
  test('wants a unit, or its declaration', () => {
    expect(of('1.8.0(123)')).toEqual(['unit']);
    expect(read(d0Decoder({ unit: 'Wh' }), t.d0Of(['1.8.0(123)']))).toEqual([{ '1.8.0': 123_000n }]);
  });
  test('refuses a byte of odd parity, and mode D undeclared', () => {
    const parity = t.withParity(t.d0(SHOWN));
    expect(read(d0Decoder(), flipped(parity, 20))).toEqual(['checksum']);
    expect(read(d0Decoder({ push: true }), t.d0Push(SHOWN))).toEqual(['checksum']);
  });
});

describe('DLMS', () => {
  const message = t.dlmsMessage('austria', SHOWN);
  test('says that a key is needed, or that it is another', () => {
    const enciphered = t.hdlcOf(t.encipher(message, CIPHER));
    expect(read(dlmsDecoder('hdlc'), enciphered)).toEqual(['key']);
    expect(read(dlmsDecoder('hdlc', { key: KEY.map((byte) => byte ^ 1) }), enciphered)).toEqual(['key']);
    const tagged = t.hdlcOf(t.encipher(message, { ...CIPHER, authenticationKey: AUTHENTICATION_KEY }));
    expect(read(dlmsDecoder('hdlc', { key: KEY }), tagged)).toEqual(['key']);
  });
  test('refuses a message whose frames are not all there', () => {
    const frames = t.mbusOf(message, 30);
    const second = frames[1] + 6;
    const missing = Uint8Array.from([...frames.subarray(0, second), ...frames.subarray(2 * second)]);
    expect(read(dlmsDecoder('mbus'), missing)).toContain('torn');
    expect(read(dlmsDecoder('mbus'), missing).every((outcome) => typeof outcome === 'string')).toBe(true);
  });
  test('refuses a message of which a block is missing, or comes again, and one without end', () => {
    const blocks = t.blocksOf(message, 30);
    const of = (...which: number[]) => read(dlmsDecoder('hdlc'), Buffer.concat(which.map((i) => t.hdlcOf(blocks[i]))));
    const all = [...blocks.keys()];
    expect(of(...all)).toEqual([expect.objectContaining(totals)]);
    expect(of(...all.filter((i) => i !== 1))).not.toContainEqual(expect.objectContaining(totals));
    expect(of(0, 1, 1, ...all.slice(2))).toContain('torn');
    const endless = Array.from({ length: 30 }, (_, i) => Uint8Array.from([0xe0, 0, 0, i + 1, 0, 0, 0x82, 3, 0, ...Array(768).fill(0)]));
    expect(read(dlmsDecoder('hdlc'), Buffer.concat(endless.map((block) => t.hdlcOf(block))))).toContain('too-long');
  });
  describe('replays: an enciphered message of before', () => {
    const at = (counter: number, more: Partial<t.Cipher> = {}) => t.encipher(message, { ...CIPHER, counter, ...more });
    const through = (counters: InvocationCounters, key = KEY) => dlmsDecoder('hdlc', { key, counters });
    test('is refused, over a restart too, and what is new is taken', () => {
      const counters = new InvocationCounters();
      const say = (message: Uint8Array, kept = counters) => read(through(kept), t.hdlcOf(message));
      const taken = [expect.objectContaining(totals)];
      expect([say(at(5)), say(at(5)), say(at(4)), say(at(6))]).toEqual([taken, ['replayed'], ['replayed'], taken]);
      const again = new InvocationCounters();
      again.restore(JSON.parse(JSON.stringify(counters.state)));
      expect([say(at(6), again), say(at(7), again)]).toEqual([['replayed'], taken]);
    });
    test('is none of another meter, nor of another key', () => {
      const counters = new InvocationCounters();
      const other = KEY.map((byte) => byte ^ 7);
      expect(read(through(counters), t.hdlcOf(at(9)))).toHaveLength(1);
      expect(read(through(counters), t.hdlcOf(at(1, { title: bytes('KFM\x10\x20\x00\x00\x24') })))).not.toEqual(['replayed']);
      expect(read(through(counters, other), t.hdlcOf(at(1, { key: other })))).not.toEqual(['replayed']);
    });
    test('does not raise the counter where what comes out is no telegram', () => {
      const counters = new InvocationCounters();
      expect(read(through(counters), t.hdlcOf(t.encipher(bytes('rubbish'), { ...CIPHER, counter: 2 ** 32 - 1 })))).toEqual(['key']);
      expect(read(through(counters), t.hdlcOf(at(2)))).toEqual([expect.objectContaining(totals)]);
    });
    test('is refused of Luxembourg’s port, too', () => {
      const counters = new InvocationCounters();
      const [authenticationKey, title] = [AUTHENTICATION_KEY, CIPHER.title];
      const telegram = t.encipher(t.p1('luxembourg', SHOWN), { key: KEY, authenticationKey, title, counter: 3 });
      const decoder = smartyDecoder({ key: KEY, counters });
      expect([read(decoder, telegram), read(decoder, telegram)]).toEqual([[expect.objectContaining(totals)], ['replayed']]);
    });
  });
  test('drops a list without registers, as Norwegian meters send most of the time', () => {
    const list = Uint8Array.from([0x0f, 0, 0, 0, 0, 0, 0x02, 0x01, 0x06, 0, 0, 3, 3]);
    expect(read(dlmsDecoder('hdlc'), t.hdlcOf(list))).toEqual(['no-registers']);
  });
});

describe('Modbus', () => {
  test('SunSpec: energies with their power of ten, power, and no register that stands for none', () => {
    expect(said(parseSunSpec(t.sunSpecMeter(SHOWN, -1), '77'))).toEqual({ ...totals, serial: '77', powerW });
    const none = t.sunSpecMeter(SHOWN);
    Buffer.from(none.buffer, none.byteOffset).writeUInt32BE(2 ** 32 - 1, 88);
    expect(() => parseSunSpec(none)).toThrow('stands for none');
    expect(() => parseSunSpec(new Uint8Array(106))).toThrow('no energy');
    expect(() => parseSunSpec(new Uint8Array(100))).toThrow('53 registers');
    expect([isSunSpec(bytes('SunS')), isSunSpec(bytes('SunX'))]).toEqual([true, false]);
  });
  test('SDM: the decimals of its floating point, as far as it has them', () => {
    expect(said(parseSdm({ energies: t.sdmEnergies(SHOWN), serial: Uint8Array.from([0, 1, 0, 0]) }))).toEqual({
      ...totals,
      serial: '65536',
    });
    const far = parseSdm({ energies: t.sdmEnergies({ ...SHOWN, importMilliWh: 123_456_780_000n }) });
    expect(far.registers.get('1.8.0')).toEqual({ milliWh: 123_456_780_000n, stepMilliWh: 10_000n });
    expect(() => parseSdm({ energies: Uint8Array.from([0x7f, 0xc0, 0, 0, 0, 0, 0, 0]) })).toThrow('stands for none');
  });
});

describe('JSON', () => {
  test('finds a number by its path, exactly', () => {
    const value = parseJson(json({ Time: '2026-01-01T00:00:00', SML: { in: 4711.042, meters: [{ out: '815.003' }] } }));
    expect(energyAt(value, 'SML.in', 'kWh', '1.8.0').milliWh).toBe(4_711_042_000n);
    expect(energyAt(value, 'SML.meters[0].out', 'kWh', '2.8.0').milliWh).toBe(815_003_000n);
    expect(energyAt(parseJson(bytes('17.5')), '', 'Wh', '1.8.0').milliWh).toBe(17_500n);
    expect(['a.b[0].c', 'a', '', 'ENERGY.Total'].map(isPath)).toEqual(Array(4).fill(true));
    expect(['a..b', '[', 'a[x]', '.a'].map(isPath)).toEqual(Array(4).fill(false));
    expect(at({ a: 1 }, 'toString')).toBeUndefined();
  });
  test.each([
    ['null', { in: null }],
    ['nothing', {}],
    ['"unavailable"', { in: 'unavailable' }],
    ['a negative number', { in: -1 }],
    ['an exponent', { in: 1e30 }],
  ])('refuses %s', (_, value) => expect(() => energyAt(value, 'in', 'kWh', '1.8.0')).toThrow('expected a number'));
  test('HomeWizard: tariffs and totals, the meter’s number in letters', () => {
    const answer = {
      smr_version: 50,
      unique_id: t.hexOf('E0047'),
      total_power_import_kwh: 3.5,
      total_power_import_t1_kwh: 1,
      total_power_import_t2_kwh: 2.5,
      total_power_export_kwh: 0,
      active_power_w: -20,
    };
    expect(said(parseHomeWizard(json(answer)))).toEqual({
      '1.8.0': 3_500_000n,
      '1.8.1': 1_000_000n,
      '1.8.2': 2_500_000n,
      '2.8.0': 0n,
      serial: 'E0047',
      powerW: -20,
    });
    expect(() => parseHomeWizard(json({ error: 'x' }))).toThrow('no energy register');
  });
  test('Shelly: Wh with two decimals, either model', () => {
    expect(said(parseShelly(json({ id: 0, total_act: 2776.15, total_act_ret: 3 }), 'pro-3em'))).toEqual({
      '1.8.0': 2_776_150n,
      '2.8.0': 3_000n,
    });
    expect(said(parseShelly(json({ total_act_energy: 1, total_act_ret_energy: 0 }), 'pro-em'))).toEqual({ '1.8.0': 1_000n, '2.8.0': 0n });
    expect(() => parseShelly(json({ total_act_energy: 1 }), 'pro-em')).toThrow('2.8.0');
  });
});

test('a decimal keeps what it shows, cut off downwards, and says its step', () => {
  expect(energyOf('000123.456', 'kWh', 'x')).toEqual({ milliWh: 123_456_000n, stepMilliWh: 1000n });
  expect(energyOf('5', 'kWh', 'x')).toEqual({ milliWh: 5_000_000n, stepMilliWh: 1_000_000n });
  expect(energyOf('0.0000019', 'kWh', 'x')).toEqual({ milliWh: 1n, stepMilliWh: 1n });
  for (const text of ['', '-1', '1e3', '1,5', '1.', '99999999999999999']) expect(() => energyOf(text, 'kWh', 'x')).toThrow('decimal');
});
