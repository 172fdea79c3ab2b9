/* ops.c - see ops.h. */
#include "ops.h"

#include "internal.h"

typedef struct reader {
  const uint8_t *at;
  size_t left;
  int bad;
} reader;

static const uint8_t *take(reader *r, size_t len) {
  static const uint8_t none[32] = {0};
  if (r->bad || len > r->left) {
    r->bad = 1;
    return none;
  }
  const uint8_t *at = r->at;
  r->at += len;
  r->left -= len;
  return at;
}

static uint64_t number(reader *r, unsigned bytes) {
  const uint8_t *at = take(r, bytes);
  return el_get(at, bytes);
}

static const uint8_t *text(reader *r, size_t *len) {
  *len = (size_t)number(r, 2);
  return take(r, *len);
}

static void read_carrier(reader *r, electra_carrier *carrier) {
  carrier->chain_id = (const char *)text(r, &carrier->chain_id_len);
  memcpy(carrier->address, take(r, 20), 20);
  carrier->at = (uint32_t)number(r, 4);
  carrier->key_epoch = (uint32_t)number(r, 4);
}

/* A meter without a key, for encodings alone. */
static int meter_of(electra_meter *meter, const electra_carrier *carrier) {
  memset(meter, 0, sizeof *meter);
  if (!el_chain_id_ok(carrier->chain_id, carrier->chain_id_len)) return ELECTRA_ERR_OUT_OF_RANGE;
  memcpy(meter->chain_id, carrier->chain_id, carrier->chain_id_len);
  meter->chain_id_len = (uint8_t)carrier->chain_id_len;
  memcpy(meter->address, carrier->address, 20);
  meter->key_epoch = carrier->key_epoch;
  return ELECTRA_OK;
}

static int read_meter(reader *r, electra_meter *meter) {
  size_t len;
  const char *chain_id = (const char *)text(r, &len);
  const uint8_t *key = take(r, 32);
  const uint32_t epoch = (uint32_t)number(r, 4);
  const uint8_t *node_key = take(r, 32);
  if (r->bad) return OPS_BAD_REQUEST;
  EL_TRY(electra_meter_init(meter, chain_id, len, key));
  return electra_set_node_key(meter, epoch, node_key);
}

static void read_report(reader *r, electra_report *report) {
  report->slot = (uint32_t)number(r, 4);
  report->import_register_wh = number(r, 8);
  report->export_register_wh = number(r, 8);
  report->power_w = (int32_t)(uint32_t)number(r, 4);
  report->flags = (uint16_t)number(r, 2);
}

/* day u32, registers u64 u64, 96 u32, 96 u32 */
static int read_day(reader *r, electra_day *day, uint8_t *buffer) {
  const uint32_t day_number = (uint32_t)number(r, 4);
  const uint64_t import_wh = number(r, 8), export_wh = number(r, 8);
  const uint8_t *imports = take(r, 384), *exports = r->bad ? imports : take(r, 384);
  if (r->bad) return OPS_BAD_REQUEST;
  EL_TRY(electra_day_begin(day, day_number, import_wh, export_wh, buffer, ELECTRA_SEALED_STATEMENT_BYTES));
  for (unsigned i = 0; i < 96; i++)
    EL_TRY(electra_day_add(day, (uint32_t)el_get(imports + 4 * i, 4), (uint32_t)el_get(exports + 4 * i, 4)));
  return ELECTRA_OK;
}

static int op_header(reader *r, uint8_t *out, size_t *len) {
  electra_carrier carrier;
  const uint8_t kind = (uint8_t)number(r, 1);
  read_carrier(r, &carrier);
  if (r->bad) return OPS_BAD_REQUEST;
  el_header(out, kind, &carrier);
  *len = EL_HEADER_BYTES;
  return ELECTRA_OK;
}

static int op_report(reader *r, uint8_t *out, size_t *len) {
  electra_carrier carrier;
  electra_report report;
  read_carrier(r, &carrier);
  read_report(r, &report);
  if (r->bad) return OPS_BAD_REQUEST;
  if (!el_registers_ok(report.import_register_wh, report.export_register_wh)) return ELECTRA_ERR_OUT_OF_RANGE;
  el_header(out, EL_KIND_REPORT, &carrier);
  el_report_write(out + EL_HEADER_BYTES, &report);
  *len = ELECTRA_REPORT_BYTES;
  return ELECTRA_OK;
}

