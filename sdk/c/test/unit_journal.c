/* unit_journal.c - the journal, and power that fails within any byte of any write. */
#include "unit.h"

#define CELLS ELECTRA_JOURNAL_CELLS_MIN
#define DAY 20635u
#define FIRST (DAY * 96u)

typedef struct memory {
  uint8_t cells[CELLS][ELECTRA_CELL_BYTES];
  long bytes_left; /* until power fails; below 0: it does not */
  int broken;      /* 1: reads fail, 2: writes fail, 3: writes do nothing */
  unsigned writes;
} memory;

static int read_cell(void *context, uint32_t cell, uint8_t bytes[48]) {
  const memory *m = (const memory *)context;
  if (m->bytes_left == 0 || m->broken == 1 || cell >= CELLS) return 1;
  memcpy(bytes, m->cells[cell], ELECTRA_CELL_BYTES);
  return 0;
}

static int write_cell(void *context, uint32_t cell, const uint8_t bytes[48]) {
  memory *m = (memory *)context;
  m->writes++;
  if (m->broken == 2 || cell >= CELLS) return 1;
  if (m->broken == 3) return 0;
  for (unsigned i = 0; i < ELECTRA_CELL_BYTES; i++) {
    if (m->bytes_left == 0) return 1;
    if (m->bytes_left > 0) m->bytes_left--;
    m->cells[cell][i] = bytes[i];
  }
  return 0;
}

static memory fresh_memory(void) {
  memory m;
  memset(&m, 0xff, sizeof m);
  m.bytes_left = -1;
  m.broken = 0;
  m.writes = 0;
  return m;
}

static uint64_t register_at(uint32_t slot) { return 1000000u + (uint64_t)(slot - FIRST + 1) * 37u; }

static void records_in_order(const electra_meter *meter) {
  static memory m;
  m = fresh_memory();
  const electra_storage storage = {read_cell, write_cell, &m, CELLS};
  electra_journal j, again;
  IS(electra_journal_open(&j, &storage, meter), ELECTRA_OK);
  CHECK(!j.started);
  IS(electra_journal_record(&j, FIRST, 1, 1), ELECTRA_ERR_STATE);
  IS(electra_journal_start(&j, 0, 1, 1), ELECTRA_ERR_OUT_OF_RANGE);
  IS(electra_journal_start(&j, UINT32_MAX, 1, 1), ELECTRA_ERR_OUT_OF_RANGE);
  IS(electra_journal_start(&j, DAY, ELECTRA_REGISTER_LIMIT_WH, 1), ELECTRA_ERR_OUT_OF_RANGE);
  IS(electra_journal_start(&j, DAY, 100, 50), ELECTRA_OK);
  IS(electra_journal_start(&j, DAY + 1, 100, 50), ELECTRA_ERR_REPEATED); /* once in a meter's life */
  IS(electra_journal_record(&j, FIRST, 110, 50), ELECTRA_OK);
  IS(electra_journal_record(&j, FIRST, 110, 50), ELECTRA_OK); /* told again */
  IS(electra_journal_record(&j, FIRST, 111, 50), ELECTRA_ERR_REPEATED);
  IS(electra_journal_record(&j, FIRST, 110, 51), ELECTRA_ERR_REPEATED);
  IS(electra_journal_record(&j, FIRST - 1, 110, 50), ELECTRA_ERR_REPEATED);
  IS(electra_journal_record(&j, FIRST + 2, 120, 50), ELECTRA_ERR_SKIPPED);
  IS(electra_journal_record(&j, FIRST + 1, 109, 50), ELECTRA_ERR_REGISTER_FELL);
  IS(electra_journal_record(&j, FIRST + 1, 110, 49), ELECTRA_ERR_REGISTER_FELL);
  IS(electra_journal_record(&j, FIRST + 1, 110 + ELECTRA_INTERVAL_LIMIT_WH, 50), ELECTRA_ERR_OUT_OF_RANGE);
  IS(electra_journal_record(&j, FIRST + 1, 110, 50 + ELECTRA_INTERVAL_LIMIT_WH), ELECTRA_ERR_OUT_OF_RANGE);
  IS(electra_journal_record(&j, FIRST + 1, ELECTRA_REGISTER_LIMIT_WH, 50), ELECTRA_ERR_OUT_OF_RANGE);
  CHECK(m.writes == 2);
  IS(electra_journal_open(&again, &storage, meter), ELECTRA_OK);
  CHECK(again.started && again.last_slot == FIRST && again.import_wh == 110 && again.export_wh == 50);
}

