/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an amendment changed, and whether somebody had looked before. */
#include <string.h>

#include "hypothesise/hypothesise.h"
#include "hypothesise/hypothesise_int.h"

/* What is compared, in the order in which people read it. */
static const char *const compared[] = {
    "text",  "question", "table",      "measure",   "target",      "by",
    "where", "against",  "only",       "within",    "level",       "features",
    "rule",  "unit",     "comparator", "threshold", "least_units", "confidence",
    "stop",  "missing",  "split",      "stretches", "guideline"};

static bool same(const json_t *before, const json_t *now)
{
    return before == now || (before && now && json_equal(before, now));
}

bool hypothesis_differs(const json_t *before, const json_t *now)
{
    for (size_t i = 0; i < COUNT_OF(compared); i++)
        if (!same(json_object_get(before, compared[i]), json_object_get(now, compared[i])))
            return true;
    return false;
}

/* A value as people read it: lists and what a split says with commas between. */
static void put_value(const json_t *value, struct buf *out)
{
    const char *key;
    json_t *member;
    if (json_is_string(value)) {
        buf_text(out, json_string_value(value));
    } else if (json_is_integer(value)) {
        buf_printf(out, "%lld", (long long)json_integer_value(value));
    } else if (json_is_true(value)) {
        buf_text(out, _("yes"));
    } else if (json_is_array(value)) {
        for (size_t i = 0; i < json_array_size(value); i++) {
            buf_text(out, i ? ", " : "");
            put_value(json_array_get(value, i), out);
        }
    } else if (json_is_object(value)) {
        const char *before = "";
        json_object_foreach((json_t *)(uintptr_t)value, key, member)
        {
            buf_text(out, before);
            put_value(member, out);
            before = ", ";
        }
    }
}

static struct str text_of(const json_t *body, const char *key, struct arena *arena)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    put_value(json_object_get(body, key), &text);
    return arena_str(arena, buf_view(&text));
}

bool hypothesise_changes(struct record *record, const struct hypothesis *amendment,
                         struct arena *arena, struct hypothesis_change **ret, size_t *ret_n,
                         struct err *err)
{
    CLEANUP(entry_release) struct entry now = {.presence = BODY_ABSENT};
    CLEANUP(entry_release) struct entry before = {.presence = BODY_ABSENT};
    *ret = arena_get(arena, COUNT_OF(compared), sizeof **ret);
    *ret_n = 0;
    if (!amendment->is_amendment)
        return true;
    if (!record_entry(record, &amendment->id, arena, &now, err) ||
        !record_entry(record, &amendment->amends, arena, &before, err))
        return false;
    for (size_t i = 0; now.body && before.body && i < COUNT_OF(compared); i++)
        if (!same(json_object_get(before.body, compared[i]),
                  json_object_get(now.body, compared[i])))
            (*ret)[(*ret_n)++] =
                (struct hypothesis_change){.what = compared[i],
                                           .before = text_of(before.body, compared[i], arena),
                                           .now = text_of(now.body, compared[i], arena)};
    return true;
}

/* Looks at a guess that were written before an entry. */
static bool looks_at(struct record *record, const struct hash *id, uint64_t count, uint64_t *ret,
                     struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    bool row;
    if (!store_stmt(record_store(record), SQL_HYPOTHESISE_LOOKS_BEFORE, &stmt, err))
        return false;
    stmt_hash(stmt, id);
    stmt_int(stmt, (int64_t)count);
    if (!stmt_step(stmt, &row, err))
        return false;
    *ret += row ? (uint64_t)row_int(stmt, 0) : 0;
    return true;
}

bool hypothesise_looks_before(struct record *record, const struct hypothesis *amendment,
                              uint64_t *ret, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
    struct hypothesis at = *amendment;
    *ret = 0;
    if (!record_entry(record, &amendment->id, &arena, &entry, err))
        return false;
    while (at.is_amendment) {
        struct hash before = at.amends; /* an entry cannot name itself, or one that came later */
        if (!looks_at(record, &before, entry.header.count, ret, err) ||
            !hypothesise_load(record, &before, &arena, &at, err))
            return false;
    }
    return true;
}

bool hypothesise_amended_by(struct record *record, const struct hash *id, struct arena *arena,
                            struct hypothesis **ret, size_t *ret_n, struct err *err)
{
    struct hypothesis *all;
    size_t n;
    *ret_n = 0;
    if (!hypothesise_list(record, arena, &all, &n, err))
        return false;
    *ret = all;
    for (size_t i = 0; i < n; i++)
        if (all[i].is_amendment && hash_eq(&all[i].amends, id))
            all[(*ret_n)++] = all[i];
    return true;
}
