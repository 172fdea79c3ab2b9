/* unit_day.c - the streaming builder and the decoders. */
#include "unit.h"

static int add_all(electra_day *day, unsigned count) {
  for (unsigned i = 0; i < count; i++) EL_TRY(electra_day_add(day, 100 + i, i));
  return ELECTRA_OK;
}

static void keeps_its_order(const electra_meter *meter) {
  uint8_t buffer[ELECTRA_SEALED_STATEMENT_BYTES], blinding[31] = {1}, commitment[32];
  electra_day day;
  memset(&day, 0, sizeof day);
  IS(electra_day_add(&day, 1, 1), ELECTRA_ERR_STATE); /* never begun */
  IS(electra_day_begin(&day, 20635, 0, 0, buffer, sizeof buffer - 1), ELECTRA_ERR_BUFFER);
  IS(electra_day_add(&day, 1, 1), ELECTRA_ERR_STATE);
  IS(electra_day_begin(&day, 20635, 0, 0, buffer, sizeof buffer), ELECTRA_OK);
  IS(add_all(&day, 95), ELECTRA_OK);
  IS(electra_day_commit(&day, meter, 0, blinding, commitment), ELECTRA_ERR_STATE);
  IS(electra_day_draw_blinding(&day, meter, 0, UNIT_RANDOM, blinding), ELECTRA_ERR_STATE);
  IS(electra_day_seal(&day, meter, UNIT_RANDOM, buffer, sizeof buffer, NULL), ELECTRA_ERR_STATE);
  IS(electra_day_add(&day, 1, 1), ELECTRA_OK);
  IS(electra_day_add(&day, 1, 1), ELECTRA_ERR_STATE); /* a 97th */
  IS(electra_day_commit(&day, meter, 0, blinding, commitment), ELECTRA_OK);
  IS(electra_day_commit(&day, meter, 0, blinding, commitment), ELECTRA_ERR_STATE); /* a day is committed to once */
  IS(electra_day_seal(&day, meter, UNIT_RANDOM, buffer, sizeof buffer, NULL), ELECTRA_OK);
  IS(electra_day_seal(&day, meter, UNIT_RANDOM, buffer, sizeof buffer, NULL), ELECTRA_ERR_STATE); /* it is a box now */
}

static void refuses_values(void) {
  uint8_t buffer[ELECTRA_SEALED_STATEMENT_BYTES];
  electra_day day, before;
  IS(electra_day_begin(&day, 1, ELECTRA_REGISTER_LIMIT_WH, 0, buffer, sizeof buffer), ELECTRA_ERR_OUT_OF_RANGE);
  IS(electra_day_begin(&day, 1, 0, ELECTRA_REGISTER_LIMIT_WH, buffer, sizeof buffer), ELECTRA_ERR_OUT_OF_RANGE);
  IS(electra_day_begin(&day, 1, ELECTRA_REGISTER_LIMIT_WH - 2, 0, buffer, sizeof buffer), ELECTRA_OK);
  before = day;
  IS(electra_day_add(&day, ELECTRA_INTERVAL_LIMIT_WH, 0), ELECTRA_ERR_OUT_OF_RANGE);
  IS(electra_day_add(&day, 0, ELECTRA_INTERVAL_LIMIT_WH), ELECTRA_ERR_OUT_OF_RANGE);
  IS(electra_day_add(&day, UINT32_MAX, 0), ELECTRA_ERR_OUT_OF_RANGE);
  IS(electra_day_add(&day, 2, 0), ELECTRA_ERR_OUT_OF_RANGE); /* the register at the day's end */
  CHECK(memcmp(&day, &before, sizeof day) == 0);             /* refused: nothing changed */
  IS(electra_day_add(&day, 1, ELECTRA_INTERVAL_LIMIT_WH - 1), ELECTRA_OK);
  CHECK(day.count == 1 && day.import_wh == ELECTRA_REGISTER_LIMIT_WH - 1);
}

