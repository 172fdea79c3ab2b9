/* tx.c - Cosmos transactions (SIGN_MODE_DIRECT, ADR-020) built in the caller's buffer: TxRaw{TxBody, AuthInfo, signature}, no fee, the
 * public key always included because an account's first transaction sets it. The same inputs give the same bytes, so the hash is known
 * before anything is sent, which is what makes a lost answer harmless. Protobuf's one canonical form: fields in order, zeros left out,
 * shortest varints. SPDX-License-Identifier: Apache-2.0 */
#include "internal.h"

#define TX_GAS_LIMIT 100000000u /* gas is unpriced here; the field only has to be there */
#define TX_BODY_AT 4u           /* room for the body's tag and length, known at the end */
#define TX_BODY_LIMIT 0x200000u

static const char TX_REPORT_TYPE[] = "/electra.meter.v1.MsgReport";
static const char TX_DAY_TYPE[] = "/electra.meter.v1.MsgCloseDay";
static const char TX_KEY_TYPE[] = "/cosmos.crypto.secp256k1.PubKey";

static size_t tx_varint_len(uint64_t value) {
  size_t len = 1;
  while (value >>= 7) len++;
  return len;
}

static uint8_t *tx_varint(uint8_t *at, uint64_t value) {
  for (; value >= 0x80; value >>= 7) *at++ = (uint8_t)(value | 0x80);
  *at++ = (uint8_t)value;
  return at;
}

/* A number's field, left out when 0; all tags here are one byte. */
static size_t tx_number_len(uint64_t value) { return value == 0 ? 0 : 1 + tx_varint_len(value); }

static uint8_t *tx_number(uint8_t *at, uint8_t tag, uint64_t value) {
  if (value == 0) return at;
  *at++ = tag;
  return tx_varint(at, value);
}

static size_t tx_bytes_len(size_t len) { return 1 + tx_varint_len(len) + len; }

static uint8_t *tx_tag(uint8_t *at, uint8_t tag, size_t len) {
  *at++ = tag;
  return tx_varint(at, len);
}

static uint8_t *tx_bytes(uint8_t *at, uint8_t tag, const void *bytes, size_t len) {
  at = tx_tag(at, tag, len);
  memcpy(at, bytes, len);
  return at + len;
}

int electra_tx_begin(electra_tx *tx, const electra_meter *meter, uint8_t *buffer, size_t size) {
  if (tx == NULL || meter == NULL || buffer == NULL) return ELECTRA_ERR_NULL;
  if (size < TX_BODY_AT) return ELECTRA_ERR_BUFFER;
  memset(tx, 0, sizeof *tx);
  tx->meter = meter;
  tx->buffer = buffer;
  tx->size = size;
  tx->used = TX_BODY_AT;
  return ELECTRA_OK;
}

/* One message: both kinds are meter, slot or day, key epoch, the commitment of a day, the box. */
static int tx_add(electra_tx *tx, const char *type, size_t type_len, uint32_t at_number, uint32_t key_epoch, const uint8_t *commitment,
                  const uint8_t *sealed, size_t sealed_len) {
  char address[ELECTRA_ADDRESS_TEXT_BYTES];
  const size_t value_len = tx_bytes_len(ELECTRA_ADDRESS_TEXT_BYTES - 1) + tx_number_len(at_number) + tx_number_len(key_epoch) +
                           (commitment == NULL ? 0 : tx_bytes_len(ELECTRA_COMMITMENT_BYTES)) + tx_bytes_len(sealed_len);
  const size_t any_len = tx_bytes_len(type_len) + tx_bytes_len(value_len);
  if (tx->meter == NULL || tx->messages == 255) return ELECTRA_ERR_STATE;
  if (tx->size - tx->used < tx_bytes_len(any_len) || tx->used + tx_bytes_len(any_len) > TX_BODY_LIMIT) return ELECTRA_ERR_BUFFER;
  el_bech32(tx->meter->address, address);
  uint8_t *at = tx_tag(tx->buffer + tx->used, 0x0a, any_len);
  at = tx_bytes(at, 0x0a, type, type_len);
  at = tx_tag(at, 0x12, value_len);
  at = tx_bytes(at, 0x0a, address, sizeof address - 1);
  at = tx_number(at, 0x10, at_number);
  at = tx_number(at, 0x18, key_epoch);
  if (commitment != NULL) at = tx_bytes(at, 0x22, commitment, ELECTRA_COMMITMENT_BYTES);
  at = tx_bytes(at, commitment == NULL ? 0x22 : 0x2a, sealed, sealed_len);
  tx->used = (size_t)(at - tx->buffer);
  tx->messages++;
  return ELECTRA_OK;
}

int electra_tx_add_report(electra_tx *tx, uint32_t slot, uint32_t key_epoch, const uint8_t *sealed, size_t sealed_len) {
  if (tx == NULL || sealed == NULL) return ELECTRA_ERR_NULL;
  if (sealed_len != ELECTRA_SEALED_REPORT_BYTES) return ELECTRA_ERR_WRONG_SIZE;
  return tx_add(tx, TX_REPORT_TYPE, sizeof TX_REPORT_TYPE - 1, slot, key_epoch, NULL, sealed, sealed_len);
}

