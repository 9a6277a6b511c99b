/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/withdraw.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "record/member.h"
#include "record/record_int.h"

enum { BATCH_MAX_BYTES = 1 << 30 };

/* The entry that a withdrawal is about. */
static bool target_of(const json_t *body, struct hash *ret, bool *ret_items)
{
    const char *whole = json_text(body, "entry");
    const char *batch = json_text(body, "batch");
    *ret_items = batch != NULL;
    const char *id = whole ? whole : batch;
    return id && !(whole && batch) && hex_decode(str_of(id), ret->at, HASH_BYTES);
}

static bool check_withdrawal(const json_t *body, const json_t *private, struct err *err)
{
    struct hash target;
    bool items;
    bool fine = target_of(body, &target, &items);
    const json_t *positions = json_object_get(body, "positions");
    json_int_t before = 0;
    (void)private;
    if (items)
        fine = fine && json_array_size(positions) > 0;
    for (size_t i = 0; i < json_array_size(positions); i++) {
        json_int_t position = json_integer_value(json_array_get(positions, i));
        fine = fine && position > before;
        before = position;
    }
    return fine || FAIL(err, ERR_INPUT, _("Use: allmende collect withdraw"),
                        _("A withdrawal must name one entry, or a batch and ascending positions."));
}

static bool add_wish(struct record *record, const struct hash *target, int64_t position,
                     const struct device *author, struct err *err)
{
    struct stmt *stmt;
    if (!store_stmt(record->store, SQL_RECORD_WISH_ADD, &stmt, err))
        return false;
    stmt_hash(stmt, target);
    stmt_int(stmt, position);
    stmt_blob(stmt, author->at, KEY_BYTES);
    return stmt_run(stmt, err);
}

static bool wishes_in_charge(struct record *record, const struct hash *target, int64_t position,
                             int64_t *ret, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    bool row;
    if (!store_stmt(record->store, SQL_RECORD_WISHES_IN_CHARGE, &stmt, err))
        return false;
    stmt_hash(stmt, target);
    stmt_int(stmt, position);
    if (!stmt_step(stmt, &row, err))
        return false;
    *ret = row_int(stmt, 0);
    return true;
}

/* One position (0: the whole entry): wished, and in force if it is the author's own or two in
 * charge. */
static bool fold_position(struct record *record, const struct entry *withdrawal,
                          const struct standing *target, const struct hash *id, int64_t position,
                          struct err *err)
{
    const struct device *author = &withdrawal->header.author;
    bool own = memcmp(target->author.at, author->at, KEY_BYTES) == 0;
    int64_t wishes = 0;
    struct stmt *stmt;
    if (!add_wish(record, id, position, author, err) ||
        !wishes_in_charge(record, id, position, &wishes, err))
        return false;
    if (!own && wishes < 2)
        return true;
    if (!store_stmt(record->store, SQL_RECORD_WITHDRAWN_ADD, &stmt, err))
        return false;
    stmt_hash(stmt, id);
    stmt_int(stmt, position);
    stmt_hash(stmt, &withdrawal->id);
    stmt_int(stmt, (int64_t)withdrawal->header.count);
    return stmt_run(stmt, err);
}

static bool fold_withdrawal(struct record *record, const struct entry *entry, struct err *err)
{
    const json_t *positions = json_object_get(entry->body, "positions");
    struct standing target;
    struct hash id;
    bool items;
    if (!target_of(entry->body, &id, &items))
        return true;
    if (!record_standing(record, &id, &target, err)) {
        /* It may come before what it takes back; then there is nothing to mark yet. */
        bool absent = err->code == ERR_NOT_FOUND;
        if (absent)
            err_clear(err);
        return absent;
    }
    const struct kind *kind = record_kind(record, target.kind);
    if (kind && kind->stays)
        return true;
    if (!items)
        return fold_position(record, entry, &target, &id, 0, err);
    for (size_t i = 0; i < json_array_size(positions); i++) {
        json_int_t position = json_integer_value(json_array_get(positions, i));
        if (!fold_position(record, entry, &target, &id, position, err))
            return false;
    }
    return true;
}

const struct kind withdraw_kind = {
    .name = "withdrawal", .check = check_withdrawal, .fold = fold_withdrawal, .stays = true};

