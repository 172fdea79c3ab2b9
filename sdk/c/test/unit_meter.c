/* unit_meter.c - identity, node key, self-test, report. */
#include "unit.h"

static const uint8_t ORDER[32] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe,
                                  0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41};

static void refuses_bad_identities(void) {
  electra_meter meter;
  char id[52];
  uint8_t key[32] = {0};
  memset(id, 'e', sizeof id);
  IS(electra_meter_init(&meter, id, 50, UNIT_KEY), ELECTRA_OK);
  IS(electra_meter_init(&meter, id, 1, UNIT_KEY), ELECTRA_OK);
  IS(electra_meter_init(&meter, id, 51, UNIT_KEY), ELECTRA_ERR_OUT_OF_RANGE);
  IS(electra_meter_init(&meter, id, 0, UNIT_KEY), ELECTRA_ERR_OUT_OF_RANGE);
  static const char bad[5] = {0, ' ', 0x1f, 0x7f, (char)0xc3};
  for (unsigned i = 0; i < sizeof bad; i++) {
    id[3] = bad[i];
    IS(electra_meter_init(&meter, id, 9, UNIT_KEY), ELECTRA_ERR_OUT_OF_RANGE);
  }
  IS(electra_meter_init(&meter, UNIT_CHAIN, 5, key), ELECTRA_ERR_CRYPTO); /* 0 is no key */
  IS(electra_meter_init(&meter, UNIT_CHAIN, 5, ORDER), ELECTRA_ERR_CRYPTO);
  memcpy(key, ORDER, 32);
  key[31]--;
  IS(electra_meter_init(&meter, UNIT_CHAIN, 5, key), ELECTRA_OK); /* the order less one is the last key */
  memset(key, 0xff, 32);
  IS(electra_meter_init(&meter, UNIT_CHAIN, 5, key), ELECTRA_ERR_CRYPTO);
  IS(electra_meter_init(NULL, UNIT_CHAIN, 5, UNIT_KEY), ELECTRA_ERR_NULL);
  IS(electra_meter_init(&meter, NULL, 5, UNIT_KEY), ELECTRA_ERR_NULL);
  IS(electra_meter_init(&meter, UNIT_CHAIN, 5, NULL), ELECTRA_ERR_NULL);
}

static void names_the_account(void) {
  electra_meter meter;
  char text[ELECTRA_ADDRESS_TEXT_BYTES];
  unit_meter(&meter);
  IS(electra_meter_address(&meter, text, sizeof text), ELECTRA_OK);
  CHECK(strlen(text) == 46 && memcmp(text, "electra1", 8) == 0);
  IS(electra_meter_address(&meter, text, sizeof text - 1), ELECTRA_ERR_BUFFER);
  IS(electra_meter_address(NULL, text, sizeof text), ELECTRA_ERR_NULL);
  IS(electra_meter_address(&meter, NULL, sizeof text), ELECTRA_ERR_NULL);
}

static void keeps_epochs_in_order(void) {
  electra_meter meter;
  uint8_t key[32] = {9}, other[32] = {10};
  memset(&meter, 0, sizeof meter);
  IS(electra_set_node_key(&meter, 0, key), ELECTRA_OK);
  IS(electra_set_node_key(&meter, 5, key), ELECTRA_OK);
  IS(electra_set_node_key(&meter, 5, key), ELECTRA_OK);                /* told again */
  IS(electra_set_node_key(&meter, 5, other), ELECTRA_ERR_WRONG_EPOCH); /* an epoch has one key */
  IS(electra_set_node_key(&meter, 4, other), ELECTRA_ERR_WRONG_EPOCH);
  CHECK(meter.key_epoch == 5 && memcmp(meter.node_key, key, 32) == 0);
  IS(electra_set_node_key(&meter, 6, other), ELECTRA_OK);
  memset(key, 0, sizeof key);
  IS(electra_set_node_key(&meter, 7, key), ELECTRA_ERR_LOW_ORDER);
  key[31] = 0x80;
  IS(electra_set_node_key(&meter, 7, key), ELECTRA_ERR_LOW_ORDER); /* the same point: its top bit is ignored */
  CHECK(meter.key_epoch == 6);
  IS(electra_set_node_key(NULL, 7, other), ELECTRA_ERR_NULL);
  IS(electra_set_node_key(&meter, 7, NULL), ELECTRA_ERR_NULL);
}

