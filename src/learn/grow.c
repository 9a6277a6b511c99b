/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learn/grow.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "learn/rng.h"

enum {
    DRAW_ROWS = 1 << 15, /* rows of which one thread says at once whether they are looked at */
    PART_ROWS = 1 << 13, /* rows that one thread sends left or right at once */
    AHEAD_ROWS = 32
};

/* Numbers of a histogram: wide ones are needed where there are more rows than a packed one takes.
 */
static size_t numbers_of(const struct grower *grower)
{
    bool packed = histogram_packs(grower->form, (int64_t)grower->all);
    return (packed ? 1 : HISTOGRAM_ROWS) * histogram_cells(grower->bins);
}

/* How many histograms fit into the pool's bytes, but at least `least`, at most `most`. */
static unsigned fitting(const struct grower *grower, unsigned least, unsigned most)
{
    size_t bytes = grower->pool_bytes ? grower->pool_bytes : GROW_POOL_BYTES;
    size_t fit = bytes / (numbers_of(grower) * sizeof(int64_t) + 1);
    return fit < least ? least : fit > most ? most : (unsigned)fit;
}

void grow_begin(struct grower *grower)
{
    const size_t n = grower->bins->n, numbers = numbers_of(grower);
    unsigned slots = fitting(grower, 1, cluster_slots(grower->cluster));
    grower->row = mem_get(n, sizeof *grower->row);
    grower->spare = mem_get(n, sizeof *grower->spare);
    grower->pool_n = fitting(grower, 2, grower->leaves < 2 ? 2 : grower->leaves);
    grower->pool[0].sum = mem_get(grower->pool_n * numbers, sizeof *grower->pool[0].sum);
    for (unsigned i = 1; i < grower->pool_n; i++)
        grower->pool[i].sum = grower->pool[0].sum + i * numbers;
    grower->room.slots = slots;
    grower->room.packed = mem_get((size_t)slots * HISTOGRAM_PACKED, sizeof(uint64_t));
    grower->room.wide = slots > 1 ? mem_get(slots * numbers, sizeof *grower->room.wide) : NULL;
}

void grow_end(void *what)
{
    struct grower *grower = what;
    free(grower->row);
    free(grower->spare);
    free(grower->pool[0].sum);
    free(grower->room.packed);
    free(grower->room.wide);
}

/* --- rows to the left and to the right ---------------------------------------------------------*/

struct parting {
    const uint8_t *cell; /* of the feature */
    const uint8_t *left; /* (256) by bin */
    uint32_t *row;       /* (n) of the leaf */
    uint32_t *spare;     /* (n) */
    size_t n;
    size_t *lefts; /* (blocks + 1) how many go left in the blocks before */
};

/* One thread: the left ones move up, the right ones wait in spare. */
static size_t part_all(const struct parting *part)
{
    size_t lefts = 0, rights = 0;
    for (size_t k = 0; k < part->n; k++) {
        uint32_t i = part->row[k];
        if (k + AHEAD_ROWS < part->n)
            __builtin_prefetch(part->cell + (size_t)part->row[k + AHEAD_ROWS] * BINS_LANES);
        unsigned left = part->left[part->cell[(size_t)i * BINS_LANES]];
        part->row[lefts] = i;
        part->spare[rights] = i;
        lefts += left;
        rights += !left;
    }
    memcpy(part->row + lefts, part->spare, rights * sizeof *part->row);
    return lefts;
}

/* Several: each block is parted in spare, left ones from its beginning, right ones from its end… */
static void part_block(void *context, size_t block, unsigned slot)
{
    const struct parting *part = context;
    size_t first = block * PART_ROWS;
    size_t end = part->n - first < PART_ROWS ? part->n : first + PART_ROWS;
    size_t lefts = first, rights = end;
    (void)slot;
    for (size_t k = first; k < end; k++) {
        uint32_t i = part->row[k];
        unsigned left = part->left[part->cell[(size_t)i * BINS_LANES]];
        if (left)
            part->spare[lefts++] = i;
        else
            part->spare[--rights] = i;
    }
    part->lefts[block + 1] = lefts - first;
}

/* … and goes from there to its two places. */
static void place_block(void *context, size_t block, unsigned slot)
{
    const struct parting *part = context;
    size_t first = block * PART_ROWS, blocks = (part->n + PART_ROWS - 1) / PART_ROWS;
    size_t end = part->n - first < PART_ROWS ? part->n : first + PART_ROWS;
    size_t left = part->lefts[block], lefts = part->lefts[block + 1] - left;
    size_t right = part->lefts[blocks] + first - left;
    (void)slot;
    memcpy(part->row + left, part->spare + first, lefts * sizeof *part->row);
    for (size_t k = end; k > first + lefts; k--)
        part->row[right++] = part->spare[k - 1];
}

