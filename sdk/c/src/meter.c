/* meter.c - a meter's identity: its key, its account, its chain, and the node key that it seals to. SPDX-License-Identifier: Apache-2.0 */
#include "internal.h"

int electra_meter_init(electra_meter *meter, const char *chain_id, size_t chain_id_len, const uint8_t secret_key[32]) {
  if (meter == NULL || chain_id == NULL || secret_key == NULL) return ELECTRA_ERR_NULL;
  if (!el_chain_id_ok(chain_id, chain_id_len)) return ELECTRA_ERR_OUT_OF_RANGE;
  memset(meter, 0, sizeof *meter);
  EL_TRY(electra_crypto_public_key(meter->public_key, secret_key));
  ELECTRA_PUBLIC(meter->public_key, sizeof meter->public_key);
  memcpy(meter->secret_key, secret_key, 32);
  memcpy(meter->chain_id, chain_id, chain_id_len);
  meter->chain_id_len = (uint8_t)chain_id_len;
  el_address(meter->public_key, meter->address);
  return ELECTRA_OK;
}

int electra_meter_address(const electra_meter *meter, char *text, size_t size) {
  if (meter == NULL || text == NULL) return ELECTRA_ERR_NULL;
  if (size < ELECTRA_ADDRESS_TEXT_BYTES) return ELECTRA_ERR_BUFFER;
  el_bech32(meter->address, text);
  return ELECTRA_OK;
}

/* The points of low order and their other spellings below 2^255, little-endian (RFC 7748; the list of libsodium). Every clamped secret
 * takes them to zero, so the shared secret would be known to everybody. */
static const uint8_t LOW_ORDER[7][32] = {
    {0},
    {1},
    {0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4, 0x6a,
     0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00},
    {0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83, 0xef, 0x5b,
     0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57},
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0xee, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}};

static int is_low_order(const uint8_t key[32]) {
  uint8_t masked[32];
  int found = 0;
  memcpy(masked, key, 32);
  masked[31] &= 0x7f; /* X25519 ignores the top bit */
  for (unsigned i = 0; i < 7; i++) found |= !el_differ(masked, LOW_ORDER[i], 32);
  return found;
}

int electra_set_node_key(electra_meter *meter, uint32_t epoch, const uint8_t key[32]) {
  if (meter == NULL || key == NULL) return ELECTRA_ERR_NULL;
  if (is_low_order(key)) return ELECTRA_ERR_LOW_ORDER;
  if (meter->has_node_key && epoch < meter->key_epoch) return ELECTRA_ERR_WRONG_EPOCH;
  /* one epoch has one key: another key for the present epoch is not the chain's word */
  if (meter->has_node_key && epoch == meter->key_epoch && el_differ(key, meter->node_key, 32)) return ELECTRA_ERR_WRONG_EPOCH;
  memcpy(meter->node_key, key, 32);
  meter->key_epoch = epoch;
  meter->has_node_key = 1;
  return ELECTRA_OK;
}

void electra_meter_wipe(electra_meter *meter) {
  if (meter != NULL) el_wipe(meter, sizeof *meter);
}
