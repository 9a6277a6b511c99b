/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hypothesise/hypothesise.h"

#include <string.h>

#include "ask/ask.h"
#include "hypothesise/hypothesise_int.h"
#include "record/member.h"

/* --- kinds -------------------------------------------------------------------------------- */

static bool check_hypothesis(const json_t *body, const json_t *private, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct hypothesis h = {.presence = BODY_PRESENT};
    (void)private;
    return hypothesis_read(body, &arena, &h, err);
}

static bool fold_hypothesis(struct record *record, const struct entry *entry, struct err *err)
{
    struct hash question;
    struct hash guideline;
    struct stmt *stmt;
    if (!store_stmt(record_store(record), SQL_HYPOTHESISE_ADD, &stmt, err))
        return false;
    stmt_hash(stmt, &entry->id);
    stmt_int(stmt, (int64_t)entry->header.count);
    if (body_read_id(entry->body, "question", &question))
        stmt_hash(stmt, &question);
    else
        stmt_null(stmt);
    const char *table = json_text(entry->body, "table");
    stmt_text(stmt, str_of(table ? table : ""));
    if (body_read_id(entry->body, "guideline", &guideline))
        stmt_hash(stmt, &guideline);
    else
        stmt_null(stmt);
    return stmt_run(stmt, err);
}

const struct kind hypothesise_kind = {
    .name = "hypothesis", .check = check_hypothesis, .fold = fold_hypothesis, .stays = true};

static bool check_freeze(const json_t *body, const json_t *private, struct err *err)
{
    struct hash hypothesis;
    (void)private;
    return body_read_id(body, "hypothesis", &hypothesis) ||
           FAIL(err, ERR_INPUT, _("See the guesses: allmende hypothesis list"),
                _("It is not said which guess is locked."));
}

/* The first one in the order holds; a later one is kept and means nothing. */
static bool fold_freeze(struct record *record, const struct entry *entry, struct err *err)
{
    struct hash hypothesis;
    struct stmt *stmt;
    if (!body_read_id(entry->body, "hypothesis", &hypothesis))
        return true;
    if (!store_stmt(record_store(record), SQL_HYPOTHESISE_FREEZE_ADD, &stmt, err))
        return false;
    stmt_hash(stmt, &hypothesis);
    stmt_hash(stmt, &entry->id);
    stmt_int(stmt, (int64_t)entry->header.count);
    return stmt_run(stmt, err);
}

const struct kind hypothesise_freeze_kind = {
    .name = "freeze", .check = check_freeze, .fold = fold_freeze, .stays = true};

/* --- freeze ------------------------------------------------------------------------------- */

bool hypothesise_freeze(struct record *record, const struct hash *hypothesis, struct hash *ret,
                        struct err *err)
{
    CLEANUP(json_release) json_t *body = json_object();
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct draft draft = {.kind = "freeze", .body = body, .rests_on = {*hypothesis}, .rests_n = 1};
    struct hypothesis h;
    struct question question;
    if (!hypothesise_load(record, hypothesis, &arena, &h, err))
        return false;
    if (h.frozen)
        return FAIL(err, ERR_CONFLICT,
                    _("Nothing needs to be done. Another guess is a new hypothesis."),
                    _("The guess %.8s is locked already (%.8s)."), hash_hex(hypothesis).at,
                    hash_hex(&h.freeze).at);
    if (h.presence != BODY_PRESENT)
        return FAIL(err, ERR_NOT_FOUND, _("Get it from another copy."),
                    _("What the guess %.8s says is not here."), hash_hex(hypothesis).at);
    if (!columns_are_known(record, &h, err))
        return false;
    if (h.has_question && !ask_load(record, &h.question, &arena, &question, err))
        return false;
    if (h.has_question && question.decided)
        draft.rests_on[draft.rests_n++] = question.decision;
    body_id(body, "hypothesis", hypothesis);
    return permission_put(record, body, NULL, NULL, err) && record_append(record, &draft, ret, err);
}

/* --- reading ------------------------------------------------------------------------------ */

static bool load_freeze(struct record *record, struct hypothesis *h, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    if (!store_stmt(record_store(record), SQL_HYPOTHESISE_FREEZE, &stmt, err))
        return false;
    stmt_hash(stmt, &h->id);
    if (!stmt_step(stmt, &h->frozen, err))
        return false;
    if (h->frozen)
        h->freeze = row_hash(stmt, 0);
    return true;
}

bool hypothesise_load(struct record *record, const struct hash *id, struct arena *arena,
                      struct hypothesis *ret, struct err *err)
{
    CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
    if (!record_entry(record, id, arena, &entry, err))
        return false;
    if (strcmp(entry.header.kind, "hypothesis") != 0)
        return FAIL(err, ERR_NOT_FOUND, _("See the guesses: allmende hypothesis list"),
                    _("The entry %.8s is not a guess."), hash_hex(id).at);
    *ret = (struct hypothesis){.id = *id, .presence = entry.presence};
    if (entry.presence == BODY_PRESENT && !hypothesis_read(entry.body, arena, ret, err))
        return false;
    return load_freeze(record, ret, err);
}

bool hypothesise_list(struct record *record, struct arena *arena, struct hypothesis **ret,
                      size_t *ret_n, struct err *err)
{
    struct ids ids;
    if (!record_ids(record, SQL_HYPOTHESISE_LIST, NULL, arena, &ids, err))
        return false;
    *ret_n = ids.n;
    *ret = arena_get(arena, *ret_n, sizeof **ret);
    for (size_t i = 0; i < *ret_n; i++)
        if (!hypothesise_load(record, &ids.at[i], arena, &(*ret)[i], err))
            return false;
    return true;
}

