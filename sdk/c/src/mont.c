/* mont.c - Montgomery arithmetic on 256-bit numbers for 32-bit cores, one modulus at a time (Montgomery 1985; the interleaved form of Koç,
 * Acar and Kaliski 1996, with a sum of products before each reduction step as in Longa, "Efficient Algorithms for Large Prime
 * Characteristic Fields").
 *
 * Everything is straight-line in the data: no branch and no address depends on a limb. The trap is the bound: a sum of up to five products
 * of numbers below r (BN254, r < 0.19 * 2^256), reduced, is below 2r; one product of numbers below any n < 2^256 is below 2n. So one
 * conditional subtraction always suffices; more terms, or five over a modulus near 2^256, would not.
 *
 * The optional line of assembly: Cortex-M4, M7 and M33 have umaal, which is exactly one step of the inner loop.
 * SPDX-License-Identifier: Apache-2.0 */
#include "internal.h"

/* carry:sum = a * b + sum + carry, which never overflows 64 bits. */
#if defined(ELECTRA_ASM_UMAAL)
#define EL_MAC(sum, carry, a, b) __asm__("umaal %0, %1, %2, %3"   \
                                         : "+r"(sum), "+r"(carry) \
                                         : "r"(a), "r"(b))
#else
#define EL_MAC(sum, carry, a, b)                                  \
  do {                                                            \
    const uint64_t el_t_ = (uint64_t)(a) * (b) + (sum) + (carry); \
    (sum) = (uint32_t)el_t_;                                      \
    (carry) = (uint32_t)(el_t_ >> 32);                            \
  } while (0)
#endif

#define EL_MAC_AT(i)                     \
  do {                                   \
    uint32_t el_sum_ = t[i];             \
    EL_MAC(el_sum_, carry, digit, b[i]); \
    t[i] = el_sum_;                      \
  } while (0)

/* t += digit * b, over 8 limbs; the carry goes into the two limbs above. */
static void mont_row(uint32_t t[10], uint32_t digit, const uint32_t b[8]) {
  uint32_t carry = 0;
  EL_MAC_AT(0);
  EL_MAC_AT(1);
  EL_MAC_AT(2);
  EL_MAC_AT(3);
  EL_MAC_AT(4);
  EL_MAC_AT(5);
  EL_MAC_AT(6);
  EL_MAC_AT(7);
  const uint64_t top = (uint64_t)t[8] + carry;
  t[8] = (uint32_t)top;
  t[9] += (uint32_t)(top >> 32);
}

uint32_t el_limbs_sub(uint32_t out[8], const uint32_t a[8], const uint32_t b[8]) {
  uint32_t borrow = 0;
  for (unsigned i = 0; i < 8; i++) {
    const uint64_t t = (uint64_t)a[i] - b[i] - borrow;
    out[i] = (uint32_t)t;
    borrow = (uint32_t)(t >> 32) & 1u;
  }
  return borrow;
}

void el_limbs_select(uint32_t out[8], const uint32_t a[8], const uint32_t b[8], uint32_t take_b) {
  const uint32_t mask = (uint32_t)0 - take_b;
  for (unsigned i = 0; i < 8; i++) out[i] = a[i] ^ ((a[i] ^ b[i]) & mask);
}

/* top:t minus n where that is not negative. */
static void mont_reduce_once(uint32_t out[8], const uint32_t t[8], uint32_t top, const el_modulus *m) {
  uint32_t less[8];
  const uint32_t borrow = el_limbs_sub(less, t, m->n);
  el_limbs_select(out, t, less, top | (borrow ^ 1u));
}

void el_mont_dot(uint32_t out[8], const uint32_t (*a)[8], const uint32_t (*b)[8], unsigned terms, const el_modulus *m) {
  uint32_t t[10] = {0};
  for (unsigned i = 0; i < 8; i++) {
    for (unsigned k = 0; k < terms; k++) mont_row(t, a[k][i], b[k]);
    mont_row(t, t[0] * m->n0, m->n);
    for (unsigned j = 0; j < 9; j++) t[j] = t[j + 1]; /* the lowest limb is 0 now: divide by 2^32 */
    t[9] = 0;
  }
  mont_reduce_once(out, t, t[8], m);
}

void el_mont_mul(uint32_t out[8], const uint32_t a[8], const uint32_t b[8], const el_modulus *m) {
  el_mont_dot(out, (const uint32_t(*)[8])(const void *)a, (const uint32_t(*)[8])(const void *)b, 1, m);
}

void el_mod_add(uint32_t out[8], const uint32_t a[8], const uint32_t b[8], const el_modulus *m) {
  uint32_t sum[8], carry = 0;
  for (unsigned i = 0; i < 8; i++) {
    const uint64_t t = (uint64_t)a[i] + b[i] + carry;
    sum[i] = (uint32_t)t;
    carry = (uint32_t)(t >> 32);
  }
  mont_reduce_once(out, sum, carry, m);
}

void el_mod_sub(uint32_t out[8], const uint32_t a[8], const uint32_t b[8], const el_modulus *m) {
  uint32_t difference[8], carry = 0;
  const uint32_t mask = (uint32_t)0 - el_limbs_sub(difference, a, b);
  for (unsigned i = 0; i < 8; i++) {
    const uint64_t t = (uint64_t)difference[i] + (m->n[i] & mask) + carry;
    out[i] = (uint32_t)t;
    carry = (uint32_t)(t >> 32);
  }
}

void el_limbs_from_bytes(uint32_t out[8], const uint8_t bytes[32]) {
  for (unsigned i = 0; i < 8; i++) {
    const uint8_t *at = bytes + 28 - 4 * i;
    out[i] = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
  }
}

void el_limbs_to_bytes(uint8_t bytes[32], const uint32_t in[8]) {
  for (unsigned i = 0; i < 32; i++) bytes[31 - i] = (uint8_t)(in[i / 4] >> (8 * (i & 3u)));
}
