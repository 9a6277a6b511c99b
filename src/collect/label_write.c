/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared answers become a table, alone or beside the rows of another one, so that a model can learn
 * from them. The table is an import like any other: its bytes are committed to, a training names
 * them, and `verify` trains from them again without a single answer. */
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "collect/collect.h"
#include "collect/label_int.h"
#include "collect/view.h"
#include "read/csv_put.h"
#include "read/date.h"
#include "record/member.h"

struct writing {
    struct record *record;
    const struct label_write_draft *draft;
    struct label_written *ret;
    struct arena *arena;
    struct str join_table; /* empty: none */
    struct str join_column;
    struct collected joined;
    size_t key;       /* the column of joined that names the item */
    uint8_t *written; /* (items) stands in the table already */
    bool first;       /* nothing is in the table yet */
    struct buf rows;  /* CSV */
    json_t *roles;    /* how joined columns may leave */
    bool may_publish; /* so may all batches that are joined */
    struct str licence, group;
};

static const char *certainty_name(const struct label_result *result)
{
    if (!result->dawid_skene)
        return "share_alike";
    return result->check.calibrated ? "certainty" : "certainty_unchecked";
}

static const char *method_name(const struct label_result *result)
{
    return result->dawid_skene ? "dawid-skene" : "majority";
}

/* --- the answers alone ----------------------------------------------------------------------- */

/* An outcome of a round table has no certainty: it is not made of counts. Six decimals are exact
 * integers of 10^-6, rounded half up. */
static void put_result(struct writing *w, size_t u)
{
    const struct labels *labels = w->draft->labels;
    const struct consensus *c = &w->draft->result->consensus;
    struct buf *out = &w->rows;
    uint64_t millionths = ((uint64_t)c->certainty[u] * 1000000 + CONSENSUS_ONE / 2) >> 30;
    csv_put_quoted(out, labels->item[u]);
    buf_char(out, ',');
    if (c->answer[u] < labels->guide.choice_n)
        csv_put_quoted(out, labels->guide.choice[c->answer[u]]);
    buf_printf(out, ",%u,%u,", (unsigned)labels->count[u], (unsigned)labels->unknown[u]);
    if (labels->outcome[u] == LABEL_NONE)
        buf_printf(out, "%llu.%06llu", (unsigned long long)(millionths / 1000000),
                   (unsigned long long)(millionths % 1000000));
    buf_printf(out, ",%s\n", labels->outcome[u] == LABEL_NONE ? "answers" : "round table");
}

static void put_results(struct writing *w)
{
    const struct labels *labels = w->draft->labels;
    const struct consensus *c = &w->draft->result->consensus;
    buf_printf(&w->rows, "item,answer,answers,dont_know,%s,from\n",
               certainty_name(w->draft->result));
    for (size_t u = 0; u < c->items; u++) {
        if (!c->count[u] && !(labels->retired[u] && labels->unknown[u]))
            continue;
        if (w->written[u]) {
            w->ret->there++;
            continue;
        }
        put_result(w, u);
        w->ret->rows++;
    }
}

/* --- beside another table -------------------------------------------------------------------- */

static bool read_join(struct writing *w, struct err *err)
{
    const struct guideline *guide = &w->draft->labels->guide;
    struct str rest = str_of(w->draft->join);
    bool named = strchr(w->draft->join, ':') != NULL;
    if (named) {
        (void)str_cut(&rest, ':', &w->join_table);
        w->join_column = rest;
    } else {
        w->join_table = rest;
        w->join_column = str_eq(rest, guide->table) ? guide->column : STR("");
    }
    return (w->join_table.n && w->join_column.n) ||
           FAIL(err, ERR_USAGE, _("For example: --join photos:file"),
                _("It is not said which column of \"%.*s\" names the observations."),
                STR_ARG(w->join_table));
}

