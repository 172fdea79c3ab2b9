/* meter.c - a meter as a Linux process: registers on standard input, sealed reports and committed day statements on a running chain.
 *
 *   meter URL CHAIN-ID OPERATOR GENESIS-HASH KEY-FILE JOURNAL-FILE < registers
 *
 * A line is "SLOT IMPORT_WH EXPORT_WH POWER_W", the registers at the slot's end, every slot in its turn; the first line of a new meter is
 * "start DAY IMPORT_WH EXPORT_WH". Each is in the journal before anything is sent, so the process may be killed at any point: started again
 * with the same input it goes on where it was. OPERATOR (20 bytes of its address) and GENESIS-HASH (32), in hex, are the meter's outfit:
 * keys of the node count if this operator has signed them, or one that signatures lead to from it, whatever URL says; OPERATOR/N is the
 * operator of the N-th rotation. The newest key and operator are kept in JOURNAL-FILE.trust. KEY-FILE holds 32 bytes in hex;
 * JOURNAL-FILE.secrets gets the ephemeral secrets. Ends when the input is at its end and everything is on the chain. */
#define _POSIX_C_SOURCE 200809L
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "electra_meter.h"
#include "rpc.h"

#define CELLS (4u * ELECTRA_SLOTS_PER_DAY + 1u + ELECTRA_STATEMENT_CELLS)
#define REPORTS_MAX ELECTRA_SLOTS_PER_DAY
#define TRIES_MAX 600

/* What JOURNAL-FILE.trust holds: the outfit, and where it led. */
typedef struct kept_trust {
  uint8_t operator_address[ELECTRA_ADDRESS_BYTES];
  uint32_t rotation;
  electra_trust trust;
} kept_trust;

typedef struct host {
  rpc node;
  electra_meter meter;
  kept_trust kept;
  electra_journal journal;
  electra_storage storage;
  char address[ELECTRA_ADDRESS_TEXT_BYTES];
  int file, secrets, trusted;
  electra_report reports[REPORTS_MAX];
  unsigned report_count;
} host;

static int fail(const char *what, int error) {
  fprintf(stderr, "meter: %s (%d)\n", what, error);
  return 1;
}

static void wait_ms(long ms) {
  const struct timespec pause = {ms / 1000, ms % 1000 * 1000000};
  nanosleep(&pause, NULL);
}

/* ---- storage: one file, a cell a write, synced before it counts */

static int read_cell(void *context, uint32_t cell, uint8_t bytes[48]) {
  const ssize_t got = pread(((host *)context)->file, bytes, ELECTRA_CELL_BYTES, (off_t)cell * (off_t)ELECTRA_CELL_BYTES);
  if (got == 0) memset(bytes, 0, ELECTRA_CELL_BYTES); /* never written */
  return got == 0 || got == (ssize_t)ELECTRA_CELL_BYTES ? 0 : 1;
}

static int write_cell(void *context, uint32_t cell, const uint8_t bytes[48]) {
  const int file = ((host *)context)->file;
  const ssize_t written = pwrite(file, bytes, ELECTRA_CELL_BYTES, (off_t)cell * (off_t)ELECTRA_CELL_BYTES);
  return written == (ssize_t)ELECTRA_CELL_BYTES && fdatasync(file) == 0 ? 0 : 1;
}

static int draw(uint8_t bytes[32]) {
  const int file = open("/dev/urandom", O_RDONLY);
  const int bad = file < 0 || read(file, bytes, 32) != 32;
  if (file >= 0) close(file);
  return bad;
}

/* What shows an arbiter a box's content, for 45 days: a line "KIND SLOT-OR-DAY EPOCH SECRET", written before the box leaves. A meter purges
 * them. */
static int keep_secret(host *h, const char *kind, uint32_t at, const uint8_t secret[32]) {
  char line[128];
  int len = snprintf(line, sizeof line, "%s %" PRIu32 " %" PRIu32 " ", kind, at, h->meter.key_epoch);
  for (unsigned i = 0; i < 32; i++) len += snprintf(line + len, sizeof line - (size_t)len, "%02x", secret[i]);
  line[len++] = '\n';
  return write(h->secrets, line, (size_t)len) == len ? 0 : ELECTRA_ERR_STORAGE;
}

