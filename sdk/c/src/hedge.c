/* hedge.c - hedged randomness (protocol section 3, after RFC 8937): unpredictable when the device's random generator is bad but its secret
 * is not, and the other way round. The content enters too, so that two days never share a blinding even under a generator that is stuck.
 *
 *   hedge(label) = HMAC-SHA-256(SHA-256("electra/hedge/v1" || secret), label || context || SHA-256(body with blinding zeroed) ||
 *   random[32])
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "internal.h"

void el_hedge(uint8_t out[32], const char *label, const uint8_t secret[32], const uint8_t context[32], const uint8_t body_hash[32],
              const uint8_t random[32]) {
  uint8_t key[32];
  union { /* one after the other, so that they share their bytes on the stack */
    el_sha256 hash;
    el_hmac mac;
  } u;
  el_sha256_init(&u.hash);
  el_sha256_update(&u.hash, "electra/hedge/v1", 16);
  el_sha256_update(&u.hash, secret, 32);
  el_sha256_final(&u.hash, key);
  el_hmac_init(&u.mac, key);
  el_hmac_update(&u.mac, label, strlen(label));
  el_hmac_update(&u.mac, context, 32);
  el_hmac_update(&u.mac, body_hash, 32);
  el_hmac_update(&u.mac, random, 32);
  el_hmac_final(&u.mac, out);
  el_wipe(key, sizeof key);
}

/* The ephemeral secret of a box, from its whole plaintext. The hash is gone from the stack before the box is sealed, which needs most of
 * it. */
void el_hedge_ephemeral(uint8_t out[32], const uint8_t *plaintext, size_t len, const uint8_t secret[32], const uint8_t random[32]) {
  static const uint8_t no_blinding[ELECTRA_BLINDING_BYTES] = {0};
  el_sha256 hash;
  el_sha256_init(&hash);
  if (len == ELECTRA_STATEMENT_BYTES) { /* the body with its blinding zeroed */
    el_sha256_update(&hash, plaintext + EL_HEADER_BYTES, EL_BODY_BLINDING);
    el_sha256_update(&hash, no_blinding, sizeof no_blinding);
    el_sha256_update(&hash, plaintext + EL_HEADER_BYTES + EL_BODY_FLAGS, 2);
  } else {
    el_sha256_update(&hash, plaintext + EL_HEADER_BYTES, len - EL_HEADER_BYTES);
  }
  el_sha256_final(&hash, out);
  el_hedge(out, "ephemeral", secret, plaintext + 6, out, random);
}
