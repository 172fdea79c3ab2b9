/* bytes.c - fixed little-endian layouts (protocol section 2), wiping, comparing. SPDX-License-Identifier: Apache-2.0 */
#include "internal.h"

void el_put(uint8_t *at, uint64_t value, unsigned bytes) {
  for (unsigned i = 0; i < bytes; i++) {
    at[i] = (uint8_t)value;
    value >>= 8;
  }
}

uint64_t el_get(const uint8_t *at, unsigned bytes) {
  uint64_t value = 0;
  for (unsigned i = bytes; i-- > 0;) value = value << 8 | at[i];
  return value;
}

/* Through a volatile pointer, or the compiler would see that nobody reads it again and leave the secret where it is. */
void el_wipe(void *bytes, size_t len) {
  volatile uint8_t *at = (volatile uint8_t *)bytes;
  while (len-- > 0) *at++ = 0;
}

int el_differ(const uint8_t *a, const uint8_t *b, size_t len) {
  uint8_t difference = 0;
  for (size_t i = 0; i < len; i++) difference = (uint8_t)(difference | (a[i] ^ b[i]));
  ELECTRA_PUBLIC(&difference, sizeof difference);
  return difference != 0;
}
