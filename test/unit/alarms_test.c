/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Alarms: each is raised by a table made for it, and tables whose rows are independent raise
 * hardly any. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "learn/rng.h"
#include "train/alarms.h"

static const struct cluster one = {.threads = 1}, three = {.threads = 3};

/* A table on its way: number columns a, b, c, …, then what a test adds. */
struct made {
    struct arena arena;
    struct table table;
    struct study study;
    struct alarms alarms;
    uint64_t seed;
};

static struct column *number_column(struct made *m, const char *name)
{
    struct column *c = &m->table.column[m->table.column_n++];
    *c = (struct column){.name = str_of(name), .type = COLUMN_NUMBER};
    c->mantissa = arena_get(&m->arena, m->table.rows, sizeof *c->mantissa);
    c->missing = arena_get(&m->arena, m->table.rows, 1);
    return c;
}

static struct column *category_column(struct made *m, const char *name, size_t categories)
{
    struct column *c = number_column(m, name);
    c->type = COLUMN_CATEGORY;
    c->code = arena_get(&m->arena, m->table.rows, sizeof *c->code);
    c->category = arena_get(&m->arena, categories, sizeof *c->category);
    c->category_n = categories;
    for (size_t k = 0; k < categories; k++)
        c->category[k] = str_of(arena_printf(&m->arena, "k%06zu", k));
    return c;
}

/* About normal, mean 0, standard deviation 1000: a sum of twelve even ones. */
static int64_t normal(const struct made *m, uint64_t stream, uint64_t r)
{
    int64_t sum = 0;
    for (uint64_t k = 0; k < 12; k++)
        sum += (int64_t)rng_below(m->seed, stream, r * 12 + k, 1001) - 500;
    return sum * 1000 / 1001;
}

static void begin(struct made *m, size_t rows, size_t features)
{
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
    m->table = (struct table){.rows = rows};
    m->table.column = arena_get(&m->arena, 24, sizeof *m->table.column);
    for (size_t f = 0; f < features; f++) {
        struct column *c = number_column(m, names[f]);
        for (size_t r = 0; r < rows; r++)
            c->mantissa[r] = normal(m, f + 1, r);
    }
}

static void classes(struct made *m)
{
    struct column *y = category_column(m, "y", 2);
    for (size_t r = 0; r < m->table.rows; r++)
        y->code[r] = m->table.column[0].mantissa[r] + normal(m, 99, r) > 0;
}

/* Set aside the rows from `first` on, or, with first 0, a quarter drawn at random. */
static void look(struct made *m, size_t first, const char *group, enum alarms_split split)
{
    struct err err = {0};
    const struct study_columns columns = {.target = STR("y"), .cluster = &three};
    if (!study_begin(&m->study, &m->arena, &m->table, &columns, &err) ||
        (group && !study_group(&m->study, str_of(group), &err)))
        fail_msg("%s", err.what);
    for (size_t r = 0; r < m->table.rows; r++) {
        bool test = first ? r >= first : rng_below(m->seed, 77, r, 4) == 0;
        if (group)
            test = m->study.group.of_row[r] % 4 == 0;
        m->study.part[r] = test ? PART_TEST : PART_TRAIN;
    }
    if (!study_end(&m->study, &err) || !alarms_look(&m->study, split, &m->arena, &m->alarms, &err))
        fail_msg("%s", err.what);
}

static const struct alarm *find(const struct made *m, enum alarm_kind kind, const char *column)
{
    for (size_t i = 0; i < m->alarms.n; i++)
        if (m->alarms.alarm[i].kind == kind && str_eq(m->alarms.alarm[i].column, str_of(column)))
            return &m->alarms.alarm[i];
    return NULL;
}

static void want(struct made *m, enum alarm_kind kind, const char *column, uint64_t count)
{
    const struct alarm *alarm = find(m, kind, column);
    if (!alarm)
        fail_msg("no alarm %s", alarm_name(kind));
    if (alarm->count != count)
        fail_msg("%s: %d instead of %d", alarm_name(kind), (int)alarm->count, (int)count);
}