static void refuses_null_and_small(const electra_meter *meter) {
  static memory m;
  m = fresh_memory();
  electra_storage storage = {read_cell, write_cell, &m, CELLS};
  uint8_t buffer[715], blinding[31];
  electra_journal j, none;
  electra_day day;
  memset(&none, 0, sizeof none);
  memset(&day, 0, sizeof day);
  IS(electra_journal_open(NULL, &storage, meter), ELECTRA_ERR_NULL);
  IS(electra_journal_open(&j, NULL, meter), ELECTRA_ERR_NULL);
  IS(electra_journal_open(&j, &storage, NULL), ELECTRA_ERR_NULL);
  storage.read = NULL;
  IS(electra_journal_open(&j, &storage, meter), ELECTRA_ERR_NULL);
  storage.read = read_cell, storage.write = NULL;
  IS(electra_journal_open(&j, &storage, meter), ELECTRA_ERR_NULL);
  storage.write = write_cell, storage.cells = CELLS - 1;
  IS(electra_journal_open(&j, &storage, meter), ELECTRA_ERR_OUT_OF_RANGE);
  storage.cells = CELLS;
  IS(electra_journal_open(&j, &storage, meter), ELECTRA_OK);
  IS(electra_journal_start(NULL, DAY, 1, 1), ELECTRA_ERR_NULL);
  IS(electra_journal_start(&none, DAY, 1, 1), ELECTRA_ERR_NULL);
  IS(electra_journal_record(NULL, FIRST, 1, 1), ELECTRA_ERR_NULL);
  IS(electra_journal_record(&none, FIRST, 1, 1), ELECTRA_ERR_NULL);
  IS(electra_journal_resume(NULL, FIRST, 1, 1), ELECTRA_ERR_NULL);
  IS(electra_journal_day(NULL, DAY, &day, buffer, 715), ELECTRA_ERR_NULL);
  IS(electra_journal_day(&none, DAY, &day, buffer, 715), ELECTRA_ERR_NULL);
  IS(electra_journal_day(&j, DAY, NULL, buffer, 715), ELECTRA_ERR_NULL);
  IS(electra_journal_day(&j, DAY, &day, NULL, 715), ELECTRA_ERR_NULL);
  IS(electra_journal_day(&j, 0, &day, buffer, 715), ELECTRA_ERR_OUT_OF_RANGE);
  IS(electra_journal_day(&j, UINT32_MAX, &day, buffer, 715), ELECTRA_ERR_OUT_OF_RANGE);
  IS(electra_journal_day(&j, DAY, &day, buffer, 715), ELECTRA_ERR_INCOMPLETE);
  IS(electra_journal_blinding(NULL, &day, meter, 0, UNIT_RANDOM, blinding), ELECTRA_ERR_NULL);
  IS(electra_journal_blinding(&none, &day, meter, 0, UNIT_RANDOM, blinding), ELECTRA_ERR_NULL);
  IS(electra_journal_blinding(&j, NULL, meter, 0, UNIT_RANDOM, blinding), ELECTRA_ERR_NULL);
  IS(electra_journal_blinding(&j, &day, meter, 0, UNIT_RANDOM, NULL), ELECTRA_ERR_NULL);
  IS(electra_journal_blinding(&j, &day, meter, 0, UNIT_RANDOM, blinding), ELECTRA_ERR_STATE); /* a day without its 96 intervals */
}