/* How the columns may leave goes with them, and so does what may not become public at all. */
static bool read_roles(struct writing *w, struct err *err)
{
    const struct table *table = &w->joined.table;
    for (size_t c = 0; c < table->column_n; c++) {
        const struct column *column = &table->column[c];
        struct view_holds holds;
        if (column->derived.n)
            continue;
        if (!view_role_of(w->record, w->join_table, column->name, w->arena, &holds, err))
            return false;
        const char *accuracy = holds.accuracy.n ? arena_copy(w->arena, holds.accuracy) : NULL;
        if (holds.role != ROLE_UNSAID)
            view_role_put(w->roles, arena_copy(w->arena, column->name), holds.role, accuracy);
    }
    w->may_publish = true;
    for (size_t b = 0; b < w->joined.batch_n; b++) {
        struct batch batch;
        if (!collect_load(w->record, &w->joined.batch[b], w->arena, &batch, err))
            return false;
        w->may_publish = w->may_publish && batch.may_publish;
        w->licence = w->licence.n ? w->licence : batch.licence;
        w->group = w->group.n ? w->group : batch.group;
    }
    return true;
}

static bool open_join(struct writing *w, struct err *err)
{
    if (!read_join(w, err))
        return false;
    const struct collect_request request = {
        .table = w->join_table, .as_category = &w->join_column, .as_category_n = 1};
    if (!collect_table(w->record, &request, w->arena, &w->joined, err))
        return false;
    w->key = table_find(&w->joined.table, w->join_column);
    if (w->key == w->joined.table.column_n)
        return FAIL(err, ERR_NOT_FOUND, _("For example: --join photos:file"),
                    _("The table \"%.*s\" has no column \"%.*s\"."), STR_ARG(w->join_table),
                    STR_ARG(w->join_column));
    return read_roles(w, err);
}

static void put_cell(struct buf *out, const struct column *column, size_t r)
{
    char text[NUM_TEXT];
    char day[DATE_TEXT];
    if (column->missing[r])
        return;
    if (column->type == COLUMN_CATEGORY) {
        csv_put_quoted(out, column->category[column->code[r]]);
        return;
    }
    const struct decimal value = {.mantissa = column->mantissa[r], .exponent = column->exponent};
    buf_text(out, column->time == TIME_NONE ? num_decimal_text(value, text)
                                            : date_text(column->time, value, day));
}

/* Columns that were computed from others are computed again from those. */
static void put_columns(struct writing *w)
{
    const struct table *table = &w->joined.table;
    bool taken = table_find(table, STR("answer")) < table->column_n;
    for (size_t c = 0; c < table->column_n; c++) {
        if (table->column[c].derived.n)
            continue;
        csv_put_quoted(&w->rows, table->column[c].name);
        buf_char(&w->rows, ',');
    }
    buf_text(&w->rows, taken ? "shared_answer\n" : "answer\n");
}

/* The answer of each category of the key column: LABEL_NONE where there is none. */
static uint32_t *answers_by_key(struct writing *w)
{
    const struct labels *labels = w->draft->labels;
    const struct consensus *c = &w->draft->result->consensus;
    const struct column *key = &w->joined.table.column[w->key];
    uint32_t *ret = arena_get(w->arena, key->category_n, sizeof *ret);
    uint8_t *found = arena_get(w->arena, c->items, 1);
    for (size_t k = 0; k < key->category_n; k++) {
        size_t u = labels_item(labels, key->category[k]);
        bool answered = u < c->items && c->answer[u] < labels->guide.choice_n;
        ret[k] = answered ? (uint32_t)u : LABEL_NONE;
        if (answered)
            found[u] = 1;
    }
    for (size_t u = 0; u < c->items; u++)
        w->ret->unmatched += c->answer[u] < labels->guide.choice_n && !found[u];
    return ret;
}

static void put_joined(struct writing *w)
{
    const struct table *table = &w->joined.table;
    const struct column *key = &table->column[w->key];
    const struct guideline *guide = &w->draft->labels->guide;
    const uint32_t *answer = w->draft->result->consensus.answer;
    const uint32_t *item = answers_by_key(w);
    put_columns(w);
    for (size_t r = 0; r < table->rows; r++) {
        uint32_t u = key->missing[r] ? LABEL_NONE : item[key->code[r]];
        if (u == LABEL_NONE) {
            w->ret->unlabeled++;
            continue;
        }
        if (w->written[u]) {
            w->ret->there++;
            continue;
        }
        for (size_t c = 0; c < table->column_n; c++) {
            if (table->column[c].derived.n)
                continue;
            put_cell(&w->rows, &table->column[c], r);
            buf_char(&w->rows, ',');
        }
        csv_put_quoted(&w->rows, guide->choice[answer[u]]);
        buf_char(&w->rows, '\n');
        w->ret->rows++;
    }
}