/* -> plaintext[667], commitment[32] */
static int op_statement(reader *r, uint8_t *out, size_t *len) {
  uint8_t buffer[ELECTRA_SEALED_STATEMENT_BYTES];
  electra_carrier carrier;
  electra_meter meter;
  electra_day day;
  read_carrier(r, &carrier);
  EL_TRY(meter_of(&meter, &carrier));
  EL_TRY(read_day(r, &day, buffer));
  const uint8_t *blinding = take(r, 31);
  const uint16_t flags = (uint16_t)number(r, 2);
  if (r->bad) return OPS_BAD_REQUEST;
  EL_TRY(electra_day_commit(&day, &meter, flags, blinding, out + ELECTRA_STATEMENT_BYTES));
  memcpy(out, buffer + ELECTRA_SEAL_OVERHEAD, ELECTRA_STATEMENT_BYTES);
  el_header(out, EL_KIND_STATEMENT, &carrier);
  *len = ELECTRA_STATEMENT_BYTES + 32;
  return ELECTRA_OK;
}

static int op_hedge(reader *r, uint8_t *out, size_t *len) {
  static const char *const labels[2] = {"blinding", "ephemeral"};
  const unsigned label = (unsigned)number(r, 1) & 1u;
  const uint8_t *secret = take(r, 32), *random = take(r, 32);
  size_t plain_len;
  const uint8_t *plaintext = text(r, &plain_len);
  uint8_t digest[32], zero[31] = {0};
  el_sha256 hash;
  if (r->bad || (plain_len != 64 && plain_len != 667)) return OPS_BAD_REQUEST;
  el_sha256_init(&hash);
  if (plain_len == 667) {
    el_sha256_update(&hash, plaintext + EL_HEADER_BYTES, EL_BODY_BLINDING);
    el_sha256_update(&hash, zero, 31);
    el_sha256_update(&hash, plaintext + 665, 2);
  } else {
    el_sha256_update(&hash, plaintext + EL_HEADER_BYTES, plain_len - EL_HEADER_BYTES);
  }
  el_sha256_final(&hash, digest);
  el_hedge(out, labels[label], secret, plaintext + 6, digest, random);
  *len = 32;
  return ELECTRA_OK;
}

static int op_box_seal(reader *r, uint8_t *out, size_t *len) {
  const uint8_t *node_key = take(r, 32), *ephemeral = take(r, 32);
  size_t plain_len;
  const uint8_t *plaintext = text(r, &plain_len);
  if (r->bad || plain_len > 1024) return OPS_BAD_REQUEST;
  memcpy(out + 48, plaintext, plain_len);
  *len = plain_len + 48;
  return electra_crypto_box_seal(out, plain_len, node_key, ephemeral);
}

static int op_open(reader *r, uint8_t *out, size_t *len) {
  const uint8_t *secret = take(r, 32);
  size_t sealed_len;
  const uint8_t *sealed = text(r, &sealed_len);
  if (r->bad) return OPS_BAD_REQUEST;
  *len = sealed_len < 48 ? 0 : sealed_len - 48;
  return electra_open(out, ELECTRA_STATEMENT_BYTES, sealed, sealed_len, secret);
}

static int op_report_decode(reader *r, uint8_t *out, size_t *len) {
  electra_carrier carrier;
  electra_report report;
  size_t plain_len;
  read_carrier(r, &carrier);
  const uint8_t *plaintext = text(r, &plain_len);
  if (r->bad) return OPS_BAD_REQUEST;
  EL_TRY(electra_report_decode(&report, plaintext, plain_len, &carrier));
  el_report_write(out, &report);
  *len = 26;
  return ELECTRA_OK;
}

/* -> day u32, registers, 96 u32, 96 u32, blinding, flags, commitment */
static int op_statement_decode(reader *r, uint8_t *out, size_t *len) {
  electra_carrier carrier;
  electra_statement s;
  size_t plain_len;
  read_carrier(r, &carrier);
  const uint8_t *plaintext = text(r, &plain_len);
  if (r->bad) return OPS_BAD_REQUEST;
  EL_TRY(electra_statement_decode(&s, plaintext, plain_len, &carrier));
  el_put(out, s.day, 4);
  el_put(out + 4, s.import_start_wh, 8);
  el_put(out + 12, s.export_start_wh, 8);
  for (unsigned i = 0; i < 96; i++) el_put(out + 20 + 4 * i, s.import_wh[i], 4), el_put(out + 404 + 4 * i, s.export_wh[i], 4);
  memcpy(out + 788, s.blinding, 31);
  el_put(out + 819, s.flags, 2);
#ifdef OPS_DECODE_ONLY /* fuzzing: seven Poseidon hashes an input would be most of the time */
  *len = 821;
  return ELECTRA_OK;
#else
  *len = 821 + 32;
  return electra_statement_commitment(&s, &carrier, out + 821);
#endif
}