static void want_only(const struct made *m, size_t n)
{
    for (size_t i = 0; i < m->alarms.n && m->alarms.n != n; i++)
        print_error("raised: %s %.*s\n", alarm_name(m->alarms.alarm[i].kind),
                    STR_ARG(m->alarms.alarm[i].column));
    assert_int_equal(m->alarms.n, n);
}

/* --- each alarm --------------------------------------------------------------------------------*/

static void copy_row(struct made *m, size_t from, size_t to, int64_t change)
{
    for (size_t c = 0; c < m->table.column_n; c++) {
        struct column *column = &m->table.column[c];
        if (column->type == COLUMN_CATEGORY)
            column->code[to] = column->code[from];
        else
            column->mantissa[to] = column->mantissa[from] + (int64_t)(to % 3) * change;
    }
}

static void identical_and_rounded_rows_are_counted(void **state)
{
    (void)state;
    struct made m = {.seed = 1};
    begin(&m, 400, 4);
    classes(&m);
    for (size_t i = 0; i < 30; i++)
        copy_row(&m, 10 * i, 340 + i, 0);
    /* a hundredth of a standard deviation is 10; the tolerance is about 4,600 / 512 = 9 */
    for (size_t i = 0; i < 30; i++)
        copy_row(&m, 10 * i + 5, 370 + i, 2);
    look(&m, 300, NULL, ALARMS_OTHERWISE);
    want(&m, ALARM_IDENTICAL, "", 40); /* of the last 30 every third is not changed at all */
    want(&m, ALARM_ROUNDED, "", 20);
    want_only(&m, 2);
    arena_release(&m.arena);
}

static void rows_of_coarse_columns_are_alike_by_chance(void **state)
{
    (void)state;
    struct made m = {.seed = 2};
    begin(&m, 400, 3);
    for (size_t f = 0; f < 3; f++)
        for (size_t r = 0; r < 400; r++)
            m.table.column[f].mantissa[r] = (int64_t)rng_below(2, f, r, 5);
    classes(&m);
    look(&m, 0, NULL, ALARMS_OTHERWISE);
    want_only(&m, 0);
    arena_release(&m.arena);
}

static void a_group_on_both_sides_is_named(void **state)
{
    (void)state;
    struct made m = {.seed = 3};
    begin(&m, 400, 3);
    classes(&m);
    struct column *site = category_column(&m, "Site", 10);
    for (size_t r = 0; r < 400; r++)
        site->code[r] = (uint32_t)(r / 35 % 10); /* the last 50 rows are of sites 0 and 1 */
    look(&m, 350, NULL, ALARMS_OTHERWISE);
    want(&m, ALARM_GROUP, "Site", 50);
    look(&m, 350, NULL, ALARMS_BY_TIME);
    assert_null(find(&m, ALARM_GROUP, "Site"));
    look(&m, 350, "Site", ALARMS_BY_GROUP);
    assert_null(find(&m, ALARM_GROUP, "Site"));
    arena_release(&m.arena);
}

/* Each value is nine tenths of the one before and some noise. */
static void make_series(struct made *m, size_t rows)
{
    begin(m, rows, 4);
    for (size_t f = 0; f < 4; f++)
        for (size_t r = 1; r < rows; r++)
            m->table.column[f].mantissa[r] += m->table.column[f].mantissa[r - 1] * 9 / 10;
    classes(m);
}

static void neighbours_in_a_recording_are_noticed(void **state)
{
    (void)state;
    struct made m = {.seed = 4};
    make_series(&m, 800);
    look(&m, 0, NULL, ALARMS_OTHERWISE);
    assert_true(m.alarms.series);
    const struct alarm *alarm = find(&m, ALARM_NEIGHBOURS, "");
    assert_non_null(alarm);
    assert_true(100 * alarm->count > 85 * alarm->of); /* 1 - (1/4)^2 = 94 % */
    struct made again = {.seed = 4};
    make_series(&again, 800);
    look(&again, 600, NULL, ALARMS_BY_TIME);
    assert_true(again.alarms.series);
    assert_null(find(&again, ALARM_NEIGHBOURS, "")); /* 1 of 200 */
    arena_release(&m.arena);
    arena_release(&again.arena);
}

