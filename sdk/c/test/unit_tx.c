/* unit_tx.c - transactions: sizes, order, buffers of every length; and the hash in pieces of every length. */
#include "unit.h"

static const uint8_t REPORT_BOX[ELECTRA_SEALED_REPORT_BYTES] = {1}, DAY_BOX[ELECTRA_SEALED_STATEMENT_BYTES] = {2}, COMMITMENT[32] = {3};

static void refuses_wrong_calls(const electra_meter *meter) {
  const electra_tx_params params = {1, 2, 3, NULL, 0};
  electra_tx_params memo = {1, 2, 3, "a\n", 2};
  uint8_t buffer[2000];
  electra_tx tx;
  size_t len;
  IS(electra_tx_begin(NULL, meter, buffer, sizeof buffer), ELECTRA_ERR_NULL);
  IS(electra_tx_begin(&tx, NULL, buffer, sizeof buffer), ELECTRA_ERR_NULL);
  IS(electra_tx_begin(&tx, meter, NULL, sizeof buffer), ELECTRA_ERR_NULL);
  IS(electra_tx_begin(&tx, meter, buffer, 3), ELECTRA_ERR_BUFFER);
  IS(electra_tx_begin(&tx, meter, buffer, sizeof buffer), ELECTRA_OK);
  IS(electra_tx_sign(&tx, &params, &len, NULL), ELECTRA_ERR_STATE); /* no message */
  IS(electra_tx_add_report(NULL, 1, 2, REPORT_BOX, 112), ELECTRA_ERR_NULL);
  IS(electra_tx_add_report(&tx, 1, 2, NULL, 112), ELECTRA_ERR_NULL);
  IS(electra_tx_add_report(&tx, 1, 2, REPORT_BOX, 111), ELECTRA_ERR_WRONG_SIZE);
  IS(electra_tx_add_report(&tx, 1, 2, DAY_BOX, 715), ELECTRA_ERR_WRONG_SIZE);
  IS(electra_tx_add_day(NULL, 1, 2, COMMITMENT, DAY_BOX, 715), ELECTRA_ERR_NULL);
  IS(electra_tx_add_day(&tx, 1, 2, NULL, DAY_BOX, 715), ELECTRA_ERR_NULL);
  IS(electra_tx_add_day(&tx, 1, 2, COMMITMENT, NULL, 715), ELECTRA_ERR_NULL);
  IS(electra_tx_add_day(&tx, 1, 2, COMMITMENT, DAY_BOX, 716), ELECTRA_ERR_WRONG_SIZE);
  IS(electra_tx_add_report(&tx, 1, 2, REPORT_BOX, 112), ELECTRA_OK);
  IS(electra_tx_sign(NULL, &params, &len, NULL), ELECTRA_ERR_NULL);
  IS(electra_tx_sign(&tx, NULL, &len, NULL), ELECTRA_ERR_NULL);
  IS(electra_tx_sign(&tx, &params, NULL, NULL), ELECTRA_ERR_NULL);
  IS(electra_tx_sign(&tx, &memo, &len, NULL), ELECTRA_ERR_OUT_OF_RANGE);
  memo.memo = NULL;
  IS(electra_tx_sign(&tx, &memo, &len, NULL), ELECTRA_ERR_OUT_OF_RANGE);
  memo.memo_len = ELECTRA_MEMO_MAX + 1;
  IS(electra_tx_sign(&tx, &memo, &len, NULL), ELECTRA_ERR_OUT_OF_RANGE);
  IS(electra_tx_sign(&tx, &params, &len, NULL), ELECTRA_OK);
  IS(electra_tx_sign(&tx, &params, &len, NULL), ELECTRA_ERR_STATE); /* signed already */
  IS(electra_tx_add_report(&tx, 1, 2, REPORT_BOX, 112), ELECTRA_ERR_STATE);
}

