/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plain twin is num_decimal, whose own expectations are in num_test or worked by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/num.h"
#include "learn/rng.h"
#include "read/decimal.h"

/* The cell stands in front of bytes that must not matter. */
static bool read_both(struct str cell, char point, struct plain_decimal *d, struct decimal_form *f)
{
    char text[64];
    memset(text, '7', sizeof text);
    memcpy(text, cell.at, cell.n);
    bool fine = decimal_plain(text, cell.n, point, d);
    assert_int_equal(decimal_form(text, cell.n, point, f), fine);
    return fine;
}

/* True if it was read; then it must be what num_decimal reads. */
static bool agree(struct str cell, char point)
{
    struct plain_decimal d;
    struct decimal_form f;
    struct decimal expected;
    if (!read_both(cell, point, &d, &f))
        return false;
    if (num_decimal(cell, point, &expected) != NUM_OK)
        fail_msg("%.*s is no number", STR_ARG(cell));
    struct decimal found = {d.negative ? -(int64_t)d.size : (int64_t)d.size, -d.behind};
    while (found.mantissa && found.mantissa % 10 == 0) {
        found.mantissa /= 10;
        found.exponent++;
    }
    found.exponent = found.mantissa ? found.exponent : 0;
    assert_int_equal(found.mantissa, expected.mantissa);
    assert_int_equal(found.exponent, expected.exponent);
    assert_int_equal(f.zero, d.size == 0);
    assert_int_equal(f.behind, d.behind);
    assert_int_equal(f.before, d.before);
    return true;
}

static void numbers_of_all_lengths_are_read(void **state)
{
    (void)state;
    static const char *const fine[] = {"0",
                                       "7",
                                       "-7",
                                       "+7",
                                       "42",
                                       "1.5",
                                       ".5",
                                       "5.",
                                       "-.5",
                                       "-0",
                                       "00",
                                       "000.000",
                                       "12345678",
                                       "1234567.8",
                                       "12345678.",
                                       ".1234567",
                                       ".12345678",
                                       "123456789",
                                       "-999999999",
                                       "1.0000000",
                                       "12345.678",
                                       "0.000001",
                                       "9999999999999999",
                                       "-1234567890.123",
                                       "1234567.12345678",
                                       "+.123456789012345",
                                       "123456789012345."};
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++)
        if (!agree(str_of(fine[i]), '.'))
            fail_msg("%s", fine[i]);
    assert_true(agree(STR("1,5"), ','));
    assert_true(agree(STR("-1234567890,5"), ','));
}

static void what_is_no_plain_number_is_left_alone(void **state)
{
    (void)state;
    static const char *const odd[] = {"-",         ".",
                                      "+",         "-.",
                                      "+-1",       "1.2.3",
                                      "1e5",       "1 ",
                                      " 1",        "NA",
                                      "1,5",       "0x1",
                                      "1-",        "--1",
                                      "..",        "1..",
                                      "x",         "12a",
                                      "12345678x", "x12345678",
                                      "1.345678.", "12345678901234567",
                                      ".2345678.", "1234.6789012.4",
                                      "\xC3\xBC"};
    struct plain_decimal d;
    struct decimal_form f;
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        if (read_both(str_of(odd[i]), '.', &d, &f))
            fail_msg("%s", odd[i]);
}

static void any_characters_read_alike_or_not_at_all(void **state)
{
    (void)state;
    static const char letters[] = "0123456789012345678901234567890123456789...,-+eE /:;\xC3\xFF";
    size_t read = 0;
    for (uint64_t n = 0; n < 2000000; n++) {
        char text[24];
        size_t length = 1 + rng_below(7, 0, n, 20);
        size_t kinds = n % 3 ? sizeof letters - 1 : 43; /* mostly digits and points */
        for (size_t i = 0; i < length; i++)
            text[i] = letters[rng_below(7, 1 + i, n, kinds)];
        read += agree((struct str){text, length}, n % 2 ? '.' : ',');
    }
    assert_true(read > 100000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_all_lengths_are_read),
        cmocka_unit_test(what_is_no_plain_number_is_left_alone),
        cmocka_unit_test(any_characters_read_alike_or_not_at_all),
    };
    return cmocka_run_group_tests_name("decimal", tests, NULL, NULL);
}
