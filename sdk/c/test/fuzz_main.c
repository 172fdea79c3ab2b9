/* fuzz_main.c - libFuzzer's entry, and with -DREPLAY a program that writes, for every file named, the request it makes and the SDK's answer
 * (u16 length, bytes, twice), for the TypeScript codec to agree or not. */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

static uint8_t request[OPS_REQUEST_MAX], answer[OPS_ANSWER_MAX];

#ifndef REPLAY
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
  const size_t request_len = fuzz_request(data, len, request);
  if (request_len == 0) return 0;
  const size_t answer_len = ops_answer(request, request_len, answer);
  if (!fuzz_answer_ok(request, answer, answer_len)) abort();
  return 0;
}
#else
static void write_list(const uint8_t *bytes, size_t len) {
  putchar((int)(len & 255u));
  putchar((int)(len >> 8));
  fwrite(bytes, 1, len, stdout);
}

int main(int argc, char **argv) {
  static uint8_t data[4096];
  for (int i = 1; i < argc; i++) {
    FILE *file = fopen(argv[i], "rb");
    if (file == NULL) return 1;
    const size_t len = fread(data, 1, sizeof data, file);
    fclose(file);
    const size_t request_len = fuzz_request(data, len, request);
    if (request_len == 0) continue;
    const size_t answer_len = ops_answer(request, request_len, answer);
    if (!fuzz_answer_ok(request, answer, answer_len)) return 2;
    write_list(request, request_len);
    write_list(answer, answer_len);
  }
  return 0;
}
#endif