size_t grow_part(const struct grower *grower, const struct branch *branch, size_t first, size_t n)
{
    struct parting part = {.cell = bins_cells(grower->bins, branch->feature),
                           .left = branch->left,
                           .row = grower->row + first,
                           .spare = grower->spare + first,
                           .n = n};
    size_t blocks = (n + PART_ROWS - 1) / PART_ROWS;
    if (cluster_slots(grower->cluster) == 1 || blocks < 3)
        return part_all(&part);
    CLEANUP(mem_free) size_t *lefts = mem_get(blocks + 1, sizeof *lefts);
    part.lefts = lefts;
    cluster_run(grower->cluster, blocks, part_block, &part);
    for (size_t b = 0; b < blocks; b++)
        lefts[b + 1] += lefts[b];
    cluster_run(grower->cluster, blocks, place_block, &part);
    return lefts[blocks];
}

/* --- the tree ----------------------------------------------------------------------------------*/

static bool may_split(const struct grower *grower, const struct grow_leaf *leaf)
{
    return leaf->sums.n >= 2 * grower->rules->least_rows &&
           leaf->sums.h >= 2 * grower->rules->least_hessian;
}

/* The best question of a leaf from its histogram, which it keeps only if it has one. */
static void look_at(const struct grower *grower, struct grow_leaf *leaf)
{
    const struct branch_node node = {leaf->sums, &grower->pool[leaf->histogram], grower->form};
    branch_find(grower->bins, &node, grower->rules, &leaf->best);
    if (!(leaf->best.gain > 0))
        leaf->histogram = GROW_NONE;
}

/* One of the pool that no leaf has, or that of the leaf with the smallest gain; which does not
 * lose its own. The same on all ranks. */
static unsigned take_one(const struct grower *grower, struct grow_tree *tree, unsigned which)
{
    bool taken[GROW_LEAVES_MAX] = {false};
    struct grow_leaf *least = NULL;
    for (unsigned k = 0; k < tree->leaf_n; k++) {
        struct grow_leaf *leaf = &tree->leaf[k];
        if (leaf->histogram == GROW_NONE)
            continue;
        taken[leaf->histogram] = true;
        if (leaf->histogram != which && (!least || leaf->best.gain < least->best.gain))
            least = leaf;
    }
    for (unsigned i = 0; i < grower->pool_n; i++)
        if (!taken[i])
            return i;
    BUG_IF(!least);
    unsigned one = least->histogram;
    least->histogram = GROW_NONE;
    return one;
}

/* The histogram of a leaf's rows, into its own place of the pool. */
static void make_histogram(struct grower *grower, const int32_t *word, const struct grow_leaf *leaf)
{
    const struct histogram_rows rows = {.bins = grower->bins,
                                        .form = grower->form,
                                        .word = word,
                                        /* In their order, nothing need be looked up. */
                                        .row = leaf->n < grower->bins->n ? grower->row + leaf->first
                                                                         : NULL,
                                        .n = leaf->n};
    struct histogram *histogram = &grower->pool[leaf->histogram];
    histogram->packed = histogram_packs(grower->form, leaf->sums.n);
    histogram_make(&rows, &grower->room, grower->cluster, histogram);
}

/* What the larger child has is what the smaller one leaves of their parent's. */
static void take_rest(struct grower *grower, const struct grow_leaf *small,
                      const struct grow_leaf *large)
{
    const size_t cells = histogram_cells(grower->bins);
    struct histogram *rest = &grower->pool[large->histogram];
    histogram_take(grower->form, &grower->pool[small->histogram], cells, rest);
    if (!rest->packed && histogram_packs(grower->form, large->sums.n))
        histogram_pack(grower->form, cells, rest);
}

/* Best questions of two children, the last leaf and another; parent: the histogram they had. */
static void look_at_children(struct grower *grower, const int32_t *word, unsigned which,
                             struct grow_tree *tree)
{
    struct grow_leaf *left = &tree->leaf[which], *right = &tree->leaf[tree->leaf_n - 1];
    bool left_is_small = left->sums.n <= right->sums.n;
    struct grow_leaf *small = left_is_small ? left : right;
    struct grow_leaf *large = left_is_small ? right : left;
    unsigned parent = left->histogram;
    left->histogram = right->histogram = GROW_NONE;
    if (!may_split(grower, large) && !may_split(grower, small))
        return;
    large->histogram = parent;
    if (parent == GROW_NONE) {
        large->histogram = take_one(grower, tree, GROW_NONE);
        make_histogram(grower, word, large);
    }
    if (parent != GROW_NONE || may_split(grower, small)) {
        small->histogram = take_one(grower, tree, large->histogram);
        make_histogram(grower, word, small);
    }
    if (parent != GROW_NONE)
        take_rest(grower, small, large);
    look_at(grower, large);
    if (small->histogram != GROW_NONE)
        look_at(grower, small);
}

