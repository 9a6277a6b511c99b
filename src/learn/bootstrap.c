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
 *
 * Of more than 16,384 units, unit u is drawn together with unit u + 16,384 and so on: sums of
 * independent units vary as their parts do, and ranges over so many are as wide, but for a
 * hundredth. Of auc, whose draws cost the rows, fewer are made where there are more than 400,000,
 * at least 1,000.
 */
#include "learn/interval.h"

#include <float.h>
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

enum { UNITS_APART = 1 << 14, AUC_DRAWS_LEAST = 1000 };

static const double AUC_STEPS_MOST = 4e9;

/* The units (n rows, numbers below `units`) as they are drawn; returns how many they are then. */
static size_t bring_together(uint32_t *unit, size_t n, size_t units)
{
    for (size_t r = 0; r < n && units > UNITS_APART; r++)
        unit[r] %= UNITS_APART;
    return units < UNITS_APART ? units : UNITS_APART;
}

enum { DRAWS_TOGETHER = 32, DRAWN_TOGETHER = 1024 };

/* What a metric needs to know about the drawn units, and how to read its value of a draw in which
 * unit u was drawn times[u] times. scratch: bytes of its own for each thread, zeroed once. */
struct resample {
    const void *sums;
    size_t units;
    size_t scratch;
    bool (*read)(const void *sums, void *scratch, const uint32_t *times, double *ret_value);
    const struct cluster *cluster;
};

/* Draws on their way: number first, first + 1, … into value and has, from 0 on. */
struct drawing {
    const struct resample *how;
    size_t units;
    uint64_t seed;
    uint64_t first;
    size_t n;
    double *value;
    uint8_t *has;
    uint32_t *times; /* (slots, units) */
    char *scratch;   /* (slots, how->scratch) */
};

/* How often each unit is drawn in one draw. */
static void draw_units(const struct drawing *d, uint64_t draw, uint32_t *times)
{
    const struct rng_stream stream = rng_stream(d->seed, draw, d->units);
    uint32_t drawn[DRAWN_TOGETHER];
    memset(times, 0, d->units * sizeof *times);
    for (size_t u = 0; u < d->units; u += DRAWN_TOGETHER) {
        size_t count = d->units - u < DRAWN_TOGETHER ? d->units - u : DRAWN_TOGETHER;
        rng_stream_below(&stream, u, count, drawn);
        for (size_t i = 0; i < count; i++)
            times[drawn[i]]++;
    }
}

static void draw_block(void *context, size_t block, unsigned slot)
{
    const struct drawing *d = context;
    uint32_t *times = d->times + slot * d->units;
    void *scratch = d->scratch + slot * d->how->scratch;
    for (size_t i = block * DRAWS_TOGETHER; i < d->n && i < (block + 1) * DRAWS_TOGETHER; i++) {
        draw_units(d, d->first + i, times);
        d->has[i] = d->how->read(d->how->sums, scratch, times, &d->value[i]);
    }
}

/* Fill value (draws) with the metric of as many draws, in the order of their numbers; false if too
 * many have none. Each round makes as many draws as are lacking, so none is made in vain. */
static bool draw_values(const struct resample *how, uint64_t seed, unsigned draws, double *value)
{
    const size_t units = how->units;
    static const struct cluster alone = {.threads = 1};
    const struct cluster *cluster = how->cluster ? how->cluster : &alone;
    size_t slots = cluster_slots(cluster);
    CLEANUP(mem_free) uint32_t *times = mem_get(slots * units, sizeof *times);
    CLEANUP(mem_free) char *scratch = mem_get(slots, how->scratch);
    CLEANUP(mem_free) uint8_t *has = mem_get(draws, 1);
    struct drawing d = {how, units, seed, 0, 0, value, has, times, scratch};
    size_t have = 0;
    while (have < draws && d.first - have <= draws / 10) {
        d.value = value + have;
        d.n = draws - have;
        cluster_run(cluster, (d.n + DRAWS_TOGETHER - 1) / DRAWS_TOGETHER, draw_block, &d);
        d.first += d.n;
        for (size_t i = 0; i < d.n; i++)
            if (has[i])
                value[have++] = d.value[i];
    }
    return have == draws && d.first - have <= draws / 10;
}

