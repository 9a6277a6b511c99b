/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expectations are worked by hand after RFC 3986 (paths), the WHATWG URL Standard (forms) and RFC
 * 9110 (weights). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "web/request.h"

static void path_gives(const char *sent, const char *expected)
{
    struct arena arena = {0};
    struct str path = STR("");
    bool fine = request_path(str_of(sent), &arena, &path);
    assert_int_equal(fine, expected != NULL);
    if (expected)
        assert_string_equal(path.at, expected);
    arena_release(&arena);
}

static void paths_are_decoded_once(void **state)
{
    (void)state;
    path_gives("/", "/");
    path_gives("/ask/12ab", "/ask/12ab");
    path_gives("/ask/", "/ask/");
    path_gives("/B%C3%A4che", "/Bäche");
    path_gives("/a%2525", "/a%25");
    path_gives("/a+b", "/a+b");
}

static void paths_that_lead_elsewhere_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",     "a",        "/..",    "/a/../b",   "/%2e%2e/b",
                                      "/./a", "//a",      "/a//b",  "/a%00b",    "/a%0Ab",
                                      "/a%",  "/a%4",     "/a%zz",  "/%ff",      "/%c0%af",
                                      "*",    "http://a", "/a%7Fb", "/%ed%a0%80"};
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        path_gives(bad[i], NULL);
}

static void forms_are_read_by_name(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct err err = {0};
    struct fields f;
    assert_true(
        fields_read(STR("text=+a%0D%0Ab+&may=x&may=&may=y&=z&flag&a%3Db=1+2"), &arena, &f, &err));
    assert_string_equal(fields_get(&f, "text"), "a\nb");
    assert_string_equal(fields_at(&f, "may", 0), "x");
    assert_string_equal(fields_at(&f, "may", 1), "y");
    assert_null(fields_at(&f, "may", 2));
    assert_null(fields_get(&f, "flag"));
    assert_null(fields_get(&f, "nothing"));
    assert_string_equal(fields_get(&f, "a=b"), "1 2");
    arena_release(&arena);
}

static void forms_that_are_no_text_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"a=%ff", "a=%00", "a=%4", "%c3=1", "a%00=1"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct arena arena = {0};
        struct err err = {0};
        struct fields f;
        assert_false(fields_read(str_of(bad[i]), &arena, &f, &err));
        assert_int_equal(err.code, ERR_INPUT);
        arena_release(&arena);
    }
}

static void too_many_fields_are_refused(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct err err = {0};
    struct fields f;
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    for (int i = 0; i < FIELDS_MAX; i++)
        buf_text(&text, "a=1&");
    assert_true(fields_read(buf_view(&text), &arena, &f, &err));
    buf_text(&text, "a=1");
    assert_false(fields_read(buf_view(&text), &arena, &f, &err));
    assert_int_equal(err.code, ERR_LIMIT);
    arena_release(&arena);
}

static void cookie_gives(const char *header, const char *expected)
{
    struct str value = request_cookie(str_of(header), "k");
    struct str want = str_of(expected);
    assert_true(str_eq(value, want));
    assert_int_equal(value.at == NULL, want.at == NULL);
}

static void a_cookie_is_found_if_there_is_one(void **state)
{
    (void)state;
    cookie_gives("k=1", "1");
    cookie_gives("a=2; k=1; b=3", "1");
    cookie_gives("xk=1; k=2", "2");
    cookie_gives("k=", "");
    cookie_gives("", NULL);
    cookie_gives("k", NULL);
    cookie_gives("kk=1", NULL);
    cookie_gives("k=1; k=2", NULL);
}

static void weights_of_nought_refuse(void **state)
{
    (void)state;
    assert_true(request_accepts(STR("gzip"), "gzip"));
    assert_true(request_accepts(STR("deflate, GZIP;q=0.5"), "gzip"));
    assert_false(request_accepts(STR("gzip;q=0"), "gzip"));
    assert_false(request_accepts(STR("gzip; q=0.000, br"), "gzip"));
    assert_false(request_accepts(STR("gzipped"), "gzip"));
    assert_false(request_accepts(STR(""), "gzip"));
}

static void escaped_texts_come_back(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf out = BUF_INIT;
    request_escape(STR("a b/ä?&~"), &out);
    assert_string_equal(out.at, "a%20b%2F%C3%A4%3F%26~");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_are_decoded_once),
        cmocka_unit_test(paths_that_lead_elsewhere_are_refused),
        cmocka_unit_test(forms_are_read_by_name),
        cmocka_unit_test(forms_that_are_no_text_are_refused),
        cmocka_unit_test(too_many_fields_are_refused),
        cmocka_unit_test(a_cookie_is_found_if_there_is_one),
        cmocka_unit_test(weights_of_nought_refuse),
        cmocka_unit_test(escaped_texts_come_back),
    };
    return cmocka_run_group_tests_name("request", tests, NULL, NULL);
}
