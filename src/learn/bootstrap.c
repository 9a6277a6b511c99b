/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Percentile bootstrap over whole units, for metrics without a formula.
 *
 * A draw takes as many units as there are, with replacement; unit u of draw d is
 * rng_below(seed, d, u, units). Rows are added up per unit first, so a draw costs the units (and
 * their classes), not the rows. Draws run in the order of their number until enough of them have a
 * value; more than a tenth without one makes the range unusable.
 *
 * Percentiles are positions in the sorted values, on integers: with the tail t in millionths,
 * rint((1 - confidence) / 2 * 10^6), the ends are the values number floor(draws t / 10^6) and
 * draws - 1 - that one, counted from 0: of 10,000 draws at 95 % the 250 smallest and the 250
 * largest lie outside.
 */
#include "learn/interval.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "learn/rng.h"

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Number the units that have rows from 0, in their order: a unit without rows is none.
 * unit, ret_unit: (n). Returns their number. */
static size_t units_with_rows(const uint32_t *unit, size_t n, size_t units, uint32_t *ret_unit)
{
    CLEANUP(mem_free) uint32_t *number = mem_get(units, sizeof *number);
    for (size_t r = 0; r < n; r++) {
        BUG_IF(unit[r] >= units);
        number[unit[r]] = 1;
    }
    uint32_t with_rows = 0;
    for (size_t u = 0; u < units; u++) {
        if (number[u] != 0)
            number[u] = with_rows++;
    }
    for (size_t r = 0; r < n; r++)
        ret_unit[r] = number[unit[r]];
    return with_rows;
}

/* What a metric needs to know about the drawn units: take the unit's sums `times` times, read the
 * metric, start anew. */
struct resample {
    void *sums;
    void (*clear)(void *sums);
    void (*take)(void *sums, size_t unit, uint32_t times);
    bool (*read)(void *sums, double *ret_value);
};

/* Fill value (draws) with the metric of as many draws; false if too many have none. */
static bool draw_values(const struct resample *how, size_t units, uint64_t seed, unsigned draws,
                        double *value)
{
    CLEANUP(mem_free) uint32_t *times = mem_get(units, sizeof *times);
    unsigned have = 0;
    unsigned without = 0;
    while (have < draws) {
        uint64_t draw = (uint64_t)have + without;
        memset(times, 0, units * sizeof *times);
        for (size_t u = 0; u < units; u++)
            times[rng_below(seed, draw, u, units)]++;
        how->clear(how->sums);
        for (size_t u = 0; u < units; u++) {
            if (times[u] > 0)
                how->take(how->sums, u, times[u]);
        }
        if (how->read(how->sums, &value[have]))
            have++;
        else if (++without > draws / 10)
            return false;
    }
    return true;
}

static bool draw_range(const struct resample *how, uint64_t seed, unsigned draws, double confidence,
                       struct interval *range)
{
    CLEANUP(mem_free) double *value = mem_get(draws, sizeof *value);
    if (draws == 0 || !draw_values(how, range->units, seed, draws, value))
        return false;
    qsort(value, draws, sizeof *value, by_value);
    uint64_t tail_e6 = (uint64_t)rint((1 - confidence) / 2 * 1e6);
    size_t outside = (size_t)(draws * tail_e6 / 1000000);
    outside = outside < draws / 2 ? outside : draws / 2;
    range->low = value[outside];
    range->high = value[draws - 1 - outside];
    return true;
}

/* --- metrics of classes -------------------------------------------------------------------- */

/* The counts of one class in one unit. */
struct unit_class {
    uint32_t class_index;
    uint32_t truth;
    uint32_t guess;
    uint32_t right;
};

struct class_sums {
    enum metric metric;
    size_t class_n;
    struct class_count *count; /* (class_n) of the draw */
    struct unit_class *part;   /* (first[units]), units one after the other */
    size_t *first;             /* (units + 1) */
};

static void classes_clear(void *sums)
{
    struct class_sums *s = sums;
    for (size_t c = 0; c < s->class_n; c++) {
        s->count[c].truth = 0;
        s->count[c].guess = 0;
        s->count[c].right = 0;
    }
}

static void classes_take(void *sums, size_t unit, uint32_t times)
{
    struct class_sums *s = sums;
    for (size_t i = s->first[unit]; i < s->first[unit + 1]; i++) {
        const struct unit_class *part = &s->part[i];
        struct class_count *count = &s->count[part->class_index];
        count->truth += (uint64_t)part->truth * times;
        count->guess += (uint64_t)part->guess * times;
        count->right += (uint64_t)part->right * times;
    }
}