static void refuses_null(const electra_meter *meter) {
  uint8_t buffer[ELECTRA_SEALED_STATEMENT_BYTES], blinding[31], out[32];
  electra_day day;
  IS(electra_day_begin(NULL, 1, 0, 0, buffer, sizeof buffer), ELECTRA_ERR_NULL);
  IS(electra_day_begin(&day, 1, 0, 0, NULL, sizeof buffer), ELECTRA_ERR_NULL);
  IS(electra_day_add(NULL, 0, 0), ELECTRA_ERR_NULL);
  IS(electra_day_draw_blinding(NULL, meter, 0, UNIT_RANDOM, blinding), ELECTRA_ERR_NULL);
  IS(electra_day_draw_blinding(&day, NULL, 0, UNIT_RANDOM, blinding), ELECTRA_ERR_NULL);
  IS(electra_day_draw_blinding(&day, meter, 0, NULL, blinding), ELECTRA_ERR_NULL);
  IS(electra_day_draw_blinding(&day, meter, 0, UNIT_RANDOM, NULL), ELECTRA_ERR_NULL);
  IS(electra_day_commit(NULL, meter, 0, UNIT_RANDOM, out), ELECTRA_ERR_NULL);
  IS(electra_day_commit(&day, NULL, 0, UNIT_RANDOM, out), ELECTRA_ERR_NULL);
  IS(electra_day_commit(&day, meter, 0, NULL, out), ELECTRA_ERR_NULL);
  IS(electra_day_commit(&day, meter, 0, UNIT_RANDOM, NULL), ELECTRA_ERR_NULL);
  IS(electra_day_seal(NULL, meter, UNIT_RANDOM, buffer, 715, NULL), ELECTRA_ERR_NULL);
  IS(electra_day_seal(&day, NULL, UNIT_RANDOM, buffer, 715, NULL), ELECTRA_ERR_NULL);
  IS(electra_day_seal(&day, meter, NULL, buffer, 715, NULL), ELECTRA_ERR_NULL);
  IS(electra_day_seal(&day, meter, UNIT_RANDOM, NULL, 715, NULL), ELECTRA_ERR_NULL);
}

