/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages of guessing: all guesses with a form for the next, and one guess to be locked. */
#include "hypothesise/hypothesise_page.h"

#include <stdlib.h>
#include <string.h>

#include "ask/ask.h"
#include "hypothesise/hypothesise.h"

static json_t *str_json(struct str text)
{
    return json_stringn(text.n ? text.at : "", text.n);
}

static json_t *pick(const char *value, const char *name, const char *typed)
{
    return json_pack("{s:s,s:s,s:b}", "value", value, "name", name, "chosen",
                     (int)(typed && strcmp(typed, value) == 0));
}

/* --- all guesses --------------------------------------------------------------------------- */

static json_t *guess_line(const struct hypothesis *h, struct arena *arena)
{
    bool there = h->presence == BODY_PRESENT;
    json_t *one = json_object();
    json_object_set_new(one, "id", json_string(hash_hex(&h->id).at));
    json_object_set_new(one, "short", page_short(&h->id));
    json_object_set_new(one, "text", there ? str_json(h->text) : page_text("–"));
    json_object_set_new(one, "sentence",
                        there ? str_json(hypothesise_sentence(h, arena)) : json_null());
    json_object_set_new(one, "about", page_text(h->about_model ? "model" : "world"));
    json_object_set_new(one, "frozen", json_boolean(h->frozen));
    json_object_set_new(one, "unlocked", json_boolean(there && !h->frozen));
    return one;
}

/* The questions that a guess can belong to, the last one first. */
static bool put_questions(struct page *page, struct err *err)
{
    struct question *questions;
    size_t n;
    const char *typed = page_field(page, "question");
    json_t *list = json_array();
    page_put(page, "questions", list);
    if (!ask_list(page->record, page->arena, &questions, &n, err))
        return false;
    for (size_t i = n; i > 0; i--) {
        const struct question *q = &questions[i - 1];
        if (q->presence == BODY_PRESENT)
            json_array_append_new(
                list, pick(hash_hex(&q->id).at, arena_copy(page->arena, q->text), typed));
    }
    return true;
}

static void put_measures(struct page *page)
{
    static const struct {
        const char *value;
        const char *name;
        bool about_model;
    } all[] = {
        {"share", N_("how often something is so"), false},
        {"mean-difference", N_("by how much two sides differ"), false},
        {"ratio", N_("how many times as much"), false},
        {"slope", N_("how much it changes with each step"), false},
        {"correlation", N_("whether two things go together"), false},
        {"alpha", N_("how far people agree, beyond chance"), false},
        {"accuracy", N_("how often it is right"), true},
        {"balanced-accuracy", N_("how often it is right, every class counting the same"), true},
        {"mae", N_("by how much it is off on average"), true},
    };
    const char *typed = page_field(page, "measure");
    json_t *world = json_array();
    json_t *model = json_array();
    page_put(page, "world", world);
    page_put(page, "model", model);
    for (size_t i = 0; i < COUNT_OF(all); i++)
        json_array_append_new(all[i].about_model ? model : world,
                              pick(all[i].value, _(all[i].name), typed));
}

static bool view_guesses(struct page *page, struct err *err)
{
    struct hypothesis *guesses;
    size_t n;
    json_t *list = json_array();
    page_put(page, "guesses", list);
    page->title = _("Say what would count as success");
    if (!hypothesise_list(page->record, page->arena, &guesses, &n, err))
        return false;
    for (size_t i = n; i > 0; i--)
        json_array_append_new(list, guess_line(&guesses[i - 1], page->arena));
    page_put(page, "none", json_boolean(n == 0));
    put_measures(page);
    return put_questions(page, err);
}

static bool read_guess(struct page *page, struct hypothesis_draft *draft, struct hash *question,
                       struct err *err)
{
    const char *threshold;
    const char *least = page_field(page, "least_units");
    const char *belongs = page_field(page, "question");
    uint64_t units = 0;
    *draft = (struct hypothesis_draft){.table = page_field(page, "table"),
                                       .target = page_field(page, "target"),
                                       .by = page_field(page, "by"),
                                       .where = page_field(page, "where"),
                                       .against = page_field(page, "against"),
                                       .only = page_field(page, "only"),
                                       .within = page_field(page, "within") != NULL,
                                       .features = page_field(page, "features"),
                                       .unit = page_field(page, "unit"),
                                       .comparator = page_field(page, "comparator"),
                                       .stop = page_field(page, "stop"),
                                       .rule = page_field(page, "rule"),
                                       .group = page_field(page, "group"),
                                       .share = page_field(page, "share")};
    if (!page_need(page, "text", _("Your guess"), &draft->text, err) ||
        !page_need(page, "measure", _("What is looked at?"), &draft->measure, err) ||
        !page_need(page, "threshold", _("The mark"), &threshold, err))
        return false;
    if (least && !str_uint(str_of(least), 1000000, &units))
        return FAIL(err, ERR_INPUT, _("Write a number, such as 12."), _("\"%s\" is no number."),
                    least);
    draft->threshold = hypothesise_count(threshold, page->arena);
    draft->least_units = units;
    if (belongs && hex_decode(str_of(belongs), question->at, HASH_BYTES))
        draft->question = question;
    return true;
}

