/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one table that a hypothesis is asked of: all batches of that name, one behind the other.
 *
 * Rows come by batch (count, id), then by position, and rows that were taken back are left out: so
 * a model made after a withdrawal equals, bit for bit, one made without the row.
 */
#include <string.h>

#include "collect/collect_int.h"
#include "collect/observed.h"

/* What gathering works with. */
struct gathering {
    struct record *record;
    const struct collect_request *request;
    struct arena *arena;
    struct batch *batch; /* (batch_n) those that fit the request */
    size_t batch_n;
    struct str *category; /* (category_n) columns that are categories in all batches */
    size_t category_n;
    struct columns_part *part; /* (batch_n) */
    struct import_place from;
    struct collected *ret;
};

static bool name_tables(const struct batch *all, size_t n, struct str wanted, struct err *err)
{
    CLEANUP(buf_release) struct buf names = BUF_INIT;
    for (size_t i = 0; i < n; i++) {
        bool before = false;
        for (size_t j = 0; j < i; j++)
            before = before || str_eq(all[i].table, all[j].table);
        if (!before)
            buf_printf(&names, "%s%.*s", names.n ? ", " : "", STR_ARG(all[i].table));
    }
    return FAIL(err, ERR_NOT_FOUND, _("Bring it in: allmende collect import FILE.csv --table NAME"),
                _("There is no table \"%.*s\". There are: %s."), STR_ARG(wanted),
                names.n ? names.at : _("none"));
}

static bool choose_batches(struct gathering *g, struct err *err)
{
    const struct collect_request *q = g->request;
    struct batch *all;
    size_t n;
    bool there = false;
    BUG_IF(q->only_after && !q->freeze);
    if (!collect_list(g->record, g->arena, &all, &n, err))
        return false;
    g->batch = arena_get(g->arena, n, sizeof *g->batch);
    g->ret->after = arena_get(g->arena, n, sizeof *g->ret->after);
    for (size_t i = 0; i < n; i++) {
        bool after = false;
        if (!str_eq(all[i].table, q->table))
            continue;
        there = true;
        if (q->freeze && !record_is_after(g->record, &all[i].id, q->freeze, &after, err))
            return false;
        if ((q->only_after && !after) || (q->only && !ids_have(q->only, &all[i].id)))
            continue;
        g->ret->after[g->batch_n] = after;
        g->batch[g->batch_n++] = all[i];
    }
    if (!there)
        return name_tables(all, n, q->table, err);
    return g->batch_n ||
           FAIL(err, ERR_NOT_FOUND, _("Bring new data in: allmende collect import FILE.csv"),
                _("Nothing came into the table \"%.*s\" after the guess was locked."),
                STR_ARG(q->table));
}

/* What column `name` is in a batch; NULL if it is not there, or had no value. */
static const struct field_plan *plan_in(const struct batch *batch, struct str name)
{
    for (size_t c = 0; c < batch->column_n; c++)
        if (str_eq(batch->column[c].plan.name, name))
            return batch->column[c].empty ? NULL : &batch->column[c].plan;
    return NULL;
}

/* Whether all batches where a column has values hold the same there. */
static bool is_alike(const struct gathering *g, struct str name, const struct field_plan **ret)
{
    *ret = NULL;
    for (size_t b = 0; b < g->batch_n; b++) {
        const struct field_plan *plan = plan_in(&g->batch[b], name);
        if (plan && *ret && (plan->type != (*ret)->type || plan->time != (*ret)->time))
            return false;
        if (plan)
            *ret = plan;
    }
    return true;
}

/* Columns that are text in one batch, or another kind of time; and those that were asked for. */
static void choose_categories(struct gathering *g)
{
    const struct collect_request *q = g->request;
    const struct field_plan *plan;
    size_t most = q->as_category_n;
    for (size_t b = 0; b < g->batch_n; b++)
        most += g->batch[b].column_n;
    g->category = arena_get(g->arena, most, sizeof *g->category);
    for (size_t i = 0; i < q->as_category_n; i++)
        g->category[g->category_n++] = q->as_category[i];
    for (size_t b = 0; b < g->batch_n; b++)
        for (size_t c = 0; c < g->batch[b].column_n; c++)
            if (!is_alike(g, g->batch[b].column[c].plan.name, &plan))
                g->category[g->category_n++] = g->batch[b].column[c].plan.name;
}

