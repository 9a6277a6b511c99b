/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every domain needs to list its entries and to write and read their bodies. */
#include <string.h>

#include "record/record_int.h"

/* Copy ids that were gathered in a buf into the arena. */
static void ids_out(const struct buf *ids, struct arena *arena, struct ids *ret)
{
    ret->n = ids->n / HASH_BYTES;
    ret->at = arena_get(arena, ret->n, sizeof *ret->at);
    if (ids->n)
        memcpy(ret->at, ids->at, ids->n);
}

static bool step_ids(struct stmt *stmt, struct buf *ids, struct err *err)
{
    bool row;
    while (stmt_step(stmt, &row, err)) {
        if (!row)
            return true;
        struct hash id = row_hash(stmt, 0);
        buf_add(ids, id.at, HASH_BYTES);
    }
    return false;
}

bool ids_have(const struct ids *ids, const struct hash *id)
{
    for (size_t i = 0; i < ids->n; i++)
        if (hash_eq(&ids->at[i], id))
            return true;
    return false;
}

/* Where an id lies, or would. Ids are hashes, so their first bytes are as good as any. */
static size_t place_of(const struct id_set *set, const struct hash *id)
{
    uint64_t at;
    memcpy(&at, id->at, sizeof at);
    size_t i = (size_t)at & (set->cap - 1);
    while (set->used[i] && !hash_eq(&set->slot[i], id))
        i = (i + 1) & (set->cap - 1);
    return i;
}

bool id_set_has(const struct id_set *set, const struct hash *id)
{
    return set->cap && set->used[place_of(set, id)];
}

static void id_set_add(struct id_set *set, const struct hash *id, struct arena *arena)
{
    if (2 * set->n >= set->cap) {
        const struct id_set old = *set;
        set->cap = old.cap ? 2 * old.cap : 64;
        set->slot = arena_get(arena, set->cap, sizeof *set->slot);
        set->used = arena_get(arena, set->cap, sizeof *set->used);
        for (size_t i = 0; i < old.cap; i++) {
            if (!old.used[i])
                continue;
            size_t to = place_of(set, &old.slot[i]);
            set->slot[to] = old.slot[i];
            set->used[to] = true;
        }
    }
    size_t to = place_of(set, id);
    set->n += !set->used[to];
    set->slot[to] = *id;
    set->used[to] = true;
}

/* Parents have smaller counts, so they come before. */
bool record_all_after(struct record *record, const struct hash *ancestor, struct arena *arena,
                      struct id_set *ret, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    bool row;
    *ret = (struct id_set){.n = 0};
    id_set_add(ret, ancestor, arena);
    if (!store_stmt(record_store(record), SQL_RECORD_LINKS_BEHIND, &stmt, err))
        return false;
    stmt_hash(stmt, ancestor);
    while (stmt_step(stmt, &row, err)) {
        if (!row)
            return true;
        const struct hash entry = row_hash(stmt, 0);
        const struct hash parent = row_hash(stmt, 1);
        if (id_set_has(ret, &parent))
            id_set_add(ret, &entry, arena);
    }
    return false;
}

bool record_first(struct record *record, enum sql_id statement, const struct hash *about,
                  struct hash *ret, bool *ret_there, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    if (!store_stmt(record_store(record), statement, &stmt, err))
        return false;
    stmt_hash(stmt, about);
    if (!stmt_step(stmt, ret_there, err))
        return false;
    if (*ret_there)
        *ret = row_hash(stmt, 0);
    return true;
}

bool record_ids(struct record *record, enum sql_id statement, const struct hash *about,
                struct arena *arena, struct ids *ret, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    CLEANUP(buf_release) struct buf ids = BUF_INIT;
    if (!store_stmt(record->store, statement, &stmt, err))
        return false;
    if (about)
        stmt_hash(stmt, about);
    if (!step_ids(stmt, &ids, err))
        return false;
    ids_out(&ids, arena, ret);
    return true;
}

bool record_page(struct record *record, const struct hash *from, size_t limit, struct arena *arena,
                 struct ids *ret, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    CLEANUP(buf_release) struct buf ids = BUF_INIT;
    struct hash first = {{0}};
    struct standing standing = {.count = 0};
    if (from && !record_standing(record, from, &standing, err))
        return false;
    if (!store_stmt(record->store, SQL_RECORD_PAGE, &stmt, err))
        return false;
    stmt_int(stmt, (int64_t)standing.count);
    stmt_hash(stmt, from ? from : &first);
    stmt_int(stmt, (int64_t)limit);
    if (!step_ids(stmt, &ids, err))
        return false;
    ids_out(&ids, arena, ret);
    return true;
}

void body_text(json_t *body, const char *key, const char *text)
{
    if (text && *text)
        BUG_IF(json_object_set_new(body, key, json_string(text)) != 0);
}

void body_id(json_t *body, const char *key, const struct hash *id)
{
    json_object_set_new(body, key, json_string(hash_hex(id).at));
}

bool body_read_id(const json_t *body, const char *key, struct hash *ret)
{
    const char *text = json_text(body, key);
    return text && hex_decode(str_of(text), ret->at, HASH_BYTES);
}

struct str body_str(const json_t *body, const char *key, struct arena *arena)
{
    const char *text = json_text(body, key);
    return arena_str(arena, str_of(text ? text : ""));
}
