/* electra_meter.h - the meter side of the Electra protocol, version 1, for firmware.
 *
 * Registers in, signed transactions out: sealed quarter-hour reports, committed and sealed day statements, SIGN_MODE_DIRECT over secp256k1.
 * No heap, no globals, no clock, no random generator, no network: time, 32 fresh random bytes and memory are the caller's. C99, and of libc
 * only stdint.h, stddef.h and string.h.
 *
 * Every function returns ELECTRA_OK (0) or a negative error, writes nothing outside the buffers it is given, and must not have its result
 * ignored. Lengths are in bytes, energy in Wh, time in UTC: day = floor(unix seconds / 86400), slot = floor(unix seconds / 900).
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef ELECTRA_METER_H
#define ELECTRA_METER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__) || defined(__clang__)
#define ELECTRA_MUST_CHECK __attribute__((warn_unused_result))
#else
#define ELECTRA_MUST_CHECK
#endif

#define ELECTRA_VERSION "0.1.0"

#define ELECTRA_SLOTS_PER_DAY 96u
#define ELECTRA_KEY_BYTES 32u /* secret keys, node keys, random input, ephemeral secrets */
#define ELECTRA_BLINDING_BYTES 31u
#define ELECTRA_COMMITMENT_BYTES 32u
#define ELECTRA_SEAL_OVERHEAD 48u
#define ELECTRA_REPORT_BYTES 64u
#define ELECTRA_SEALED_REPORT_BYTES 112u
#define ELECTRA_STATEMENT_BYTES 667u
#define ELECTRA_SEALED_STATEMENT_BYTES 715u
#define ELECTRA_ADDRESS_BYTES 20u
#define ELECTRA_ADDRESS_TEXT_BYTES 47u /* "electra1" + 38 characters + NUL */
#define ELECTRA_CHAIN_ID_MAX 50u
#define ELECTRA_MEMO_MAX 256u
#define ELECTRA_INTERVAL_LIMIT_WH 1048576u           /* 2^20: values of a slot are below it */
#define ELECTRA_REGISTER_LIMIT_WH 72057594037927936u /* 2^56: registers are below it, at a day's end too */
/* Room that one message takes in a transaction, at most, and that everything around the messages takes. */
#define ELECTRA_TX_REPORT_BYTES 216u
#define ELECTRA_TX_DAY_BYTES 856u
#define ELECTRA_TX_OVERHEAD_BYTES (264u + ELECTRA_MEMO_MAX)

typedef enum electra_error {
  ELECTRA_OK = 0,
  ELECTRA_ERR_WRONG_SIZE = -1,      /* a length that is not the one and only */
  ELECTRA_ERR_OUT_OF_RANGE = -2,    /* a value outside the protocol's range */
  ELECTRA_ERR_WRONG_VERSION = -3,   /* decoding: another protocol version */
  ELECTRA_ERR_WRONG_KIND = -4,      /* decoding: a report for a statement or the reverse */
  ELECTRA_ERR_WRONG_EPOCH = -5,     /* decoding: another key epoch; setting a node key: an older epoch */
  ELECTRA_ERR_WRONG_CONTEXT = -6,   /* decoding: of another chain, meter, slot or day */
  ELECTRA_ERR_LOW_ORDER = -7,       /* an X25519 key whose shared secret everybody knows */
  ELECTRA_ERR_NOT_DECRYPTABLE = -8, /* not sealed to this key, or altered */
  ELECTRA_ERR_NULL = -9,            /* a pointer that must not be NULL */
  ELECTRA_ERR_NO_NODE_KEY = -10,    /* no node key was set yet */
  ELECTRA_ERR_STATE = -11,          /* calls out of order: 96 intervals, then commit, then seal */
  ELECTRA_ERR_BUFFER = -12,         /* the caller's buffer is too small */
  ELECTRA_ERR_CRYPTO = -13,         /* the crypto library refused: a secret key of 0 or not below the group's order */
  ELECTRA_ERR_SELF_TEST = -14,      /* this build or this machine computes wrongly: do not meter with it */
  ELECTRA_ERR_STORAGE = -15,        /* storage failed, or does not read back what was written */
  ELECTRA_ERR_REPEATED = -16,       /* the slot was recorded already, with other registers */
  ELECTRA_ERR_SKIPPED = -17,        /* slots before this one were not recorded */
  ELECTRA_ERR_REGISTER_FELL = -18,  /* a register below the one before it */
  ELECTRA_ERR_INCOMPLETE = -19,     /* a day whose 97 registers are not all there */
  ELECTRA_ERR_SIGNATURE = -20       /* not signed by the operator that this meter knows */
} electra_error;

