/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* mkdtemp */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collect/collect.h"
#include "hypothesise/hypothesise.h"
#include "scratch.h"

static struct hypothesis_draft world(void)
{
    return (struct hypothesis_draft){.text = "Das Eis wird kürzer",
                                     .measure = "slope",
                                     .target = "days",
                                     .by = "year",
                                     .comparator = "at-most",
                                     .threshold = "-0.1"};
}

static struct hypothesis_draft model(void)
{
    return (struct hypothesis_draft){.text = "Arten",
                                     .measure = "accuracy",
                                     .target = "species",
                                     .comparator = "at-least",
                                     .threshold = "0.75",
                                     .group = "site"};
}

static struct hypothesis add(struct scratch *s, const struct hypothesis_draft *draft,
                             struct arena *arena)
{
    struct err err = {0};
    struct hypothesis h;
    struct hash id;
    must(hypothesise_add(s->record, draft, &id, &err), &err);
    must(hypothesise_load(s->record, &id, arena, &h, &err), &err);
    return h;
}

static void refused(struct scratch *s, const struct hypothesis_draft *draft, const char *word)
{
    struct err err = {0};
    struct hash id;
    assert_false(hypothesise_add(s->record, draft, &id, &err));
    assert_int_equal(err.code, ERR_INPUT);
    if (!strstr(err.what, word) && !strstr(err.next, word))
        fail_msg("\"%s\" is not in: %s %s", word, err.what, err.next);
}

static void what_was_said_is_read_again(void **state)
{
    struct scratch *s = *state;
    CLEANUP(arena_release) struct arena arena = {NULL};
    static const char *const missing[] = {"?", "unbekannt"};
    struct hypothesis_draft draft = model();
    draft.features = "length , width";
    draft.unit = "night";
    draft.least_units = 12;
    draft.rule = "length > 3.5 -> a";
    draft.missing = missing;
    draft.missing_n = 2;
    draft.share = "0,3";
    struct hypothesis h = add(s, &draft, &arena);
    assert_true(h.about_model);
    assert_int_equal(h.metric, METRIC_ACCURACY);
    assert_int_equal(h.comparator, AT_LEAST);
    assert_true(h.threshold == 0.75);
    assert_true(h.confidence == 0.95);
    assert_int_equal(h.least_units, 12);
    assert_int_equal(h.feature_n, 2);
    assert_true(str_eq(h.feature[1], STR("width")));
    assert_int_equal(h.missing_n, 2);
    assert_true(str_eq(h.missing[1], STR("unbekannt")));
    assert_true(str_eq(h.unit, STR("night")));
    assert_true(str_eq(h.table, STR("observations")));
    assert_int_equal(h.split.by, SPLIT_GROUPS);
    assert_true(str_eq(h.split.column, STR("site")));
    assert_int_equal(h.split.share_e4, 3000);
    assert_false(h.frozen);
}

static void a_guess_about_the_world_needs_no_split(void **state)
{
    struct scratch *s = *state;
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct hypothesis_draft draft = world();
    struct hypothesis h = add(s, &draft, &arena);
    assert_int_equal(h.measure, WORLD_SLOPE);
    assert_false(h.about_model);
    assert_int_equal(h.split.by, SPLIT_NONE);
    assert_int_equal(h.least_units, 5);
    assert_true(h.threshold == -0.1);
    draft.random_rows = true;
    draft.why = "because";
    refused(s, &draft, "--unit");
    draft = world();
    draft.by = NULL;
    refused(s, &draft, "--by");
    draft = world();
    draft.rule = "a > 1 -> b";
    refused(s, &draft, "--rule");
}

static void counts_are_shares(void **state)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    (void)state;
    assert_string_equal(hypothesise_count("15 of 20", &arena), "0.75");
    assert_string_equal(hypothesise_count("15 von 20", &arena), "0.75");
    assert_string_equal(hypothesise_count("93/100", &arena), "0.93");
    assert_string_equal(hypothesise_count("0,8", &arena), "0,8");
    assert_string_equal(hypothesise_count("3 of 0", &arena), "3 of 0");
    assert_string_equal(hypothesise_count("some of all", &arena), "some of all");
}

