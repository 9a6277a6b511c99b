/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/export_rows.h"

#include "base/mem.h"
#include "base/num.h"
#include "learn/quant.h"
#include "learn/rule.h"

/* A number for row r of feature f. */
static int64_t number_of(const struct model *model, size_t f, size_t r)
{
    const struct model_feature *of = &model->feature[f];
    int64_t value = of->centre;
    size_t seen = 0;
    for (size_t i = 0; i < model->trees.node_n; i++) {
        const struct tree_node *node = &model->trees.node[i];
        if (node->feature == (int32_t)f && seen++ % EXPORT_ROWS == (r + f) % EXPORT_ROWS)
            value = node->cut < MANTISSA_MAX ? node->cut + (int64_t)(r % 2) : node->cut;
    }
    if (model->weight) {
        int64_t far = of->shift < QUANT_BITS ? (int64_t)1 << (QUANT_BITS - of->shift) : 1;
        value += (far / 4 + 1) * ((int64_t)((r * 5 + f) % EXPORT_ROWS) - EXPORT_ROWS / 2);
    }
    if (!model->weight && model->trees.node_n == 0)
        value = (int64_t)r * 37 - 100;
    return value > MANTISSA_MAX ? MANTISSA_MAX : value < -MANTISSA_MAX ? -MANTISSA_MAX : value;
}

static void make_number(const struct model *model, size_t f, struct column *column,
                        struct export_rows *ret, struct arena *arena)
{
    char text[NUM_TEXT];
    column->exponent = model->feature[f].exponent;
    column->mantissa = arena_get(arena, EXPORT_ROWS, sizeof *column->mantissa);
    for (size_t r = 0; r < EXPORT_ROWS; r++) {
        if (column->missing[r])
            continue;
        column->mantissa[r] = number_of(model, f, r);
        num_decimal_text((struct decimal){column->mantissa[r], column->exponent}, text);
        ret->cell[r * model->feature_n + f] = arena_str(arena, str_of(text));
    }
}

static bool is_name(const void *name, struct str text)
{
    return str_eq(*(const struct str *)name, text);
}

/* The categories that a feature knows, or that a rule asks about, in byte order, and behind them
 * one that nobody knows. */
static void list_categories(const struct model *model, size_t f, struct column *column,
                            struct arena *arena)
{
    const struct model_feature *of = &model->feature[f];
    struct rule rule;
    struct err err = {0};
    size_t n = of->category_n;
    column->category = arena_get(arena, n + 2, sizeof *column->category);
    for (size_t k = 0; k < n; k++)
        column->category[k] = of->category[k];
    if (model->rule.n && rule_read(model->rule, is_name, &of->name, &rule, &err) && rule.value.n)
        column->category[n++] = rule.value;
    struct str last = n ? column->category[n - 1] : STR("");
    column->category[n] = str_of(arena_printf(arena, "%.*s+", STR_ARG(last)));
    column->category_n = n + 1;
}

static void make_category(const struct model *model, size_t f, struct column *column,
                          struct export_rows *ret, struct arena *arena)
{
    list_categories(model, f, column, arena);
    column->code = arena_get(arena, EXPORT_ROWS, sizeof *column->code);
    for (size_t r = 0; r < EXPORT_ROWS; r++) {
        if (column->missing[r])
            continue;
        column->code[r] = (uint32_t)((r * 7 + f) % column->category_n);
        struct str text = column->category[column->code[r]];
        if (text.n == 0) { /* as a cell of text it is missing */
            column->code[r] = 0;
            column->missing[r] = 1;
            continue;
        }
        ret->cell[r * model->feature_n + f] = text;
    }
}

bool export_rows_make(const struct model *model, struct arena *arena, struct export_rows *ret,
                      struct err *err)
{
    static const struct cluster alone = {.threads = 1};
    size_t row[EXPORT_ROWS];
    struct table table = {.rows = EXPORT_ROWS, .column_n = model->feature_n};
    size_t scores = model->class_n ? model->class_n : 1;
    table.column = arena_get(arena, model->feature_n, sizeof *table.column);
    ret->cell = arena_get(arena, EXPORT_ROWS * (model->feature_n + 1), sizeof *ret->cell);
    ret->class_index = arena_get(arena, EXPORT_ROWS, sizeof *ret->class_index);
    ret->score = arena_get(arena, EXPORT_ROWS * scores, sizeof *ret->score);
    for (size_t f = 0; f < model->feature_n; f++) {
        struct column *column = &table.column[f];
        column->name = model->feature[f].name;
        column->type = model->feature[f].type;
        column->missing = arena_get(arena, EXPORT_ROWS, 1);
        for (size_t r = 0; r < EXPORT_ROWS; r++)
            column->missing[r] = r == 0 || (r * 3 + f) % 10 == 9;
        if (column->type == COLUMN_NUMBER)
            make_number(model, f, column, ret, arena);
        else
            make_category(model, f, column, ret, arena);
    }
    for (size_t r = 0; r < EXPORT_ROWS; r++)
        row[r] = r;
    const struct predict_rows rows = {row, EXPORT_ROWS};
    const struct prediction answer = {.score = model->class_n ? ret->score : NULL,
                                      .class_index = model->class_n ? ret->class_index : NULL,
                                      .value = model->class_n ? NULL : ret->score};
    return model_predict(model, &table, &alone, &rows, &answer, err);
}
