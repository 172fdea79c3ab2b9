/* journal.c - registers in non-volatile memory, so that power loss can neither repeat nor skip a slot.
 *
 * A slot's registers are written before they are reported. Each slot has its own cell (slot mod number of cells) with a checksum, so a
 * write that power cut short leaves a cell that counts as never written, and all others as they were: after the restart the slot is simply
 * recorded then. A write that was whole counts, even if power failed before the meter knew: recording that slot again with other registers
 * is refused. Energy is only ever the difference of two registers, so whatever the meter forgets, no watt-hour is counted twice or lost.
 *
 *   cell: kind u8 . slot or day u32 . 31 bytes (registers u64 u64, or blinding) . check[12] = SHA-256(tag, address, cell number, the rest)
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "internal.h"

#define CELL_PAYLOAD 36u
#define CELL_CHECK 12u
enum { CELL_SLOT = 1,
       CELL_STATEMENT = 2 };

static uint32_t journal_slot_cells(const electra_journal *journal) { return journal->storage->cells - ELECTRA_STATEMENT_CELLS; }

static void cell_check(const electra_journal *journal, uint32_t cell, const uint8_t payload[CELL_PAYLOAD], uint8_t check[32]) {
  uint8_t number[4];
  el_sha256 hash;
  el_put(number, cell, 4);
  el_sha256_init(&hash);
  el_sha256_update(&hash, "electra/cell/v1", 15);
  el_sha256_update(&hash, journal->address, ELECTRA_ADDRESS_BYTES);
  el_sha256_update(&hash, number, 4);
  el_sha256_update(&hash, payload, CELL_PAYLOAD);
  el_sha256_final(&hash, check);
}

/* *valid: whether the cell holds something that this meter wrote whole. */
static int cell_read(const electra_journal *journal, uint32_t cell, uint8_t kind, uint8_t bytes[ELECTRA_CELL_BYTES], int *valid) {
  uint8_t check[32];
  if (journal->storage->read(journal->storage->context, cell, bytes) != 0) return ELECTRA_ERR_STORAGE;
  cell_check(journal, cell, bytes, check);
  *valid = bytes[0] == kind && !el_differ(check, bytes + CELL_PAYLOAD, CELL_CHECK);
  return ELECTRA_OK;
}

/* Writes and reads back. */
static int cell_write(const electra_journal *journal, uint32_t cell, uint8_t bytes[ELECTRA_CELL_BYTES]) {
  uint8_t check[32], back[ELECTRA_CELL_BYTES];
  cell_check(journal, cell, bytes, check);
  memcpy(bytes + CELL_PAYLOAD, check, CELL_CHECK);
  if (journal->storage->write(journal->storage->context, cell, bytes) != 0) return ELECTRA_ERR_STORAGE;
  if (journal->storage->read(journal->storage->context, cell, back) != 0) return ELECTRA_ERR_STORAGE;
  return el_differ(bytes, back, sizeof back) ? ELECTRA_ERR_STORAGE : ELECTRA_OK;
}

/* The registers at a slot's end; *there is 0 where they are not known. */
static int journal_registers(const electra_journal *journal, uint32_t slot, uint64_t *import_wh, uint64_t *export_wh, int *there) {
  uint8_t bytes[ELECTRA_CELL_BYTES];
  EL_TRY(cell_read(journal, slot % journal_slot_cells(journal), CELL_SLOT, bytes, there));
  *there = *there && el_get(bytes + 1, 4) == slot;
  *import_wh = el_get(bytes + 5, 8);
  *export_wh = el_get(bytes + 13, 8);
  return ELECTRA_OK;
}

static int journal_put(electra_journal *journal, uint32_t slot, uint64_t import_wh, uint64_t export_wh) {
  uint8_t bytes[ELECTRA_CELL_BYTES] = {CELL_SLOT};
  el_put(bytes + 1, slot, 4);
  el_put(bytes + 5, import_wh, 8);
  el_put(bytes + 13, export_wh, 8);
  EL_TRY(cell_write(journal, slot % journal_slot_cells(journal), bytes));
  journal->last_slot = slot;
  journal->import_wh = import_wh;
  journal->export_wh = export_wh;
  journal->started = 1;
  return ELECTRA_OK;
}

