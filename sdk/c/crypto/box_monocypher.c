/* box_monocypher.c - sealed boxes on small cores: X25519, BLAKE2b and Poly1305 by Monocypher (4.0.3 or later), and the one thing it lacks,
 * XSalsa20 (Bernstein, "Extending the Salsa20 nonce", 2011), written here in the least code. Salsa20 is additions, rotations and xor:
 * constant time. SPDX-License-Identifier: BSD-2-Clause OR CC0-1.0 OR Apache-2.0 */
#include <monocypher.h>
#include <string.h>

#include "electra_crypto.h"

typedef struct salsa_stream {
  uint32_t input[16];
  uint8_t block[64];
  unsigned used;
} salsa_stream;

static uint32_t salsa_load(const uint8_t *at) {
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static void salsa_store(uint8_t *at, uint32_t word) {
  for (unsigned i = 0; i < 4; i++) at[i] = (uint8_t)(word >> (8 * i));
}

static uint32_t salsa_turn(uint32_t sum, unsigned n) { return sum << n | sum >> (32u - n); }

/* Twenty rounds; every round works on the columns of the matrix, then turns it over, so that the next works on its rows. */
static void salsa_rounds(uint32_t x[16]) {
  for (unsigned round = 0; round < 20; round++) {
    for (unsigned i = 0; i < 4; i++) {
      uint32_t *a = &x[5 * i], *b = &x[(5 * i + 4) & 15u], *c = &x[(5 * i + 8) & 15u], *d = &x[(5 * i + 12) & 15u];
      *b ^= salsa_turn(*a + *d, 7);
      *c ^= salsa_turn(*b + *a, 9);
      *d ^= salsa_turn(*c + *b, 13);
      *a ^= salsa_turn(*d + *c, 18);
    }
    for (unsigned i = 1; i < 4; i++) {
      for (unsigned j = 0; j < i; j++) {
        const uint32_t swap = x[4 * i + j];
        x[4 * i + j] = x[4 * j + i];
        x[4 * j + i] = swap;
      }
    }
  }
}

static void salsa_setup(uint32_t x[16], const uint8_t key[32], const uint8_t in[16]) {
  x[0] = 0x61707865u, x[5] = 0x3320646eu, x[10] = 0x79622d32u, x[15] = 0x6b206574u; /* "expand 32-byte k" */
  for (unsigned i = 0; i < 4; i++) {
    x[1 + i] = salsa_load(key + 4 * i);
    x[6 + i] = salsa_load(in + 4 * i);
    x[11 + i] = salsa_load(key + 16 + 4 * i);
  }
}

/* HSalsa20: a key from a key and 16 bytes. out may be key. */
static void hsalsa20(uint8_t out[32], const uint8_t key[32], const uint8_t in[16]) {
  static const uint8_t words[8] = {0, 5, 10, 15, 6, 7, 8, 9};
  uint32_t x[16];
  salsa_setup(x, key, in);
  salsa_rounds(x);
  for (unsigned i = 0; i < 8; i++) salsa_store(out + 4 * i, x[words[i]]);
  crypto_wipe(x, sizeof x);
}

/* text ^= the stream. */
static void salsa_xor(salsa_stream *stream, uint8_t *text, size_t len) {
  for (; len > 0; len--) {
    if (stream->used == 64) {
      uint32_t x[16];
      memcpy(x, stream->input, sizeof x);
      salsa_rounds(x);
      for (unsigned i = 0; i < 16; i++) salsa_store(stream->block + 4 * i, x[i] + stream->input[i]);
      stream->input[8]++; /* 64-byte blocks: a box never has 2^32 of them */
      stream->used = 0;
      crypto_wipe(x, sizeof x);
    }
    *text++ ^= stream->block[stream->used++];
  }
}

/* The stream and the Poly1305 key of a box: its first 32 bytes. Fails on an all-zero shared secret. */
static int box_start(salsa_stream *stream, uint8_t mac_key[32], const uint8_t secret[32], const uint8_t their_key[32],
                     const uint8_t ephemeral_key[32], const uint8_t node_key[32]) {
  static const uint8_t zero[32] = {0};
  uint8_t shared[32], both[64], nonce[24], tail[16] = {0};
  crypto_x25519(shared, secret, their_key);
  const int low_order = crypto_verify32(shared, zero) == 0;
  ELECTRA_PUBLIC(&low_order, sizeof low_order);
  memcpy(both, ephemeral_key, 32);
  memcpy(both + 32, node_key, 32);
  crypto_blake2b(nonce, sizeof nonce, both, sizeof both);
  hsalsa20(shared, shared, zero);
  hsalsa20(shared, shared, nonce);
  memcpy(tail, nonce + 16, 8);
  salsa_setup(stream->input, shared, tail);
  stream->used = 64;
  memset(mac_key, 0, 32);
  salsa_xor(stream, mac_key, 32);
  crypto_wipe(shared, sizeof shared);
  return low_order ? ELECTRA_ERR_LOW_ORDER : ELECTRA_OK;
}

int electra_crypto_box_public_key(uint8_t public_key[32], const uint8_t secret[32]) {
  crypto_x25519_public_key(public_key, secret);
  return ELECTRA_OK;
}

int electra_crypto_box_seal(uint8_t *box, size_t len, const uint8_t node_key[32], const uint8_t ephemeral_secret[32]) {
  uint8_t mac_key[32];
  salsa_stream stream;
  crypto_x25519_public_key(box, ephemeral_secret);
  const int result = box_start(&stream, mac_key, ephemeral_secret, node_key, box, node_key);
  if (result == ELECTRA_OK) {
    salsa_xor(&stream, box + 48, len);
    crypto_poly1305(box + 32, box + 48, len, mac_key);
  }
  crypto_wipe(&stream, sizeof stream);
  crypto_wipe(mac_key, sizeof mac_key);
  return result;
}

int electra_crypto_box_open(uint8_t *box, size_t len, const uint8_t node_key[32], const uint8_t node_secret[32]) {
  uint8_t mac_key[32], mac[16];
  salsa_stream stream;
  int result = box_start(&stream, mac_key, node_secret, box, box, node_key);
  crypto_poly1305(mac, box + 48, len, mac_key);
  if (result == ELECTRA_OK && crypto_verify16(mac, box + 32) != 0) result = ELECTRA_ERR_NOT_DECRYPTABLE;
  if (result == ELECTRA_OK) salsa_xor(&stream, box + 48, len);
  crypto_wipe(&stream, sizeof stream);
  crypto_wipe(mac_key, sizeof mac_key);
  return result;
}
