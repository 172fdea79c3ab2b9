/**
 * Writes crypto/secp256k1_constants.h: the curve's two moduli and the comb's table, in Montgomery form over 32-bit limbs. The points are
 * computed by @noble/curves.  node sdk/c/scripts/secp256k1.mjs [--check]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { secp256k1 } from '@noble/curves/secp256k1.js';

const file = new URL('../crypto/secp256k1_constants.h', import.meta.url);
const { p, n } = secp256k1.Point.CURVE();
const limbs = (value) =>
  `{${Array.from({ length: 8 }, (_, i) => `0x${((value >> BigInt(32 * i)) & 0xffffffffn).toString(16).padStart(8, '0')}u`).join(', ')}}`;

function modulus(m) {
  let inverse = 1n;
  for (let i = 0; i < 5; i++) inverse = (inverse * (2n - (m & 0xffffffffn) * inverse)) & 0xffffffffn;
  return `{\n    ${limbs(m)},\n    ${limbs((1n << 512n) % m)},\n    0x${(-inverse & 0xffffffffn).toString(16)}u}`;
}

/** The sum of 2^(64 tooth) G over the digit's bits. */
function comb(digit) {
  const scalar = [0, 1, 2, 3].reduce((sum, tooth) => sum + (((BigInt(digit) >> BigInt(tooth)) & 1n) << BigInt(64 * tooth)), 0n);
  const { x, y } = secp256k1.Point.BASE.multiply(scalar).toAffine();
  return `    {${limbs((x << 256n) % p)},\n     ${limbs((y << 256n) % p)}}`;
}

const text = `/* secp256k1_constants.h - made by scripts/secp256k1.mjs; do not edit. SPDX-License-Identifier: Apache-2.0 */
#ifndef ELECTRA_SECP256K1_CONSTANTS_H
#define ELECTRA_SECP256K1_CONSTANTS_H

static const el_modulus SECP_FIELD = ${modulus(p)};

static const el_modulus SECP_ORDER = ${modulus(n)};

/* 1 and 21 (three times the curve's b) in Montgomery form, and 1 modulo the order. */
static const uint32_t SECP_ONE[8] = ${limbs((1n << 256n) % p)};
static const uint32_t SECP_21[8] = ${limbs((21n << 256n) % p)};
static const uint32_t SECP_ORDER_ONE[8] = ${limbs((1n << 256n) % n)};

static const uint32_t SECP_COMB[15][2][8] = {
${Array.from({ length: 15 }, (_, i) => comb(i + 1)).join(',\n')}};

#endif
`;
if (!process.argv.includes('--check')) writeFileSync(file, text);
else if (readFileSync(file, 'utf8') !== text) {
  console.error('sdk/c/crypto/secp256k1_constants.h differs from what scripts/secp256k1.mjs makes');
  process.exit(1);
}