/* A derived column is in the table if all batches with values in its source have it. */
static bool is_derived_everywhere(const struct gathering *g, const struct field_plan *derived)
{
    for (size_t b = 0; b < g->batch_n; b++)
        if (plan_in(&g->batch[b], derived->derived) && !plan_in(&g->batch[b], derived->name))
            return false;
    return true;
}

/* How a batch is read: as at its import, but columns without values as in the other batches, and
 * without times that another batch does not have. */
static void read_plan(const struct gathering *g, const struct batch *batch,
                      struct columns_options *options)
{
    size_t n = 0;
    size_t most = 0;
    for (size_t b = 0; b < g->batch_n; b++)
        most += g->batch[b].column_n;
    struct field_plan *plan = arena_get(g->arena, most, sizeof *plan);
    for (size_t c = 0; c < batch->column_n; c++) {
        const struct batch_column *column = &batch->column[c];
        const struct field_plan *others;
        bool alike = is_alike(g, column->plan.name, &others);
        if (column->plan.derived.n)
            continue;
        plan[n] = column->empty && others ? *others : column->plan;
        if (!alike)
            plan[n].time = TIME_NONE;
        n++;
    }
    for (size_t b = 0; b < g->batch_n; b++)
        for (size_t c = 0; c < g->batch[b].column_n; c++) {
            const struct field_plan *one = &g->batch[b].column[c].plan;
            bool before = one->derived.n == 0 || !is_derived_everywhere(g, one);
            for (size_t i = 0; i < n && !before; i++)
                before = str_eq(plan[i].name, one->name);
            if (!before)
                plan[n++] = *one;
        }
    options->plan = plan;
    options->plan_n = n;
}

/* A mark for each position that was taken back. What an import from elsewhere says of its rows is
 * believed only as far as its bytes can hold them. */
static bool read_emptied(struct gathering *g, const struct batch *batch, uint64_t bytes,
                         struct columns_options *options, struct err *err)
{
    uint64_t records = batch->records <= bytes ? batch->records : bytes;
    uint64_t *positions;
    size_t n;
    if (!withdraw_positions(g->record, &batch->id, g->arena, &positions, &n, err))
        return false;
    if (n == 0)
        return true;
    uint8_t *emptied = arena_get(g->arena, (size_t)records, 1);
    for (size_t i = 0; i < n; i++)
        if (positions[i] >= 1 && positions[i] <= records)
            emptied[positions[i] - 1] = 1;
    options->emptied = emptied;
    options->emptied_n = (size_t)records;
    return true;
}

/* The texts that mean "missing": those of the import and those of the request. */
static bool read_words(struct gathering *g, const struct batch *batch,
                       struct columns_options *options, struct err *err)
{
    CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
    const struct collect_request *q = g->request;
    struct str *said;
    struct str *names;
    size_t n;
    if (!record_entry(g->record, &batch->id, g->arena, &entry, err))
        return false;
    texts_read(entry.body, "missing", g->arena, &said, &n);
    texts_read(entry.body, "names", g->arena, &names, &options->names_n);
    struct str *missing = arena_get(g->arena, n + q->missing_n, sizeof *missing);
    for (size_t i = 0; i < n; i++)
        missing[i] = said[i];
    for (size_t i = 0; i < q->missing_n; i++)
        missing[n + i] = q->missing[i];
    options->names = options->names_n ? names : NULL;
    options->missing = missing;
    options->missing_n = n + q->missing_n;
    return true;
}

static bool read_blob(const struct bytes *bytes, uint64_t offset, void *to, size_t n,
                      struct err *err)
{
    return record_blob_read(bytes->context, offset, to, n, err);
}

bool import_bytes(const struct import_place *from, const struct hash *id, struct bytes *ret,
                  struct err *err)
{
    struct blob_reader *blob = arena_get(from->arena, 1, sizeof *blob);
    if (!record_blob_open(from->record, id, 0, from->cache, blob, err))
        return false;
    *ret = (struct bytes){.n = blob->bytes,
                          .read = read_blob,
                          .context = blob,
                          .name = arena_printf(from->arena, _("Table file %.8s"), hash_hex(id).at)};
    return true;
}

