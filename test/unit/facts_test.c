/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ORCIDs behind names. The valid ones are the examples of ORCID's own pages ("Structure of the
 * ORCID Identifier"); its check digit is that of ISO 7064 MOD 11-2. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "publish/facts.h"

static void an_orcid_in_brackets_is_cut_off(void **state)
{
    static const char *const valid[] = {"0000-0002-1825-0097", "0000-0001-5109-3700",
                                        "0000-0002-1694-233X"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(valid); i++) {
        CLEANUP(buf_release) struct buf text = BUF_INIT;
        struct str orcid;
        bool wrong;
        buf_printf(&text, "Ada Example (%s)", valid[i]);
        struct str name = buf_view(&text);
        assert_true(facts_orcid(&name, &orcid, &wrong));
        assert_false(wrong);
        assert_true(str_eq(name, STR("Ada Example")));
        assert_true(str_eq(orcid, str_of(valid[i])));
    }
}

static void any_other_last_digit_is_wrong(void **state)
{
    static const char digits[] = "0123456789X";
    (void)state;
    for (size_t i = 0; i + 1 < sizeof digits; i++) {
        char text[] = "Ada (0000-0002-1825-0090)";
        struct str name = {text, sizeof text - 1};
        struct str orcid;
        bool wrong;
        text[sizeof text - 3] = digits[i];
        assert_int_equal(facts_orcid(&name, &orcid, &wrong), digits[i] == '7');
        assert_int_equal(wrong, digits[i] != '7');
    }
}

static void what_is_no_orcid_belongs_to_the_name(void **state)
{
    static const char *const plain[] = {"",
                                        "Water club",
                                        "Ada (Example)",
                                        "Ada 0000-0002-1825-0097",
                                        "Ada (0000-0002-18X5-0097)",
                                        "(0000000218250097)"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(plain); i++) {
        struct str name = str_of(plain[i]);
        struct str orcid;
        bool wrong;
        assert_false(facts_orcid(&name, &orcid, &wrong));
        assert_false(wrong);
        assert_true(str_eq(name, str_of(plain[i])));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_orcid_in_brackets_is_cut_off),
        cmocka_unit_test(any_other_last_digit_is_wrong),
        cmocka_unit_test(what_is_no_orcid_belongs_to_the_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
