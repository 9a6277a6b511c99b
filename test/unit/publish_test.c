/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small project is led through the cycle by the domains' own functions, published and verified.
 * What must hold is said in src/publish/publish.h and verify.h. */
#define _GNU_SOURCE /* memmem, mkdtemp */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ask/ask.h"
#include "base/file.h"
#include "evaluate/evaluate.h"
#include "kinds.h"
#include "publish/publish.h"
#include "publish/verify.h"
#include "record/member.h"

struct scratch {
    char folder[64];
    char public[96];
    struct record *record;
    struct arena arena;
    struct hash hypothesis;
    struct hash batch;
};

static void must(bool done, const struct err *err)
{
    if (!done)
        fail_msg("%s (%s:%d)", err->what, err->file, err->line);
}

static int set_up(void **state)
{
    struct scratch *s = calloc(1, sizeof *s);
    struct err err = {0};
    char path[128];
    snprintf(s->folder, sizeof s->folder, "/tmp/allmende-publish-XXXXXX");
    assert_non_null(mkdtemp(s->folder));
    snprintf(path, sizeof path, "%s/p.allmende", s->folder);
    snprintf(s->public, sizeof s->public, "%s/public", s->folder);
    assert_int_equal(setenv("XDG_CONFIG_HOME", s->folder, 1), 0);
    json_t *body = json_pack("{s:s,s:s,s:[s,s]}", "title", "Bach <script>", "licence", "CC-BY-4.0",
                             "permission", "project", "publication");
    json_t *private = json_pack("{s:s}", "name", "CANARY-ADA");
    const struct founding founding = {path, body, private, kinds};
    must(record_create(&founding, &s->record, &err), &err);
    must(record_act_as(s->record, NULL, &err), &err);
    json_decref(body);
    json_decref(private);
    const struct question_draft question = {.text = "Is it a fly?",
                                            .sheet[SHEET_AFFECTED] = "flies & us"};
    struct hash id;
    must(ask_add(s->record, &question, &id, &err), &err);
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct scratch *s = *state;
    struct err err = {0};
    must(record_close(s->record, &err), &err);
    file_remove_folder(s->folder);
    arena_release(&s->arena);
    free(s);
    return 0;
}

static void guess(struct scratch *s)
{
    struct err err = {0};
    struct hash id;
    const struct hypothesis_draft draft = {.text = "Legs tell it",
                                           .measure = "accuracy",
                                           .target = "fly",
                                           .group = "site",
                                           .share = "0.5",
                                           .comparator = "at-least",
                                           .threshold = "0.8"};
    must(hypothesise_add(s->record, &draft, &s->hypothesis, &err), &err);
    must(hypothesise_freeze(s->record, &s->hypothesis, &id, &err), &err);
}

/* 12 sites of 6 rows; what has 6 legs is a fly, but for one row in each site. */
static void collect(struct scratch *s, const char *permission)
{
    CLEANUP(buf_release) struct buf csv = BUF_INIT;
    struct err err = {0};
    struct import_report report;
    char path[128];
    buf_text(&csv, "site,legs,mark,fly\n");
    for (int i = 0; i < 72; i++) {
        int legs = i % 2 ? 6 : 4 + i % 3;
        buf_printf(&csv, "s%d,%d,n%d,%s\n", i / 6, legs, i % 5 + 100,
                   (legs == 6) ^ (i % 6 == 5) ? "yes" : "no");
    }
    snprintf(path, sizeof path, "%s/CANARY-FILE.csv", s->folder);
    must(file_write(path, buf_view(&csv), 0600, &err), &err);
    const struct import_draft draft = {.path = path, .group = "site", .permission = permission};
    must(collect_import(s->record, &draft, &s->arena, &report, &err), &err);
    s->batch = report.id;
}

static void train(struct scratch *s)
{
    const struct train_options options = {.cluster.threads = 1};
    struct train_result *result = arena_get(&s->arena, 1, sizeof *result);
    struct err err = {0};
    must(train_run(s->record, &s->hypothesis, &options, &s->arena, result, &err), &err);
}

