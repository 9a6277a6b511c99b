/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "read/category.h"

#include <stdlib.h>

#include "base/check.h"
#include "base/mem.h"

enum { SLOTS_FIRST = 64 };

/* FNV-1a, 64 bits, folded. SOURCE: Fowler, Noll, Vo; IETF draft-eastlake-fnv. */
static size_t hash_text(struct str text)
{
    uint64_t h = 0xCBF29CE484222325u;
    for (size_t i = 0; i < text.n; i++)
        h = (h ^ (unsigned char)text.at[i]) * 0x100000001B3u;
    return (size_t)(h ^ (h >> 32));
}

/* The slot of this text, or the free one where it belongs. */
static uint32_t *find_slot(const struct category_set *set, struct str text)
{
    size_t mask = set->slot_n - 1;
    for (size_t i = hash_text(text) & mask;; i = (i + 1) & mask) {
        uint32_t *slot = &set->slot[i];
        if (*slot == 0 || str_eq(set->text[*slot - 1], text))
            return slot;
    }
}

static void grow(struct category_set *set)
{
    set->slot_n = set->slot_n ? 2 * set->slot_n : SLOTS_FIRST;
    free(set->slot);
    set->slot = mem_get(set->slot_n, sizeof *set->slot);
    set->text = mem_resize(set->text, set->slot_n / 2, sizeof *set->text);
    for (size_t i = 0; i < set->text_n; i++)
        *find_slot(set, set->text[i]) = (uint32_t)i + 1;
}

uint32_t category_add(struct category_set *set, struct str text)
{
    if (set->text_n && str_eq(set->text[set->last], text))
        return set->last;
    if (2 * set->text_n == set->slot_n)
        grow(set);
    uint32_t *slot = find_slot(set, text);
    if (*slot == 0) {
        BUG_IF(set->text_n >= UINT32_MAX - 1);
        set->text[set->text_n++] = arena_str(set->arena, text);
        *slot = (uint32_t)set->text_n;
    }
    set->last = *slot - 1;
    return set->last;
}

struct numbered {
    struct str text;
    uint32_t number;
};

static int compare(const void *a, const void *b)
{
    const struct numbered *left = a;
    const struct numbered *right = b;
    return str_cmp(left->text, right->text);
}

void category_finish(struct category_set *set, struct column *column, size_t rows)
{
    size_t n = set->text_n;
    uint32_t *rank CLEANUP(mem_free) = mem_get(n, sizeof *rank);
    struct numbered *sorted CLEANUP(mem_free) = mem_get(n, sizeof *sorted);
    for (size_t i = 0; i < n; i++)
        sorted[i] = (struct numbered){set->text[i], (uint32_t)i};
    qsort(sorted, n, sizeof *sorted, compare);
    column->category_n = n;
    column->category = arena_get(set->arena, n, sizeof *column->category);
    for (size_t i = 0; i < n; i++) {
        rank[sorted[i].number] = (uint32_t)i;
        column->category[i] = sorted[i].text;
    }
    for (size_t r = 0; r < rows; r++)
        if (!column->missing[r])
            column->code[r] = rank[column->code[r]];
}

void category_release(struct category_set *set)
{
    free(set->slot);
    free(set->text);
    set->slot = NULL;
    set->text = NULL;
    set->text_n = set->slot_n = 0;
}
