/* probe.c - references some functions and nothing else, so that a linker that drops the rest shows what they cost in flash. */
#include "electra_crypto.h"
#include "startup.h"

#define KEEP(function) (keep = (const void *)(function))
static const void *volatile keep;

int main(void) {
  KEEP(main);
#if PROBE >= 1
  KEEP(electra_crypto_box_seal);
#endif
#if PROBE >= 2
  KEEP(electra_self_test);
  KEEP(electra_meter_init);
  KEEP(electra_meter_address);
  KEEP(electra_set_node_key);
  KEEP(electra_trust_init);
  KEEP(electra_trust_rotation);
  KEEP(electra_trust_node_key);
  KEEP(electra_report_seal);
  KEEP(electra_day_seal);
  KEEP(electra_tx_add_report);
  KEEP(electra_tx_add_day);
  KEEP(electra_tx_sign);
  KEEP(electra_journal_open);
  KEEP(electra_journal_start);
  KEEP(electra_journal_record);
  KEEP(electra_journal_resume);
  KEEP(electra_journal_day);
  KEEP(electra_journal_blinding);
#endif
#if PROBE >= 3
  KEEP(electra_report_decode);
  KEEP(electra_statement_decode);
  KEEP(electra_statement_commitment);
  KEEP(electra_open);
#endif
  return 0;
}
