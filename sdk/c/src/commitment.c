/* commitment.c - what a meter commits to in public: its day (protocol section 4), out of the 629 bytes of the statement's body.
 *
 *   w[k] = sum of 12 values of 20 bits;  root = P4(P4(w0..3), P4(w4..7), P4(w8..11), P4(w12..15));  registers = import + 2^64 export
 *   C = P4(P4(1, gridId, meterTag, day), registers, root, blinding)
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "internal.h"

/* Word k of a direction: 240 bits out of 12 values of three bytes, the first value lowest. */
static void commitment_word(uint32_t out[8], const uint8_t *values) {
  uint64_t pending = 0;
  unsigned bits = 0, limb = 0;
  for (unsigned j = 0; j < 12; j++) {
    pending |= el_get(values + 3 * j, 3) << bits;
    bits += 20;
    if (bits >= 32) {
      out[limb++] = (uint32_t)pending;
      pending >>= 32;
      bits -= 32;
    }
  }
  out[limb] = (uint32_t)pending; /* the eighth: 16 bits are left */
}

/* Bytes read big-endian, at most 31 of them: always a field element. */
static void commitment_bytes(uint32_t out[8], const uint8_t *bytes, unsigned len) {
  uint8_t padded[32] = {0};
  memcpy(padded + 32 - len, bytes, len);
  el_limbs_from_bytes(out, padded);
  el_wipe(padded, sizeof padded);
}

static void commitment_meter_day(uint32_t out[8], const electra_carrier *carrier) {
  uint32_t inputs[4][8] = {{1}};
  uint8_t grid[32];
  el_sha256 hash;
  el_sha256_init(&hash);
  el_sha256_update(&hash, "electra/grid/v1", 15);
  el_sha256_update(&hash, carrier->chain_id, carrier->chain_id_len);
  el_sha256_final(&hash, grid);
  commitment_bytes(inputs[1], grid, 31);
  commitment_bytes(inputs[2], carrier->address, ELECTRA_ADDRESS_BYTES);
  inputs[3][0] = carrier->at;
  el_p4(out, inputs);
}

void el_commit(uint8_t commitment[32], const uint8_t body[EL_BODY_BYTES], const electra_carrier *carrier) {
  uint32_t top[4][8], inner[4][8];
  for (unsigned node = 0; node < 4; node++) { /* two over import, two over export, which follows it */
    for (unsigned k = 0; k < 4; k++) commitment_word(inner[k], body + EL_BODY_IMPORT + 36 * (4 * node + k));
    el_p4(top[node], inner);
  }
  el_p4(top[2], top);
  memset(top[1], 0, sizeof top[1]);
  /* both registers, 8 bytes each, one after the other */
  for (unsigned i = 0; i < 4; i++) top[1][i] = (uint32_t)el_get(body + 4 + 4 * i, 4);
  commitment_bytes(top[3], body + EL_BODY_BLINDING, ELECTRA_BLINDING_BYTES);
  commitment_meter_day(top[0], carrier);
  el_p4(inner[0], top);
  el_limbs_to_bytes(commitment, inner[0]);
  el_wipe(top, sizeof top);
  ELECTRA_PUBLIC(commitment, 32);
}
