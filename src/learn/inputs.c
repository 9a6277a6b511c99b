/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learn/inputs.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/quant.h"

size_t inputs_rows_of(const struct scan_block *block, const uint32_t *rows, size_t n,
                      size_t *ret_first)
{
    size_t place[2];
    for (int side = 0; side < 2; side++) {
        size_t at = block->first + (side ? block->n : 0), low = 0, left = n;
        while (left) {
            size_t half = left / 2;
            bool before = rows[low + half] < at;
            low = before ? low + half + 1 : low;
            left = before ? left - half - 1 : half;
        }
        place[side] = low;
    }
    *ret_first = place[0];
    return place[1] - place[0];
}

/* --- learning the features ---------------------------------------------------------------------*/

struct learning {
    const struct inputs_from *from;
    size_t *seen_at;       /* (feature_n) CATEGORY: where its flags begin in seen */
    size_t seen_n;         /* flags of all category features */
    struct spread *spread; /* (slots, feature_n) NUMBER */
    uint8_t *seen;         /* (slots, seen_n) */
    uint32_t *at;          /* (slots, SCAN_BLOCK_ROWS) */
};

static void learn_block(void *context, const struct scan_block *block, unsigned slot)
{
    const struct learning *l = context;
    struct spread *spread = l->spread + slot * l->from->data->feature_n;
    uint8_t *seen = l->seen + slot * l->seen_n;
    uint32_t *at = l->at + slot * (size_t)SCAN_BLOCK_ROWS;
    size_t first, n = inputs_rows_of(block, l->from->row, l->from->n, &first);
    for (size_t i = 0; i < n; i++)
        at[i] = (uint32_t)(l->from->row[first + i] - block->first);
    for (size_t f = 0; f < l->from->data->feature_n; f++) {
        const struct column *column = &block->column[l->from->data->feature[f]];
        if (column->type == COLUMN_NUMBER) {
            spread_add(&spread[f], column, n == block->n ? NULL : at, n);
            continue;
        }
        for (size_t i = 0; i < n; i++)
            if (!column->missing[at[i]])
                seen[l->seen_at[f] + column->code[at[i]]] = 1;
    }
}

/* What all slots, then all ranks, have seen; the result is in slot 0. */
static void bring_together(struct learning *l, const struct cluster *cluster)
{
    size_t features = l->from->data->feature_n;
    CLEANUP(mem_free) int64_t *flag = mem_get(l->seen_n, sizeof *flag);
    for (unsigned s = 0; s < cluster_slots(cluster); s++) {
        for (size_t f = 0; s && f < features; f++)
            spread_join(&l->spread[f], &l->spread[s * features + f]);
        for (size_t i = 0; i < l->seen_n; i++)
            flag[i] |= l->seen[s * l->seen_n + i];
    }
    for (size_t f = 0; f < features; f++)
        spread_share(&l->spread[f], cluster);
    cluster_max(cluster, flag, l->seen_n);
    for (size_t i = 0; i < l->seen_n; i++)
        l->seen[i] = (uint8_t)flag[i];
}

static void keep_categories(const struct column *column, const uint8_t *seen, struct arena *arena,
                            struct model_feature *ret)
{
    ret->category = arena_get(arena, column->category_n, sizeof *ret->category);
    for (size_t k = 0; k < column->category_n; k++)
        if (seen[k])
            ret->category[ret->category_n++] = arena_str(arena, column->category[k]);
}

static void keep_features(const struct learning *l, struct arena *arena, struct model_feature *ret)
{
    for (size_t f = 0; f < l->from->data->feature_n; f++) {
        const struct column *column = &l->from->data->table->column[l->from->data->feature[f]];
        ret[f] =
            (struct model_feature){.name = arena_str(arena, column->name), .type = column->type};
        if (column->type == COLUMN_CATEGORY) {
            keep_categories(column, l->seen + l->seen_at[f], arena, &ret[f]);
            continue;
        }
        struct quant quant = spread_quant(&l->spread[f], column->exponent);
        ret[f].exponent = quant.exponent;
        ret[f].centre = quant.centre;
        ret[f].shift = quant.shift;
        ret[f].indicator = (size_t)l->spread[f].n < l->from->n;
    }
}