/* Erase the blobs (not the bodies) of all these entries, but not those of `keep`. */
static bool erase_blobs(struct record *record, const struct ids *ids, const struct hash *keep,
                        struct err *err)
{
    for (size_t i = 0; i < ids->n; i++)
        if (!hash_eq(&ids->at[i], keep) && !record_erase(record, &ids->at[i], false, err))
            return false;
    return true;
}

/* The remainders of a batch that withdrawals of its items left. */
static bool erase_remainders(struct record *record, const struct hash *batch,
                             const struct hash *keep, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct ids remainders;
    return record_ids(record, SQL_RECORD_WITHDRAWALS_OF, batch, &arena, &remainders, err) &&
           erase_blobs(record, &remainders, keep, err);
}

/* What was made with the entry, and remainders that earlier withdrawals left of both. */
static bool erase_what_follows(struct record *record, const struct hash *target,
                               struct withdrawal *w, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct ids made;
    if (!record_ids(record, SQL_RECORD_MADE_WITH, target, &arena, &made, err))
        return false;
    w->models_gone = made.n;
    for (size_t i = 0; i < made.n; i++)
        if (!erase_remainders(record, &made.at[i], &w->entry, err))
            return false;
    return erase_blobs(record, &made, &w->entry, err) &&
           erase_remainders(record, target, &w->entry, err);
}

/* Is the withdrawal that was just written in force? */
static bool in_force(struct record *record, const struct hash *target,
                     const struct hash *withdrawal, bool *ret, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct ids ids;
    if (!record_ids(record, SQL_RECORD_WITHDRAWALS_OF, target, &arena, &ids, err))
        return false;
    *ret = false;
    for (size_t i = 0; i < ids.n; i++)
        *ret = *ret || hash_eq(&ids.at[i], withdrawal);
    return true;
}

/* Write the withdrawal and erase, inside a transaction. */
static bool take_back(struct record *record, const struct draft *draft, const struct hash *target,
                      bool items, struct withdrawal *w, struct err *err)
{
    if (!record_append(record, draft, &w->entry, err) ||
        !in_force(record, target, &w->entry, &w->erased, err))
        return false;
    if (!w->erased)
        return true;
    store_erasing(record->store, true);
    bool done =
        record_erase(record, target, !items, err) && erase_what_follows(record, target, w, err);
    store_erasing(record->store, false);
    return done && record_rebuild(record, err);
}

static bool take_back_durably(struct record *record, const struct draft *draft,
                              const struct hash *target, bool items, struct withdrawal *w,
                              struct err *err)
{
    *w = (struct withdrawal){.erased = false};
    if (!store_begin(record->store, err))
        return false;
    if (!take_back(record, draft, target, items, w, err)) {
        store_rollback(record->store);
        return false;
    }
    if (!store_commit(record->store, err))
        return false;
    if (!w->erased || store_scrub(record->store, err))
        return true;
    snprintf(err->next, sizeof err->next, "%s",
             _("Make room on the disk, then run: allmende rebuild"));
    return err_context(err, _("It is taken back, but traces may still lie in the file"));
}

/* May this member take back entries of that author, and is it a kind that can be taken back? */
static bool may_withdraw(struct record *record, const struct hash *id, struct standing *ret,
                         struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    const struct kind *kind;
    bool row;
    if (!record_standing(record, id, ret, err))
        return false;
    kind = record_kind(record, ret->kind);
    if (kind && kind->stays)
        return FAIL(err, ERR_DENIED,
                    _("Did you mean another? \"last\" is the newest of all; name it by its number: "
                      "allmende log. What is decided or locked stays."),
                    _("An entry of the kind \"%s\" is an act of the project and stays."),
                    ret->kind);
    if (memcmp(ret->author.at, record->key.device.at, KEY_BYTES) == 0)
        return true;
    if (!store_stmt(record->store, SQL_MEMBER_OF, &stmt, err))
        return false;
    stmt_blob(stmt, record->key.device.at, KEY_BYTES);
    if (!stmt_step(stmt, &row, err))
        return false;
    return (row && row_int(stmt, 1) == 1) ||
           FAIL(err, ERR_DENIED, _("Ask its author, or two people in charge."),
                _("Only one's own entries can be taken back; this one is somebody else's."));
}

