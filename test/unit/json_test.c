/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json_strict over the JSONTestSuite of Nicolas Seriot (shared data): its names begin with y (must
 * be accepted), n (must be refused) or i (free). Our profile is narrower: it refuses all of i, and
 * those of y that stand below by name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/json.h"

static const char *const refused[] = {
    /* no reals: measured values are strings as typed */
    "y_number.json",
    "y_number_double_close_to_zero.json",
    "y_number_int_with_exp.json",
    "y_number_real_capital_e.json",
    "y_number_real_capital_e_pos_exp.json",
    "y_number_real_fraction_exponent.json",
    "y_number_real_pos_exponent.json",
    "y_number_simple_real.json",
    "y_object_extreme_numbers.json",
    /* no key twice: readers differ about which one is meant */
    "y_object_duplicated_key.json",
};

static bool accepts(struct str text)
{
    CLEANUP(json_release) json_t *value = NULL;
    struct err err = {0};
    bool fine = json_strict(text, &value, &err);
    assert_true(fine || (err.what[0] && err.next[0]));
    return fine;
}

static bool must_accept(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(refused); i++)
        if (strcmp(name, refused[i]) == 0)
            return false;
    return name[0] == 'y';
}

static const char *suite(void)
{
    static char folder[4096];
    const char *shared = getenv("ALLMENDE_SHARED");
    snprintf(folder, sizeof folder, "%s/data/odd/json/test_parsing", shared ? shared : "../shared");
    return file_exists(folder) ? folder : NULL;
}

static void the_suite_is_judged_as_our_profile_says(void **state)
{
    CLEANUP(buf_release) struct buf names = BUF_INIT;
    struct err err = {0};
    const char *folder = suite();
    size_t wrong = 0;
    (void)state;
    if (!folder)
        skip();
    assert_true(file_list(folder, 1000, &names, &err));
    for (size_t i = 0; i < names.n; i += strlen(names.at + i) + 1) {
        CLEANUP(buf_release) struct buf text = BUF_INIT;
        char path[8192];
        snprintf(path, sizeof path, "%s/%s", folder, names.at + i);
        assert_true(file_read(path, 1 << 20, &text, &err));
        if (accepts(buf_view(&text)) == must_accept(names.at + i))
            continue;
        print_error("wrongly judged: %s\n", names.at + i);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

static void refuse(struct str text, const char *word)
{
    json_t *value = NULL;
    struct err err = {0};
    if (json_strict(text, &value, &err))
        fail_msg("accepted: %.*s", STR_ARG(text));
    assert_null(value);
    if (!strstr(err.what, word))
        fail_msg("“%s” does not say “%s”", err.what, word);
}

static void the_edges_of_the_profile_are_where_they_are_said_to_be(void **state)
{
    (void)state;
    assert_true(accepts(STR("[9007199254740991,-9007199254740991]")));
    refuse(STR("[9007199254740992]"), "2^53");
    refuse(STR("{\"a\":[-9007199254740992]}"), "2^53");
    refuse(STR("-9223372036854775808"), "2^53");
    refuse(STR("9223372036854775808"), "JSON");
    refuse(STR("[1.0]"), "2^53");
    refuse(STR("1e2"), "2^53");
    assert_true(accepts(STR("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]")));
    refuse(STR("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"), "32");
    assert_true(accepts(STR("[\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"]")));
    refuse(STR("{\"a\":1,\"a\":1}"), "duplicate");
    refuse(STR("[\"\\u0000\"]"), "column");
    refuse(STR("[\"\\ud800\"]"), "column");
    refuse(STR("{\n\"a\":\n!}"), "line 3");
    refuse(STR(""), "JSON");
    refuse(STR("1 2"), "JSON");
    refuse(STR("[1\0]"), "NUL"); /* the library alone takes it */
    refuse(STR("1\0"), "NUL");
}

static void what_we_write_is_sorted_and_without_blanks(void **state)
{
    (void)state;
    CLEANUP(json_release) json_t *value = NULL;
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    struct err err = {0};
    struct str typed = STR(" { \"b\" : [ 1 , null ] , \"a\" : \"\\u00e4\\/\\t\" } ");
    assert_true(json_strict(typed, &value, &err));
    json_write(value, &text);
    assert_string_equal(text.at, "{\"a\":\"ä/\\t\",\"b\":[1,null]}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_suite_is_judged_as_our_profile_says),
        cmocka_unit_test(the_edges_of_the_profile_are_where_they_are_said_to_be),
        cmocka_unit_test(what_we_write_is_sorted_and_without_blanks),
    };
    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
