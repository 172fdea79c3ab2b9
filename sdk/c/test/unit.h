/* unit.h - the least of a test harness: CHECK counts, a failure names its line and the run goes on. */
#ifndef ELECTRA_TEST_UNIT_H
#define ELECTRA_TEST_UNIT_H

#include <stdio.h>
#include <string.h>

#include "internal.h"

extern unsigned unit_passed, unit_failed;

#define CHECK(condition)                                                       \
  do {                                                                         \
    if (condition) unit_passed++;                                              \
    else unit_failed++, printf("%s:%d: %s\n", __FILE__, __LINE__, #condition); \
  } while (0)
#define IS(call, expected)                                                                                             \
  do {                                                                                                                 \
    const int unit_code_ = (call);                                                                                     \
    if (unit_code_ == (expected)) unit_passed++;                                                                       \
    else unit_failed++, printf("%s:%d: %s gave %d, not %d\n", __FILE__, __LINE__, #call, unit_code_, (int)(expected)); \
  } while (0)

extern const char UNIT_CHAIN[];
extern const uint8_t UNIT_KEY[32], UNIT_NODE_SECRET[32], UNIT_RANDOM[32];
void unit_meter(electra_meter *meter); /* with a node key of epoch 3 */

void test_meter(void);
void test_report(void);
void test_day(void);
void test_decode(void);
void test_tx(void);
void test_hash(void);
void test_journal(void);
void test_power(void);

#endif
