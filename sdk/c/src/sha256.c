/* sha256.c - SHA-256 (FIPS 180-4) and HMAC (RFC 2104) for 32-byte keys, written for size: one round per loop, 16 words of schedule.
 * No table lookup or branch depends on data. SPDX-License-Identifier: Apache-2.0 */
#include "internal.h"

static const uint32_t SHA256_K[64] = {
    0x428a2f98u, 0x71374491u, 0xb5c0fbcfu, 0xe9b5dba5u, 0x3956c25bu, 0x59f111f1u, 0x923f82a4u, 0xab1c5ed5u,
    0xd807aa98u, 0x12835b01u, 0x243185beu, 0x550c7dc3u, 0x72be5d74u, 0x80deb1feu, 0x9bdc06a7u, 0xc19bf174u,
    0xe49b69c1u, 0xefbe4786u, 0x0fc19dc6u, 0x240ca1ccu, 0x2de92c6fu, 0x4a7484aau, 0x5cb0a9dcu, 0x76f988dau,
    0x983e5152u, 0xa831c66du, 0xb00327c8u, 0xbf597fc7u, 0xc6e00bf3u, 0xd5a79147u, 0x06ca6351u, 0x14292967u,
    0x27b70a85u, 0x2e1b2138u, 0x4d2c6dfcu, 0x53380d13u, 0x650a7354u, 0x766a0abbu, 0x81c2c92eu, 0x92722c85u,
    0xa2bfe8a1u, 0xa81a664bu, 0xc24b8b70u, 0xc76c51a3u, 0xd192e819u, 0xd6990624u, 0xf40e3585u, 0x106aa070u,
    0x19a4c116u, 0x1e376c08u, 0x2748774cu, 0x34b0bcb5u, 0x391c0cb3u, 0x4ed8aa4au, 0x5b9cca4fu, 0x682e6ff3u,
    0x748f82eeu, 0x78a5636fu, 0x84c87814u, 0x8cc70208u, 0x90befffau, 0xa4506cebu, 0xbef9a3f7u, 0xc67178f2u};

static uint32_t sha256_rotate(uint32_t x, unsigned n) { return x >> n | x << (32u - n); }

static uint32_t sha256_schedule(uint32_t w[16], unsigned i) {
  const uint32_t a = w[(i + 1u) & 15u], b = w[(i + 14u) & 15u];
  const uint32_t s0 = sha256_rotate(a, 7) ^ sha256_rotate(a, 18) ^ a >> 3;
  const uint32_t s1 = sha256_rotate(b, 17) ^ sha256_rotate(b, 19) ^ b >> 10;
  return w[i & 15u] += s0 + w[(i + 9u) & 15u] + s1;
}

static void sha256_block(uint32_t state[8], const uint8_t block[64]) {
  uint32_t w[16], s[8];
  for (unsigned i = 0; i < 16; i++)
    w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 | (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
  memcpy(s, state, sizeof s);
  for (unsigned i = 0; i < 64; i++) {
    const uint32_t word = i < 16 ? w[i] : sha256_schedule(w, i);
    const uint32_t e = s[4], a = s[0];
    const uint32_t s1 = sha256_rotate(e, 6) ^ sha256_rotate(e, 11) ^ sha256_rotate(e, 25);
    const uint32_t s0 = sha256_rotate(a, 2) ^ sha256_rotate(a, 13) ^ sha256_rotate(a, 22);
    const uint32_t t1 = s[7] + s1 + ((e & s[5]) ^ (~e & s[6])) + SHA256_K[i] + word;
    const uint32_t t2 = s0 + ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
    s[7] = s[6], s[6] = s[5], s[5] = e, s[4] = s[3] + t1;
    s[3] = s[2], s[2] = s[1], s[1] = a, s[0] = t1 + t2;
  }
  for (unsigned i = 0; i < 8; i++) state[i] += s[i];
}

void el_sha256_init(el_sha256 *hash) {
  static const uint32_t start[8] = {0x6a09e667u, 0xbb67ae85u, 0x3c6ef372u, 0xa54ff53au, 0x510e527fu, 0x9b05688cu, 0x1f83d9abu, 0x5be0cd19u};
  memcpy(hash->state, start, sizeof start);
  hash->len = 0;
}

void el_sha256_update(el_sha256 *hash, const void *data, size_t len) {
  const uint8_t *bytes = (const uint8_t *)data;
  while (len > 0) {
    const size_t used = (size_t)(hash->len & 63u), take = len < 64u - used ? len : 64u - used;
    memcpy(hash->block + used, bytes, take);
    hash->len += take;
    bytes += take;
    len -= take;
    if (used + take == 64) sha256_block(hash->state, hash->block);
  }
}

void el_sha256_final(el_sha256 *hash, uint8_t digest[32]) {
  const uint64_t bits = hash->len * 8;
  size_t used = (size_t)(hash->len & 63u);
  hash->block[used++] = 0x80;
  if (used > 56) {
    memset(hash->block + used, 0, 64 - used);
    sha256_block(hash->state, hash->block);
    used = 0;
  }
  memset(hash->block + used, 0, 56 - used);
  for (unsigned i = 0; i < 8; i++) hash->block[56 + i] = (uint8_t)(bits >> (56 - 8 * i));
  sha256_block(hash->state, hash->block);
  for (unsigned i = 0; i < 32; i++) digest[i] = (uint8_t)(hash->state[i / 4] >> (24 - 8 * (i & 3u)));
  el_wipe(hash, sizeof *hash);
}

void el_hmac_init(el_hmac *mac, const uint8_t key[32]) {
  for (unsigned i = 0; i < 64; i++) mac->pad[i] = (uint8_t)((i < 32 ? key[i] : 0) ^ 0x36);
  el_sha256_init(&mac->inner);
  el_sha256_update(&mac->inner, mac->pad, 64);
}

void el_hmac_update(el_hmac *mac, const void *data, size_t len) { el_sha256_update(&mac->inner, data, len); }

void el_hmac_final(el_hmac *mac, uint8_t tag[32]) {
  uint8_t digest[32];
  el_sha256_final(&mac->inner, digest);
  for (unsigned i = 0; i < 64; i++) mac->pad[i] ^= 0x36 ^ 0x5c;
  el_sha256_init(&mac->inner);
  el_sha256_update(&mac->inner, mac->pad, 64);
  el_sha256_update(&mac->inner, digest, 32);
  el_sha256_final(&mac->inner, tag);
  el_wipe(mac, sizeof *mac);
}