static void a_table_sorted_by_its_answer_is_no_recording(void **state)
{
    (void)state;
    struct made m = {.seed = 5};
    begin(&m, 600, 3);
    struct column *y = category_column(&m, "y", 3);
    for (size_t r = 0; r < 600; r++) {
        y->code[r] = (uint32_t)(r / 200);
        for (size_t f = 0; f < 3; f++)
            m.table.column[f].mantissa[r] += y->code[r] * 2000;
    }
    look(&m, 0, NULL, ALARMS_OTHERWISE);
    assert_false(m.alarms.series);
    want_only(&m, 0);
    arena_release(&m.arena);
}

static void a_column_that_gives_the_answer_away_is_named(void **state)
{
    (void)state;
    struct made m = {.seed = 6};
    begin(&m, 600, 3);
    classes(&m);
    struct column *told = number_column(&m, "told");
    struct column *word = category_column(&m, "word", 4);
    for (size_t r = 0; r < 600; r++) {
        uint32_t y = m.table.column[3].code[r];
        told->mantissa[r] = normal(&m, 50, r) + 9000 * y;
        word->code[r] = 2 * y + (uint32_t)rng_below(6, 51, r, 2);
    }
    look(&m, 450, NULL, ALARMS_OTHERWISE);
    want(&m, ALARM_ANSWER, "word", 450);
    /* Where its values are cut, a few rows of both classes fall together. */
    assert_non_null(find(&m, ALARM_ANSWER, "told"));
    assert_in_range(find(&m, ALARM_ANSWER, "told")->count, 440, 450);
    want_only(&m, 2);
    arena_release(&m.arena);
}

static void a_number_that_is_nearly_the_answer_is_named(void **state)
{
    (void)state;
    struct made m = {.seed = 7};
    begin(&m, 1000, 3);
    struct column *y = number_column(&m, "y");
    struct column *twice = number_column(&m, "twice");
    for (size_t r = 0; r < 1000; r++) {
        y->mantissa[r] = m.table.column[0].mantissa[r] + normal(&m, 60, r);
        twice->mantissa[r] = 2 * y->mantissa[r] + 1;
    }
    look(&m, 0, NULL, ALARMS_OTHERWISE);
    assert_non_null(find(&m, ALARM_ANSWER, "twice"));
    want_only(&m, 1);
    arena_release(&m.arena);
}

static void columns_that_count_or_name_the_rows_are_named(void **state)
{
    (void)state;
    struct made m = {.seed = 8};
    begin(&m, 200, 3);
    classes(&m);
    struct column *number = number_column(&m, "counter");
    struct column *name = category_column(&m, "id", 200);
    for (size_t r = 0; r < 200; r++) {
        number->mantissa[r] = (int64_t)r + 1;
        name->code[r] = (uint32_t)(r * 37 % 200);
    }
    look(&m, 0, NULL, ALARMS_OTHERWISE);
    want(&m, ALARM_COUNTS_ROWS, "counter", 200);
    assert_non_null(find(&m, ALARM_NAMES_ROWS, "id"));
    want_only(&m, 2);
    arena_release(&m.arena);
}

static void what_differs_between_the_sides_is_named(void **state)
{
    (void)state;
    struct made m = {.seed = 9};
    begin(&m, 800, 4);
    classes(&m);
    struct column *word = category_column(&m, "word", 6);
    for (size_t r = 0; r < 800; r++) {
        word->code[r] = (uint32_t)rng_below(9, 70, r, 3) + (r >= 750 ? 3 : 0);
        if (r < 600)
            continue;
        m.table.column[0].mantissa[r] += r % 2 ? 20000 : 0; /* beyond all that was seen */
        m.table.column[1].mantissa[r] = m.table.column[1].mantissa[r] / 2 + 1000;
        if (r % 3 == 0) {
            m.table.column[2].missing[r] = 1;
            m.table.column[2].mantissa[r] = 0;
        }
    }
    look(&m, 600, NULL, ALARMS_OTHERWISE);
    want(&m, ALARM_RANGE, "a", 100);
    want(&m, ALARM_MISSING, "c", 67);
    want(&m, ALARM_CATEGORIES, "word", 50);
    assert_non_null(find(&m, ALARM_SHIFT, "b"));
    want_only(&m, 4);
    arena_release(&m.arena);
}

