/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns that tell the answer, or that only count or name the rows.
 *
 * A column gives the answer away if it alone, by a table of at most BINS_MAX stretches of its
 * values (or its categories) and what was usual in each, leaves a tenth or less of the errors of
 * the majority answer; of numbers, a fiftieth or less of their variance. It is judged by five folds
 * of whole groups inside the training part, so that a column of many values gains nothing by
 * knowing single rows.
 */
#include "train/alarms_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/rng.h"

enum { BINS_MAX = 64, ROWS_A_BIN = 12, FOLDS = 5, ROWS_LEAST = 40, LEVELS = 1 << 16, SCARCE = 8 };

/* --- the answer --------------------------------------------------------------------------------*/

struct answer {
    const struct view *view;
    size_t n;          /* training rows looked at */
    uint8_t *fold;     /* (n) */
    uint32_t *truth;   /* (n) class, or a number brought to 0 … LEVELS - 1 */
    size_t class_n;    /* 0: numbers */
    size_t base_wrong; /* errors of the majority answer */
    uint64_t base_sse; /* numbers: squared errors of the mean */
};

static void fold_rows(const struct view *view, uint8_t *ret)
{
    const struct dataset *data = &view->study->data;
    for (size_t i = 0; i < view->train.n; i++) {
        size_t r = view->row[view->train.at[i]];
        ret[i] = (uint8_t)rng_below(view->seed, 9, data->group ? data->group[r] : r, FOLDS);
    }
}

static void take_numbers(const struct view *view, struct answer *a)
{
    const struct column *target = &view->table.column[view->study->data.target];
    struct sorted sorted = sorted_of(view, target, &view->train);
    int64_t low = sorted.n ? sorted.value[0] : 0;
    int64_t high = sorted.n ? sorted.value[sorted.n - 1] : 0;
    double scale = high > low ? (LEVELS - 1) / (double)(high - low) : 0;
    uint64_t sum = 0;
    free(sorted.value);
    for (size_t i = 0; i < a->n; i++) {
        int64_t above = cell_of(target, view->train.at[i]) - low;
        a->truth[i] = (uint32_t)((double)above * scale);
        sum += a->truth[i];
    }
    for (size_t i = 0; i < a->n; i++) {
        int64_t error = (int64_t)a->truth[i] - (int64_t)(sum / a->n);
        a->base_sse += (uint64_t)(error * error);
    }
}

static void take_classes(const struct view *view, struct answer *a)
{
    const struct column *target = &view->table.column[view->study->data.target];
    CLEANUP(mem_free) size_t *count = mem_get(target->category_n, sizeof *count);
    size_t most = 0;
    a->class_n = target->category_n;
    for (size_t i = 0; i < a->n; i++) {
        a->truth[i] = target->code[view->train.at[i]];
        count[a->truth[i]]++;
        most = count[a->truth[i]] > most ? count[a->truth[i]] : most;
    }
    a->base_wrong = a->n - most;
}

/* Which stretch each training row falls into: numbers by their rank, ties together, categories as
 * they are, missing cells behind all. Returns how many there may be. */
static size_t bin_rows(const struct answer *a, const struct column *column, uint32_t *ret)
{
    const struct view *view = a->view;
    struct sorted sorted = sorted_of(view, column, &view->train);
    size_t bins = a->n / ROWS_A_BIN < BINS_MAX ? a->n / ROWS_A_BIN : BINS_MAX;
    if (column->type == COLUMN_CATEGORY)
        bins = column->category_n;
    for (size_t i = 0; i < a->n; i++) {
        size_t at = view->train.at[i];
        int64_t value = cell_of(column, at);
        if (column->missing[at])
            ret[i] = (uint32_t)bins;
        else if (column->type == COLUMN_CATEGORY)
            ret[i] = (uint32_t)value;
        else
            ret[i] = (uint32_t)(sorted_below(&sorted, value) * bins / sorted.n);
    }
    free(sorted.value);
    return bins + 1;
}

/* The class most frequent in a stretch outside of one fold. count (folds + 1, classes): the last
 * is the sum. */
static uint32_t usual(const uint32_t *count, size_t class_n, size_t fold)
{
    uint32_t best = 0;
    uint32_t most = 0;
    for (uint32_t k = 0; k < class_n; k++) {
        uint32_t n = count[FOLDS * class_n + k] - count[fold * class_n + k];
        if (n > most) {
            most = n;
            best = k;
        }
    }
    return best;
}

static size_t right_classes(const struct answer *a, const uint32_t *bin, size_t bins)
{
    size_t width = (FOLDS + 1) * a->class_n;
    size_t right = 0;
    CLEANUP(mem_free) uint32_t *count = mem_get(bins * width, sizeof *count);
    for (size_t i = 0; i < a->n; i++) {
        uint32_t *c = count + bin[i] * width;
        c[a->fold[i] * a->class_n + a->truth[i]]++;
        c[FOLDS * a->class_n + a->truth[i]]++;
    }
    for (size_t i = 0; i < a->n; i++)
        right += usual(count + bin[i] * width, a->class_n, a->fold[i]) == a->truth[i];
    return right;
}