/* ---- the meter ---------------------------------------------------------------------------------------------------------------------- */

/* A meter's identity and the node key it seals to. Holds the secret key: keep it in RAM that nothing else reads, wipe it when done. */
typedef struct electra_meter {
  uint8_t secret_key[32];
  uint8_t public_key[33];
  uint8_t address[ELECTRA_ADDRESS_BYTES];
  uint8_t chain_id[ELECTRA_CHAIN_ID_MAX];
  uint8_t chain_id_len;
  uint8_t has_node_key;
  uint8_t node_key[32];
  uint32_t key_epoch;
} electra_meter;

/* Known answers of every part, end to end. Once at boot, before anything else; ELECTRA_ERR_SELF_TEST: do not meter. */
ELECTRA_MUST_CHECK int electra_self_test(void);

/* chain_id: 1 to 50 printable ASCII characters, not NUL-terminated. secret_key: secp256k1, 32 bytes big-endian; it also keys the hedge. */
ELECTRA_MUST_CHECK int electra_meter_init(electra_meter *meter, const char *chain_id, size_t chain_id_len, const uint8_t secret_key[32]);

/* The meter's account as bech32 text with its NUL, 47 bytes. */
ELECTRA_MUST_CHECK int electra_meter_address(const electra_meter *meter, char *text, size_t size);

/* What a meter learns when it is outfitted, and takes from no node; and the newest node key that it took. No secret. Store it whenever a
 * call below has changed it, before anything is sealed, and load it at boot: a key that was seen must not be forgotten. */
typedef struct electra_trust {
  uint8_t operator_address[ELECTRA_ADDRESS_BYTES];
  uint8_t genesis_hash[32];
  uint32_t rotation; /* how many rotations of the operator led here */
  uint32_t key_epoch;
  uint8_t node_key[32];
  uint8_t has_key;
} electra_trust;

/* operator_address: its 20 bytes. rotation: 0 for the operator of genesis. genesis_hash: 32 bytes (`electra meter outfit`). */
ELECTRA_MUST_CHECK int electra_trust_init(electra_trust *trust, const uint8_t operator_address[ELECTRA_ADDRESS_BYTES], uint32_t rotation,
                                          const uint8_t genesis_hash[32]);

/* Follows the operator to the next one: n is the last rotation's number + 1, signed by the operator before. One without a signature, by the
 * validators, ends the chain: outfit the meter anew. */
ELECTRA_MUST_CHECK int electra_trust_rotation(electra_trust *trust, const electra_meter *meter, uint32_t n,
                                              const uint8_t address[ELECTRA_ADDRESS_BYTES], const uint8_t signature[64]);

/* Takes the key of an epoch, as any node gives it, if the operator has signed it: then the meter seals to it. Refuses a second key of an
 * epoch, an epoch below one that was taken, another signature, and a key of low order. */
ELECTRA_MUST_CHECK int electra_trust_node_key(electra_trust *trust, electra_meter *meter, uint32_t epoch, const uint8_t key[32],
                                              const uint8_t signature[64]);

/* The node's X25519 key of an epoch, whoever said so: for a key that electra_trust_node_key has taken before. Refuses a key of low order
 * and an epoch before the present one. */
ELECTRA_MUST_CHECK int electra_set_node_key(electra_meter *meter, uint32_t epoch, const uint8_t key[32]);

/* Overwrites the structure, key included. */
void electra_meter_wipe(electra_meter *meter);

/* ---- the quarter-hour report --------------------------------------------------------------------------------------------------------- */

typedef struct electra_report {
  uint32_t slot;
  uint64_t import_register_wh; /* OBIS 1-0:1.8.0 at the slot's end */
  uint64_t export_register_wh; /* OBIS 1-0:2.8.0 */
  int32_t power_w;             /* positive: import */
  uint16_t flags;
} electra_report;

/* Seals a report to the node: 112 bytes. random: 32 fresh bytes. ephemeral_secret (may be NULL): what shows an arbiter the box's
 * content. */
