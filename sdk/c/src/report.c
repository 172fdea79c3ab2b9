/* report.c - the quarter-hour report (protocol section 3, kind 1): the registers at a slot's end, 64 bytes, 112 when sealed. Reports are
 * for live views; bills rest on day statements alone, so a lost report harms nothing. Also here: what both kinds share when they are
 * sealed. SPDX-License-Identifier: Apache-2.0 */
#include "internal.h"

/* Both below 2^56, in constant time: registers are secret, that they are in range is not. */
int el_registers_ok(uint64_t import_wh, uint64_t export_wh) {
  uint64_t above = (import_wh | export_wh) >> 56;
  ELECTRA_PUBLIC(&above, sizeof above);
  return above == 0;
}

/* Seals the plaintext in the last len bytes of the box in place, with a hedged ephemeral secret. */
int el_seal(const electra_meter *meter, uint8_t *box, size_t len, const uint8_t random[32], uint8_t *ephemeral_secret) {
  uint8_t secret[32];
  el_hedge_ephemeral(secret, box + ELECTRA_SEAL_OVERHEAD, len, meter->secret_key, random);
  const int result = electra_crypto_box_seal(box, len, meter->node_key, secret);
  if (result == ELECTRA_OK && ephemeral_secret != NULL) memcpy(ephemeral_secret, secret, 32);
  if (result != ELECTRA_OK) el_wipe(box, len + ELECTRA_SEAL_OVERHEAD); /* never hand out a plaintext for a box */
  el_wipe(secret, sizeof secret);
  ELECTRA_PUBLIC(box, len + ELECTRA_SEAL_OVERHEAD);
  return result;
}

void el_report_write(uint8_t body[26], const electra_report *report) {
  el_put(body, report->slot, 4);
  el_put(body + 4, report->import_register_wh, 8);
  el_put(body + 12, report->export_register_wh, 8);
  el_put(body + 20, (uint32_t)report->power_w, 4);
  el_put(body + 24, report->flags, 2);
}

int electra_report_seal(const electra_meter *meter, const electra_report *report, const uint8_t random[32], uint8_t *sealed, size_t size,
                        uint8_t *ephemeral_secret) {
  if (meter == NULL || report == NULL || random == NULL || sealed == NULL) return ELECTRA_ERR_NULL;
  if (size < ELECTRA_SEALED_REPORT_BYTES) return ELECTRA_ERR_BUFFER;
  if (!meter->has_node_key) return ELECTRA_ERR_NO_NODE_KEY;
  if (!el_registers_ok(report->import_register_wh, report->export_register_wh)) return ELECTRA_ERR_OUT_OF_RANGE;
  el_meter_header(sealed + ELECTRA_SEAL_OVERHEAD, EL_KIND_REPORT, meter, report->slot, meter->key_epoch);
  el_report_write(sealed + ELECTRA_SEAL_OVERHEAD + EL_HEADER_BYTES, report);
  return el_seal(meter, sealed, ELECTRA_REPORT_BYTES, random, ephemeral_secret);
}
