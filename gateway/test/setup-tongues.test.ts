/** Which tongue a meter speaks, whatever pieces its bytes come in and wherever in them listening begins. */
import { describe, expect, test } from 'vitest';
import { Ear, type PortKey, TONGUES, type Tongue } from '../src/setup/tongues.ts';
import { Chance } from '../testing/random.ts';
import * as t from '../testing/telegrams.ts';

const SHOWN: t.Shown = {
  importMilliWh: 4_711_042_000n,
  exportMilliWh: 815_003_000n,
  powerW: 260,
  unixS: 1_767_225_590,
  serial: '1EMH0012345678',
};
const KEY: PortKey = { keyFile: '/none/port.key', key: undefined, standardOffsetS: 3600 };
const LINE = { path: '/dev/none', baud: 9_600, bits: 8, parity: 'none' } as const;
const AT_9600: readonly Tongue[] = ['sml', 'hdlc', 'p1-old', 'd0-push'];
/** Both of the tongues without a check sum read its registers; only one its number. */
const MODE_D = Buffer.from('/ESY5Q3DA1004 V3.02\r\n\r\n1-0:0.0.0*255(0273011003684)\r\n1-0:1.8.0*255(00004711.0420000*kWh)\r\n!\r\n');
const TIMES = 200;

/** What came before listening or while the speed was set, the rest of a telegram, then whole ones; cut anywhere. */
function* heardOf(telegram: Uint8Array, chance: Chance): Generator<Uint8Array> {
  const noise = Uint8Array.from({ length: chance.of([0, 1, 40, 300]) }, () => chance.below(256));
  const rest = telegram.subarray(chance.of([telegram.length, chance.below(telegram.length)]));
  const all = Buffer.concat([noise, rest, telegram, telegram, telegram, telegram]);
  const most = chance.of([1, 7, 64, telegram.length, all.length]);
  for (let at = 0; at < all.length; ) {
    const bytes = 1 + chance.below(most);
    yield all.subarray(at, at + bytes);
    at += bytes;
  }
}

function spokenOf(pieces: Iterable<Uint8Array>, tongues: readonly Tongue[]) {
  const ear = new Ear(tongues, KEY);
  for (const piece of pieces) {
    ear.hear(piece, 0);
    if (ear.isSure) break; // as listening on a line ends
  }
  return ear.spoken(LINE);
}

describe('a tongue is told by what is said in it, not by how it comes', () => {
  const cases: [string, Uint8Array, readonly Tongue[], Record<string, unknown>][] = [
    ['IEC 62056-21, mode D', MODE_D, AT_9600, { kind: 'd0', mode: 'D', checksum: 'none' }],
    ['IEC 62056-21, mode D, over a bridge', MODE_D, TONGUES, { kind: 'd0', mode: 'D', checksum: 'none' }],
    ['P1 of before DSMR 4', t.p1('dsmr2', SHOWN), AT_9600, { kind: 'p1', checksum: 'none' }],
    ['P1 of before DSMR 4, over a bridge', t.p1('dsmr2', SHOWN), TONGUES, { kind: 'p1', checksum: 'none' }],
    ['P1 with a check sum, over a bridge', t.p1('sweden', SHOWN), TONGUES, { kind: 'p1', checksum: 'crc' }],
    ['SML', t.sml(SHOWN), AT_9600, { kind: 'sml' }],
  ];
  test.each(cases)('%s', (_what, telegram, tongues, expected) => {
    for (let seed = 1; seed <= TIMES; seed++)
      expect(spokenOf(heardOf(telegram, new Chance(seed)), tongues), `seed ${seed}`).toMatchObject({ source: expected, telegram: {} });
  });
});

describe('without a check sum', () => {
  test('one telegram is not believed, and two of one meter are', () => {
    expect(spokenOf([MODE_D], AT_9600)).toBeUndefined();
    expect(spokenOf([MODE_D, MODE_D], AT_9600)).toMatchObject({ source: { kind: 'd0' } });
  });

  test('two that do not agree are not believed: of another number, or with other registers', () => {
    const of = (from: string, to: string): Uint8Array => Buffer.from(MODE_D.toString().replace(from, to));
    expect(spokenOf([of('3684', '3685'), MODE_D], AT_9600)).toBeUndefined();
    expect(spokenOf([of('1.8.0', '2.8.0'), MODE_D], AT_9600)).toBeUndefined();
    expect(spokenOf([of('4711', '4712'), MODE_D], AT_9600)).toMatchObject({ source: { kind: 'd0' } });
  });
});