static void says_when_storage_fails(const electra_meter *meter) {
  static memory m;
  m = fresh_memory();
  const electra_storage storage = {read_cell, write_cell, &m, CELLS};
  uint8_t buffer[715], blinding[31];
  electra_journal j;
  electra_day day;
  m.broken = 1;
  IS(electra_journal_open(&j, &storage, meter), ELECTRA_ERR_STORAGE);
  m.broken = 0;
  IS(electra_journal_open(&j, &storage, meter), ELECTRA_OK);
  for (int broken = 1; broken <= 3; broken++) {
    m.broken = broken;
    IS(electra_journal_start(&j, DAY, 1, 1), ELECTRA_ERR_STORAGE); /* not written, or not to be read back */
    memset(m.cells, 0xff, sizeof m.cells);
  }
  IS(electra_journal_day(&j, DAY, &day, buffer, 715), ELECTRA_ERR_INCOMPLETE);
  m.broken = 0;
  IS(electra_journal_open(&j, &storage, meter), ELECTRA_OK);
  IS(electra_day_begin(&day, DAY, 0, 0, buffer, 715), ELECTRA_OK);
  for (unsigned i = 0; i < 96; i++) CHECK(electra_day_add(&day, i, i) == ELECTRA_OK);
  m.broken = 1;
  IS(electra_journal_day(&j, DAY, &day, buffer, 715), ELECTRA_ERR_STORAGE);
  IS(electra_journal_blinding(&j, &day, meter, 0, UNIT_RANDOM, blinding), ELECTRA_ERR_STORAGE);
  m.broken = 3;
  IS(electra_journal_blinding(&j, &day, meter, 0, UNIT_RANDOM, blinding), ELECTRA_ERR_STORAGE); /* no blinding that is not kept */
}

static void fills_only_what_can_be_known(const electra_meter *meter) {
  static memory m;
  m = fresh_memory();
  const electra_storage storage = {read_cell, write_cell, &m, CELLS};
  uint8_t buffer[715];
  electra_journal j;
  electra_day day;
  IS(electra_journal_open(&j, &storage, meter), ELECTRA_OK);
  IS(electra_journal_start(&j, DAY, 100, 50), ELECTRA_OK);
  IS(electra_journal_resume(&j, FIRST + 95, 100, 50), ELECTRA_OK); /* nothing flowed all day: known */
  IS(electra_journal_day(&j, DAY, &day, buffer, 715), ELECTRA_OK);
  CHECK(day.count == 96 && day.import_wh == 100);
  IS(electra_journal_resume(&j, FIRST + 95, 100, 50), ELECTRA_OK);
  IS(electra_journal_resume(&j, FIRST + 90, 100, 50), ELECTRA_ERR_REPEATED);
  IS(electra_journal_resume(&j, FIRST + 99, 99, 50), ELECTRA_ERR_REGISTER_FELL);
  IS(electra_journal_resume(&j, FIRST + 99, 5000000, 50), ELECTRA_ERR_OUT_OF_RANGE); /* not in four slots */
  IS(electra_journal_resume(&j, FIRST + 100, 5000000, 50), ELECTRA_OK);              /* something flowed, nobody knows when */
  for (uint32_t slot = FIRST + 101; slot < FIRST + 3 * 96; slot++) CHECK(electra_journal_record(&j, slot, 5000000, 50) == ELECTRA_OK);
  IS(electra_journal_day(&j, DAY + 1, &day, buffer, 715), ELECTRA_ERR_INCOMPLETE);
  IS(electra_journal_day(&j, DAY + 2, &day, buffer, 715), ELECTRA_OK);          /* the day after is whole again */
  IS(electra_journal_resume(&j, FIRST + 40 * 96 - 1, 5000000, 50), ELECTRA_OK); /* longer than there are cells */
  IS(electra_journal_day(&j, DAY + 39, &day, buffer, 715), ELECTRA_OK);
  IS(electra_journal_day(&j, DAY + 30, &day, buffer, 715), ELECTRA_ERR_INCOMPLETE);
}