/* Say how a batch is read. Where all its rows were taken back, it is passed over. */
static bool begin_batch(struct gathering *g, size_t b, struct err *err)
{
    const struct batch *batch = &g->batch[b];
    struct columns_part *part = &g->part[b];
    struct bytes *bytes = arena_get(g->arena, 1, sizeof *bytes);
    if (!import_bytes(&g->from, &batch->id, bytes, err))
        return false;
    *part =
        (struct columns_part){.bytes = bytes,
                              .options = {.dialect = &batch->dialect,
                                          .as_category = g->category,
                                          .as_category_n = g->category_n},
                              .may_be_empty = batch->withdrawn + batch->rejected >= batch->records};
    read_plan(g, batch, &part->options);
    return read_words(g, batch, &part->options, err) &&
           read_emptied(g, batch, bytes->n, &part->options, err);
}

/* Which batches have rows, and where their records begin among all. */
static void name_batches(struct gathering *g)
{
    struct collected *ret = g->ret;
    for (size_t b = 0; b < g->batch_n; b++) {
        ret->part_batch[b] = ret->batch_n;
        if (ret->columns.part_rows[b]) {
            ret->batch[ret->batch_n] = g->batch[b].id;
            ret->after[ret->batch_n] = ret->after[b];
            ret->rows[ret->batch_n] = ret->columns.part_rows[b];
            ret->start[ret->batch_n] = ret->records;
            ret->batch_n++;
        }
        ret->records += g->batch[b].records;
    }
}

static bool read_batches(struct gathering *g, struct err *err)
{
    struct collected *ret = g->ret;
    uint64_t memory_bytes = g->request->may_stream ? COLUMNS_MEMORY_BYTES : UINT64_MAX;
    struct columns_stop *stop = arena_get(g->arena, 1, sizeof *stop);
    stop->cancelled = g->request->cancelled;
    const struct columns_request request = {.part = g->part,
                                            .parts = g->batch_n,
                                            .memory_bytes = memory_bytes,
                                            .step = columns_go_on,
                                            .context = stop};
    bool may_be_empty = true;
    for (size_t b = 0; b < g->batch_n; b++) {
        if (!begin_batch(g, b, err))
            return false;
        may_be_empty = may_be_empty && g->part[b].may_be_empty;
    }
    if (!columns_open(&request, g->arena, &ret->columns, err)) {
        if (!may_be_empty || err->code != ERR_INPUT)
            return false;
        err_clear(err);
        return FAIL(err, ERR_NOT_FOUND, _("Bring new data in: allmende collect import FILE.csv"),
                    _("All rows of the table \"%.*s\" were taken back."),
                    STR_ARG(g->request->table));
    }
    ret->table = ret->columns.table;
    return true;
}

bool collect_table(struct record *record, const struct collect_request *request,
                   struct arena *arena, struct collected *ret, struct err *err)
{
    struct gathering g = {.record = record, .request = request, .arena = arena, .ret = ret};
    const struct observed *observed;
    *ret = (struct collected){.batch_n = 0};
    if (!observed_read(record, request->table, request->past, arena, &observed, err))
        return false;
    if (observed)
        return collect_observed(record, request, observed, arena, ret, err);
    if (!choose_batches(&g, err))
        return false;
    choose_categories(&g);
    ret->batch = arena_get(arena, g.batch_n, sizeof *ret->batch);
    ret->rows = arena_get(arena, g.batch_n, sizeof *ret->rows);
    ret->part_batch = arena_get(arena, g.batch_n, sizeof *ret->part_batch);
    ret->start = arena_get(arena, g.batch_n, sizeof *ret->start);
    g.part = arena_get(arena, g.batch_n, sizeof *g.part);
    g.from = (struct import_place){record, arena, record_blob_cache(arena)};
    if (!read_batches(&g, err))
        return false;
    name_batches(&g);
    return true;
}

size_t collected_record(const struct collected *collected, size_t row)
{
    size_t part;
    return (size_t)columns_position(&collected->columns, row, &part) - 1;
}

uint64_t collected_position(const struct collected *collected, size_t row, size_t *ret_batch)
{
    size_t part;
    uint64_t position = columns_position(&collected->columns, row, &part);
    if (collected->observed_batch) {
        *ret_batch = collected->observed_batch[position - 1];
        return collected->observed_position[position - 1];
    }
    *ret_batch = collected->part_batch[part];
    return position;
}