/* Ten of forty groups are set aside, and all of them lie where no other does. */
static void groups_that_lie_outside_are_noticed(void **state)
{
    (void)state;
    struct made m = {.seed = 12};
    begin(&m, 800, 3);
    classes(&m);
    struct column *site = category_column(&m, "site", 40);
    for (size_t r = 0; r < 800; r++) {
        site->code[r] = (uint32_t)(r / 20);
        m.table.column[1].mantissa[r] += site->code[r] % 4 == 0 ? 20000 : 0;
    }
    look(&m, 0, "site", ALARMS_BY_GROUP);
    want(&m, ALARM_RANGE, "b", 200);
    want_only(&m, 1);
    arena_release(&m.arena);
}

static void what_changes_with_time_is_named(void **state)
{
    (void)state;
    struct made m = {.seed = 10};
    make_series(&m, 2000);
    for (size_t r = 0; r < 2000; r++)
        m.table.column[2].mantissa[r] += (int64_t)r * 4;
    look(&m, 1960, NULL, ALARMS_BY_TIME);
    assert_true(m.alarms.series);
    assert_true(find(&m, ALARM_TREND, "c") || find(&m, ALARM_RANGE, "c") ||
                find(&m, ALARM_SHIFT, "c"));
    look(&m, 0, NULL, ALARMS_OTHERWISE);
    assert_non_null(find(&m, ALARM_TREND, "c"));
    assert_null(find(&m, ALARM_TREND, "a"));
    arena_release(&m.arena);
}

static void threads_change_nothing(void **state)
{
    (void)state;
    struct made m = {.seed = 11};
    begin(&m, 9000, 4);
    classes(&m);
    for (size_t i = 0; i < 100; i++)
        copy_row(&m, 70 * i, 8000 + i, i % 2);
    look(&m, 8000, NULL, ALARMS_OTHERWISE);
    struct alarms before = m.alarms;
    struct err err = {0};
    m.study.cluster = &one;
    assert_true(alarms_look(&m.study, ALARMS_OTHERWISE, &m.arena, &m.alarms, &err));
    json_t *a = alarms_json(&before);
    json_t *b = alarms_json(&m.alarms);
    assert_true(json_equal(a, b) && json_array_size(a) == 2);
    struct alarms read = alarms_of_json(a, &m.arena);
    assert_int_equal(read.n, 2);
    assert_int_equal(read.alarm[1].count, before.alarm[1].count);
    json_decref(a);
    json_decref(b);
    arena_release(&m.arena);
}

/* --- false alarms ------------------------------------------------------------------------------*/

enum { TABLES = 100 };

/* Columns of many kinds over independent rows: two or three common causes, skew, coarse steps,
 * categories, missing cells. */
static void make_anything(struct made *m, uint64_t t)
{
    static const size_t sizes[] = {60, 120, 300, 800, 2500};
    size_t features = 2 + (size_t)rng_below(t, 1000, 1, 9);
    begin(m, sizes[t % COUNT_OF(sizes)], features);
    for (size_t f = 0; f < features; f++) {
        struct column *c = &m->table.column[f];
        uint64_t form = rng_below(t, 1000, 10 + f, 6);
        for (size_t r = 0; r < m->table.rows; r++) {
            int64_t cause = normal(m, 200 + f % 3, r);
            int64_t v = c->mantissa[r] + (int64_t)(t % 4) * cause;
            v = form == 1 ? v * v / 500 : form == 2 ? v / 700 : form == 3 ? v / 50 * 50 : v;
            c->missing[r] = form == 4 && rng_below(t, 300 + f, r, 10) == 0;
            c->mantissa[r] = c->missing[r] ? 0 : v;
        }
    }
    classes(m);
    for (uint64_t k = 0; k < 1 + t % 2; k++) {
        struct column *word = category_column(m, k ? "word" : "kind", 3 + 20 * k);
        for (size_t r = 0; r < m->table.rows; r++)
            word->code[r] = (uint32_t)(rng_below(t, 400 + k, r, 3 + 20 * k) *
                                       rng_below(t, 402 + k, r, 3 + 20 * k) / (3 + 20 * k));
    }
}

