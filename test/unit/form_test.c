/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collect/expression.h"
#include "collect/form.h"
#include "collect/looks.h"
#include "collect/observe.h"
#include "collect/pattern.h"
#include "collect/view_int.h"
#include "scratch.h"

/* --- expressions -------------------------------------------------------------------------- */

/* a = 5, b = "red blue", d = 2024-05-01, empty = "" */
static struct str value_of(const void *context, struct str field)
{
    (void)context;
    if (str_eq(field, STR("a")))
        return STR("5");
    if (str_eq(field, STR("b")))
        return STR("red blue");
    return str_eq(field, STR("d")) ? STR("2024-05-01") : STR("");
}

static bool holds(const char *text)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    const struct expression *e;
    const struct expression_values values = {
        .value = value_of, .self = STR("12.50"), .today = STR("2024-05-02")};
    struct err err = {0};
    must(expression_parse(str_of(text), &arena, &e, &err), &err);
    return expression_holds(e, &values);
}

static void expressions_mean_what_xlsform_says(void **state)
{
    (void)state;
    assert_true(holds("${a} = 5"));
    assert_true(holds("${a} = '5.0'"));
    assert_true(holds(". = 12.5 and . > 12.4999 and not(. > 12.5)"));
    assert_true(holds("selected(${b}, 'blue') and not(selected(${b}, 'blu'))"));
    assert_true(holds("${d} >= '2024-04-30' and ${d} < \"2024-05-02\""));
    assert_true(holds("${empty} = '' and ${empty} != 5"));
    assert_false(holds("${empty} < 5 or ${empty} >= 5"));
    assert_false(holds("b < 5 or b > 5"));
    /* and binds more than or: true or (false and false) */
    assert_true(holds("a = 5 or a = 6 and a = 7"));
    assert_false(holds("(a = 5 or a = 6) and a = 7"));
    assert_true(holds("${b}"));
    assert_false(holds("${empty} or false()"));
}

static void other_expressions_are_refused(void **state)
{
    static const char *const texts[] = {"",        "a +",         "${a} + 1 = 2",    "count(a) > 1",
                                        "a = 'x",  "(a = 1",      "a = 1)",          "${a",
                                        "and",     "a div 2 = 1", "regex(., '(x)')", "not a",
                                        "a = = 1", "selected(a)", "1x = 2"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        CLEANUP(arena_release) struct arena arena = {NULL};
        const struct expression *e;
        struct err err = {0};
        assert_false(expression_parse(str_of(texts[i]), &arena, &e, &err));
        assert_int_equal(err.code, ERR_INPUT);
    }
}

/* Which of the texts fit is what Python's re.fullmatch(…, re.ASCII) says. */
static void simple_patterns_fit_as_in_python(void **state)
{
    static const char *const texts[] = {"",       "a@b.de",     "a.b+c@d-e.info",
                                        "a@b",    "a@b.museum", "123",
                                        "12",     "12345",      "12x",
                                        "1234x",  "abc",        "a1",
                                        "AB12",   "AB",         "ABC1",
                                        "b",      "aabbc",      "abcc",
                                        "äö",     "ä",          "xyz",
                                        "]a",     "a]b",        "ab",
                                        "-b",     "bb",         "foo !",
                                        "foo_!",  "xx",         "xxxxx",
                                        "x",      "a.b",        "axb",
                                        "$5",     "$",          "aaa",
                                        "aaaaaa", "aaaaaaa"};
    static const struct {
        const char *pattern;
        const char *fits;
    } cases[] = {
        {"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,4}",
         "01100000000000000000000000000000000000"},
        {"\\d{3}", "00000100000000000000000000000000000000"},
        {"\\d{2,4}x?", "00000110110000000000000000000000000000"},
        {"[^0-9]+", "01111000001001011111111111111111101111"},
        {"^[A-Z]{2}\\d+$", "00000000000010000000000000000000000000"},
        {"a*b+c?", "00000000001000011000000101000000000000"},
        {".{2}", "00000010000101000010010111001000010000"},
        {"[]a]+", "00000000000000000000010000000000000111"},
        {"[a-]b", "00000000000000000000000110000000000000"},
        {"\\w+\\s\\W", "00000000000000000000000000100000000000"},
        {"x{2,}", "00000000000000000000000000001100000000"},
        {"[ä-ü]{1,2}", "00000000000000000011000000000000000000"},
        {"a\\.b", "00000000000000000000000000000001000000"},
        {"\\$\\d+", "00000000000000000000000000000000010000"},
        {"a{0,3}a{3}", "00000000000000000000000000000000000110"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_true(pattern_is_fine(str_of(cases[i].pattern)));
        for (size_t k = 0; k < COUNT_OF(texts); k++)
            if (pattern_fits(str_of(cases[i].pattern), str_of(texts[k])) !=
                (cases[i].fits[k] == '1'))
                fail_msg("%s, %s", cases[i].pattern, texts[k]);
    }
}

static void other_patterns_are_refused(void **state)
{
    static const char *const patterns[] = {
        "(a)", "a|b", "a{2", "a{3,2}", "a{101}", "[a",    "\\1", "\\b",
        "*a",  "a**", "a\\", "[[a]",   "a]",     "a{,2}", "a$b", "a{50}b{100}c{100}d{100}e{100}"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(patterns); i++)
        if (pattern_is_fine(str_of(patterns[i])))
            fail_msg("%s", patterns[i]);
}

static void functions_count_and_know_the_day(void **state)
{
    (void)state;
    assert_true(holds("string-length(${b}) = 8"));
    assert_true(holds("count-selected(${b}) = 2 and count-selected(${empty}) = 0"));
    assert_true(holds("${d} <= today() and today() = '2024-05-02'"));
    assert_false(holds("0"));
    assert_true(holds("1"));
    assert_true(holds("regex(${d}, '\\d{4}-\\d\\d-\\d\\d')"));
}

static void deep_expressions_are_refused(void **state)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    const struct expression *e;
    struct err err = {0};
    (void)state;
    for (int i = 0; i < 100000; i++)
        buf_char(&text, '(');
    assert_false(expression_parse(buf_view(&text), &arena, &e, &err));
}