bool inputs_learn(const struct inputs_from *from, struct arena *arena, struct model_feature *ret,
                  struct err *err)
{
    const struct dataset *data = from->data;
    const struct cluster *cluster = from->cluster;
    size_t slots = cluster_slots(cluster), features = data->feature_n;
    CLEANUP(mem_free) size_t *seen_at = mem_get(features, sizeof *seen_at);
    CLEANUP(mem_free) struct spread *spread = mem_get(slots * features, sizeof *spread);
    CLEANUP(mem_free) uint32_t *at = mem_get(slots * SCAN_BLOCK_ROWS, sizeof *at);
    struct learning l = {from, seen_at, 0, spread, NULL, at};
    for (size_t f = 0; f < features; f++) {
        seen_at[f] = l.seen_n;
        l.seen_n += data->table->column[data->feature[f]].category_n;
    }
    for (size_t i = 0; i < slots * features; i++)
        spread[i] = SPREAD_NONE;
    CLEANUP(mem_free) uint8_t *seen = mem_get(slots, l.seen_n);
    l.seen = seen;
    const struct scan scan = {.table = data->table,
                              .want = data->feature,
                              .want_n = features,
                              .cluster = cluster,
                              .shared = true,
                              .work = learn_block,
                              .context = &l};
    if (!scan_run(&scan, err))
        return false;
    bring_together(&l, cluster);
    keep_features(&l, arena, ret);
    return true;
}

size_t inputs_count(const struct model_feature *feature, size_t feature_n)
{
    size_t n = 0;
    for (size_t f = 0; f < feature_n; f++)
        n += feature[f].type == COLUMN_NUMBER ? (size_t)1 + feature[f].indicator
                                              : feature[f].category_n;
    return n;
}

bool inputs_check(const struct model_feature *feature, size_t feature_n, struct err *err)
{
    size_t n = inputs_count(feature, feature_n);
    return n <= INPUTS_MAX ||
           FAIL(err, ERR_LIMIT,
                _("Leave out columns in which almost every row has a text of its own."),
                _("The features give %zu inputs; this step takes at most %d."), n, INPUTS_MAX);
}

/* --- finding them in a table -------------------------------------------------------------------*/

/* Both lists are in byte order, so one walk through them finds every place. */
static const uint32_t *find_places(const struct model_feature *feature, const struct column *column,
                                   struct arena *arena)
{
    uint32_t *place = arena_get(arena, column->category_n, sizeof *place);
    size_t seen = 0;
    for (size_t k = 0; k < column->category_n; k++) {
        while (seen < feature->category_n &&
               str_cmp(feature->category[seen], column->category[k]) < 0)
            seen++;
        bool same =
            seen < feature->category_n && str_eq(feature->category[seen], column->category[k]);
        place[k] = same ? (uint32_t)seen : INPUT_UNSEEN;
    }
    return place;
}

static bool find_column(const struct model_feature *feature, const struct table *table, size_t *ret,
                        struct err *err)
{
    size_t c = table_find(table, feature->name);
    if (c == table->column_n)
        return FAIL(err, ERR_INPUT, _("Add the column, or choose the right table."),
                    _("The table has no column %.*s, which the model needs."),
                    STR_ARG(feature->name));
    const struct column *column = &table->column[c];
    if (column->type != feature->type)
        return FAIL(err, ERR_INPUT, _("Bring the column into the form that it had in training."),
                    column->type == COLUMN_NUMBER
                        ? _("Column %.*s holds numbers, but the model learned categories.")
                        : _("Column %.*s holds categories, but the model learned numbers."),
                    STR_ARG(column->name));
    *ret = c;
    return true;
}

