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
    const struct question_draft draft = {.text = "Wird es wärmer?",
                                         .sheet[SHEET_AFFECTED] = "das Dorf"};
    must(ask_add(s->record, &draft, &id, &err), &err);
    return id;
}

static void take(struct scratch *s, const struct hash *question, const char *choice)
{
    struct err err = {0};
    struct hash id;
    bool late;
    const struct position_draft draft = {
        .question = *question, .choice = choice, .today = "2026-11-20"};
    must(ask_position(s->record, &draft, &id, &late, &err), &err);
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
    struct decision_draft draft = {
        .question = question, .outcome = "go_on", .method = "consent", .today = "2026-11-20"};
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
    const struct position_draft again = {
        .question = question, .choice = "agree", .today = "2026-11-20"};
    bool late;
    assert_false(ask_position(s->record, &again, &id, &late, &err));
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

/* A call to vote as it would come from elsewhere. */
static struct hash call_raw(struct scratch *s, const struct hash *question, const char *closes,
                            const struct hash *before)
{
    json_t *body = json_pack("{s:s,s:s,s:s,s:s,s:s}", "question", hash_hex(question).at, "method",
                             "vote", "rule", "majority", "outcome", "go_on", "closes", closes);
    if (before)
        body_id(body, "before", before);
    return append_raw(s, "call", body);
}

static void of_two_calls_made_apart_the_first_holds(void **state)
{
    struct scratch *s = *state;
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct hash question = ask(s);
    struct hash first = call_raw(s, &question, "2026-12-01", NULL);
    call_raw(s, &question, "2026-12-02", NULL);
    struct question q = load(s, &question, &arena);
    assert_true(q.called && hash_eq(&q.call.id, &first));
    assert_int_equal(q.call.round, 1);
    struct hash next = call_raw(s, &question, "2026-12-03", &first);
    call_raw(s, &question, "2026-12-04", &first);
    q = load(s, &question, &arena);
    assert_true(hash_eq(&q.call.id, &next));
    assert_int_equal(q.call.round, 2);
    assert_true(str_eq(q.call.closes, STR("2026-12-03")));
}

static void a_call_of_somebody_not_in_charge_or_after_the_decision_means_nothing(void **state)
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
    call_raw(s, &question, "2026-12-01", NULL);
    assert_false(load(s, &question, &arena).called);
    must(record_act_as(s->record, "Ada", &err), &err);
    append_raw(s, "decision", decision_body(&question, "stop"));
    call_raw(s, &question, "2026-12-01", NULL);
    assert_false(load(s, &question, &arena).called);
}

static void the_day_after_the_last_one_is_late_and_replaces_nothing(void **state)
{
    struct scratch *s = *state;
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct err err = {0};
    struct hash id;
    bool late;
    struct hash question = ask(s);
    struct position_draft draft = {.question = question, .choice = "agree"};
    call_raw(s, &question, "2026-11-30", NULL);
    draft.today = "2026-11-30";
    must(ask_position(s->record, &draft, &id, &late, &err), &err);
    assert_false(late);
    draft.today = "2026-12-01";
    draft.choice = "objection";
    must(ask_position(s->record, &draft, &id, &late, &err), &err);
    assert_true(late);
    struct question q = load(s, &question, &arena);
    assert_int_equal(q.positions.agree, 1);
    assert_int_equal(q.positions.objection, 0);
    assert_int_equal(q.late, 1);
    must(record_rebuild(s->record, &err), &err);
    assert_int_equal(load(s, &question, &arena).late, 1);
}

static bool paper(struct scratch *s, const struct hash *question, struct position_count counts)
{
    struct err err = {0};
    struct hash id;
    bool late;
    const struct paper_draft draft = {.question = *question, .counts = counts, .on = "2026-11-20"};
    return ask_paper(s->record, &draft, &id, &late, &err);
}

/* Worked by hand: of members 1 agrees; on paper 2 disagree, then 1 objects, then 3 agree. A vote
 * carries if more agree than disagree and object: 1 to 2 no, 1 to 3 no, 4 to 3 yes. */
