/* decode.c - the strict decoders (protocol sections 2 and 3): one encoding per value, checked against the carrying transaction, in the
 * order and with the codes of the node. Whoever opens boxes needs them; a meter does not. SPDX-License-Identifier: Apache-2.0 */
#include "internal.h"

/* The 38 bytes, in order: version, kind, epoch, context. */
static int decode_header(const uint8_t *plaintext, uint8_t kind, const electra_carrier *carrier) {
  uint8_t header[EL_HEADER_BYTES];
  if (!el_chain_id_ok(carrier->chain_id, carrier->chain_id_len)) return ELECTRA_ERR_OUT_OF_RANGE;
  el_header(header, kind, carrier);
  if (plaintext[0] != header[0]) return ELECTRA_ERR_WRONG_VERSION;
  if (plaintext[1] != kind) return ELECTRA_ERR_WRONG_KIND;
  if (el_differ(plaintext + 2, header + 2, 4)) return ELECTRA_ERR_WRONG_EPOCH;
  /* the slot or day in the body, too, is the carrier's */
  if (el_differ(plaintext + 6, header + 6, 32) || el_get(plaintext + EL_HEADER_BYTES, 4) != carrier->at) return ELECTRA_ERR_WRONG_CONTEXT;
  return ELECTRA_OK;
}

int electra_report_decode(electra_report *report, const uint8_t *plaintext, size_t len, const electra_carrier *carrier) {
  if (report == NULL || plaintext == NULL || carrier == NULL || carrier->chain_id == NULL) return ELECTRA_ERR_NULL;
  if (len != ELECTRA_REPORT_BYTES) return ELECTRA_ERR_WRONG_SIZE;
  EL_TRY(decode_header(plaintext, EL_KIND_REPORT, carrier));
  const uint8_t *body = plaintext + EL_HEADER_BYTES;
  const uint32_t power = (uint32_t)el_get(body + 20, 4);
  report->slot = carrier->at;
  report->import_register_wh = el_get(body + 4, 8);
  report->export_register_wh = el_get(body + 12, 8);
  report->power_w = power < 0x80000000u ? (int32_t)power : -(int32_t)(~power) - 1;
  report->flags = (uint16_t)el_get(body + 24, 2);
  return el_registers_ok(report->import_register_wh, report->export_register_wh) ? ELECTRA_OK : ELECTRA_ERR_OUT_OF_RANGE;
}

static int decode_series(uint32_t values[96], uint64_t start_wh, const uint8_t *at) {
  for (unsigned i = 0; i < ELECTRA_SLOTS_PER_DAY; i++) {
    values[i] = (uint32_t)el_get(at + 3 * i, 3);
    if (values[i] >= ELECTRA_INTERVAL_LIMIT_WH) return ELECTRA_ERR_OUT_OF_RANGE;
    start_wh += values[i];
  }
  return el_registers_ok(start_wh, 0) ? ELECTRA_OK : ELECTRA_ERR_OUT_OF_RANGE;
}

int electra_statement_decode(electra_statement *statement, const uint8_t *plaintext, size_t len, const electra_carrier *carrier) {
  if (statement == NULL || plaintext == NULL || carrier == NULL || carrier->chain_id == NULL) return ELECTRA_ERR_NULL;
  if (len != ELECTRA_STATEMENT_BYTES) return ELECTRA_ERR_WRONG_SIZE;
  EL_TRY(decode_header(plaintext, EL_KIND_STATEMENT, carrier));
  const uint8_t *body = plaintext + EL_HEADER_BYTES;
  statement->day = carrier->at;
  statement->import_start_wh = el_get(body + 4, 8);
  statement->export_start_wh = el_get(body + 12, 8);
  if (!el_registers_ok(statement->import_start_wh, statement->export_start_wh)) return ELECTRA_ERR_OUT_OF_RANGE;
  EL_TRY(decode_series(statement->import_wh, statement->import_start_wh, body + EL_BODY_IMPORT));
  EL_TRY(decode_series(statement->export_wh, statement->export_start_wh, body + EL_BODY_EXPORT));
  memcpy(statement->blinding, body + EL_BODY_BLINDING, ELECTRA_BLINDING_BYTES);
  statement->flags = (uint16_t)el_get(body + EL_BODY_FLAGS, 2);
  return ELECTRA_OK;
}

int electra_statement_commitment(const electra_statement *statement, const electra_carrier *carrier, uint8_t commitment[32]) {
  uint8_t body[EL_BODY_BYTES] = {0};
  uint64_t import_wh, export_wh, above = 0;
  if (statement == NULL || carrier == NULL || carrier->chain_id == NULL || commitment == NULL) return ELECTRA_ERR_NULL;
  if (!el_chain_id_ok(carrier->chain_id, carrier->chain_id_len)) return ELECTRA_ERR_OUT_OF_RANGE;
  import_wh = statement->import_start_wh, export_wh = statement->export_start_wh;
  above = (import_wh | export_wh) >> 56;
  for (unsigned i = 0; i < ELECTRA_SLOTS_PER_DAY; i++) {
    above |= (statement->import_wh[i] | statement->export_wh[i]) >> 20;
    import_wh += statement->import_wh[i];
    export_wh += statement->export_wh[i];
    el_put(body + EL_BODY_IMPORT + 3 * i, statement->import_wh[i], 3);
    el_put(body + EL_BODY_EXPORT + 3 * i, statement->export_wh[i], 3);
  }
  if (above != 0 || !el_registers_ok(import_wh, export_wh) || statement->day != carrier->at) return ELECTRA_ERR_OUT_OF_RANGE;
  el_put(body + 4, statement->import_start_wh, 8);
  el_put(body + 12, statement->export_start_wh, 8);
  memcpy(body + EL_BODY_BLINDING, statement->blinding, ELECTRA_BLINDING_BYTES);
  el_commit(commitment, body, carrier);
  el_wipe(body, sizeof body);
  return ELECTRA_OK;
}

int electra_open(uint8_t *plaintext, size_t size, const uint8_t *sealed, size_t len, const uint8_t node_secret[32]) {
  uint8_t box[ELECTRA_SEALED_STATEMENT_BYTES], node_key[32];
  if (plaintext == NULL || sealed == NULL || node_secret == NULL) return ELECTRA_ERR_NULL;
  if (len < ELECTRA_SEAL_OVERHEAD || len > sizeof box) return ELECTRA_ERR_WRONG_SIZE;
  const size_t plain_len = len - ELECTRA_SEAL_OVERHEAD;
  if (size < plain_len) return ELECTRA_ERR_BUFFER;
  memcpy(box, sealed, len);
  int result = electra_crypto_box_public_key(node_key, node_secret);
  if (result == ELECTRA_OK) result = electra_crypto_box_open(box, plain_len, node_key, node_secret);
  if (result == ELECTRA_OK) memcpy(plaintext, box + ELECTRA_SEAL_OVERHEAD, plain_len);
  el_wipe(box, sizeof box);
  return result;
}