static void evaluate(struct scratch *s)
{
    const struct evaluate_options options = {.watts = NULL};
    struct evaluation *result = arena_get(&s->arena, 1, sizeof *result);
    struct err err = {0};
    must(evaluate_run(s->record, &s->hypothesis, &options, &s->arena, result, &err), &err);
}

static void whole_cycle(struct scratch *s)
{
    guess(s);
    collect(s, NULL);
    train(s);
    evaluate(s);
}

/* Publish, and return the plan's counts. */
static struct publish_plan publish(struct scratch *s)
{
    struct publish_plan plan;
    struct err err = {0};
    struct hash id;
    file_remove_folder(s->public);
    must(publish_plan(s->record, &s->arena, &plan, &err), &err);
    must(publish_run(s->record, &plan, s->public, &id, &err), &err);
    size_t n = plan.n;
    publish_plan_release(&plan);
    plan.n = n;
    return plan;
}

static struct verify_report verify(struct scratch *s)
{
    const struct verify_request request = {.folder = s->public, .kinds = kinds};
    struct verify_report report;
    struct err err = {0};
    must(verify_folder(&request, &s->arena, &report, &err), &err);
    for (size_t i = 0; i < report.fault_n && i < 5; i++)
        print_message("%s | %s | %s\n", report.fault[i].file, report.fault[i].claim,
                      report.fault[i].what);
    return report;
}

/* Does any file of the folder hold this text? */
static bool holds(struct scratch *s, const char *text)
{
    CLEANUP(buf_release) struct buf names = BUF_INIT;
    struct err err = {0};
    bool found = false;
    must(file_list(s->public, 1000, &names, &err), &err);
    assert_true(names.n > 0);
    for (const char *name = names.at; name < names.at + names.n; name += strlen(name) + 1) {
        CLEANUP(buf_release) struct buf bytes = BUF_INIT;
        char path[256];
        snprintf(path, sizeof path, "%s/%s", s->public, name);
        must(file_read(path, 1 << 30, &bytes, &err), &err);
        found = found || memmem(bytes.at, bytes.n, text, strlen(text));
    }
    return found;
}

static void a_whole_cycle_is_verified_from_the_folder_alone(void **state)
{
    struct scratch *s = *state;
    whole_cycle(s);
    struct publish_plan plan = publish(s);
    struct verify_report report = verify(s);
    assert_int_equal(report.fault_n, 0);
    assert_int_equal(report.state, VERIFIED);
    assert_int_equal(report.entries, plan.n);
    assert_int_equal(report.trainings, 1);
    assert_int_equal(report.verdicts, 1);
    assert_int_equal(report.again, 2);
    assert_int_equal(plan.tables, 1);
    assert_int_equal(plan.models, 1);
    publish(s); /* the first publication is now an entry among the others */
    assert_int_equal(verify(s).state, VERIFIED);
}

static void names_and_private_parts_stay(void **state)
{
    struct scratch *s = *state;
    whole_cycle(s);
    publish(s);
    assert_false(holds(s, "CANARY"));
    assert_true(holds(s, "Legs tell it"));
    assert_false(holds(s, "<h1>Bach <script>"));
    assert_true(holds(s, "<h1>Bach &lt;script&gt;"));
    assert_true(holds(s, "flies &amp; us"));
}

static void stopping_is_published_like_a_success(void **state)
{
    struct scratch *s = *state;
    publish(s);
    assert_int_equal(verify(s).state, VERIFIED);
    assert_true(holds(s, "stopping there, is a result too"));
    assert_true(holds(s, "ist auch ein Ergebnis"));
    guess(s);
    publish(s);
    assert_int_equal(verify(s).state, VERIFIED);
    assert_true(holds(s, "No result."));
}