static void a_vote_carries_when_more_agree_than_disagree_and_object(void **state)
{
    struct scratch *s = *state;
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct err err = {0};
    struct hash id;
    struct hash question = ask(s);
    struct decision_draft draft = {.question = question, .today = "2026-11-29"};
    struct decision decision;
    call_raw(s, &question, "2026-11-30", NULL);
    take(s, &question, "agree");
    assert_true(paper(s, &question, (struct position_count){.disagree = 2}));
    assert_false(ask_decide(s->record, &draft, &id, &err));
    assert_int_equal(err.code, ERR_CONFLICT); /* the last day is not there yet */
    err_clear(&err);
    draft.today = "2026-11-30";
    assert_false(ask_decide(s->record, &draft, &id, &err));
    assert_int_equal(err.code, ERR_DENIED);
    err_clear(&err);
    assert_true(paper(s, &question, (struct position_count){.objection = 1}));
    assert_false(ask_decide(s->record, &draft, &id, &err));
    assert_int_equal(err.code, ERR_DENIED);
    err_clear(&err);
    assert_true(paper(s, &question, (struct position_count){.agree = 3}));
    must(ask_decide(s->record, &draft, &id, &err), &err);
    must(ask_decision(s->record, &id, &arena, &decision, &err), &err);
    assert_int_equal(decision.positions.agree, 1);
    assert_int_equal(decision.paper.agree, 3);
    assert_int_equal(decision.dissent_n, 2);
    assert_int_equal(decision.dissent[0].people, 2);
    assert_true(decision.dissent[0].paper);
    assert_true(str_eq(decision.dissent[1].choice, STR("objection")));
    assert_false(paper(s, &question, (struct position_count){.agree = 1}));
}

static void dots_that_a_person_does_not_have_count_nowhere(void **state)
{
    static const char *const foreign[] = {"[9,0]", "[1]", "[1,1,1]", "[1,1]"};
    struct scratch *s = *state;
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct err err = {0};
    struct hash question = ask(s);
    struct hash call =
        append_raw(s, "call",
                   json_pack("{s:s,s:s,s:s,s:s,s:[s,s],s:i}", "question", hash_hex(&question).at,
                             "method", "dots", "outcome", "go_on", "closes", "2026-12-01",
                             "options", "mill", "bridge", "dots", 3));
    for (size_t i = 0; i < COUNT_OF(foreign); i++) {
        json_t *dots = NULL;
        must(json_strict(str_of(foreign[i]), &dots, &err), &err);
        append_raw(s, "dots",
                   json_pack("{s:s,s:s,s:o}", "question", hash_hex(&question).at, "call",
                             hash_hex(&call).at, "dots", dots));
        struct question q = load(s, &question, &arena);
        bool fits = i + 1 == COUNT_OF(foreign);
        assert_int_equal(q.dot_people, fits ? 1 : 0);
        assert_int_equal(q.dot[0] + q.dot[1], fits ? 2 : 0);
    }
}

static struct hash say(struct scratch *s, const struct hash *about, const char *text)
{
    struct err err = {0};
    struct hash id;
    const struct remark_draft draft = {.about = *about, .text = text};
    must(ask_remark(s->record, &draft, &id, &err), &err);
    return id;
}

/* a, b on the question; a1, a2 reply to a; a11 to a1. Threads: a a1 a11 a2 b. */
static void replies_stand_behind_what_they_reply_to(void **state)
{
    static const struct {
        const char *text;
        unsigned depth;
    } expected[] = {{"a", 0}, {"a1", 1}, {"a11", 2}, {"a2", 1}, {"b", 0}};
    struct scratch *s = *state;
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct err err = {0};
    struct remark *remarks;
    struct withdrawal w;
    size_t n;
    struct hash question = ask(s);
    struct hash a = say(s, &question, "a");
    struct hash a1 = say(s, &a, "a1");
    say(s, &question, "b");
    say(s, &a, "a2");
    say(s, &a1, "a11");
    must(ask_remarks(s->record, &question, &arena, &remarks, &n, &err), &err);
    assert_int_equal(n, COUNT_OF(expected));
    for (size_t i = 0; i < n; i++) {
        assert_true(str_eq(remarks[i].text, str_of(expected[i].text)));
        assert_int_equal(remarks[i].depth, expected[i].depth);
    }
    must(withdraw_entry(s->record, &a, &w, &err), &err);
    must(ask_remarks(s->record, &question, &arena, &remarks, &n, &err), &err);
    assert_int_equal(n, 4);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(remarks[i].orphan,
                         str_eq(remarks[i].text, STR("a1")) || str_eq(remarks[i].text, STR("a2")));
}

