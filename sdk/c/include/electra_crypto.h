/* electra_crypto.h - what the SDK asks of a crypto library. Six functions; adapters stand in crypto/, a secure element may be one more.
 *
 * All return 0, ELECTRA_ERR_LOW_ORDER, ELECTRA_ERR_NOT_DECRYPTABLE or ELECTRA_ERR_CRYPTO. All must take the same time whatever the secrets
 * are.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef ELECTRA_CRYPTO_H
#define ELECTRA_CRYPTO_H

#include "electra_meter.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The constant-time test poisons secrets; what becomes public by intent is named where that happens. Nothing in any other build. */
#ifdef ELECTRA_CT_TEST
#include <valgrind/memcheck.h>
#define ELECTRA_PUBLIC(pointer, len) VALGRIND_MAKE_MEM_DEFINED(pointer, len)
#else
#define ELECTRA_PUBLIC(pointer, len) ((void)(pointer), (void)(len))
#endif

/* X25519 public key of a secret. */
ELECTRA_MUST_CHECK int electra_crypto_box_public_key(uint8_t public_key[32], const uint8_t secret[32]);

/* libsodium's crypto_box_seal with a given ephemeral secret, in place: box is len + 48 bytes with the plaintext in its last len. */
ELECTRA_MUST_CHECK int electra_crypto_box_seal(uint8_t *box, size_t len, const uint8_t node_key[32], const uint8_t ephemeral_secret[32]);

/* The reverse, in place: box is len + 48 bytes, the plaintext ends up in its last len. Refuses a low-order ephemeral key by name. */
ELECTRA_MUST_CHECK int electra_crypto_box_open(uint8_t *box, size_t len, const uint8_t node_key[32], const uint8_t node_secret[32]);

/* Compressed secp256k1 public key, 33 bytes. Refuses a secret of 0 or not below the group's order. */
ELECTRA_MUST_CHECK int electra_crypto_public_key(uint8_t public_key[33], const uint8_t secret[32]);

/* ECDSA over a 32-byte digest: r || s, 64 bytes big-endian, RFC 6979 with SHA-256, low s. */
ELECTRA_MUST_CHECK int electra_crypto_sign(uint8_t signature[64], const uint8_t digest[32], const uint8_t secret[32]);

/* The compressed public key whose signature over a digest this is, if R's y is odd (1) or even (0). Refuses a high s, and what is no
 * signature at all. Nothing in it is secret, and it need not take the same time. */
ELECTRA_MUST_CHECK int electra_crypto_recover(uint8_t public_key[33], const uint8_t signature[64], const uint8_t digest[32], unsigned odd);

#ifdef __cplusplus
}
#endif
#endif
