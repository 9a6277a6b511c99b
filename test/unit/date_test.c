/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Days and seconds were computed with Python 3.11's datetime; the hashes over random dates are made
 * by the program that stands above each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "read/date.h"
#include "read/derive.h"

static void expect(const char *text, enum column_time kind, enum date_order order, int64_t mantissa,
                   int exponent)
{
    struct decimal value = {0, 0};
    if (!date_read(str_of(text), kind, order, &value))
        fail_msg("%s was not read", text);
    if (value.mantissa != mantissa || value.exponent != exponent)
        fail_msg("%s gives %lld * 10^%d", text, (long long)value.mantissa, value.exponent);
}

static void refuse(const char *text)
{
    struct date_look look = date_look(str_of(text));
    if (look.kind != TIME_NONE || look.compact)
        fail_msg("%s was taken for a time", text);
}

static void dates_are_read_in_every_notation(void **state)
{
    (void)state;
    static const char *const alike[] = {"2024-05-01", "2024/5/1",    "2024.5.1",    "1.5.2024",
                                        "01.05.2024", "1. 5. 2024",  "1/5/2024",    "1-5-2024",
                                        "1 May 2024", "01-May-2024", "1. Mai 2024", "1 may 2024"};
    for (size_t i = 0; i < COUNT_OF(alike); i++)
        expect(alike[i], TIME_DATE, DATE_DMY, 19844, 0);
    expect("5/1/2024", TIME_DATE, DATE_MDY, 19844, 0);
    expect("2024-05-01", TIME_DATE, DATE_OPEN, 19844, 0);
    expect("5/5/2024", TIME_DATE, DATE_YMD, 19848, 0);
    expect("20240501", TIME_DATE, DATE_COMPACT, 19844, 0);
    expect("1970-01-01", TIME_DATE, DATE_YMD, 0, 0);
    expect("0001-01-01", TIME_DATE, DATE_YMD, -719162, 0);
    expect("9999-12-31", TIME_DATE, DATE_YMD, 2932896, 0);
    expect("1600-02-29", TIME_DATE, DATE_YMD, -135081, 0);
}

static void months_are_known_in_english_and_german(void **state)
{
    (void)state;
    static const char *const month[12][4] = {{"January", "Januar", "Jan", "Jänner"},
                                             {"February", "Februar", "Feb", "feb."},
                                             {"March", "März", "Mar", "Mrz"},
                                             {"April", "april", "Apr", "APR"},
                                             {"May", "Mai", "may", "mai"},
                                             {"June", "Juni", "Jun", "Jun."},
                                             {"July", "Juli", "Jul", "JULY"},
                                             {"August", "August", "Aug", "Aug."},
                                             {"September", "Sept.", "Sep", "Sept"},
                                             {"October", "Oktober", "Oct", "Okt"},
                                             {"November", "November", "Nov", "Nov."},
                                             {"December", "Dezember", "Dec", "Dez"}};
    for (int m = 0; m < 12; m++)
        for (size_t i = 0; i < 4; i++) {
            char text[40];
            struct decimal value;
            (void)snprintf(text, sizeof text, "3 %s 2021", month[m][i]);
            if (!date_read(str_of(text), TIME_DATE, DATE_OPEN, &value))
                fail_msg("%s", text);
            int64_t days = date_days((struct date_civil){2021, m + 1, 3});
            assert_true(value.mantissa == days || value.mantissa * 10 == days);
        }
    refuse("3 Mayor 2021");
    refuse("3 2021");
}

static void times_of_day_are_read(void **state)
{
    (void)state;
    expect("18:00", TIME_CLOCK, DATE_OPEN, 648, 2);
    expect("18:00:00", TIME_CLOCK, DATE_OPEN, 648, 2);
    expect("18.00.00", TIME_CLOCK, DATE_OPEN, 648, 2);
    expect("6:05", TIME_CLOCK, DATE_OPEN, 219, 2);
    expect("6:05 pm", TIME_CLOCK, DATE_OPEN, 651, 2);
    expect("12:00 AM", TIME_CLOCK, DATE_OPEN, 0, 0);
    expect("00:00:01.25", TIME_CLOCK, DATE_OPEN, 125, -2);
    expect("00:00:01,5", TIME_CLOCK, DATE_OPEN, 15, -1);
    expect("23:59:59.999999", TIME_CLOCK, DATE_OPEN, 86399999999, -6);
    expect("23:59:59.500000000", TIME_CLOCK, DATE_OPEN, 863995, -1);
}