static void a_day_is_a_day_of_the_calendar(void **state)
{
    static const char *const days[] = {"2026-12-01", "2028-02-29"};
    static const char *const none[] = {"2027-02-29", "2026-13-01",  "2026-1-1",
                                       "1.12.2026",  "2026-12-01 ", ""};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(days); i++)
        assert_true(ask_is_day(days[i]));
    for (size_t i = 0; i < COUNT_OF(none); i++)
        assert_false(ask_is_day(none[i]));
    assert_false(ask_is_day(NULL));
}

/* An id that is none of an entry. */
#define ID "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define CALL "\"question\":\"" ID "\",\"outcome\":\"stop\",\"closes\":\"2026-12-01\","
#define PAPER "\"question\":\"" ID "\",\"on\":\"2026-12-01\",\"people\":1,\"agree\":"

static void bodies_of_calls_and_papers_are_looked_at(void **state)
{
    static const struct {
        const struct kind *kind;
        const char *body;
        bool fine;
    } cases[] = {
        {&ask_call_kind, "{" CALL "\"method\":\"consent\"}", true},
        {&ask_call_kind, "{" CALL "\"method\":\"consent\",\"rule\":\"majority\"}", false},
        {&ask_call_kind, "{" CALL "\"method\":\"vote\"}", false},
        {&ask_call_kind, "{" CALL "\"method\":\"vote\",\"rule\":\"majority\"}", true},
        {&ask_call_kind, "{" CALL "\"method\":\"consent\",\"quorum\":0}", false},
        {&ask_call_kind, "{" CALL "\"method\":\"consent\",\"before\":\"\"}", false},
        {&ask_call_kind, "{" CALL "\"method\":\"dots\",\"dots\":3,\"options\":[\"a\"]}", false},
        {&ask_call_kind, "{" CALL "\"method\":\"dots\",\"dots\":3,\"options\":[\"a\",\"b\"]}",
         true},
        {&ask_call_kind, "{" CALL "\"method\":\"dots\",\"options\":[\"a\",\"b\"]}", false},
        {&ask_paper_kind, "{" PAPER "1}", true},
        {&ask_paper_kind, "{" PAPER "2}", false},
        {&ask_paper_kind, "{" PAPER "-1}", false},
        {&ask_paper_kind, "{" PAPER "1,\"reasons\":[{\"choice\":\"agree\",\"reason\":\"a\"}]}",
         true},
        {&ask_paper_kind, "{" PAPER "1,\"reasons\":[{\"choice\":\"disagree\",\"reason\":\"a\"}]}",
         false},
        {&ask_remark_kind, "{\"about\":\"" ID "\",\"text\":\"a\"}", true},
        {&ask_remark_kind, "{\"about\":\"" ID "\",\"text\":\"a\",\"reply_to\":7}", false},
        {&ask_sheet_kind, "{\"question\":\"" ID "\",\"harm\":\" \"}", false},
        {&ask_sheet_kind, "{\"question\":\"" ID "\",\"harm\":\"a\"}", true},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        CLEANUP(json_release) json_t *body = NULL;
        struct err err = {0};
        must(json_strict(str_of(cases[i].body), &body, &err), &err);
        if (cases[i].kind->check(body, NULL, &err) != cases[i].fine)
            fail_msg("%s", cases[i].body);
    }
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
        cmocka_unit_test_setup_teardown(of_two_calls_made_apart_the_first_holds, scratch_up,
                                        scratch_down),
        cmocka_unit_test_setup_teardown(
            a_call_of_somebody_not_in_charge_or_after_the_decision_means_nothing, scratch_up,
            scratch_down),
        cmocka_unit_test_setup_teardown(the_day_after_the_last_one_is_late_and_replaces_nothing,
                                        scratch_up, scratch_down),
        cmocka_unit_test_setup_teardown(a_vote_carries_when_more_agree_than_disagree_and_object,
                                        scratch_up, scratch_down),
        cmocka_unit_test_setup_teardown(dots_that_a_person_does_not_have_count_nowhere, scratch_up,
                                        scratch_down),
        cmocka_unit_test_setup_teardown(replies_stand_behind_what_they_reply_to, scratch_up,
                                        scratch_down),
        cmocka_unit_test(a_day_is_a_day_of_the_calendar),
        cmocka_unit_test(bodies_of_calls_and_papers_are_looked_at),
        cmocka_unit_test(bodies_that_say_nothing_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
