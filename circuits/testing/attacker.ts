/**
 * A dishonest prover: it fills in a witness as well as can be done for inputs and hints of its choice, without the generator's checks.
 *
 * Inputs and hints (the values that circom assigns with <--: bits, inverses) are the attacker's, and so is what each hash is computed of;
 * every other wire is then forced by some constraint in which it is the only unknown, and is set accordingly. What remains violated cannot
 * be repaired by it. Tests name exactly which group of constraints that is: were this group missing, the attack would succeed, so no group
 * can be dropped unnoticed.
 */
import type { Circuit, Constraint, LinearForm } from './r1cs.ts';

export type Values = Readonly<Record<string, bigint | readonly bigint[]>>;

interface Index {
  readonly unknownsOf: Int32Array;
  readonly usesOf: readonly (readonly number[])[];
}
const indexes = new WeakMap<Circuit, Index>();

const wiresIn = (constraint: Constraint): Set<number> => new Set(constraint.flatMap((form) => form.wires));

function indexOf(circuit: Circuit): Index {
  const known = indexes.get(circuit);
  if (known) return known;
  const usesOf = Array.from({ length: circuit.wireCount }, (): number[] => []);
  const unknownsOf = Int32Array.from(circuit.constraints, (constraint, i) => {
    const wires = wiresIn(constraint);
    for (const wire of wires) usesOf[wire].push(i);
    return wires.size;
  });
  const index = { unknownsOf, usesOf };
  indexes.set(circuit, index);
  return index;
}

function power(base: bigint, exponent: bigint, prime: bigint): bigint {
  let result = 1n;
  for (let b = base % prime, e = exponent; e > 0n; e >>= 1n, b = (b * b) % prime) if (e & 1n) result = (result * b) % prime;
  return result;
}

export const inverse = (value: bigint, prime: bigint): bigint =>
  value === 1n || value === prime - 1n ? value : power(value, prime - 2n, prime);

/** A linear form as constant + slope·unknown. */
function evaluate(form: LinearForm, witness: readonly (bigint | undefined)[], prime: bigint): [constant: bigint, slope: bigint] {
  let [constant, slope] = [0n, 0n];
  const { wires, coefficients } = form;
  for (let i = 0; i < wires.length; i++) {
    const value = witness[wires[i]];
    if (value === undefined) slope += coefficients[i];
    else if (value !== 0n) constant += value * coefficients[i];
  }
  return [constant % prime, slope % prime];
}

/** The one unknown's only value, or undefined when the constraint leaves it open. */
function solve(constraint: Constraint, witness: readonly (bigint | undefined)[], prime: bigint): bigint | undefined {
  const [[a0, a1], [b0, b1], [c0, c1]] = constraint.map((form) => evaluate(form, witness, prime));
  if (a1 * b1 !== 0n) return undefined;
  const slope = (((a1 * b0 + a0 * b1 - c1) % prime) + prime) % prime;
  if (slope === 0n) return undefined;
  return (((((c0 - a0 * b0) % prime) + prime) % prime) * inverse(slope, prime)) % prime;
}

const named = (values: Values): [string, bigint][] =>
  Object.entries(values).flatMap(([name, value]): [string, bigint][] =>
    typeof value === 'bigint' ? [[`main.${name}`, value]] : value.map((v, i): [string, bigint] => [`main.${name}[${i}]`, v]),
  );

/**
 * Little-endian bits of the low `width` bits of a value mod r: what an honest generator would assign, and all that a dishonest one could.
 */
export const bitsOf = (value: bigint, width: number, prime: bigint): bigint[] => {
  const canonical = ((value % prime) + prime) % prime;
  return Array.from({ length: width }, (_, i) => (canonical >> BigInt(i)) & 1n);
};

/**
 * Completes a witness from inputs and hints, by signal name without "main.". Names of signals that the optimiser removed are ignored.
 * @throws Error when some wire stays undetermined: a hint is missing
 */
export function completeWitness(circuit: Circuit, inputs: Values, hints: Values): bigint[] {
  const { prime, constraints } = circuit;
  const index = indexOf(circuit);
  const unknowns = index.unknownsOf.slice();
  const witness: (bigint | undefined)[] = new Array(circuit.wireCount).fill(undefined);
  const ready: number[] = [];
  const set = (wire: number, value: bigint): void => {
    if (witness[wire] !== undefined) return;
    witness[wire] = ((value % prime) + prime) % prime;
    for (const i of index.usesOf[wire]) if (--unknowns[i] === 1) ready.push(i);
  };
  set(0, 1n);
  for (const [name, value] of [...named(inputs), ...named(hints)]) {
    const wire = circuit.wireOf.get(name);
    if (wire !== undefined) set(wire, value);
  }
  for (const i of ready) {
    // grows while it is walked: first come, first served, so that values follow from inputs rather than from claims
    if (unknowns[i] !== 1) continue;
    const value = solve(constraints[i], witness, prime);
    if (value === undefined) continue;
    for (const wire of wiresIn(constraints[i])) set(wire, value);
  }
  const missing = witness.indexOf(undefined);
  if (missing >= 0) throw new Error(`the witness leaves ${circuit.namesOf[missing].join(' = ')} open`);
  return witness as bigint[];
}

const accepted = new WeakMap<Circuit, readonly bigint[]>();

/**
 * Indices of the constraints that a full witness violates. Constraints of which no wire differs from the last accepted witness hold and are
 * not computed again.
 */
export function violations(circuit: Circuit, witness: readonly bigint[]): number[] {
  const { prime, constraints } = circuit;
  const before = accepted.get(circuit);
  const { usesOf } = indexOf(circuit);
  const touched = before ? new Set(witness.flatMap((value, wire) => (value === before[wire] ? [] : usesOf[wire]))) : constraints.keys();
  const broken = [...touched].filter((i) => {
    const [[a], [b], [c]] = constraints[i].map((form) => evaluate(form, witness, prime));
    return (a * b - c) % prime !== 0n;
  });
  if (broken.length === 0) accepted.set(circuit, witness);
  return broken.sort((a, b) => a - b);
}

/** Ordered: a constraint belongs to the first group of which every pattern matches some of its signals. */
export type Groups = readonly (readonly [name: string, ...patterns: RegExp[]])[];

const signalsOf = (circuit: Circuit, constraint: number): string[] =>
  [...wiresIn(circuit.constraints[constraint])].flatMap((wire) => circuit.namesOf[wire]);

export function groupOf(circuit: Circuit, groups: Groups, constraint: number): string {
  const signals = signalsOf(circuit, constraint);
  const group = groups.find(([, ...patterns]) => patterns.every((pattern) => signals.some((signal) => pattern.test(signal))));
  return group ? group[0] : `hash or other: ${signals.slice(0, 6).join(' ')}`;
}

/** The groups of constraints that stop a witness; empty: it is accepted. */
export function stoppedBy(circuit: Circuit, groups: Groups, witness: readonly bigint[]): string[] {
  return [...new Set(violations(circuit, witness).map((i) => groupOf(circuit, groups, i)))].sort();
}