int electra_journal_open(electra_journal *journal, const electra_storage *storage, const electra_meter *meter) {
  if (journal == NULL || storage == NULL || meter == NULL || storage->read == NULL || storage->write == NULL) return ELECTRA_ERR_NULL;
  if (storage->cells < ELECTRA_JOURNAL_CELLS_MIN) return ELECTRA_ERR_OUT_OF_RANGE;
  memset(journal, 0, sizeof *journal);
  journal->storage = storage;
  journal->max_wh_per_slot = ELECTRA_INTERVAL_LIMIT_WH - 1;
  memcpy(journal->address, meter->address, ELECTRA_ADDRESS_BYTES);
  for (uint32_t cell = 0; cell < journal_slot_cells(journal); cell++) {
    uint8_t bytes[ELECTRA_CELL_BYTES];
    int valid;
    EL_TRY(cell_read(journal, cell, CELL_SLOT, bytes, &valid));
    const uint32_t slot = (uint32_t)el_get(bytes + 1, 4);
    if (!valid || (journal->started && slot < journal->last_slot)) continue;
    journal->last_slot = slot;
    journal->import_wh = el_get(bytes + 5, 8);
    journal->export_wh = el_get(bytes + 13, 8);
    journal->started = 1;
  }
  return ELECTRA_OK;
}

int electra_journal_start(electra_journal *journal, uint32_t day, uint64_t import_wh, uint64_t export_wh) {
  if (journal == NULL || journal->storage == NULL) return ELECTRA_ERR_NULL;
  if (journal->started) return ELECTRA_ERR_REPEATED;
  if (day == 0 || day > UINT32_MAX / ELECTRA_SLOTS_PER_DAY || !el_registers_ok(import_wh, export_wh)) return ELECTRA_ERR_OUT_OF_RANGE;
  return journal_put(journal, day * ELECTRA_SLOTS_PER_DAY - 1, import_wh, export_wh);
}

/* Whether so much can have flowed since the last slot. The product is below 2^52. */
static int journal_reach(const electra_journal *journal, uint32_t slot, uint64_t import_wh, uint64_t export_wh) {
  const uint64_t limit = ELECTRA_INTERVAL_LIMIT_WH - 1, enrolled = journal->max_wh_per_slot;
  const uint64_t most = (enrolled < limit ? enrolled : limit) * (slot - journal->last_slot);
  return import_wh - journal->import_wh <= most && export_wh - journal->export_wh <= most;
}

/* What every recording refuses, whatever its slot. */
static int journal_check(const electra_journal *journal, uint32_t slot, uint64_t import_wh, uint64_t export_wh) {
  if (journal == NULL || journal->storage == NULL) return ELECTRA_ERR_NULL;
  if (!journal->started) return ELECTRA_ERR_STATE;
  if (!el_registers_ok(import_wh, export_wh)) return ELECTRA_ERR_OUT_OF_RANGE;
  const int same = import_wh == journal->import_wh && export_wh == journal->export_wh;
  if (slot < journal->last_slot || (slot == journal->last_slot && !same)) return ELECTRA_ERR_REPEATED;
  if (import_wh < journal->import_wh || export_wh < journal->export_wh) return ELECTRA_ERR_REGISTER_FELL;
  if (!journal_reach(journal, slot, import_wh, export_wh)) return ELECTRA_ERR_OUT_OF_RANGE;
  return ELECTRA_OK;
}

int electra_journal_record(electra_journal *journal, uint32_t slot, uint64_t import_wh, uint64_t export_wh) {
  EL_TRY(journal_check(journal, slot, import_wh, export_wh));
  if (slot == journal->last_slot) return ELECTRA_OK;
  if (slot - journal->last_slot > 1) return ELECTRA_ERR_SKIPPED;
  return journal_put(journal, slot, import_wh, export_wh);
}

