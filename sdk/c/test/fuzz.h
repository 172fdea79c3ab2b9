/* fuzz.h - makes a request (ops.h) of a fuzzer's bytes: the first byte says which decoder and whether to mend the header, the rest is its
 * input. */
#ifndef ELECTRA_TEST_FUZZ_H
#define ELECTRA_TEST_FUZZ_H

#include "ops.h"

/* The request's length; 0 when the bytes make none. */
size_t fuzz_request(const uint8_t *data, size_t len, uint8_t request[OPS_REQUEST_MAX]);
/* Whether an accepted answer says what the request held: one encoding per value. */
int fuzz_answer_ok(const uint8_t *request, const uint8_t *answer, size_t answer_len);

#endif
