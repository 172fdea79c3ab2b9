/* selftest.c - known answers at boot (as FIPS 140-3 asks of a module): a compiler that miscompiles, a wrong core option or a flipped bit in
 * flash must stop a meter before it signs anything. Everything runs once on fixed input; the answers are those of the other implementations
 * (a test makes them again in TypeScript). Takes about as long as one day statement and 1 kB of stack more. SPDX-License-Identifier:
 * Apache-2.0 */
#include "internal.h"

static const uint8_t SELF_COMMITMENT[32] = {
    0x2b, 0x96, 0x48, 0x6a, 0xe0, 0x38, 0x1a, 0x67, 0xb0, 0xe7, 0xa9, 0x24, 0x32, 0xdb, 0xa4, 0xe3,
    0x18, 0xf7, 0x1f, 0xa2, 0xa5, 0xb9, 0x12, 0xb9, 0x1d, 0x3d, 0xd2, 0x1d, 0xd7, 0xf1, 0xa2, 0x28};
static const uint8_t SELF_STATEMENT[32] = {
    0x08, 0x5b, 0x7e, 0xac, 0xee, 0xce, 0x82, 0xa3, 0x55, 0x42, 0xd0, 0x7b, 0x9a, 0xd1, 0x41, 0x52,
    0x86, 0x5d, 0x92, 0x14, 0x86, 0x6f, 0xcf, 0xc2, 0xf6, 0x3c, 0x65, 0x5b, 0xf6, 0xfd, 0xc1, 0x37};
static const uint8_t SELF_TX[32] = {
    0xf6, 0xd4, 0xf7, 0x9d, 0xcb, 0xe7, 0xf4, 0x2a, 0x58, 0x71, 0x21, 0xb5, 0x7c, 0x51, 0x65, 0xb3,
    0x8e, 0x50, 0x38, 0xe8, 0xb5, 0x6f, 0xeb, 0x52, 0x76, 0x56, 0x65, 0xa6, 0x7a, 0xdd, 0xf8, 0x1e};

/* Bytes first, first + 1, ... of the given length. */
static void self_pattern(uint8_t *bytes, size_t len, unsigned first) {
  for (size_t i = 0; i < len; i++) bytes[i] = (uint8_t)(first + i);
}

static int self_statement(const electra_meter *meter, uint8_t buffer[ELECTRA_SEALED_STATEMENT_BYTES]) {
  uint8_t random[32], blinding[ELECTRA_BLINDING_BYTES], digest[32];
  electra_day day;
  el_sha256 hash;
  self_pattern(random, 32, 0x40);
  EL_TRY(electra_day_begin(&day, 20635, 29172000, 41, buffer, ELECTRA_SEALED_STATEMENT_BYTES));
  for (uint32_t i = 0; i < ELECTRA_SLOTS_PER_DAY; i++) EL_TRY(electra_day_add(&day, i * 10000, 950000 - i * 9999));
  EL_TRY(electra_day_draw_blinding(&day, meter, 0x0102, random, blinding));
  EL_TRY(electra_day_commit(&day, meter, 0x0102, blinding, digest));
  if (el_differ(digest, SELF_COMMITMENT, 32)) return ELECTRA_ERR_SELF_TEST;
  EL_TRY(electra_day_seal(&day, meter, random, buffer, ELECTRA_SEALED_STATEMENT_BYTES, NULL));
  el_sha256_init(&hash);
  el_sha256_update(&hash, buffer, ELECTRA_SEALED_STATEMENT_BYTES);
  el_sha256_final(&hash, digest);
  return el_differ(digest, SELF_STATEMENT, 32) ? ELECTRA_ERR_SELF_TEST : ELECTRA_OK;
}

static int self_transaction(const electra_meter *meter, uint8_t *buffer, size_t size) {
  const electra_report report = {1981055, 29172000, 41, -2444, 0x0102};
  const electra_tx_params params = {7, 1, 1234, NULL, 0};
  uint8_t random[32], sealed[ELECTRA_SEALED_REPORT_BYTES], hash[32];
  electra_tx tx;
  size_t len;
  self_pattern(random, 32, 0x60);
  EL_TRY(electra_report_seal(meter, &report, random, sealed, sizeof sealed, NULL));
  EL_TRY(electra_tx_begin(&tx, meter, buffer, size));
  EL_TRY(electra_tx_add_report(&tx, report.slot, meter->key_epoch, sealed, sizeof sealed));
  EL_TRY(electra_tx_sign(&tx, &params, &len, hash));
  return el_differ(hash, SELF_TX, 32) ? ELECTRA_ERR_SELF_TEST : ELECTRA_OK;
}

int electra_self_test(void) {
  uint8_t buffer[ELECTRA_SEALED_STATEMENT_BYTES], key[32];
  electra_meter meter;
  self_pattern(key, 32, 1);
  EL_TRY(electra_meter_init(&meter, "electra-self-00000000", 21, key));
  memset(key, 0, sizeof key);
  if (electra_set_node_key(&meter, 3, key) != ELECTRA_ERR_LOW_ORDER) return ELECTRA_ERR_SELF_TEST;
  key[0] = 9; /* the base point: nobody's key, and as good as any here */
  EL_TRY(electra_set_node_key(&meter, 3, key));
  EL_TRY(self_statement(&meter, buffer));
  return self_transaction(&meter, buffer, sizeof buffer);
}
