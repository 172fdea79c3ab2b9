/* startup.c - the least that a Cortex-M needs before main: a vector table, RAM initialised, and semihosting to speak and to end.
 * Works on M0, M3, M4 and M7 alike; the linker script says where memory is. */
#include "startup.h"

#include <string.h>

extern uint32_t stack_top[], stack_limit[], data_start[], data_end[], data_load[], bss_start[], bss_end[];

static uint32_t semihost(uint32_t operation, const void *argument) {
  register uint32_t r0 __asm__("r0") = operation;
  register const void *r1 __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xab"
                   : "+r"(r0)
                   : "r"(r1)
                   : "memory");
  return r0;
}

void say(const char *text) { (void)semihost(0x04, text); }

void say_number(uint32_t value) {
  char text[11];
  char *at = text + 10;
  *at = 0;
  do *--at = (char)('0' + value % 10);
  while ((value /= 10) != 0);
  say(at);
}

void end(int code) {
  const uint32_t reason[2] = {0x20026, (uint32_t)code}; /* ADP_Stopped_ApplicationExit */
  for (;;) (void)semihost(0x20, reason);
}

static void fault(void) {
  say("fault\n");
  end(99);
}

void reset(void) {
  memcpy(data_start, data_load, (size_t)((char *)data_end - (char *)data_start));
  memset(bss_start, 0, (size_t)((char *)bss_end - (char *)bss_start));
  end(main());
}

/* System timer: counts down 24 bits of processor clock. */
#define SYST_CSR (*(volatile uint32_t *)0xe000e010u)
#define SYST_RVR (*(volatile uint32_t *)0xe000e014u)
#define SYST_CVR (*(volatile uint32_t *)0xe000e018u)

void clock_start(void) {
  SYST_RVR = 0xffffff;
  SYST_CVR = 0;
  SYST_CSR = 5;
}

uint32_t clock_ticks(void) { return (0u - SYST_CVR) & 0xffffffu; }

/* Painting: everything between the limit and here is set to a pattern; what is left of it afterwards was not used. */
#define PAINT 0xa5a5a5a5u

void __attribute__((noinline)) stack_paint(void) {
  const uint32_t *here = (const uint32_t *)__builtin_frame_address(0) - 16;
  for (volatile uint32_t *at = stack_limit; (const uint32_t *)at < here; at++) *at = PAINT;
}

uint32_t __attribute__((noinline)) stack_used(void) {
  const uint32_t *at = stack_limit;
  while (*at == PAINT) at++;
  return (uint32_t)((const char *)__builtin_frame_address(0) - (const char *)at);
}

__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
    stack_top, (const void *)reset, (const void *)fault, (const void *)fault, (const void *)fault, (const void *)fault, (const void *)fault,
    0, 0, 0, 0, (const void *)fault, (const void *)fault, 0, (const void *)fault, (const void *)fault};
