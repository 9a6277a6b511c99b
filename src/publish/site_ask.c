/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "publish/site_ask.h"

/* The entry of this id, if it is public; else NULL. */
static const struct public_entry *public_of(const struct site *s, const struct hash *id)
{
    for (size_t i = 0; i < s->plan->n; i++) {
        const struct public_entry *e = &s->plan->entry[i];
        if (hash_eq(&e->entry.id, id))
            return e->counts && e->state == PACKAGE_PRESENT ? e : NULL;
    }
    return NULL;
}

static void put_str(json_t *object, const char *key, struct str text)
{
    if (text.n)
        json_object_set_new(object, key, json_stringn(text.at, text.n));
}

static void put_count(json_t *object, const char *key, uint64_t n)
{
    json_object_set_new(object, key, json_integer((json_int_t)n));
}

/* Answers that the question itself does not give, in the order of the record. What is not said is
 * null: a template looks for an absent name in what surrounds it. */
static void put_sheets(const struct site *s, const struct public_entry *question, json_t *one)
{
    for (int f = 0; f < SHEET_FIELDS; f++) {
        const char *name = sheet_name((enum sheet_field)f);
        site_text(one, name, json_text(question->entry.body, name));
        for (size_t i = 0; i < s->plan->n && !json_object_get(one, name); i++) {
            const struct public_entry *e = &s->plan->entry[i];
            if (site_is(e, "sheet") && site_about(e, "question", &question->entry.id))
                site_text(one, name, json_text(e->entry.body, name));
        }
        if (!json_object_get(one, name))
            json_object_set_new(one, name, json_null());
    }
}

static void put_call(const struct site *s, const struct question *q, json_t *one)
{
    const struct public_entry *e = q->called ? public_of(s, &q->call.id) : NULL;
    if (!e)
        return;
    json_t *call = json_object();
    json_t *options = json_array();
    put_str(call, "proposal", q->call.proposal);
    put_str(call, "closes", q->call.closes);
    site_text(call, "way", ask_method_words(q->call.method));
    for (size_t i = 0; i < q->call.option_n; i++) {
        json_t *option = json_object();
        put_str(option, "option", q->call.option[i]);
        put_count(option, "dots", q->dot[i]);
        json_array_append_new(options, option);
    }
    json_object_set_new(call, "options", options);
    site_text(call, "href", e->path.at);
    json_object_set_new(one, "call", call);
}

static json_t *paper_of(const struct paper *p, const struct public_entry *e)
{
    json_t *one = json_object();
    json_t *reasons = json_array();
    put_str(one, "on", p->on);
    put_count(one, "people", p->people);
    if (!p->dot)
        json_object_set_new(one, "positions", json_true());
    put_count(one, "agree", p->counts.agree);
    put_count(one, "abstain", p->counts.abstain);
    put_count(one, "disagree", p->counts.disagree);
    put_count(one, "objection", p->counts.objection);
    json_object_set_new(one, "late", json_boolean(p->late));
    site_text(one, "href", e->path.at);
    for (size_t i = 0; i < p->reason_n; i++) {
        json_t *reason = json_object();
        site_text(reason, "choice", ask_choice_words(p->reason[i].choice));
        put_str(reason, "reason", p->reason[i].reason);
        json_array_append_new(reasons, reason);
    }
    json_object_set_new(one, "said", reasons);
    return one;
}

static bool put_papers(const struct site *s, const struct question *q, json_t *one, struct err *err)
{
    struct paper *papers;
    size_t n;
    json_t *list = json_array();
    json_object_set_new(one, "papers", list);
    if (!ask_papers(s->record, &q->id, s->arena, &papers, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct public_entry *e = public_of(s, &papers[i].entry);
        if (e)
            json_array_append_new(list, paper_of(&papers[i], e));
    }
    return true;
}

/* Talk without names; of a reply that is public only the reply shows. */
static bool put_talk(const struct site *s, const struct question *q, json_t *one, struct err *err)
{
    struct remark *remarks;
    size_t n;
    json_t *list = json_array();
    json_object_set_new(one, "talk", list);
    if (!ask_remarks(s->record, &q->id, s->arena, &remarks, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct public_entry *e = public_of(s, &remarks[i].entry);
        if (!e)
            continue;
        json_t *remark = json_object();
        put_str(remark, "said", remarks[i].text);
        json_object_set_new(remark, "reply", json_boolean(remarks[i].replies));
        site_text(remark, "href", e->path.at);
        json_array_append_new(list, remark);
    }
    return true;
}

static bool add_minutes(const struct site *s, const struct hash *about, json_t *list,
                        struct err *err)
{
    struct minutes *minutes;
    size_t n;
    if (!ask_minutes_of(s->record, about, s->arena, &minutes, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct public_entry *e = public_of(s, &minutes[i].entry);
        if (!e)
            continue;
        json_t *one = json_object();
        put_str(one, "on", minutes[i].on);
        put_str(one, "said", minutes[i].text);
        put_count(one, "members", minutes[i].members);
        put_count(one, "others", minutes[i].others);
        site_text(one, "href", e->path.at);
        json_array_append_new(list, one);
    }
    return true;
}

/* Minutes of the decision, then of the results. */
static bool put_minutes(const struct site *s, const struct question *q, json_t *one,
                        struct err *err)
{
    struct ids verdicts;
    json_t *list = json_array();
    json_object_set_new(one, "minutes", list);
    if ((q->decided && !add_minutes(s, &q->decision, list, err)) ||
        !ask_verdicts(s->record, &q->id, s->arena, &verdicts, err))
        return false;
    for (size_t i = 0; i < verdicts.n; i++)
        if (!add_minutes(s, &verdicts.at[i], list, err))
            return false;
    return true;
}

static bool put_revisit(const struct site *s, const struct question *q, json_t *one,
                        struct err *err)
{
    struct revisit *revisits;
    size_t n;
    if (!ask_revisits(s->record, &q->id, s->arena, &revisits, &n, err))
        return false;
    for (size_t i = n; i-- > 0;) {
        const struct public_entry *e = public_of(s, &revisits[i].entry);
        if (!e)
            continue;
        json_t *revisit = json_object();
        site_text(revisit, "needed", ask_needed_words(revisits[i].needed));
        put_str(revisit, "why", revisits[i].why);
        put_str(revisit, "changed", revisits[i].changed);
        put_str(revisit, "differently", revisits[i].differently);
        site_text(revisit, "href", e->path.at);
        json_object_set_new(one, "revisit", revisit);
        return true;
    }
    return true;
}

bool site_ask(const struct site *s, const struct public_entry *question, json_t *one,
              struct err *err)
{
    struct question q;
    put_sheets(s, question, one);
    json_object_set_new(one, "call", json_null());
    json_object_set_new(one, "revisit", json_null());
    if (!ask_load(s->record, &question->entry.id, s->arena, &q, err))
        return false;
    put_call(s, &q, one);
    return put_papers(s, &q, one, err) && put_talk(s, &q, one, err) &&
           put_minutes(s, &q, one, err) && put_revisit(s, &q, one, err);
}
