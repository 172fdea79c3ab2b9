/* trust.c - to whom a meter seals (protocol section 9.8): node keys that the operator has signed, whichever node they came through, and the
 * operator's rotations, each signed by the one before. Nothing here is secret. SPDX-License-Identifier: Apache-2.0 */
#include "internal.h"

static void trust_tag(el_sha256 *hash, const char *tag, const electra_meter *meter) {
  static const uint8_t zero[1] = {0};
  el_sha256_init(hash);
  el_sha256_update(hash, tag, strlen(tag));
  el_sha256_update(hash, meter->chain_id, meter->chain_id_len);
  el_sha256_update(hash, zero, 1);
}

static void trust_number(el_sha256 *hash, uint32_t value) {
  uint8_t bytes[4];
  el_put(bytes, value, 4);
  el_sha256_update(hash, bytes, 4);
}

/* Whether the signature is by the account's key: one of the two points that it can be of has the account's address. */
static int is_signed_by(const uint8_t address[20], const uint8_t signature[64], const uint8_t digest[32]) {
  for (unsigned odd = 0; odd < 2; odd++) {
    uint8_t public_key[33], found[20];
    if (electra_crypto_recover(public_key, signature, digest, odd) != ELECTRA_OK) continue;
    el_address(public_key, found);
    if (!el_differ(found, address, 20)) return 1;
  }
  return 0;
}

int electra_trust_init(electra_trust *trust, const uint8_t operator_address[ELECTRA_ADDRESS_BYTES], uint32_t rotation,
                       const uint8_t genesis_hash[32]) {
  if (trust == NULL || operator_address == NULL || genesis_hash == NULL) return ELECTRA_ERR_NULL;
  memset(trust, 0, sizeof *trust);
  memcpy(trust->operator_address, operator_address, ELECTRA_ADDRESS_BYTES);
  memcpy(trust->genesis_hash, genesis_hash, 32);
  trust->rotation = rotation;
  return ELECTRA_OK;
}

int electra_trust_rotation(electra_trust *trust, const electra_meter *meter, uint32_t n, const uint8_t address[ELECTRA_ADDRESS_BYTES],
                           const uint8_t signature[64]) {
  el_sha256 hash;
  uint8_t digest[32];
  if (trust == NULL || meter == NULL || address == NULL || signature == NULL) return ELECTRA_ERR_NULL;
  if (trust->rotation == UINT32_MAX || n != trust->rotation + 1) return ELECTRA_ERR_SKIPPED;
  trust_tag(&hash, "electra/operator/v1", meter);
  trust_number(&hash, n);
  el_sha256_update(&hash, address, ELECTRA_ADDRESS_BYTES);
  el_sha256_final(&hash, digest);
  if (!is_signed_by(trust->operator_address, signature, digest)) return ELECTRA_ERR_SIGNATURE;
  memcpy(trust->operator_address, address, ELECTRA_ADDRESS_BYTES);
  trust->rotation = n;
  return ELECTRA_OK;
}

int electra_trust_node_key(electra_trust *trust, electra_meter *meter, uint32_t epoch, const uint8_t key[32], const uint8_t signature[64]) {
  el_sha256 hash;
  uint8_t digest[32];
  if (trust == NULL || meter == NULL || key == NULL || signature == NULL) return ELECTRA_ERR_NULL;
  if (trust->has_key && epoch < trust->key_epoch) return ELECTRA_ERR_WRONG_EPOCH;
  if (trust->has_key && epoch == trust->key_epoch) {
    /* One key an epoch, ever. It was checked when it was seen: an operator that followed since need not have signed it. */
    if (el_differ(key, trust->node_key, 32)) return ELECTRA_ERR_WRONG_EPOCH;
    return electra_set_node_key(meter, epoch, key);
  }
  trust_tag(&hash, "electra/node-key/v1", meter);
  el_sha256_update(&hash, trust->genesis_hash, 32);
  trust_number(&hash, epoch);
  el_sha256_update(&hash, key, 32);
  el_sha256_final(&hash, digest);
  if (!is_signed_by(trust->operator_address, signature, digest)) return ELECTRA_ERR_SIGNATURE;
  EL_TRY(electra_set_node_key(meter, epoch, key));
  memcpy(trust->node_key, key, 32);
  trust->key_epoch = epoch;
  trust->has_key = 1;
  return ELECTRA_OK;
}
