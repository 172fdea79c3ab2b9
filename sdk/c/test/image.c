/* image.c - what runs on an emulated core: every vector, then every operation with its instructions and its deepest stack.
 * One line an operation: "op NAME TICKS STACK". QEMU's -icount makes the ticks exact and the same each time. */
#include "internal.h"
#include "ops.h"
#include "startup.h"

#ifndef MEASURE_ONLY
#include "vectors.h"

static uint8_t answer[OPS_ANSWER_MAX];

static uint32_t run_vectors(void) {
  const unsigned char *at = VECTORS;
  uint32_t failed = 0;
  for (uint32_t i = 0; i < VECTOR_COUNT; i++) {
    const size_t request_len = (size_t)el_get(at, 2);
    const unsigned char *expected = at + 2 + request_len;
    const size_t expected_len = (size_t)el_get(expected, 2);
    const size_t len = ops_answer(at + 2, request_len, answer);
    if (len != expected_len || memcmp(answer, expected + 2, len) != 0) {
      failed++;
      say("vector ");
      say_number(i);
      say(" failed\n");
    }
    at = expected + 2 + expected_len;
  }
  say("vectors ");
  say_number(VECTOR_COUNT - failed);
  say(" ");
  say_number(failed);
  say("\n");
  return failed;
}
#else
static uint32_t run_vectors(void) { return 0; }
#endif

static electra_meter meter;
static electra_trust trust;
static electra_day day;
static uint8_t buffer[ELECTRA_SEALED_STATEMENT_BYTES], tx_bytes[1400], random_bytes[32], blinding[31], commitment[32], signature[64];
static uint32_t p4_inputs[4][8];
static int result;

static void do_self_test(void) { result |= electra_self_test(); }
static void do_init(void) {
  random_bytes[31] = 7;
  result |= electra_meter_init(&meter, "electra-rural-5eed0001", 22, random_bytes);
}
static const uint8_t node_key[32] = {9}, genesis_hash[32] = {1};
/* The meter's own key as the operator's, not measured. The genesis hash is one whose signature is of the second of its two points, so that
 * both are tried. */
static void sign_node_key(void) {
  el_sha256 hash;
  uint8_t digest[32];
  result |= electra_trust_init(&trust, meter.address, 0, genesis_hash);
  el_sha256_init(&hash);
  el_sha256_update(&hash, "electra/node-key/v1electra-rural-5eed0001", 42); /* its NUL is the zero byte */
  el_sha256_update(&hash, genesis_hash, 32);
  el_sha256_update(&hash, "\3\0\0\0", 4);
  el_sha256_update(&hash, node_key, 32);
  el_sha256_final(&hash, digest);
  result |= electra_crypto_sign(signature, digest, random_bytes);
}
static void do_trust(void) { result |= electra_trust_node_key(&trust, &meter, 3, node_key, signature); }
static void do_node_key(void) { result |= electra_set_node_key(&meter, 3, node_key); }
static void do_p4(void) { el_p4(p4_inputs[0], p4_inputs); }
static void do_report(void) {
  const electra_report report = {1981055, 29172000, 41, 2444, 0};
  result |= electra_report_seal(&meter, &report, random_bytes, buffer, sizeof buffer, NULL);
}
static void do_box(void) { result |= electra_crypto_box_seal(buffer, ELECTRA_STATEMENT_BYTES, meter.node_key, random_bytes); }
static void do_build(void) {
  result |= electra_day_begin(&day, 20635, 29172000, 41, buffer, sizeof buffer);
  for (uint32_t i = 0; i < 96; i++) result |= electra_day_add(&day, 500 + i, i);
}
static void do_blinding(void) { result |= electra_day_draw_blinding(&day, &meter, 0, random_bytes, blinding); }
static void do_commit(void) { result |= electra_day_commit(&day, &meter, 0, blinding, commitment); }
static void do_seal(void) { result |= electra_day_seal(&day, &meter, random_bytes, buffer, sizeof buffer, NULL); }
static void do_sign(void) {
  const electra_tx_params params = {12, 34, 5678, NULL, 0};
  electra_tx tx;
  size_t len;
  result |= electra_tx_begin(&tx, &meter, tx_bytes, sizeof tx_bytes);
  result |= electra_tx_add_day(&tx, 20635, 3, commitment, buffer, sizeof buffer);
  result |= electra_tx_sign(&tx, &params, &len, NULL);
}

static const struct {
  const char *name;
  void (*run)(void);
} OPERATIONS[] = {
    {"self-test", do_self_test},
    {"init", do_init},
    {"trust", do_trust},
    {"node-key", do_node_key},
    {"p4", do_p4},
    {"report", do_report},
    {"box", do_box},
    {"build", do_build},
    {"blinding", do_blinding},
    {"commit", do_commit},
    {"seal", do_seal},
    {"sign", do_sign},
};

static void measure(void) {
  for (size_t i = 0; i < sizeof OPERATIONS / sizeof OPERATIONS[0]; i++) {
    if (OPERATIONS[i].run == do_trust) sign_node_key();
    stack_paint();
    clock_start();
    const uint32_t before = clock_ticks();
    OPERATIONS[i].run();
    const uint32_t ticks = (clock_ticks() - before) & 0xffffffu;
    const uint32_t stack = stack_used();
    say("op ");
    say(OPERATIONS[i].name);
    say(" ");
    say_number(ticks);
    say(" ");
    say_number(stack);
    say("\n");
  }
}

int main(void) {
  const uint32_t failed = run_vectors();
  measure();
  return failed == 0 && result == ELECTRA_OK ? 0 : 1;
}