/* The ids of the batches of its table; of the entries with answers, where it asks those. */
static bool batches_of(struct record *record, const struct hypothesis *h, struct buf *ids,
                       struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    bool answers = h->table.n == 0;
    bool row;
    if (!store_stmt(record_store(record),
                    answers ? SQL_HYPOTHESISE_ANSWERS : SQL_HYPOTHESISE_BATCHES, &stmt, err))
        return false;
    if (answers)
        stmt_hash(stmt, &h->guideline);
    else
        stmt_text(stmt, h->table);
    while (stmt_step(stmt, &row, err)) {
        if (!row)
            return true;
        struct hash id = row_hash(stmt, 0);
        buf_add(ids, id.at, HASH_BYTES);
    }
    return false;
}

bool columns_are_known(struct record *record, const struct hypothesis *h, struct err *err)
{
    CLEANUP(buf_release) struct buf ids = BUF_INIT;
    struct hash first;
    if (!batches_of(record, h, &ids, err))
        return false;
    if (ids.n == 0 || h->table.n == 0)
        return true;
    memcpy(first.at, ids.at, HASH_BYTES);
    return columns_are_there(record, h, &first, err);
}

bool hypothesise_data_before(struct record *record, const struct hypothesis *h, size_t *ret_batches,
                             struct err *err)
{
    CLEANUP(buf_release) struct buf ids = BUF_INIT;
    *ret_batches = 0;
    if (!batches_of(record, h, &ids, err))
        return false;
    for (size_t at = 0; at < ids.n; at += HASH_BYTES) {
        struct hash id;
        bool after = false;
        memcpy(id.at, ids.at + at, HASH_BYTES);
        if (h->frozen && !record_is_after(record, &id, &h->freeze, &after, err))
            return false;
        *ret_batches += !after;
    }
    return true;
}

bool hypothesise_results(struct record *record, const struct hash *hypothesis, struct arena *arena,
                         struct hypothesis_result **ret, size_t *ret_n, struct err *err)
{
    struct ids ids;
    if (!record_ids(record, SQL_HYPOTHESISE_VERDICTS, hypothesis, arena, &ids, err))
        return false;
    *ret_n = ids.n;
    *ret = arena_get(arena, ids.n, sizeof **ret);
    for (size_t i = 0; i < ids.n; i++) {
        CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
        if (!record_entry(record, &ids.at[i], arena, &entry, err))
            return false;
        (*ret)[i] = (struct hypothesis_result){.verdict = entry.id,
                                               .outcome = body_str(entry.body, "verdict", arena),
                                               .value = body_str(entry.body, "value", arena),
                                               .low = body_str(entry.body, "low", arena),
                                               .high = body_str(entry.body, "high", arena)};
    }
    return true;
}

/* --- split file --------------------------------------------------------------------------- */

bool split_file_read(struct str bytes, struct str column, struct arena *arena, struct columns *ret,
                     size_t *ret_column, struct err *err)
{
    struct csv_dialect dialect;
    if (!csv_propose(bytes, true, &dialect, err))
        return false;
    const struct columns_options options = {
        .dialect = &dialect, .as_category = &column, .as_category_n = 1};
    if (!columns_read(bytes, &options, arena, ret, err))
        return false;
    if (ret->rejected)
        return FAIL(err, ERR_INPUT, _("Correct the file: a row for each row of the data."),
                    _("Row %llu of the split file cannot be read: %.*s"),
                    (unsigned long long)ret->fault[0].position, STR_ARG(ret->fault[0].what));
    *ret_column = table_find(&ret->table, column);
    if (*ret_column == ret->table.column_n)
        return FAIL(err, ERR_INPUT, _("Name its column behind the file: --split FILE.csv:COLUMN"),
                    _("The split file has no column \"%.*s\"."), STR_ARG(column));
    struct split_count count = hypothesise_split_count(ret, *ret_column);
    return (count.train && count.test) ||
           FAIL(err, ERR_INPUT, _("Write train or test into each row of that column."),
                _("The split file says %llu times train and %llu times test."),
                (unsigned long long)count.train, (unsigned long long)count.test);
}

struct split_count hypothesise_split_count(const struct columns *file, size_t column)
{
    const struct column *words = &file->table.column[column];
    struct split_count count = {0, 0, 0};
    for (size_t r = 0; r < file->table.rows; r++) {
        struct str word = {"", 0};
        if (!words->missing[r])
            word = words->category[words->code[r]];
        count.train += str_eq(word, STR("train"));
        count.test += str_eq(word, STR("test"));
    }
    count.neither = file->table.rows - count.train - count.test;
    return count;
}

bool hypothesise_split_file(struct record *record, const struct hypothesis *h, struct arena *arena,
                            struct columns *ret, size_t *ret_column, struct err *err)
{
    CLEANUP(buf_release) struct buf bytes = BUF_INIT;
    BUG_IF(h->split.by != SPLIT_FILE);
    return record_blob(record, &h->id, 0, SPLIT_FILE_MAX_BYTES, &bytes, err) &&
           split_file_read(buf_view(&bytes), h->split.column, arena, ret, ret_column, err);
}