static bool classes_read(void *sums, double *ret_value)
{
    const struct class_sums *s = sums;
    return metric_counts(s->metric, s->count, s->class_n, ret_value);
}

/* The rows of each unit, one unit after the other: order (n), first (units + 1). */
static void rows_by_unit(const struct classes_view *view, size_t *order, size_t *first)
{
    for (size_t r = 0; r < view->n; r++)
        first[view->unit[r] + 1]++;
    for (size_t u = 0; u < view->units; u++)
        first[u + 1] += first[u];
    CLEANUP(mem_free) size_t *next = mem_get(view->units, sizeof *next);
    memcpy(next, first, view->units * sizeof *next);
    for (size_t r = 0; r < view->n; r++)
        order[next[view->unit[r]]++] = r;
}

/* The part of this class in the unit that begins at s->part[begin], made if it is new.
 * slot (class_n) says where each class was last put. */
static struct unit_class *part_of(struct class_sums *s, size_t *slot, size_t begin, size_t *end,
                                  uint32_t class_index)
{
    size_t at = slot[class_index];
    if (at < begin || at >= *end || s->part[at].class_index != class_index) {
        at = (*end)++;
        slot[class_index] = at;
        s->part[at] = (struct unit_class){.class_index = class_index};
    }
    return &s->part[at];
}

/* Add up the rows per unit and class. part has room for 2 n. */
static void count_classes(const struct classes_view *view, struct class_sums *s)
{
    CLEANUP(mem_free) size_t *order = mem_get(view->n, sizeof *order);
    CLEANUP(mem_free) size_t *row = mem_get(view->units + 1, sizeof *row);
    CLEANUP(mem_free) size_t *slot = mem_get(view->class_n, sizeof *slot);
    rows_by_unit(view, order, row);
    size_t end = 0;
    for (size_t u = 0; u < view->units; u++) {
        size_t begin = end;
        for (size_t i = row[u]; i < row[u + 1]; i++) {
            uint32_t truth = view->truth[order[i]];
            uint32_t guess = view->guess[order[i]];
            BUG_IF(truth >= view->class_n || guess >= view->class_n);
            s->count[truth].occurs = true;
            part_of(s, slot, begin, &end, truth)->truth++;
            part_of(s, slot, begin, &end, guess)->guess++;
            if (truth == guess)
                part_of(s, slot, begin, &end, truth)->right++;
        }
        s->first[u + 1] = end;
    }
}

/* The range of plain accuracy on the same rows. */
static struct interval accuracy_range(const struct classes_view *view, double confidence)
{
    CLEANUP(mem_free) uint64_t *hits = mem_get(view->units, sizeof *hits);
    CLEANUP(mem_free) uint64_t *sizes = mem_get(view->units, sizeof *sizes);
    for (size_t r = 0; r < view->n; r++) {
        sizes[view->unit[r]]++;
        hits[view->unit[r]] += view->truth[r] == view->guess[r];
    }
    return interval_share(hits, sizes, view->units, confidence);
}

/* Each side at least as far from the point as accuracy's; what 0 or 1 cuts off goes to the other
 * side, so that the whole is never narrower. */
static void widen_to(struct interval *range, const struct interval *share)
{
    range->low = fmin(range->low, range->value - (share->value - share->low));
    range->high = fmax(range->high, range->value + (share->high - share->value));
    range->low = fmax(range->low, 0);
    range->high = fmin(range->high, 1);
    double lacking = (share->high - share->low) - (range->high - range->low);
    if (lacking > 0 && range->high == 1)
        range->low = fmax(range->low - lacking, 0);
    else if (lacking > 0)
        range->high = fmin(range->high + lacking, 1);
}

