/* SPDX-License-Identifier: GPL-3.0-or-later */
/* confusion: what was answered instead of what. */
#ifndef LEARN_CONFUSION_H
#define LEARN_CONFUSION_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* How often rows of one class were answered with one class. */
struct confusion_cell {
    uint32_t truth;
    uint32_t guess;
    uint64_t n;
};

struct confusion {
    struct confusion_cell *cell; /* (cell_n) those that occur, by truth, then guess */
    size_t cell_n;
    uint64_t *truth; /* (class_n) rows of each class */
    uint64_t *guess; /* (class_n) answers of each class */
    size_t class_n;
    uint64_t n;
};

/* truth, guess: (n) below class_n; in the arena. Cost: n log n. */
void confusion_of(const uint32_t *truth, const uint32_t *guess, size_t n, size_t class_n,
                  struct arena *arena, struct confusion *ret);

/* The wrong cells, the most frequent first, ties by truth and guess; in the arena. Returns how
 * many. */
size_t confusion_errors(const struct confusion *confusion, struct arena *arena,
                        struct confusion_cell **ret);

#endif