/* ---- sending: one transaction at a time, the same bytes again until the chain has it */

/* Takes a key; one that the known operator has not signed may be of the operators that followed, each signed by the one before. */
static int take_key(host *h, uint32_t epoch, const uint8_t key[32], const uint8_t key_signature[64]) {
  electra_trust *trust = &h->kept.trust;
  uint8_t address[20], signature[64];
  int error = electra_trust_node_key(trust, &h->meter, epoch, key, key_signature);
  while (error == ELECTRA_ERR_SIGNATURE) {
    if (rpc_rotation(&h->node, trust->rotation + 1, address, signature) != 0) return error;
    if (electra_trust_rotation(trust, &h->meter, trust->rotation + 1, address, signature) != ELECTRA_OK) return error;
    error = electra_trust_node_key(trust, &h->meter, epoch, key, key_signature);
  }
  return error;
}

static int use_newest_key(host *h) {
  uint32_t epoch;
  uint8_t key[32], signature[64];
  for (int i = 0; i < TRIES_MAX; i++, wait_ms(500)) {
    if (rpc_node_key(&h->node, &epoch, key, signature) != 0) continue;
    const int error = take_key(h, epoch, key, signature);
    if (error) return fail("the node names a key that is not to be sealed to", error);
    const ssize_t written = pwrite(h->trusted, &h->kept, sizeof h->kept, 0);
    return written == (ssize_t)sizeof h->kept && fdatasync(h->trusted) == 0 ? 0 : fail("JOURNAL-FILE.trust", ELECTRA_ERR_STORAGE);
  }
  return fail("the node published no key, or no chain answers", 0);
}

/* Signs what was added, broadcasts it and waits until the account's sequence says that it is in a block. 2: refused at once, build it
 * anew. */
static int send_tx(host *h, electra_tx *tx) {
  electra_tx_params params = {0};
  uint64_t chain_unix_s, height, number, sequence;
  size_t len;
  for (int i = 0; rpc_account(&h->node, h->address, &params.account_number, &params.sequence) != 0; wait_ms(500))
    if (++i == TRIES_MAX) return fail("the chain knows no account of this meter", 0);
  if (rpc_status(&h->node, &chain_unix_s, &height) == 0) params.timeout_height = height + 100;
  int error = electra_tx_sign(tx, &params, &len, NULL);
  if (error) return fail("signing", error);
  for (int i = 0; i < TRIES_MAX; i++, wait_ms(250)) {
    /* a refusal of bytes that were accepted before says nothing: they may be in a block that the query has not seen */
    if (i % 40 == 0 && rpc_broadcast(&h->node, tx->buffer, len) == 1 && i == 0) return 2;
    if (rpc_account(&h->node, h->address, &number, &sequence) == 0 && sequence > params.sequence) return 0;
  }
  return fail("a transaction was not included", 0);
}

static int send_reports(host *h) {
  static uint8_t bytes[ELECTRA_TX_OVERHEAD_BYTES + REPORTS_MAX * ELECTRA_TX_REPORT_BYTES];
  uint8_t box[ELECTRA_SEALED_REPORT_BYTES], random[32], secret[32];
  electra_tx tx;
  if (h->report_count == 0) return 0;
  int error = use_newest_key(h);
  if (!error) error = electra_tx_begin(&tx, &h->meter, bytes, sizeof bytes);
  for (unsigned i = 0; !error && i < h->report_count; i++) {
    if (draw(random)) return fail("no randomness", 0);
    error = electra_report_seal(&h->meter, &h->reports[i], random, box, sizeof box, secret);
    if (!error) error = keep_secret(h, "report", h->reports[i].slot, secret);
    if (!error) error = electra_tx_add_report(&tx, h->reports[i].slot, h->meter.key_epoch, box, sizeof box);
  }
  if (error) return fail("building reports", error);
  h->report_count = 0;
  (void)send_tx(h, &tx); /* a lost report harms nothing, and after a restart the chain may have it already */
  return 0;
}