static void dates_with_times_are_seconds_and_keep_their_offset_apart(void **state)
{
    (void)state;
    static const char *const alike[] = {
        "2024-05-01T12:30:15",       "2024-05-01 12:30:15", "2024-05-01t12:30:15Z",
        "2024-05-01T12:30:15+02:00", "1.5.2024 12:30:15",   "1/5/2024, 12:30:15",
        "1 May 2024 12:30:15 -0330", "2024-05-01 12.30.15", "2024-05-01  12:30:15.000"};
    for (size_t i = 0; i < COUNT_OF(alike); i++)
        expect(alike[i], TIME_STAMP, DATE_DMY, 1714566615, 0);
    expect("2024-05-01T12:30:15.5", TIME_STAMP, DATE_YMD, 17145666155, -1);
    struct date_look look = date_look(STR("2024-05-01T12:30-03:30"));
    assert_true(look.has_offset);
    assert_int_equal(look.offset_minutes, -210);
    assert_false(date_look(STR("2024-05-01T12:30")).has_offset);
    struct decimal value;
    assert_false(date_read(STR("2024-05-01"), TIME_STAMP, DATE_YMD, &value));
    assert_false(date_read(STR("2024-05-01 12:30"), TIME_DATE, DATE_YMD, &value));
}

static void what_is_no_time_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        "2024",
                                        "2.5",
                                        "30.2.2024",
                                        "2023-02-29",
                                        "1900-02-29",
                                        "0000-01-01",
                                        "2024-13-01",
                                        "2024-00-10",
                                        "31.04.2024",
                                        "2024-05",
                                        "24:00",
                                        "12:60",
                                        "12:30:60",
                                        "12.30",
                                        "13:00 pm",
                                        "0:30 am",
                                        "12:30:15.1234567",
                                        "1.5.24",
                                        "2024-5/1",
                                        "1.5-2024",
                                        "2024-05-01T",
                                        "2024-05-01x12:30",
                                        "2024-05-01 12:30 Uhr x",
                                        "20241301",
                                        "2024-05-01T12:30+2",
                                        "1.5.20245",
                                        "12:30:",
                                        "x 2024-05-01",
                                        "10.0.0.1",
                                        "1.2.3.4",
                                        "2024-05-011"};
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        refuse(wrong[i]);
}

static void the_order_of_day_and_month_is_left_open_where_it_is(void **state)
{
    (void)state;
    struct date_look look = date_look(STR("3/4/2020"));
    assert_true(look.dmy && look.mdy && look.open);
    look = date_look(STR("13/4/2020"));
    assert_true(look.dmy && !look.mdy && !look.open);
    look = date_look(STR("4/13/2020"));
    assert_true(!look.dmy && look.mdy && !look.open);
    look = date_look(STR("4/4/2020"));
    assert_true(look.dmy && look.mdy && !look.open);
    look = date_look(STR("3.4.2020")); /* nobody writes the month first with dots */
    assert_true(look.dmy && !look.mdy && !look.open);
    look = date_look(STR("4.13.2020"));
    assert_true(!look.dmy && look.mdy);
    struct decimal value;
    assert_false(date_read(STR("3/4/2020"), TIME_DATE, DATE_YMD, &value));
    assert_false(date_read(STR("3/4/2020"), TIME_DATE, DATE_OPEN, &value));
    assert_true(date_look(STR("3.4.20")).short_year);
    look = date_look(STR("10.11.12")); /* a time with dots, or a date */
    assert_true(look.kind == TIME_CLOCK && look.short_year);
    look = date_look(STR("18.00.00"));
    assert_true(look.kind == TIME_CLOCK && !look.short_year);
}

static uint64_t fold(uint64_t h, const char *text)
{
    for (; *text; text++)
        h = (h ^ (unsigned char)*text) * 0x100000001B3u;
    return h;
}

static uint64_t draw(uint64_t *x, uint64_t below)
{
    *x = *x * 6364136223846793005u + 1442695040888963407u;
    return (*x >> 33) % below;
}

/* x = 2026; h = FNV-1a offset
 * for i in range(20000):
 *     x = (x * 6364136223846793005 + 1442695040888963407) % 2**64
 *     d = date.fromordinal((x >> 33) % 3652059 + 1)
 *     h = fnv(h, f"{(d - date(1970,1,1)).days} {d.timetuple().tm_yday} {d.isoformat()}\n") */
static void the_calendar_is_that_of_pythons_datetime(void **state)
{
    (void)state;
    uint64_t x = 2026;
    uint64_t h = 0xCBF29CE484222325u;
    for (int i = 0; i < 20000; i++) {
        char line[96], text[DATE_TEXT];
        int64_t days = (int64_t)draw(&x, 3652059) - 719162;
        struct date_civil civil = date_from_days(days);
        assert_int_equal(date_days(civil), days);
        date_text(TIME_DATE, (struct decimal){days, 0}, text);
        (void)snprintf(line, sizeof line, "%lld %d %s\n", (long long)days, date_day_of_year(days),
                       text);
        h = fold(h, line);
    }
    assert_true(h == 0xf8fb018eea5eaebdu);
}

