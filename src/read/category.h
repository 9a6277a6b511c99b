/* SPDX-License-Identifier: GPL-3.0-or-later */
/* category: distinct texts, numbered as they appear and at the end in byte order. */
#ifndef READ_CATEGORY_H
#define READ_CATEGORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "learn/table.h"

/* {.arena = …} is a valid empty set. */
struct category_set {
    struct arena *arena; /* the texts lie here */
    struct str *text;    /* (text_n) in order of appearance */
    size_t text_n;
    uint32_t *slot; /* (slot_n, a power of two) number of a text + 1, 0 = free; at most half full */
    size_t slot_n;
    uint32_t last; /* the number given last: texts of tables come in runs */
    bool sorted;   /* all of it lies in the arena */
};

/* A short text (less than 8 bytes) as a number of its own, never 0; and one of n places for it, n a
 * power of two: for remembering what was looked up lately. */
static inline uint64_t category_key(struct str text)
{
    uint64_t key = 0;
    for (size_t i = 0; i < text.n; i++)
        key = key << 8 | (unsigned char)text.at[i];
    return key | (uint64_t)(text.n + 1) << 56;
}

static inline size_t category_place(uint64_t key, size_t n)
{
    return (size_t)(key * UINT64_C(0x9E3779B97F4A7C15) >> 40) & (n - 1);
}

/* The number of a text, a new one (with a copy of the text) if it was not seen yet.
 * Cost: one hash and one comparison. */
uint32_t category_add(struct category_set *set, struct str text);

/* The number of a text; false if it was never added. Many threads may ask at once. */
bool category_find(const struct category_set *set, struct str text, uint32_t *ret);

/* Number the texts in byte order from now on, and give them to a column as its categories: a number
 * is then the column's code. Nothing can be added afterwards; all of the set lies in its arena. */
void category_sort(struct category_set *set, struct column *column);

/* Free what does not lie in the arena. The texts stay; so does a sorted set. */
void category_release(struct category_set *set);

#endif
