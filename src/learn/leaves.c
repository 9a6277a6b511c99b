/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The twins are one body that compilers make vectors of, its loops having a constant length. The
 * plain twin of them all goes down the tree. */
#include "learn/leaves.h"

#include <string.h>

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3") /* else gcc 12 leaves the loops as they are; clang does not */
#endif

enum { ROWS = LEAVES_ROWS, PLANES = 4 };

/* --- making ready ------------------------------------------------------------------------------*/

/* Number the leaves from left to right: node i has those from begin[i] to end[i] - 1. Children
 * stand behind their parents, so sizes are counted from behind and places given from the front. */
static void number_leaves(const struct grow_tree *tree, uint8_t *begin, uint8_t *end)
{
    for (unsigned i = tree->node_n; i-- > 0;) { /* end: how many, for now */
        int32_t left = tree->node[i].left;
        end[i] = (uint8_t)(left ? end[left] + end[left + 1] : 1);
    }
    begin[0] = 0;
    for (unsigned i = 0; i < tree->node_n; i++) {
        int32_t left = tree->node[i].left;
        if (left) {
            begin[left] = begin[i];
            begin[left + 1] = (uint8_t)(begin[i] + end[left]);
        }
        end[i] = (uint8_t)(begin[i] + end[i]);
    }
}

static void put_question(const struct bins *bins, const struct branch *branch,
                         struct leaves_question *ret)
{
    const struct bins_feature *feature = &bins->feature[branch->feature];
    ret->left = branch->left;
    ret->lane = (uint8_t)(branch->feature % bins->width);
    ret->set = feature->bin != NULL;
    ret->bin = (uint8_t)branch->bin;
    ret->spare = branch->missing_left;
    ret->missing = (uint8_t)feature->bin_n;
}

/* The questions of a group. */
static unsigned put_group(const struct bins *bins, const struct grow_tree *tree, size_t group,
                          const uint8_t *begin, const uint8_t *end, struct leaves_question *ret)
{
    unsigned n = 0;
    for (unsigned i = 0; i < tree->node_n; i++) {
        int32_t left = tree->node[i].left;
        if (!left || tree->node[i].branch.feature / bins->width != group)
            continue;
        uint64_t gone = ((uint64_t)1 << end[left]) - ((uint64_t)1 << begin[left]);
        put_question(bins, &tree->node[i].branch, &ret[n]);
        for (unsigned p = 0; p < PLANES; p++)
            ret[n].keep[p] = (uint8_t) ~(gone >> 8 * p);
        n++;
    }
    return n;
}

void leaves_plan(const struct bins *bins, const struct grow_tree *tree, struct leaves_plan *ret)
{
    uint8_t begin[GROW_NODES_MAX] = {0}, end[GROW_NODES_MAX] = {0};
    unsigned n = 0;
    number_leaves(tree, begin, end);
    ret->tree = tree;
    ret->group_n = 0;
    for (size_t g = 0; g < bins->group_n; g++) {
        unsigned more = put_group(bins, tree, g, begin, end, ret->question + n);
        if (more == 0)
            continue;
        ret->group[ret->group_n] = g;
        ret->group_question[ret->group_n++] = (uint8_t)more;
        n += more;
    }
    for (unsigned k = 0; k < tree->leaf_n; k++)
        ret->leaf[begin[tree->leaf[k].node]] = (uint8_t)k;
}

/* --- the kernel --------------------------------------------------------------------------------*/

typedef uint8_t lanes __attribute__((vector_size(BINS_LANES)));

/* What a block works on. */
struct block {
    uint8_t column[BINS_LANES][ROWS];
    uint8_t plane[PLANES][ROWS];
    uint8_t right[ROWS]; /* FF: the row goes right */
};

#define LOW(a, b)                                                                                  \
    __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define HIGH(a, b)                                                                                 \
    __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)

/* 16 rows of 16 features become 16 columns of 16 rows: merging the first half with the second, four
 * times, turns row and column. */
static inline __attribute__((always_inline)) void turn(const uint8_t *cell, struct block *block,
                                                       size_t r)
{
    lanes a[16], b[16];
#pragma GCC unroll 16
    for (size_t i = 0; i < 16; i++)
        memcpy(&a[i], cell + (size_t)i * BINS_LANES, sizeof a[i]);
#pragma GCC unroll 2
    for (unsigned round = 0; round < 2; round++) {
#pragma GCC unroll 8
        for (size_t i = 0; i < 8; i++) {
            b[2 * i] = LOW(a[i], a[i + 8]);
            b[2 * i + 1] = HIGH(a[i], a[i + 8]);
        }
#pragma GCC unroll 8
        for (size_t i = 0; i < 8; i++) {
            a[2 * i] = LOW(b[i], b[i + 8]);
            a[2 * i + 1] = HIGH(b[i], b[i + 8]);
        }
    }
#pragma GCC unroll 16
    for (size_t i = 0; i < 16; i++)
        memcpy(block->column[i] + r, &a[i], sizeof a[i]);
}

static inline __attribute__((always_inline)) void turn_rows(const uint8_t *cell, size_t n,
                                                            struct block *block)
{
    uint8_t last[16 * BINS_LANES] = {0};
    for (size_t r = 0; r + 16 <= n; r += 16)
        turn(cell + r * BINS_LANES, block, r);
    if (n % 16 == 0)
        return;
    memcpy(last, cell + n / 16 * 16 * BINS_LANES, n % 16 * BINS_LANES);
    turn(last, block, n / 16 * 16);
}

