/* day.c - the day statement (protocol section 3, kind 2), built in the caller's buffer one interval at a time: 667 bytes, 715 when sealed.
 * It is what is billed. The trap: the registers at 24:00 are not in it, but the circuit proves them below 2^56 like any register, so an
 * interval that would take them there is refused here and not first in a prover. SPDX-License-Identifier: Apache-2.0 */
#include "internal.h"

enum { DAY_OPEN = 0x41,
       DAY_COMMITTED = 0x42,
       DAY_SEALED = 0x43 }; /* not 0: a structure that was never begun is none of them */

static uint8_t *day_body(const electra_day *day) { return day->buffer + ELECTRA_SEAL_OVERHEAD + EL_HEADER_BYTES; }

int electra_day_begin(electra_day *day, uint32_t day_number, uint64_t import_start_wh, uint64_t export_start_wh, uint8_t *buffer,
                      size_t size) {
  if (day == NULL || buffer == NULL) return ELECTRA_ERR_NULL;
  memset(day, 0, sizeof *day);
  if (size < ELECTRA_SEALED_STATEMENT_BYTES) return ELECTRA_ERR_BUFFER;
  if (!el_registers_ok(import_start_wh, export_start_wh)) return ELECTRA_ERR_OUT_OF_RANGE;
  day->buffer = buffer;
  day->import_wh = import_start_wh;
  day->export_wh = export_start_wh;
  day->day = day_number;
  day->state = DAY_OPEN;
  memset(buffer, 0, ELECTRA_SEALED_STATEMENT_BYTES);
  el_put(day_body(day), day_number, 4);
  el_put(day_body(day) + 4, import_start_wh, 8);
  el_put(day_body(day) + 12, export_start_wh, 8);
  return ELECTRA_OK;
}

int electra_day_add(electra_day *day, uint32_t import_wh, uint32_t export_wh) {
  if (day == NULL) return ELECTRA_ERR_NULL;
  if (day->state != DAY_OPEN || day->count >= ELECTRA_SLOTS_PER_DAY) return ELECTRA_ERR_STATE;
  uint32_t above = (import_wh | export_wh) >> 20;
  ELECTRA_PUBLIC(&above, sizeof above);
  if (above != 0 || !el_registers_ok(day->import_wh + import_wh, day->export_wh + export_wh)) return ELECTRA_ERR_OUT_OF_RANGE;
  day->import_wh += import_wh;
  day->export_wh += export_wh;
  el_put(day_body(day) + EL_BODY_IMPORT + 3u * day->count, import_wh, 3);
  el_put(day_body(day) + EL_BODY_EXPORT + 3u * day->count, export_wh, 3);
  day->count++;
  return ELECTRA_OK;
}

int electra_day_draw_blinding(const electra_day *day, const electra_meter *meter, uint16_t flags, const uint8_t random[32],
                              uint8_t blinding[31]) {
  uint8_t header[EL_HEADER_BYTES], tail[ELECTRA_BLINDING_BYTES + 2] = {0}, digest[32];
  el_sha256 hash;
  if (day == NULL || meter == NULL || random == NULL || blinding == NULL) return ELECTRA_ERR_NULL;
  if (day->state != DAY_OPEN || day->count != ELECTRA_SLOTS_PER_DAY) return ELECTRA_ERR_STATE;
  /* The key epoch is not known before the statement is sent: the hedge's context has epoch 0. */
  el_meter_header(header, EL_KIND_STATEMENT, meter, day->day, 0);
  el_put(tail + ELECTRA_BLINDING_BYTES, flags, 2);
  el_sha256_init(&hash);
  el_sha256_update(&hash, day_body(day), EL_BODY_BLINDING);
  el_sha256_update(&hash, tail, sizeof tail);
  el_sha256_final(&hash, digest);
  el_hedge(digest, "blinding", meter->secret_key, header + 6, digest, random);
  memcpy(blinding, digest, ELECTRA_BLINDING_BYTES);
  el_wipe(digest, sizeof digest);
  return ELECTRA_OK;
}

int electra_day_commit(electra_day *day, const electra_meter *meter, uint16_t flags, const uint8_t blinding[31], uint8_t commitment[32]) {
  electra_carrier carrier;
  if (day == NULL || meter == NULL || blinding == NULL || commitment == NULL) return ELECTRA_ERR_NULL;
  if (day->state != DAY_OPEN || day->count != ELECTRA_SLOTS_PER_DAY) return ELECTRA_ERR_STATE;
  memcpy(day_body(day) + EL_BODY_BLINDING, blinding, ELECTRA_BLINDING_BYTES);
  el_put(day_body(day) + EL_BODY_FLAGS, flags, 2);
  el_carrier(&carrier, meter, day->day, 0);
  el_commit(commitment, day_body(day), &carrier);
  day->state = DAY_COMMITTED;
  return ELECTRA_OK;
}

int electra_day_seal(electra_day *day, const electra_meter *meter, const uint8_t random[32], uint8_t *sealed, size_t size,
                     uint8_t *ephemeral_secret) {
  if (day == NULL || meter == NULL || random == NULL || sealed == NULL) return ELECTRA_ERR_NULL;
  if (day->state != DAY_COMMITTED) return ELECTRA_ERR_STATE;
  if (size < ELECTRA_SEALED_STATEMENT_BYTES) return ELECTRA_ERR_BUFFER;
  if (!meter->has_node_key) return ELECTRA_ERR_NO_NODE_KEY;
  if (sealed == day->buffer) day->state = DAY_SEALED;
  else memcpy(sealed, day->buffer, ELECTRA_SEALED_STATEMENT_BYTES);
  el_meter_header(sealed + ELECTRA_SEAL_OVERHEAD, EL_KIND_STATEMENT, meter, day->day, meter->key_epoch);
  return el_seal(meter, sealed, ELECTRA_STATEMENT_BYTES, random, ephemeral_secret);
}