/* --- what is there already ------------------------------------------------------------------- */

/* Was the table written from the same guideline, by the same method, and joined alike? */
static bool is_alike(struct writing *w, const struct entry *note, const struct ids *versions,
                     struct err *err)
{
    const json_t *join = json_object_get(note->body, "join");
    struct str table = body_str(join, "table", w->arena);
    struct str column = body_str(join, "column", w->arena);
    const char *method = json_text(note->body, "method");
    struct hash guideline;
    if (!body_read_id(note->body, "guideline", &guideline) || !ids_have(versions, &guideline))
        return FAIL(err, ERR_CONFLICT, _("Choose another name with --write NAME."),
                    _("There is a table \"%s\" already."), w->draft->table);
    return (method && strcmp(method, method_name(w->draft->result)) == 0 &&
            str_eq(table, w->join_table) && str_eq(column, w->join_column)) ||
           FAIL(err, ERR_CONFLICT,
                _("Write it as before, or choose another name with --write NAME."),
                _("The table \"%s\" was written by another method, or beside another table."),
                w->draft->table);
}

static bool check_origin(struct writing *w, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    struct ids notes = {NULL, 0};
    struct ids versions;
    bool row = true;
    if (!label_versions(w->record, &w->draft->labels->guide.id, w->arena, &versions, err) ||
        !store_stmt(record_store(w->record), SQL_LABEL_WRITTEN, &stmt, err))
        return false;
    CLEANUP(buf_release) struct buf ids = BUF_INIT;
    stmt_text(stmt, str_of(w->draft->table));
    while (row) {
        if (!stmt_step(stmt, &row, err))
            return false;
        struct hash id = row ? row_hash(stmt, 0) : (struct hash){{0}};
        if (row)
            buf_add(&ids, id.at, HASH_BYTES);
    }
    notes = (struct ids){arena_keep(w->arena, buf_view(&ids)), ids.n / HASH_BYTES};
    w->first = notes.n == 0;
    for (size_t i = 0; i < notes.n; i++) {
        CLEANUP(entry_release) struct entry note = {.presence = BODY_ABSENT};
        if (!record_entry(w->record, &notes.at[i], w->arena, &note, err) ||
            (note.body && !is_alike(w, &note, &versions, err)))
            return false;
    }
    return true;
}

/* Mark the items whose answers stand in the table. */
static bool mark_written(struct writing *w, struct err *err)
{
    const struct labels *labels = w->draft->labels;
    struct str column = w->join_column.n ? w->join_column : STR("item");
    const struct collect_request request = {
        .table = str_of(w->draft->table), .as_category = &column, .as_category_n = 1};
    struct collected there;
    if (!collect_table(w->record, &request, w->arena, &there, err))
        return false;
    size_t at = table_find(&there.table, column);
    for (size_t k = 0; at < there.table.column_n && k < there.table.column[at].category_n; k++) {
        size_t u = labels_item(labels, there.table.column[at].category[k]);
        if (u < labels->item_n)
            w->written[u] = 1;
    }
    return true;
}

