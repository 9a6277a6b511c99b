/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learn/inputs.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/quant.h"

static void learn_number(const struct column *column, const uint32_t *rows, size_t n,
                         struct model_feature *ret)
{
    struct quant quant = quant_fit(column, rows, n);
    ret->exponent = quant.exponent;
    ret->centre = quant.centre;
    ret->shift = quant.shift;
    for (size_t i = 0; i < n; i++)
        ret->indicator |= column->missing[rows[i]] != 0;
}

static void learn_category(const struct column *column, const uint32_t *rows, size_t n,
                           struct arena *arena, struct model_feature *ret)
{
    CLEANUP(mem_free) uint8_t *seen = mem_get(column->category_n, 1);
    for (size_t i = 0; i < n; i++)
        if (!column->missing[rows[i]])
            seen[column->code[rows[i]]] = 1;
    ret->category = arena_get(arena, column->category_n, sizeof *ret->category);
    for (size_t k = 0; k < column->category_n; k++)
        if (seen[k])
            ret->category[ret->category_n++] = arena_str(arena, column->category[k]);
}

void inputs_learn(const struct dataset *data, const uint32_t *rows, size_t n, struct arena *arena,
                  struct model_feature *ret)
{
    for (size_t f = 0; f < data->feature_n; f++) {
        const struct column *column = &data->table->column[data->feature[f]];
        ret[f] =
            (struct model_feature){.name = arena_str(arena, column->name), .type = column->type};
        if (column->type == COLUMN_NUMBER)
            learn_number(column, rows, n, &ret[f]);
        else
            learn_category(column, rows, n, arena, &ret[f]);
    }
}

size_t inputs_count(const struct model_feature *feature, size_t feature_n)
{
    size_t n = 0;
    for (size_t f = 0; f < feature_n; f++)
        n += feature[f].type == COLUMN_NUMBER ? (size_t)1 + feature[f].indicator
                                              : feature[f].category_n;
    return n;
}

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

bool inputs_bind(const struct model_feature *feature, size_t feature_n, const struct table *table,
                 struct arena *arena, struct inputs *ret, struct err *err)
{
    struct input_source *source = arena_get(arena, feature_n, sizeof *source);
    size_t *want = arena_get(arena, feature_n, sizeof *want);
    for (size_t f = 0; f < feature_n; f++) {
        size_t c = table_find(table, feature[f].name);
        if (c == table->column_n)
            return FAIL(err, ERR_INPUT, _("Add the column, or choose the right table."),
                        _("The table has no column %.*s, which the model needs."),
                        STR_ARG(feature[f].name));
        const struct column *column = &table->column[c];
        if (column->type != feature[f].type)
            return FAIL(err, ERR_INPUT,
                        _("Bring the column into the form that it had in training."),
                        column->type == COLUMN_NUMBER
                            ? _("Column %.*s holds numbers, but the model learned categories.")
                            : _("Column %.*s holds categories, but the model learned numbers."),
                        STR_ARG(column->name));
        source[f] = (struct input_source){&feature[f], c, NULL};
        want[f] = c;
        if (column->type == COLUMN_CATEGORY)
            source[f].place = find_places(&feature[f], column, arena);
    }
    *ret = (struct inputs){source, feature_n, inputs_count(feature, feature_n), want};
    return true;
}

void inputs_row(const struct inputs *inputs, const struct scan_block *block, size_t row,
                double *ret)
{
    for (size_t f = 0; f < inputs->source_n; f++) {
        const struct input_source *source = &inputs->source[f];
        const struct model_feature *feature = source->feature;
        const struct column *column = &block->column[source->column];
        bool missing = column->missing[row];
        if (feature->type == COLUMN_CATEGORY) {
            memset(ret, 0, feature->category_n * sizeof *ret);
            if (!missing && source->place[column->code[row]] != INPUT_UNSEEN)
                ret[source->place[column->code[row]]] = 1;
            ret += feature->category_n;
            continue;
        }
        struct quant quant = {feature->exponent, feature->centre, feature->shift};
        *ret++ = missing ? 0 : (double)quant_value(&quant, column->mantissa[row], column->exponent);
        if (feature->indicator)
            *ret++ = missing;
    }
}
