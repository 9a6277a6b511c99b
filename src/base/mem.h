/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mem: memory that is there or ends the command.
 *
 * Sizes from outside are checked before they are asked for (ERR_LIMIT). What then still fails is a
 * machine without memory: the program says one sentence and exits with status 1, never by a signal.
 * An open transaction is rolled back when the file is opened the next time.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/* n * size zeroed bytes, aligned for any type; free with free(). Never NULL; n or size may be 0. */
__attribute__((malloc, returns_nonnull)) void *mem_get(size_t n, size_t size);

/* The same, for large blocks that are visited in no particular order: where the system can, it lies in
 * large pages, of which the processor needs to look up fewer (measured on trees: 10 % of the time). */
__attribute__((malloc, returns_nonnull)) void *mem_get_wide(size_t n, size_t size);

/* Resize a block of mem_get to n * size bytes; new bytes are not cleared. Never NULL. */
__attribute__((returns_nonnull)) void *mem_resize(void *block, size_t n, size_t size);

/* Called once when memory is out, before the program exits with status 1; it must not allocate.
 * The default prints one sentence to standard error. */
void mem_on_failure(void (*say)(void));

/* Say that memory is out (mem_on_failure) and exit with status 1. For libraries that report it. */
__attribute__((noreturn, cold)) void mem_out(void);

/* For CLEANUP: frees the block that the variable points to. */
void mem_free(void *variable);

#endif