/* key, chain id, account u64, sequence u64, timeout u64, memo, room u16, count u8, { kind u8, at u32, epoch u32, [commitment], box } -> tx,
 * hash */
static int op_tx(reader *r, uint8_t *out, size_t *len) {
  electra_meter meter;
  electra_tx tx;
  electra_tx_params params;
  size_t chain_len, box_len, tx_len;
  const uint8_t *key = take(r, 32);
  const char *chain_id = (const char *)text(r, &chain_len);
  params.account_number = number(r, 8);
  params.sequence = number(r, 8);
  params.timeout_height = number(r, 8);
  params.memo = (const char *)text(r, &params.memo_len);
  const size_t room = (size_t)number(r, 2);
  unsigned count = (unsigned)number(r, 1);
  if (r->bad || room > OPS_ANSWER_MAX - 33) return OPS_BAD_REQUEST;
  EL_TRY(electra_meter_init(&meter, chain_id, chain_len, key));
  EL_TRY(electra_tx_begin(&tx, &meter, out, room));
  for (; count > 0; count--) {
    const unsigned kind = (unsigned)number(r, 1);
    const uint32_t at = (uint32_t)number(r, 4), epoch = (uint32_t)number(r, 4);
    const uint8_t *commitment = kind == EL_KIND_STATEMENT ? take(r, 32) : NULL;
    const uint8_t *box = text(r, &box_len);
    if (r->bad) return OPS_BAD_REQUEST;
    if (kind == EL_KIND_STATEMENT) EL_TRY(electra_tx_add_day(&tx, at, epoch, commitment, box, box_len));
    else EL_TRY(electra_tx_add_report(&tx, at, epoch, box, box_len));
  }
  uint8_t hash[32];
  EL_TRY(electra_tx_sign(&tx, &params, &tx_len, hash));
  memcpy(out + tx_len, hash, 32);
  *len = tx_len + 32;
  return ELECTRA_OK;
}

static int op_address(reader *r, uint8_t *out, size_t *len) {
  electra_meter meter;
  const uint8_t *key = take(r, 32);
  if (r->bad) return OPS_BAD_REQUEST;
  EL_TRY(electra_meter_init(&meter, "e", 1, key));
  memcpy(out, meter.public_key, 33);
  *len = 33 + ELECTRA_ADDRESS_TEXT_BYTES - 1;
  return electra_meter_address(&meter, (char *)out + 33, ELECTRA_ADDRESS_TEXT_BYTES);
}

static int op_p4(reader *r, uint8_t *out, size_t *len) {
  uint32_t inputs[4][8];
  for (unsigned i = 0; i < 4; i++) el_limbs_from_bytes(inputs[i], take(r, 32));
  if (r->bad) return OPS_BAD_REQUEST;
  el_p4(inputs[0], inputs);
  el_limbs_to_bytes(out, inputs[0]);
  *len = 32;
  return ELECTRA_OK;
}

/* meter, report, random -> box, ephemeral secret, address */
static int op_report_seal(reader *r, uint8_t *out, size_t *len) {
  electra_meter meter;
  electra_report report;
  EL_TRY(read_meter(r, &meter));
  read_report(r, &report);
  const uint8_t *random = take(r, 32);
  if (r->bad) return OPS_BAD_REQUEST;
  EL_TRY(electra_report_seal(&meter, &report, random, out, 112, out + 112));
  memcpy(out + 144, meter.address, 20);
  *len = 164;
  return ELECTRA_OK;
}

