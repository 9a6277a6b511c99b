/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Do the ranges of measures about the world hold what they say? Data are drawn whose truth is
 * known; counted is how often the 95 % range holds it, and how often a guess whose mark is the
 * truth itself is called supported.
 *
 * Units have 1 to 2 items - 1 rows, so their means are not equally sure. rho is the correlation of
 * two rows of a unit. Three kinds of values: normal; counts (Poisson, the unit's mean from a gamma
 * distribution); zero-inflated (6 of 10 rows are 0, the others counts of mean 5, nearly all noughts
 * in some units). No function under test takes part in the drawing.
 *
 * With ALLMENDE_SOAK=1: 4,000 replications, every cell on standard output and the table of
 * docs/design/intervals.md on standard error; otherwise 200 with 5 and 20 units.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "learn/agreement.h"
#include "learn/rng.h"

enum { UNITS_MOST = 100, ROWS_MOST = 40, ANSWERS_MOST = UNITS_MOST * 20, SEED = 20261122 };

struct setting {
    size_t units;
    unsigned items;
    double rho;
};

/* --- drawing ----------------------------------------------------------------------------------*/

struct dice {
    uint64_t stream;
    uint64_t index;
};

static double unit(struct dice *d)
{
    return rng_unit(SEED, d->stream, d->index++);
}

/* SOURCE: Box & Muller 1958. */
static double normal(struct dice *d)
{
    double r = sqrt(-2 * log(1 - unit(d)));
    return r * cos(6.283185307179586 * unit(d));
}

/* SOURCE: Marsaglia & Tsang 2000, ACM TOMS 26(3); shape >= 1. */
static double gamma_of(struct dice *d, double shape)
{
    double a = shape - 1.0 / 3;
    double c = 1 / sqrt(9 * a);
    for (;;) {
        double x = normal(d);
        double v = (1 + c * x) * (1 + c * x) * (1 + c * x);
        if (v > 0 && log(1 - unit(d)) < x * x / 2 + a - a * v + a * log(v))
            return a * v;
    }
}

static double poisson(struct dice *d, double mean)
{
    double n = 0;
    for (; mean > 20; mean -= 20)
        for (double left = exp(-20.0); (left /= 1 - unit(d)) < 1;)
            n++;
    for (double left = exp(-mean); (left /= 1 - unit(d)) < 1;)
        n++;
    return n;
}

static unsigned rows_of(struct dice *d, const struct setting *s)
{
    return 1 + (unsigned)(unit(d) * (2 * s->items - 1));
}

enum kind { NORMAL = 0, COUNTS, ZEROS, SKEWED };

/* The sum over `rows` rows of a unit whose values have this mean (NORMAL: and variance 1). */
static double unit_sum(struct dice *d, const struct setting *s, enum kind kind, double mean,
                       unsigned rows)
{
    double rho = s->rho;
    if (kind == NORMAL || kind == SKEWED)
        return rows * (mean + sqrt(rho) * normal(d)) + sqrt(rows * (1 - rho)) * normal(d);
    if (kind == COUNTS) {
        double shape = rho > 0 ? (1 - rho) * mean / rho : 0;
        double factor = rho > 0 ? gamma_of(d, shape + 1) * pow(1 - unit(d), 1 / shape) / shape : 1;
        return poisson(d, rows * mean * factor);
    }
    double weight = rho > 0 ? (1 - rho) / rho : 0; /* Polya's urn: who is not 0? */
    unsigned some = 0;
    for (unsigned i = 0; i < rows; i++) {
        double chance = rho > 0 ? (0.4 * weight + some) / (weight + i) : 0.4;
        some += unit(d) < chance;
    }
    return poisson(d, some * mean / 0.4);
}

/* --- measures ---------------------------------------------------------------------------------*/

struct sample {
    double x[UNITS_MOST];
    double y[UNITS_MOST];
};

typedef struct interval range_of(const struct setting *s, enum kind kind, struct dice *d,
                                 double *ret_truth);