static void set_aside_means_unseen(void **state)
{
    struct scratch *s = *state;
    guess(s);
    collect(s, NULL);
    train(s);
    struct publish_plan plan = publish(s);
    assert_int_equal(plan.set_aside, 1);
    assert_int_equal(plan.tables, 0);
    assert_false(holds(s, "site,legs,mark,fly"));
    struct verify_report report = verify(s);
    assert_int_equal(report.state, VERIFIED_EXCEPT_TRAINING);
    assert_int_equal(report.held_back, 1);
    evaluate(s);
    plan = publish(s);
    assert_int_equal(plan.set_aside, 0);
    assert_true(holds(s, "site,legs,mark,fly"));
    assert_int_equal(verify(s).state, VERIFIED);
}

static void what_has_no_permission_is_held_back(void **state)
{
    struct scratch *s = *state;
    guess(s);
    collect(s, "project,training");
    train(s);
    evaluate(s);
    struct publish_plan plan = publish(s);
    assert_int_equal(plan.held_back, 1);
    assert_int_equal(plan.files_held, 2); /* the table, and the model that learned from it */
    assert_false(holds(s, "site,legs,mark,fly"));
    struct verify_report report = verify(s);
    assert_int_equal(report.state, VERIFIED_EXCEPT_TRAINING);
    assert_int_equal(report.held_back, 2);
    assert_int_equal(report.fault_n, 0);
}

static void what_was_taken_back_is_not_in_the_folder(void **state)
{
    struct scratch *s = *state;
    const uint64_t row = 2;
    struct withdrawal w;
    struct err err = {0};
    whole_cycle(s);
    publish(s);
    assert_true(holds(s, "s0,6,n101,yes"));
    must(collect_withdraw_rows(s->record, &s->batch, &row, 1, &w, &err), &err);
    publish(s);
    assert_false(holds(s, "s0,6,n101,yes"));
    assert_true(holds(s, "s0,4,n100,no"));
    struct verify_report report = verify(s);
    assert_int_equal(report.state, VERIFIED_BEFORE_WITHDRAWALS);
    assert_int_equal(report.withdrawn, 2);
    train(s); /* with what is left: this one can be done again */
    publish(s);
    report = verify(s);
    assert_int_equal(report.state, VERIFIED_BEFORE_WITHDRAWALS);
    assert_int_equal(report.trainings, 2);
    assert_int_equal(report.again, 1);
    assert_int_equal(report.withdrawn, 2);
}

/* Write an entry of a kind again with one text changed, as its author could. */
static void forge(struct scratch *s, const char *kind, const char *key, const char *value)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(buf_release) struct buf bytes = BUF_INIT;
    struct err err = {0};
    struct entry entry;
    struct hash id;
    struct blob_source source;
    must(record_find(s->record, "last", kind, &id, &err), &err);
    must(record_entry(s->record, &id, &arena, &entry, &err), &err);
    struct draft draft = {.kind = kind, .body = entry.body, .blob = &source};
    if (entry.header.blob_n)
        must(record_blob(s->record, &id, 0, 1 << 30, &bytes, &err), &err);
    struct str rest = buf_view(&bytes);
    source = blob_of_str(&rest);
    draft.blob_n = entry.header.blob_n;
    json_object_set_new(entry.body, key, json_string(value));
    must(record_append(s->record, &draft, &id, &err), &err);
    entry_release(&entry);
}

static void a_number_that_its_author_invented_is_named(void **state)
{
    struct scratch *s = *state;
    whole_cycle(s);
    forge(s, "verdict", "low", "0.999");
    publish(s);
    struct verify_report report = verify(s);
    assert_int_equal(report.state, VERIFY_FAILED);
    assert_int_equal(report.fault_n, 1);
    assert_non_null(strstr(report.fault[0].file, "entries/"));
    assert_non_null(strstr(report.fault[0].what, "\"low\" is 0.999"));
}

static void other_data_than_said_are_told_from_another_model(void **state)
{
    struct scratch *s = *state;
    char digest[HASH_HEX + 1] = "";
    memset(digest, 'a', HASH_HEX);
    whole_cycle(s);
    forge(s, "training", "digest", digest);
    publish(s);
    struct verify_report report = verify(s);
    assert_int_equal(report.fault_n, 1);
    assert_non_null(strstr(report.fault[0].what, "data digest differs"));
}

