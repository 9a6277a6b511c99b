/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages of asking: the questions, and one question with its sheet, positions, decision, talk.
 */
#include "ask/ask_page.h"

#include <string.h>

#include "ask/ask.h"
#include "base/clock.h"
#include "record/member.h"

static json_t *str_json(struct str text)
{
    return json_stringn(text.n ? text.at : "", text.n);
}

static void put_counts(json_t *object, const struct position_count *c)
{
    json_t *counts = ask_counts_json(c);
    json_object_update(object, counts);
    json_decref(counts);
}

static struct position_count both(const struct question *q)
{
    return (struct position_count){
        q->positions.agree + q->paper.agree, q->positions.abstain + q->paper.abstain,
        q->positions.disagree + q->paper.disagree, q->positions.objection + q->paper.objection};
}

/* A field of the sheet without the colon that it has in a terminal. */
static json_t *label_json(enum sheet_field field)
{
    struct str label = str_of(sheet_label(field));
    return str_json((struct str){label.at, label.n - str_ends(label, STR(":"))});
}

static json_t *field_json(enum sheet_field field)
{
    json_t *one = json_object();
    json_object_set_new(one, "name", json_string(sheet_name(field)));
    json_object_set_new(one, "label", label_json(field));
    return one;
}

/* --- all questions ------------------------------------------------------------------------- */

static json_t *question_line(const struct question *q)
{
    struct position_count counts = both(q);
    json_t *one = json_object();
    bool there = q->presence == BODY_PRESENT;
    json_object_set_new(one, "id", json_string(hash_hex(&q->id).at));
    json_object_set_new(one, "short", page_short(&q->id));
    json_object_set_new(one, "text", there ? str_json(q->text) : page_text("–"));
    json_object_set_new(one, "taken_back", json_boolean(!there));
    json_object_set_new(one, "open", json_boolean(there && !q->decided));
    json_object_set_new(one, "outcome",
                        q->decided ? page_text(ask_outcome_words(q->outcome)) : json_null());
    put_counts(one, &counts);
    return one;
}

static bool view_questions(struct page *page, struct err *err)
{
    struct question *questions;
    size_t n;
    json_t *list = json_array();
    json_t *sheet = json_array();
    page_put(page, "questions", list);
    page_put(page, "sheet", sheet);
    page->title = _("Ask together");
    if (!ask_list(page->record, page->arena, &questions, &n, err))
        return false;
    for (size_t i = n; i > 0; i--)
        json_array_append_new(list, question_line(&questions[i - 1]));
    for (int i = 0; i < SHEET_FIELDS; i++)
        json_array_append_new(sheet, field_json((enum sheet_field)i));
    page_put(page, "none", json_boolean(n == 0));
    return true;
}

static bool act_questions(struct page *page, struct err *err)
{
    struct question_draft draft = {.text = NULL};
    struct hash id;
    for (int i = 0; i < SHEET_FIELDS; i++)
        draft.sheet[i] = page_field(page, sheet_name((enum sheet_field)i));
    if (!page_need(page, "text", _("Your question"), &draft.text, err) ||
        !ask_add(page->record, &draft, &id, err))
        return false;
    page_go(page, "/ask/%.8s", hash_hex(&id).at);
    return true;
}

const struct route ask_questions_route = {
    .path = "/ask",
    .right = RIGHT_GUEST,
    .act_right = RIGHT_MEMBER,
    .template = "questions.html",
    .list = "questions",
    .view = view_questions,
    .act = act_questions,
};

/* --- one question -------------------------------------------------------------------------- */

static void put_sheet(struct page *page, const struct question *q)
{
    json_t *answers = json_array();
    json_t *missing = json_array();
    page_put(page, "answers", answers);
    page_put(page, "missing", missing);
    for (int i = 0; i < SHEET_FIELDS; i++) {
        json_t *one = field_json((enum sheet_field)i);
        if (q->sheet[i].n)
            json_object_set_new(one, "text", str_json(q->sheet[i]));
        json_array_append_new(q->sheet[i].n ? answers : missing, one);
    }
    page_put(page, "may_sheet",
             json_boolean(page->session && !q->decided && json_array_size(missing) > 0));
}

