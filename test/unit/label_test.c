/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What counts under a guideline, also when entries come from elsewhere and no command has looked at
 * them first. Expected: by hand from the rules in collect/label.h. */
#define _GNU_SOURCE /* mkdtemp */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collect/label_int.h"
#include "scratch.h"

static struct hash guideline(struct scratch *s, const char *more)
{
    char text[256];
    json_t *body;
    struct err err = {0};
    snprintf(text, sizeof text,
             "{\"question\":\"Which?\",\"choices\":[\"a\",\"b\"],\"version\":1,\"enough\":3,"
             "\"level\":\"nominal\"%s}",
             more);
    must(json_strict(str_of(text), &body, &err), &err);
    return append_raw(s, "guideline", body);
}

static struct hash answer(struct scratch *s, const struct hash *guide, const char *item,
                          const char *choice)
{
    return append_raw(s, "label",
                      json_pack("{s:s,s:[{s:s,s:s?}]}", "guideline", hash_hex(guide).at, "answers",
                                "item", item, "answer", choice));
}

static struct labels load(struct scratch *s, const struct hash *guide, struct arena *arena)
{
    struct labels labels;
    struct err err = {0};
    struct device me = record_device(s->record);
    must(labels_load(s->record, guide, &me, arena, &labels, &err), &err);
    return labels;
}

/* Act as another member. */
static void become(struct scratch *s, const char *name)
{
    struct err err = {0};
    must(record_act_as(s->record, name, &err), &err);
}

static void add_people(struct scratch *s)
{
    struct device device;
    struct err err = {0};
    must(member_add(s->record, &(struct member_draft){.name = "Ben"}, &device, &err), &err);
    must(member_add(s->record, &(struct member_draft){.name = "Cem"}, &device, &err), &err);
}

static void the_first_answer_counts(void **state)
{
    struct scratch *s = *state;
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct hash guide = guideline(s, "");
    answer(s, &guide, "x", "b");
    answer(s, &guide, "x", "a");
    answer(s, &guide, "y", "nonsense"); /* no choice: means nothing */
    answer(s, &guide, "z", NULL);
    struct labels l = load(s, &guide, &arena);
    assert_int_equal(l.item_n, 2); /* x and z */
    assert_int_equal(l.n, 1);
    assert_int_equal(l.answer[0], 1);
    assert_int_equal(l.unknown[1], 1);
    assert_true(l.mine[0] && l.mine[1] && !l.retired[0]);
}

static void a_stranger_takes_nothing_back(void **state)
{
    struct scratch *s = *state;
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct hash guide = guideline(s, "");
    struct hash mine = answer(s, &guide, "x", "b");
    add_people(s);
    become(s, "Ben");
    append_raw(s, "label-undo", json_pack("{s:s}", "label", hash_hex(&mine).at));
    assert_int_equal(load(s, &guide, &arena).n, 1);
    become(s, "Ada");
    append_raw(s, "label-undo",
               json_pack("{s:s,s:[s]}", "label", hash_hex(&mine).at, "items", "y"));
    assert_int_equal(load(s, &guide, &arena).n, 1);
    append_raw(s, "label-undo", json_pack("{s:s}", "label", hash_hex(&mine).at));
    assert_int_equal(load(s, &guide, &arena).n, 0);
    answer(s, &guide, "x", "a");
    assert_int_equal(load(s, &guide, &arena).answer[0], 0);
}

static void three_alike_or_three_who_do_not_know_are_enough(void **state)
{
    struct scratch *s = *state;
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct hash guide = guideline(s, ",\"alike\":2");
    add_people(s);
    static const char *const people[] = {"Ada", "Ben", "Cem"};
    static const char *const said[3][3] = {{"a", "b", NULL}, {"a", "a", NULL}, {"b", "b", NULL}};
    /* items: p = a a b (enough), q = b b (alike), r = three times unknown, t = a b (open) */
    for (size_t i = 0; i < 3; i++) {
        become(s, people[i]);
        answer(s, &guide, "p", said[i][0]);
        answer(s, &guide, "r", NULL);
        if (i < 2) {
            answer(s, &guide, "q", "b");
            answer(s, &guide, "t", said[i == 0][1 - i]);
        }
    }
    struct labels l = load(s, &guide, &arena);
    assert_int_equal(l.item_n, 4);
    assert_int_equal(l.person_n, 3);
    assert_true(l.retired[0] && l.retired[1] && l.retired[2]);
    assert_int_equal(l.unknown[2], 3);
}

static void only_who_is_in_charge_knows(void **state)
{
    struct scratch *s = *state;
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct hash guide = guideline(s, "");
    answer(s, &guide, "x", "b");
    add_people(s);
    become(s, "Ben");
    append_raw(
        s, "round-table",
        json_pack("{s:s,s:s,s:s}", "guideline", hash_hex(&guide).at, "item", "x", "answer", "a"));
    assert_int_equal(load(s, &guide, &arena).outcome[0], LABEL_NONE);
    become(s, "Ada");
    append_raw(s, "round-table",
               json_pack("{s:s,s:s,s:n}", "guideline", hash_hex(&guide).at, "item", "x", "answer"));
    struct labels l = load(s, &guide, &arena);
    assert_int_equal(l.outcome[0], LABEL_UNKNOWN);
    /* an outcome stands above counts only where there are enough */
    struct label_result result = label_consensus(&l, false, 0, &arena);
    assert_int_equal(result.items, 0);
    assert_int_equal(result.consensus.answer[0], CONSENSUS_NONE);
}

