/* fuzz.c - see fuzz.h. A fuzzer can't guess a context hash or a box's tag, so on demand the header is written right and the box is sealed
 * first: otherwise nothing behind the first check would ever be reached. */
#include "fuzz.h"

#include "internal.h"

#define FUZZ_MAX 1400u
static const char FUZZ_CHAIN[] = "electra-rural-5eed0001";
static const uint8_t FUZZ_ADDRESS[20] = {1, 2, 3}, FUZZ_SECRET[32] = {4, 5, 6}, FUZZ_EPHEMERAL[32] = {7, 8, 9};

static uint8_t *put_text(uint8_t *at, const void *bytes, size_t len) {
  el_put(at, len, 2);
  memcpy(at + 2, bytes, len);
  return at + 2 + len;
}

/* Decoding against the carrier that the plaintext itself names; mended: with the header that this carrier wants. */
static size_t decode_request(uint8_t *request, int is_statement, int mend, const uint8_t *plaintext, size_t len) {
  static uint8_t copy[FUZZ_MAX];
  electra_carrier carrier = {FUZZ_CHAIN, sizeof FUZZ_CHAIN - 1, {0}, 0, 0};
  memcpy(carrier.address, FUZZ_ADDRESS, 20);
  memcpy(copy, plaintext, len);
  if (len >= 42) carrier.at = (uint32_t)el_get(copy + 38, 4), carrier.key_epoch = (uint32_t)el_get(copy + 2, 4);
  if (mend && len >= 42) el_header(copy, is_statement ? EL_KIND_STATEMENT : EL_KIND_REPORT, &carrier);
  uint8_t *at = request;
  *at++ = is_statement ? OP_STATEMENT_DECODE : OP_REPORT_DECODE;
  at = put_text(at, FUZZ_CHAIN, sizeof FUZZ_CHAIN - 1);
  memcpy(at, carrier.address, 20);
  el_put(at + 20, carrier.at, 4);
  el_put(at + 24, carrier.key_epoch, 4);
  at = put_text(at + 28, copy, len);
  return (size_t)(at - request);
}

/* A box as it comes, or one that was sealed first and then changed in the byte that the input names (255: in none). */
static size_t open_request(uint8_t *request, int mend, const uint8_t *bytes, size_t len) {
  static uint8_t box[FUZZ_MAX + 48];
  uint8_t key[32];
  size_t box_len = len;
  if (!mend) memcpy(box, bytes, len);
  else {
    if (len < 2 || electra_crypto_box_public_key(key, FUZZ_SECRET) != 0) return 0;
    memcpy(box + 48, bytes + 2, len - 2);
    if (electra_crypto_box_seal(box, len - 2, key, FUZZ_EPHEMERAL) != 0) return 0;
    box_len = len - 2 + 48;
    if (bytes[0] != 255) box[bytes[0] % box_len] ^= bytes[1];
  }
  request[0] = OP_OPEN;
  memcpy(request + 1, FUZZ_SECRET, 32);
  return (size_t)(put_text(request + 33, box, box_len) - request);
}

size_t fuzz_request(const uint8_t *data, size_t len, uint8_t request[OPS_REQUEST_MAX]) {
  if (len < 1 || len > FUZZ_MAX) return 0;
  const int mend = data[0] >> 7;
  switch (data[0] & 3u) {
    case 0: return decode_request(request, 0, mend, data + 1, len - 1);
    case 1: return decode_request(request, 1, mend, data + 1, len - 1);
    case 2: return open_request(request, mend, data + 1, len - 1);
    default:
      request[0] = OP_BUILDER;
      memcpy(request + 1, data + 1, len - 1);
      return len;
  }
}

/* An accepted plaintext, decoded and encoded again, is the same bytes. */
int fuzz_answer_ok(const uint8_t *request, const uint8_t *answer, size_t answer_len) {
  const size_t plain = 1 + 2 + sizeof FUZZ_CHAIN - 1 + 28 + 2;
  if (answer[0] == (uint8_t)OPS_BAD_REQUEST) return request[0] == OP_BUILDER; /* too short to be a builder's input */
  if (answer[0] != 0) return 1;
  if (request[0] == OP_REPORT_DECODE) return answer_len == 27 && memcmp(request + plain + 38, answer + 1, 26) == 0;
  if (request[0] != OP_STATEMENT_DECODE) return 1;
  const uint8_t *body = request + plain + 38, *values = answer + 1;
  int same = memcmp(body, values, 20) == 0 && memcmp(body + EL_BODY_BLINDING, values + 788, 33) == 0;
  for (unsigned i = 0; i < 192; i++) same = same && el_get(body + EL_BODY_IMPORT + 3 * i, 3) == el_get(values + 20 + 4 * i, 4);
  return same;
}