static void an_amendment_stands_beside_the_first(void **state)
{
    struct scratch *s = *state;
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct hypothesis_draft draft = model();
    draft.unit = "night";
    struct hypothesis first = add(s, &draft, &arena);
    static const char *const drop[] = {"unit"};
    struct hypothesis_amendment amendment = {
        .draft = {.threshold = "0,8", .comparator = "at-least"},
        .drop = drop,
        .drop_n = 1,
        .reason = "zu leicht"};
    struct hypothesis_change *change;
    struct hypothesis second;
    struct hash id;
    struct err err = {0};
    uint64_t looks;
    size_t n;
    must(hypothesise_amend(s->record, &first.id, &amendment, &id, &err), &err);
    must(hypothesise_load(s->record, &id, &arena, &second, &err), &err);
    assert_true(second.is_amendment && hash_eq(&second.amends, &first.id));
    assert_true(second.threshold == 0.8 && second.unit.n == 0 && first.unit.n == 5);
    assert_true(str_eq(second.split.column, STR("site")));
    must(hypothesise_changes(s->record, &second, &arena, &change, &n, &err), &err);
    assert_int_equal(n, 2);
    assert_string_equal(change[1].what, "threshold");
    assert_true(str_eq(change[1].before, STR("0.75")) && str_eq(change[1].now, STR("0.8")));
    must(hypothesise_looks_before(s->record, &second, &looks, &err), &err);
    assert_int_equal(looks, 0);
    amendment.reason = " ";
    assert_false(hypothesise_amend(s->record, &first.id, &amendment, &id, &err));
    assert_int_equal(err.code, ERR_INPUT);
}

static void contradictions_are_refused(void **state)
{
    struct scratch *s = *state;
    struct hypothesis_draft draft = model();
    draft.group = NULL;
    refused(s, &draft, "--group");
    draft = model();
    draft.split = "part";
    refused(s, &draft, "Keep one");
    draft = model();
    draft.threshold = "1.01";
    refused(s, &draft, "between 0 and 1");
    draft.threshold = "75%";
    refused(s, &draft, "not a number");
    draft = model();
    draft.comparator = NULL;
    refused(s, &draft, "--at-least");
    draft = model();
    draft.share = "0.00001";
    refused(s, &draft, "0.0001");
    draft = model();
    draft.test_groups = "a,,b";
    refused(s, &draft, "--test-groups");
    draft = model();
    draft.by = "year";
    refused(s, &draft, "--by");
    draft = model();
    draft.features = "a,b,a";
    refused(s, &draft, "twice");
    draft = model();
    draft.rule = "no rule at all";
    refused(s, &draft, "rule");
    draft = model();
    draft.text = "";
    refused(s, &draft, "--text");
}

static void sentence_is(struct scratch *s, const struct hypothesis_draft *draft, const char *text)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct hypothesis h = add(s, draft, &arena);
    struct str sentence = hypothesise_sentence(&h, &arena);
    assert_string_equal(sentence.at, text);
}

/* The counts are worked by hand: 0.75 = 15/20, 0.9 = 18/20, 0.93 = 93/100, 0.875 = 875/1000,
 * 0.3333 = 3333/10000; 0.33333 has no such fraction. */
static void a_share_is_told_as_counts(void **state)
{
    struct scratch *s = *state;
    struct hypothesis_draft draft = model();
    draft.group = NULL;
    draft.split = "part";
    sentence_is(s, &draft, "of 20 observations it has never seen, at least 15 right");
    draft.threshold = "0.90";
    sentence_is(s, &draft, "of 20 observations it has never seen, at least 18 right");
    draft.threshold = "0,93";
    draft.comparator = "at-most";
    sentence_is(s, &draft, "of 100 observations it has never seen, at most 93 right");
    draft.threshold = "0.875";
    sentence_is(s, &draft, "of 1000 observations it has never seen, at most 875 right");
    draft.threshold = "0.3333";
    sentence_is(s, &draft, "of 10000 observations it has never seen, at most 3333 right");
    draft.threshold = "0.33333";
    sentence_is(s, &draft, "a share of at most 0.33333 right, of observations it has never seen");
    draft.threshold = "1";
    sentence_is(s, &draft, "of 20 observations it has never seen, at most 20 right");
}

