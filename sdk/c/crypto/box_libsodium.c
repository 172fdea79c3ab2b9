/* box_libsodium.c - sealed boxes by libsodium (hosts, ESP32). crypto_box_seal draws its own ephemeral key; ours is hedged and kept, so the
 * box is put together from crypto_box with the nonce that crypto_box_seal would take. SPDX-License-Identifier: ISC OR Apache-2.0 */
#include <sodium.h>

#include "electra_crypto.h"

static int sodium_nonce(uint8_t nonce[24], const uint8_t ephemeral_key[32], const uint8_t node_key[32]) {
  uint8_t both[64];
  for (unsigned i = 0; i < 32; i++) both[i] = ephemeral_key[i], both[32 + i] = node_key[i];
  return crypto_generichash(nonce, 24, both, sizeof both, NULL, 0);
}

int electra_crypto_box_public_key(uint8_t public_key[32], const uint8_t secret[32]) {
  return crypto_scalarmult_base(public_key, secret) == 0 ? ELECTRA_OK : ELECTRA_ERR_CRYPTO;
}

int electra_crypto_box_seal(uint8_t *box, size_t len, const uint8_t node_key[32], const uint8_t ephemeral_secret[32]) {
  uint8_t nonce[24];
  if (crypto_scalarmult_base(box, ephemeral_secret) != 0 || sodium_nonce(nonce, box, node_key) != 0) return ELECTRA_ERR_CRYPTO;
  /* in place: the box's tag stands before its text. The only failure left is an all-zero shared secret. */
  const int low_order = crypto_box_detached(box + 48, box + 32, box + 48, len, nonce, node_key, ephemeral_secret);
  ELECTRA_PUBLIC(&low_order, sizeof low_order);
  return low_order ? ELECTRA_ERR_LOW_ORDER : ELECTRA_OK;
}

int electra_crypto_box_open(uint8_t *box, size_t len, const uint8_t node_key[32], const uint8_t node_secret[32]) {
  uint8_t nonce[24], shared[32];
  if (crypto_box_beforenm(shared, box, node_secret) != 0) return ELECTRA_ERR_LOW_ORDER;
  int failed = sodium_nonce(nonce, box, node_key);
  if (!failed) failed = crypto_box_open_detached_afternm(box + 48, box + 48, box + 32, len, nonce, shared);
  sodium_memzero(shared, sizeof shared);
  return failed ? ELECTRA_ERR_NOT_DECRYPTABLE : ELECTRA_OK;
}