/* Sealed elsewhere, a day stays whole: it is sealed anew when the node's key changes, with the same blinding and commitment. */
static void seals_again(electra_meter *meter) {
  uint8_t buffer[ELECTRA_SEALED_STATEMENT_BYTES], box[ELECTRA_SEALED_STATEMENT_BYTES], plain[ELECTRA_STATEMENT_BYTES];
  uint8_t blinding[31], commitment[32], recomputed[32], secret[32], node_key[32], keep[ELECTRA_STATEMENT_BYTES];
  electra_statement statement;
  electra_carrier carrier;
  electra_day day;
  IS(electra_day_begin(&day, 20635, 7, 8, buffer, sizeof buffer), ELECTRA_OK);
  IS(add_all(&day, 96), ELECTRA_OK);
  IS(electra_day_draw_blinding(&day, meter, 9, UNIT_RANDOM, blinding), ELECTRA_OK);
  IS(electra_day_commit(&day, meter, 9, blinding, commitment), ELECTRA_OK);
  IS(electra_day_seal(&day, meter, UNIT_RANDOM, box, sizeof box - 1, secret), ELECTRA_ERR_BUFFER);
  IS(electra_day_seal(&day, meter, UNIT_RANDOM, box, sizeof box, secret), ELECTRA_OK);
  IS(electra_open(plain, sizeof plain, box, sizeof box, UNIT_NODE_SECRET), ELECTRA_OK);
  el_carrier(&carrier, meter, 20635, 3);
  IS(electra_statement_decode(&statement, plain, sizeof plain, &carrier), ELECTRA_OK);
  CHECK(statement.flags == 9 && memcmp(statement.blinding, blinding, 31) == 0 && statement.import_wh[95] == 195);
  IS(electra_statement_commitment(&statement, &carrier, recomputed), ELECTRA_OK);
  CHECK(memcmp(recomputed, commitment, 32) == 0);
  /* what the ephemeral secret is kept for: content and secret make the box again */
  memcpy(keep, plain, sizeof keep);
  memcpy(box + 48, plain, sizeof plain);
  uint8_t again[ELECTRA_SEALED_STATEMENT_BYTES];
  memcpy(again + 48, keep, sizeof keep);
  IS(electra_crypto_box_seal(again, sizeof keep, meter->node_key, secret), ELECTRA_OK);
  CHECK(memcmp(again, box, 48) == 0);
  IS(electra_crypto_box_public_key(node_key, UNIT_RANDOM), ELECTRA_OK);
  IS(electra_set_node_key(meter, 4, node_key), ELECTRA_OK);
  IS(electra_day_seal(&day, meter, UNIT_RANDOM, box, sizeof box, NULL), ELECTRA_OK);
  IS(electra_open(plain, sizeof plain, box, sizeof box, UNIT_RANDOM), ELECTRA_OK);
  carrier.key_epoch = 4;
  IS(electra_statement_decode(&statement, plain, sizeof plain, &carrier), ELECTRA_OK);
  CHECK(memcmp(plain + 38, keep + 38, sizeof plain - 38) == 0);
  /* top bytes of registers and of intervals */
  static const unsigned high[5] = {38 + 4 + 7, 38 + 12 + 7, 38 + 20 + 2, 38 + 308 - 1, 38 + 596 - 1};
  for (unsigned i = 0; i < 5; i++) {
    plain[high[i]] ^= 0x10;
    IS(electra_statement_decode(&statement, plain, sizeof plain, &carrier), ELECTRA_ERR_OUT_OF_RANGE);
    plain[high[i]] ^= 0x10;
  }
  IS(electra_statement_decode(&statement, plain, sizeof plain, &carrier), ELECTRA_OK);
  meter->has_node_key = 0;
  IS(electra_day_seal(&day, meter, UNIT_RANDOM, box, sizeof box, NULL), ELECTRA_ERR_NO_NODE_KEY);
}

void test_day(void) {
  electra_meter meter;
  unit_meter(&meter);
  keeps_its_order(&meter);
  refuses_values();
  refuses_null(&meter);
  seals_again(&meter);
}

static void decodes_nothing_from_null(const electra_carrier *carrier) {
  const electra_carrier no_chain = {NULL, 0, {0}, 0, 0};
  uint8_t plain[ELECTRA_STATEMENT_BYTES] = {1, 2}, out[32];
  electra_report report;
  static electra_statement statement;
  IS(electra_report_decode(NULL, plain, 64, carrier), ELECTRA_ERR_NULL);
  IS(electra_report_decode(&report, NULL, 64, carrier), ELECTRA_ERR_NULL);
  IS(electra_report_decode(&report, plain, 64, NULL), ELECTRA_ERR_NULL);
  IS(electra_report_decode(&report, plain, 64, &no_chain), ELECTRA_ERR_NULL);
  IS(electra_statement_decode(NULL, plain, 667, carrier), ELECTRA_ERR_NULL);
  IS(electra_statement_decode(&statement, NULL, 667, carrier), ELECTRA_ERR_NULL);
  IS(electra_statement_decode(&statement, plain, 667, NULL), ELECTRA_ERR_NULL);
  IS(electra_statement_decode(&statement, plain, 667, &no_chain), ELECTRA_ERR_NULL);
  IS(electra_statement_commitment(NULL, carrier, out), ELECTRA_ERR_NULL);
  IS(electra_statement_commitment(&statement, NULL, out), ELECTRA_ERR_NULL);
  IS(electra_statement_commitment(&statement, &no_chain, out), ELECTRA_ERR_NULL);
  IS(electra_statement_commitment(&statement, carrier, NULL), ELECTRA_ERR_NULL);
  IS(electra_open(NULL, 64, plain, 112, UNIT_RANDOM), ELECTRA_ERR_NULL);
  IS(electra_open(plain, 64, NULL, 112, UNIT_RANDOM), ELECTRA_ERR_NULL);
  IS(electra_open(plain, 64, plain, 112, NULL), ELECTRA_ERR_NULL);
}

