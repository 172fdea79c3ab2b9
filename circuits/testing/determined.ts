/**
 * Is anything left to the prover's choice? A search for under-constrained signals, over a circuit's constraints alone.
 *
 * Starting from the inputs (public and private), a wire is marked determined when the constraints allow it one value only:
 *
 *   1. it is the only open wire of a constraint and stands in C alone, while A and B are determined;
 *   2. it is a digit: a set of wires, each constrained to be 0 or 1, whose sum with distinct powers of two (their total below r) is
 *      determined;
 *   3. it is the outcome of circomlib's IsZero: for a determined x, in the pair x·inv = 1 − out and x·out = 0, out is determined, inv is
 *      not.
 *
 * Two witnesses with equal inputs agree on every determined wire. The unoptimised circuit is searched: the optimiser only substitutes
 * linear equations.
 */
import type { Circuit, Constraint, LinearForm } from './r1cs.ts';

const isEmpty = (form: LinearForm): boolean => form.wires.length === 0;

/** A wire b of a constraint b·(b − 1) = 0, else null. */
function bitOf([a, b, c]: Constraint, prime: bigint): number | null {
  if (!isEmpty(c)) return null;
  const [single, shifted] = a.wires.length === 1 ? [a, b] : [b, a];
  if (single.wires.length !== 1 || shifted.wires.length !== 2) return null;
  const [wire] = single.wires;
  const at = shifted.wires.indexOf(wire);
  const constant = shifted.wires.indexOf(0);
  if (wire === 0 || at < 0 || constant < 0) return null;
  return (shifted.coefficients[at] + shifted.coefficients[constant]) % prime === 0n ? wire : null;
}

/** Whether coefficients are ±scale · distinct powers of two whose sum stays below r. */
function areDigits(coefficients: readonly bigint[], prime: bigint, inverse: (value: bigint) => bigint): boolean {
  const size = (c: bigint): bigint => (c < prime - c ? c : prime - c);
  const unit = coefficients.reduce((least, c) => (size(c) < size(least) ? c : least));
  const scale = inverse(unit);
  const powers = coefficients.map((c) => (c * scale) % prime);
  const total = powers.reduce((sum, p) => sum + p, 0n);
  return total < prime && new Set(powers).size === powers.length && powers.every((p) => (p & (p - 1n)) === 0n);
}

/** Names of the wires that the inputs do not determine. */
export function undetermined(circuit: Circuit, inverse: (value: bigint) => bigint): string[] {
  const { prime, constraints, wireCount, inputs } = circuit;
  const known = new Uint8Array(wireCount);
  const bits = new Uint8Array(wireCount);
  const uses = Array.from({ length: wireCount }, (): number[] => []);
  constraints.forEach((constraint, i) => {
    for (const wire of new Set(constraint.flatMap((form) => form.wires))) uses[wire].push(i);
    const bit = bitOf(constraint, prime);
    if (bit !== null) bits[bit] = 1;
  });
  const queue = constraints.map((_, i) => i);
  const mark = (wire: number): void => {
    if (known[wire]) return;
    known[wire] = 1;
    queue.push(...uses[wire]);
  };
  for (let wire = 0; wire <= inputs; wire++) mark(wire);
  const open = (form: LinearForm): number[] => form.wires.filter((wire) => !known[wire]);

  for (const i of queue) {
    const constraint = constraints[i];
    const [a, b, c] = constraint;
    const [openA, openB, openC] = constraint.map(open);
    if (openA.length === 0 && openB.length === 0 && openC.length === 1) mark(openC[0]);
    if (openA.length === 0 && openB.length === 0 && openC.length > 1 && openC.every((wire) => bits[wire])) {
      if (
        areDigits(
          openC.map((wire) => c.coefficients[c.wires.indexOf(wire)]),
          prime,
          inverse,
        )
      )
        openC.forEach(mark);
    }
    // x·out = 0 with x determined and out open: look for x·inv = 1 − out
    if (isEmpty(c) && openA.length + openB.length === 1) {
      const [out] = [...openA, ...openB];
      const [mine, x] = openA.length === 1 ? [a, b] : [b, a];
      const partner = uses[out].some((j) => {
        const [pa, pb, pc] = constraints[j];
        const single = (form: LinearForm): boolean => form.wires.length === 1;
        return (
          single(x) &&
          j !== i &&
          [pa, pb].some((form) => single(form) && form.wires[0] === x.wires[0]) &&
          pc.wires.includes(out) &&
          pc.wires.includes(0) &&
          pc.wires.length === 2
        );
      });
      if (partner && mine.wires.length === 1) mark(out);
    }
  }
  return [...known.keys()].filter((wire) => !known[wire]).map((wire) => circuit.namesOf[wire][0]);
}