/* Bounds: n <= 2 * ALARMS_ROWS rows, errors below 2^16, so sums stay below 2^45. */
static uint64_t squared_errors(const struct answer *a, const uint32_t *bin, size_t bins)
{
    struct sums {
        uint64_t sum[FOLDS + 1];
        uint64_t n[FOLDS + 1];
    };
    CLEANUP(mem_free) struct sums *sums = mem_get(bins, sizeof *sums);
    uint64_t sse = 0;
    for (size_t i = 0; i < a->n; i++) {
        struct sums *s = &sums[bin[i]];
        s->sum[a->fold[i]] += a->truth[i];
        s->sum[FOLDS] += a->truth[i];
        s->n[a->fold[i]]++;
        s->n[FOLDS]++;
    }
    for (size_t i = 0; i < a->n; i++) {
        const struct sums *s = &sums[bin[i]];
        uint64_t n = s->n[FOLDS] - s->n[a->fold[i]];
        uint64_t mean = n ? (s->sum[FOLDS] - s->sum[a->fold[i]]) / n : LEVELS / 2;
        int64_t error = (int64_t)a->truth[i] - (int64_t)mean;
        sse += (uint64_t)(error * error);
    }
    return sse;
}

static void judge_column(struct answer *a, size_t c, uint32_t *bin, struct view *view)
{
    const struct column *column = &view->table.column[c];
    size_t bins = bin_rows(a, column, bin);
    size_t right = 0;
    if (a->class_n) {
        right = right_classes(a, bin, bins);
        if (10 * (a->n - right) > a->base_wrong)
            return;
    } else {
        if (a->base_sse == 0 || 50 * squared_errors(a, bin, bins) > a->base_sse)
            return;
        right = a->n;
    }
    alarms_add(view, (struct alarm){
                         .kind = ALARM_ANSWER, .column = column->name, .count = right, .of = a->n});
}

void alarms_answers(struct view *view)
{
    const struct dataset *data = &view->study->data;
    const struct column *target = &view->table.column[data->target];
    struct answer a = {.view = view, .n = view->train.n};
    CLEANUP(mem_free) uint32_t *bin = mem_get(a.n, sizeof *bin);
    a.fold = arena_get(view->arena, a.n, 1);
    a.truth = arena_get(view->arena, a.n, sizeof *a.truth);
    if (a.n < ROWS_LEAST)
        return;
    fold_rows(view, a.fold);
    if (target->type == COLUMN_CATEGORY)
        take_classes(view, &a);
    else
        take_numbers(view, &a);
    /* Where the majority is nearly always right, a handful of rows says nothing. */
    if (a.class_n && a.base_wrong < SCARCE)
        return;
    for (size_t f = 0; f < data->feature_n; f++)
        if (!str_eq(view->table.column[data->feature[f]].name, view->study->now))
            judge_column(&a, data->feature[f], bin, view);
}

/* --- rows told apart ---------------------------------------------------------------------------*/

/* 1, 2, 3, … or 0, 1, 2, …: the number grows with the row, from the first, by one. */
static bool counts_rows(const struct view *view, const struct column *column)
{
    int64_t first = cell_of(column, 0) - (int64_t)view->row[0];
    for (size_t i = 0; i < view->table.rows; i++)
        if (column->missing[i] || cell_of(column, i) - (int64_t)view->row[i] != first)
            return false;
    return column->exponent == 0 && (first == 0 || first == 1);
}

static size_t single_texts(const struct view *view, const struct column *column)
{
    CLEANUP(mem_free) uint32_t *count = mem_get(column->category_n, sizeof *count);
    size_t single = 0;
    for (size_t i = 0; i < view->train.n; i++)
        if (!column->missing[view->train.at[i]])
            count[column->code[view->train.at[i]]]++;
    for (size_t k = 0; k < column->category_n; k++)
        single += count[k] == 1;
    return single;
}

void alarms_rows_told(struct view *view)
{
    const struct dataset *data = &view->study->data;
    size_t n = view->train.n;
    for (size_t f = 0; n >= ROWS_LEAST && f < data->feature_n; f++) {
        const struct column *column = &view->table.column[data->feature[f]];
        if (column->type == COLUMN_NUMBER && counts_rows(view, column))
            alarms_add(view, (struct alarm){.kind = ALARM_COUNTS_ROWS,
                                            .column = column->name,
                                            .count = view->table.rows,
                                            .of = view->table.rows});
        size_t single = column->type == COLUMN_CATEGORY ? single_texts(view, column) : 0;
        if (10 * single >= 9 * n)
            alarms_add(view, (struct alarm){.kind = ALARM_NAMES_ROWS,
                                            .column = column->name,
                                            .count = single,
                                            .of = n});
    }
}