static struct interval sides_of(const struct setting *s, enum kind kind, struct dice *d, bool ratio)
{
    double value[2][2 * UNITS_MOST] = {{0}};
    uint8_t has[2][2 * UNITS_MOST] = {{0}};
    for (size_t u = 0; u < 2 * s->units; u++) {
        int side = u < s->units ? 0 : 1;
        unsigned rows = rows_of(d, s);
        double mean = kind == NORMAL ? (side ? 8 : 4) : (side ? 4 : 2);
        value[side][u] = unit_sum(d, s, kind, mean, rows) / rows;
        has[side][u] = 1;
    }
    const struct interval_sides sides = {{value[0], value[1]}, {has[0], has[1]}, 2 * s->units};
    return ratio ? interval_mean_ratio(&sides, 0.95) : interval_difference(&sides, 0.95);
}

static struct interval difference(const struct setting *s, enum kind kind, struct dice *d,
                                  double *ret_truth)
{
    *ret_truth = kind == NORMAL ? -4 : -2;
    return sides_of(s, kind, d, false);
}

static struct interval mean_ratio(const struct setting *s, enum kind kind, struct dice *d,
                                  double *ret_truth)
{
    *ret_truth = 0.5;
    return sides_of(s, kind, d, true);
}

/* The same unit on both sides: what it has in common cancels. */
static struct interval paired(const struct setting *s, enum kind kind, struct dice *d,
                              double *ret_truth)
{
    double value[UNITS_MOST];
    for (size_t u = 0; u < s->units; u++) {
        unsigned rows[2] = {rows_of(d, s), rows_of(d, s)};
        double place = kind == NORMAL ? 3 * normal(d) : 0;
        double first = unit_sum(d, s, kind, 2, rows[0]) / rows[0] + place;
        value[u] = first - unit_sum(d, s, kind, 4, rows[1]) / rows[1] - place;
    }
    *ret_truth = -2;
    return interval_mean(value, s->units, 0.95);
}

/* Catch per effort; effort between 0.5 and 1.5 a row, mean 1. */
static struct interval ratio(const struct setting *s, enum kind kind, struct dice *d,
                             double *ret_truth)
{
    struct sample a;
    for (size_t u = 0; u < s->units; u++) {
        unsigned rows = rows_of(d, s);
        double per_row = 0.5 + unit(d);
        a.x[u] = rows * per_row;
        a.y[u] = unit_sum(d, s, kind, kind == NORMAL ? 4 : 2, rows) * per_row;
    }
    *ret_truth = kind == NORMAL ? 4 : 2;
    return interval_ratio(a.y, a.x, s->units, 0.95);
}

static struct interval slope(const struct setting *s, enum kind kind, struct dice *d,
                             double *ret_truth)
{
    struct sample a;
    for (size_t u = 0; u < s->units; u++) {
        unsigned rows = rows_of(d, s);
        a.x[u] = unit(d) * 10;
        a.y[u] = unit_sum(d, s, kind, 2, rows) / rows + 0.5 * a.x[u];
    }
    *ret_truth = 0.5;
    return interval_slope(a.x, a.y, s->units, 0.95);
}

/* The mean of slopes in units of at least 3 rows; the slopes differ between units by rho. */
static struct interval slope_within(const struct setting *s, enum kind kind, struct dice *d,
                                    double *ret_truth)
{
    const struct setting row = {1, 1, 0};
    double value[UNITS_MOST];
    for (size_t u = 0; u < s->units; u++) {
        unsigned rows = rows_of(d, s) + 2;
        double own = 0.5 + s->rho * normal(d);
        double x[ROWS_MOST + 2];
        double y[ROWS_MOST + 2];
        double sum[2] = {0, 0};
        double xx = 0;
        double xy = 0;
        for (unsigned r = 0; r < rows; r++) {
            x[r] = unit(d) * 10;
            y[r] = own * x[r] + unit_sum(d, &row, kind, 2, 1);
            sum[0] += x[r];
            sum[1] += y[r];
        }
        for (unsigned r = 0; r < rows; r++) {
            xx += (x[r] - sum[0] / rows) * (x[r] - sum[0] / rows);
            xy += (x[r] - sum[0] / rows) * (y[r] - sum[1] / rows);
        }
        value[u] = xy / xx;
    }
    *ret_truth = 0.5;
    return interval_mean(value, s->units, 0.95);
}

/* True values have this correlation, and units are seen without error; SKEWED: exponential. rho 0,
 * 0.1, 0.3 stands for correlations of 0, 0.5, 0.9. */