/* meter, day, flags, random for the blinding, random for the box -> blinding, commitment, box, ephemeral secret, address */
static int op_day_seal(reader *r, uint8_t *out, size_t *len) {
  uint8_t *buffer = out + 63;
  electra_meter meter;
  electra_day day;
  EL_TRY(read_meter(r, &meter));
  EL_TRY(read_day(r, &day, buffer));
  const uint16_t flags = (uint16_t)number(r, 2);
  const uint8_t *random1 = take(r, 32), *random2 = take(r, 32);
  if (r->bad) return OPS_BAD_REQUEST;
  EL_TRY(electra_day_draw_blinding(&day, &meter, flags, random1, out));
  EL_TRY(electra_day_commit(&day, &meter, flags, out, out + 31));
  EL_TRY(electra_day_seal(&day, &meter, random2, buffer, 715, out + 778));
  memcpy(out + 810, meter.address, 20);
  *len = 830;
  return ELECTRA_OK;
}

static int op_node_key(reader *r) {
  electra_meter meter;
  memset(&meter, 0, sizeof meter);
  const uint8_t *key = take(r, 32);
  return r->bad ? OPS_BAD_REQUEST : electra_set_node_key(&meter, 1, key);
}

/* chain id, operator, genesis hash, rotations u8 and n u32, address, signature of each; then epoch u32, key, signature of node keys for as
 * long as there are any -> the first refusal */
static int op_trust(reader *r) {
  electra_meter meter;
  electra_trust trust;
  electra_carrier of;
  memset(&of, 0, sizeof of);
  of.chain_id = (const char *)text(r, &of.chain_id_len);
  const uint8_t *address = take(r, 20), *genesis = take(r, 32);
  const unsigned rotations = (unsigned)number(r, 1);
  if (r->bad) return OPS_BAD_REQUEST;
  EL_TRY(meter_of(&meter, &of));
  EL_TRY(electra_trust_init(&trust, address, 0, genesis));
  for (unsigned i = 0; i < rotations; i++) {
    const uint32_t n = (uint32_t)number(r, 4);
    const uint8_t *next = take(r, 20), *low = take(r, 32), *high = take(r, 32);
    if (r->bad || high != low + 32) return OPS_BAD_REQUEST;
    EL_TRY(electra_trust_rotation(&trust, &meter, n, next, low));
  }
  while (r->left > 0) {
    const uint32_t epoch = (uint32_t)number(r, 4);
    const uint8_t *key = take(r, 32), *low = take(r, 32), *high = take(r, 32);
    if (r->bad || high != low + 32) return OPS_BAD_REQUEST;
    EL_TRY(electra_trust_node_key(&trust, &meter, epoch, key, low));
  }
  return ELECTRA_OK;
}

static int op_sign(reader *r, uint8_t *out, size_t *len) {
  const uint8_t *digest = take(r, 32), *secret = take(r, 32);
  if (r->bad) return OPS_BAD_REQUEST;
  *len = 64;
  return electra_crypto_sign(out, digest, secret);
}

/* day u32, registers u64 u64, then pairs of u32 for as long as there are any: the streaming builder under any input. -> count u8, last code
 * i8, registers */
static int op_builder(reader *r, uint8_t *out, size_t *len) {
  uint8_t buffer[ELECTRA_SEALED_STATEMENT_BYTES], commitment[32];
  const uint32_t day_number = (uint32_t)number(r, 4);
  const uint64_t import_wh = number(r, 8), export_wh = number(r, 8);
  electra_meter meter;
  electra_day day;
  int code = ELECTRA_OK;
  if (r->bad) return OPS_BAD_REQUEST;
  memset(&meter, 0, sizeof meter);
  EL_TRY(electra_day_begin(&day, day_number, import_wh, export_wh, buffer, sizeof buffer));
  while (r->left >= 8 && code == ELECTRA_OK) {
    const uint32_t import_value = (uint32_t)number(r, 4), export_value = (uint32_t)number(r, 4);
    code = electra_day_add(&day, import_value, export_value);
  }
  out[0] = day.count;
  out[1] = (uint8_t)code;
  el_put(out + 2, day.import_wh, 8);
  el_put(out + 10, day.export_wh, 8);
  const int committed = electra_day_commit(&day, &meter, 0, buffer, commitment);
  *len = 18;
  return (committed == ELECTRA_OK) == (day.count == 96) ? ELECTRA_OK : OPS_BAD_REQUEST;
}

/* Keeps the newest cell alone, which the journal reads back: what is refused hangs on the journal's own state, and all cells beside the
 * stack are more RAM than the smallest core has. What comes back from older cells: unit_journal.c. */