ELECTRA_MUST_CHECK int electra_report_seal(const electra_meter *meter, const electra_report *report, const uint8_t random[32],
                                           uint8_t *sealed, size_t size, uint8_t *ephemeral_secret);

/* ---- the day statement: begin, 96 times add, blinding, commit, seal ------------------------------------------------------------------ */

/* A day being built. Its bytes stand in the caller's buffer, which the sealed box will fill. */
typedef struct electra_day {
  uint8_t *buffer;
  uint64_t import_wh, export_wh; /* registers so far */
  uint32_t day;
  uint8_t count;
  uint8_t state;
} electra_day;

/* Registers at 00:00 UTC. buffer: 715 bytes that stay the caller's and hold the readings in clear until they are sealed. */
ELECTRA_MUST_CHECK int electra_day_begin(electra_day *day, uint32_t day_number, uint64_t import_start_wh, uint64_t export_start_wh,
                                         uint8_t *buffer, size_t size);

/* The next of 96 intervals, oldest first. A refused interval changes nothing. */
ELECTRA_MUST_CHECK int electra_day_add(electra_day *day, uint32_t import_wh, uint32_t export_wh);

/* Draws the day's blinding from 32 fresh bytes, the key and the content. Once per day: store it before anything leaves the device. */
ELECTRA_MUST_CHECK int electra_day_draw_blinding(const electra_day *day, const electra_meter *meter, uint16_t flags,
                                                 const uint8_t random[32], uint8_t blinding[31]);

/* Fixes flags and blinding and computes the public commitment, 32 bytes big-endian. */
ELECTRA_MUST_CHECK int electra_day_commit(electra_day *day, const electra_meter *meter, uint16_t flags, const uint8_t blinding[31],
                                          uint8_t commitment[32]);

/* Seals the committed day: 715 bytes. sealed may be the day's own buffer, which ends the day; otherwise it can be sealed again. */
ELECTRA_MUST_CHECK int electra_day_seal(electra_day *day, const electra_meter *meter, const uint8_t random[32], uint8_t *sealed,
                                        size_t size, uint8_t *ephemeral_secret);

/* ---- transactions -------------------------------------------------------------------------------------------------------------------- */

typedef struct electra_tx {
  const electra_meter *meter;
  uint8_t *buffer;
  size_t size, used;
  uint8_t messages;
} electra_tx;

typedef struct electra_tx_params {
  uint64_t account_number;
  uint64_t sequence;
  uint64_t timeout_height; /* last height of inclusion; 0: none */
  const char *memo;        /* printable ASCII, may be NULL */
  size_t memo_len;
} electra_tx_params;

/* buffer: ELECTRA_TX_OVERHEAD_BYTES plus the messages' room. One transaction in flight per meter: put what waits into one. */
ELECTRA_MUST_CHECK int electra_tx_begin(electra_tx *tx, const electra_meter *meter, uint8_t *buffer, size_t size);
/* key_epoch: the one that the box was sealed to. A refused message leaves the transaction as it was. */
ELECTRA_MUST_CHECK int electra_tx_add_report(electra_tx *tx, uint32_t slot, uint32_t key_epoch, const uint8_t *sealed, size_t sealed_len);
ELECTRA_MUST_CHECK int electra_tx_add_day(electra_tx *tx, uint32_t day, uint32_t key_epoch, const uint8_t commitment[32],
                                          const uint8_t *sealed, size_t sealed_len);
/* Signs; tx->buffer then starts with *len bytes to broadcast. hash (may be NULL): SHA-256, the transaction's name. Same inputs, same
 * bytes. */
ELECTRA_MUST_CHECK int electra_tx_sign(electra_tx *tx, const electra_tx_params *params, size_t *len, uint8_t hash[32]);

/* ---- the journal: registers that survive power loss ---------------------------------------------------------------------------------- */

#define ELECTRA_CELL_BYTES 48u
#define ELECTRA_STATEMENT_CELLS 8u
/* Two days of slots, the register before them, and the blindings of eight days. */
#define ELECTRA_JOURNAL_CELLS_MIN (2u * ELECTRA_SLOTS_PER_DAY + 1u + ELECTRA_STATEMENT_CELLS)