static void keeps_one_blinding_a_day(const electra_meter *meter) {
  static memory m;
  m = fresh_memory();
  const electra_storage storage = {read_cell, write_cell, &m, CELLS};
  uint8_t buffer[715], first[31], again[31], other_random[32] = {9};
  electra_journal j;
  electra_day day;
  electra_meter other = *meter;
  IS(electra_journal_open(&j, &storage, meter), ELECTRA_OK);
  for (uint32_t number = DAY; number < DAY + 9; number += 8) { /* the second takes the first one's cell */
    IS(electra_day_begin(&day, number, 0, 0, buffer, 715), ELECTRA_OK);
    for (unsigned i = 0; i < 96; i++) CHECK(electra_day_add(&day, i, i) == ELECTRA_OK);
    IS(electra_journal_blinding(&j, &day, meter, 0, UNIT_RANDOM, first), ELECTRA_OK);
    IS(electra_journal_blinding(&j, &day, meter, 0, other_random, again), ELECTRA_OK);
    CHECK(memcmp(first, again, 31) == 0); /* drawn once, whatever is drawn later */
  }
  day.day = DAY;
  IS(electra_journal_blinding(&j, &day, meter, 0, UNIT_RANDOM, again), ELECTRA_ERR_REPEATED);
  IS(electra_journal_start(&j, DAY, 1, 1), ELECTRA_OK);
  other.address[0] ^= 1; /* a storage that was put into another meter holds nothing of it */
  IS(electra_journal_open(&j, &storage, &other), ELECTRA_OK);
  CHECK(!j.started);
  IS(electra_journal_open(&j, &storage, meter), ELECTRA_OK);
  CHECK(j.started);
}

/* A storage that gives one cell's bytes for another's (a worn translation of addresses) gives nothing that counts. */
static void takes_no_cell_for_another(const electra_meter *meter) {
  static memory m;
  m = fresh_memory();
  const electra_storage storage = {read_cell, write_cell, &m, CELLS};
  electra_journal j;
  IS(electra_journal_open(&j, &storage, meter), ELECTRA_OK);
  IS(electra_journal_start(&j, DAY, 100, 50), ELECTRA_OK);
  IS(electra_journal_record(&j, FIRST, 110, 50), ELECTRA_OK);
  const uint32_t cell = FIRST % (CELLS - ELECTRA_STATEMENT_CELLS), other = (cell + 7) % (CELLS - ELECTRA_STATEMENT_CELLS);
  memcpy(m.cells[other], m.cells[cell], ELECTRA_CELL_BYTES);
  memset(m.cells[cell], 0xff, ELECTRA_CELL_BYTES);
  IS(electra_journal_open(&j, &storage, meter), ELECTRA_OK);
  CHECK(j.started && j.last_slot == FIRST - 1 && j.import_wh == 100);
}

/* Registers that no recording lets in (an older firmware's): a step of 2^32 and more is not narrowed to a small one. */
static void narrows_no_step(const electra_meter *meter) {
  static memory m;
  uint8_t buffer[715];
  electra_day day;
  for (unsigned direction = 0; direction < 2; direction++) {
    m = fresh_memory();
    const electra_storage storage = {read_cell, write_cell, &m, CELLS};
    electra_journal j;
    IS(electra_journal_open(&j, &storage, meter), ELECTRA_OK);
    IS(electra_journal_start(&j, DAY, 100, 100), ELECTRA_OK);
    const uint64_t far = ((uint64_t)1 << 32) + 5;
    if (direction == 0) j.import_wh += far;
    else j.export_wh += far;
    const uint64_t import_wh = j.import_wh, export_wh = j.export_wh;
    for (uint32_t slot = FIRST; slot < FIRST + 96; slot++) IS(electra_journal_record(&j, slot, import_wh, export_wh), ELECTRA_OK);
    IS(electra_journal_day(&j, DAY, &day, buffer, 715), ELECTRA_ERR_OUT_OF_RANGE);
  }
}

