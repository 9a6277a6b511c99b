/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values of a spreadsheet as text. Days were counted with Python's datetime.date.toordinal; serial
 * numbers of the first days of 1900 and number formats are those of ECMA-376 part 1, 18.17.4.1,
 * 18.8.30 and 18.8.31. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "read/decode.h"
#include "read/sheet_book.h"

static void is_number(const char *text, const char *expected)
{
    struct buf out CLEANUP(buf_release) = BUF_INIT;
    bool done = sheet_number(str_of(text), &out);
    assert_int_equal(done, expected != NULL);
    if (expected)
        assert_string_equal(out.at, expected);
}

static void a_number_is_the_shortest_decimal_of_its_double(void **state)
{
    (void)state;
    is_number("0.1", "0.1");
    is_number("4.0000000000000001E-2", "0.04"); /* Python: float("4.0000000000000001E-2") */
    is_number("0.30000000000000004", "0.30000000000000004");
    is_number("-1.5E3", "-1500");
    is_number("1.50", "1.5");
    is_number("123456789.123456", "123456789.123456");
    is_number("-0.5", "-0.5");
    is_number("00.5", "0.5");
    is_number(".5", "0.5");
    is_number("-.50", "-0.5");
    is_number("5.", "5");
    is_number("1.2.3", NULL);
    is_number("0.00000001", "0.00000001");
    is_number("0.000000001", "1e-9");
}

static void whole_numbers_keep_all_their_digits(void **state)
{
    (void)state;
    is_number("12345678901234567890", "12345678901234567890");
    is_number("-9007199254740993", "-9007199254740993");
}

static void what_is_no_number_is_refused(void **state)
{
    (void)state;
    is_number("", NULL);
    is_number("-", NULL);
    is_number("1,5", NULL);
    is_number("NaN", NULL);
    is_number("1e999", NULL);
}

static void is_date(const char *serial, enum sheet_format format, bool epoch_1904,
                    const char *expected)
{
    struct buf out CLEANUP(buf_release) = BUF_INIT;
    bool done = sheet_date(str_of(serial), format, epoch_1904, &out);
    if (done != (expected != NULL) || (expected && strcmp(out.at, expected) != 0))
        fail_msg("%s: %s, not %s", serial, done ? out.at : "none", expected);
}

static void days_since_1900_know_the_leap_day_that_never_was(void **state)
{
    (void)state;
    is_date("1", SHEET_DATE, false, "1900-01-01");
    is_date("59", SHEET_DATE, false, "1900-02-28");
    is_date("60", SHEET_DATE, false, NULL);
    is_date("61", SHEET_DATE, false, "1900-03-01");
    is_date("36585", SHEET_DATE, false, "2000-02-29");
    is_date("36525", SHEET_DATE, false, "1999-12-31");
    is_date("45413", SHEET_DATE, false, "2024-05-01");
    is_date("2958465", SHEET_DATE, false, "9999-12-31");
    is_date("2958466", SHEET_DATE, false, NULL);
    is_date("0", SHEET_DATE, false, NULL);
    is_date("-1", SHEET_DATE, false, NULL);
    is_date("x", SHEET_DATE, false, NULL);
}

static void days_since_1904_begin_with_zero(void **state)
{
    (void)state;
    is_date("0", SHEET_DATE, true, "1904-01-01");
    is_date("43951", SHEET_DATE, true, "2024-05-01");
    is_date("35123", SHEET_DATE, true, "2000-02-29");
    is_date("2957003", SHEET_DATE, true, "9999-12-31");
    is_date("2957004", SHEET_DATE, true, NULL);
}

static void times_of_day_are_rounded_to_the_millisecond(void **state)
{
    (void)state;
    is_date("45413.5625", SHEET_DATE_TIME, false, "2024-05-01T13:30:00");
    is_date("45413.5625", SHEET_DATE, false, "2024-05-01T13:30:00");
    is_date("45413", SHEET_DATE_TIME, false, "2024-05-01T00:00:00");
    is_date("0.34410011574074071", SHEET_TIME, false, "08:15:30.250");
    is_date("0.99999999999", SHEET_TIME, false, "23:59:59.999");
    is_date("1.25", SHEET_DURATION, false, "30:00:00");
    is_date("0.5", SHEET_DATE, false, "12:00:00");
}

static void formats_of_dates_are_told_from_those_of_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        enum sheet_format format;
    } cases[] = {
        {"General", SHEET_NUMBER},
        {"0.00E+00", SHEET_NUMBER},
        {"#,##0.00 \"days\"", SHEET_NUMBER},
        {"0.0\\d", SHEET_NUMBER},
        {"[Red]0;[Black]yy", SHEET_NUMBER},
        {"_(* #,##0_);_(* (#,##0)", SHEET_NUMBER},
        {"yyyy-mm-dd", SHEET_DATE},
        {"[$-407]D. MMMM YYYY;@", SHEET_DATE},
        {"mmm", SHEET_DATE},
        {"dd/mm/yy h:mm", SHEET_DATE_TIME},
        {"h:mm AM/PM", SHEET_TIME},
        {"mm:ss.0", SHEET_TIME},
        {"[h]:mm:ss", SHEET_DURATION},
        {"[mm]:ss", SHEET_DURATION},
        {"", SHEET_NUMBER},
        {"[", SHEET_NUMBER},
        {"\"", SHEET_NUMBER},
        {"\\", SHEET_NUMBER},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        if (sheet_format_of_code(str_of(cases[i].code)) != cases[i].format)
            fail_msg("%s", cases[i].code);
    assert_int_equal(sheet_format_built_in(14), SHEET_DATE);
    assert_int_equal(sheet_format_built_in(22), SHEET_DATE_TIME);
    assert_int_equal(sheet_format_built_in(20), SHEET_TIME);
    assert_int_equal(sheet_format_built_in(46), SHEET_DURATION);
    assert_int_equal(sheet_format_built_in(10), SHEET_NUMBER);
    assert_int_equal(sheet_format_built_in(49), SHEET_NUMBER);
}

static void characters_that_xml_cannot_hold_are_written_back(void **state)
{
    (void)state;
    struct buf out CLEANUP(buf_release) = BUF_INIT;
    xlsx_unescape(STR("a_x000D__x005F_x000D__x00e4__x20AC__xD800__x0000_b_x00_"), &out);
    assert_string_equal(out.at, "a\r_x000D_ä€?b_x00_");
}

static void places_are_named_as_in_a_spreadsheet(void **state)
{
    (void)state;
    struct buf out CLEANUP(buf_release) = BUF_INIT;
    decode_place((struct sheet_place){7, 2}, &out);
    buf_char(&out, ' ');
    decode_place((struct sheet_place){1, 28}, &out);
    buf_char(&out, ' ');
    decode_place((struct sheet_place){1048576, 16384}, &out);
    assert_string_equal(out.at, "B7 AB1 XFD1048576");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_is_the_shortest_decimal_of_its_double),
        cmocka_unit_test(whole_numbers_keep_all_their_digits),
        cmocka_unit_test(what_is_no_number_is_refused),
        cmocka_unit_test(days_since_1900_know_the_leap_day_that_never_was),
        cmocka_unit_test(days_since_1904_begin_with_zero),
        cmocka_unit_test(times_of_day_are_rounded_to_the_millisecond),
        cmocka_unit_test(formats_of_dates_are_told_from_those_of_numbers),
        cmocka_unit_test(characters_that_xml_cannot_hold_are_written_back),
        cmocka_unit_test(places_are_named_as_in_a_spreadsheet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
