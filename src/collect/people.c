/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "person 3": people by number in the order of a salted hash, so that numbers tell nothing about
 * names, or about who came first, and differ from one publication to the next. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "collect/view_int.h"

struct view_people {
    struct arena *arena;
    struct str salt;
    struct hash *key; /* (n) ascending if sorted */
    size_t n;
    size_t room;
    bool sorted;
};

struct view_people *view_people_new(struct arena *arena, struct str salt)
{
    struct view_people *people = arena_get(arena, 1, sizeof *people);
    *people = (struct view_people){.arena = arena, .salt = arena_str(arena, salt)};
    return people;
}

static struct hash key_of(const struct view_people *people, struct str name)
{
    static const char tag[] = "allmende 1 person\n";
    struct hasher h;
    hash_begin(&h);
    hash_add(&h, tag, sizeof tag - 1);
    hash_u64(&h, people->salt.n);
    hash_str(&h, people->salt);
    hash_str(&h, name);
    return hash_end(&h);
}

static int by_key(const void *a, const void *b)
{
    return hash_cmp(a, b);
}

/* Sort, and keep each key once. */
static void settle(struct view_people *people)
{
    size_t n = 0;
    if (people->sorted)
        return;
    if (people->n)
        qsort(people->key, people->n, sizeof *people->key, by_key);
    for (size_t i = 0; i < people->n; i++)
        if (n == 0 || !hash_eq(&people->key[n - 1], &people->key[i]))
            people->key[n++] = people->key[i];
    people->n = n;
    people->sorted = true;
}

void view_people_add(struct view_people *people, struct str name)
{
    if (people->n == people->room) {
        settle(people);
        size_t room = people->n * 2 < 256 ? 256 : people->n * 2;
        struct hash *key = arena_get(people->arena, room, sizeof *key);
        if (people->n)
            memcpy(key, people->key, people->n * sizeof *key);
        people->key = key;
        people->room = room;
    }
    people->key[people->n++] = key_of(people, name);
    people->sorted = false;
}

size_t view_people_count(struct view_people *people)
{
    settle(people);
    return people->n;
}

size_t view_people_number(struct view_people *people, struct str name)
{
    const struct hash key = key_of(people, name);
    settle(people);
    const struct hash *at =
        people->n ? bsearch(&key, people->key, people->n, sizeof key, by_key) : NULL;
    return at ? (size_t)(at - people->key) + 1 : 0;
}