static void put_call(struct page *page, const struct question *q)
{
    if (!q->called)
        return;
    json_t *call = json_object();
    json_object_set_new(call, "way", page_text(ask_method_words(q->call.method)));
    json_object_set_new(call, "proposal", str_json(q->call.proposal));
    json_object_set_new(call, "closes", str_json(q->call.closes));
    page_put(page, "call", call);
}

static json_t *bar(const char *name, uint64_t n, uint64_t most)
{
    return json_pack("{s:s,s:I,s:I}", "name", name, "n", (json_int_t)n, "share",
                     (json_int_t)(most ? 100 * n / most : 0));
}

static void put_positions_counted(struct page *page, const struct question *q)
{
    struct position_count c = both(q);
    const uint64_t n[] = {c.agree, c.abstain, c.disagree, c.objection};
    const char *const name[] = {_("agree"), _("abstain"), _("disagree"), _("serious objection")};
    uint64_t most = 1;
    json_t *bars = json_array();
    for (size_t i = 0; i < COUNT_OF(n); i++)
        most = n[i] > most ? n[i] : most;
    for (size_t i = 0; i < COUNT_OF(n); i++)
        json_array_append_new(bars, bar(name[i], n[i], most));
    page_put(page, "bars", bars);
    put_counts(page->context, &c);
    page_put_int(page, "paper_people", (int64_t)q->paper_people);
}

