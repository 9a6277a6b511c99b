/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The observations of a form as a table of integers: written as CSV in memory, then read like an
 * import, so that both mean the same. The types of columns are those of the form. */
#include <string.h>

#include "collect/collect_int.h"
#include "collect/observed.h"
#include "read/csv_put.h"

struct joining {
    struct record *record;
    const struct collect_request *request;
    const struct observed *observed;
    struct arena *arena;
    struct collected *ret;
    struct buf text;
    size_t rows;
    struct collect_moved *moved;
};

/* A batch for each observation; its rows follow each other. */
static bool begin_batch(struct joining *j, const struct observed_row *row, bool *ret_taken,
                        struct err *err)
{
    struct collected *ret = j->ret;
    const struct collect_request *q = j->request;
    bool after = false;
    if (ret->batch_n && hash_eq(&ret->batch[ret->batch_n - 1], &row->entry)) {
        *ret_taken = true;
        return true;
    }
    if (q->freeze && !record_is_after(j->record, &row->entry, q->freeze, &after, err))
        return false;
    *ret_taken =
        row->may_use && (after || !q->only_after) && (!q->only || ids_have(q->only, &row->entry));
    if (!*ret_taken)
        return true;
    ret->batch[ret->batch_n] = row->entry;
    ret->after[ret->batch_n] = after;
    /* start + position counts rows from 1, wherever the positions of this table begin. */
    ret->start[ret->batch_n] = (uint64_t)j->rows + 1 - row->position;
    ret->batch_n++;
    return true;
}

static bool add_rows(struct joining *j, struct err *err)
{
    const struct observed *o = j->observed;
    struct collected *ret = j->ret;
    size_t moved = 0;
    for (size_t r = 0; r < o->row_n; r++) {
        bool taken;
        if (!begin_batch(j, &o->row[r], &taken, err))
            return false;
        if (!taken)
            continue;
        while (moved < o->moved_n && o->moved[moved].row < r)
            moved++;
        for (; moved < o->moved_n && o->moved[moved].row == r; moved++)
            j->moved[ret->moved_n++] = (struct collect_moved){j->rows, o->moved[moved].was};
        csv_put_line(&j->text, o->row[r].cell, o->column_n);
        ret->observed_batch[j->rows] = ret->batch_n - 1;
        ret->observed_position[j->rows] = o->row[r].position;
        ret->rows[ret->batch_n - 1]++;
        j->rows++;
    }
    ret->records = j->rows;
    return true;
}

/* So that a model goes when a correction that it learned from is taken back. */
static void add_corrections(struct joining *j)
{
    const struct observed *o = j->observed;
    struct collected *ret = j->ret;
    const size_t observations = ret->batch_n;
    for (size_t c = 0; c < o->correction_n; c++)
        for (size_t b = 0; b < observations; b++)
            if (hash_eq(&ret->batch[b], &o->corrected[c])) {
                ret->batch[ret->batch_n] = o->correction[c];
                ret->after[ret->batch_n] = ret->after[b];
                ret->start[ret->batch_n++] = ret->records;
                break;
            }
}

static size_t plans_of(const struct joining *j, struct field_plan **ret)
{
    const struct observed *o = j->observed;
    size_t n = o->column_n;
    struct field_plan *plan = arena_get(j->arena, n * (1 + DERIVE_COUNT), sizeof *plan);
    memcpy(plan, o->column, n * sizeof *plan);
    for (size_t c = 0; c < o->column_n; c++)
        for (int p = 0; p < (int)DERIVE_COUNT; p++) {
            const enum derive_part part = (enum derive_part)p;
            if (o->column[c].type != COLUMN_NUMBER || !derive_has(o->column[c].time, part))
                continue;
            plan[n++] = (struct field_plan){.name = derive_name(j->arena, o->column[c].name, part),
                                            .type = COLUMN_NUMBER,
                                            .derived = o->column[c].name,
                                            .part = part};
        }
    *ret = plan;
    return n;
}

static bool read_text(struct joining *j, struct err *err)
{
    static const struct csv_dialect dialect = {
        .separator = ',', .quote = '"', .point = '.', .encoding = CSV_UTF8, .header = true};
    struct str *text = arena_get(j->arena, 1, sizeof *text);
    struct bytes *bytes = arena_get(j->arena, 1, sizeof *bytes);
    struct csv_dialect *kept = arena_get(j->arena, 1, sizeof *kept);
    struct columns_part *part = arena_get(j->arena, 1, sizeof *part);
    struct columns_stop *stop = arena_get(j->arena, 1, sizeof *stop);
    struct field_plan *plan;
    stop->cancelled = j->request->cancelled;
    *kept = dialect;
    *text = arena_str(j->arena, buf_view(&j->text));
    *bytes = bytes_of_str(text);
    *part = (struct columns_part){.bytes = bytes,
                                  .options = {.dialect = kept,
                                              .missing = j->request->missing,
                                              .missing_n = j->request->missing_n,
                                              .as_category = j->request->as_category,
                                              .as_category_n = j->request->as_category_n}};
    part->options.plan_n = plans_of(j, &plan);
    part->options.plan = plan;
    const struct columns_request request = {.part = part,
                                            .parts = 1,
                                            .memory_bytes = UINT64_MAX,
                                            .step = columns_go_on,
                                            .context = stop};
    return columns_open(&request, j->arena, &j->ret->columns, err);
}

bool collect_observed(struct record *record, const struct collect_request *request,
                      const struct observed *observed, struct arena *arena, struct collected *ret,
                      struct err *err)
{
    struct joining j = {.record = record,
                        .request = request,
                        .observed = observed,
                        .arena = arena,
                        .ret = ret,
                        .text = BUF_INIT};
    const size_t most = observed->row_n + observed->correction_n;
    struct str *name = arena_get(arena, observed->column_n, sizeof *name);
    for (size_t c = 0; c < observed->column_n; c++)
        name[c] = observed->column[c].name;
    csv_put_line(&j.text, name, observed->column_n);
    ret->batch = arena_get(arena, most, sizeof *ret->batch);
    ret->after = arena_get(arena, most, sizeof *ret->after);
    ret->rows = arena_get(arena, most, sizeof *ret->rows);
    ret->start = arena_get(arena, most, sizeof *ret->start);
    ret->part_batch = arena_get(arena, 1, sizeof *ret->part_batch);
    ret->observed_batch = arena_get(arena, observed->row_n, sizeof *ret->observed_batch);
    ret->observed_position = arena_get(arena, observed->row_n, sizeof *ret->observed_position);
    ret->moved = j.moved = arena_get(arena, observed->moved_n, sizeof *j.moved);
    bool fine = add_rows(&j, err);
    if (fine && j.rows == 0)
        fine = FAIL(err, ERR_NOT_FOUND, _("Write some down: allmende collect add FORM field=value"),
                    _("There is no observation in the table \"%.*s\" that could be used here."),
                    STR_ARG(request->table));
    if (fine) {
        add_corrections(&j);
        fine = read_text(&j, err);
    }
    buf_release(&j.text);
    ret->table = ret->columns.table;
    return fine;
}