/* Two imports name the same person alike; the name itself lies nowhere in the blob. */
static void an_imported_person_stays_one(void **state)
{
    struct scratch *s = *state;
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(buf_release) struct buf blob = BUF_INIT;
    struct hash guide = guideline(s, "");
    struct err err = {0};
    struct label_import_report report;
    static const char *const files[] = {
        "item,worker,answer\nx,zoe,a\nx,yan,b\nx,zoe,b\n\"q,1\",zoe,a\n",
        "task,worker,label\nx,zoe,b\ny,zoe,b\n"};
    for (size_t i = 0; i < 2; i++) {
        const struct label_import_draft draft = {
            .guideline = guide, .path = scratch_file(s, "in.csv", str_of(files[i]))};
        must(label_import(s->record, &draft, &report, &err), &err);
        assert_int_equal(report.people, 2 - i);
        assert_int_equal(report.left_out[LEFT_AGAIN], 1 - i);
        must(record_blob(s->record, &report.id, 0, 1000, &blob, &err), &err);
    }
    assert_null(strstr(blob.at, "zoe"));
    struct labels l = load(s, &guide, &arena);
    assert_int_equal(l.person_n, 2);
    assert_int_equal(l.item_n, 3);
    assert_int_equal(l.n, 4); /* q,1: a; x: a of the first import, b of yan; y: b */
    assert_true(str_eq(l.item[0], STR("q,1")));
    assert_true(l.retired[0] && l.retired[1] && l.retired[2]); /* closed */
}

static void annotations_are_read_as_they_are_meant(void **state)
{
    static const struct {
        const char *text;
        const char *task;
        const char *want; /* NULL: none, because … */
        enum left_out why;
    } cases[] = {
        {"[{\"task\":\"T0\",\"value\":\"Yes\"}]", NULL, "Yes", 0},
        {"[{\"task\":\"T0\",\"value\":[\"1\"]},{\"task\":\"T1\",\"value\":\"No\"}]", "T1", "No", 0},
        {"[{\"task\":\"T0\",\"value\":[{\"choice\":\"ZEBRA\"},{\"choice\":\"ZEBRA\"}]}]", NULL,
         "ZEBRA", 0},
        {"[{\"task\":\"T0\",\"value\":[{\"choice\":\"A\"},{\"choice\":\"B\"}]}]", NULL, NULL,
         LEFT_SEVERAL},
        {"[{\"task\":\"T0\",\"value\":[]}]", "T0", NULL, LEFT_NO_ANSWER},
        {"[{\"task\":\"T0\",\"value\":null}]", "T0", NULL, LEFT_NO_ANSWER},
        {"[{\"task\":\"T2\",\"value\":[{\"x\":1.5,\"y\":2}]}]", "T2", NULL, LEFT_NO_ANSWER},
        {"[{\"task\":\"T9\",\"value\":[{\"task\":\"T1\",\"value\":\"in\"}]}]", "T1", "in", 0},
        {"[{\"task\":\"T0\",\"value\":\"x\"}]", "T7", NULL, LEFT_NO_ANSWER},
        {"{\"task\":\"T0\"}", NULL, NULL, LEFT_REJECTED},
        {"not json", NULL, NULL, LEFT_REJECTED},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        CLEANUP(buf_release) struct buf out = BUF_INIT;
        enum left_out why = LEFT_COUNT;
        bool some = zooniverse_answer(str_of(cases[i].text), cases[i].task, &out, &why);
        assert_int_equal(some, cases[i].want != NULL);
        if (some)
            assert_string_equal(out.at, cases[i].want);
        else
            assert_int_equal(why, cases[i].why);
    }
}

static void bodies_that_say_nothing_are_refused(void **state)
{
    static const struct {
        const struct kind *kind;
        const char *body;
    } cases[] = {
        {&label_guideline_kind, "{\"question\":\"Q\",\"choices\":[\"a\"],\"version\":1,"
                                "\"enough\":1,\"level\":\"nominal\"}"},
        {&label_guideline_kind, "{\"question\":\"Q\",\"choices\":[\"a\",\"a\"],\"version\":1,"
                                "\"enough\":1,\"level\":\"nominal\"}"},
        {&label_guideline_kind, "{\"question\":\"Q\",\"choices\":[\"a\",\"b\"],\"version\":1,"
                                "\"enough\":0,\"level\":\"nominal\"}"},
        {&label_guideline_kind, "{\"question\":\"Q\",\"choices\":[\"a\",\"b\"],\"version\":1,"
                                "\"enough\":1,\"level\":\"some\"}"},
        {&label_kind, "{\"answers\":[{\"item\":\"x\",\"answer\":\"a\"}]}"},
        {&label_undo_kind, "{\"items\":[\"x\"]}"},
        {&label_gold_kind, "{\"n\":1}"},
        {&label_answers_kind, "{\"form\":\"triples/1\"}"},
        {&label_round_table_kind, "{\"item\":\"x\",\"answer\":null}"},
        {&label_consensus_kind, "{\"method\":\"majority\"}"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        CLEANUP(json_release) json_t *body = NULL;
        struct err err = {0};
        must(json_strict(str_of(cases[i].body), &body, &err), &err);
        assert_false(cases[i].kind->check(body, NULL, &err));
        assert_true(strlen(err.next) > 0);
    }
}

#define IN_A_PROJECT(test) cmocka_unit_test_setup_teardown(test, scratch_up, scratch_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_PROJECT(the_first_answer_counts),
        IN_A_PROJECT(a_stranger_takes_nothing_back),
        IN_A_PROJECT(three_alike_or_three_who_do_not_know_are_enough),
        IN_A_PROJECT(only_who_is_in_charge_knows),
        IN_A_PROJECT(an_imported_person_stays_one),
        cmocka_unit_test(annotations_are_read_as_they_are_meant),
        cmocka_unit_test(bodies_that_say_nothing_are_refused),
    };
    return cmocka_run_group_tests_name("label", tests, NULL, NULL);
}