static bool draw_range(const struct resample *how, uint64_t seed, unsigned draws, double confidence,
                       struct interval *range)
{
    CLEANUP(mem_free) double *value = mem_get(draws, sizeof *value);
    if (draws == 0 || !draw_values(how, seed, draws, value))
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
    uint32_t wanted;
    size_t class_n;
    size_t units;
    struct class_count *count; /* (class_n) of all; `occurs` is read */
    struct unit_class *part;   /* (first[units]), units one after the other */
    size_t *first;             /* (units + 1) */
};

static bool classes_read(const void *sums, void *scratch, const uint32_t *times, double *ret_value)
{
    const struct class_sums *s = sums;
    struct class_count *count = scratch;
    memcpy(count, s->count, s->class_n * sizeof *count);
    for (size_t u = 0; u < s->units; u++) {
        for (size_t i = s->first[u]; times[u] > 0 && i < s->first[u + 1]; i++) {
            const struct unit_class *part = &s->part[i];
            struct class_count *of = &count[part->class_index];
            of->truth += (uint64_t)part->truth * times[u];
            of->guess += (uint64_t)part->guess * times[u];
            of->right += (uint64_t)part->right * times[u];
        }
    }
    return metric_counts(s->metric, s->wanted, count, s->class_n, ret_value);
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

/* Is this row one that a share counts? */
static bool is_counted(enum metric metric, const struct classes_view *view, size_t row)
{
    if (metric == METRIC_RECALL)
        return view->truth[row] == view->wanted;
    return metric != METRIC_PRECISION || view->guess[row] == view->wanted;
}

/* The range of a share (accuracy, precision, recall), over the units with a row that it counts. */
static struct interval share_range(enum metric metric, const struct classes_view *view,
                                   double confidence)
{
    CLEANUP(mem_free) uint64_t *hits = mem_get(view->units, sizeof *hits);
    CLEANUP(mem_free) uint64_t *sizes = mem_get(view->units, sizeof *sizes);
    size_t units = 0;
    for (size_t r = 0; r < view->n; r++) {
        bool counts = is_counted(metric, view, r);
        sizes[view->unit[r]] += counts;
        hits[view->unit[r]] += counts && view->truth[r] == view->guess[r];
    }
    for (size_t u = 0; u < view->units; u++) {
        if (sizes[u] == 0)
            continue;
        sizes[units] = sizes[u];
        hits[units++] = hits[u];
    }
    return interval_share(hits, sizes, units, confidence);
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

/* --- auc -------------------------------------------------------------------------------------- */

/* How many rows of a unit have one of the different scores. */
struct auc_cell {
    uint32_t rank;
    uint32_t unit;
    uint32_t wanted;
    uint32_t others;
};

struct auc_sums {
    const struct auc_cell *cell; /* (n) by rank, then unit */
    size_t n;
};

static int by_rank(const void *a, const void *b)
{
    const struct auc_cell *left = a;
    const struct auc_cell *right = b;
    if (left->rank != right->rank)
        return left->rank < right->rank ? -1 : 1;
    return (left->unit > right->unit) - (left->unit < right->unit);
}

/* Count the rows into cells (view->n); returns how many there are. */
static size_t count_scores(const struct classes_view *view, struct auc_cell *cell)
{
    CLEANUP(mem_free) uint32_t *rank = mem_get(view->n, sizeof *rank);
    size_t n = 0;
    metric_ranks(view->score, view->n, rank);
    for (size_t r = 0; r < view->n; r++) {
        bool wanted = view->truth[r] == view->wanted;
        cell[r] = (struct auc_cell){rank[r], view->unit[r], wanted, !wanted};
    }
    qsort(cell, view->n, sizeof *cell, by_rank);
    for (size_t r = 1; r < view->n; r++) {
        if (by_rank(&cell[n], &cell[r]) != 0) {
            cell[++n] = cell[r];
            continue;
        }
        cell[n].wanted += cell[r].wanted;
        cell[n].others += cell[r].others;
    }
    return view->n > 0 ? n + 1 : 0;
}

static bool auc_read(const void *sums, void *scratch, const uint32_t *times, double *ret_value)
{
    const struct auc_sums *s = sums;
    struct auc auc = {.wanted = 0};
    (void)scratch;
    for (size_t i = 0; i < s->n;) {
        uint64_t wanted = 0;
        uint64_t others = 0;
        uint32_t rank = s->cell[i].rank;
        for (; i < s->n && s->cell[i].rank == rank; i++) {
            wanted += (uint64_t)s->cell[i].wanted * times[s->cell[i].unit];
            others += (uint64_t)s->cell[i].others * times[s->cell[i].unit];
        }
        auc_add(&auc, wanted, others);
    }
    return auc_value(&auc, ret_value);
}

/* --- both of them ----------------------------------------------------------------------------- */

static bool draw_auc(const struct classes_view *view, uint64_t seed, unsigned draws,
                     double confidence, struct interval *range)
{
    CLEANUP(mem_free) struct auc_cell *cell = mem_get(view->n, sizeof *cell);
    const struct auc_sums sums = {cell, count_scores(view, cell)};
    const struct resample how = {&sums, view->units, 0, auc_read, view->cluster};
    const double most = AUC_STEPS_MOST / (double)view->n;
    const unsigned fewer = most > AUC_DRAWS_LEAST ? (unsigned)fmin(most, draws) : AUC_DRAWS_LEAST;
    draws = fewer < draws ? fewer : draws;
    return draw_range(&how, seed, draws, confidence, range);
}

static bool draw_counts(enum metric metric, const struct classes_view *view, uint64_t seed,
                        unsigned draws, double confidence, struct interval *range)
{
    CLEANUP(mem_free) struct class_count *count = mem_get(view->class_n, sizeof *count);
    CLEANUP(mem_free) struct unit_class *part = mem_get(view->n, 2 * sizeof *part);
    CLEANUP(mem_free) size_t *first = mem_get(view->units + 1, sizeof *first);
    struct class_sums sums = {metric, view->wanted, view->class_n, view->units, count, part, first};
    count_classes(view, &sums);
    const struct resample how = {&sums, view->units, view->class_n * sizeof *count, classes_read,
                                 view->cluster};
    return draw_range(&how, seed, draws, confidence, range);
}

struct interval interval_classes(enum metric metric, const struct classes_view *view, uint64_t seed,
                                 unsigned draws, double confidence)
{
    CLEANUP(mem_free) uint32_t *unit = mem_get(view->n, sizeof *unit);
    struct classes_view dense = *view;
    dense.unit = unit;
    dense.units = units_with_rows(view->unit, view->n, view->units, unit);
    if (metric == METRIC_ACCURACY || metric_of_one_class(metric) || dense.units == 0)
        return share_range(metric, &dense, confidence);
    struct interval share = share_range(METRIC_ACCURACY, &dense, confidence);
    struct interval range = {.low = 0, .high = 1, .units = dense.units};
    const struct class_rows rows = {.truth = view->truth,
                                    .guess = view->guess,
                                    .n = view->n,
                                    .class_n = view->class_n,
                                    .wanted = view->wanted,
                                    .score = view->score};
    if (!metric_classes(metric, &rows, &range.value) || dense.units < 2)
        return range;
    dense.units = bring_together(unit, view->n, dense.units);
    if (!(metric == METRIC_AUC ? draw_auc(&dense, seed, draws, confidence, &range)
                               : draw_counts(metric, &dense, seed, draws, confidence, &range)))
        return range;
    range.usable = true;
    widen_to(&range, &share);
    return range;
}

/* --- metrics of numbers -------------------------------------------------------------------- */

/* Sums over the rows of each unit (units). Truth is taken about `centre`, the mean of all, so that
 * squares about a draw's own mean do not cancel; all of it times a power of two (metric_scale). */
struct number_sums {
    enum metric metric;
    size_t units;
    double *rows;
    double *wrong;  /* |guess - truth|, or its square */
    double *truth;  /* r2: truth - centre */
    double *truth2; /* r2: (truth - centre)^2 */
};

/* A unit that was not drawn adds 0, which changes no bit: better than to ask each time. */
static bool errors_read(const void *sums, void *scratch, const uint32_t *times, double *ret_value)
{
    const struct number_sums *s = sums;
    double rows = 0;
    double wrong = 0;
    (void)scratch;
    for (size_t u = 0; u < s->units; u++) {
        rows += times[u] * s->rows[u];
        wrong += times[u] * s->wrong[u];
    }
    *ret_value = s->metric == METRIC_MAE ? wrong / rows : sqrt(wrong / rows);
    return true;
}

static bool r2_read(const void *sums, void *scratch, const uint32_t *times, double *ret_value)
{
    const struct number_sums *s = sums;
    double rows = 0;
    double wrong = 0;
    double truth = 0;
    double truth2 = 0;
    (void)scratch;
    for (size_t u = 0; u < s->units; u++) {
        rows += times[u] * s->rows[u];
        wrong += times[u] * s->wrong[u];
        truth += times[u] * s->truth[u];
        truth2 += times[u] * s->truth2[u];
    }
    double squares = truth2 - truth * truth / rows;
    if (!(squares > 0x1p-40 * truth2)) /* truth does not vary, but for rounding */
        return false;
    *ret_value = 1 - wrong / squares;
    return true;
}

static void add_numbers(const struct numbers_view *view, double by, struct number_sums *s)
{
    double sum = 0;
    for (size_t r = 0; r < view->n; r++)
        sum += view->truth[r] * by;
    double centre = sum / (double)view->n;
    for (size_t r = 0; r < view->n; r++) {
        uint32_t u = view->unit[r];
        double wrong = view->guess[r] * by - view->truth[r] * by;
        double away = view->truth[r] * by - centre;
        s->rows[u] += 1;
        s->wrong[u] += s->metric == METRIC_MAE ? fabs(wrong) : wrong * wrong;
        s->truth[u] += away;
        s->truth2[u] += away * away;
    }
}

static bool draw_numbers(struct number_sums *sums, const struct numbers_view *view, uint64_t seed,
                         unsigned draws, double confidence, struct interval *range)
{
    CLEANUP(mem_free) double *memory = mem_get(sums->units, 4 * sizeof *memory);
    int scale = metric_scale(view->truth, view->guess, view->n);
    sums->rows = memory;
    sums->wrong = memory + sums->units;
    sums->truth = memory + 2 * sums->units;
    sums->truth2 = memory + 3 * sums->units;
    add_numbers(view, ldexp(1, scale), sums);
    const struct resample how = {sums, sums->units, 0,
                                 sums->metric == METRIC_R2 ? r2_read : errors_read, view->cluster};
    if (!draw_range(&how, seed, draws, confidence, range))
        return false;
    if (sums->metric != METRIC_R2) {
        range->low = fmin(ldexp(range->low, -scale), DBL_MAX);
        range->high = fmin(ldexp(range->high, -scale), DBL_MAX);
    }
    return true;
}

struct interval interval_numbers(enum metric metric, const struct numbers_view *view, uint64_t seed,
                                 unsigned draws, double confidence)
{
    BUG_IF(metric_of_classes(metric));
    CLEANUP(mem_free) uint32_t *unit = mem_get(view->n, sizeof *unit);
    struct numbers_view dense = *view;
    size_t units = units_with_rows(view->unit, view->n, view->units, unit);
    struct interval range = {.units = units};
    dense.unit = unit;
    dense.units = bring_together(unit, view->n, units);
    range.low = metric == METRIC_R2 ? -HUGE_VAL : 0;
    range.high = metric == METRIC_R2 ? 1 : HUGE_VAL;
    if (!metric_numbers(metric, view->truth, view->guess, NULL, view->n, &range.value))
        return range;
    struct number_sums sums = {.metric = metric, .units = dense.units};
    if (units < 2 || !draw_numbers(&sums, &dense, seed, draws, confidence, &range))
        return range;
    range.usable = range.low < range.high; /* no width: nothing to judge by */
    return range;
}
