/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learn/confusion.h"

#include <stdlib.h>

#include "base/check.h"
#include "base/mem.h"

static int by_pair(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

void confusion_of(const uint32_t *truth, const uint32_t *guess, size_t n, size_t class_n,
                  struct arena *arena, struct confusion *ret)
{
    CLEANUP(mem_free) uint64_t *pair = mem_get(n, sizeof *pair);
    *ret = (struct confusion){.class_n = class_n, .n = n};
    ret->truth = arena_get(arena, class_n, sizeof *ret->truth);
    ret->guess = arena_get(arena, class_n, sizeof *ret->guess);
    for (size_t i = 0; i < n; i++) {
        BUG_IF(truth[i] >= class_n || guess[i] >= class_n);
        ret->truth[truth[i]]++;
        ret->guess[guess[i]]++;
        pair[i] = (uint64_t)truth[i] << 32 | guess[i];
    }
    qsort(pair, n, sizeof *pair, by_pair);
    for (size_t i = 0; i < n; i++)
        ret->cell_n += i == 0 || pair[i] != pair[i - 1];
    ret->cell = arena_get(arena, ret->cell_n, sizeof *ret->cell);
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && pair[i] != pair[i - 1])
            at++;
        ret->cell[at].truth = (uint32_t)(pair[i] >> 32);
        ret->cell[at].guess = (uint32_t)pair[i];
        ret->cell[at].n++;
    }
}

static int by_count(const void *a, const void *b)
{
    const struct confusion_cell *x = a;
    const struct confusion_cell *y = b;
    if (x->n != y->n)
        return x->n > y->n ? -1 : 1;
    if (x->truth != y->truth)
        return x->truth < y->truth ? -1 : 1;
    return (x->guess > y->guess) - (x->guess < y->guess);
}

size_t confusion_errors(const struct confusion *confusion, struct arena *arena,
                        struct confusion_cell **ret)
{
    struct confusion_cell *wrong = arena_get(arena, confusion->cell_n, sizeof *wrong);
    size_t n = 0;
    for (size_t i = 0; i < confusion->cell_n; i++)
        if (confusion->cell[i].truth != confusion->cell[i].guess)
            wrong[n++] = confusion->cell[i];
    qsort(wrong, n, sizeof *wrong, by_count);
    *ret = wrong;
    return n;
}
