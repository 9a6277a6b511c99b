/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drift: a feature that differs between the sides, or changes from the first row to the last.
 * Models, trees above all, fail there without saying so.
 *
 * With whole groups set aside, sides always differ a little, because places do: then only what
 * concerns most of the test rows counts. Else what chance does with rows that are alike is
 * bounded: that k of the outermost rows all fall on the test side has a chance of about
 * (k + 1) p^k, p the share of test rows; Kolmogorov and Smirnov's distance between the sides
 * exceeds c sqrt((m + n) / (m n)) with a chance of 2 exp(-2 c^2). Both are kept below 1 in 1,000
 * over all columns. SOURCE: Smirnov 1948, Annals of Mathematical Statistics 19(2).
 */
#include "train/alarms_int.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "learn/real.h"

enum { STRETCHES = 20, ROWS_LEAST = 20 };

static const double CHANCE = 0.001;

struct drift {
    struct view *view;
    const struct column *column;
    double features;
    bool grouped;
    size_t gone[2];          /* missing cells of train, test */
    struct sorted sorted[2]; /* numbers only */
};

static void add(const struct drift *d, enum alarm_kind kind, size_t count)
{
    alarms_add(d->view,
               (struct alarm){
                   .kind = kind, .column = d->column->name, .count = count, .of = d->view->test.n});
}

static size_t missing_cells(const struct column *column, const struct side *side)
{
    size_t n = 0;
    for (size_t i = 0; i < side->n; i++)
        n += column->missing[side->at[i]];
    return n;
}

/* Missing shares a tenth apart (whole groups: a half), and more than five standard errors. */
static bool missing_differs(const struct drift *d)
{
    double m = (double)d->view->train.n;
    double n = (double)d->view->test.n;
    double train = (double)d->gone[0] / m;
    double test = (double)d->gone[1] / n;
    double both = ((double)d->gone[0] + (double)d->gone[1]) / (m + n);
    double error = sqrt(both * (1 - both) * (1 / m + 1 / n));
    double apart = fabs(train - test);
    if (apart < (d->grouped ? 0.5 : 0.1) || apart <= 5 * error)
        return false;
    alarms_add(d->view, (struct alarm){.kind = ALARM_MISSING,
                                       .column = d->column->name,
                                       .count = d->gone[1],
                                       .of = d->view->test.n,
                                       .train_count = d->gone[0],
                                       .train_of = d->view->train.n});
    return true;
}

static bool range_differs(const struct drift *d)
{
    const struct sorted *train = &d->sorted[0];
    const struct sorted *test = &d->sorted[1];
    double p = (double)test->n / (double)(train->n + test->n);
    double chance = d->features;
    if (!train->n || !test->n)
        return false;
    size_t outside = sorted_below(test, train->value[0]) + test->n -
                     sorted_below(test, train->value[train->n - 1] + 1);
    double share = (double)outside / (double)d->view->test.n;
    for (size_t k = 0; k < outside && chance > CHANCE / 1000; k++)
        chance *= p;
    if (share < (d->grouped ? 0.9 : 0.05) ||
        (!d->grouped && chance * ((double)outside + 1) > CHANCE))
        return false;
    add(d, ALARM_RANGE, outside);
    return true;
}

/* Where the two distributions are furthest apart: how many of each side lie at or below. */
static double furthest(const struct sorted side[2], size_t ret_below[2])
{
    const struct sorted *a = &side[0];
    const struct sorted *b = &side[1];
    double most = 0;
    ret_below[0] = ret_below[1] = 0;
    for (size_t i = 0, k = 0; i < a->n && k < b->n;) {
        int64_t at = a->value[i] < b->value[k] ? a->value[i] : b->value[k];
        while (i < a->n && a->value[i] == at)
            i++;
        while (k < b->n && b->value[k] == at)
            k++;
        double apart = fabs((double)i / (double)a->n - (double)k / (double)b->n);
        if (apart <= most)
            continue;
        most = apart;
        ret_below[0] = i;
        ret_below[1] = k;
    }
    return most;
}

static bool is_shifted(const struct drift *d)
{
    double m = (double)d->sorted[0].n;
    double n = (double)d->sorted[1].n;
    size_t below[2];
    if (d->grouped || m < ROWS_LEAST || n < ROWS_LEAST)
        return false;
    double apart = furthest(d->sorted, below);
    double bound = sqrt(real_log(2 * d->features / CHANCE) / 2) * sqrt((m + n) / (m * n));
    if (apart < 0.3 || apart <= bound)
        return false;
    /* Said of the side of the cut on which more test rows lie. */
    bool above = below[1] * d->sorted[0].n < below[0] * d->sorted[1].n;
    alarms_add(d->view, (struct alarm){.kind = ALARM_SHIFT,
                                       .column = d->column->name,
                                       .count = above ? d->sorted[1].n - below[1] : below[1],
                                       .of = d->sorted[1].n,
                                       .train_count = above ? d->sorted[0].n - below[0] : below[0],
                                       .train_of = d->sorted[0].n});
    return true;
}

