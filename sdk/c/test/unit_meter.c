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
