/* sign_compact.c - ECDSA over secp256k1 for small flash, on the SDK's own Montgomery arithmetic: signing, public keys, whose key signed.
 *
 * Secrets multiply the base point only, by a comb of four teeth (64 steps, 15 stored points, all of them read at every
 * step), with complete addition formulas (Renes, Costello, Batina, "Complete addition formulas for prime order elliptic curves", 2016,
 * algorithm 7): no case is special, doubling and the point at infinity included, so nothing branches on the secret. RFC 6979 nonces, low s.
 * The trap: bits2octets. RFC 6979 hashes the digest modulo the group's order, not the digest. SPDX-License-Identifier: Apache-2.0 */
#include "internal.h"
#include "secp256k1_constants.h"

typedef struct secp_point {
  uint32_t x[8], y[8], z[8]; /* projective: x/z, y/z; Montgomery form */
} secp_point;

static void secp_mul(uint32_t out[8], const uint32_t a[8], const uint32_t b[8]) { el_mont_mul(out, a, b, &SECP_FIELD); }
static void secp_add(uint32_t out[8], const uint32_t a[8], const uint32_t b[8]) { el_mod_add(out, a, b, &SECP_FIELD); }
static void secp_sub(uint32_t out[8], const uint32_t a[8], const uint32_t b[8]) { el_mod_sub(out, a, b, &SECP_FIELD); }

/* (a + b)(c + d) - e - f */
static void secp_cross(uint32_t out[8], const uint32_t a[8], const uint32_t b[8], const uint32_t c[8], const uint32_t d[8],
                       const uint32_t e[8], const uint32_t f[8]) {
  uint32_t left[8], right[8];
  secp_add(left, a, b);
  secp_add(right, c, d);
  secp_mul(left, left, right);
  secp_add(right, e, f);
  secp_sub(out, left, right);
}

/* p += q, whatever the two are. q may be p. */
static void secp_point_add(secp_point *p, const secp_point *q) {
  uint32_t t0[8], t1[8], t2[8], t3[8], t4[8], y[8], z[8];
  secp_mul(t0, p->x, q->x);
  secp_mul(t1, p->y, q->y);
  secp_mul(t2, p->z, q->z);
  secp_cross(t3, p->x, p->y, q->x, q->y, t0, t1);
  secp_cross(t4, p->y, p->z, q->y, q->z, t1, t2);
  secp_cross(y, p->x, p->z, q->x, q->z, t0, t2);
  secp_add(z, t0, t0);
  secp_add(t0, z, t0);
  secp_mul(t2, SECP_21, t2);
  secp_add(z, t1, t2);
  secp_sub(t1, t1, t2);
  secp_mul(y, SECP_21, y);
  secp_mul(t2, t4, y);
  secp_mul(p->x, t3, t1);
  secp_sub(p->x, p->x, t2);
  secp_mul(y, y, t0);
  secp_mul(t1, t1, z);
  secp_add(p->y, t1, y);
  secp_mul(t0, t0, t3);
  secp_mul(z, z, t4);
  secp_add(p->z, z, t0);
}

/* The multiple digit (0 to 15) of the comb's table, 0 being the point at infinity; every entry is read. */
static void secp_lookup(secp_point *out, uint32_t digit) {
  memset(out, 0, sizeof *out);
  memcpy(out->y, SECP_ONE, sizeof out->y);
  for (uint32_t i = 1; i < 16; i++) {
    const uint32_t take = ((i ^ digit) - 1u) >> 31;
    el_limbs_select(out->x, out->x, SECP_COMB[i - 1][0], take);
    el_limbs_select(out->y, out->y, SECP_COMB[i - 1][1], take);
    el_limbs_select(out->z, out->z, SECP_ONE, take);
  }
}

/* base ^ (n - 2): the inverse, over a public modulus whose bits may be branched on. */
static void secp_invert(uint32_t out[8], const uint32_t base[8], const uint32_t one[8], const el_modulus *m) {
  uint32_t power[8];
  memcpy(power, one, sizeof power);
  for (unsigned i = 256; i-- > 0;) {
    const uint32_t limb = i < 32 ? m->n[0] - 2u : m->n[i / 32]; /* both moduli end in more than 2 */
    el_mont_mul(power, power, power, m);
    if (limb >> (i & 31u) & 1u) el_mont_mul(power, power, base, m);
  }
  memcpy(out, power, sizeof power);
}

/* x and y of scalar * G, plain. */
static void secp_multiply_base(uint32_t x[8], uint32_t y[8], const uint32_t scalar[8]) {
  static const uint32_t plain_one[8] = {1};
  secp_point sum, addend;
  uint32_t inverse[8];
  secp_lookup(&sum, 0);
  for (unsigned i = 64; i-- > 0;) {
    uint32_t digit = 0;
    for (unsigned tooth = 0; tooth < 4; tooth++) digit |= (scalar[2 * tooth + i / 32] >> (i & 31u) & 1u) << tooth;
    secp_point_add(&sum, &sum);
    secp_lookup(&addend, digit);
    secp_point_add(&sum, &addend);
  }
  secp_invert(inverse, sum.z, SECP_ONE, &SECP_FIELD);
  secp_mul(inverse, inverse, plain_one); /* out of Montgomery form, so the next products are plain */
  secp_mul(x, sum.x, inverse);
  secp_mul(y, sum.y, inverse);
  el_wipe(&sum, sizeof sum);
  el_wipe(&addend, sizeof addend);
  el_wipe(inverse, sizeof inverse);
}

