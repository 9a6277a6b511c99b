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

/* The entry that answers a field of the sheet first: the question itself, or a sheet of it. */
static const struct public_entry *answered(const struct site *s,
                                           const struct public_entry *question, const char *field)
{
    if (json_text(question->entry.body, field))
        return question;
    for (size_t i = 0; i < s->plan->n; i++) {
        const struct public_entry *e = &s->plan->entry[i];
        if (site_is(e, "sheet") && site_about(e, "question", &question->entry.id) &&
            json_text(e->entry.body, field))
            return e;
    }
    return NULL;
}

/* "sheet": all answers; "core": those that the report has room for. */
static void put_sheets(const struct site *s, const struct public_entry *question, json_t *one)
{
    static const bool core[SHEET_FIELDS] = {
        [SHEET_AFFECTED] = true, [SHEET_HARM] = true, [SHEET_WITHOUT_AI] = true};
    json_t *all = json_array();
    json_t *some = json_array();
    for (int f = 0; f < SHEET_FIELDS; f++) {
        const char *name = sheet_name((enum sheet_field)f);
        const struct public_entry *e = answered(s, question, name);
        if (!e)
            continue;
        json_t *row = json_object();
        site_text(row, "label", sheet_label((enum sheet_field)f));
        site_text(row, "answer", json_text(e->entry.body, name));
        site_text(row, "href", e->path.at);
        if (core[f])
            json_array_append(some, row);
        json_array_append_new(all, row);
    }
    json_object_set_new(one, "sheet", all);
    json_object_set_new(one, "core", some);
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

static void put_counts(json_t *object, const struct position_count *counts)
{
    put_count(object, "agree", counts->agree);
    put_count(object, "abstain", counts->abstain);
    put_count(object, "disagree", counts->disagree);
    put_count(object, "objection", counts->objection);
}

/* Who saw it otherwise: each reason that may be shown, without a name. */
static json_t *dissent_of(const struct site *s, const struct decision *d)
{
    json_t *list = json_array();
    for (size_t i = 0; i < d->dissent_n; i++) {
        const struct public_entry *e = public_of(s, &d->dissent[i].entry);
        CLEANUP(buf_release) struct buf who = BUF_INIT;
        if (!e)
            continue;
        json_t *one = json_object();
        if (d->dissent[i].paper)
            buf_printf(&who, _("on paper, %llu: %s"), (unsigned long long)d->dissent[i].people,
                       ask_choice_words(d->dissent[i].choice));
        else
            buf_printf(&who, _("a member %s"), ask_choice_words(d->dissent[i].choice));
        json_object_set_new(one, "choice", json_stringn(who.at, who.n));
        put_str(one, "reason", d->dissent[i].reason);
        site_text(one, "href", e->path.at);
        json_array_append_new(list, one);
    }
    return list;
}

static bool put_decision(const struct site *s, const struct question *q, json_t *one,
                         struct err *err)
{
    const struct public_entry *e = q->decided ? public_of(s, &q->decision) : NULL;
    struct decision d;
    json_object_set_new(one, "open", json_boolean(!e));
    if (!e)
        return true;
    if (!ask_decision(s->record, &q->decision, s->arena, &d, err))
        return false;
    json_t *decision = json_object();
    put_counts(decision, &d.positions);
    site_text(decision, "outcome", ask_outcome_words(d.outcome));
    site_text(decision, "method",
              str_eq(d.method, STR("consent")) ? _("because no serious objection was left")
                                               : ask_method_words(d.method));
    put_str(decision, "reason", d.reason);
    put_str(decision, "option", d.option);
    put_count(decision, "late", d.late);
    json_object_set_new(decision, "ends",
                        json_boolean(!str_eq(d.outcome, STR("go_on")) && d.outcome.n > 0));
    json_object_set_new(decision, "dissent", dissent_of(s, &d));
    if (position_people(&d.paper)) {
        json_t *paper = json_object();
        put_counts(paper, &d.paper);
        json_object_set_new(decision, "on_paper", paper);
    }
    site_text(decision, "href", e->path.at);
    json_object_set_new(one, "decision", decision);
    return true;
}

static json_t *paper_of(const struct paper *p, const struct public_entry *e)
{
    json_t *one = json_object();
    json_t *reasons = json_array();
    put_str(one, "on", p->on);
    put_count(one, "people", p->people);
    if (!p->dot)
        json_object_set_new(one, "positions", json_true());
    put_counts(one, &p->counts);
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

bool site_minutes(const struct site *s, const struct hash *about, json_t *one, struct err *err)
{
    struct minutes *minutes;
    size_t n;
    json_t *list = json_array();
    json_object_set_new(one, "minutes", list);
    if (!ask_minutes_of(s->record, about, s->arena, &minutes, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct public_entry *e = public_of(s, &minutes[i].entry);
        if (!e)
            continue;
        json_t *sitting = json_object();
        put_str(sitting, "on", minutes[i].on);
        put_str(sitting, "said", minutes[i].text);
        put_count(sitting, "members", minutes[i].members);
        put_count(sitting, "others", minutes[i].others);
        site_text(sitting, "href", e->path.at);
        json_array_append_new(list, sitting);
    }
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
    json_object_set_new(one, "decision", json_null());
    json_object_set_new(one, "minutes", json_null());
    json_object_set_new(one, "revisit", json_null());
    if (!ask_load(s->record, &question->entry.id, s->arena, &q, err))
        return false;
    put_call(s, &q, one);
    return put_decision(s, &q, one, err) && put_papers(s, &q, one, err) &&
           put_talk(s, &q, one, err) && (!q.decided || site_minutes(s, &q.decision, one, err)) &&
           put_revisit(s, &q, one, err);
}