/* States a day out of the journal, unless the chain has it. */
static int close_day(host *h, uint32_t day_number) {
  static uint8_t buffer[ELECTRA_SEALED_STATEMENT_BYTES], bytes[ELECTRA_TX_OVERHEAD_BYTES + ELECTRA_TX_DAY_BYTES];
  uint8_t random[32], blinding[ELECTRA_BLINDING_BYTES], commitment[ELECTRA_COMMITMENT_BYTES], held[32], secret[32];
  uint64_t chain_unix_s = 0, height;
  electra_day day;
  electra_tx tx;
  int error = electra_journal_day(&h->journal, day_number, &day, buffer, sizeof buffer);
  if (error) return fail("the day is not whole in the journal", error);
  if (draw(random)) return fail("no randomness", 0);
  error = electra_journal_blinding(&h->journal, &day, &h->meter, 0, random, blinding);
  if (!error) error = electra_day_commit(&day, &h->meter, 0, blinding, commitment);
  if (!error) error = use_newest_key(h);
  while (!error && (rpc_status(&h->node, &chain_unix_s, &height) != 0 || chain_unix_s < (uint64_t)(day_number + 1) * 86400u)) wait_ms(500);
  if (!error && rpc_commitment(&h->node, h->address, day_number, held) == 0) {
    if (memcmp(held, commitment, 32) != 0) return fail("the chain holds another commitment of this day", 0);
    return printf("day %" PRIu32 " was on the chain already\n", day_number) < 0;
  }
  if (!error && draw(random)) return fail("no randomness", 0);
  if (!error) error = electra_day_seal(&day, &h->meter, random, buffer, sizeof buffer, secret);
  if (!error) error = keep_secret(h, "day", day_number, secret);
  if (!error) error = fdatasync(h->secrets) == 0 ? 0 : ELECTRA_ERR_STORAGE;
  if (error) return fail("sealing a day statement", error);
  for (int tries = 0, sent = 2; sent == 2; tries++, wait_ms(1000)) {
    error = electra_tx_begin(&tx, &h->meter, bytes, sizeof bytes);
    if (!error) error = electra_tx_add_day(&tx, day_number, h->meter.key_epoch, commitment, buffer, sizeof buffer);
    if (error) return fail("building a day statement", error);
    sent = send_tx(h, &tx);
    if (sent == 1 || tries == 30) return fail(h->node.refusal, 0);
  }
  if (rpc_commitment(&h->node, h->address, day_number, held) != 0 || memcmp(held, commitment, 32) != 0)
    return fail("the chain did not take the day", 0);
  printf("day %" PRIu32 " is on the chain\n", day_number);
  return fflush(stdout) != 0;
}

/* ---- metering */

static int meter_line(host *h, const char *line) {
  electra_report report = {0};
  uint32_t day;
  if (sscanf(line, "start %" SCNu32 " %" SCNu64 " %" SCNu64, &day, &report.import_register_wh, &report.export_register_wh) == 3) {
    const int error =
        h->journal.started ? 0 : electra_journal_start(&h->journal, day, report.import_register_wh, report.export_register_wh);
    return error ? fail("starting", error) : 0;
  }
  if (sscanf(line, "%" SCNu32 " %" SCNu64 " %" SCNu64 " %" SCNd32, &report.slot, &report.import_register_wh, &report.export_register_wh,
             &report.power_w) != 4)
    return fail(line, 0);
  if (h->journal.started && report.slot < h->journal.last_slot) return 0; /* a restart with the same input */
  const int error = electra_journal_record(&h->journal, report.slot, report.import_register_wh, report.export_register_wh);
  if (error) return fail("recording", error);
  h->reports[h->report_count++] = report;
  const int day_over = report.slot % ELECTRA_SLOTS_PER_DAY == ELECTRA_SLOTS_PER_DAY - 1;
  if (day_over && close_day(h, report.slot / ELECTRA_SLOTS_PER_DAY) != 0) return 1;
  return day_over || h->report_count == REPORTS_MAX ? send_reports(h) : 0;
}

