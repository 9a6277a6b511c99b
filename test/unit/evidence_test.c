/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Types worked out by hand from the rule in read/evidence.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "read/evidence.h"
#include "read/standin.h"

/* n cells of the same text. */
static void add(struct evidence *e, const char *text, int n)
{
    struct decimal value;
    for (int i = 0; i < n; i++) {
        struct evidence_place place = {e->cells + 1, e->cells + 2};
        if (num_decimal(str_of(text), '.', &value) == NUM_OK)
            evidence_number(e);
        else
            evidence_text(e, place, str_of(text), '.');
        evidence_compact(e, str_of(text));
    }
}

static struct evidence_type decide(const struct evidence *e)
{
    return evidence_decide(e, DATE_OPEN);
}

static void one_slip_in_a_hundred_is_rejected_two_make_a_column_text(void **state)
{
    (void)state;
    struct evidence e = {0};
    assert_int_equal(decide(&e).why, WHY_EMPTY);
    add(&e, "2.5", 98);
    assert_int_equal(decide(&e).type, COLUMN_NUMBER);
    add(&e, "12?", 1); /* 98 of 99 */
    assert_int_equal(decide(&e).type, COLUMN_CATEGORY);
    assert_int_equal(decide(&e).why, WHY_SOME_WORDS);
    add(&e, "7", 1); /* 99 of 100 */
    assert_int_equal(decide(&e).type, COLUMN_NUMBER);
    assert_int_equal(decide(&e).rejected, 1);
    add(&e, "12?", 1); /* 99 of 101 */
    assert_int_equal(decide(&e).type, COLUMN_CATEGORY);
    assert_int_equal(e.odd.position, 99);
    assert_int_equal(e.odd.line, 100);
    assert_memory_equal(e.odd.text, "12?", 3);
    add(&e, "7", 98); /* 197 of 199 */
    assert_int_equal(decide(&e).type, COLUMN_CATEGORY);
    add(&e, "7", 1); /* 198 of 200 */
    assert_int_equal(decide(&e).rejected, 2);
}

static void one_cell_above_twelve_decides_the_order(void **state)
{
    (void)state;
    struct evidence e = {0};
    add(&e, "3/4/2020", 30);
    add(&e, "5/5/2020", 3);
    struct evidence_type t = decide(&e);
    assert_int_equal(t.type, COLUMN_CATEGORY);
    assert_int_equal(t.why, WHY_ORDER_OPEN);
    assert_int_equal(e.first_open.position, 1);
    struct evidence day = e, month = e;
    add(&day, "13/4/2020", 1);
    t = decide(&day);
    assert_true(t.time == TIME_DATE && t.order == DATE_DMY && t.why == WHY_ORDER_FOUND);
    assert_int_equal(t.rejected, 0);
    assert_int_equal(day.first_decided[0].position, 34);
    add(&month, "4/13/2020", 1);
    t = decide(&month);
    assert_true(t.time == TIME_DATE && t.order == DATE_MDY);
    add(&day, "4/13/2020", 1);
    assert_int_equal(decide(&day).type, COLUMN_CATEGORY);
    assert_int_equal(decide(&day).why, WHY_ORDER_MIXED);
    t = evidence_decide(&e, DATE_MDY);
    assert_true(t.time == TIME_DATE && t.order == DATE_MDY && t.why == WHY_ORDER_STATED);
    assert_int_equal(evidence_decide(&e, DATE_YMD).type, COLUMN_CATEGORY);
    assert_int_equal(evidence_decide(&e, DATE_NEVER).type, COLUMN_CATEGORY);
}

static void dates_without_a_question_need_no_order(void **state)
{
    (void)state;
    struct evidence e = {0};
    add(&e, "2020-04-03", 5);
    add(&e, "3 May 2020", 5);
    struct evidence_type t = decide(&e);
    assert_true(t.time == TIME_DATE && t.order == DATE_YMD && t.why == WHY_TIMES);
    add(&e, "3.4.2020", 5); /* dots say day first */
    t = decide(&e);
    assert_true(t.time == TIME_DATE && t.order == DATE_DMY);
    struct evidence stamps = {0};
    add(&stamps, "2020-04-03T12:00+02:00", 3);
    add(&stamps, "2020-12-03T12:00+01:00", 3);
    assert_int_equal(decide(&stamps).time, TIME_STAMP);
    assert_int_equal(stamps.offsets, 6);
    assert_int_equal(stamps.offset_low, 60);
    assert_int_equal(stamps.offset_high, 120);
    struct evidence clocks = {0};
    add(&clocks, "18.00.00", 2);
    add(&clocks, "10.11.12", 2);
    assert_int_equal(decide(&clocks).time, TIME_CLOCK);
}

static void years_of_two_digits_are_not_guessed(void **state)
{
    (void)state;
    struct evidence e = {0};
    add(&e, "3.5.24", 3);
    assert_int_equal(decide(&e).why, WHY_SHORT_YEARS);
    struct evidence both = {0};
    add(&both, "10.11.12", 3); /* times or dates: nothing tells */
    assert_int_equal(decide(&both).type, COLUMN_CATEGORY);
    assert_int_equal(decide(&both).why, WHY_SHORT_YEARS);
}

