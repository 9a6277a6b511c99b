/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learn/split.h"

#include <stdlib.h>

#include "base/mem.h"
#include "learn/rng.h"

enum { FOLDS_MAX = 5, SHARE_UNIT = 10000 };

/* A group in the order of the draw. */
struct drawn {
    uint64_t place;
    struct str key;
    size_t group;
};

uint64_t split_place(const struct hash *salt, struct str key)
{
    struct hasher h;
    hash_begin(&h);
    hash_str(&h, STR("allmende 1 split\n"));
    hash_add(&h, salt->at, HASH_BYTES);
    hash_str(&h, key);
    struct hash digest = hash_end(&h);
    uint64_t place = 0;
    for (int i = 0; i < 8; i++)
        place = place << 8 | digest.at[i];
    return place;
}

static int by_place(const void *a, const void *b)
{
    const struct drawn *left = a, *right = b;
    if (left->place != right->place)
        return left->place < right->place ? -1 : 1;
    return str_cmp(left->key, right->key);
}

/* The groups with takes_part (NULL: all) in the order of the draw; free with free(). */
static struct drawn *draw(const struct hash *salt, const struct str *keys,
                          const uint8_t *takes_part, size_t groups, size_t *ret_n)
{
    struct drawn *order = mem_get(groups, sizeof *order);
    size_t n = 0;
    for (size_t g = 0; g < groups; g++)
        if (!takes_part || takes_part[g])
            order[n++] = (struct drawn){split_place(salt, keys[g]), keys[g], g};
    qsort(order, n, sizeof *order, by_place);
    *ret_n = n;
    return order;
}

/* The number between two places, low taken in, high not, that tells least about them. */
static uint64_t settle(uint64_t low, uint64_t high, unsigned share_e4)
{
    const uint64_t share = UINT64_MAX / SHARE_UNIT * share_e4;
    unsigned zeros = 63;
    if (low >= high)
        return low;
    if (low <= share && share < high)
        return share;
    while ((high - 1) >> zeros << zeros < low)
        zeros--;
    return (high - 1) >> zeros << zeros;
}

bool split_groups(const struct hash *salt, const struct str *keys, size_t groups, unsigned share_e4,
                  uint64_t *ret_threshold, struct err *err)
{
    BUG_IF(share_e4 < 1 || share_e4 >= SHARE_UNIT);
    if (groups < 2)
        return FAIL(err, ERR_INPUT,
                    _("Name another column for the groups, or collect from a second place."),
                    _("Whole groups cannot be set aside: there are fewer than two."));
    /* Whole and rest apart, so that nothing overflows with many groups. */
    size_t rest = groups % SHARE_UNIT * share_e4;
    size_t aside = groups / SHARE_UNIT * share_e4 + (rest + SHARE_UNIT - 1) / SHARE_UNIT;
    if (aside >= groups)
        return FAIL(err, ERR_INPUT, _("Choose a smaller share."),
                    _("With this share all %zu groups would be set aside and none is left to learn "
                      "from."),
                    groups);
    size_t n;
    CLEANUP(mem_free) struct drawn *order = draw(salt, keys, NULL, groups, &n);
    *ret_threshold = settle(order[aside - 1].place, order[aside].place, share_e4);
    return true;
}

unsigned split_folds(const struct hash *salt, const struct str *keys, const uint8_t *takes_part,
                     size_t groups, uint8_t *ret_fold)
{
    size_t n;
    CLEANUP(mem_free) struct drawn *order = draw(salt, keys, takes_part, groups, &n);
    unsigned folds = n < 2 ? 0 : n < FOLDS_MAX ? (unsigned)n : FOLDS_MAX;
    for (size_t g = 0; g < groups; g++)
        ret_fold[g] = SPLIT_NO_FOLD;
    for (size_t i = 0; folds && i < n; i++)
        ret_fold[order[i].group] = (uint8_t)(i % folds);
    return folds;
}

void split_rows(uint64_t seed, const uint8_t *part, size_t rows, unsigned folds, uint8_t *ret_fold)
{
    BUG_IF(folds == 0 || folds >= SPLIT_NO_FOLD);
    for (size_t r = 0; r < rows; r++)
        ret_fold[r] = part[r] == PART_TRAIN ? (uint8_t)rng_below(seed, 1, r, folds) : SPLIT_NO_FOLD;
}