/* In a buffer of any size it fits or is refused; the byte behind the buffer is never touched, and the bytes are those of a large buffer. */
static void keeps_within_any_buffer(const electra_meter *meter) {
  static char memo[ELECTRA_MEMO_MAX];
  electra_tx_params params = {UINT64_MAX, UINT64_MAX, UINT64_MAX, memo, sizeof memo};
  static uint8_t reference[3000], buffer[3000];
  size_t reference_len = 0, len, fitted = 0;
  electra_tx tx;
  memset(memo, 'm', sizeof memo);
  for (size_t size = sizeof reference; size >= 4; size = size > 1700 ? size - 100 : size - 1) {
    uint8_t *at = fitted == 0 ? reference : buffer;
    if (size < sizeof buffer) at[size] = 0x77;
    IS(electra_tx_begin(&tx, meter, at, size), ELECTRA_OK);
    int code = electra_tx_add_day(&tx, UINT32_MAX, UINT32_MAX, COMMITMENT, DAY_BOX, 715);
    const size_t used = tx.used;
    if (code == ELECTRA_OK) {
      code = electra_tx_add_report(&tx, UINT32_MAX, UINT32_MAX, REPORT_BOX, 112);
      CHECK(code == ELECTRA_OK || (tx.used == used && tx.messages == 1)); /* refused: as it was */
    }
    if (code == ELECTRA_OK) code = electra_tx_sign(&tx, &params, &len, NULL);
    if (fitted == 0) reference_len = len;
    CHECK(code == ELECTRA_OK || (code == ELECTRA_ERR_BUFFER && size < reference_len + 32));
    if (code == ELECTRA_OK) {
      fitted = size;
      CHECK(len == reference_len && memcmp(at, reference, len) == 0);
    }
    if (size < sizeof buffer) CHECK(at[size] == 0x77);
  }
  CHECK(fitted > 0 && fitted <= ELECTRA_TX_OVERHEAD_BYTES + ELECTRA_TX_DAY_BYTES + ELECTRA_TX_REPORT_BYTES);
}

static void takes_many_messages(const electra_meter *meter) {
  static uint8_t buffer[60000];
  const electra_tx_params params = {1, 2, 3, NULL, 0};
  electra_tx tx;
  size_t len;
  IS(electra_tx_begin(&tx, meter, buffer, sizeof buffer), ELECTRA_OK);
  for (uint32_t i = 0; i < 255; i++) CHECK(electra_tx_add_report(&tx, i, i, REPORT_BOX, 112) == ELECTRA_OK);
  IS(electra_tx_add_report(&tx, 1, 1, REPORT_BOX, 112), ELECTRA_ERR_STATE);
  IS(electra_tx_sign(&tx, &params, &len, NULL), ELECTRA_OK);
}

void test_tx(void) {
  electra_meter meter;
  unit_meter(&meter);
  refuses_wrong_calls(&meter);
  keeps_within_any_buffer(&meter);
  takes_many_messages(&meter);
  /* a meter whose key is none: the signature is refused, not made */
  uint8_t buffer[1000];
  const electra_tx_params params = {1, 2, 3, NULL, 0};
  electra_tx tx;
  size_t len;
  memset(meter.secret_key, 0, 32);
  IS(electra_tx_begin(&tx, &meter, buffer, sizeof buffer), ELECTRA_OK);
  IS(electra_tx_add_report(&tx, 1, 1, REPORT_BOX, 112), ELECTRA_OK);
  IS(electra_tx_sign(&tx, &params, &len, NULL), ELECTRA_ERR_CRYPTO);
}

void test_hash(void) {
  static const uint8_t abc[32] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23,
                                  0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};
  uint8_t data[200], whole[32], pieces[32];
  el_sha256 hash;
  el_sha256_init(&hash);
  el_sha256_update(&hash, "abc", 3);
  el_sha256_final(&hash, whole);
  CHECK(memcmp(whole, abc, 32) == 0);
  for (unsigned i = 0; i < sizeof data; i++) data[i] = (uint8_t)(i * 7);
  for (size_t len = 0; len <= sizeof data; len++) {
    el_sha256_init(&hash);
    el_sha256_update(&hash, data, len);
    el_sha256_final(&hash, whole);
    el_sha256_init(&hash);
    for (size_t at = 0, step = 1; at < len; at += step, step = step % 67 + 1)
      el_sha256_update(&hash, data + at, len - at < step ? len - at : step);
    el_sha256_final(&hash, pieces);
    CHECK(memcmp(whole, pieces, 32) == 0);
  }
}