/* 0 when 0 < scalar < n. Whether it is, is not secret: it always is. */
static int secp_scalar_bad(const uint32_t scalar[8]) {
  uint32_t any = 0, less[8];
  uint32_t below = el_limbs_sub(less, scalar, SECP_ORDER.n);
  for (unsigned i = 0; i < 8; i++) any |= scalar[i];
  el_wipe(less, sizeof less);
  any = (any | ((uint32_t)0 - any)) >> 31 & below;
  ELECTRA_PUBLIC(&any, sizeof any);
  return any == 0;
}

/* A 256-bit number modulo the order: at most one subtraction. */
static void secp_reduce(uint32_t out[8], const uint32_t in[8]) {
  uint32_t less[8];
  const uint32_t below = el_limbs_sub(less, in, SECP_ORDER.n);
  el_limbs_select(out, less, in, below);
}

typedef struct secp_drbg {
  uint8_t k[32], v[32];
  el_hmac mac;
} secp_drbg;

/* K = HMAC(K, V || separator || secret || digest); V = HMAC(K, V). The last two may be left out. */
static void secp_drbg_step(secp_drbg *d, uint8_t separator, const uint8_t *secret, const uint8_t *digest) {
  el_hmac_init(&d->mac, d->k);
  el_hmac_update(&d->mac, d->v, 32);
  el_hmac_update(&d->mac, &separator, 1);
  if (secret != NULL) {
    el_hmac_update(&d->mac, secret, 32);
    el_hmac_update(&d->mac, digest, 32);
  }
  el_hmac_final(&d->mac, d->k);
  el_hmac_init(&d->mac, d->k);
  el_hmac_update(&d->mac, d->v, 32);
  el_hmac_final(&d->mac, d->v);
}

/* RFC 6979, section 3.2, for a digest that is reduced already. */
static void secp_nonce(uint32_t nonce[8], const uint8_t secret[32], const uint8_t digest[32]) {
  secp_drbg d;
  memset(d.k, 0, sizeof d.k);
  memset(d.v, 1, sizeof d.v);
  secp_drbg_step(&d, 0, secret, digest);
  secp_drbg_step(&d, 1, secret, digest);
  for (;;) {
    el_hmac_init(&d.mac, d.k);
    el_hmac_update(&d.mac, d.v, 32);
    el_hmac_final(&d.mac, d.v);
    el_limbs_from_bytes(nonce, d.v);
    if (!secp_scalar_bad(nonce)) break;
    secp_drbg_step(&d, 0, NULL, NULL);
  }
  el_wipe(&d, sizeof d);
}

int electra_crypto_public_key(uint8_t public_key[33], const uint8_t secret[32]) {
  uint32_t scalar[8], x[8], y[8];
  el_limbs_from_bytes(scalar, secret);
  const int bad = secp_scalar_bad(scalar);
  if (!bad) {
    secp_multiply_base(x, y, scalar);
    public_key[0] = (uint8_t)(2u | (y[0] & 1u));
    el_limbs_to_bytes(public_key + 1, x);
  }
  el_wipe(scalar, sizeof scalar);
  return bad ? ELECTRA_ERR_CRYPTO : ELECTRA_OK;
}

/* s = (z + r d) / k, or the order minus that: whichever is lower. */
static void secp_solve(uint32_t s[8], const uint32_t r[8], const uint32_t z[8], const uint32_t d[8], const uint32_t k[8]) {
  uint32_t a[8], b[8];
  el_mont_mul(a, r, SECP_ORDER.r2, &SECP_ORDER);
  el_mont_mul(a, a, d, &SECP_ORDER); /* r d, plain */
  el_mod_add(a, a, z, &SECP_ORDER);
  el_mont_mul(b, k, SECP_ORDER.r2, &SECP_ORDER);
  secp_invert(b, b, SECP_ORDER_ONE, &SECP_ORDER);
  el_mont_mul(s, a, b, &SECP_ORDER);
  el_limbs_sub(a, SECP_ORDER.n, s);
  const uint32_t high = el_limbs_sub(b, a, s); /* n - s < s */
  el_limbs_select(s, s, a, high);
  el_wipe(a, sizeof a);
  el_wipe(b, sizeof b);
}