bool withdraw_entry(struct record *record, const struct hash *id, struct withdrawal *ret,
                    struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
    CLEANUP(json_release) json_t *body = json_object();
    const struct draft draft = {.kind = "withdrawal", .body = body};
    struct standing target;
    if (!may_withdraw(record, id, &target, err) || !record_entry(record, id, &arena, &entry, err))
        return false;
    if (entry.presence == BODY_WITHDRAWN)
        return FAIL(err, ERR_CONFLICT, _("Nothing needs to be done."),
                    _("Entry %.8s was taken back already."), hash_hex(id).at);
    body_id(body, "entry", id);
    return permission_put(record, body, NULL, NULL, err) &&
           take_back_durably(record, &draft, id, false, ret, err);
}

static int by_number(const void *a, const void *b)
{
    const uint64_t *left = a;
    const uint64_t *right = b;
    return (*left > *right) - (*left < *right);
}

bool withdraw_positions(struct record *record, const struct hash *batch, struct arena *arena,
                        uint64_t **ret, size_t *ret_n, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    CLEANUP(buf_release) struct buf found = BUF_INIT;
    bool row;
    if (!store_stmt(record->store, SQL_RECORD_WITHDRAWN_POSITIONS, &stmt, err))
        return false;
    stmt_hash(stmt, batch);
    while (stmt_step(stmt, &row, err)) {
        if (!row) {
            *ret_n = found.n / sizeof(uint64_t);
            *ret = arena_keep(arena, buf_view(&found));
            return true;
        }
        uint64_t position = (uint64_t)row_int(stmt, 0);
        buf_add(&found, &position, sizeof position);
    }
    return false;
}

/* The positions withdrawn before and now, ascending, each once. */
static bool all_positions(struct record *record, const struct withdraw_items *items,
                          struct arena *arena, uint64_t **ret, size_t *ret_n, struct err *err)
{
    uint64_t *before;
    size_t before_n;
    if (!withdraw_positions(record, &items->batch, arena, &before, &before_n, err))
        return false;
    uint64_t *all = arena_get(arena, before_n + items->n, sizeof *all);
    if (before_n)
        memcpy(all, before, before_n * sizeof *all);
    memcpy(all + before_n, items->position, items->n * sizeof *all);
    qsort(all, before_n + items->n, sizeof *all, by_number);
    size_t n = 0;
    for (size_t i = 0; i < before_n + items->n; i++)
        if (n == 0 || all[n - 1] != all[i])
            all[n++] = all[i];
    *ret = all;
    *ret_n = n;
    return n > before_n || FAIL(err, ERR_CONFLICT, _("Nothing needs to be done."),
                                _("These rows were taken back already."));
}

bool withdraw_items(struct record *record, const struct withdraw_items *items,
                    struct withdrawal *ret, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(entry_release) struct entry batch = {.presence = BODY_ABSENT};
    CLEANUP(buf_release) struct buf bytes = BUF_INIT;
    CLEANUP(buf_release) struct buf remainder = BUF_INIT;
    CLEANUP(json_release) json_t *body = json_object();
    struct standing target;
    uint64_t *all;
    size_t n;
    if (!may_withdraw(record, &items->batch, &target, err) ||
        !record_entry(record, &items->batch, &arena, &batch, err) ||
        !all_positions(record, items, &arena, &all, &n, err) ||
        !record_blob(record, &items->batch, 0, BATCH_MAX_BYTES, &bytes, err) ||
        !items->empty(&batch, all, n, buf_view(&bytes), &remainder, err))
        return false;
    json_t *positions = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(positions, json_integer((json_int_t)all[i]));
    body_id(body, "batch", &items->batch);
    json_object_set_new(body, "positions", positions);
    struct str rest = buf_view(&remainder);
    struct blob_source source = blob_of_str(&rest);
    const struct draft draft = {.kind = "withdrawal", .body = body, .blob = &source, .blob_n = 1};
    return permission_put(record, body, NULL, NULL, err) &&
           take_back_durably(record, &draft, &items->batch, true, ret, err);
}
