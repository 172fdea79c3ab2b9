/**
 * A journal of registers: where it begins, and what each next reading must come to. The answers are written by hand, not computed: they are
 * the rule. A reading that is refused changes nothing.
 */
const DAY = 20_635;
const FIRST = DAY * 96;
const MOST = (1n << 20n) - 1n;

export type RegisterAnswer = 'ok' | 'register-fell' | 'out-of-range' | 'already-reported';

export interface RegisterCase {
  name: string;
  /** most Wh a slot, each way */
  maxWhPerSlot: number;
  /** registers at 00:00 of the day */
  day: number;
  importStartWh: string;
  exportStartWh: string;
  readings: { slot: number; importRegisterWh: string; exportRegisterWh: string; answer: RegisterAnswer }[];
}

type Step = [slot: number, importWh: bigint, exportWh: bigint, answer: RegisterAnswer];

const one = (name: string, start: [bigint, bigint], steps: readonly Step[], maxWhPerSlot = Number(MOST)): RegisterCase => ({
  name,
  maxWhPerSlot,
  day: DAY,
  importStartWh: String(start[0]),
  exportStartWh: String(start[1]),
  readings: steps.map(([slot, importWh, exportWh, answer]) => ({
    slot: FIRST + slot,
    importRegisterWh: String(importWh),
    exportRegisterWh: String(exportWh),
    answer,
  })),
});

export const registerCases = (): RegisterCase[] => [
  one(
    'slot after slot',
    [100n, 50n],
    [
      [0, 110n, 50n, 'ok'],
      [0, 110n, 50n, 'ok'],
      [0, 111n, 50n, 'already-reported'],
      [0, 110n, 51n, 'already-reported'],
      [1, 109n, 50n, 'register-fell'],
      [1, 110n, 49n, 'register-fell'],
      [1, 110n + MOST + 1n, 50n, 'out-of-range'],
      [1, 110n, 50n + MOST + 1n, 'out-of-range'],
      [1, 110n + MOST, 50n + MOST, 'ok'],
    ],
  ),
  one(
    'a meter exchanged within a gap',
    [5_003_000n, 0n],
    [
      [0, 5_004_000n, 0n, 'ok'],
      [5, 12n, 0n, 'register-fell'],
      [200, 5_003_999n, 0n, 'register-fell'],
      [96 * 365, 12n, 0n, 'register-fell'],
      [200, 5_004_000n, 0n, 'ok'],
    ],
  ),
  one(
    'an error value after a missed slot',
    [1_000n, 0n],
    [
      [0, 1_900n, 0n, 'ok'],
      [2, 4_294_967_295n, 0n, 'out-of-range'],
      [2, 1_900n, 4_294_967_295n, 'out-of-range'],
      [2, 1_900n + 2n * MOST + 1n, 0n, 'out-of-range'],
      [2, 2_000n, 0n, 'ok'],
      [3, 2_100n, 0n, 'ok'],
    ],
  ),
  one(
    'the next slot by way of resuming, 2^32 and five ahead',
    [1_000n, 0n],
    [
      [0, 1_000n + (1n << 32n) + 5n, 0n, 'out-of-range'],
      [1, 1_000n + (1n << 32n) + 5n, 0n, 'out-of-range'],
      [0, 1_005n, 0n, 'ok'],
    ],
  ),
  one(
    'all that could flow in a gap',
    [0n, 0n],
    [
      [9, 10n * MOST + 1n, 0n, 'out-of-range'],
      [9, 0n, 10n * MOST + 1n, 'out-of-range'],
      [9, 10n * MOST, 10n * MOST, 'ok'],
    ],
  ),
  one(
    'an error value that a long gap lets through is stopped by what the meter is enrolled with',
    [0n, 0n],
    [
      [5_000, 4_294_967_295n, 0n, 'out-of-range'],
      [5_000, 35_007_001n, 0n, 'out-of-range'],
      [5_000, 35_007_000n, 35_007_000n, 'ok'],
      [5_001, 35_014_001n, 35_007_000n, 'out-of-range'],
      [5_001, 35_014_000n, 35_007_000n, 'ok'],
    ],
    7_000,
  ),
  one(
    'the end of the range',
    [(1n << 56n) - 20n, 0n],
    [
      [0, 1n << 56n, 0n, 'out-of-range'],
      [3, 1n << 56n, 0n, 'out-of-range'],
      [0, (1n << 56n) - 1n, 0n, 'ok'],
    ],
  ),
];
