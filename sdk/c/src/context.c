/* context.c - the 38 bytes that every sealed plaintext starts with (protocol section 3): a sealed box authenticates no sender and binds
 * nothing, so the plaintext says itself which chain, meter, slot or day, and key epoch it belongs to. SPDX-License-Identifier: Apache-2.0
 */
#include "internal.h"

/* The chain id ends at a 0x00 in what is hashed, so it must contain none: printable ASCII without the space. */
int el_chain_id_ok(const char *chain_id, size_t len) {
  if (len < 1 || len > ELECTRA_CHAIN_ID_MAX) return 0;
  for (size_t i = 0; i < len; i++)
    if (chain_id[i] < 0x21 || chain_id[i] > 0x7e) return 0;
  return 1;
}

void el_header(uint8_t header[EL_HEADER_BYTES], uint8_t kind, const electra_carrier *carrier) {
  uint8_t tail[1 + ELECTRA_ADDRESS_BYTES + 8];
  el_sha256 hash;
  tail[0] = 0;
  memcpy(tail + 1, carrier->address, ELECTRA_ADDRESS_BYTES);
  el_put(tail + 21, carrier->at, 4);
  el_put(tail + 25, carrier->key_epoch, 4);
  header[0] = 1; /* version */
  header[1] = kind;
  el_put(header + 2, carrier->key_epoch, 4);
  el_sha256_init(&hash);
  el_sha256_update(&hash, "electra/seal/v1", 15);
  el_sha256_update(&hash, header + 1, 1);
  el_sha256_update(&hash, carrier->chain_id, carrier->chain_id_len);
  el_sha256_update(&hash, tail, sizeof tail);
  el_sha256_final(&hash, header + 6);
}

void el_meter_header(uint8_t header[EL_HEADER_BYTES], uint8_t kind, const electra_meter *meter, uint32_t at, uint32_t key_epoch) {
  electra_carrier carrier;
  el_carrier(&carrier, meter, at, key_epoch);
  el_header(header, kind, &carrier);
}

void el_carrier(electra_carrier *carrier, const electra_meter *meter, uint32_t at, uint32_t key_epoch) {
  carrier->chain_id = (const char *)meter->chain_id;
  carrier->chain_id_len = meter->chain_id_len;
  memcpy(carrier->address, meter->address, ELECTRA_ADDRESS_BYTES);
  carrier->at = at;
  carrier->key_epoch = key_epoch;
}