/* Leaf `which` becomes a node with two leaves. */
static void split(struct grower *grower, const int32_t *word, unsigned which,
                  struct grow_tree *tree)
{
    struct grow_leaf *left = &tree->leaf[which], *right = &tree->leaf[tree->leaf_n];
    struct grow_node *node = &tree->node[left->node];
    size_t lefts = grow_part(grower, &left->best, left->first, left->n);
    struct branch_sums sums = left->sums, child = left->best.child;
    node->branch = left->best;
    node->left = (int32_t)tree->node_n;
    *right = *left;
    left->node = tree->node_n;
    right->node = tree->node_n + 1;
    right->first += lefts;
    right->n -= lefts;
    left->n = lefts;
    left->sums = child;
    right->sums = (struct branch_sums){sums.g - child.g, sums.h - child.h, sums.n - child.n};
    left->best.gain = right->best.gain = 0;
    tree->node[tree->node_n].left = tree->node[tree->node_n + 1].left = 0;
    tree->node_n += 2;
    tree->leaf_n++;
    if (tree->leaf_n < grower->leaves) /* else there is nothing more to look for */
        look_at_children(grower, word, which, tree);
}

struct drawing {
    struct grower *grower;
    uint64_t stream;
    unsigned share;
    size_t *drawn; /* (blocks) */
};

/* The drawn rows of a block, from where the block begins. */
static void draw_block(void *context, size_t block, unsigned slot)
{
    enum { SEED = 1, ROWS_OF_DRAW = 8 };
    const struct drawing *drawing = context;
    const struct bins *bins = drawing->grower->bins;
    size_t first = block * DRAW_ROWS, drawn = first;
    size_t end = bins->n - first < DRAW_ROWS ? bins->n : first + DRAW_ROWS;
    uint64_t draw = 0, of = UINT64_MAX;
    (void)slot;
    for (size_t i = first; i < end; i++) {
        uint64_t row = bins->row[i];
        if (row / ROWS_OF_DRAW != of) {
            of = row / ROWS_OF_DRAW;
            draw = rng_u64(SEED, drawing->stream, of);
        }
        drawing->grower->row[drawn] = (uint32_t)i;
        drawn += (draw >> 8 * (row % ROWS_OF_DRAW) & 255) < drawing->share;
    }
    drawing->drawn[block] = drawn - first;
}

void grow_draw(struct grower *grower, uint64_t stream, unsigned share)
{
    const size_t n = grower->bins->n, blocks = (n + DRAW_ROWS - 1) / DRAW_ROWS;
    CLEANUP(mem_free) size_t *drawn = mem_get(blocks, sizeof *drawn);
    struct drawing drawing = {grower, stream, share, drawn};
    grower->drawn = share < 256 ? 0 : n;
    for (size_t i = 0; i < n && share >= 256; i++)
        grower->row[i] = (uint32_t)i;
    if (share >= 256)
        return;
    cluster_run(grower->cluster, blocks, draw_block, &drawing);
    for (size_t b = 0; b < blocks; b++) {
        memmove(grower->row + grower->drawn, grower->row + b * DRAW_ROWS,
                drawn[b] * sizeof *grower->row);
        grower->drawn += drawn[b];
    }
}

static void begin_root(struct grower *grower, const int32_t *word, struct grow_tree *ret)
{
    const struct bins *bins = grower->bins;
    struct grow_leaf *root = &ret->leaf[0];
    int64_t drawn = (int64_t)grower->drawn;
    cluster_sum(grower->cluster, &drawn, 1);
    *root = (struct grow_leaf){.n = grower->drawn, .sums.n = drawn};
    ret->node[0].left = 0;
    ret->node_n = ret->leaf_n = 1;
    if (bins->feature_n == 0)
        return;
    make_histogram(grower, word, root);
    const struct histogram *all = &grower->pool[0];
    const size_t cells = histogram_cells(bins);
    struct branch_sums sums = {0, 0, 0};
    for (size_t b = 0; b < bins->offset[1];
         b++) { /* every row is in one bin of the first feature */
        struct branch_sums one = {all->sum[b], 0, 0};
        if (all->packed) {
            histogram_unpack(grower->form, all->sum + b, 1, &one.g, &one.h, &one.n);
        } else {
            one.h = all->sum[cells + b];
            one.n = all->sum[2 * cells + b];
        }
        sums = (struct branch_sums){sums.g + one.g, sums.h + one.h, sums.n + one.n};
    }
    root->sums = sums;
    look_at(grower, root);
}

void grow_one(struct grower *grower, const int32_t *word, struct grow_tree *ret)
{
    begin_root(grower, word, ret);
    while (ret->leaf_n < grower->leaves) {
        unsigned best = 0;
        for (unsigned k = 1; k < ret->leaf_n; k++)
            if (ret->leaf[k].best.gain > ret->leaf[best].best.gain)
                best = k;
        if (!(ret->leaf[best].best.gain > 0))
            return;
        split(grower, word, best, ret);
    }
}