static void commits_to_nothing_out_of_range(electra_carrier carrier) {
  static electra_statement s;
  uint8_t out[32];
  s.day = carrier.at;
  IS(electra_statement_commitment(&s, &carrier, out), ELECTRA_OK);
  s.import_wh[95] = ELECTRA_INTERVAL_LIMIT_WH;
  IS(electra_statement_commitment(&s, &carrier, out), ELECTRA_ERR_OUT_OF_RANGE);
  s.import_wh[95] = 1;
  s.import_start_wh = ELECTRA_REGISTER_LIMIT_WH - 1;
  IS(electra_statement_commitment(&s, &carrier, out), ELECTRA_ERR_OUT_OF_RANGE);
  s.import_start_wh = UINT64_MAX; /* plus 1 is 0: must not pass for a small register */
  IS(electra_statement_commitment(&s, &carrier, out), ELECTRA_ERR_OUT_OF_RANGE);
  s.import_start_wh = 0;
  s.day++;
  IS(electra_statement_commitment(&s, &carrier, out), ELECTRA_ERR_OUT_OF_RANGE);
  s.day--;
  carrier.chain_id_len = 0;
  IS(electra_statement_commitment(&s, &carrier, out), ELECTRA_ERR_OUT_OF_RANGE);
}

void test_decode(void) {
  electra_meter meter;
  electra_carrier carrier;
  electra_report report = {5, 6, 7, INT32_MIN, 9}, decoded;
  uint8_t sealed[ELECTRA_SEALED_REPORT_BYTES], plain[ELECTRA_REPORT_BYTES], large[ELECTRA_SEALED_STATEMENT_BYTES + 1] = {0};
  unit_meter(&meter);
  el_carrier(&carrier, &meter, 5, 3);
  IS(electra_report_seal(&meter, &report, UNIT_RANDOM, sealed, sizeof sealed, NULL), ELECTRA_OK);
  IS(electra_open(plain, sizeof plain - 1, sealed, sizeof sealed, UNIT_NODE_SECRET), ELECTRA_ERR_BUFFER);
  IS(electra_open(plain, sizeof plain, sealed, 47, UNIT_NODE_SECRET), ELECTRA_ERR_WRONG_SIZE);
  IS(electra_open(large, sizeof large, large, sizeof large, UNIT_NODE_SECRET), ELECTRA_ERR_WRONG_SIZE);
  IS(electra_open(plain, sizeof plain, sealed, sizeof sealed, UNIT_NODE_SECRET), ELECTRA_OK);
  IS(electra_report_decode(&decoded, plain, sizeof plain, &carrier), ELECTRA_OK);
  CHECK(decoded.slot == 5 && decoded.import_register_wh == 6 && decoded.export_register_wh == 7 && decoded.power_w == INT32_MIN &&
        decoded.flags == 9);
  for (unsigned i = 0; i < sizeof sealed; i++) { /* every byte counts */
    sealed[i] ^= 0x10;
    CHECK(electra_open(plain, sizeof plain, sealed, sizeof sealed, UNIT_NODE_SECRET) == ELECTRA_ERR_NOT_DECRYPTABLE);
    sealed[i] ^= 0x10;
  }
  carrier.chain_id_len = ELECTRA_CHAIN_ID_MAX + 1;
  IS(electra_report_decode(&decoded, plain, sizeof plain, &carrier), ELECTRA_ERR_OUT_OF_RANGE);
  carrier.chain_id_len = 5;
  decodes_nothing_from_null(&carrier);
  commits_to_nothing_out_of_range(carrier);
}
