/* ct.c - what the timing may depend on. Secrets are marked as uninitialised memory (Langley's ctgrind); Valgrind then reports every branch
 * and every address that depends on them. Public by intent, and marked so where it happens: boxes, commitments, signatures, public keys,
 * and that values are in range. With -DCT_CONTROL one branch on a secret is added, which must be reported: a test that cannot fail is none.
 */
#include <stdio.h>
#include <valgrind/memcheck.h>

#include "internal.h"

#define SECRET(thing) VALGRIND_MAKE_MEM_UNDEFINED(&(thing), sizeof(thing))

static int run(void) {
  uint8_t key[32] = {[5] = 77, [31] = 7}, random[32] = {3}, blinding[31], commitment[32], node_key[32], node_secret[32] = {4};
  static uint8_t day_box[ELECTRA_SEALED_STATEMENT_BYTES], tx_bytes[2000];
  uint8_t report_box[ELECTRA_SEALED_REPORT_BYTES];
  electra_report report = {1981055, 29172000, 41, -2444, 7};
  const electra_tx_params params = {12, 34, 5678, NULL, 0};
  uint32_t intervals[96][2];
  uint64_t registers[2] = {29172000, 41};
  electra_meter meter;
  electra_day day;
  electra_tx tx;
  size_t len;
  for (uint32_t i = 0; i < 96; i++) intervals[i][0] = 500 + i, intervals[i][1] = i * i;
  EL_TRY(electra_crypto_box_public_key(node_key, node_secret));
  SECRET(key), SECRET(random), SECRET(intervals), SECRET(registers), SECRET(report.import_register_wh), SECRET(report.export_register_wh),
      SECRET(report.power_w);
  EL_TRY(electra_meter_init(&meter, "electra-rural-5eed0001", 22, key));
  EL_TRY(electra_set_node_key(&meter, 3, node_key));
  EL_TRY(electra_report_seal(&meter, &report, random, report_box, sizeof report_box, NULL));
  EL_TRY(electra_day_begin(&day, 20635, registers[0], registers[1], day_box, sizeof day_box));
  for (unsigned i = 0; i < 96; i++) EL_TRY(electra_day_add(&day, intervals[i][0], intervals[i][1]));
  EL_TRY(electra_day_draw_blinding(&day, &meter, 0, random, blinding));
  EL_TRY(electra_day_commit(&day, &meter, 0, blinding, commitment));
  EL_TRY(electra_day_seal(&day, &meter, random, day_box, sizeof day_box, NULL));
  EL_TRY(electra_tx_begin(&tx, &meter, tx_bytes, sizeof tx_bytes));
  EL_TRY(electra_tx_add_day(&tx, 20635, 3, commitment, day_box, sizeof day_box));
  EL_TRY(electra_tx_add_report(&tx, 1981055, 3, report_box, sizeof report_box));
  EL_TRY(electra_tx_sign(&tx, &params, &len, NULL));
#ifdef CT_CONTROL
  if (blinding[0] & 1u) puts("odd");
#endif
  electra_meter_wipe(&meter);
  return ELECTRA_OK;
}

int main(void) {
  const int result = run();
  printf("%s, %d\n", RUNNING_ON_VALGRIND ? "under Valgrind" : "not under Valgrind", result);
  return result == ELECTRA_OK && RUNNING_ON_VALGRIND ? 0 : 1;
}