/* Non-volatile memory as numbered cells of 48 bytes. Writing one cell must leave all others as they were, whenever power fails; the cell
 * being written may be left as anything. read and write return 0, anything else is a failure. A cell that was never written may read as
 * anything. */
typedef struct electra_storage {
  int (*read)(void *context, uint32_t cell, uint8_t bytes[48]);
  int (*write)(void *context, uint32_t cell, const uint8_t bytes[48]);
  void *context;
  uint32_t cells;
} electra_storage;

typedef struct electra_journal {
  const electra_storage *storage;
  uint64_t import_wh, export_wh; /* registers at the end of last_slot */
  uint32_t last_slot;
  uint32_t max_wh_per_slot; /* open sets 2^20 - 1; lower it to what the meter is enrolled with */
  uint8_t started;
  uint8_t address[ELECTRA_ADDRESS_BYTES];
} electra_journal;

/* Finds where the meter was. journal->started is 0 on a device that recorded nothing yet. */
ELECTRA_MUST_CHECK int electra_journal_open(electra_journal *journal, const electra_storage *storage, const electra_meter *meter);
/* Once in a meter's life: the registers at 00:00 UTC of its first day. */
ELECTRA_MUST_CHECK int electra_journal_start(electra_journal *journal, uint32_t day, uint64_t import_wh, uint64_t export_wh);
/* The registers at a slot's end; durable once it returns 0. Only last_slot + 1 is taken (or last_slot again, unchanged). Report it
 * afterwards. */
ELECTRA_MUST_CHECK int electra_journal_record(electra_journal *journal, uint32_t slot, uint64_t import_wh, uint64_t export_wh);
/* After an outage: slots that were missed are recorded where nothing can have flowed (registers as before). Where something did, nobody
 * knows when: the days that the gap touches stay incomplete, their statements are never made up, and recording goes on from this slot.
 * What record refuses of one slot, resume refuses of all that were missed: a fall, and more than could have flowed. */
ELECTRA_MUST_CHECK int electra_journal_resume(electra_journal *journal, uint32_t slot, uint64_t import_wh, uint64_t export_wh);
/* Begins a day and adds its 96 intervals out of the journal. ELECTRA_ERR_INCOMPLETE where a register is missing. */
ELECTRA_MUST_CHECK int electra_journal_day(const electra_journal *journal, uint32_t day_number, electra_day *day, uint8_t *buffer,
                                           size_t size);
/* The day's one blinding: drawn and stored at the first call, read back at every later one. */
ELECTRA_MUST_CHECK int electra_journal_blinding(const electra_journal *journal, const electra_day *day, const electra_meter *meter,
                                                uint16_t flags, const uint8_t random[32], uint8_t blinding[31]);

/* ---- decoding: for gateways, arbiters and tests; a meter needs none of it ------------------------------------------------------------ */

/* What the carrying transaction says of a box. */
typedef struct electra_carrier {
  const char *chain_id;
  size_t chain_id_len;
  uint8_t address[ELECTRA_ADDRESS_BYTES];
  uint32_t at; /* slot or day */
  uint32_t key_epoch;
} electra_carrier;

typedef struct electra_statement {
  uint32_t day;
  uint64_t import_start_wh, export_start_wh;
  uint32_t import_wh[96], export_wh[96];
  uint8_t blinding[31];
  uint16_t flags;
} electra_statement;

/* One encoding per value: anything else is refused, with the code that the node would give. On refusal the output is unspecified. */
ELECTRA_MUST_CHECK int electra_report_decode(electra_report *report, const uint8_t *plaintext, size_t len, const electra_carrier *carrier);
ELECTRA_MUST_CHECK int electra_statement_decode(electra_statement *statement, const uint8_t *plaintext, size_t len,
                                                const electra_carrier *carrier);
/* The commitment of a decoded statement, to compare with the one on the chain. */
ELECTRA_MUST_CHECK int electra_statement_commitment(const electra_statement *statement, const electra_carrier *carrier,
                                                    uint8_t commitment[32]);
/* Opens a sealed box with the node's secret into len - 48 bytes. */
ELECTRA_MUST_CHECK int electra_open(uint8_t *plaintext, size_t size, const uint8_t *sealed, size_t len, const uint8_t node_secret[32]);

#ifdef __cplusplus
}
#endif
#endif