/* Append the last entry of a kind again, one member of its body replaced; what its kind refuses is
 * not written. */
static void append_odd(struct scratch *s, const char *kind, const char *key, const char *value)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct err err = {0};
    struct entry entry;
    struct hash id;
    must(record_find(s->record, "last", kind, &id, &err), &err);
    must(record_entry(s->record, &id, &arena, &entry, &err), &err);
    struct str rest = STR("a,b\n1,2\n");
    struct blob_source source = blob_of_str(&rest);
    const struct draft draft = {
        .kind = kind, .body = entry.body, .blob = &source, .blob_n = entry.header.blob_n};
    json_t *before = json_copy(entry.body);
    json_object_set_new(entry.body, key, json_loads(value, JSON_DECODE_ANY, NULL));
    if (record_append(s->record, &draft, &id, &err)) {
        /* the next one begins with a good body again */
        struct draft good = draft;
        rest = STR("a,b\n1,2\n");
        good.body = before;
        err_clear(&err);
        must(record_append(s->record, &good, &id, &err), &err);
    }
    json_decref(before);
    entry_release(&entry);
}

static void odd_bodies_of_its_members_stop_nothing(void **state)
{
    struct scratch *s = *state;
    static const char *const kind[] = {"question", "hypothesis", "freeze", "training",
                                       "opening",  "verdict",    "import"};
    static const char *const value[] = {"null", "9007199254740991", "\"x\"", "[null,{},7]"};
    struct err err = {0};
    whole_cycle(s);
    for (size_t k = 0; k < COUNT_OF(kind); k++) {
        struct entry entry;
        struct hash id;
        const char *key;
        json_t *member;
        must(record_find(s->record, "last", kind[k], &id, &err), &err);
        must(record_entry(s->record, &id, &s->arena, &entry, &err), &err);
        json_object_foreach(entry.body, key, member)
        {
            for (size_t i = 0; i < COUNT_OF(value); i++)
                append_odd(s, kind[k], key, value[i]);
        }
        entry_release(&entry);
    }
    publish(s);
    assert_int_equal(verify(s).state, VERIFY_FAILED);
}

/* Entries of kinds that a cycle need not have; Q, D, V stand for the last question, decision and
 * verdict, G for the last guideline. */
static const struct {
    const char *kind;
    const char *body;
} others[] = {
    {"decision", "{'question':'Q','outcome':'go_on','method':'vote','reason':'x',"
                 "'positions':{'agree':2,'abstain':0,'disagree':1,'objection':0}}"},
    {"sheet", "{'question':'Q','harm':'x'}"},
    {"remark", "{'about':'Q','text':'x'}"},
    {"minutes", "{'about':'D','on':'2026-01-02','text':'x','members':1,'others':1}"},
    {"minutes", "{'about':'V','on':'2026-01-02','text':'x','members':1,'others':1}"},
    {"revisit", "{'question':'Q','decision':'D','verdicts':['V'],'needed':'no','changed':'x',"
                "'why':'x','differently':'x'}"},
    {"paper", "{'question':'Q','on':'2026-01-02','people':1,'agree':0,'abstain':0,'disagree':1,"
              "'objection':0,'reasons':[{'choice':'disagree','reason':'x'}]}"},
    {"form", "{'name':'f','title':'x','version':1,'fields':[{'name':'a','type':'text'}],"
             "'roles':{}}"},
    {"guideline", "{'question':'x','choices':['a','b'],'version':1,'enough':5,'level':'nominal'}"},
    {"consensus", "{'guideline':'G','method':'majority','cap':1,'import':'Q','table':'t','items':1,"
                  "'answers':1,'people':1,'rounds':1,'settled':true,'calibrated':false,'known':0}"},
    {"booking",
     "{'what':'travel','means':'car','metres':1000,'people':1,'times':1,'yearly':false}"},
    {"booking", "{'what':'device','text':'x','got':'used','year':2020,'minutes':60,'life_years':5,"
                "'embodied_g':1000,'source':'x','computer':true,'times':1,'yearly':false}"},
    {"booking", "{'what':'note','text':'x','times':1,'yearly':false}"},
    {"credit", "{'roles':['software'],'name':'x'}"},
    {"grid", "{'place':'DE','scope':'direct','year':2024,'g_per_kwh':363,'source':'x'}"},
    {"description", "{'key':'creators','text':'x (0000-0002-1825-0097)'}"},
};

