/* main.c - a meter without an operating system: self-test, a day of 96 quarter-hours through a journal, and the signed transaction that
 * closes it. Storage is RAM here, where a meter has FRAM or EEPROM; the random bytes are fixed, where a meter has a generator. */
#include <string.h>

#include "electra_meter.h"
#include "startup.h"

#define CELLS ELECTRA_JOURNAL_CELLS_MIN
static uint8_t memory[CELLS][ELECTRA_CELL_BYTES];
static uint8_t buffer[ELECTRA_SEALED_STATEMENT_BYTES], tx_bytes[ELECTRA_TX_OVERHEAD_BYTES + ELECTRA_TX_DAY_BYTES];

static int read_cell(void *context, uint32_t cell, uint8_t bytes[48]) {
  (void)context;
  memcpy(bytes, memory[cell], ELECTRA_CELL_BYTES);
  return 0;
}

static int write_cell(void *context, uint32_t cell, const uint8_t bytes[48]) {
  (void)context;
  memcpy(memory[cell], bytes, ELECTRA_CELL_BYTES);
  return 0;
}

static int close_day(const electra_meter *meter, const electra_journal *journal, uint32_t day_number, size_t *len) {
  const electra_tx_params params = {.account_number = 12, .sequence = 34, .timeout_height = 5678};
  const uint8_t random[32] = {1};
  uint8_t blinding[ELECTRA_BLINDING_BYTES], commitment[ELECTRA_COMMITMENT_BYTES];
  electra_day day;
  electra_tx tx;
  int error = electra_journal_day(journal, day_number, &day, buffer, sizeof buffer);
  if (!error) error = electra_journal_blinding(journal, &day, meter, 0, random, blinding);
  if (!error) error = electra_day_commit(&day, meter, 0, blinding, commitment);
  if (!error) error = electra_day_seal(&day, meter, random, buffer, sizeof buffer, NULL);
  if (!error) error = electra_tx_begin(&tx, meter, tx_bytes, sizeof tx_bytes);
  if (!error) error = electra_tx_add_day(&tx, day_number, meter->key_epoch, commitment, buffer, sizeof buffer);
  if (!error) error = electra_tx_sign(&tx, &params, len, NULL);
  return error;
}

int main(void) {
  const electra_storage storage = {read_cell, write_cell, NULL, CELLS};
  const uint8_t secret_key[32] = {[31] = 7}, node_key[32] = {9};
  /* of its outfit, and as a node gives it */
  const uint8_t genesis_hash[32] = {6, 7, 8};
  const uint8_t operator_address[20] = {
      0xd6, 0xb6, 0xa5, 0x66, 0x7f, 0x48, 0xa2, 0xf0, 0xd2, 0x4f, 0x49, 0x65, 0x15, 0x42, 0xdc, 0x07, 0x19, 0xbb, 0x01, 0xc9};
  const uint8_t signature[64] = {
      0xba, 0x9e, 0xc8, 0x52, 0xb2, 0x97, 0x9d, 0x9b, 0x0f, 0x34, 0x6f, 0x84, 0xba, 0x1b, 0xeb, 0xe2, 0x1e, 0x6a, 0x5a, 0xb7,
      0xef, 0xa6, 0x49, 0xc0, 0xb6, 0x8c, 0x07, 0xac, 0xfd, 0xa7, 0xbe, 0x63, 0x69, 0x17, 0x1b, 0x67, 0xd2, 0x08, 0x32, 0x64,
      0x5b, 0x5a, 0xd9, 0xa0, 0xe3, 0xfc, 0x60, 0x9c, 0x4d, 0x57, 0xc6, 0x30, 0x3c, 0x1e, 0x5e, 0xff, 0x74, 0xdb, 0x39, 0xf9,
      0x8d, 0x6f, 0x7f, 0xba};
  const uint32_t day_number = 20635, first_slot = day_number * ELECTRA_SLOTS_PER_DAY;
  char address[ELECTRA_ADDRESS_TEXT_BYTES];
  electra_meter meter;
  electra_trust trust;
  electra_journal journal;
  size_t len = 0;
  uint64_t import_wh = 29172000;
  int error = electra_self_test();
  if (!error) error = electra_meter_init(&meter, "electra-rural-5eed0001", 22, secret_key);
  if (!error) error = electra_trust_init(&trust, operator_address, 0, genesis_hash);
  if (!error) error = electra_trust_node_key(&trust, &meter, 1, node_key, signature);
  if (!error) error = electra_meter_address(&meter, address, sizeof address);
  if (!error) error = electra_journal_open(&journal, &storage, &meter);
  if (!error) error = electra_journal_start(&journal, day_number, import_wh, 0);
  for (uint32_t slot = first_slot; !error && slot < first_slot + ELECTRA_SLOTS_PER_DAY; slot++)
    error = electra_journal_record(&journal, slot, import_wh += 500 + slot % 7, 0);
  if (!error) error = close_day(&meter, &journal, day_number, &len);
  if (error) {
    say("error -");
    say_number((uint32_t)-error);
    say("\n");
    return 1;
  }
  say(address);
  say(" closed its day in a transaction of ");
  say_number((uint32_t)len);
  say(" bytes\n");
  return 0;
}