/* Who said what: among members only. */
static bool put_positions(struct page *page, const struct question *q, struct err *err)
{
    struct position *positions;
    struct member *members;
    size_t n;
    size_t member_n;
    json_t *list = json_array();
    page_put(page, "positions", list);
    if (!page->session)
        return true;
    if (!ask_positions(page->record, q, page->arena, &positions, &n, err) ||
        !member_list(page->record, page->arena, &members, &member_n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        json_t *one = json_object();
        struct str name = member_name(members, member_n, &positions[i].author);
        json_object_set_new(one, "name", str_json(name));
        json_object_set_new(one, "choice", page_text(ask_choice_words(positions[i].choice)));
        json_object_set_new(one, "reason", str_json(positions[i].reason));
        json_object_set_new(one, "late", json_boolean(positions[i].late));
        json_array_append_new(list, one);
    }
    return true;
}

static json_t *pick(const char *value, const char *name)
{
    return json_pack("{s:s,s:s}", "value", value, "name", name);
}

static void put_choices(struct page *page, const struct question *q)
{
    json_t *choices = json_array();
    json_array_append_new(choices, pick("agree", _("agree")));
    json_array_append_new(choices, pick("abstain", _("abstain")));
    json_array_append_new(choices, pick("disagree", _("disagree")));
    json_array_append_new(choices, pick("objection", _("serious objection")));
    page_put(page, "choices", choices);
    json_t *outcomes = json_array();
    static const char *const words[] = {"go_on", "without_ai", "stop"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        json_array_append_new(outcomes, pick(words[i], ask_outcome_words(str_of(words[i]))));
    page_put(page, "outcomes", outcomes);
    page_put(page, "may_position", json_boolean(page->session && !q->decided));
    page_put(page, "may_decide", json_boolean(page->in_charge && !q->decided));
}

static bool put_decision(struct page *page, const struct question *q, struct err *err)
{
    struct decision d;
    if (!q->decided)
        return true;
    if (!ask_decision(page->record, &q->decision, page->arena, &d, err))
        return false;
    json_t *one = json_object();
    json_t *dissent = json_array();
    json_object_set_new(one, "outcome", page_text(ask_outcome_words(d.outcome)));
    json_object_set_new(one, "method", page_text(ask_method_words(d.method)));
    json_object_set_new(one, "reason", str_json(d.reason));
    json_object_set_new(one, "id", json_string(hash_hex(&d.id).at));
    json_object_set_new(one, "dissent", dissent);
    for (size_t i = 0; i < d.dissent_n; i++)
        json_array_append_new(dissent, json_pack("{s:s,s:o}", "choice",
                                                 ask_choice_words(d.dissent[i].choice), "reason",
                                                 str_json(d.dissent[i].reason)));
    page_put(page, "decision", one);
    return true;
}

/* What was said stays among the members. */
static bool put_talk(struct page *page, const struct question *q, struct err *err)
{
    struct remark *remarks;
    struct member *members;
    size_t n;
    size_t member_n;
    json_t *list = json_array();
    page_put(page, "talk", list);
    if (!page->session)
        return true;
    if (!ask_remarks(page->record, &q->id, page->arena, &remarks, &n, err) ||
        !member_list(page->record, page->arena, &members, &member_n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct str name = member_name(members, member_n, &remarks[i].author);
        json_array_append_new(list, json_pack("{s:o,s:o,s:b}", "name", str_json(name), "said",
                                              str_json(remarks[i].text), "reply",
                                              (int)(remarks[i].depth > 0)));
    }
    return true;
}

static bool view_question(struct page *page, struct err *err)
{
    struct hash id;
    struct question q;
    if (!page_id(page, 0, "question", &id, err) ||
        !ask_load(page->record, &id, page->arena, &q, err))
        return false;
    page->title = q.presence == BODY_PRESENT ? arena_copy(page->arena, q.text)
                                             : _("This question was taken back");
    page_put_id(page, "id", &id);
    page_put(page, "short", page_short(&id));
    page_put(page, "outcome", q.decided ? page_text(ask_outcome_words(q.outcome)) : json_null());
    page_put(page, "open", json_boolean(!q.decided));
    put_sheet(page, &q);
    put_call(page, &q);
    put_positions_counted(page, &q);
    put_choices(page, &q);
    return put_positions(page, &q, err) && put_decision(page, &q, err) && put_talk(page, &q, err);
}

static bool do_position(struct page *page, const struct hash *id, struct err *err)
{
    char today[CLOCK_TEXT];
    struct position_draft draft = {.question = *id, .today = clock_today(today)};
    struct hash entry;
    bool late;
    draft.reason = page_field(page, "reason");
    return page_need(page, "choice", _("Your position"), &draft.choice, err) &&
           ask_position(page->record, &draft, &entry, &late, err);
}

static bool do_decide(struct page *page, const struct hash *id, struct err *err)
{
    char today[CLOCK_TEXT];
    struct decision_draft draft = {.question = *id, .today = clock_today(today)};
    struct hash entry;
    draft.reason = page_field(page, "why");
    return page_need(page, "outcome", _("What did the group decide?"), &draft.outcome, err) &&
           ask_decide(page->record, &draft, &entry, err);
}

static bool do_sheet(struct page *page, const struct hash *id, struct err *err)
{
    const char *sheet[SHEET_FIELDS];
    struct hash entry;
    for (int i = 0; i < SHEET_FIELDS; i++)
        sheet[i] = page_field(page, sheet_name((enum sheet_field)i));
    return ask_sheet(page->record, id, sheet, &entry, err);
}

static bool do_say(struct page *page, const struct hash *id, struct err *err)
{
    struct remark_draft draft = {.about = *id};
    struct hash entry;
    return page_need(page, "said", _("Say something about it"), &draft.text, err) &&
           ask_remark(page->record, &draft, &entry, err);
}

static bool act_question(struct page *page, struct err *err)
{
    static const struct {
        const char *name;
        bool (*act)(struct page *page, const struct hash *id, struct err *err);
    } acts[] = {
        {"position", do_position}, {"decide", do_decide}, {"sheet", do_sheet}, {"say", do_say}};
    const char *name = page_field(page, "do");
    struct hash id;
    if (!page_id(page, 0, "question", &id, err))
        return false;
    for (size_t i = 0; name && i < COUNT_OF(acts); i++)
        if (strcmp(name, acts[i].name) == 0)
            return acts[i].act(page, &id, err);
    return FAIL(err, ERR_INPUT, _("Load the page anew, then try again."),
                _("The page is too old."));
}

const struct route ask_question_route = {
    .path = "/ask/*",
    .right = RIGHT_GUEST,
    .act_right = RIGHT_MEMBER,
    .template = "question.html",
    .list = "positions",
    .view = view_question,
    .act = act_question,
};