/* Append one of them; false if its kind refuses it. */
static bool append_other(struct scratch *s, const char *kind, const char *text)
{
    static const char *const of[][2] = {
        {"Q", "question"}, {"D", "decision"}, {"V", "verdict"}, {"G", "guideline"}};
    CLEANUP(buf_release) struct buf body = BUF_INIT;
    CLEANUP(json_release) json_t *value = NULL;
    struct err err = {0};
    struct hash id;
    for (char before = 0; *text; before = *text++) {
        const char *name = NULL;
        for (size_t k = 0; k < COUNT_OF(of); k++)
            if (before == '\'' && *text == of[k][0][0] && text[1] == '\'')
                name = of[k][1];
        if (name && record_find(s->record, "last", name, &id, &err))
            buf_text(&body, hash_hex(&id).at);
        else
            buf_char(&body, *text);
        err_clear(&err);
        if (body.n && body.at[body.n - 1] == '\'')
            body.at[body.n - 1] = '"';
    }
    value = json_loads(body.at, 0, NULL);
    assert_non_null(value);
    json_object_set_new(value, "permission", json_pack("[s,s]", "project", "publication"));
    json_object_set_new(value, "licence", json_string("CC-BY-4.0"));
    const struct draft draft = {.kind = kind, .body = value};
    bool done = record_append(s->record, &draft, &id, &err);
    err_clear(&err);
    return done;
}

static void odd_bodies_of_other_kinds_stop_no_page(void **state)
{
    static const char *const value[] = {"null", "0", "9007199254740991", "\"\"", "[null,{},7]"};
    struct scratch *s = *state;
    struct err err = {0};
    size_t n = 0;
    whole_cycle(s);
    for (size_t k = 0; k < COUNT_OF(others); k++) {
        CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
        struct hash id;
        const char *key;
        json_t *member;
        if (!append_other(s, others[k].kind, others[k].body))
            continue;
        n++;
        must(record_find(s->record, "last", others[k].kind, &id, &err), &err);
        must(record_entry(s->record, &id, &s->arena, &entry, &err), &err);
        json_object_foreach(entry.body, key, member)
        {
            for (size_t i = 0; i < COUNT_OF(value); i++)
                append_odd(s, others[k].kind, key, value[i]);
        }
    }
    assert_int_equal(n, COUNT_OF(others));
    publish(s);
}

static void a_folder_that_is_there_is_left_alone(void **state)
{
    struct scratch *s = *state;
    struct publish_plan plan;
    struct err err = {0};
    struct hash id;
    must(file_folder(s->public, 0755, &err), &err);
    must(publish_plan(s->record, &s->arena, &plan, &err), &err);
    assert_false(publish_run(s->record, &plan, s->public, &id, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    publish_plan_release(&plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_whole_cycle_is_verified_from_the_folder_alone, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(names_and_private_parts_stay, set_up, tear_down),
        cmocka_unit_test_setup_teardown(stopping_is_published_like_a_success, set_up, tear_down),
        cmocka_unit_test_setup_teardown(set_aside_means_unseen, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_has_no_permission_is_held_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_taken_back_is_not_in_the_folder, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_number_that_its_author_invented_is_named, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(other_data_than_said_are_told_from_another_model, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(odd_bodies_of_its_members_stop_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(odd_bodies_of_other_kinds_stop_no_page, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_folder_that_is_there_is_left_alone, set_up, tear_down),
    };
    json_init();
    return cmocka_run_group_tests_name("publish", tests, NULL, NULL);
}
