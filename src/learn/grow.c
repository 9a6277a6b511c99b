/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learn/grow.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/rng.h"

enum {
    PART_ROWS = 1 << 15, /* rows that one thread sends left or right at once */
    AHEAD_ROWS = 32
};

static size_t numbers_of(const struct bins *bins)
{
    return HISTOGRAM_ROWS * histogram_cells(bins);
}

void grow_begin(struct grower *grower)
{
    const struct bins *bins = grower->bins;
    unsigned slots = cluster_slots(grower->cluster);
    grower->row = mem_get(bins->n, sizeof *grower->row);
    grower->spare = mem_get(bins->n, sizeof *grower->spare);
    grower->pool = mem_get(grower->leaves * numbers_of(bins), sizeof *grower->pool);
    grower->room.packed = mem_get((size_t)slots * HISTOGRAM_PACKED, sizeof(int64_t));
    grower->room.wide =
        slots > 1 ? mem_get(slots * numbers_of(bins), sizeof *grower->room.wide) : NULL;
}

void grow_end(void *what)
{
    struct grower *grower = what;
    free(grower->row);
    free(grower->spare);
    free(grower->pool);
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
    if (cluster_slots(grower->cluster) == 1 || blocks < 2)
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

static int64_t *histogram_of(const struct grower *grower, unsigned which)
{
    return grower->pool + which * numbers_of(grower->bins);
}

static void look_at(const struct grower *grower, struct grow_leaf *leaf)
{
    branch_find(grower->bins, histogram_of(grower, leaf->histogram), &leaf->sums, grower->rules,
                &leaf->best);
}

static bool may_split(const struct grower *grower, const struct grow_leaf *leaf)
{
    return leaf->sums.n >= 2 * grower->rules->least_rows &&
           leaf->sums.h >= 2 * grower->rules->least_hessian;
}

/* Histograms and best questions of two children; left has the parent's histogram. */
static void look_at_children(const struct grower *grower, const int32_t *word,
                             struct grow_leaf *left, struct grow_leaf *right, unsigned free_one)
{
    unsigned parent = left->histogram;
    bool left_is_small = left->sums.n <= right->sums.n;
    struct grow_leaf *small = left_is_small ? left : right;
    struct grow_leaf *large = left_is_small ? right : left;
    if (!may_split(grower, large) && !may_split(grower, small))
        return;
    const struct histogram_rows rows = {.bins = grower->bins,
                                        .form = grower->form,
                                        .word = word,
                                        .row = grower->row + small->first,
                                        .n = small->n};
    histogram_make(&rows, &grower->room, grower->cluster, histogram_of(grower, free_one));
    histogram_take(histogram_of(grower, free_one), histogram_cells(grower->bins),
                   histogram_of(grower, parent));
    small->histogram = free_one;
    large->histogram = parent;
    look_at(grower, small);
    look_at(grower, large);
}

/* Leaf `which` becomes a node with two leaves. */
static void split(const struct grower *grower, const int32_t *word, unsigned which,
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
        look_at_children(grower, word, left, right, tree->leaf_n - 1);
}

void grow_draw(struct grower *grower, uint64_t stream, unsigned share)
{
    enum { SEED = 1, ROWS_OF_DRAW = 8 };
    const struct bins *bins = grower->bins;
    uint64_t draw = 0, of = UINT64_MAX;
    size_t drawn = 0;
    for (size_t i = 0; i < bins->n; i++) {
        uint64_t row = share < 256 ? bins->row[i] : 0;
        if (row / ROWS_OF_DRAW != of) {
            of = row / ROWS_OF_DRAW;
            draw = rng_u64(SEED, stream, of);
        }
        grower->row[drawn] = (uint32_t)i;
        drawn += (draw >> 8 * (row % ROWS_OF_DRAW) & 255) < share;
    }
    grower->drawn = drawn;
}

static void begin_root(const struct grower *grower, const int32_t *word, struct grow_tree *ret)
{
    const struct bins *bins = grower->bins;
    struct grow_leaf *root = &ret->leaf[0];
    *root = (struct grow_leaf){.n = grower->drawn};
    ret->node[0].left = 0;
    ret->node_n = ret->leaf_n = 1;
    if (bins->feature_n == 0)
        return;
    const struct histogram_rows rows = {
        .bins = bins,
        .form = grower->form,
        .word = word,
        .row =
            root->n < bins->n ? grower->row : NULL, /* in their order, nothing need be looked up */
        .n = root->n};
    histogram_make(&rows, &grower->room, grower->cluster, grower->pool);
    const size_t cells = histogram_cells(bins);
    for (size_t b = 0; b < bins->offset[1];
         b++) { /* every row is in one bin of the first feature */
        root->sums.g += grower->pool[b];
        root->sums.h += grower->pool[cells + b];
        root->sums.n += grower->pool[2 * cells + b];
    }
    look_at(grower, root);
}

void grow_one(const struct grower *grower, const int32_t *word, struct grow_tree *ret)
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

/* Rows of a tile, parted like those of a leaf. */
static size_t part_tile(const struct grower *grower, const struct branch *branch, size_t first,
                        uint16_t *at, size_t n)
{
    const uint8_t *cell = bins_cells(grower->bins, branch->feature) + first * BINS_LANES;
    uint16_t spare[GROW_TILE];
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

void grow_leaves(const struct grower *grower, const struct grow_tree *tree, size_t first, size_t n,
                 uint8_t *ret_leaf)
{
    uint16_t at[GROW_TILE], begin[GROW_NODES_MAX] = {0}, count[GROW_NODES_MAX] = {0};
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
            size_t lefts = part_tile(grower, &tree->node[i].branch, first, mine, count[i]);
            begin[left] = begin[i];
            count[left] = (uint16_t)lefts;
            begin[left + 1] = (uint16_t)(begin[i] + lefts);
            count[left + 1] = (uint16_t)(count[i] - lefts);
            continue;
        }
        for (size_t k = 0; k < count[i]; k++)
            ret_leaf[mine[k]] = leaf_of[i];
    }
}
