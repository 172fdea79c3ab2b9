/* unit.c - runs the tests of the C interface: what it refuses, in what order it may be called, what power loss leaves. */
#include "unit.h"

unsigned unit_passed, unit_failed;
const char UNIT_CHAIN[] = "electra-rural-5eed0001";
const uint8_t UNIT_KEY[32] = {[31] = 7}, UNIT_NODE_SECRET[32] = {5, 6, 7}, UNIT_RANDOM[32] = {1, 2, 3};

void unit_meter(electra_meter *meter) {
  uint8_t node_key[32];
  IS(electra_meter_init(meter, UNIT_CHAIN, sizeof UNIT_CHAIN - 1, UNIT_KEY), ELECTRA_OK);
  IS(electra_crypto_box_public_key(node_key, UNIT_NODE_SECRET), ELECTRA_OK);
  IS(electra_set_node_key(meter, 3, node_key), ELECTRA_OK);
}

int main(void) {
  test_meter();
  test_report();
  test_day();
  test_decode();
  test_tx();
  test_hash();
  test_journal();
  test_power();
  printf("%u passed, %u failed\n", unit_passed, unit_failed);
  return unit_failed == 0 && unit_passed > 0 ? 0 : 1;
}
