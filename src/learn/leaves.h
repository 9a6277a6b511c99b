/* SPDX-License-Identifier: GPL-3.0-or-later */
/* leaves: in which leaf of a finished tree rows are, without going down it.
 *
 * The leaves are numbered from left to right, one bit each. A row starts with all bits; each
 * question that it answers with "right" takes away the leaves below the left answer. The leaf it is
 * in is the lowest bit left: of those before it, each lies left of a question that the row answered
 * with right; it itself does not. So all questions can be asked of many rows at once, in any order,
 * by comparing bytes. SOURCE: Lucchese et al. 2015, "QuickScorer", SIGIR.
 *
 * Bits lie in four planes of bytes, because bytes are what is compared and most questions take away
 * leaves of one plane only.
 */
#ifndef LEARN_LEAVES_H
#define LEARN_LEAVES_H

#include "base/cpu.h"
#include "learn/grow.h"

/* A question, and what it takes away. */
struct leaves_question {
    const uint8_t *left; /* (256) by bin: 1 goes left */
    uint8_t lane;        /* of its group of features */
    bool set;            /* a category: left is all there is; else bins above `bin` go right … */
    uint8_t bin;
    bool spare; /* … but for this one */
    uint8_t missing;
    uint8_t keep[4]; /* planes of the bits that stay */
};

/* A tree made ready, its questions in the order of their groups. */
struct leaves_plan {
    struct leaves_question question[GROW_LEAVES_MAX];
    uint8_t group_question[GROW_LEAVES_MAX]; /* how many questions the … */
    size_t group[GROW_LEAVES_MAX];           /* … groups have */
    unsigned group_n;
    uint8_t leaf[32]; /* by place from the left */
    const struct grow_tree *tree;
};

/* Both are pointed to, not copied. */
void leaves_plan(const struct bins *bins, const struct grow_tree *tree, struct leaves_plan *ret);

/* In which leaves the rows first … first + n - 1 are, n <= LEAVES_TILE: ret (n). Cost, of a
 * tree of 31 leaves on two groups: 6.5 ns a row with AVX2, 8.6 with SSE2, 9.2 in plain C. */
enum { LEAVES_TILE = 4096, LEAVES_ROWS = 512 };
struct leaves_rows {
    size_t first, n;
};
void leaves_find(const struct bins *bins, const struct leaves_plan *plan,
                 const struct leaves_rows *rows, uint8_t *ret);

/* The same by going down the tree, all rows of a node together: the twin in plain C. Cost: as the
 * partition of so many rows, but their cells stay in the cache meanwhile. */
void leaves_plain(const struct bins *bins, const struct grow_tree *tree, size_t first, size_t n,
                  uint8_t *ret);

/* The twin for a level of instructions, of at most LEAVES_ROWS rows; NULL: leaves_plain is it. */
typedef void leaves_kernel(const struct bins *bins, const struct leaves_plan *plan, size_t first,
                           size_t n, uint8_t *ret);
leaves_kernel *leaves_at(enum cpu_level level);

#endif
