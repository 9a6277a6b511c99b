/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expected values: Python's fractions for everything rational (variances, slopes), mpmath 1.3 at 40
 * digits for quantiles; the bootstrap against a plain twin that weighs rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/mem.h"
#include "learn/interval.h"
#include "learn/rng.h"

static void close_to(double got, double want)
{
    if (!(fabs(got - want) <= 1e-11 * fabs(want)))
        fail_msg("%.17g, expected %.17g", got, want);
}

static void range_is(struct interval range, double low, double high)
{
    assert_true(range.usable);
    close_to(range.low, low);
    close_to(range.high, high);
}

static void one_item_a_unit_is_clopper_pearson(void **state)
{
    (void)state;
    uint64_t ones[61];
    uint64_t hits[61] = {0};
    for (size_t i = 0; i < 61; i++)
        ones[i] = 1;
    range_is(interval_share(hits, ones, 10, 0.95), 0, 0.30849710781876076249);
    for (size_t i = 0; i < 15; i++)
        hits[i + 2] = 1;
    struct interval range = interval_share(hits, ones, 20, 0.95);
    range_is(range, 0.50895412829204250115, 0.91342853089856544085);
    assert_true(range.value == 0.75);
    assert_int_equal(range.units, 20);
    range_is(interval_share(ones, ones, 61, 0.95), 0.94131877606770739058, 1);
}

static void units_of_several_items_are_korn_graubard(void **state)
{
    (void)state;
    static const uint64_t fours[] = {4, 4, 4, 4, 4, 4};
    static const uint64_t hits[] = {3, 4, 2, 4, 1, 3};
    /* worth 15.14 of 24 items, 9.807 after the adjustment; at 99 % 7.341 */
    range_is(interval_share(hits, fours, 6, 0.95), 0.35151478069555405044, 0.93866834211120525149);
    range_is(interval_share(hits, fours, 6, 0.99), 0.20863974685420206395, 0.98105329742350031208);
    static const uint64_t uneven[] = {10, 3, 8, 9, 10};
    static const uint64_t uneven_hits[] = {9, 1, 4, 7, 10};
    range_is(interval_share(uneven_hits, uneven, 5, 0.95), 0.40151977104656376669,
             0.9699430356577301992);
}

static void a_share_is_never_worth_more_than_its_items(void **state)
{
    (void)state;
    static const uint64_t fours[] = {4, 4, 4, 4, 4, 4, 4, 4};
    static const uint64_t hits[] = {3, 2, 3, 3, 2, 2, 3, 3};
    /* Less variance than chance gives: 111 items' worth of 32. With 11 wrong items no more than
     * 32 / (1 + 3 / 12) = 25.6 are believed; Clopper-Pearson of 16.8 of these (SciPy 1.10). */
    range_is(interval_share(hits, fours, 8, 0.95), 0.44394938100949705, 0.8308907078551739);
}

static void units_all_alike_are_worth_their_number(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {5, 3, 1, 9, 2};
    static const uint64_t none[5] = {0};
    range_is(interval_share(sizes, sizes, 5, 0.95), 0.4781762498950185778, 1);
    range_is(interval_share(none, sizes, 5, 0.95), 0, 1 - 0.4781762498950185778);
    static const uint64_t fours[] = {4, 4, 4, 4, 4, 4};
    static const uint64_t threes[] = {3, 3, 3, 3, 3, 3};
    range_is(interval_share(threes, fours, 6, 0.95), 0.2864230092541969277, 0.98137987288055781767);
    static const uint64_t mixed[] = {4, 8, 12};
    static const uint64_t mixed_hits[] = {3, 6, 9};
    struct interval mixed_range = interval_share(mixed_hits, mixed, 3, 0.95);
    struct interval fours_range = interval_share(threes, fours, 3, 0.95);
    assert_true(mixed_range.low == fours_range.low && mixed_range.high == fours_range.high);
}

static void fewer_than_two_units_have_no_range(void **state)
{
    (void)state;
    static const uint64_t size = 20;
    static const uint64_t hit = 15;
    struct interval one = interval_share(&hit, &size, 1, 0.95);
    assert_true(!one.usable && one.value == 0.75 && one.low == 0 && one.high == 1);
    assert_false(interval_share(NULL, NULL, 0, 0.95).usable);
    static const double x = 3;
    assert_false(interval_mean(&x, 1, 0.95).usable);
    assert_false(interval_mean(NULL, 0, 0.95).usable);
    assert_false(interval_slope(&x, &x, 1, 0.95).usable);
    assert_false(interval_slope(NULL, NULL, 0, 0.95).usable);
}