typedef struct newest_cell {
  uint32_t cell;
  uint8_t bytes[ELECTRA_CELL_BYTES];
} newest_cell;

static int read_cell(void *context, uint32_t cell, uint8_t bytes[ELECTRA_CELL_BYTES]) {
  const newest_cell *newest = context;
  if (cell == newest->cell) memcpy(bytes, newest->bytes, ELECTRA_CELL_BYTES);
  else memset(bytes, 0, ELECTRA_CELL_BYTES);
  return 0;
}

static int write_cell(void *context, uint32_t cell, const uint8_t bytes[ELECTRA_CELL_BYTES]) {
  newest_cell *newest = context;
  newest->cell = cell;
  memcpy(newest->bytes, bytes, ELECTRA_CELL_BYTES);
  return cell < ELECTRA_JOURNAL_CELLS_MIN ? 0 : 1;
}

/* always resume u8, most a slot u32, day u32, registers u64 u64, then slot u32 and registers u64 u64 for as long as there are any -> a code
 * i8 each */
static int op_journal(reader *r, uint8_t *out, size_t *len) {
  newest_cell memory;
  const electra_storage storage = {read_cell, write_cell, &memory, ELECTRA_JOURNAL_CELLS_MIN};
  electra_meter meter;
  electra_journal journal;
  memset(&memory, 0, sizeof memory);
  memset(&meter, 0, sizeof meter);
  const unsigned always_resume = (unsigned)number(r, 1);
  const uint32_t max_wh = (uint32_t)number(r, 4), day = (uint32_t)number(r, 4);
  uint64_t import_wh = number(r, 8), export_wh = number(r, 8);
  if (r->bad) return OPS_BAD_REQUEST;
  EL_TRY(electra_journal_open(&journal, &storage, &meter));
  journal.max_wh_per_slot = max_wh;
  EL_TRY(electra_journal_start(&journal, day, import_wh, export_wh));
  for (*len = 0; r->left >= 20 && *len < OPS_ANSWER_MAX - 1; ++*len) {
    const uint32_t slot = (uint32_t)number(r, 4);
    import_wh = number(r, 8), export_wh = number(r, 8);
    const int next = !always_resume && slot - journal.last_slot <= 1;
    const int code = next ? electra_journal_record(&journal, slot, import_wh, export_wh)
                          : electra_journal_resume(&journal, slot, import_wh, export_wh);
    out[*len] = (uint8_t)code;
  }
  return ELECTRA_OK;
}

static int dispatch(uint8_t op, reader *r, uint8_t *out, size_t *len) {
  switch (op) {
    case OP_HEADER: return op_header(r, out, len);
    case OP_REPORT: return op_report(r, out, len);
    case OP_STATEMENT: return op_statement(r, out, len);
    case OP_HEDGE: return op_hedge(r, out, len);
    case OP_BOX_SEAL: return op_box_seal(r, out, len);
    case OP_OPEN: return op_open(r, out, len);
    case OP_BOX_KEY: *len = 32; return electra_crypto_box_public_key(out, take(r, 32));
    case OP_REPORT_DECODE: return op_report_decode(r, out, len);
    case OP_STATEMENT_DECODE: return op_statement_decode(r, out, len);
    case OP_TX: return op_tx(r, out, len);
    case OP_ADDRESS: return op_address(r, out, len);
    case OP_P4: return op_p4(r, out, len);
    case OP_REPORT_SEAL: return op_report_seal(r, out, len);
    case OP_DAY_SEAL: return op_day_seal(r, out, len);
    case OP_NODE_KEY: return op_node_key(r);
    case OP_SIGN: return op_sign(r, out, len);
    case OP_TRUST: return op_trust(r);
    case OP_SELF_TEST: return electra_self_test();
    case OP_BUILDER: return op_builder(r, out, len);
    case OP_JOURNAL: return op_journal(r, out, len);
    default: return OPS_BAD_REQUEST;
  }
}

size_t ops_answer(const uint8_t *request, size_t len, uint8_t answer[OPS_ANSWER_MAX]) {
  reader r = {request, len, 0};
  size_t out_len = 0;
  const uint8_t op = (uint8_t)number(&r, 1);
  const int code = dispatch(op, &r, answer + 1, &out_len);
  answer[0] = (uint8_t)code;
  return 1 + (code == ELECTRA_OK ? out_len : 0);
}
