/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* mkdtemp */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ask/ask.h"
#include "scratch.h"

static struct hash ask(struct scratch *s)
{
    struct err err = {0};
    struct hash id;
    const struct question_draft draft = {.text = "Wird es wärmer?", .affected = "das Dorf"};
    must(ask_add(s->record, &draft, &id, &err), &err);
    return id;
}

static void take(struct scratch *s, const struct hash *question, const char *choice)
{
    struct err err = {0};
    struct hash id;
    must(ask_position(s->record, question, choice, NULL, &id, &err), &err);
}

static struct question load(struct scratch *s, const struct hash *id, struct arena *arena)
{
    struct err err = {0};
    struct question q;
    must(ask_load(s->record, id, arena, &q, &err), &err);
    return q;
}

static json_t *position_body(const struct hash *question, const char *choice)
{
    return json_pack("{s:s,s:s}", "question", hash_hex(question).at, "choice", choice);
}

static json_t *decision_body(const struct hash *question, const char *outcome)
{
    return json_pack("{s:s,s:s,s:s}", "question", hash_hex(question).at, "outcome", outcome,
                     "method", "vote");
}

static void the_last_position_before_the_decision_counts(void **state)
{
    struct scratch *s = *state;
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct hash question = ask(s);
    take(s, &question, "objection");
    take(s, &question, "agree");
    append_raw(s, "decision", decision_body(&question, "go_on"));
    append_raw(s, "position", position_body(&question, "disagree"));
    struct question q = load(s, &question, &arena);
    assert_true(q.decided);
    assert_int_equal(q.positions.agree, 1);
    assert_int_equal(q.positions.objection, 0);
    assert_int_equal(q.positions.disagree, 0);
}

static void a_decision_of_somebody_not_in_charge_means_nothing(void **state)
{
    struct scratch *s = *state;
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct err err = {0};
    struct device ben;
    struct hash question = ask(s);
    must(member_add(s->record, &(struct member_draft){.name = "Ben", .in_charge = false}, &ben,
                    &err),
         &err);
    must(record_act_as(s->record, "Ben", &err), &err);
    append_raw(s, "decision", decision_body(&question, "stop"));
    assert_false(load(s, &question, &arena).decided);
    must(record_act_as(s->record, "Ada", &err), &err);
    append_raw(s, "decision", decision_body(&question, "go_on"));
    struct question q = load(s, &question, &arena);
    assert_true(q.decided);
    assert_true(str_eq(q.outcome, STR("go_on")));
}

static void the_last_decision_is_in_force(void **state)
{
    struct scratch *s = *state;
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct hash question = ask(s);
    append_raw(s, "decision", decision_body(&question, "go_on"));
    struct hash last = append_raw(s, "decision", decision_body(&question, "without_ai"));
    struct question q = load(s, &question, &arena);
    assert_true(hash_eq(&q.decision, &last));
    assert_true(str_eq(q.outcome, STR("without_ai")));
}

static void a_decision_keeps_the_counts_it_was_made_with(void **state)
{
    struct scratch *s = *state;
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct err err = {0};
    struct hash question = ask(s);
    struct decision_draft draft = {.question = question, .outcome = "go_on", .method = "consent"};
    struct decision decision;
    struct hash id;
    take(s, &question, "objection");
    assert_false(ask_decide(s->record, &draft, &id, &err));
    assert_int_equal(err.code, ERR_DENIED);
    err_clear(&err);
    draft.method = "vote";
    must(ask_decide(s->record, &draft, &id, &err), &err);
    must(ask_decision(s->record, &id, &arena, &decision, &err), &err);
    assert_int_equal(decision.positions.objection, 1);
    assert_int_equal(decision.positions.agree, 0);
    assert_false(ask_position(s->record, &question, "agree", NULL, &id, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
}

static void a_question_that_is_taken_back_leaves_the_list(void **state)
{
    struct scratch *s = *state;
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct err err = {0};
    struct hash first = ask(s);
    struct hash second = ask(s);
    struct withdrawal w;
    struct question *all;
    size_t n;
    must(withdraw_entry(s->record, &first, &w, &err), &err);
    must(ask_list(s->record, &arena, &all, &n, &err), &err);
    assert_int_equal(n, 1);
    assert_true(hash_eq(&all[0].id, &second));
    struct question q = load(s, &first, &arena);
    assert_int_equal(q.presence, BODY_WITHDRAWN);
    assert_int_equal(q.text.n, 0);
}

static void bodies_that_say_nothing_are_refused(void **state)
{
    static const struct {
        const struct kind *kind;
        const char *body;
    } cases[] = {
        {&ask_question_kind, "{}"},
        {&ask_question_kind, "{\"text\":\"\"}"},
        {&ask_question_kind, "{\"text\":7}"},
        {&ask_position_kind, "{\"choice\":\"agree\"}"},
        {&ask_position_kind, "{\"choice\":\"agree\",\"question\":\"00\"}"},
        {&ask_decision_kind, "{\"method\":\"vote\",\"outcome\":\"go_on\"}"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        CLEANUP(json_release) json_t *body = NULL;
        struct err err = {0};
        must(json_strict(str_of(cases[i].body), &body, &err), &err);
        assert_false(cases[i].kind->check(body, NULL, &err));
        assert_int_equal(err.code, ERR_INPUT);
        assert_true(strlen(err.next) > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_last_position_before_the_decision_counts, scratch_up,
                                        scratch_down),
        cmocka_unit_test_setup_teardown(a_decision_of_somebody_not_in_charge_means_nothing,
                                        scratch_up, scratch_down),
        cmocka_unit_test_setup_teardown(the_last_decision_is_in_force, scratch_up, scratch_down),
        cmocka_unit_test_setup_teardown(a_decision_keeps_the_counts_it_was_made_with, scratch_up,
                                        scratch_down),
        cmocka_unit_test_setup_teardown(a_question_that_is_taken_back_leaves_the_list, scratch_up,
                                        scratch_down),
        cmocka_unit_test(bodies_that_say_nothing_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