static bool act_guesses(struct page *page, struct err *err)
{
    struct hypothesis_draft draft;
    struct hash question;
    struct hash id;
    if (!read_guess(page, &draft, &question, err) ||
        !hypothesise_add(page->record, &draft, &id, err))
        return false;
    page_go(page, "/hypothesise/%.8s", hash_hex(&id).at);
    return true;
}

const struct route hypothesise_guesses_route = {
    .path = "/hypothesise",
    .right = RIGHT_GUEST,
    .act_right = RIGHT_MEMBER,
    .template = "guesses.html",
    .list = "guesses",
    .view = view_guesses,
    .act = act_guesses,
};

/* --- one guess ----------------------------------------------------------------------------- */

static void put_row(json_t *rows, const char *what, struct str text)
{
    if (text.n)
        json_array_append_new(rows, json_pack("{s:s,s:o}", "label", what, "text", str_json(text)));
}

static struct str set_aside(const struct hypothesis *h, struct arena *arena)
{
    const struct split_plan *split = &h->split;
    switch (split->by) {
    case SPLIT_NONE:
        return str_of(_("Nothing. It is judged on the data that come after it is locked."));
    case SPLIT_GROUPS:
        return str_of(arena_printf(arena, _("Whole groups of \"%.*s\", %u %% of them."),
                                   STR_ARG(split->column), split->share_e4 / 100));
    case SPLIT_NAMED:
        return str_of(arena_printf(arena, _("These groups of \"%.*s\"."), STR_ARG(split->column)));
    case SPLIT_COLUMN:
    case SPLIT_FILE:
        return str_of(
            arena_printf(arena, _("The rows where \"%.*s\" says test."), STR_ARG(split->column)));
    case SPLIT_TIME:
        return str_of(arena_printf(arena, _("The rows with %.*s."), STR_ARG(split->condition)));
    case SPLIT_ROWS:
        return str_of(arena_printf(arena, _("%u %% of the rows, at random, because: %.*s"),
                                   split->share_e4 / 100, STR_ARG(split->why)));
    }
    return STR("");
}

static void put_rows(struct page *page, const struct hypothesis *h)
{
    json_t *rows = json_array();
    const char *units = arena_printf(page->arena, "%zu", h->least_units);
    page_put(page, "rows", rows);
    put_row(rows, _("Table"), h->table);
    put_row(rows, _("Column"), h->target);
    put_row(rows, _("By"), h->by);
    put_row(rows, _("Where"), h->where);
    put_row(rows, _("Against"), h->against);
    put_row(rows, _("Only"), h->only);
    put_row(rows, _("What counts once"), h->unit);
    put_row(rows, _("At least so many of them"), str_of(units));
    put_row(rows, _("Set aside"), set_aside(h, page->arena));
    put_row(rows, _("Your own rule, to compare with"), h->rule);
    put_row(rows, _("We would stop if"), h->stop);
}

static bool put_question(struct page *page, const struct hypothesis *h, struct err *err)
{
    struct question q;
    struct str decided;
    if (!h->has_question)
        return true;
    if (!ask_load(page->record, &h->question, page->arena, &q, err) ||
        !ask_decided_text(page->record, &h->question, page->arena, &decided, err))
        return false;
    page_put_text(page, "question", q.text);
    page_put(page, "question_short", page_short(&q.id));
    page_put_text(page, "decided", decided);
    return true;
}

static bool view_guess(struct page *page, struct err *err)
{
    struct hash id;
    struct hypothesis h;
    if (!page_id(page, 0, "hypothesis", &id, err) ||
        !hypothesise_load(page->record, &id, page->arena, &h, err))
        return false;
    page_put_id(page, "id", &id);
    page_put(page, "short", page_short(&id));
    page_put(page, "frozen", json_boolean(h.frozen));
    if (h.frozen)
        page_put_id(page, "freeze", &h.freeze);
    if (h.presence != BODY_PRESENT) {
        page->title = _("This guess was taken back");
        return true;
    }
    page->title = arena_copy(page->arena, h.text);
    page_put_text(page, "sentence", hypothesise_sentence(&h, page->arena));
    page_put(page, "may_lock", json_boolean(page->session && !h.frozen));
    put_rows(page, &h);
    return put_question(page, &h, err);
}

static bool act_guess(struct page *page, struct err *err)
{
    struct hash id;
    struct hash freeze;
    return page_id(page, 0, "hypothesis", &id, err) &&
           hypothesise_freeze(page->record, &id, &freeze, err);
}

const struct route hypothesise_guess_route = {
    .path = "/hypothesise/*",
    .right = RIGHT_GUEST,
    .act_right = RIGHT_MEMBER,
    .template = "guess.html",
    .list = "rows",
    .view = view_guess,
    .act = act_guess,
};
