/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "collect/raw.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "collect/collect_int.h"

/* --- columns ------------------------------------------------------------------------------ */

static void name_import_columns(struct raw_table *t)
{
    const struct batch *first = &t->batch[0];
    t->column = arena_get(t->arena, first->column_n, sizeof *t->column);
    t->is_number = arena_get(t->arena, first->column_n, sizeof *t->is_number);
    for (size_t c = 0; c < first->column_n; c++) {
        if (first->column[c].plan.derived.n)
            continue;
        bool number = true;
        for (size_t b = 0; b < t->batch_n; b++)
            number = number && c < t->batch[b].column_n &&
                     t->batch[b].column[c].plan.type == COLUMN_NUMBER;
        t->is_number[t->column_n] = number;
        t->column[t->column_n++] = first->column[c].plan.name;
    }
}

static void name_observed_columns(struct raw_table *t)
{
    t->column = arena_get(t->arena, t->observed->column_n, sizeof *t->column);
    t->is_number = arena_get(t->arena, t->observed->column_n, sizeof *t->is_number);
    t->column_n = t->observed->column_n;
    for (size_t c = 0; c < t->column_n; c++) {
        t->column[c] = t->observed->column[c].name;
        t->is_number[c] = t->observed->column[c].type == COLUMN_NUMBER;
    }
}

bool raw_open(struct record *record, struct str table, struct arena *arena, struct raw_table *ret,
              struct err *err)
{
    struct batch *all;
    size_t n;
    *ret = (struct raw_table){.record = record, .arena = arena, .name = table};
    if (!observed_read(record, table, NULL, arena, &ret->observed, err))
        return false;
    if (ret->observed) {
        name_observed_columns(ret);
        return true;
    }
    if (!collect_list(record, arena, &all, &n, err))
        return false;
    ret->batch = arena_get(arena, n, sizeof *ret->batch);
    for (size_t i = 0; i < n; i++)
        if (str_eq(all[i].table, table))
            ret->batch[ret->batch_n++] = all[i];
    if (ret->batch_n == 0)
        return FAIL(err, ERR_NOT_FOUND, _("See the tables: allmende collect list"),
                    _("There is no table \"%.*s\"."), STR_ARG(table));
    name_import_columns(ret);
    return true;
}

/* --- rows of an import -------------------------------------------------------------------- */

struct walking {
    const struct raw_table *table;
    const struct batch *batch;
    raw_take *take;
    void *context;
    const uint64_t *emptied; /* (emptied_n) ascending */
    size_t emptied_n;
    size_t next;
    size_t *field; /* (column_n) which field of a record a column is */
    struct str *cell;
    bool mapped;
};

static bool is_default_name(struct str name, size_t field)
{
    char text[32];
    snprintf(text, sizeof text, "column %zu", field + 1);
    return str_eq(name, str_of(text));
}

/* Fields without a name and without a value are no columns (columns.h). */
static void map_fields(struct walking *w, const struct csv_record *header)
{
    size_t c = 0;
    for (size_t f = 0; f < header->field_n && c < w->table->column_n; f++) {
        bool named = header->position > 0 || str_trim(header->field[f]).n > 0;
        if (named || is_default_name(w->table->column[c], f))
            w->field[c++] = f;
    }
    for (; c < w->table->column_n; c++)
        w->field[c] = SIZE_MAX;
    w->mapped = true;
}

static bool take_record(void *context, const struct csv_record *record, struct err *err)
{
    struct walking *w = context;
    if (!w->mapped)
        map_fields(w, record);
    if (record->position == 0)
        return true;
    struct raw_row row = {.entry = &w->batch->id,
                          .position = record->position,
                          .may_publish = w->batch->may_publish,
                          .point = w->batch->dialect.point};
    if (w->next < w->emptied_n && w->emptied[w->next] == record->position) {
        w->next++;
        row.state = RAW_WITHDRAWN;
        return w->take(w->context, &row, err);
    }
    if (record->fault) {
        row.state = RAW_REJECTED;
        return w->take(w->context, &row, err);
    }
    for (size_t c = 0; c < w->table->column_n; c++)
        w->cell[c] = w->field[c] < record->field_n ? str_trim(record->field[w->field[c]]) : STR("");
    row.cell = w->cell;
    return w->take(w->context, &row, err);
}

static bool walk_batch(struct walking *w, struct arena *arena, struct err *err)
{
    enum { WINDOW_BYTES = 1 << 20 };
    CLEANUP(mem_free) char *window = mem_get(WINDOW_BYTES, 1);
    CLEANUP(csv_release) struct csv_reader *reader = csv_new(&w->batch->dialect, take_record, w);
    const struct import_place from = {w->table->record, arena, record_blob_cache(arena)};
    struct bytes bytes;
    uint64_t *emptied;
    if (!withdraw_positions(w->table->record, &w->batch->id, arena, &emptied, &w->emptied_n, err) ||
        !import_bytes(&from, &w->batch->id, &bytes, err))
        return false;
    w->emptied = emptied;
    w->field = arena_get(arena, w->table->column_n, sizeof *w->field);
    w->cell = arena_get(arena, w->table->column_n, sizeof *w->cell);
    for (uint64_t at = 0; at < bytes.n;) {
        size_t n = bytes.n - at < WINDOW_BYTES ? (size_t)(bytes.n - at) : WINDOW_BYTES;
        if (!bytes_read(&bytes, at, window, n, err) ||
            !csv_feed(reader, (struct str){window, n}, err))
            return false;
        at += n;
    }
    return csv_end(reader, err);
}

/* --- rows --------------------------------------------------------------------------------- */

static bool walk_observed(const struct raw_table *t, raw_take *take, void *context, struct err *err)
{
    for (size_t r = 0; r < t->observed->row_n; r++) {
        const struct observed_row *from = &t->observed->row[r];
        const struct raw_row row = {.entry = &from->entry,
                                    .position = from->position,
                                    .may_publish = from->may_publish,
                                    .point = '.',
                                    .cell = from->cell};
        if (!take(context, &row, err))
            return false;
    }
    return true;
}

bool raw_rows(const struct raw_table *table, raw_take *take, void *context, struct err *err)
{
    if (table->observed)
        return walk_observed(table, take, context, err);
    for (size_t b = 0; b < table->batch_n; b++) {
        CLEANUP(arena_release) struct arena arena = {NULL};
        struct walking w = {
            .table = table, .batch = &table->batch[b], .take = take, .context = context};
        if (!walk_batch(&w, &arena, err))
            return false;
    }
    return true;
}