static inline __attribute__((always_inline)) void ask(const struct leaves_question *question,
                                                      struct block *block)
{
    const uint8_t *restrict column = block->column[question->lane];
    const uint8_t bin = question->bin, missing = question->missing;
    uint8_t *restrict right = block->right;
    if (question->set)
        for (size_t r = 0; r < ROWS; r++)
            right[r] = (uint8_t)(question->left[column[r]] - 1);
    else if (question->spare)
        for (size_t r = 0; r < ROWS; r++)
            right[r] = (uint8_t)((column[r] > bin ? 255 : 0) & (column[r] == missing ? 0 : 255));
    else
        for (size_t r = 0; r < ROWS; r++)
            right[r] = column[r] > bin ? 255 : 0;
    for (unsigned p = 0; p < PLANES; p++) {
        const uint8_t gone = (uint8_t)~question->keep[p];
        uint8_t *restrict plane = block->plane[p];
        if (gone == 0)
            continue;
        for (size_t r = 0; r < ROWS; r++)
            plane[r] = (uint8_t)(plane[r] & ~(right[r] & gone));
    }
}

/* The number of the lowest bit of each row goes into block->right. */
static inline __attribute__((always_inline)) void find_lowest(struct block *block)
{
    uint8_t *restrict place = block->right;
    memset(place, 0, ROWS);
    for (unsigned p = PLANES; p-- > 0;) {
        const uint8_t *restrict plane = block->plane[p];
        const uint8_t first = (uint8_t)(8 * p);
        for (size_t r = 0; r < ROWS; r++) {
            uint8_t x = plane[r], low = (uint8_t)(x & -x);
            uint8_t at = (uint8_t)(first + (low & 0xf0 ? 4 : 0) + (low & 0xcc ? 2 : 0) +
                                   (low & 0xaa ? 1 : 0));
            place[r] = x ? at : place[r];
        }
    }
}

static inline __attribute__((always_inline)) void
find(const struct bins *bins, const struct leaves_plan *plan, size_t first, size_t n, uint8_t *ret)
{
    struct block block;
    const struct leaves_question *question = plan->question;
    memset(block.plane, 255, sizeof block.plane);
    for (unsigned g = 0; g < plan->group_n; g++) { /* half of the time is turning */
        turn_rows(bins->cell + (plan->group[g] * bins->n + first) * BINS_LANES, n, &block);
        for (unsigned q = 0; q < plan->group_question[g]; q++)
            ask(question++, &block);
    }
    find_lowest(&block);
    for (size_t r = 0; r < n; r++)
        ret[r] = plan->leaf[block.right[r]];
}

static void find_any(const struct bins *bins, const struct leaves_plan *plan, size_t first,
                     size_t n, uint8_t *ret)
{
    find(bins, plan, first, n, ret);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void find_avx2(const struct bins *bins,
                                                      const struct leaves_plan *plan, size_t first,
                                                      size_t n, uint8_t *ret)
{
    find(bins, plan, first, n, ret);
}
#endif

leaves_kernel *leaves_at(enum cpu_level level)
{
#if defined(__x86_64__)
    if (level == CPU_AVX2 || level == CPU_AVX512) /* 64 bytes at once are no faster: memory waits */
        return find_avx2;
#endif
    return level == CPU_PLAIN ? NULL : find_any;
}

/* --- going down --------------------------------------------------------------------------------*/

/* Rows of a tile, parted like those of a leaf. */
static size_t part_tile(const struct bins *bins, const struct branch *branch, size_t first,
                        uint16_t *at, size_t n)
{
    const uint8_t *cell = bins_cells(bins, branch->feature) + first * BINS_LANES;
    uint16_t spare[LEAVES_TILE];
    size_t lefts = 0, rights = 0;
    for (size_t k = 0; k < n; k++) {
        uint16_t i = at[k];
        unsigned left = branch->left[cell[(size_t)i * BINS_LANES]];
        at[lefts] = i;
        spare[rights] = i;
        lefts += left;
        rights += !left;
    }
    if (rights)
        memcpy(at + lefts, spare, rights * sizeof *at);
    return lefts;
}

void leaves_plain(const struct bins *bins, const struct grow_tree *tree, size_t first, size_t n,
                  uint8_t *ret)
{
    uint16_t at[LEAVES_TILE], begin[GROW_NODES_MAX] = {0}, count[GROW_NODES_MAX] = {0};
    uint8_t leaf_of[GROW_NODES_MAX] = {0};
    for (size_t i = 0; i < n; i++)
        at[i] = (uint16_t)i;
    for (unsigned k = 0; k < tree->leaf_n; k++)
        leaf_of[tree->leaf[k].node] = (uint8_t)k;
    count[0] = (uint16_t)n;
    for (unsigned i = 0; i < tree->node_n; i++) { /* parents come first */
        int32_t left = tree->node[i].left;
        uint16_t *mine = at + begin[i];
        if (left) {
            size_t lefts = part_tile(bins, &tree->node[i].branch, first, mine, count[i]);
            begin[left] = begin[i];
            count[left] = (uint16_t)lefts;
            begin[left + 1] = (uint16_t)(begin[i] + lefts);
            count[left + 1] = (uint16_t)(count[i] - lefts);
            continue;
        }
        for (size_t k = 0; k < count[i]; k++)
            ret[mine[k]] = leaf_of[i];
    }
}

void leaves_find(const struct bins *bins, const struct leaves_plan *plan,
                 const struct leaves_rows *rows, uint8_t *ret)
{
    leaves_kernel *kernel = leaves_at(cpu_level());
    if (!kernel) {
        leaves_plain(bins, plan->tree, rows->first, rows->n, ret);
        return;
    }
    for (size_t done = 0, n; done < rows->n; done += n) {
        n = rows->n - done < LEAVES_ROWS ? rows->n - done : LEAVES_ROWS;
        kernel(bins, plan, rows->first + done, n, ret + done);
    }
}