static void decimals_are_ordered_exactly(void **state)
{
    (void)state;
    assert_true(expression_order((struct decimal){1, 0}, (struct decimal){10, -1}) == 0);
    assert_true(
        expression_order((struct decimal){3, 300}, (struct decimal){999999999999999999, 0}) > 0);
    assert_true(expression_order((struct decimal){-3, 300}, (struct decimal){1, -300}) < 0);
    assert_true(expression_order((struct decimal){0, 0}, (struct decimal){1, -300}) < 0);
    assert_true(
        expression_order((struct decimal){100000000000000001, -17}, (struct decimal){1, 0}) > 0);
}

/* --- cells -------------------------------------------------------------------------------- */

static void cell_is(const char *typed, unsigned digits, bool latitude, const char *wanted)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct str cell = view_cell(&arena, str_of(typed), '.', digits, latitude);
    assert_int_equal(cell.n, strlen(wanted));
    assert_memory_equal(cell.at, wanted, cell.n);
}

/* By hand: the cell [k, k + 1) * 10^-digits, its centre. */
static void a_place_becomes_the_centre_of_its_cell(void **state)
{
    (void)state;
    cell_is("51.0512", 2, true, "51.055");
    cell_is("51.05", 2, true, "51.055");
    cell_is("51.0499999", 2, true, "51.045");
    cell_is("51.0512", 1, true, "51.05");
    cell_is("51.0512", 3, true, "51.0515");
    cell_is("-0.001", 1, false, "-0.05");
    cell_is("-13.7", 1, false, "-13.65"); /* -13.7 is the lower edge of its cell */
    cell_is("-13.71", 1, false, "-13.75");
    cell_is("0", 1, false, "0.05");
    cell_is("1e2", 1, false, "100.05");
    cell_is("180", 1, false, "179.95");
    cell_is("90", 1, true, "89.95");
    cell_is("90.1", 1, true, "");
    cell_is("181", 1, false, "");
    cell_is("-180", 1, false, "-179.95");
    cell_is("north", 1, true, "");
}

/* Half the diagonal of one degree at the equator, WGS84: 111319.49 m by 110574.28 m gives 78451.8 m
 * (worked with Python). */
static void the_uncertainty_is_half_the_diagonal(void **state)
{
    uint64_t metres;
    (void)state;
    assert_int_equal(view_cell_m(1), 7846);
    assert_int_equal(view_cell_m(2), 785);
    assert_int_equal(view_cell_m(3), 79);
    assert_true(view_metres(STR("12.1"), '.', &metres));
    assert_int_equal(metres, 13);
    assert_false(view_metres(STR("-1"), '.', &metres));
    assert_false(view_metres(STR("far"), '.', &metres));
}

static void people_have_numbers_without_names(void **state)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct view_people *people = view_people_new(&arena, STR("first"));
    bool seen[1001] = {false};
    (void)state;
    for (int round = 0; round < 3; round++)
        for (int i = 0; i < 1000; i++)
            view_people_add(people, str_of(arena_printf(&arena, "Name %d", i)));
    assert_int_equal(view_people_count(people), 1000);
    for (int i = 0; i < 1000; i++) {
        size_t n = view_people_number(people, str_of(arena_printf(&arena, "Name %d", i)));
        assert_true(n >= 1 && n <= 1000 && !seen[n]);
        seen[n] = true;
    }
    assert_int_equal(view_people_number(people, STR("nobody")), 0);
}