static bool see_what_is_there(struct writing *w, struct err *err)
{
    struct batch *batch;
    size_t n;
    bool there = false;
    w->written = arena_get(w->arena, w->draft->labels->item_n, 1);
    if (!check_origin(w, err) || !collect_list(w->record, w->arena, &batch, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        there = there || str_eq(batch[i].table, str_of(w->draft->table));
    if (there && w->first)
        return FAIL(err, ERR_CONFLICT, _("Choose another name with --write NAME."),
                    _("There is a table \"%s\" already."), w->draft->table);
    return !there || mark_written(w, err);
}

/* --- writing down ---------------------------------------------------------------------------- */

static bool write_note(struct writing *w, const struct import_report *import, struct err *err)
{
    CLEANUP(json_release) json_t *body = json_object();
    const struct labels *labels = w->draft->labels;
    const struct label_result *result = w->draft->result;
    const struct draft entry = {.kind = "consensus",
                                .body = body,
                                .rests_on = {labels->guide.id, import->id},
                                .rests_n = 2};
    body_id(body, "guideline", &labels->guide.id);
    body_text(body, "method", method_name(result));
    json_object_set_new(body, "cap", json_integer((json_int_t)result->cap));
    body_id(body, "import", &import->id);
    json_object_set_new(body, "table", json_stringn(import->table.at, import->table.n));
    json_object_set_new(body, "items", json_integer((json_int_t)result->items));
    json_object_set_new(body, "answers", json_integer((json_int_t)result->answers));
    json_object_set_new(body, "people", json_integer((json_int_t)labels->person_n));
    json_object_set_new(body, "rounds", json_integer(result->consensus.rounds));
    json_object_set_new(body, "settled", json_boolean(result->consensus.settled));
    json_object_set_new(body, "calibrated", json_boolean(result->check.calibrated));
    json_object_set_new(body, "known", json_integer((json_int_t)result->check.known));
    if (w->join_table.n) {
        json_t *join = json_object();
        json_object_set_new(join, "table", json_stringn(w->join_table.at, w->join_table.n));
        json_object_set_new(join, "column", json_stringn(w->join_column.at, w->join_column.n));
        json_object_set_new(body, "join", join);
    }
    return permission_put(w->record, body, NULL, NULL, err) &&
           record_append(w->record, &entry, &w->ret->id, err);
}

static bool write_both(struct writing *w, const struct import_draft *draft, struct err *err)
{
    struct store *store = record_store(w->record);
    struct import_report report;
    if (!store_begin(store, err))
        return false;
    if (collect_import(w->record, draft, w->arena, &report, err) && write_note(w, &report, err))
        return store_commit(store, err);
    store_rollback(store);
    return false;
}

/* All that the table is made of: answers, and the files that they stand beside. */
static void name_sources(struct writing *w, struct import_draft *draft)
{
    const struct labels *labels = w->draft->labels;
    size_t n = labels->source_n + w->joined.batch_n;
    struct hash *source = arena_get(w->arena, n, sizeof *source);
    for (size_t i = 0; i < n; i++)
        source[i] =
            i < labels->source_n ? labels->source[i] : w->joined.batch[i - labels->source_n];
    draft->made_with = source;
    draft->made_with_n = n;
}

static bool write_table(struct writing *w, struct err *err)
{
    struct str text = buf_view(&w->rows);
    const struct source source = {.bytes = bytes_of_str(&text), .name = w->draft->table};
    struct import_draft draft = {.path = arena_printf(w->arena, "%s.csv", w->draft->table),
                                 .source = &source,
                                 .table = w->draft->table};
    name_sources(w, &draft);
    if (w->join_table.n) {
        draft.roles = w->roles;
        draft.group = w->group.n ? arena_copy(w->arena, w->group) : NULL;
        draft.licence = w->licence.n ? arena_copy(w->arena, w->licence) : NULL;
        draft.permission = w->may_publish ? NULL : "project";
    }
    return write_both(w, &draft, err);
}

static bool make_rows(struct writing *w, struct err *err)
{
    if (w->draft->join && !open_join(w, err))
        return false;
    if (!see_what_is_there(w, err))
        return false;
    if (w->draft->join)
        put_joined(w);
    else
        put_results(w);
    if (w->ret->rows)
        return true;
    if (w->ret->there)
        return FAIL(err, ERR_CONFLICT, _("Choose another name with --write NAME."),
                    _("There is a table \"%s\" already, and nothing new for it."), w->draft->table);
    return FAIL(err, ERR_NOT_FOUND, _("Look how both write it: allmende label next"),
                _("No row of \"%.*s\" has a shared answer."), STR_ARG(w->join_table));
}

bool label_write(struct record *record, const struct label_write_draft *draft,
                 struct label_written *ret, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(json_release) json_t *roles = json_object();
    struct writing w = {.record = record,
                        .draft = draft,
                        .ret = ret,
                        .arena = &arena,
                        .rows = BUF_INIT,
                        .roles = roles};
    *ret = (struct label_written){.rows = 0};
    if (draft->result->items == 0)
        return FAIL(err, ERR_NOT_FOUND, _("Name more: allmende label next"),
                    _("No item has enough answers yet."));
    bool done = make_rows(&w, err) && write_table(&w, err);
    buf_release(&w.rows);
    return done;
}