/* The outfit, and what was seen before: on this chain a key stays seen with a new outfit too, an operator counts from its own alone. */
static int open_trust(host *h, const char *journal, const kept_trust *outfit) {
  char path[4096];
  kept_trust kept;
  snprintf(path, sizeof path, "%s.trust", journal);
  h->kept = *outfit;
  h->trusted = open(path, O_RDWR | O_CREAT, 0600);
  if (h->trusted < 0) return ELECTRA_ERR_STORAGE;
  if (pread(h->trusted, &kept, sizeof kept, 0) != (ssize_t)sizeof kept) return 0;
  if (memcmp(kept.trust.genesis_hash, outfit->trust.genesis_hash, 32) != 0) return 0;
  h->kept.trust = kept.trust;
  if (memcmp(kept.operator_address, outfit->operator_address, 20) == 0 && kept.rotation == outfit->rotation) return 0;
  memcpy(h->kept.trust.operator_address, outfit->operator_address, 20);
  h->kept.trust.rotation = outfit->rotation;
  return 0;
}

static int from_hex(const char *text, uint8_t *bytes, size_t count) {
  unsigned value;
  if (strlen(text) != 2 * count) return 1;
  for (size_t i = 0; i < count; i++)
    if (sscanf(text + 2 * i, "%2x", &value) != 1) return 1;
    else bytes[i] = (uint8_t)value;
  return 0;
}

/* OPERATOR or OPERATOR/N, and GENESIS-HASH. */
static int read_outfit(const char *operator_text, const char *genesis_text, kept_trust *outfit) {
  char hex[41], after;
  uint8_t genesis_hash[32];
  const char *slash = strchr(operator_text, '/');
  memset(outfit, 0, sizeof *outfit);
  if (slash != NULL && sscanf(slash, "/%" SCNu32 "%c", &outfit->rotation, &after) != 1) return 1;
  snprintf(hex, sizeof hex, "%.40s", operator_text);
  if (strlen(operator_text) - (slash == NULL ? 0 : strlen(slash)) != 40 || from_hex(hex, outfit->operator_address, 20) != 0) return 1;
  if (from_hex(genesis_text, genesis_hash, 32) != 0) return 1;
  return electra_trust_init(&outfit->trust, outfit->operator_address, outfit->rotation, genesis_hash) != ELECTRA_OK;
}

static int read_key(const char *path, uint8_t key[32]) {
  FILE *file = fopen(path, "r");
  int read = 0;
  for (unsigned value; file != NULL && read < 32 && fscanf(file, "%2x", &value) == 1; read++) key[read] = (uint8_t)value;
  if (file != NULL) fclose(file);
  return read == 32 ? 0 : 1;
}

int main(int argc, char **argv) {
  static host h;
  char line[256];
  char secrets_path[4096];
  uint8_t key[32];
  kept_trust outfit;
  if (argc != 7) return fail("usage: meter URL CHAIN-ID OPERATOR GENESIS-HASH KEY-FILE JOURNAL-FILE", 0);
  int error = electra_self_test();
  if (error) return fail("self-test", error);
  if (rpc_open(&h.node, argv[1]) != 0) return fail("URL: expected http://host:port", 0);
  if (read_outfit(argv[3], argv[4], &outfit) != 0) return fail("OPERATOR, GENESIS-HASH: expected 20 and 32 bytes in hex", 0);
  if (read_key(argv[5], key) != 0) return fail("KEY-FILE: expected 32 bytes in hex", 0);
  error = electra_meter_init(&h.meter, argv[2], strlen(argv[2]), key);
  memset(key, 0, sizeof key);
  if (!error) error = electra_meter_address(&h.meter, h.address, sizeof h.address);
  if (error) return fail("CHAIN-ID or key", error);
  error = open_trust(&h, argv[6], &outfit);
  if (error) return fail("JOURNAL-FILE.trust", error);
  h.file = open(argv[6], O_RDWR | O_CREAT, 0600);
  snprintf(secrets_path, sizeof secrets_path, "%s.secrets", argv[6]);
  h.secrets = open(secrets_path, O_WRONLY | O_CREAT | O_APPEND, 0600);
  h.storage = (electra_storage){read_cell, write_cell, &h, CELLS};
  error = h.file < 0 || h.secrets < 0 ? ELECTRA_ERR_STORAGE : electra_journal_open(&h.journal, &h.storage, &h.meter);
  if (error) return fail("JOURNAL-FILE", error);
  printf("%s meters on %s\n", h.address, argv[2]);
  while (!error && fgets(line, sizeof line, stdin) != NULL) error = meter_line(&h, line);
  if (!error) error = send_reports(&h);
  electra_meter_wipe(&h.meter);
  return error ? 1 : 0;
}
