/* ops.h - one request in, one answer out: how tests of every kind (vectors in an image, comparisons with TypeScript, fuzzing) drive the
 * SDK. A request is an operation byte and its arguments in fixed order, integers little-endian, strings and lists with a u16 length before
 * them. An answer is the result code as i8 and, when it is 0, the result's bytes. test/sdk-c/ops.ts writes the same. */
#ifndef ELECTRA_TEST_OPS_H
#define ELECTRA_TEST_OPS_H

#include <stddef.h>
#include <stdint.h>

#define OPS_REQUEST_MAX 4096u
#define OPS_ANSWER_MAX 3600u
#define OPS_BAD_REQUEST (-100) /* the test is wrong, not the SDK */

enum {
  OP_HEADER = 1,
  OP_REPORT,
  OP_STATEMENT,
  OP_HEDGE,
  OP_BOX_SEAL,
  OP_OPEN,
  OP_BOX_KEY,
  OP_REPORT_DECODE,
  OP_STATEMENT_DECODE,
  OP_TX,
  OP_ADDRESS,
  OP_P4,
  OP_REPORT_SEAL,
  OP_DAY_SEAL,
  OP_NODE_KEY,
  OP_SIGN,
  OP_SELF_TEST,
  OP_BUILDER,
  OP_JOURNAL,
  OP_TRUST
};

/* Answers a request; returns the answer's length. */
size_t ops_answer(const uint8_t *request, size_t len, uint8_t answer[OPS_ANSWER_MAX]);

#endif
