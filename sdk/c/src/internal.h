/* internal.h - what the SDK's files share. Nothing in it is an interface.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef ELECTRA_INTERNAL_H
#define ELECTRA_INTERNAL_H

#include <string.h>

#include "electra_crypto.h"

#define EL_TRY(call)                               \
  do {                                             \
    const int el_error_ = (call);                  \
    if (el_error_ != ELECTRA_OK) return el_error_; \
  } while (0)

/* bytes.c */
void el_put(uint8_t *at, uint64_t value, unsigned bytes); /* little-endian */
uint64_t el_get(const uint8_t *at, unsigned bytes);
void el_wipe(void *bytes, size_t len);
int el_differ(const uint8_t *a, const uint8_t *b, size_t len); /* 0 when equal; in constant time */

/* sha256.c */
typedef struct el_sha256 {
  uint32_t state[8];
  uint64_t len;
  uint8_t block[64];
} el_sha256;
void el_sha256_init(el_sha256 *hash);
void el_sha256_update(el_sha256 *hash, const void *data, size_t len);
void el_sha256_final(el_sha256 *hash, uint8_t digest[32]);
typedef struct el_hmac {
  el_sha256 inner;
  uint8_t pad[64];
} el_hmac;
void el_hmac_init(el_hmac *mac, const uint8_t key[32]);
void el_hmac_update(el_hmac *mac, const void *data, size_t len);
void el_hmac_final(el_hmac *mac, uint8_t tag[32]);

/* address.c */
void el_address(const uint8_t public_key[33], uint8_t address[20]);
void el_bech32(const uint8_t address[20], char text[ELECTRA_ADDRESS_TEXT_BYTES]);

/* mont.c: 256-bit numbers as 8 limbs of 32 bits, least first; x stands for x * 2^256 mod n */
typedef struct el_modulus {
  uint32_t n[8];
  uint32_t r2[8]; /* 2^512 mod n */
  uint32_t n0;    /* -n^-1 mod 2^32 */
} el_modulus;
void el_mont_dot(uint32_t out[8], const uint32_t (*a)[8], const uint32_t (*b)[8], unsigned terms, const el_modulus *m);
void el_mont_mul(uint32_t out[8], const uint32_t a[8], const uint32_t b[8], const el_modulus *m);
void el_mod_add(uint32_t out[8], const uint32_t a[8], const uint32_t b[8], const el_modulus *m);
void el_mod_sub(uint32_t out[8], const uint32_t a[8], const uint32_t b[8], const el_modulus *m);
uint32_t el_limbs_sub(uint32_t out[8], const uint32_t a[8], const uint32_t b[8]); /* borrow: 1 when a < b */
void el_limbs_select(uint32_t out[8], const uint32_t a[8], const uint32_t b[8], uint32_t take_b);
void el_limbs_from_bytes(uint32_t out[8], const uint8_t bytes[32]); /* big-endian */
void el_limbs_to_bytes(uint8_t bytes[32], const uint32_t in[8]);

/* poseidon.c: P4 of protocol section 2; inputs and output are plain limbs below r */
void el_p4(uint32_t out[8], uint32_t inputs[4][8]);

/* context.c */
#define EL_HEADER_BYTES 38u
#define EL_KIND_REPORT 1u
#define EL_KIND_STATEMENT 2u
int el_chain_id_ok(const char *chain_id, size_t len);
void el_header(uint8_t header[EL_HEADER_BYTES], uint8_t kind, const electra_carrier *carrier);
void el_meter_header(uint8_t header[EL_HEADER_BYTES], uint8_t kind, const electra_meter *meter, uint32_t at, uint32_t key_epoch);
void el_carrier(electra_carrier *carrier, const electra_meter *meter, uint32_t at, uint32_t key_epoch);

/* hedge.c */
void el_hedge(uint8_t out[32], const char *label, const uint8_t secret[32], const uint8_t context[32], const uint8_t body_hash[32],
              const uint8_t random[32]);
void el_hedge_ephemeral(uint8_t out[32], const uint8_t *plaintext, size_t len, const uint8_t secret[32], const uint8_t random[32]);

/* commitment.c: over the 629 bytes of a statement's body */
#define EL_BODY_IMPORT 20u
#define EL_BODY_EXPORT 308u
#define EL_BODY_BLINDING 596u
#define EL_BODY_FLAGS 627u
#define EL_BODY_BYTES 629u
void el_commit(uint8_t commitment[32], const uint8_t body[EL_BODY_BYTES], const electra_carrier *carrier);

/* report.c */
int el_registers_ok(uint64_t import_wh, uint64_t export_wh);
int el_seal(const electra_meter *meter, uint8_t *box, size_t len, const uint8_t random[32], uint8_t *ephemeral_secret);
void el_report_write(uint8_t body[26], const electra_report *report);

#endif