struct interval interval_classes(enum metric metric, const struct classes_view *view, uint64_t seed,
                                 unsigned draws, double confidence)
{
    CLEANUP(mem_free) uint32_t *unit = mem_get(view->n, sizeof *unit);
    struct classes_view dense = *view;
    dense.unit = unit;
    dense.units = units_with_rows(view->unit, view->n, view->units, unit);
    struct interval share = accuracy_range(&dense, confidence);
    if (metric == METRIC_ACCURACY || dense.units == 0)
        return share;
    CLEANUP(mem_free) struct class_count *count = mem_get(view->class_n, sizeof *count);
    CLEANUP(mem_free) struct unit_class *part = mem_get(view->n, 2 * sizeof *part);
    CLEANUP(mem_free) size_t *first = mem_get(dense.units + 1, sizeof *first);
    struct class_sums sums = {metric, view->class_n, count, part, first};
    count_classes(&dense, &sums);
    struct interval range = {.low = 0, .high = 1, .units = dense.units};
    const struct class_rows rows = {
        .truth = view->truth, .guess = view->guess, .n = view->n, .class_n = view->class_n};
    metric_classes(metric, &rows, &range.value);
    struct resample how = {&sums, classes_clear, classes_take, classes_read};
    if (dense.units < 2 || !draw_range(&how, seed, draws, confidence, &range))
        return range;
    range.usable = true;
    widen_to(&range, &share);
    return range;
}

/* --- metrics of numbers -------------------------------------------------------------------- */

/* Sums over the rows of a unit, or of a draw. Truth is taken about `centre`, the mean of all, so
 * that squares about a draw's own mean do not cancel. */
struct number_sums {
    double rows;
    double absolute; /* |guess - truth| */
    double squares;  /* (guess - truth)^2 */
    double truth;    /* truth - centre */
    double truth2;   /* (truth - centre)^2 */
};

struct numbers_draw {
    enum metric metric;
    struct number_sums sum;         /* of the draw */
    const struct number_sums *unit; /* (units) */
};

static void numbers_clear(void *sums)
{
    struct numbers_draw *s = sums;
    s->sum = (struct number_sums){0};
}

static void numbers_take(void *sums, size_t unit, uint32_t times)
{
    struct numbers_draw *s = sums;
    const struct number_sums *part = &s->unit[unit];
    s->sum.rows += times * part->rows;
    s->sum.absolute += times * part->absolute;
    s->sum.squares += times * part->squares;
    s->sum.truth += times * part->truth;
    s->sum.truth2 += times * part->truth2;
}

static bool numbers_read(void *sums, double *ret_value)
{
    const struct numbers_draw *s = sums;
    const struct number_sums *sum = &s->sum;
    if (s->metric == METRIC_MAE) {
        *ret_value = sum->absolute / sum->rows;
        return true;
    }
    if (s->metric == METRIC_RMSE) {
        *ret_value = sqrt(sum->squares / sum->rows);
        return true;
    }
    double squares = sum->truth2 - sum->truth * sum->truth / sum->rows;
    if (!(squares > 0x1p-40 * sum->truth2)) /* truth does not vary, but for rounding */
        return false;
    *ret_value = 1 - sum->squares / squares;
    return true;
}

static void add_numbers(const struct numbers_view *view, const uint32_t *unit,
                        struct number_sums *ret_sums)
{
    double sum = 0;
    for (size_t r = 0; r < view->n; r++)
        sum += view->truth[r];
    double centre = sum / (double)view->n;
    for (size_t r = 0; r < view->n; r++) {
        struct number_sums *part = &ret_sums[unit[r]];
        double wrong = view->guess[r] - view->truth[r];
        double away = view->truth[r] - centre;
        part->rows += 1;
        part->absolute += fabs(wrong);
        part->squares += wrong * wrong;
        part->truth += away;
        part->truth2 += away * away;
    }
}

struct interval interval_numbers(enum metric metric, const struct numbers_view *view, uint64_t seed,
                                 unsigned draws, double confidence)
{
    BUG_IF(metric_of_classes(metric));
    CLEANUP(mem_free) uint32_t *unit = mem_get(view->n, sizeof *unit);
    size_t units = units_with_rows(view->unit, view->n, view->units, unit);
    CLEANUP(mem_free) struct number_sums *parts = mem_get(units, sizeof *parts);
    add_numbers(view, unit, parts);
    struct interval range = {.units = units};
    range.low = metric == METRIC_R2 ? -HUGE_VAL : 0;
    range.high = metric == METRIC_R2 ? 1 : HUGE_VAL;
    if (!metric_numbers(metric, view->truth, view->guess, NULL, view->n, &range.value))
        return range;
    struct numbers_draw sums = {.metric = metric, .unit = parts};
    struct resample how = {&sums, numbers_clear, numbers_take, numbers_read};
    if (units < 2 || !draw_range(&how, seed, draws, confidence, &range))
        return range;
    range.usable = range.low < range.high; /* no width: nothing to judge by */
    return range;
}
