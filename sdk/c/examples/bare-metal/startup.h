/* startup.h - what an image without an operating system has to stand on. */
#ifndef STARTUP_H
#define STARTUP_H

#include <stddef.h>
#include <stdint.h>

int main(void);
void reset(void);
void say(const char *text); /* to the host's terminal, by semihosting */
void say_number(uint32_t value);
void end(int code) __attribute__((noreturn)); /* ends the emulator with this exit code */
void clock_start(void);
uint32_t clock_ticks(void); /* processor clocks since then, 24 bits */
void stack_paint(void);
uint32_t stack_used(void); /* deepest use below the caller since stack_paint, in bytes */

#endif