/* A signature of the unit tests' own key, as operator: r and s of a fresh signing. */
static void takes_signed_keys_alone(void) {
  electra_meter meter, relay;
  electra_trust trust;
  uint8_t secret[32] = {[31] = 7}, digest[32], key[32] = {9}, other[32] = {10}, genesis[32] = {5}, signature[64];
  el_sha256 hash;
  IS(electra_meter_init(&meter, "electra-unit-00000001", 21, secret), ELECTRA_OK);
  IS(electra_trust_init(&trust, meter.address, 0, genesis), ELECTRA_OK);
  el_sha256_init(&hash);
  el_sha256_update(&hash, "electra/node-key/v1electra-unit-00000001", 41); /* its NUL is the zero byte */
  el_sha256_update(&hash, genesis, 32);
  el_sha256_update(&hash, "\2\0\0\0", 4);
  el_sha256_update(&hash, key, 32);
  el_sha256_final(&hash, digest);
  IS(electra_crypto_sign(signature, digest, secret), ELECTRA_OK);
  IS(electra_trust_node_key(&trust, &meter, 2, other, signature), ELECTRA_ERR_SIGNATURE);
  IS(electra_trust_node_key(&trust, &meter, 3, key, signature), ELECTRA_ERR_SIGNATURE);
  CHECK(!meter.has_node_key && !trust.has_key);
  IS(electra_trust_node_key(&trust, &meter, 2, key, signature), ELECTRA_OK);
  CHECK(meter.has_node_key && meter.key_epoch == 2 && trust.key_epoch == 2);
  /* after a restart, with what was kept: the same key without a look at its signature, and no other */
  IS(electra_meter_init(&relay, "electra-unit-00000001", 21, secret), ELECTRA_OK);
  memset(signature, 0, sizeof signature);
  IS(electra_trust_node_key(&trust, &relay, 2, other, signature), ELECTRA_ERR_WRONG_EPOCH);
  IS(electra_trust_node_key(&trust, &relay, 1, key, signature), ELECTRA_ERR_WRONG_EPOCH);
  IS(electra_trust_node_key(&trust, &relay, 2, key, signature), ELECTRA_OK);
  IS(electra_trust_rotation(&trust, &meter, 2, relay.address, signature), ELECTRA_ERR_SKIPPED);
  IS(electra_trust_rotation(&trust, &meter, 1, relay.address, signature), ELECTRA_ERR_SIGNATURE);
  IS(electra_trust_init(NULL, meter.address, 0, genesis), ELECTRA_ERR_NULL);
  IS(electra_trust_node_key(NULL, &meter, 2, key, signature), ELECTRA_ERR_NULL);
  IS(electra_trust_rotation(NULL, &meter, 1, relay.address, signature), ELECTRA_ERR_NULL);
}

static void wipes(void) {
  electra_meter meter, empty;
  unit_meter(&meter);
  memset(&empty, 0, sizeof empty);
  electra_meter_wipe(&meter);
  electra_meter_wipe(NULL);
  CHECK(memcmp(&meter, &empty, sizeof meter) == 0);
}

void test_meter(void) {
  IS(electra_self_test(), ELECTRA_OK);
  refuses_bad_identities();
  names_the_account();
  keeps_epochs_in_order();
  takes_signed_keys_alone();
  wipes();
}

void test_report(void) {
  electra_meter meter, keyless;
  electra_report report = {1981055, ELECTRA_REGISTER_LIMIT_WH - 1, 41, -5, 1};
  uint8_t sealed[ELECTRA_SEALED_REPORT_BYTES], again[ELECTRA_SEALED_REPORT_BYTES], secret[32];
  unit_meter(&meter);
  IS(electra_report_seal(&meter, &report, UNIT_RANDOM, sealed, sizeof sealed, secret), ELECTRA_OK);
  IS(electra_report_seal(&meter, &report, UNIT_RANDOM, again, sizeof again, NULL), ELECTRA_OK);
  CHECK(memcmp(sealed, again, sizeof sealed) == 0); /* same randomness, same content: same box */
  report.power_w = -6;
  IS(electra_report_seal(&meter, &report, UNIT_RANDOM, again, sizeof again, NULL), ELECTRA_OK);
  CHECK(memcmp(sealed, again, 32) != 0); /* other content: another ephemeral key, even when the generator is stuck */
  IS(electra_report_seal(&meter, &report, UNIT_RANDOM, sealed, sizeof sealed - 1, NULL), ELECTRA_ERR_BUFFER);
  report.import_register_wh++;
  IS(electra_report_seal(&meter, &report, UNIT_RANDOM, sealed, sizeof sealed, NULL), ELECTRA_ERR_OUT_OF_RANGE);
  report.import_register_wh = 0;
  report.export_register_wh = UINT64_MAX;
  IS(electra_report_seal(&meter, &report, UNIT_RANDOM, sealed, sizeof sealed, NULL), ELECTRA_ERR_OUT_OF_RANGE);
  report.export_register_wh = 0;
  IS(electra_meter_init(&keyless, UNIT_CHAIN, 5, UNIT_KEY), ELECTRA_OK);
  IS(electra_report_seal(&keyless, &report, UNIT_RANDOM, sealed, sizeof sealed, NULL), ELECTRA_ERR_NO_NODE_KEY);
  IS(electra_report_seal(NULL, &report, UNIT_RANDOM, sealed, sizeof sealed, NULL), ELECTRA_ERR_NULL);
  IS(electra_report_seal(&meter, NULL, UNIT_RANDOM, sealed, sizeof sealed, NULL), ELECTRA_ERR_NULL);
  IS(electra_report_seal(&meter, &report, NULL, sealed, sizeof sealed, NULL), ELECTRA_ERR_NULL);
  IS(electra_report_seal(&meter, &report, UNIT_RANDOM, NULL, sizeof sealed, NULL), ELECTRA_ERR_NULL);
  memset(meter.node_key, 0, 32); /* a key that came past electra_set_node_key: the box refuses it, and hands out no plaintext */
  memset(again, 0, sizeof again);
  IS(electra_report_seal(&meter, &report, UNIT_RANDOM, sealed, sizeof sealed, NULL), ELECTRA_ERR_LOW_ORDER);
  CHECK(memcmp(sealed, again, sizeof sealed) == 0);
}
