/* poseidon.c - P4, the only hash of the circuits: circomlib's Poseidon with four inputs over BN254 (width 5, 8 full and 60 partial rounds,
 * x^5), in constant time. Readings and the blinding are its inputs, so its timing must tell nothing of them.
 *
 * A partial round passes only the first element through the S-box. The constants of the other four can therefore be carried through the
 * matrix into the next round: one constant a round instead of five, the same function in 8 kB less flash. scripts/poseidon.mjs makes them
 * so, from circomlib's, and a test makes them again. Grassi et al., "Poseidon", USENIX Security 2021, appendix B. SPDX-License-Identifier:
 * Apache-2.0 */
#include "internal.h"
#include "poseidon_constants.h"

static void poseidon_sbox(uint32_t x[8]) {
  uint32_t square[8], fourth[8];
  el_mont_mul(square, x, x, &POSEIDON_FIELD);
  el_mont_mul(fourth, square, square, &POSEIDON_FIELD);
  el_mont_mul(x, fourth, x, &POSEIDON_FIELD);
}

static void poseidon_mix(uint32_t state[5][8]) {
  uint32_t mixed[5][8];
  for (unsigned i = 0; i < 5; i++) el_mont_dot(mixed[i], (const uint32_t(*)[8])state, POSEIDON_MATRIX[i], 5, &POSEIDON_FIELD);
  memcpy(state, mixed, sizeof mixed);
}

void el_p4(uint32_t out[8], uint32_t inputs[4][8]) {
  static const uint32_t one[8] = {1};
  uint32_t state[5][8] = {{0}};
  const uint32_t(*constant)[8] = POSEIDON_ROUND;
  for (unsigned i = 0; i < 4; i++) el_mont_mul(state[i + 1], inputs[i], POSEIDON_FIELD.r2, &POSEIDON_FIELD);
  for (unsigned round = 0; round < 68; round++) {
    const unsigned width = round < 4 || round >= 64 ? 5 : 1;
    for (unsigned i = 0; i < width; i++) {
      el_mod_add(state[i], state[i], *constant++, &POSEIDON_FIELD);
      poseidon_sbox(state[i]);
    }
    poseidon_mix(state);
  }
  el_mont_mul(out, state[0], one, &POSEIDON_FIELD);
  el_wipe(state, sizeof state);
}