static void independent_rows_raise_hardly_any(void **state)
{
    (void)state;
    size_t raised = 0;
    size_t series = 0;
    for (uint64_t t = 0; t < TABLES; t++) {
        struct made m = {.seed = 1000 + t};
        make_anything(&m, t);
        look(&m, t % 2 ? 0 : m.table.rows * 3 / 4, NULL, ALARMS_OTHERWISE);
        for (size_t i = 0; i < m.alarms.n; i++)
            print_message("table %d: %s %.*s %d of %d\n", (int)t,
                          alarm_name(m.alarms.alarm[i].kind), STR_ARG(m.alarms.alarm[i].column),
                          (int)m.alarms.alarm[i].count, (int)m.alarms.alarm[i].of);
        raised += m.alarms.n > 0;
        series += m.alarms.series;
        arena_release(&m.arena);
    }
    print_message("%d of %d tables raised an alarm, %d were taken for a recording\n", (int)raised,
                  TABLES, (int)series);
    assert_true(raised <= 2);
    assert_true(series == 0);
}

/* The same with groups that differ: their own level in every column. */
static void groups_that_differ_raise_few(void **state)
{
    (void)state;
    size_t raised = 0;
    for (uint64_t t = 0; t < TABLES; t++) {
        struct made m = {.seed = 3000 + t};
        make_anything(&m, t);
        struct column *site = category_column(&m, "site", 12);
        for (size_t r = 0; r < m.table.rows; r++) {
            site->code[r] = (uint32_t)(r * 12 / m.table.rows);
            for (size_t c = 0; c < m.table.column_n; c++)
                if (m.table.column[c].type == COLUMN_NUMBER && !m.table.column[c].missing[r])
                    m.table.column[c].mantissa[r] += normal(&m, 500 + c, site->code[r]);
        }
        look(&m, 0, "site", ALARMS_BY_GROUP);
        for (size_t i = 0; i < m.alarms.n; i++)
            print_message("table %d: %s %.*s %d of %d\n", (int)t,
                          alarm_name(m.alarms.alarm[i].kind), STR_ARG(m.alarms.alarm[i].column),
                          (int)m.alarms.alarm[i].count, (int)m.alarms.alarm[i].of);
        raised += m.alarms.n > 0;
        arena_release(&m.arena);
    }
    print_message("%d of %d tables of groups raised an alarm\n", (int)raised, TABLES);
    assert_true(raised <= 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identical_and_rounded_rows_are_counted),
        cmocka_unit_test(rows_of_coarse_columns_are_alike_by_chance),
        cmocka_unit_test(a_group_on_both_sides_is_named),
        cmocka_unit_test(neighbours_in_a_recording_are_noticed),
        cmocka_unit_test(a_table_sorted_by_its_answer_is_no_recording),
        cmocka_unit_test(a_column_that_gives_the_answer_away_is_named),
        cmocka_unit_test(a_number_that_is_nearly_the_answer_is_named),
        cmocka_unit_test(columns_that_count_or_name_the_rows_are_named),
        cmocka_unit_test(what_differs_between_the_sides_is_named),
        cmocka_unit_test(groups_that_lie_outside_are_noticed),
        cmocka_unit_test(what_changes_with_time_is_named),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(independent_rows_raise_hardly_any),
        cmocka_unit_test(groups_that_differ_raise_few),
    };
    return cmocka_run_group_tests_name("alarms", tests, NULL, NULL);
}