static struct interval correlation(const struct setting *s, enum kind kind, struct dice *d,
                                   double *ret_truth)
{
    struct sample a;
    double r = s->rho > 0.2 ? 0.9 : s->rho > 0 ? 0.5 : 0;
    for (size_t u = 0; u < s->units; u++) {
        double shared = kind == NORMAL ? normal(d) : -log(1 - unit(d));
        double own[2] = {kind == NORMAL ? normal(d) : -log(1 - unit(d)),
                         kind == NORMAL ? normal(d) : -log(1 - unit(d))};
        a.x[u] = sqrt(r) * shared + sqrt(1 - r) * own[0];
        a.y[u] = sqrt(r) * shared + sqrt(1 - r) * own[1];
    }
    *ret_truth = r;
    return interval_correlation(a.x, a.y, s->units, 0.95);
}

static struct interval answers(const struct setting *s, enum agreement_level level,
                               const double *share, uint32_t kinds, struct dice *d)
{
    static uint32_t item[ANSWERS_MOST];
    static uint32_t answer[ANSWERS_MOST];
    static const double value[] = {0, 1, 2, 3};
    double knows = s->rho > 0.2 ? 0.9 : s->rho > 0 ? 0.6 : 0.3;
    size_t n = 0;
    for (uint32_t u = 0; u < s->units; u++) {
        uint32_t said[21];
        for (unsigned i = 0; i <= s->items; i++) { /* the last one is the truth */
            double at = unit(d);
            for (said[i] = 0; said[i] + 1 < kinds && at >= share[said[i]]; said[i]++)
                at -= share[said[i]];
        }
        for (unsigned i = 0; i < s->items; i++, n++) {
            item[n] = u;
            answer[n] = unit(d) < knows ? said[s->items] : said[i];
        }
    }
    const struct answer_sheet sheet = {item, answer, n, s->units, kinds, value, level};
    return agreement_range(&sheet, 0.95).range;
}

/* A person knows the answer with a chance of 0.3, 0.6, 0.9 (in place of rho) and else says
 * anything; so does chance, and alpha is the square of that, on each level. Two kinds of items,
 * alike (NORMAL), 3 to 1 (COUNTS), 6 to 1 (ZEROS); four steps (SKEWED), ordinal. */
static struct interval alpha(const struct setting *s, enum kind kind, struct dice *d,
                             double *ret_truth)
{
    static const double shares[][4] = {[NORMAL] = {0.5, 0.5},
                                       [COUNTS] = {0.75, 0.25},
                                       [ZEROS] = {0.86, 0.14},
                                       [SKEWED] = {0.4, 0.3, 0.2, 0.1}};
    double knows = s->rho > 0.2 ? 0.9 : s->rho > 0 ? 0.6 : 0.3;
    *ret_truth = knows * knows;
    return kind == SKEWED ? answers(s, LEVEL_ORDINAL, shares[kind], 4, d)
                          : answers(s, LEVEL_NOMINAL, shares[kind], 2, d);
}

/* --- counting ---------------------------------------------------------------------------------*/

/* What each must hold: with normal values 94 % and 5 %; else what was measured, so that nothing
 * gets worse unseen. */
struct measure {
    const char *name;
    range_of *range;
    enum kind kind;
    double coverage_min;
    double supported_max;
};

static const struct measure measures[] = {
    {"mean_difference, normal", difference, NORMAL, 0.94, 0.05},
    {"mean_difference, counts", difference, COUNTS, 0.94, 0.05},
    {"mean_difference, zero-inflated", difference, ZEROS, 0.93, 0.06},
    {"mean_difference within, normal", paired, NORMAL, 0.94, 0.05},
    {"mean_difference within, counts", paired, COUNTS, 0.94, 0.05},
    {"mean_difference within, zero-inflated", paired, ZEROS, 0.94, 0.05},
    {"ratio by, normal", ratio, NORMAL, 0.94, 0.05},
    {"ratio by, counts", ratio, COUNTS, 0.94, 0.05},
    {"ratio by, zero-inflated", ratio, ZEROS, 0.94, 0.05},
    {"ratio of means, normal", mean_ratio, NORMAL, 0.94, 0.05},
    {"ratio of means, counts", mean_ratio, COUNTS, 0.94, 0.05},
    {"ratio of means, zero-inflated", mean_ratio, ZEROS, 0.94, 0.05},
    {"slope, normal", slope, NORMAL, 0.94, 0.05},
    {"slope, counts", slope, COUNTS, 0.94, 0.05},
    {"slope, zero-inflated", slope, ZEROS, 0.94, 0.05},
    {"slope within, normal", slope_within, NORMAL, 0.94, 0.05},
    {"slope within, counts", slope_within, COUNTS, 0.94, 0.05},
    {"correlation, normal", correlation, NORMAL, 0.94, 0.05},
    {"correlation, exponential", correlation, SKEWED, 0.92, 0.05},
    {"alpha, 1 : 1", alpha, NORMAL, 0.93, 0.07},
    {"alpha, 3 : 1", alpha, COUNTS, 0.94, 0.05},
    {"alpha, 6 : 1", alpha, ZEROS, 0.94, 0.05},
    {"alpha, four steps, ordinal", alpha, SKEWED, 0.915, 0.08},
};