static void the_first_freeze_holds(void **state)
{
    struct scratch *s = *state;
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct err err = {0};
    struct hypothesis_draft draft = world();
    struct hypothesis h = add(s, &draft, &arena);
    struct hash first;
    struct hash second;
    must(hypothesise_freeze(s->record, &h.id, &first, &err), &err);
    assert_false(hypothesise_freeze(s->record, &h.id, &second, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    err_clear(&err);
    append_raw(s, "freeze", json_pack("{s:s}", "hypothesis", hash_hex(&h.id).at));
    must(hypothesise_load(s->record, &h.id, &arena, &h, &err), &err);
    assert_true(h.frozen);
    assert_true(hash_eq(&h.freeze, &first));
    must(record_rebuild(s->record, &err), &err);
    must(hypothesise_load(s->record, &h.id, &arena, &h, &err), &err);
    assert_true(hash_eq(&h.freeze, &first));
}

static void import(struct scratch *s, const char *name, const char *csv)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct err err = {0};
    struct import_report report;
    const struct import_draft draft = {.path = scratch_file(s, name, str_of(csv))};
    must(collect_import(s->record, &draft, &arena, &report, &err), &err);
}

static void data_that_were_there_are_told_from_those_that_came(void **state)
{
    struct scratch *s = *state;
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct err err = {0};
    struct hypothesis_draft draft = world();
    struct hypothesis h = add(s, &draft, &arena);
    struct hash freeze;
    size_t batches;
    must(hypothesise_data_before(s->record, &h, &batches, &err), &err);
    assert_int_equal(batches, 0);
    import(s, "a.csv", "days,year\n1,2001\n");
    must(hypothesise_data_before(s->record, &h, &batches, &err), &err);
    assert_int_equal(batches, 1);
    must(hypothesise_freeze(s->record, &h.id, &freeze, &err), &err);
    import(s, "b.csv", "days,year\n2,2002\n");
    must(hypothesise_load(s->record, &h.id, &arena, &h, &err), &err);
    must(hypothesise_data_before(s->record, &h, &batches, &err), &err);
    assert_int_equal(batches, 1);
}

static void a_split_file_is_kept_and_counted(void **state)
{
    struct scratch *s = *state;
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct err err = {0};
    struct hypothesis_draft draft = model();
    struct columns file;
    size_t column;
    char split[200];
    snprintf(split, sizeof split, "%s:part",
             scratch_file(s, "s.csv", STR("part;x\ntrain;1\ntest;2\n;3\ntrain;4\n")));
    draft.group = NULL;
    draft.split = split;
    struct hypothesis h = add(s, &draft, &arena);
    assert_int_equal(h.split.by, SPLIT_FILE);
    assert_true(str_eq(h.split.column, STR("part")));
    must(hypothesise_split_file(s->record, &h, &arena, &file, &column, &err), &err);
    assert_int_equal(file.table.rows, 4);
    struct split_count count = hypothesise_split_count(&file, column);
    assert_int_equal(count.train, 2);
    assert_int_equal(count.test, 1);
    assert_int_equal(count.neither, 1);
}

int main(void)
{
#define WITH_PROJECT(test) cmocka_unit_test_setup_teardown(test, scratch_up, scratch_down)
    const struct CMUnitTest tests[] = {
        WITH_PROJECT(what_was_said_is_read_again),
        WITH_PROJECT(a_guess_about_the_world_needs_no_split),
        WITH_PROJECT(contradictions_are_refused),
        cmocka_unit_test(counts_are_shares),
        WITH_PROJECT(an_amendment_stands_beside_the_first),
        WITH_PROJECT(a_share_is_told_as_counts),
        WITH_PROJECT(the_first_freeze_holds),
        WITH_PROJECT(data_that_were_there_are_told_from_those_that_came),
        WITH_PROJECT(a_split_file_is_kept_and_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