/* Number the inputs of a source behind those that are there. */
static void number_inputs(struct inputs *inputs, struct input_source *source)
{
    const struct model_feature *feature = source->feature;
    bool dense = feature->type == COLUMN_NUMBER;
    size_t sparse = dense ? feature->indicator : feature->category_n;
    source->input = inputs->input_n;
    source->sparse = inputs->sparse_n;
    if (dense)
        inputs->dense[inputs->dense_n++] = (uint32_t)inputs->input_n++;
    for (size_t i = 0; i < sparse; i++)
        inputs->sparse[inputs->sparse_n++] = (uint32_t)inputs->input_n++;
    inputs->list_n += sparse > 0;
}

bool inputs_bind(const struct model_feature *feature, size_t feature_n, const struct table *table,
                 struct arena *arena, struct inputs *ret, struct err *err)
{
    size_t input_n = inputs_count(feature, feature_n);
    struct input_source *source = arena_get(arena, feature_n, sizeof *source);
    size_t *want = arena_get(arena, feature_n, sizeof *want);
    struct inputs inputs = {.source = source, .source_n = feature_n, .want = want};
    inputs.dense = arena_get(arena, input_n, sizeof *inputs.dense);
    inputs.sparse = arena_get(arena, input_n, sizeof *inputs.sparse);
    for (size_t f = 0; f < feature_n; f++) {
        if (!find_column(&feature[f], table, &want[f], err))
            return false;
        const struct column *column = &table->column[want[f]];
        source[f] = (struct input_source){.feature = &feature[f], .column = want[f]};
        if (column->type == COLUMN_CATEGORY)
            source[f].place = find_places(&feature[f], column, arena);
        number_inputs(&inputs, &source[f]);
    }
    *ret = inputs;
    return true;
}

/* --- rows --------------------------------------------------------------------------------------*/

/* Is a cell of these rows missing? They are ascending, so a look from first to last settles it. */
static bool any_missing(const struct column *column, const struct input_rows *rows)
{
    if (rows->n == 0)
        return false;
    size_t first = input_row(rows, 0), last = input_row(rows, rows->n - 1);
    return memchr(column->missing + first, 1, last - first + 1) != NULL;
}

void inputs_dense(const struct input_source *source, const struct input_rows *rows, double *ret)
{
    const struct model_feature *feature = source->feature;
    const struct column *column = &rows->block->column[source->column];
    const struct quant quant = {feature->exponent, feature->centre, feature->shift};
    struct column from = *column;
    if (!rows->at)
        from.mantissa += rows->first;
    quant_values(&quant, &from, rows->at, rows->n, ret);
    if (any_missing(column, rows))
        for (size_t i = 0; i < rows->n; i++)
            ret[i] = column->missing[input_row(rows, i)] ? 0 : ret[i];
}

static void list_category(const struct input_source *source, const struct column *column,
                          const struct input_rows *rows, uint16_t *list, size_t stride,
                          uint16_t *count)
{
    for (size_t i = 0; i < rows->n; i++) {
        size_t row = input_row(rows, i);
        uint32_t place = column->missing[row] ? INPUT_UNSEEN : source->place[column->code[row]];
        if (place != INPUT_UNSEEN)
            list[i * stride + count[i]++] = (uint16_t)(source->sparse + place);
    }
}

void inputs_sparse(const struct inputs *inputs, const struct input_rows *rows, uint16_t *list,
                   size_t stride, uint16_t *count)
{
    memset(count, 0, rows->n * sizeof *count);
    for (size_t f = 0; f < inputs->source_n; f++) {
        const struct input_source *source = &inputs->source[f];
        const struct column *column = &rows->block->column[source->column];
        if (column->type == COLUMN_CATEGORY) {
            list_category(source, column, rows, list, stride, count);
        } else if (source->feature->indicator && any_missing(column, rows)) {
            for (size_t i = 0; i < rows->n; i++)
                if (column->missing[input_row(rows, i)])
                    list[i * stride + count[i]++] = (uint16_t)source->sparse;
        }
    }
}
