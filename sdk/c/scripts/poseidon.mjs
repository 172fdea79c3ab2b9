/**
 * Writes src/poseidon_constants.h: circomlib's constants for four inputs (as poseidon-lite carries them), in Montgomery form over 32-bit
 * limbs, with the constants of the partial rounds folded to one each (see poseidon.c).  node sdk/c/scripts/poseidon.mjs [--check]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
// the package does not export its constants: read by path
const constants = require('../../../node_modules/poseidon-lite/constants/4.js').default;
const R = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;
const [WIDTH, FULL, PARTIAL] = [5, 8, 60];
const file = new URL('../src/poseidon_constants.h', import.meta.url);

const mod = (value) => ((value % R) + R) % R;
// base64 of big-endian bytes, as poseidon-lite ships them
const number = (text) => BigInt(`0x${Buffer.from(text, 'base64').toString('hex') || '0'}`);
const C = constants.C.map(number);
const M = constants.M.map((row) => row.map(number));
if (C.length !== WIDTH * (FULL + PARTIAL) || M.length !== WIDTH) throw new Error('poseidon-lite: constants of another shape');

function fold() {
  const folded = [];
  let carried = Array(WIDTH).fill(0n);
  for (let round = 0; round < FULL + PARTIAL; round++) {
    const here = carried.map((value, i) => mod(value + C[round * WIDTH + i]));
    const partial = round >= FULL / 2 && round < FULL / 2 + PARTIAL;
    folded.push(...(partial ? here.slice(0, 1) : here));
    carried = partial ? M.map((row) => mod(row.slice(1).reduce((sum, m, i) => sum + m * here[i + 1], 0n))) : Array(WIDTH).fill(0n);
  }
  return folded;
}

const limbs = (value) =>
  `{${Array.from({ length: 8 }, (_, i) => `0x${((value >> BigInt(32 * i)) & 0xffffffffn).toString(16).padStart(8, '0')}u`).join(', ')}}`;
const montgomery = (value) => limbs(mod(value << 256n));
function inverse32(n) {
  let x = 1n;
  for (let i = 0; i < 5; i++) x = (x * (2n - n * x)) & 0xffffffffn;
  return -x & 0xffffffffn;
}

const rounds = fold();
const LICENCE = 'SPDX-License-Identifier: Apache-2.0';
const text = `/* poseidon_constants.h - made by scripts/poseidon.mjs from circomlib's constants; do not edit. ${LICENCE} */
#ifndef ELECTRA_POSEIDON_CONSTANTS_H
#define ELECTRA_POSEIDON_CONSTANTS_H

static const el_modulus POSEIDON_FIELD = {
    ${limbs(R)},
    ${limbs(mod(1n << 512n))},
    0x${inverse32(R & 0xffffffffn).toString(16)}u};

static const uint32_t POSEIDON_ROUND[${rounds.length}][8] = {
${rounds.map((value) => `    ${montgomery(value)}`).join(',\n')}};

static const uint32_t POSEIDON_MATRIX[${WIDTH}][${WIDTH}][8] = {
${M.map((row) => `    {${row.map(montgomery).join(',\n     ')}}`).join(',\n')}};

#endif
`;
if (!process.argv.includes('--check')) writeFileSync(file, text);
else if (readFileSync(file, 'utf8') !== text) {
  console.error('sdk/c/src/poseidon_constants.h differs from what scripts/poseidon.mjs makes');
  process.exit(1);
}