int electra_tx_add_day(electra_tx *tx, uint32_t day, uint32_t key_epoch, const uint8_t commitment[32], const uint8_t *sealed,
                       size_t sealed_len) {
  if (tx == NULL || commitment == NULL || sealed == NULL) return ELECTRA_ERR_NULL;
  if (sealed_len != ELECTRA_SEALED_STATEMENT_BYTES) return ELECTRA_ERR_WRONG_SIZE;
  return tx_add(tx, TX_DAY_TYPE, sizeof TX_DAY_TYPE - 1, day, key_epoch, commitment, sealed, sealed_len);
}

/* AuthInfo: one signer with its key, mode DIRECT and sequence; an empty fee. */
static uint8_t *tx_auth_info(uint8_t *at, const electra_meter *meter, uint64_t sequence) {
  static const uint8_t mode_direct[6] = {0x12, 4, 0x0a, 2, 0x08, 1};
  const size_t any_len = tx_bytes_len(sizeof TX_KEY_TYPE - 1) + tx_bytes_len(tx_bytes_len(33));
  const size_t signer_len = tx_bytes_len(any_len) + sizeof mode_direct + tx_number_len(sequence);
  const size_t fee_len = tx_number_len(TX_GAS_LIMIT);
  at = tx_tag(at, 0x12, tx_bytes_len(signer_len) + tx_bytes_len(fee_len));
  at = tx_tag(at, 0x0a, signer_len);
  at = tx_tag(at, 0x0a, any_len);
  at = tx_bytes(at, 0x0a, TX_KEY_TYPE, sizeof TX_KEY_TYPE - 1);
  at = tx_tag(at, 0x12, tx_bytes_len(33));
  at = tx_bytes(at, 0x0a, meter->public_key, 33);
  memcpy(at, mode_direct, sizeof mode_direct);
  at = tx_number(at + sizeof mode_direct, 0x18, sequence);
  at = tx_tag(at, 0x12, fee_len);
  return tx_number(at, 0x10, TX_GAS_LIMIT);
}

/* SignDoc is body and auth info as they stand in TxRaw, tags included, then chain id and account number. */
static int tx_signature(const electra_meter *meter, const uint8_t *bytes, size_t len, uint64_t account_number, uint8_t signature[64]) {
  uint8_t digest[32], tail[2 + ELECTRA_CHAIN_ID_MAX + 11];
  uint8_t *end = tx_bytes(tail, 0x1a, meter->chain_id, meter->chain_id_len);
  end = tx_number(end, 0x20, account_number);
  el_sha256 hash;
  el_sha256_init(&hash);
  el_sha256_update(&hash, bytes, len);
  el_sha256_update(&hash, tail, (size_t)(end - tail));
  el_sha256_final(&hash, digest);
  EL_TRY(electra_crypto_sign(signature, digest, meter->secret_key));
  ELECTRA_PUBLIC(signature, 64);
  return ELECTRA_OK;
}

static int tx_memo_ok(const electra_tx_params *params) {
  if (params->memo_len > ELECTRA_MEMO_MAX || (params->memo_len > 0 && params->memo == NULL)) return 0;
  for (size_t i = 0; i < params->memo_len; i++)
    if (params->memo[i] < 0x20 || params->memo[i] > 0x7e) return 0;
  return 1;
}

int electra_tx_sign(electra_tx *tx, const electra_tx_params *params, size_t *len, uint8_t hash[32]) {
  uint8_t signature[64];
  if (tx == NULL || params == NULL || len == NULL) return ELECTRA_ERR_NULL;
  if (tx->meter == NULL || tx->messages == 0) return ELECTRA_ERR_STATE;
  if (!tx_memo_ok(params)) return ELECTRA_ERR_OUT_OF_RANGE;
  const size_t room = (params->memo_len == 0 ? 0 : tx_bytes_len(params->memo_len)) + tx_number_len(params->timeout_height) +
                      102 + tx_number_len(params->sequence) + 66; /* auth info at its longest, signature */
  if (tx->size - tx->used < room) return ELECTRA_ERR_BUFFER;
  const electra_meter *meter = tx->meter;
  tx->meter = NULL; /* signed once, whatever comes of it: begin anew */
  uint8_t *at = tx->buffer + tx->used;
  if (params->memo_len > 0) at = tx_bytes(at, 0x12, params->memo, params->memo_len);
  at = tx_number(at, 0x18, params->timeout_height);
  const size_t body_len = (size_t)(at - tx->buffer) - TX_BODY_AT;
  at = tx_tag(tx->buffer, 0x0a, body_len);
  memmove(at, tx->buffer + TX_BODY_AT, body_len);
  at = tx_auth_info(at + body_len, meter, params->sequence);
  EL_TRY(tx_signature(meter, tx->buffer, (size_t)(at - tx->buffer), params->account_number, signature));
  at = tx_bytes(at, 0x1a, signature, sizeof signature);
  *len = (size_t)(at - tx->buffer);
  if (hash != NULL) {
    el_sha256 name;
    el_sha256_init(&name);
    el_sha256_update(&name, tx->buffer, *len);
    el_sha256_final(&name, hash);
  }
  return ELECTRA_OK;
}
