/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folding entries into the derived tables, one after the other in the order (count, id).
 *
 * Whether an entry counts is decided by its own ancestors only (record.h, invariant 3): if the
 * author's previous entry counts, this one does; else the author's `member` entry must be among its
 * ancestors.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "record/record_int.h"

/* Is one of the author's member entries among the entry's ancestors? */
static bool joined_before(struct record *record, const struct entry *entry, bool *ret,
                          struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    if (!store_stmt(record->store, SQL_MEMBERSHIP_BEFORE, &stmt, err))
        return false;
    stmt_blob(stmt, entry->header.author.at, KEY_BYTES);
    stmt_hash(stmt, &entry->id);
    return stmt_step(stmt, ret, err);
}

static bool decide_whether_it_counts(struct record *record, const struct entry *entry, bool *ret,
                                     struct err *err)
{
    const struct header *header = &entry->header;
    struct standing prev;
    *ret = header->founding;
    if (header->founding)
        return true;
    if (header->has_prev) {
        if (!record_standing(record, &header->prev, &prev, err))
            return false;
        if (prev.counts && memcmp(prev.author.at, header->author.at, KEY_BYTES) == 0) {
            *ret = true;
            return true;
        }
    }
    return joined_before(record, entry, ret, err);
}

static bool add_order(struct record *record, const struct entry *entry, bool counts,
                      struct err *err)
{
    const struct header *header = &entry->header;
    struct stmt *stmt;
    if (!store_stmt(record->store, SQL_RECORD_ORDER_ADD, &stmt, err))
        return false;
    stmt_int(stmt, (int64_t)header->count);
    stmt_hash(stmt, &entry->id);
    stmt_text(stmt, str_of(header->kind));
    stmt_blob(stmt, header->author.at, KEY_BYTES);
    stmt_int(stmt, (int64_t)header->seq);
    stmt_int(stmt, counts);
    return stmt_run(stmt, err);
}

static bool add_link(struct record *record, const struct hash *entry, const struct hash *parent,
                     struct err *err)
{
    struct stmt *stmt;
    if (!store_stmt(record->store, SQL_RECORD_LINK_ADD, &stmt, err))
        return false;
    stmt_hash(stmt, entry);
    stmt_hash(stmt, parent);
    if (!stmt_run(stmt, err) || !store_stmt(record->store, SQL_RECORD_HEAD_DROP, &stmt, err))
        return false;
    stmt_hash(stmt, parent);
    return stmt_run(stmt, err);
}

/* Links first: whether the entry counts is asked of them. */
static bool add_links(struct record *record, const struct entry *entry, struct err *err)
{
    const struct header *header = &entry->header;
    struct stmt *stmt;
    if (header->has_prev && !add_link(record, &entry->id, &header->prev, err))
        return false;
    for (size_t i = 0; i < header->after_n; i++)
        if (!add_link(record, &entry->id, &header->after[i], err))
            return false;
    if (!store_stmt(record->store, SQL_RECORD_HEAD_ADD, &stmt, err))
        return false;
    stmt_int(stmt, (int64_t)header->count);
    stmt_hash(stmt, &entry->id);
    return stmt_run(stmt, err);
}

static bool add_made_with(struct record *record, const struct entry *entry, struct err *err)
{
    const json_t *sources = json_object_get(entry->body, "made_with");
    for (size_t i = 0; i < json_array_size(sources); i++) {
        const char *text = json_string_value(json_array_get(sources, i));
        struct hash source;
        struct stmt *stmt;
        if (!text || !hex_decode(str_of(text), source.at, HASH_BYTES))
            continue;
        if (!store_stmt(record->store, SQL_RECORD_MADE_WITH_ADD, &stmt, err))
            return false;
        stmt_hash(stmt, &source);
        stmt_hash(stmt, &entry->id);
        if (!stmt_run(stmt, err))
            return false;
    }
    return true;
}

bool record_fold(struct record *record, const struct entry *entry, struct err *err)
{
    const struct kind *kind = record_kind(record, entry->header.kind);
    bool counts;
    if (!add_links(record, entry, err) || !decide_whether_it_counts(record, entry, &counts, err) ||
        !add_order(record, entry, counts, err))
        return false;
    if (!counts || entry->presence != BODY_PRESENT)
        return true;
    if (!add_made_with(record, entry, err))
        return false;
    if (!kind || !kind->fold)
        return true;
    /* A body that came from elsewhere and is not as it must be is kept, but means nothing. */
    struct err ignored = {0};
    if (kind->check && !kind->check(entry->body, entry->private, &ignored))
        return true;
    return kind->fold(record, entry, err);
}

/* The place of an entry in the order, before there is a table of it. */
struct place {
    uint64_t count;
    struct hash id;
};

static int by_place(const void *a, const void *b)
{
    const struct place *left = a;
    const struct place *right = b;
    if (left->count != right->count)
        return left->count < right->count ? -1 : 1;
    return hash_cmp(&left->id, &right->id);
}

static void told(record_fault *fault, void *context, const struct hash *id, const struct err *why)
{
    char where[32];
    snprintf(where, sizeof where, "%.12s", hash_hex(id).at);
    fault(context, where, why->what);
}

static bool all_places(struct record *record, struct buf *out, record_fault *fault, void *context,
                       struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    bool row;
    if (!store_stmt(record->store, SQL_RECORD_ALL, &stmt, err))
        return false;
    while (stmt_step(stmt, &row, err)) {
        struct header header;
        struct err why = {0};
        if (!row)
            return true;
        struct place place = {.id = row_hash(stmt, 0)};
        if (header_decode(row_text(stmt, 1), &header, &why)) {
            place.count = header.count;
            buf_add(out, &place, sizeof place);
        } else if (fault) {
            told(fault, context, &place.id, &why);
        } else {
            *err = why;
            return false;
        }
    }
    return false;
}

static bool fold_place(struct record *record, const struct place *place, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
    return record_entry(record, &place->id, &arena, &entry, err) &&
           record_fold(record, &entry, err);
}

bool record_fold_all(struct record *record, record_fault *fault, void *context, struct err *err)
{
    CLEANUP(buf_release) struct buf bytes = BUF_INIT;
    if (!all_places(record, &bytes, fault, context, err))
        return false;
    size_t n = bytes.n / sizeof(struct place);
    CLEANUP(mem_free) struct place *places = mem_get(n, sizeof *places);
    if (n)
        memcpy(places, bytes.at, bytes.n);
    qsort(places, n, sizeof *places, by_place);
    for (size_t i = 0; i < n; i++) {
        struct err why = {0};
        if (fold_place(record, &places[i], &why))
            continue;
        if (!fault) {
            *err = why;
            return false;
        }
        told(fault, context, &places[i].id, &why);
    }
    return true;
}

bool record_rebuild(struct record *record, struct err *err)
{
    bool own = !store_in_transaction(record->store);
    if (own && !store_begin(record->store, err))
        return false;
    bool done = store_derive_anew(record->store, err) && record_fold_all(record, NULL, NULL, err);
    if (!own)
        return done;
    if (!done) {
        store_rollback(record->store);
        return false;
    }
    return store_commit(record->store, err);
}
