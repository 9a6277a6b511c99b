/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "read/category.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"

enum { SLOTS_FIRST = 64 };

/* Eight bytes at a time. The numbers do not depend on it. */
static size_t hash_text(struct str text)
{
    const uint64_t odd = UINT64_C(0x9E3779B97F4A7C15);
    uint64_t h = text.n * odd;
    for (; text.n >= sizeof h; text.at += sizeof h, text.n -= sizeof h) {
        uint64_t word;
        memcpy(&word, text.at, sizeof word);
        h = (h ^ word) * odd;
        h ^= h >> 32;
    }
    for (size_t i = 0; i < text.n; i++)
        h = (h ^ (unsigned char)text.at[i]) * odd;
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
    set->slot_n = set->slot ? 2 * set->slot_n : SLOTS_FIRST;
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
    BUG_IF(set->sorted);
    if (!set->slot || 2 * set->text_n == set->slot_n)
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

bool category_find(const struct category_set *set, struct str text, uint32_t *ret)
{
    if (set->text_n == 0)
        return false;
    uint32_t slot = *find_slot(set, text);
    *ret = slot - 1;
    return slot != 0;
}

static int compare(const void *a, const void *b)
{
    const struct str *left = a;
    const struct str *right = b;
    return str_cmp(*left, *right);
}

void category_sort(struct category_set *set, struct column *column)
{
    size_t n = set->text_n;
    struct str *sorted = arena_get(set->arena, n, sizeof *sorted);
    if (n) {
        memcpy(sorted, set->text, n * sizeof *sorted);
        qsort(sorted, n, sizeof *sorted, compare);
    }
    category_release(set);
    set->text = sorted;
    set->slot = arena_get(set->arena, set->slot_n, sizeof *set->slot);
    for (; set->text_n < n; set->text_n++)
        *find_slot(set, sorted[set->text_n]) = (uint32_t)set->text_n + 1;
    set->sorted = true;
    column->category = sorted;
    column->category_n = n;
}

void category_release(struct category_set *set)
{
    if (set->sorted)
        return;
    free(set->slot);
    free(set->text);
    set->slot = NULL;
    set->text = NULL;
    set->text_n = 0;
    set->last = 0;
}