/* What the meter is enrolled with bounds every recording; what is set above the protocol's limit counts as the limit. */
static void keeps_to_what_is_enrolled(const electra_meter *meter) {
  static memory m;
  m = fresh_memory();
  const electra_storage storage = {read_cell, write_cell, &m, CELLS};
  electra_journal j;
  IS(electra_journal_open(&j, &storage, meter), ELECTRA_OK);
  CHECK(j.max_wh_per_slot == ELECTRA_INTERVAL_LIMIT_WH - 1);
  IS(electra_journal_start(&j, DAY, 0, 0), ELECTRA_OK);
  j.max_wh_per_slot = 7000;
  IS(electra_journal_record(&j, FIRST, 7001, 0), ELECTRA_ERR_OUT_OF_RANGE);
  IS(electra_journal_record(&j, FIRST, 7000, 0), ELECTRA_OK);
  IS(electra_journal_resume(&j, FIRST + 2, 7000, 14001), ELECTRA_ERR_OUT_OF_RANGE);
  IS(electra_journal_resume(&j, FIRST + 2, 7000, 14000), ELECTRA_OK);
  j.max_wh_per_slot = UINT32_MAX;
  IS(electra_journal_record(&j, FIRST + 3, 7000 + ELECTRA_INTERVAL_LIMIT_WH, 14000), ELECTRA_ERR_OUT_OF_RANGE);
}

void test_journal(void) {
  electra_meter meter;
  unit_meter(&meter);
  records_in_order(&meter);
  refuses_null_and_small(&meter);
  says_when_storage_fails(&meter);
  fills_only_what_can_be_known(&meter);
  keeps_one_blinding_a_day(&meter);
  takes_no_cell_for_another(&meter);
  narrows_no_step(&meter);
  keeps_to_what_is_enrolled(&meter);
}

/* A day with power failing after `budget` written bytes, and the same firmware after the restart. Every slot the journal took is reported
 * once. */
static void lives_through(const electra_meter *meter, long budget) {
  static memory m;
  static uint64_t reported[97];
  m = fresh_memory();
  memset(reported, 0, sizeof reported);
  m.bytes_left = budget;
  const electra_storage storage = {read_cell, write_cell, &m, CELLS};
  uint8_t buffer[715];
  electra_journal j;
  electra_day day;
  int restarts = 0;
  uint32_t last = 0;
  for (int lives = 0; lives < 5 && last != FIRST + 95; lives++) {
    if (electra_journal_open(&j, &storage, meter) != ELECTRA_OK ||
        (!j.started && electra_journal_start(&j, DAY, 1000000, 0) != ELECTRA_OK)) {
      m.bytes_left = -1;
      restarts++;
      continue;
    }
    /* the registers went on while the meter was down: after a restart they read a little higher */
    while (j.last_slot != FIRST + 95) {
      const uint32_t slot = j.last_slot + 1;
      const uint64_t wh = register_at(slot) + (uint64_t)restarts;
      if (electra_journal_record(&j, slot, wh, 0) != ELECTRA_OK) break;
      if (reported[slot - FIRST] != 0) CHECK(reported[slot - FIRST] == wh);
      reported[slot - FIRST] = wh;
    }
    last = j.last_slot;
    if (last != FIRST + 95) m.bytes_left = -1, restarts++;
  }
  CHECK(restarts == 1 && last == FIRST + 95);
  if (last != FIRST + 95) return;
  CHECK(electra_journal_day(&j, DAY, &day, buffer, 715) == ELECTRA_OK);
  CHECK(day.import_wh == register_at(FIRST + 95) + 1); /* every watt-hour once, whatever was cut */
  uint64_t sum = 1000000;
  for (unsigned i = 0; i < 96; i++) {
    sum += el_get(buffer + 48 + 38 + EL_BODY_IMPORT + 3 * i, 3);
    if (reported[i] != 0) CHECK(sum == reported[i]); /* the statement says what the reports said */
  }
}

void test_power(void) {
  electra_meter meter;
  unit_meter(&meter);
  for (long budget = 1; budget < 97 * 48; budget += budget < 150 ? 1 : 61) lives_through(&meter, budget);
}