static void eight_digits_are_dates_only_if_somebody_says_so(void **state)
{
    (void)state;
    struct evidence e = {0};
    add(&e, "20240501", 3);
    assert_int_equal(decide(&e).time, TIME_NONE);
    assert_int_equal(evidence_decide(&e, DATE_COMPACT).time, TIME_DATE);
    add(&e, "20241301", 1);
    assert_int_equal(evidence_decide(&e, DATE_COMPACT).time, TIME_NONE);
}

static void signs_in_cells_are_told_apart(void **state)
{
    (void)state;
    assert_int_equal(evidence_form(STR("12 %"), '.'), FORM_PERCENT);
    assert_int_equal(evidence_form(STR("12%"), '.'), FORM_PERCENT);
    assert_int_equal(evidence_form(STR("3,5 m"), '.'), FORM_UNIT);
    assert_int_equal(evidence_form(STR("7°C"), '.'), FORM_UNIT);
    assert_int_equal(evidence_form(STR("1.234,56"), ','), FORM_THOUSANDS);
    assert_int_equal(evidence_form(STR("1,234"), '.'), FORM_THOUSANDS);
    assert_int_equal(evidence_form(STR("1 000"), ','), FORM_THOUSANDS);
    assert_int_equal(evidence_form(STR("1\u00a0000\u00a0000"), ','), FORM_THOUSANDS);
    assert_int_equal(evidence_form(STR("1,5"), '.'), FORM_POINT);
    assert_int_equal(evidence_form(STR("12 Adelie birds"), '.'), FORM_NONE);
    assert_int_equal(evidence_form(STR("Torgersen"), '.'), FORM_NONE);
    assert_int_equal(evidence_form(STR("-"), '.'), FORM_NONE);
    assert_int_equal(evidence_form(STR("12?"), '.'), FORM_UNIT);
    struct evidence e = {0};
    add(&e, "12 %", 8);
    add(&e, "0.5", 2);
    assert_int_equal(decide(&e).why, WHY_FORMS);
}

static void pieces_come_together_in_any_order(void **state)
{
    (void)state;
    static const char *const cells[] = {"3/4/2020", "x",         "13/4/2020",
                                        "2.5",      "4/13/2020", "2020-01-01T10:00+01:00",
                                        "10.11.12", "12 %"};
    struct evidence whole = {0}, front = {0}, back = {0};
    for (size_t i = 0; i < 80; i++) {
        const char *text = cells[i % COUNT_OF(cells)];
        struct evidence *part = i < 33 ? &front : &back;
        struct evidence_place place = {i + 1, i + 2};
        evidence_text(&whole, place, str_of(text), '.');
        evidence_text(part, place, str_of(text), '.');
    }
    evidence_merge(&back, &front);
    assert_memory_equal(&back, &whole, sizeof whole);
}

/* --- numbers that stand for "missing" -------------------------------------------------------- */

static size_t suspicious(const int64_t *const *cells, const size_t *n, size_t columns,
                         struct standin *ret)
{
    struct column column[4] = {0};
    struct standin_ends ends[4] = {0};
    struct table table = {.rows = n[0], .column_n = columns, .column = column};
    for (size_t c = 0; c < columns; c++) {
        struct standin_ends late = {0};
        for (size_t r = 0; r < n[c]; r++)
            standin_add(r < n[c] / 2 ? &ends[c] : &late, cells[c][r]);
        standin_merge(&ends[c], &late);
    }
    return standin_find(&table, ends, ret);
}

static void a_number_that_stands_apart_and_often_is_told(void **state)
{
    (void)state;
    int64_t gas[100], wide[100], calm[100];
    for (int i = 0; i < 100; i++) {
        gas[i] = i % 10 == 0 ? -200 : i;
        wide[i] = i % 10 == 0 ? -200 : 2 + 10 * i;
        calm[i] = i % 2; /* 0 and 1 */
    }
    const int64_t *const cells[] = {gas, wide, calm};
    const size_t n[] = {100, 100, 100};
    struct standin found[8];
    assert_int_equal(suspicious(cells, n, 3, found), 2);
    assert_int_equal(found[0].column, 0);
    assert_int_equal(found[0].value.mantissa, -2);
    assert_int_equal(found[0].value.exponent, 2);
    assert_int_equal(found[0].n, 10);
    assert_int_equal(found[1].column, 1);
    for (int i = 0; i < 100; i++)
        gas[i] = i % 25 == 0 ? 9999 : i; /* four times: too few to say */
    const int64_t *const few[] = {gas};
    assert_int_equal(suspicious(few, n, 1, found), 0);
    gas[50] = gas[1] = 9999;
    assert_int_equal(suspicious(few, n, 1, found), 1);
    assert_int_equal(found[0].value.mantissa, 9999);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_slip_in_a_hundred_is_rejected_two_make_a_column_text),
        cmocka_unit_test(one_cell_above_twelve_decides_the_order),
        cmocka_unit_test(dates_without_a_question_need_no_order),
        cmocka_unit_test(years_of_two_digits_are_not_guessed),
        cmocka_unit_test(eight_digits_are_dates_only_if_somebody_says_so),
        cmocka_unit_test(signs_in_cells_are_told_apart),
        cmocka_unit_test(pieces_come_together_in_any_order),
        cmocka_unit_test(a_number_that_stands_apart_and_often_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