static void names_and_cells_are_looked_at(void **state)
{
    (void)state;
    assert_int_equal(looks_name(STR("recordedBy")), VIEW_LIKE_PERSON);
    assert_int_equal(looks_name(STR("observer name")), VIEW_LIKE_PERSON);
    assert_int_equal(looks_name(STR("Name")), VIEW_LIKE_PERSON);
    assert_int_equal(looks_name(STR("scientificName")), VIEW_OPEN);
    assert_int_equal(looks_name(STR("site_name")), VIEW_OPEN);
    assert_int_equal(looks_name(STR("E-Mail")), VIEW_LIKE_CONTACT);
    assert_int_equal(looks_name(STR("decimalLatitude")), VIEW_LIKE_PLACE);
    assert_int_equal(looks_name(STR("Bemerkungen")), VIEW_LIKE_FREE_TEXT);
    assert_int_equal(looks_name(STR("temperature")), VIEW_OPEN);
    assert_true(looks_contact(STR("ada@example.org")));
    assert_true(looks_contact(STR("+49 351 123456")));
    assert_true(looks_contact(STR("0351/123456")));
    assert_false(looks_contact(STR("01.02.2024")));
    assert_false(looks_contact(STR("2024-01-02")));
    assert_false(looks_contact(STR("0.123456")));
    assert_false(looks_contact(STR("Green Weir")));
}

/* --- forms -------------------------------------------------------------------------------- */

static void form_fails(const char *text, const char *wanted)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(json_release) json_t *body = NULL;
    struct form form;
    struct err err = {0};
    bool fine = form_read_text(str_of(text), &body, &err) && form_read(body, &arena, &form, &err);
    assert_false(fine);
    if (!strstr(err.what, wanted))
        fail_msg("\"%s\" does not say \"%s\"", err.what, wanted);
}

static void faulty_forms_name_the_place(void **state)
{
    (void)state;
    form_fails("text a\n", "name of a form");
    form_fails("form f\n", "1 to 1000 fields");
    form_fails("form f\n\nspoon a\n", "Line 3");
    form_fails("form f\ntext a wat\n", "Line 2");
    form_fails("form f\ntext a \"open\n", "Line 2");
    form_fails("form f\nrepeat r\ntext a\n", "\"end\"");
    form_fails("form f\ntext a\ntext a\n", "twice");
    form_fails("form f\ntext 1a\n", "begins with a letter");
    form_fails("form f\nchoice a\n", "no choices");
    form_fails("form f\nchoice a is x,x\n", "twice");
    form_fails("form f\ntext a min 3\n", "only numbers");
    form_fails("form f\nnumber a min x\n", "min and max");
    form_fails("form f\neffort a unit beer\n", "minutes, people or metres");
    form_fails("form f\ntext a coarse 0.1\n", "only a place");
    form_fails("form f\nplace a coarse 2\n", "Line 2");
    form_fails("form f\ntext a when \"b = 1\"\n", "no field \"b\"");
    form_fails("form f\ntext a must \". + 1\"\n", "\"a\"");
}

static void values_are_set_by_key(void **state)
{
    static const char text[] = "form f\nplace p\nchoices c is x,y,z\nrepeat r\nnumber n\nend\n";
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(json_release) json_t *body = NULL;
    CLEANUP(filled_release) struct filled values = filled_new();
    struct form form;
    struct err err = {0};
    (void)state;
    must(form_read_text(str_of(text), &body, &err), &err);
    must(form_read(body, &arena, &form, &err), &err);
    must(filled_set(&values, &form, STR("p"), STR("51.5, 13.25 8"), &err), &err);
    must(filled_set(&values, &form, STR("c"), STR("z x"), &err), &err);
    must(filled_set(&values, &form, STR("r.1.n"), STR("2.50"), &err), &err);
    must(filled_check(&values, &form, &err), &err);
    assert_string_equal(json_text(values.fields, "p_lat"), "51.5");
    assert_string_equal(json_text(values.fields, "p_lon"), "13.25");
    assert_string_equal(json_text(values.fields, "p_accuracy"), "8");
    assert_string_equal(json_text(values.fields, "c"), "x z");
    assert_string_equal(json_text(json_array_get(json_object_get(values.rows, "r"), 0), "n"),
                        "2.50");
    assert_false(filled_set(&values, &form, STR("r.3.n"), STR("1"), &err));
    err_clear(&err);
    assert_false(filled_set(&values, &form, STR("q"), STR("1"), &err));
    err_clear(&err);
    must(filled_set(&values, &form, STR("p_lat"), STR("91"), &err), &err);
    assert_false(filled_check(&values, &form, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expressions_mean_what_xlsform_says),
        cmocka_unit_test(other_expressions_are_refused),
        cmocka_unit_test(simple_patterns_fit_as_in_python),
        cmocka_unit_test(other_patterns_are_refused),
        cmocka_unit_test(functions_count_and_know_the_day),
        cmocka_unit_test(deep_expressions_are_refused),
        cmocka_unit_test(decimals_are_ordered_exactly),
        cmocka_unit_test(a_place_becomes_the_centre_of_its_cell),
        cmocka_unit_test(the_uncertainty_is_half_the_diagonal),
        cmocka_unit_test(people_have_numbers_without_names),
        cmocka_unit_test(names_and_cells_are_looked_at),
        cmocka_unit_test(faulty_forms_name_the_place),
        cmocka_unit_test(values_are_set_by_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