int electra_crypto_sign(uint8_t signature[64], const uint8_t digest[32], const uint8_t secret[32]) {
  uint32_t d[8], k[8], r[8], s[8], z[8];
  uint8_t reduced[32];
  el_limbs_from_bytes(d, secret);
  if (secp_scalar_bad(d)) return ELECTRA_ERR_CRYPTO;
  el_limbs_from_bytes(z, digest);
  secp_reduce(z, z);
  el_limbs_to_bytes(reduced, z);
  secp_nonce(k, secret, reduced);
  secp_multiply_base(r, s, k);
  secp_reduce(r, r);
  secp_solve(s, r, z, d, k);
  el_limbs_to_bytes(signature, r);
  el_limbs_to_bytes(signature + 32, s);
  el_wipe(d, sizeof d);
  el_wipe(k, sizeof k);
  /* r or s of 0 has never been seen and would need a broken hash */
  return secp_scalar_bad(r) | secp_scalar_bad(s) ? ELECTRA_ERR_CRYPTO : ELECTRA_OK;
}

/* ---- whose key signed: public numbers only, so branches may depend on them ---- */

/* The square root of a field element in Montgomery form, base ^ ((p + 1) / 4); 0 when it has none. */
static int secp_root(uint32_t out[8], const uint32_t base[8]) {
  static const uint32_t exponent[8] = {0xbfffff0cu, 0xffffffffu, 0xffffffffu, 0xffffffffu,
                                       0xffffffffu, 0xffffffffu, 0xffffffffu, 0x3fffffffu};
  uint32_t power[8], square[8];
  memcpy(power, SECP_ONE, sizeof power);
  for (unsigned i = 256; i-- > 0;) {
    secp_mul(power, power, power);
    if (exponent[i / 32] >> (i & 31u) & 1u) secp_mul(power, power, base);
  }
  secp_mul(square, power, power);
  memcpy(out, power, sizeof power);
  return memcmp(square, base, sizeof square) == 0;
}

/* The point of this x whose y is odd or even; 0 when there is none. */
static int secp_lift(secp_point *out, const uint32_t x[8], unsigned odd) {
  static const uint32_t plain_one[8] = {1}, zero[8] = {0};
  uint32_t cube[8], plain[8];
  secp_mul(out->x, x, SECP_FIELD.r2);
  secp_mul(cube, out->x, out->x);
  secp_mul(cube, cube, out->x);
  for (unsigned i = 0; i < 7; i++) secp_add(cube, cube, SECP_ONE); /* y^2 = x^3 + 7 */
  if (!secp_root(out->y, cube)) return 0;
  secp_mul(plain, out->y, plain_one);
  if ((plain[0] & 1u) != odd) secp_sub(out->y, zero, out->y);
  memcpy(out->z, SECP_ONE, sizeof out->z);
  return 1;
}

/* a G + b p */
static void secp_sum_of(secp_point *sum, const uint32_t a[8], const uint32_t b[8], const secp_point *p) {
  secp_point base;
  secp_lookup(&base, 1);
  secp_lookup(sum, 0);
  for (unsigned i = 256; i-- > 0;) {
    secp_point_add(sum, sum);
    if (a[i / 32] >> (i & 31u) & 1u) secp_point_add(sum, &base);
    if (b[i / 32] >> (i & 31u) & 1u) secp_point_add(sum, p);
  }
}

int electra_crypto_recover(uint8_t public_key[33], const uint8_t signature[64], const uint8_t digest[32], unsigned odd) {
  static const uint32_t plain_one[8] = {1}, zero[8] = {0};
  uint32_t r[8], s[8], z[8], a[8], b[8], x[8], y[8];
  secp_point point, sum;
  el_limbs_from_bytes(r, signature);
  el_limbs_from_bytes(s, signature + 32);
  el_limbs_from_bytes(z, digest);
  secp_reduce(z, z);
  if (secp_scalar_bad(r) || secp_scalar_bad(s)) return ELECTRA_ERR_CRYPTO;
  el_limbs_sub(a, SECP_ORDER.n, s);
  if (el_limbs_sub(b, a, s)) return ELECTRA_ERR_CRYPTO; /* n - s < s: the other s is the one that is signed with */
  if (!secp_lift(&point, r, odd)) return ELECTRA_ERR_CRYPTO;
  el_mont_mul(b, r, SECP_ORDER.r2, &SECP_ORDER);
  secp_invert(b, b, SECP_ORDER_ONE, &SECP_ORDER);
  el_mod_sub(z, zero, z, &SECP_ORDER);
  el_mont_mul(a, z, b, &SECP_ORDER);
  el_mont_mul(b, s, b, &SECP_ORDER);
  secp_sum_of(&sum, a, b, &point); /* (s R - z G) / r */
  if (memcmp(sum.z, zero, sizeof zero) == 0) return ELECTRA_ERR_CRYPTO;
  secp_invert(y, sum.z, SECP_ONE, &SECP_FIELD);
  secp_mul(y, y, plain_one);
  secp_mul(x, sum.x, y);
  secp_mul(y, sum.y, y);
  public_key[0] = (uint8_t)(2u | (y[0] & 1u));
  el_limbs_to_bytes(public_key + 1, x);
  return ELECTRA_OK;
}
