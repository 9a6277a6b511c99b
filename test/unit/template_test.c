/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expected texts are worked by hand after the rules in base/template.h; references for the five
 * characters: HTML Living Standard 13.1.4. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/template.h"

/* Render a text with a context in JSON. */
static void gives(const char *template, const char *context, const char *expected)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT;
    CLEANUP(json_release) json_t *value = json_loads(context, 0, NULL);
    assert_non_null(value);
    template_text(str_of(template), value, &out);
    assert_string_equal(out.at, expected);
}

static void texts_are_escaped_in_text_and_attributes(void **state)
{
    (void)state;
    gives("<p title=\"{{a}}\">{{a}}</p>", "{\"a\":\"<b a='1' c=\\\"2\\\">&\"}",
          "<p title=\"&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;\">"
          "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;</p>");
}

static void numbers_are_written_as_they_are(void **state)
{
    (void)state;
    gives("{{n}} {{m}}", "{\"n\":-3,\"m\":9007199254740991}", "-3 9007199254740991");
}

static void links_take_only_paths_of_this_site(void **state)
{
    (void)state;
    gives("<a href=\"{{u}}\">", "{\"u\":\"entries/000001-ab.json\"}",
          "<a href=\"entries/000001-ab.json\">");
    gives("<a href=\"{{u}}\">", "{\"u\":\"javascript:alert(1)\"}", "<a href=\"#\">");
    gives("<a href=\"{{u}}\">", "{\"u\":\"//example.org\"}", "<a href=\"#\">");
    gives("<a class=\"x\" href=\"{{u}}\">", "{\"u\":\"a/../../b\"}", "<a class=\"x\" href=\"#\">");
    gives("<img src=\"{{u}}\" alt=\"{{u}}\">", "{\"u\":\"http://a.b\"}",
          "<img src=\"#\" alt=\"http://a.b\">");
    gives("<a href=\"{{u}}\">", "{\"u\":\"/ask/12?from=3&to=4\"}",
          "<a href=\"/ask/12?from=3&amp;to=4\">");
    gives("<a href=\"/{{u}}\">", "{\"u\":\"/example.org\"}", "<a href=\"/#\">");
}

static void sentences_come_in_the_language_with_values_in_them(void **state)
{
    (void)state;
    gives("<p>{{_ {n} of {m}}}</p>", "{\"n\":1,\"m\":\"<2>\"}", "<p>1 of &lt;2&gt;</p>");
    gives("<p title=\"{{_ Say \"it\"}}\">{{_ No value.}}</p>", "{}",
          "<p title=\"Say &quot;it&quot;\">No value.</p>");
}

static void lists_are_gone_through_and_see_what_surrounds_them(void **state)
{
    (void)state;
    gives("{{#l}}<li>{{a}}{{b}}</li>{{/l}}",
          "{\"b\":\"!\",\"l\":[{\"a\":1},{\"a\":2,\"b\":\"?\"}]}", "<li>1!</li><li>2?</li>");
    gives("[{{#l}}x{{/l}}]", "{\"l\":[]}", "[]");
    gives("[{{#l}}x{{/l}}]", "{}", "[]");
    gives("{{#o}}{{a}}{{/o}}", "{\"o\":{\"a\":7}}", "7");
}

static void blocks_of_one_name_may_lie_in_each_other(void **state)
{
    (void)state;
    gives("{{#a}}({{#a}}{{n}}{{/a}}){{/a}}.", "{\"a\":[{\"a\":[{\"n\":1},{\"n\":2}]}]}", "(12).");
}

static void conditions_ask_whether_something_is_there(void **state)
{
    (void)state;
    static const char *const no[] = {"{}",        "{\"a\":null}", "{\"a\":false}",
                                     "{\"a\":0}", "{\"a\":\"\"}", "{\"a\":[]}"};
    static const char *const yes[] = {"{\"a\":true}", "{\"a\":1}", "{\"a\":\"0\"}", "{\"a\":[0]}",
                                      "{\"a\":{}}"};
    for (size_t i = 0; i < COUNT_OF(no); i++)
        gives("<{{?a}}{{!is it?}}y{{/a}}>", no[i], "<>");
    for (size_t i = 0; i < COUNT_OF(yes); i++)
        gives("[{{?a}}y{{/a}}]", yes[i], "[y]");
}

static void a_condition_may_stand_in_an_attribute(void **state)
{
    (void)state;
    gives("<p class=\"a{{?b}} b{{/b}}\">", "{\"b\":1}", "<p class=\"a b\">");
}

static void styles_and_comments_pass_through(void **state)
{
    (void)state;
    gives("<style>a>b{c:\"d\"}</style><!-- \"x\" > <p --><i>{{a}}</i>", "{\"a\":\"<\"}",
          "<style>a>b{c:\"d\"}</style><!-- \"x\" > <p --><i>&lt;</i>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_escaped_in_text_and_attributes),
        cmocka_unit_test(numbers_are_written_as_they_are),
        cmocka_unit_test(links_take_only_paths_of_this_site),
        cmocka_unit_test(sentences_come_in_the_language_with_values_in_them),
        cmocka_unit_test(lists_are_gone_through_and_see_what_surrounds_them),
        cmocka_unit_test(blocks_of_one_name_may_lie_in_each_other),
        cmocka_unit_test(conditions_ask_whether_something_is_there),
        cmocka_unit_test(a_condition_may_stand_in_an_attribute),
        cmocka_unit_test(styles_and_comments_pass_through),
    };
    return cmocka_run_group_tests_name("template", tests, NULL, NULL);
}
