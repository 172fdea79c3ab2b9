/* address.c - the meter's account: RIPEMD-160(SHA-256(compressed public key)), and its bech32 text (BIP-173) with the prefix "electra".
 * Only public bytes come here. SPDX-License-Identifier: Apache-2.0 */
#include "internal.h"

static uint32_t rmd_rotate(uint32_t x, unsigned n) { return x << n | x >> (32u - n); }

static uint32_t rmd_f(unsigned round, uint32_t x, uint32_t y, uint32_t z) {
  switch (round) {
    case 0: return x ^ y ^ z;
    case 1: return (x & y) | (~x & z);
    case 2: return (x | ~y) ^ z;
    case 3: return (x & z) | (y & ~z);
    default: return x ^ (y | ~z);
  }
}

/* Message word and rotation of each of the 80 steps, left line then right line. */
static const uint8_t RMD_WORD[2][80] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
     7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2, 14, 11, 8,
     3, 10, 14, 4, 9, 15, 8, 1, 2, 7, 0, 6, 13, 11, 5, 12,
     1, 9, 11, 10, 0, 8, 12, 4, 13, 3, 7, 15, 14, 5, 6, 2,
     4, 0, 5, 9, 7, 12, 2, 10, 14, 1, 3, 8, 11, 6, 15, 13},
    {5, 14, 7, 0, 9, 2, 11, 4, 13, 6, 15, 8, 1, 10, 3, 12,
     6, 11, 3, 7, 0, 13, 5, 10, 14, 15, 8, 12, 4, 9, 1, 2,
     15, 5, 1, 3, 7, 14, 6, 9, 11, 8, 12, 2, 10, 0, 4, 13,
     8, 6, 4, 1, 3, 11, 15, 0, 5, 12, 2, 13, 9, 7, 10, 14,
     12, 15, 10, 4, 1, 5, 8, 7, 6, 2, 13, 14, 0, 3, 9, 11}};
static const uint8_t RMD_SHIFT[2][80] = {
    {11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8,
     7, 6, 8, 13, 11, 9, 7, 15, 7, 12, 15, 9, 11, 7, 13, 12,
     11, 13, 6, 7, 14, 9, 13, 15, 14, 8, 13, 6, 5, 12, 7, 5,
     11, 12, 14, 15, 14, 15, 9, 8, 9, 14, 5, 6, 8, 6, 5, 12,
     9, 15, 5, 11, 6, 8, 13, 12, 5, 12, 13, 14, 11, 8, 5, 6},
    {8, 9, 9, 11, 13, 15, 15, 5, 7, 7, 8, 11, 14, 14, 12, 6,
     9, 13, 15, 7, 12, 8, 9, 11, 7, 7, 12, 7, 6, 15, 13, 11,
     9, 7, 15, 11, 8, 6, 6, 14, 12, 13, 5, 14, 13, 13, 7, 5,
     15, 5, 8, 11, 14, 14, 6, 14, 6, 9, 12, 9, 12, 5, 15, 8,
     8, 5, 12, 9, 12, 5, 14, 6, 8, 13, 6, 5, 15, 13, 11, 11}};
static const uint32_t RMD_K[2][5] = {{0, 0x5a827999u, 0x6ed9eba1u, 0x8f1bbcdcu, 0xa953fd4eu},
                                     {0x50a28be6u, 0x5c4dd124u, 0x6d703ef3u, 0x7a6d76e9u, 0}};

/* RIPEMD-160 of exactly 32 bytes: one block. */
static void rmd160_of_32(const uint8_t in[32], uint8_t out[20]) {
  static const uint32_t start[5] = {0x67452301u, 0xefcdab89u, 0x98badcfeu, 0x10325476u, 0xc3d2e1f0u};
  uint32_t w[16] = {0}, line[2][5];
  for (unsigned i = 0; i < 8; i++) w[i] = (uint32_t)el_get(in + 4 * i, 4);
  w[8] = 0x80;
  w[14] = 256;
  for (unsigned side = 0; side < 2; side++) {
    uint32_t *s = line[side];
    memcpy(s, start, sizeof start);
    for (unsigned i = 0; i < 80; i++) {
      const unsigned round = i / 16;
      const uint32_t f = rmd_f(side == 0 ? round : 4 - round, s[1], s[2], s[3]);
      const uint32_t t = rmd_rotate(s[0] + f + w[RMD_WORD[side][i]] + RMD_K[side][round], RMD_SHIFT[side][i]) + s[4];
      s[0] = s[4], s[4] = s[3], s[3] = rmd_rotate(s[2], 10), s[2] = s[1], s[1] = t;
    }
  }
  for (unsigned i = 0; i < 5; i++) el_put(out + 4 * i, start[(i + 1) % 5] + line[0][(i + 2) % 5] + line[1][(i + 3) % 5], 4);
}

void el_address(const uint8_t public_key[33], uint8_t address[20]) {
  uint8_t digest[32];
  el_sha256 hash;
  el_sha256_init(&hash);
  el_sha256_update(&hash, public_key, 33);
  el_sha256_final(&hash, digest);
  rmd160_of_32(digest, address);
}

static uint32_t bech32_step(uint32_t checksum, uint32_t value) {
  static const uint32_t generator[5] = {0x3b6a57b2u, 0x26508e6du, 0x1ea119fau, 0x3d4233ddu, 0x2a1462b3u};
  const uint32_t top = checksum >> 25;
  checksum = (checksum & 0x1ffffffu) << 5 ^ value;
  for (unsigned i = 0; i < 5; i++) checksum ^= (top >> i & 1u) ? generator[i] : 0;
  return checksum;
}

void el_bech32(const uint8_t address[20], char text[ELECTRA_ADDRESS_TEXT_BYTES]) {
  static const char prefix[] = "electra", alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  uint32_t checksum = 1;
  for (unsigned i = 0; i < 7; i++) checksum = bech32_step(checksum, (uint32_t)prefix[i] >> 5);
  checksum = bech32_step(checksum, 0);
  for (unsigned i = 0; i < 7; i++) checksum = bech32_step(checksum, (uint32_t)prefix[i] & 31u);
  memcpy(text, "electra1", 8);
  for (unsigned i = 0; i < 32; i++) { /* 160 bits are exactly 32 groups of five */
    const unsigned bit = 5 * i, byte = bit / 8;
    const uint32_t pair = (uint32_t)address[byte] << 8 | (byte < 19 ? address[byte + 1] : 0u);
    const uint32_t group = pair >> (11 - bit % 8) & 31u;
    checksum = bech32_step(checksum, group);
    text[8 + i] = alphabet[group];
  }
  for (unsigned i = 0; i < 6; i++) checksum = bech32_step(checksum, 0);
  checksum ^= 1;
  for (unsigned i = 0; i < 6; i++) text[40 + i] = alphabet[checksum >> (25 - 5 * i) & 31u];
  text[46] = 0;
}