static void a_mean_takes_students_t(void **state)
{
    (void)state;
    static const double value[] = {-5, 3, -2.5, -7, 0.5};
    struct interval range = interval_mean(value, 5, 0.95);
    close_to(range.value, -2.2);
    range_is(range, -7.2168450079115669143, 2.816845007911566559);
    static const double same[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
    struct interval flat = interval_mean(same, 6, 0.95);
    assert_true(!flat.usable && flat.value == 0.1);
    assert_int_equal(verdict_of(&flat, AT_LEAST, 0, 0), VERDICT_UNDECIDED);
}

static void a_slope_takes_students_t(void **state)
{
    (void)state;
    static const double x[] = {1, 2, 3, 4, 5, 6};
    static const double y[] = {2, 1, 4, 3, 7, 5};
    struct interval range = interval_slope(x, y, 6, 0.95);
    close_to(range.value, 32.0 / 35);
    range_is(range, -0.064795052978046030132, 1.8933664815494746016);
    static const double flat[] = {2, 2, 2, 2, 2, 2};
    assert_false(interval_slope(flat, y, 6, 0.95).usable);
    assert_false(interval_slope(x, flat, 6, 0.95).usable);
    static const double line[] = {0.1, 0.4, 0.7, 1.0, 1.3, 1.6};
    assert_false(interval_slope(x, line, 6, 0.95).usable);
    assert_false(interval_slope(x, y, 2, 0.95).usable);
}

/* The winters of one lake with a known duration; false without the file. */
static bool lake_ice(struct str lake, double *year, double *days, size_t *n)
{
    char path[512];
    const char *shared = getenv("ALLMENDE_SHARED");
    snprintf(path, sizeof path, "%s/data/lake-ice/ntl_icecover.csv", shared ? shared : "../shared");
    FILE *file = fopen(path, "r");
    if (!file)
        return false;
    char line[256];
    *n = 0;
    while (fgets(line, sizeof line, file) && *n < 400) {
        struct str rest = str_trim(str_of(line));
        struct str cell[5] = {{0}};
        for (size_t i = 0; i < 5 && str_cut(&rest, ',', &cell[i]); i++)
            continue;
        uint64_t whole_days = 0;
        uint64_t whole_year = 0;
        while (str_ends(cell[4], STR("\n")) || str_ends(cell[4], STR("\r")))
            cell[4].n--;
        if (!str_eq(cell[0], lake) || !str_uint(cell[3], 1000, &whole_days) ||
            !str_uint(cell[4], 3000, &whole_year))
            continue;
        year[*n] = (double)whole_year;
        days[(*n)++] = (double)whole_days;
    }
    fclose(file);
    return true;
}

static void lake_ice_gets_shorter(void **state)
{
    (void)state;
    double year[400];
    double days[400];
    size_t n = 0;
    if (!lake_ice(STR("Lake Mendota"), year, days, &n)) {
        printf("skipped: no lake-ice under ALLMENDE_SHARED\n");
        skip();
    }
    assert_int_equal(n, 165);
    struct interval mendota = interval_slope(year, days, n, 0.95);
    close_to(mendota.value, -0.19462773488633024337);
    range_is(mendota, -0.25050415336928629592, -0.13875131640337419081);
    assert_true(lake_ice(STR("Lake Monona"), year, days, &n));
    assert_int_equal(n, 166);
    range_is(interval_slope(year, days, n, 0.95), -0.2642466930348923784, -0.15682809461998666664);
}

/* --- bootstrap: 40 units of 1 to 6 rows; every tenth unit holds the rare class 2 ---------------
 */

enum { UNITS = 40, ROWS_MAX = 240, DRAWS = 500 };

struct sample {
    uint32_t truth[ROWS_MAX];
    uint32_t guess[ROWS_MAX];
    uint32_t unit[ROWS_MAX];
    double y[ROWS_MAX];
    double z[ROWS_MAX];
    size_t n;
};

static struct sample sample_of(uint64_t seed)
{
    struct sample s = {.n = 0};
    for (uint32_t u = 0; u < UNITS; u++) {
        size_t rows = 1 + (size_t)rng_below(seed, 0, u, 6);
        for (size_t r = 0; r < rows; r++, s.n++) {
            uint32_t truth = u % 10 < 2 ? 2 : (uint32_t)rng_below(seed, 1, s.n, 2);
            bool right = rng_below(seed, 2, s.n, 4) > 0;
            s.truth[s.n] = truth;
            s.guess[s.n] = right ? truth : (uint32_t)rng_below(seed, 3, s.n, 3);
            s.unit[s.n] = UNITS - 1 - u; /* not in the order of the rows */
            s.y[s.n] = 100 + 3 * rng_unit(seed, 4, s.n) + truth;
            s.z[s.n] = s.y[s.n] + rng_unit(seed, 5, s.n) - 0.4;
        }
    }
    return s;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The plain twin: weigh rows by how often their unit was drawn, 2.5 % off each end. */
static void plain_bootstrap(enum metric metric, const struct sample *s, uint64_t seed,
                            double ret_ends[2])
{
    double value[DRAWS];
    size_t have = 0;
    for (uint64_t draw = 0; have < DRAWS; draw++) {
        uint32_t weight[ROWS_MAX] = {0};
        for (size_t u = 0; u < UNITS; u++) {
            uint64_t drawn = rng_below(seed, draw, u, UNITS);
            for (size_t r = 0; r < s->n; r++)
                weight[r] += s->unit[r] == drawn;
        }
        const struct class_rows rows = {.truth = s->truth,
                                        .guess = s->guess,
                                        .weight = weight,
                                        .n = s->n,
                                        .class_n = 3,
                                        .wanted = 1,
                                        .score = s->z};
        bool has_value = metric_of_classes(metric)
                             ? metric_classes(metric, &rows, &value[have])
                             : metric_numbers(metric, s->y, s->z, weight, s->n, &value[have]);
        have += has_value;
    }
    qsort(value, DRAWS, sizeof *value, by_value);
    ret_ends[0] = value[12]; /* floor(500 * 0.025) */
    ret_ends[1] = value[DRAWS - 1 - 12];
}

static void drawing_units_is_weighing_rows(void **state)
{
    (void)state;
    struct sample s = sample_of(7);
    const struct cluster three = {.threads = 3};
    struct classes_view classes = {.truth = s.truth,
                                   .guess = s.guess,
                                   .unit = s.unit,
                                   .n = s.n,
                                   .class_n = 3,
                                   .units = UNITS,
                                   .wanted = 1,
                                   .score = s.z,
                                   .cluster = &three};
    struct numbers_view numbers = {s.y, s.z, s.unit, s.n, UNITS, &three};
    double ends[2];
    for (int i = METRIC_BALANCED_ACCURACY; i < METRIC_COUNT; i++) {
        enum metric metric = (enum metric)i;
        if (metric_of_one_class(metric)) /* they have a formula */
            continue;
        struct interval range = metric_of_classes(metric)
                                    ? interval_classes(metric, &classes, 99, DRAWS, 0.95)
                                    : interval_numbers(metric, &numbers, 99, DRAWS, 0.95);
        plain_bootstrap(metric, &s, 99, ends);
        assert_true(range.usable && range.units == UNITS);
        assert_true(range.low < range.value && range.value < range.high);
        if (!metric_of_classes(metric)) {
            close_to(range.low, ends[0]);
            close_to(range.high, ends[1]);
            continue;
        }
        struct interval share = interval_classes(METRIC_ACCURACY, &classes, 99, DRAWS, 0.95);
        double low = range.value - (share.value - share.low);
        double high = range.value + (share.high - share.value);
        assert_true(range.low == fmin(ends[0], low));
        assert_true(range.high == fmin(fmax(ends[1], high), 1));
    }
}

/* Recall of class 2: the units whose rows are 2, i.e. u % 10 < 2, and only their rows. */
static void shares_of_a_class_take_their_formula_over_its_units(void **state)
{
    (void)state;
    struct sample s = sample_of(11);
    uint64_t hits[UNITS] = {0};
    uint64_t sizes[UNITS] = {0};
    struct classes_view view = {.truth = s.truth,
                                .guess = s.guess,
                                .unit = s.unit,
                                .n = s.n,
                                .class_n = 3,
                                .units = UNITS,
                                .wanted = 2};
    for (size_t r = 0; r < s.n; r++) {
        sizes[s.unit[r]] += s.truth[r] == 2;
        hits[s.unit[r]] += s.truth[r] == 2 && s.guess[r] == 2;
    }
    size_t units = 0;
    for (size_t u = 0; u < UNITS; u++) {
        hits[units] = hits[u];
        sizes[units] = sizes[u];
        units += sizes[u] > 0;
    }
    assert_true(units > 2 && units < UNITS);
    struct interval want = interval_share(hits, sizes, units, 0.95);
    struct interval got = interval_classes(METRIC_RECALL, &view, 1, DRAWS, 0.95);
    assert_int_equal(got.units, units);
    assert_true(got.value == want.value && got.low == want.low && got.high == want.high);
    view.wanted = 7; /* a class that nobody has */
    got = interval_classes(METRIC_PRECISION, &view, 1, DRAWS, 0.95);
    assert_true(!got.usable && got.units == 0 && got.low == 0 && got.high == 1);
}

static void the_same_seed_gives_the_same_range(void **state)
{
    (void)state;
    struct sample s = sample_of(8);
    struct numbers_view view = {s.y, s.z, s.unit, s.n, UNITS, NULL};
    struct interval a = interval_numbers(METRIC_RMSE, &view, 5, DRAWS, 0.95);
    struct interval b = interval_numbers(METRIC_RMSE, &view, 5, DRAWS, 0.95);
    struct interval c = interval_numbers(METRIC_RMSE, &view, 6, DRAWS, 0.95);
    struct interval wider = interval_numbers(METRIC_RMSE, &view, 5, DRAWS, 0.99);
    assert_true(a.low == b.low && a.high == b.high);
    assert_true(a.low != c.low && a.high != c.high);
    assert_true(wider.low < a.low && wider.high > a.high);
}

/* 100,000 units of one row whose errors are even between 0 and 1: their mean varies by
 * sqrt(1 / 12 / 100,000), however many of them are drawn together. */
static void many_units_vary_as_theory_says(void **state)
{
    enum { N = 100000, MANY_DRAWS = 2000 };
    static double truth[N], guess[N];
    static uint32_t unit[N];
    (void)state;
    for (uint32_t r = 0; r < N; r++) {
        unit[r] = r;
        guess[r] = rng_unit(3, 1, r);
    }
    const struct numbers_view view = {truth, guess, unit, N, N, NULL};
    struct interval got = interval_numbers(METRIC_MAE, &view, 4, MANY_DRAWS, 0.95);
    double half = 1.959964 * sqrt(1. / 12 / N);
    assert_int_equal(got.units, N);
    assert_true(fabs(got.value - 0.5) < 5 * half);
    assert_true(fabs((got.value - got.low) / half - 1) < 0.1);
    assert_true(fabs((got.high - got.value) / half - 1) < 0.1);
}

static void units_without_rows_are_none(void **state)
{
    (void)state;
    struct sample s = sample_of(9);
    struct classes_view view = {
        .truth = s.truth, .guess = s.guess, .unit = s.unit, .n = s.n, .class_n = 3, .units = UNITS};
    struct interval range = interval_classes(METRIC_MACRO_F1, &view, 5, DRAWS, 0.95);
    for (size_t r = 0; r < s.n; r++)
        s.unit[r] = s.unit[r] * 3 + 1;
    view.units = 3 * UNITS + 5;
    struct interval spread = interval_classes(METRIC_MACRO_F1, &view, 5, DRAWS, 0.95);
    assert_int_equal(spread.units, UNITS);
    assert_true(range.low == spread.low && range.high == spread.high);
}

static void no_metric_is_surer_than_accuracy(void **state)
{
    (void)state;
    static const uint32_t truth[] = {0, 1, 0, 1, 0, 1};
    static const uint32_t unit[] = {0, 1, 2, 3, 4, 5};
    struct classes_view view = {
        .truth = truth, .guess = truth, .unit = unit, .n = 6, .class_n = 2, .units = 6};
    struct interval range = interval_classes(METRIC_MACRO_F1, &view, 1, DRAWS, 0.95);
    /* every draw is perfect; Clopper-Pearson of 6 of 6: 0.025^(1/6) */
    range_is(range, 0.5407418735600995, 1);
    assert_true(range.value == 1);
}

/* 12 units, of which `rare` have class 1: a draw lacks it with the chance ((12 - rare) / 12)^12. */
static struct interval with_rare(uint32_t rare)
{
    uint32_t truth[12];
    uint32_t guess[12];
    uint32_t unit[12];
    for (uint32_t i = 0; i < 12; i++) {
        truth[i] = i < rare;
        guess[i] = i % 4 == 0;
        unit[i] = i;
    }
    struct classes_view view = {
        .truth = truth, .guess = guess, .unit = unit, .n = 12, .class_n = 2, .units = 12};
    return interval_classes(METRIC_BALANCED_ACCURACY, &view, 3, 5000, 0.95);
}

static void too_many_draws_without_a_class_leave_it_undecided(void **state)
{
    (void)state;
    assert_true(with_rare(3).usable);     /* 3.2 % of the draws lack it */
    struct interval range = with_rare(1); /* 35 % */
    assert_false(range.usable);
    assert_int_equal(verdict_of(&range, AT_LEAST, 0, 0), VERDICT_UNDECIDED);
    assert_int_equal(verdict_more_units(&range, 0.1, 0), SIZE_MAX);
}

/* --- verdicts -------------------------------------------------------------------------------- */

static void the_verdict_comes_from_the_range_never_the_point(void **state)
{
    (void)state;
    struct interval range = {.value = 0.8, .low = 0.7, .high = 0.9, .units = 5, .usable = true};
    assert_int_equal(verdict_of(&range, AT_LEAST, 0.7, 0), VERDICT_SUPPORTED);
    assert_int_equal(verdict_of(&range, AT_LEAST, 0.75, 0), VERDICT_UNDECIDED);
    assert_int_equal(verdict_of(&range, AT_LEAST, 0.9, 0), VERDICT_UNDECIDED);
    assert_int_equal(verdict_of(&range, AT_LEAST, 0.91, 0), VERDICT_NOT_SUPPORTED);
    assert_int_equal(verdict_of(&range, AT_MOST, 0.9, 0), VERDICT_SUPPORTED);
    assert_int_equal(verdict_of(&range, AT_MOST, 0.85, 0), VERDICT_UNDECIDED);
    assert_int_equal(verdict_of(&range, AT_MOST, 0.7, 0), VERDICT_UNDECIDED);
    assert_int_equal(verdict_of(&range, AT_MOST, 0.69, 0), VERDICT_NOT_SUPPORTED);
    assert_int_equal(verdict_of(&range, AT_LEAST, 0.5, 6), VERDICT_UNDECIDED);
    range.units = 4;
    assert_int_equal(verdict_of(&range, AT_LEAST, 0.5, 1), VERDICT_UNDECIDED);
    range.units = 40;
    range.usable = false;
    assert_int_equal(verdict_of(&range, AT_LEAST, 0.5, 1), VERDICT_UNDECIDED);
    assert_int_equal(verdict_of(&range, AT_MOST, 0.95, 1), VERDICT_UNDECIDED);
}

static void more_units_shrink_the_range_with_their_root(void **state)
{
    (void)state;
    struct interval range = {.value = 0.75, .low = 0.5, .high = 0.875, .units = 20, .usable = true};
    assert_int_equal(verdict_more_units(&range, 0.5, 0), 0);
    assert_int_equal(verdict_more_units(&range, 0.9, 0), 0);
    /* 1/4 must become 1/8: four times the units */
    assert_int_equal(verdict_more_units(&range, 0.625, 0), 60);
    /* 1/8 must become 1/16, on the other side */
    assert_int_equal(verdict_more_units(&range, 0.8125, 0), 60);
    assert_int_equal(verdict_more_units(&range, 0.75, 0), SIZE_MAX);
    assert_int_equal(verdict_more_units(&range, 0.7501, 0), SIZE_MAX);
    range.units = 3;
    assert_int_equal(verdict_more_units(&range, 0.4, 0), 2);
}

static void words_of_the_record_lead_there_and_back(void **state)
{
    (void)state;
    enum comparator comparator = AT_LEAST;
    assert_true(comparator_by_name(STR("at_most"), &comparator) && comparator == AT_MOST);
    assert_false(comparator_by_name(STR("at most"), &comparator));
    assert_string_equal(comparator_name(AT_LEAST), "at_least");
    assert_string_equal(verdict_name(VERDICT_NOT_SUPPORTED), "not_supported");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_item_a_unit_is_clopper_pearson),
        cmocka_unit_test(units_of_several_items_are_korn_graubard),
        cmocka_unit_test(a_share_is_never_worth_more_than_its_items),
        cmocka_unit_test(units_all_alike_are_worth_their_number),
        cmocka_unit_test(fewer_than_two_units_have_no_range),
        cmocka_unit_test(a_mean_takes_students_t),
        cmocka_unit_test(a_slope_takes_students_t),
        cmocka_unit_test(lake_ice_gets_shorter),
        cmocka_unit_test(drawing_units_is_weighing_rows),
        cmocka_unit_test(shares_of_a_class_take_their_formula_over_its_units),
        cmocka_unit_test(the_same_seed_gives_the_same_range),
        cmocka_unit_test(many_units_vary_as_theory_says),
        cmocka_unit_test(units_without_rows_are_none),
        cmocka_unit_test(no_metric_is_surer_than_accuracy),
        cmocka_unit_test(too_many_draws_without_a_class_leave_it_undecided),
        cmocka_unit_test(the_verdict_comes_from_the_range_never_the_point),
        cmocka_unit_test(more_units_shrink_the_range_with_their_root),
        cmocka_unit_test(words_of_the_record_lead_there_and_back),
    };
    return cmocka_run_group_tests_name("interval", tests, NULL, NULL);
}
