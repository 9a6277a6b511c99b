/* SPDX-License-Identifier: GPL-3.0-or-later */
/* arena: memory of one command or request, given back all at once.
 *
 * An arena is a list of blocks that only grows. What is not handed out yet is poisoned for the
 * address sanitizer, and a gap lies between two allocations there, so overruns inside an arena are
 * found.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/check.h"
#include "base/str.h"

struct arena_block;

struct arena {
    struct arena_block *newest; /* NULL: nothing allocated yet; {0} is a valid empty arena */
};

/* n * size zeroed bytes, aligned for any type, valid until arena_release. Never NULL (mem.h). */
__attribute__((returns_nonnull)) void *arena_get(struct arena *arena, size_t n, size_t size);

/* A copy of text with a NUL behind it. */
__attribute__((returns_nonnull)) char *arena_copy(struct arena *arena, struct str text);

/* A copy of bytes that hold values of any type, aligned for it. */
__attribute__((returns_nonnull)) void *arena_keep(struct arena *arena, struct str bytes);

/* The same as a str. */
struct str arena_str(struct arena *arena, struct str text);

/* printf into the arena. */
__attribute__((returns_nonnull, format(printf, 2, 3))) char *arena_printf(struct arena *arena,
                                                                          const char *format, ...);

/* Call end(what) when the arena is given back, the last first: for a file that stays open as long
 * as what lies in the arena. */
void arena_at_end(struct arena *arena, void (*end)(void *what), void *what);

/* Give everything back; the arena is then empty and may be used again. */
void arena_release(struct arena *arena);

#endif
