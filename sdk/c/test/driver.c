/* driver.c - answers requests on standard input (u16 length, request) by answers on standard output (u16 length, answer), until the end of
 * input. */
#include <stdio.h>

#include "ops.h"

int main(void) {
  static uint8_t request[65536], answer[OPS_ANSWER_MAX];
  int low, high;
  while ((low = getchar()) != EOF && (high = getchar()) != EOF) {
    const size_t len = (size_t)low | (size_t)high << 8;
    if (fread(request, 1, len, stdin) != len) return 1;
    const size_t answer_len = ops_answer(request, len, answer);
    putchar((int)(answer_len & 255u));
    putchar((int)(answer_len >> 8));
    fwrite(answer, 1, answer_len, stdout);
  }
  return fflush(stdout) == 0 ? 0 : 1;
}