/* The same with the seconds of d = datetime.fromordinal(n + 1) + timedelta(seconds=s) behind its
 * text "%d/%m/%Y %H:%M:%S", which is read here. */
static void texts_are_read_as_pythons_datetime_reads_them(void **state)
{
    (void)state;
    uint64_t x = 7;
    uint64_t h = 0xCBF29CE484222325u;
    for (int i = 0; i < 20000; i++) {
        char line[96], text[64];
        struct decimal value;
        struct date_civil civil = date_from_days((int64_t)draw(&x, 3652059) - 719162);
        int s = (int)draw(&x, 86400);
        (void)snprintf(text, sizeof text, "%02d/%02d/%04d %02d:%02d:%02d", civil.day, civil.month,
                       civil.year, s / 3600, s / 60 % 60, s % 60);
        if (!date_read(str_of(text), TIME_STAMP, DATE_DMY, &value))
            fail_msg("%s", text);
        for (; value.exponent > 0; value.exponent--)
            value.mantissa *= 10;
        (void)snprintf(line, sizeof line, "%s %lld\n", text, (long long)value.mantissa);
        h = fold(h, line);
    }
    assert_true(h == 0xbd747a1c12176ff9u);
}

static void season_and_hour_come_out_of_times(void **state)
{
    (void)state;
    struct decimal v = derive_value(TIME_DATE, DERIVE_DAY_OF_YEAR, (struct decimal){19844, 0});
    assert_true(v.mantissa == 122 && v.exponent == 0);                         /* 2024-05-01 */
    v = derive_value(TIME_STAMP, DERIVE_DAY_OF_YEAR, (struct decimal){-1, 0}); /* 1969-12-31 */
    assert_true(v.mantissa == 365 && v.exponent == 0);
    v = derive_value(TIME_STAMP, DERIVE_HOUR, (struct decimal){-1, 0}); /* 23.99972… */
    assert_true(v.mantissa == 239997 && v.exponent == -4);
    v = derive_value(TIME_CLOCK, DERIVE_HOUR, (struct decimal){219, 2}); /* 6:05 = 6.08333… */
    assert_true(v.mantissa == 60833 && v.exponent == -4);
    v = derive_value(TIME_CLOCK, DERIVE_HOUR, (struct decimal){18, -2}); /* 0.18 s: half to even */
    assert_true(v.mantissa == 0 && v.exponent == 0);
    v = derive_value(TIME_CLOCK, DERIVE_HOUR, (struct decimal){54, -2}); /* 1.5 ticks */
    assert_true(v.mantissa == 2 && v.exponent == -4);
    v = derive_value(TIME_CLOCK, DERIVE_HOUR, (struct decimal){648, 2});
    assert_true(v.mantissa == 18 && v.exponent == 0);
    assert_false(derive_has(TIME_DATE, DERIVE_HOUR));
    assert_false(derive_has(TIME_CLOCK, DERIVE_DAY_OF_YEAR));
}

static void orders_have_words(void **state)
{
    (void)state;
    enum date_order order;
    assert_true(date_order_read(STR("mdy"), &order) && order == DATE_MDY);
    assert_true(date_order_read(STR("none"), &order) && order == DATE_NEVER);
    assert_false(date_order_read(STR(""), &order));
    assert_false(date_order_read(STR("dym"), &order));
    assert_string_equal(date_order_word(DATE_COMPACT), "yyyymmdd");
    char text[DATE_TEXT];
    assert_string_equal(date_text(TIME_STAMP, (struct decimal){-15, -1}, text),
                        "1969-12-31 23:59:58.5");
    assert_string_equal(date_text(TIME_CLOCK, (struct decimal){219, 2}, text), "06:05:00");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_read_in_every_notation),
        cmocka_unit_test(months_are_known_in_english_and_german),
        cmocka_unit_test(times_of_day_are_read),
        cmocka_unit_test(dates_with_times_are_seconds_and_keep_their_offset_apart),
        cmocka_unit_test(what_is_no_time_is_refused),
        cmocka_unit_test(the_order_of_day_and_month_is_left_open_where_it_is),
        cmocka_unit_test(the_calendar_is_that_of_pythons_datetime),
        cmocka_unit_test(texts_are_read_as_pythons_datetime_reads_them),
        cmocka_unit_test(season_and_hour_come_out_of_times),
        cmocka_unit_test(orders_have_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
