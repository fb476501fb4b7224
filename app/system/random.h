/*
 * random.h - unguessable numbers from the kernel.
 */
#ifndef SYSTEM_RANDOM_H
#define SYSTEM_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* Fills buffer with length random bytes. Any thread. Stops the program if the kernel has none. */
void random_bytes(uint8_t *buffer, size_t length);

/* 2 * bytes lower-case hex digits and a terminator: buffer holds 2 * bytes + 1. */
void random_hex(char *buffer, size_t bytes);

#endif