int electra_journal_resume(electra_journal *journal, uint32_t slot, uint64_t import_wh, uint64_t export_wh) {
  EL_TRY(journal_check(journal, slot, import_wh, export_wh));
  if (import_wh == journal->import_wh && export_wh == journal->export_wh) {
    const uint32_t cells = journal_slot_cells(journal); /* more than these would overwrite each other */
    uint32_t next = slot - journal->last_slot > cells ? slot - cells + 1 : journal->last_slot + 1;
    for (; next < slot; next++) EL_TRY(journal_put(journal, next, import_wh, export_wh));
  }
  return slot == journal->last_slot ? ELECTRA_OK : journal_put(journal, slot, import_wh, export_wh);
}

int electra_journal_day(const electra_journal *journal, uint32_t day_number, electra_day *day, uint8_t *buffer, size_t size) {
  uint64_t import_wh, export_wh, next_import_wh, next_export_wh;
  int there;
  if (journal == NULL || journal->storage == NULL || day == NULL || buffer == NULL) return ELECTRA_ERR_NULL;
  if (day_number == 0 || day_number >= UINT32_MAX / ELECTRA_SLOTS_PER_DAY) return ELECTRA_ERR_OUT_OF_RANGE;
  uint32_t slot = day_number * ELECTRA_SLOTS_PER_DAY - 1;
  EL_TRY(journal_registers(journal, slot, &import_wh, &export_wh, &there));
  if (!there) return ELECTRA_ERR_INCOMPLETE;
  EL_TRY(electra_day_begin(day, day_number, import_wh, export_wh, buffer, size));
  for (unsigned i = 0; i < ELECTRA_SLOTS_PER_DAY; i++) {
    EL_TRY(journal_registers(journal, ++slot, &next_import_wh, &next_export_wh, &there));
    if (!there) return ELECTRA_ERR_INCOMPLETE;
    const uint64_t import_step = next_import_wh - import_wh, export_step = next_export_wh - export_wh;
    if (import_step >= ELECTRA_INTERVAL_LIMIT_WH || export_step >= ELECTRA_INTERVAL_LIMIT_WH) return ELECTRA_ERR_OUT_OF_RANGE;
    EL_TRY(electra_day_add(day, (uint32_t)import_step, (uint32_t)export_step));
    import_wh = next_import_wh, export_wh = next_export_wh;
  }
  return ELECTRA_OK;
}

int electra_journal_blinding(const electra_journal *journal, const electra_day *day, const electra_meter *meter, uint16_t flags,
                             const uint8_t random[32], uint8_t blinding[31]) {
  uint8_t bytes[ELECTRA_CELL_BYTES] = {0};
  int valid;
  if (journal == NULL || journal->storage == NULL || day == NULL || blinding == NULL) return ELECTRA_ERR_NULL;
  const uint32_t cell = journal_slot_cells(journal) + day->day % ELECTRA_STATEMENT_CELLS;
  EL_TRY(cell_read(journal, cell, CELL_STATEMENT, bytes, &valid));
  const uint32_t stored_day = (uint32_t)el_get(bytes + 1, 4);
  if (valid && stored_day > day->day) return ELECTRA_ERR_REPEATED; /* a day this old had its blinding, and it is gone */
  if (!valid || stored_day < day->day) {
    EL_TRY(electra_day_draw_blinding(day, meter, flags, random, bytes + 5));
    bytes[0] = CELL_STATEMENT;
    el_put(bytes + 1, day->day, 4);
    EL_TRY(cell_write(journal, cell, bytes));
  }
  memcpy(blinding, bytes + 5, ELECTRA_BLINDING_BYTES);
  el_wipe(bytes, sizeof bytes);
  return ELECTRA_OK;
}