/* Test rows with a category that no training row has, against what is to be expected: the share of
 * training rows whose category is theirs alone. SOURCE: Good 1953, Biometrika 40(3-4). */
static bool categories_differ(const struct drift *d)
{
    const struct view *view = d->view;
    CLEANUP(mem_free) uint32_t *count = mem_get(d->column->category_n, sizeof *count);
    size_t single = 0;
    size_t unknown = 0;
    for (size_t i = 0; i < view->train.n; i++)
        if (!d->column->missing[view->train.at[i]])
            count[d->column->code[view->train.at[i]]]++;
    for (size_t k = 0; k < d->column->category_n; k++)
        single += count[k] == 1;
    for (size_t i = 0; i < view->test.n; i++)
        unknown +=
            !d->column->missing[view->test.at[i]] && count[d->column->code[view->test.at[i]]] == 0;
    double share = (double)unknown / (double)view->test.n;
    double expected = ((double)single + 1) / (double)view->train.n;
    if (unknown < 3 || share < (d->grouped ? 0.5 : 0.05) + 3 * expected)
        return false;
    add(d, ALARM_CATEGORIES, unknown);
    return true;
}

/* In a recording: the means of 20 stretches of training rows rise or fall with time. Ranks are used
 * instead of values. SOURCE: Spearman 1904, American Journal of Psychology 15(1). */
static void look_for_trend(const struct drift *d)
{
    const struct view *view = d->view;
    double mean[STRETCHES] = {0};
    size_t n[STRETCHES] = {0};
    int order = 0;
    for (size_t i = 0; i < view->train.n; i++) {
        size_t at = view->train.at[i];
        size_t s = i * STRETCHES / view->train.n;
        if (d->column->missing[at])
            continue;
        int64_t value = cell_of(d->column, at);
        mean[s] +=
            (double)(sorted_below(&d->sorted[0], value) + sorted_below(&d->sorted[0], value + 1));
        n[s]++;
    }
    for (size_t s = 0; s < STRETCHES; s++) {
        if (n[s] == 0)
            return;
        mean[s] /= (double)n[s];
        for (size_t before = 0; before < s; before++)
            order += (mean[s] > mean[before]) - (mean[s] < mean[before]);
    }
    /* Kendall's tau of at least 0.7: 133 of 190 pairs of stretches more in order than not. */
    if (order < 133 && order > -133)
        return;
    alarms_add(d->view, (struct alarm){.kind = ALARM_TREND,
                                       .column = d->column->name,
                                       .count = (uint64_t)(order < 0 ? -order : order),
                                       .of = (uint64_t)STRETCHES * (STRETCHES - 1) / 2});
}

static void look_at(struct drift *d)
{
    const struct view *view = d->view;
    d->gone[0] = missing_cells(d->column, &view->train);
    d->gone[1] = missing_cells(d->column, &view->test);
    if (missing_differs(d))
        return;
    if (d->column->type == COLUMN_CATEGORY) {
        categories_differ(d);
        return;
    }
    d->sorted[0] = sorted_of(view, d->column, &view->train);
    d->sorted[1] = sorted_of(view, d->column, &view->test);
    if (!range_differs(d) && !is_shifted(d) && view->alarms->series)
        look_for_trend(d);
    free(d->sorted[0].value);
    free(d->sorted[1].value);
}

static int by_kind(const void *a, const void *b)
{
    const struct alarm *left = a;
    const struct alarm *right = b;
    if (left->kind != right->kind)
        return (int)left->kind - (int)right->kind;
    return str_cmp(left->column, right->column);
}

void alarms_drift(struct view *view)
{
    const struct dataset *data = &view->study->data;
    for (size_t f = 0; view->test.n && f < data->feature_n; f++) {
        /* The column that splits differs on purpose. */
        if (str_eq(view->table.column[data->feature[f]].name, view->study->split_column))
            continue;
        struct drift d = {.view = view,
                          .column = &view->table.column[data->feature[f]],
                          .features = (double)data->feature_n,
                          .grouped = view->study->has_group && view->study->groups_test > 0};
        look_at(&d);
    }
    if (view->alarms->n)
        qsort(view->alarms->alarm, view->alarms->n, sizeof *view->alarms->alarm, by_kind);
}
