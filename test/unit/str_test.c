/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"

static void utf8_is_checked_to_the_byte(void **state)
{
    (void)state;
    size_t at = 99;
    assert_true(str_utf8(STR("Grünspecht \xF0\x9F\xA6\x89"), &at));
    assert_false(str_utf8(STR("ab\xC0\xAF"), &at));
    assert_int_equal(at, 2);
    assert_false(str_utf8(STR("\xED\xA0\x80"), &at));
    assert_false(str_utf8(STR("\xF4\x90\x80\x80"), &at));
    assert_false(str_utf8(STR("x\xE2\x82"), &at));
    assert_int_equal(at, 1);
}

static void whole_numbers_are_canonical(void **state)
{
    (void)state;
    uint64_t value = 7;
    assert_true(str_uint(STR("18446744073709551615"), UINT64_MAX, &value));
    assert_true(value == UINT64_MAX);
    assert_false(str_uint(STR("18446744073709551616"), UINT64_MAX, &value));
    assert_false(str_uint(STR("007"), 100, &value));
    assert_false(str_uint(STR("+7"), 100, &value));
    assert_false(str_uint(STR(""), 100, &value));
    assert_true(str_uint(STR("0"), 100, &value));
    assert_int_equal(value, 0);
}

static void cut_gives_every_piece(void **state)
{
    (void)state;
    struct str rest = STR("a,,b");
    struct str piece;
    assert_true(str_cut(&rest, ',', &piece) && str_eq(piece, STR("a")));
    assert_true(str_cut(&rest, ',', &piece) && piece.n == 0);
    assert_true(str_cut(&rest, ',', &piece) && str_eq(piece, STR("b")));
    assert_false(str_cut(&rest, ',', &piece));
}

static void a_front_never_cuts_a_character(void **state)
{
    (void)state;
    assert_true(str_eq(str_front(STR("K\xC3\xB6ln"), 2), STR("K")));
    assert_true(str_eq(str_front(STR("K\xC3\xB6ln"), 3), STR("K\xC3\xB6")));
    assert_true(str_eq(str_front(STR("K\xC3\xB6ln"), 9), STR("K\xC3\xB6ln")));
    assert_int_equal(str_front(STR("\xF0\x9F\xA6\x89"), 3).n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_is_checked_to_the_byte),
        cmocka_unit_test(whole_numbers_are_canonical),
        cmocka_unit_test(cut_gives_every_piece),
        cmocka_unit_test(a_front_never_cuts_a_character),
    };
    return cmocka_run_group_tests_name("str", tests, NULL, NULL);
}