struct outcome {
    double coverage;
    double supported; /* the worse one of at_least and at_most */
    double at_least;  /* of at_least alone */
    double open;      /* no range, or too few units: never wrong */
};

static struct outcome simulate(const struct measure *m, const struct setting *s, uint64_t stream,
                               unsigned replications)
{
    unsigned covered = 0;
    unsigned least = 0;
    unsigned most = 0;
    unsigned open = 0;
    for (unsigned r = 0; r < replications; r++) {
        struct dice dice = {stream << 32 | r, 0};
        double truth;
        struct interval range = m->range(s, m->kind, &dice, &truth);
        covered += !range.usable || (range.low <= truth && truth <= range.high);
        least += verdict_of(&range, AT_LEAST, truth, 0) == VERDICT_SUPPORTED;
        most += verdict_of(&range, AT_MOST, truth, 0) == VERDICT_SUPPORTED;
        open += !range.usable;
    }
    unsigned worse = least > most ? least : most;
    return (struct outcome){(double)covered / replications, (double)worse / replications,
                            (double)least / replications, (double)open / replications};
}

/* Three standard errors of a simulated share. */
static double slack(double share, unsigned replications)
{
    return 3 * sqrt(share * (1 - share) / replications);
}

static bool is_soak(void)
{
    const char *soak = getenv("ALLMENDE_SOAK");
    return soak && strcmp(soak, "1") == 0;
}

/* Two numbers of items and three rho for one number of units; the worst of the six are told. */
static unsigned judge_units(const struct measure *m, size_t number, size_t units, unsigned n)
{
    static const unsigned items[] = {4, 20};
    static const double rho[] = {0, 0.1, 0.3};
    struct outcome worst = {1, 0, 0, 0};
    unsigned wrong = 0;
    for (uint64_t i = 0; i < 6; i++) {
        struct setting s = {units, items[i / 3], rho[i % 3]};
        uint64_t stream = (uint64_t)number << 16 | units << 4 | i;
        struct outcome got = simulate(m, &s, stream, n);
        bool fails = got.coverage < m->coverage_min - slack(m->coverage_min, n) ||
                     got.supported > m->supported_max + slack(m->supported_max, n);
        if (fails || is_soak())
            printf("%s | %zu units | %u items | rho %.1f | %.3f | %.3f | at least %.3f | open "
                   "%.3f%s\n",
                   m->name, units, s.items, s.rho, got.coverage, got.supported, got.at_least,
                   got.open, fails ? " fails" : "");
        worst.coverage = fmin(worst.coverage, got.coverage);
        worst.supported = fmax(worst.supported, got.supported);
        worst.open = fmax(worst.open, got.open);
        wrong += fails;
    }
    if (is_soak())
        fprintf(stderr, " %.3f / %.3f%s |", worst.coverage, worst.supported,
                worst.open > 0.5 ? " *" : "");
    return wrong;
}

static void ranges_hold_what_they_say(void **state)
{
    (void)state;
    static const size_t all[] = {5, 8, 12, 20, 50, 100};
    unsigned n = is_soak() ? 4000 : 200;
    unsigned wrong = 0;
    for (size_t m = 0; m < COUNT_OF(measures); m++) {
        if (is_soak())
            fprintf(stderr, "| %s |", measures[m].name);
        for (size_t u = 0; u < COUNT_OF(all); u++)
            if (is_soak() || all[u] == 5 || all[u] == 20)
                wrong += judge_units(&measures[m], m, all[u], n);
        if (is_soak())
            fprintf(stderr, "\n");
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_hold_what_they_say),
    };
    return cmocka_run_group_tests_name("coverage of measures about the world", tests, NULL, NULL);
}
