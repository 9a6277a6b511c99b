/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `help`, --help and --version say. */
#include "cli_host.h"

/* --- help ------------------------------------------------------------------------------------ */

static void help_lists_the_commands_in_the_order_of_the_cycle(void **state)
{
    (void)state;
    assert_int_equal(RUN("help"), 0);
    const char *project = strstr(out, "\nproject: ");
    const char *status = strstr(out, "\n  status  ");
    const char *ask = strstr(out, "\nask: ");
    const char *add = strstr(out, "\n  ask add QUESTION [MORE]     Put a question.\n");
    const char *collect = strstr(out, "\ncollect: ");
    const char *train = strstr(out, "\n  train HOW                   Stop.\n");
    assert_true(project && project < status && status < ask && ask < add && add < collect &&
                collect < train);
    assert_has(out, "  -p FILE                     the project file;");
    assert_has(out, "  --json  ");
    assert_lacks(out, "publish:");
    char all[sizeof out];
    memcpy(all, out, sizeof all);
    assert_int_equal(run_words((const char *const[]){NULL}), 0);
    assert_string_equal(out, all);
    assert_int_equal(RUN("--help"), 0);
    assert_string_equal(out, all);
    assert_int_equal(RUN("-h"), 0);
    assert_string_equal(out, all);
}

/* Characters, not bytes: none of ours takes two columns. */
static size_t widest_line(const char *text)
{
    size_t widest = 0;
    size_t columns = 0;
    for (; *text; text++) {
        columns = *text == '\n' ? 0 : columns + (((unsigned char)*text & 0xC0) != 0x80);
        widest = columns > widest ? columns : widest;
    }
    return widest;
}

static void no_line_of_help_is_wider_than_a_terminal(void **state)
{
    (void)state;
    static const char *const languages[] = {"--lang=en", "--lang=de"};
    for (size_t i = 0; i < COUNT_OF(languages); i++) {
        assert_int_equal(RUN("help", languages[i]), 0);
        assert_in_range(widest_line(out), 60, 80);
        assert_int_equal(RUN("help", "ask", "add", languages[i]), 0);
        assert_in_range(widest_line(out), 60, 80);
    }
}

static void help_of_a_command_shows_all_of_it(void **state)
{
    (void)state;
    assert_int_equal(RUN("help", "ask", "add"), 0);
    assert_has(out, "allmende ask add QUESTION [MORE] --why TEXT […]\n\nPut a question.\n\nA "
                    "question is what the group wants to know about its surroundings, in its own\n"
                    "words, before anybody has looked.\n\nSecond paragraph.\n\nOptions:\n");
    assert_has(out, "  --why TEXT                  the reason (needed)\n");
    assert_has(out, "  --tag WORD                  a word to find it by (may be repeated)\n");
    assert_has(out, "\nExample:\n  allmende ask add \"How long does the ice stay?\" --why "
                    "curious\n");
    char all[sizeof out];
    memcpy(all, out, sizeof all);
    assert_int_equal(RUN("ask", "add", "--help"), 0);
    assert_string_equal(out, all);
    assert_int_equal(RUN("ask", "add", "q", "--wrong", "-h"), 0);
    assert_string_equal(out, all);
    assert_string_equal(seen, "");
}

static void help_of_a_first_word_or_a_phase_lists_its_commands(void **state)
{
    (void)state;
    assert_int_equal(RUN("help", "ask"), 0);
    assert_has(out, "  ask add QUESTION [MORE] ");
    assert_has(out, "  ask list ");
    assert_lacks(out, "status");
    assert_int_equal(RUN("help", "project"), 0);
    assert_has(out, "  status ");
    assert_lacks(out, "ask add");
    assert_int_equal(RUN("help", "stats"), 2);
    assert_string_equal(errors, "There is no command \"stats\". Did you mean \"status\"?\n"
                                "Read: allmende help\n");
}

static void help_as_json_is_the_whole_table(void **state)
{
    (void)state;
    assert_int_equal(RUN("help", "--json"), 0);
    json_t *all = json_loads(out, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(all);
    json_t *list = json_object_get(all, "commands");
    assert_int_equal(json_array_size(list), COUNT_OF(table)); /* help in place of the NULL */
    json_t *add = json_array_get(list, 2);
    assert_string_equal(json_text(add, "name"), "ask add");
    assert_string_equal(json_text(add, "phase"), "ask");
    assert_string_equal(json_text(add, "needs"), "nothing");
    json_t *why = json_array_get(json_object_get(add, "options"), 0);
    assert_string_equal(json_text(why, "name"), "why");
    assert_string_equal(json_text(why, "value"), "TEXT");
    assert_true(json_is_true(json_object_get(why, "required")));
    assert_int_equal(json_array_size(json_object_get(all, "phases")), PHASE_COUNT);
    json_decref(all);
}

static void version_is_told_wherever_it_is_asked(void **state)
{
    (void)state;
    assert_int_equal(RUN("--version"), 0);
    assert_int_equal(strncmp(out, "allmende ", 9), 0);
    assert_int_equal(RUN("status", "--version", "--json"), 0);
    assert_int_equal(strncmp(out, "{\"version\":\"", 12), 0);
}

int main(void)
{
    prepare_languages();
    const struct CMUnitTest tests[] = {
        TEST(help_lists_the_commands_in_the_order_of_the_cycle),
        TEST(no_line_of_help_is_wider_than_a_terminal),
        TEST(help_of_a_command_shows_all_of_it),
        TEST(help_of_a_first_word_or_a_phase_lists_its_commands),
        TEST(help_as_json_is_the_whole_table),
        TEST(version_is_told_wherever_it_is_asked),
    };
    return cmocka_run_group_tests_name("cli help", tests, NULL, NULL);
}
