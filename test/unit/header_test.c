/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Headers as they stand in real tables (penguins_raw, AirQualityUCI, field books). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "read/header.h"

static void units_stand_in_brackets(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"T (°C)", "°C"},
        {"T [°C]", "°C"},
        {"T[°C]", "°C"},
        {"T(°C)", "°C"},
        {"Wind speed (m/s)", "m/s"},
        {"Body Mass (g)", "g"},
        {"Delta 15 N (o/oo)", "o/oo"},
        {"NO2 (µg/m³)", "µg/m³"},
        {"PAR (µmol m-2 s-1)", "µmol m-2 s-1"},
        {"flow (1/s)", "1/s"},
        {"x [my unit]", "my unit"},
        {"CO(GT)", ""},
        {"PT08.S1(CO)", ""},
        {"Species (Latin)", ""},
        {"humidity ratio (kg water)", ""},
        {"(°C)", ""},
        {"T ()", ""},
        {"T (2)", ""},
        {"T", ""},
        {"", ""},
        {")", ""},
        {"T (m", ""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct str unit = header_unit(str_of(cases[i][0]));
        if (!str_eq(unit, str_of(cases[i][1])))
            fail_msg("%s gives \"%.*s\"", cases[i][0], STR_ARG(unit));
    }
}

static void every_column_gets_a_name_of_its_own(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    struct str name[] = {STR("x"), STR(""),  STR("x"),        STR("x (2)"), STR("x"),
                         STR(""),  STR("y"), STR("column 6"), STR("x (2)")};
    enum header_note note[COUNT_OF(name)];
    header_name(&arena, name, COUNT_OF(name), note);
    static const char *const expected[] = {
        "x", "column 2", "x (3)", "x (2)", "x (4)", "column 6 (2)", "y", "column 6", "x (2) (2)"};
    static const enum header_note notes[] = {HEADER_FINE, HEADER_EMPTY,    HEADER_REPEATED,
                                             HEADER_FINE, HEADER_REPEATED, HEADER_EMPTY,
                                             HEADER_FINE, HEADER_FINE,     HEADER_REPEATED};
    for (size_t i = 0; i < COUNT_OF(name); i++) {
        if (!str_eq(name[i], str_of(expected[i])))
            fail_msg("%zu is %.*s", i, STR_ARG(name[i]));
        assert_int_equal(note[i], notes[i]);
    }
}

static void places_are_known_by_their_names(void **state)
{
    (void)state;
    assert_int_equal(header_place(STR("Latitude (°)")), PLACE_LATITUDE);
    assert_int_equal(header_place(STR("decimalLatitude")), PLACE_LATITUDE);
    assert_int_equal(header_place(STR("geogr. Länge")), PLACE_LONGITUDE);
    assert_int_equal(header_place(STR("lon")), PLACE_LONGITUDE);
    assert_int_equal(header_place(STR("Laenge")), PLACE_LONGITUDE);
    assert_int_equal(header_place(STR("Breite (°)")), PLACE_LATITUDE);
    assert_int_equal(header_place(STR("Breite (cm)")), PLACE_NONE);
    assert_int_equal(header_place(STR("platform")), PLACE_NONE);
    assert_int_equal(header_place(STR("")), PLACE_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_stand_in_brackets),
        cmocka_unit_test(every_column_gets_a_name_of_its_own),
        cmocka_unit_test(places_are_known_by_their_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
