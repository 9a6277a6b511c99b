/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learn/forest.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Room for one more of n + more things; doubles. */
static void *widen(void *block, size_t n, size_t more, size_t *room, size_t size)
{
    if (n + more <= *room)
        return block;
    *room = 2 * (n + more);
    return block ? mem_resize(block, *room, size) : mem_get(*room, size);
}

/* The bits of the categories that go left; returns where they begin. */
static int64_t add_set(struct forest *forest, const struct branch *branch, unsigned bin_n)
{
    struct model_trees *trees = &forest->trees;
    size_t words = MODEL_SET_WORDS(bin_n), at = trees->set_n;
    trees->set = widen(trees->set, trees->set_n, words, &forest->set_room, sizeof *trees->set);
    memset(trees->set + at, 0, words * sizeof *trees->set);
    for (unsigned b = 0; b < bin_n; b++)
        trees->set[at + b / 32] |= (uint32_t)branch->left[b] << b % 32;
    trees->set_n += words;
    return (int64_t)at;
}

static void add_question(struct forest *forest, const struct branch *branch, struct tree_node *ret)
{
    const struct bins_feature *feature = &forest->bins->feature[branch->feature];
    ret->feature = (int32_t)branch->feature;
    ret->missing_left = branch->missing_left;
    if (feature->bin)
        ret->cut = add_set(forest, branch, feature->bin_n);
    else /* all values to the left: only what is missing goes right */
        ret->cut = branch->bin + 1 < feature->bin_n ? feature->cut[branch->bin] : MANTISSA_MAX;
}

void forest_add(struct forest *forest, const struct grow_tree *tree, const double *value)
{
    struct model_trees *trees = &forest->trees;
    size_t first = trees->node_n;
    trees->node = widen(trees->node, first, tree->node_n, &forest->node_room, sizeof *trees->node);
    trees->root = widen(trees->root, trees->tree_n, 1, &forest->tree_room, sizeof *trees->root);
    for (unsigned i = 0; i < tree->node_n; i++) {
        struct tree_node node = {.feature = -1};
        if (tree->node[i].left) {
            node.left = (int32_t)first + tree->node[i].left;
            add_question(forest, &tree->node[i].branch, &node);
        }
        trees->node[first + i] = node;
    }
    for (unsigned k = 0; k < tree->leaf_n; k++)
        trees->node[first + tree->leaf[k].node].value = value[k];
    trees->node_n += tree->node_n;
    trees->root[trees->tree_n++] = (int32_t)first;
}

void forest_drop(struct forest *forest, size_t n)
{
    struct model_trees *trees = &forest->trees;
    trees->tree_n -= n;
    if (n)
        trees->node_n = (size_t)trees->root[trees->tree_n];
}

static void *keep(const void *block, size_t n, size_t size, struct arena *arena)
{
    void *copy = arena_get(arena, n, size);
    if (n)
        memcpy(copy, block, n * size);
    return copy;
}

void forest_end(const struct forest *forest, const double *base, size_t output_n,
                struct arena *arena, struct model_trees *ret)
{
    struct model_trees trees = forest->trees;
    trees.node = keep(trees.node, trees.node_n, sizeof *trees.node, arena);
    trees.root = keep(trees.root, trees.tree_n, sizeof *trees.root, arena);
    trees.set = keep(trees.set, trees.set_n, sizeof *trees.set, arena);
    trees.base = keep(base, output_n, sizeof *base, arena);
    trees.output_n = output_n;
    *ret = trees;
}

void forest_free(void *what)
{
    struct forest *forest = what;
    free(forest->trees.node);
    free(forest->trees.root);
    free(forest->trees.set);
}
