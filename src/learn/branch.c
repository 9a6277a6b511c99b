/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learn/branch.h"

#include <string.h>

#include "learn/gate.h"

/* A feature being looked at. */
struct look {
    const int64_t *g, *h, *n; /* (bin_n + 1) */
    unsigned bin_n;
    const struct branch_sums *node;
    const struct branch_rules *rules;
    double before; /* G^2 / (H + penalty) */
    double gain;   /* the best so far, of any feature */
    unsigned at;   /* how many bins, in the order looked at, go left */
    bool missing_left;
    struct branch_sums rest; /* of the bins that go the way of missing cells */
    struct branch_sums child;
};

static double worth(int64_t g, int64_t h, double penalty)
{
    return (double)g * (double)g / ((double)h + penalty);
}

/* Is it better to send `left` left, `at` bins and the missing cells or not? */
static bool try_left(struct look *look, const struct branch_sums *left, unsigned at,
                     bool missing_left)
{
    const struct branch_rules *rules = look->rules;
    struct branch_sums right = {look->node->g - left->g, look->node->h - left->h,
                                look->node->n - left->n};
    if (left->n < rules->least_rows || right.n < rules->least_rows ||
        left->h < rules->least_hessian || right.h < rules->least_hessian)
        return false;
    double gain = worth(left->g, left->h, rules->penalty) +
                  worth(right.g, right.h, rules->penalty) - look->before;
    if (!(gain > look->gain))
        return false;
    look->gain = gain;
    look->at = at;
    look->missing_left = missing_left;
    look->child = *left;
    return true;
}

static void add(const struct look *look, unsigned b, struct branch_sums *sums)
{
    sums->g += look->g[b];
    sums->h += look->h[b];
    sums->n += look->n[b];
}

/* All cuts of a feature whose bins are looked at in this order (n of them; NULL: as they are). */
static bool try_cuts(struct look *look, const uint8_t *order, unsigned n)
{
    struct branch_sums left = {0, 0, 0};
    bool better = false;
    for (unsigned k = 0; k < n; k++) {
        unsigned b = order ? order[k] : k;
        if (look->n[b] == 0)
            continue;
        add(look, b, &left);
        if (left.n == look->node->n)
            break;
        better |= try_left(look, &left, k + 1, false);
        if (look->rest.n == 0 || left.n + look->rest.n == look->node->n)
            continue;
        struct branch_sums with = {left.g + look->rest.g, left.h + look->rest.h,
                                   left.n + look->rest.n};
        better |= try_left(look, &with, k + 1, true);
    }
    return better;
}

/* The categories of which the node has enough rows, by g / (h + smooth), equal ones as they are;
 * the others join the rest. */
static unsigned put_in_order(struct look *look, uint8_t *ret_order)
{
    double key[BINS_MAX];
    unsigned n = 0;
    for (unsigned b = 0; b < look->bin_n; b++) {
        if (look->n[b] < look->rules->least_category) {
            add(look, b, &look->rest);
            continue;
        }
        if (look->n[b] == 0)
            continue;
        double k = (double)look->g[b] / ((double)look->h[b] + look->rules->smooth);
        unsigned i = n++;
        for (; i > 0 && key[i - 1] > k; i--) {
            key[i] = key[i - 1];
            ret_order[i] = ret_order[i - 1];
        }
        key[i] = k;
        ret_order[i] = (uint8_t)b;
    }
    return n;
}

/* Write down what goes left. */
static void settle(const struct look *look, const uint8_t *order, unsigned n, struct branch *ret)
{
    bool none_missing = look->rest.n == 0;
    bool left = none_missing ? 2 * look->child.n >= look->node->n : look->missing_left;
    ret->missing_left = left;
    memset(ret->left, order ? left : 0, sizeof ret->left);
    for (unsigned k = 0; k < n; k++)
        ret->left[order ? order[k] : k] = k < look->at;
    ret->left[look->bin_n] = left;
    ret->bin = look->at - 1;
    ret->child = look->child;
    ret->gain = look->gain;
}

/* The sums of feature f; those of a packed histogram go into room (HISTOGRAM_ROWS, 256). */
static void look_at(const struct bins *bins, const struct branch_node *node, size_t f,
                    struct look *look, int64_t *room)
{
    const int64_t *sum = node->histogram->sum + bins->offset[f];
    const size_t cells = histogram_cells(bins);
    look->bin_n = bins->feature[f].bin_n;
    look->g = node->histogram->packed ? room : sum;
    look->h = node->histogram->packed ? room + 256 : sum + cells;
    look->n = node->histogram->packed ? room + 512 : sum + 2 * cells;
    if (node->histogram->packed)
        histogram_unpack(node->form, sum, look->bin_n + 1, room, room + 256, room + 512);
}

/* Is it certain that no cut of feature f, a number, is better than the best so far? */
static bool is_shut(const struct bins *bins, const struct branch_node *node, size_t f,
                    const struct look *look)
{
    const struct branch_rules *rules = look->rules;
    if (!node->histogram->packed || bins->feature[f].bin)
        return false;
    const int64_t *packed = node->histogram->sum + bins->offset[f];
    const size_t n = bins->offset[f + 1] - bins->offset[f];
    const int64_t missing = packed[bins->feature[f].bin_n];
    const struct gate gate = {.form = node->form,
                              .least = rules->least_rows < 1 ? 1 : rules->least_rows,
                              .n = node->sums.n,
                              .g = (double)node->sums.g,
                              .h = (double)node->sums.h + 2 * rules->penalty,
                              .penalty = rules->penalty,
                              .most = (look->before + look->gain) * (1 - 0x1p-30)};
    return !gate_open(&gate, packed, n, 0) && (!missing || !gate_open(&gate, packed, n, missing));
}

void branch_find(const struct bins *bins, const struct branch_node *node,
                 const struct branch_rules *rules, struct branch *ret)
{
    const struct branch_sums *all = &node->sums;
    struct look look = {
        .node = all, .rules = rules, .before = worth(all->g, all->h, rules->penalty)};
    int64_t room[HISTOGRAM_ROWS * 256];
    ret->gain = 0;
    if (all->n < 2 * rules->least_rows || all->h < 2 * rules->least_hessian)
        return;
    for (size_t f = 0; f < bins->feature_n; f++) {
        uint8_t order[BINS_MAX];
        bool category = bins->feature[f].bin != NULL;
        if (is_shut(bins, node, f, &look))
            continue;
        look_at(bins, node, f, &look, room);
        look.rest = (struct branch_sums){0, 0, 0};
        add(&look, look.bin_n, &look.rest);
        unsigned n = category ? put_in_order(&look, order) : look.bin_n;
        if (!try_cuts(&look, category ? order : NULL, n))
            continue;
        settle(&look, category ? order : NULL, n, ret);
        ret->feature = f;
    }
}
