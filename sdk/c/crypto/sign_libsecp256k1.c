/* sign_libsecp256k1.c - signatures by libsecp256k1. Its context lives on this stack for one call: the SDK has no heap and no globals.
 * SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <secp256k1.h>
#include <secp256k1_preallocated.h>
#include <secp256k1_recovery.h>
#include <string.h>

#include "electra_crypto.h"

typedef union secp_memory {
  uint64_t align[128];
  void *pointer;
} secp_memory;

static secp256k1_context *secp_context(secp_memory *memory) {
  if (secp256k1_context_preallocated_size(SECP256K1_CONTEXT_SIGN) > sizeof *memory) return NULL;
  return secp256k1_context_preallocated_create(memory, SECP256K1_CONTEXT_SIGN);
}

int electra_crypto_public_key(uint8_t public_key[33], const uint8_t secret[32]) {
  secp_memory memory;
  secp256k1_pubkey point;
  size_t len = 33;
  secp256k1_context *context = secp_context(&memory);
  if (context == NULL) return ELECTRA_ERR_CRYPTO;
  int ok = secp256k1_ec_pubkey_create(context, &point, secret);
  ELECTRA_PUBLIC(&ok, sizeof ok);
  ELECTRA_PUBLIC(&point, sizeof point);
  ok = ok && secp256k1_ec_pubkey_serialize(context, public_key, &len, &point, SECP256K1_EC_COMPRESSED);
  secp256k1_context_preallocated_destroy(context);
  return ok ? ELECTRA_OK : ELECTRA_ERR_CRYPTO;
}

int electra_crypto_sign(uint8_t signature[64], const uint8_t digest[32], const uint8_t secret[32]) {
  secp_memory memory;
  secp256k1_ecdsa_signature parsed;
  secp256k1_context *context = secp_context(&memory);
  if (context == NULL) return ELECTRA_ERR_CRYPTO;
  /* its default nonce is RFC 6979 and its s is low */
  int ok = secp256k1_ecdsa_sign(context, &parsed, digest, secret, NULL, NULL);
  ELECTRA_PUBLIC(&ok, sizeof ok);
  ELECTRA_PUBLIC(&parsed, sizeof parsed);
  ok = ok && secp256k1_ecdsa_signature_serialize_compact(context, signature, &parsed);
  secp256k1_context_preallocated_destroy(context);
  return ok ? ELECTRA_OK : ELECTRA_ERR_CRYPTO;
}

int electra_crypto_recover(uint8_t public_key[33], const uint8_t signature[64], const uint8_t digest[32], unsigned odd) {
  secp_memory memory;
  secp256k1_ecdsa_recoverable_signature parsed;
  secp256k1_ecdsa_signature plain;
  secp256k1_pubkey point;
  size_t len = 33;
  secp256k1_context *context = secp_context(&memory);
  if (context == NULL) return ELECTRA_ERR_CRYPTO;
  int ok = secp256k1_ecdsa_recoverable_signature_parse_compact(context, &parsed, signature, (int)(odd & 1u)) &&
           secp256k1_ecdsa_recoverable_signature_convert(context, &plain, &parsed) &&
           !secp256k1_ecdsa_signature_normalize(context, NULL, &plain); /* 1: its s was high */
  ok = ok && secp256k1_ecdsa_recover(context, &point, &parsed, digest) &&
       secp256k1_ec_pubkey_serialize(context, public_key, &len, &point, SECP256K1_EC_COMPRESSED);
  secp256k1_context_preallocated_destroy(context);
  return ok ? ELECTRA_OK : ELECTRA_ERR_CRYPTO;
}
