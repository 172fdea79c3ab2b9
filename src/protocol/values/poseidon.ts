/**
 * Poseidon over the BN254 scalar field with four inputs: Grassi et al., "Poseidon: A New Hash Function for Zero-Knowledge Proof Systems"
 * (USENIX Security 2021), of width 5, with 8 full and 60 partial rounds and fifth powers, as circomlib has it.
 *
 * Its 340 constants and its matrix are made here by the paper's rule (appendix E) instead of being carried: they have no pattern that
 * could be compressed, so a page would load 12 kB of them, and nobody has to believe that they are the rule's. Made once, at the first
 * hash.
 */
import { FIELD_ORDER } from './field-order.ts';

const WIDTH = 5;
const FULL_ROUNDS = 8;
const PARTIAL_ROUNDS = 60;
const ROUNDS = FULL_ROUNDS + PARTIAL_ROUNDS;
const FIELD_BITS = 254;

interface Parameters {
  rounds: readonly (readonly bigint[])[];
  matrix: readonly (readonly bigint[])[];
}

/** Bits of a number, the highest first. */
const bitsOf = (value: number, length: number): number[] => Array.from({ length }, (_, i) => (value >> (length - 1 - i)) & 1);

/** The paper's generator: Grain's shift register, begun with what is asked for, in its self-shrinking mode. */
function grain(): () => number {
  const prime = bitsOf(1, 2);
  const power = bitsOf(0, 4);
  const sizes = [...bitsOf(FIELD_BITS, 12), ...bitsOf(WIDTH, 12), ...bitsOf(FULL_ROUNDS, 10), ...bitsOf(PARTIAL_ROUNDS, 10)];
  const state = Uint8Array.from([...prime, ...power, ...sizes, ...bitsOf(2 ** 30 - 1, 30)]);
  let at = 0;
  const tap = (i: number): number => state[(at + i) % 80];
  const step = (): number => {
    const bit = tap(62) ^ tap(51) ^ tap(38) ^ tap(23) ^ tap(13) ^ tap(0);
    state[at] = bit;
    at = (at + 1) % 80;
    return bit;
  };
  for (let i = 0; i < 160; i++) step();
  return () => {
    while (step() === 0) step();
    return step();
  };
}

/** a^e mod r; the inverse is a^(r-2). */
function power(a: bigint, e: bigint): bigint {
  let [result, square] = [1n, a];
  for (let rest = e; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % FIELD_ORDER;
    square = (square * square) % FIELD_ORDER;
  }
  return result;
}

/** Constants are drawn anew until they are of the field; the matrix is Cauchy's, of twice five numbers more, which are reduced. */
export function poseidonParameters(): Parameters {
  const bit = grain();
  const draw = (): bigint => BigInt(`0b${Array.from({ length: FIELD_BITS }, bit).join('')}`);
  const element = (): bigint => {
    for (;;) {
      const value = draw();
      if (value < FIELD_ORDER) return value;
    }
  };
  const rounds = Array.from({ length: ROUNDS }, () => Array.from({ length: WIDTH }, element));
  const [xs, ys] = [0, 1].map(() => Array.from({ length: WIDTH }, () => draw() % FIELD_ORDER));
  return { rounds, matrix: xs.map((x) => ys.map((y) => power((x + y) % FIELD_ORDER, FIELD_ORDER - 2n))) };
}

let made: Parameters | null = null;

function fifth(value: bigint): bigint {
  const square = value * value;
  return (value * square * square) % FIELD_ORDER;
}

/** The hash of four elements that are below r already. */
export function poseidon4(inputs: readonly [bigint, bigint, bigint, bigint]): bigint {
  made ??= poseidonParameters();
  let state: bigint[] = [0n, ...inputs];
  for (const [round, constants] of made.rounds.entries()) {
    const all = round < FULL_ROUNDS / 2 || round >= FULL_ROUNDS / 2 + PARTIAL_ROUNDS;
    const powered = state.map((value, i) => (all || i === 0 ? fifth(value + constants[i]) : value + constants[i]));
    state = made.matrix.map((row) => row.reduce((sum, m, i) => sum + m * powered[i], 0n) % FIELD_ORDER);
  }
  return state[0];
}
