/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people who are no members said, entered for them. Names are private. */
#include <string.h>

#include "ask/ask_int.h"
#include "record/member.h"

static bool check_reasons(const json_t *body, struct err *err)
{
    const json_t *reasons = json_object_get(body, "reasons");
    struct position_count said = {0};
    struct position_count counts = ask_counts_read(body);
    for (size_t i = 0; i < json_array_size(reasons); i++) {
        const json_t *one = json_array_get(reasons, i);
        if (!ask_is_choice(json_text(one, "choice")) || !json_text(one, "reason"))
            return FAIL(err, ERR_INPUT, _("Type for example: --reason \"disagree: too far away\""),
                        _("A reason on paper stands behind its position."));
        ask_counts_put(&said, str_of(json_text(one, "choice")), 1);
    }
    return (said.agree <= counts.agree && said.abstain <= counts.abstain &&
            said.disagree <= counts.disagree && said.objection <= counts.objection) ||
           FAIL(err, ERR_INPUT, _("Count each person once: --agree N --disagree N …"),
                _("There are more reasons than people with that position."));
}

static bool check_paper(const json_t *body, const json_t *private, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct position_count counts = ask_counts_read(body);
    struct hash id;
    size_t n;
    (void)private;
    bool dots = json_object_get(body, "dots") != NULL;
    if (!body_read_id(body, "question", &id) || (dots && !body_read_id(body, "call", &id)))
        return FAIL(err, ERR_INPUT, _("See the questions: allmende ask list"),
                    _("Votes on paper must name their question."));
    if (!ask_is_day(json_text(body, "on")))
        return FAIL(err, ERR_INPUT, _("Write the day like this: --on 2026-12-01"),
                    _("It is not said on which day."));
    if (dots && !ask_dots_read(body, &arena, &n))
        return FAIL(err, ERR_INPUT, _("Type a number for each option, such as --dots 3,0,2"),
                    _("Dots are whole numbers, one for each option."));
    if (!ask_count(body, "people") || ask_count(body, "people") > 1000000 ||
        (!dots && ask_count(body, "people") != position_people(&counts)))
        return FAIL(err, ERR_INPUT, _("Count each person once: --agree N --disagree N …"),
                    _("Nobody has said anything on this paper."));
    return check_reasons(body, err);
}

static bool fold_paper(struct record *record, const struct entry *entry, struct err *err)
{
    struct hash question;
    struct stmt *stmt;
    bool counts;
    if (!ask_counts(record, entry, &question, &counts, err))
        return false;
    if (!counts)
        return true;
    if (!store_stmt(record_store(record), SQL_ASK_PAPER_ADD, &stmt, err))
        return false;
    stmt_hash(stmt, &question);
    stmt_int(stmt, (int64_t)entry->header.count);
    stmt_hash(stmt, &entry->id);
    stmt_int(stmt, json_is_true(json_object_get(entry->body, "late")));
    return stmt_run(stmt, err);
}

const struct kind ask_paper_kind = {.name = "paper", .check = check_paper, .fold = fold_paper};

static void put_paper(json_t *body, const struct paper_draft *draft, const struct question *q)
{
    json_t *reasons = json_array();
    body_id(body, "question", &draft->question);
    if (q->called)
        body_id(body, "call", &q->call.id);
    body_text(body, "on", draft->on);
    if (draft->dot) {
        json_object_set_new(body, "dots", ask_dots_json(draft->dot, draft->dot_n));
    } else {
        json_t *counts = ask_counts_json(&draft->counts);
        json_object_update(body, counts);
        json_decref(counts);
    }
    json_object_set_new(
        body, "people",
        json_integer((json_int_t)(draft->dot ? draft->people : position_people(&draft->counts))));
    for (size_t i = 0; i < draft->reason_n; i++) {
        json_t *one = json_object();
        body_text(one, "choice", draft->reason[i].choice);
        body_text(one, "reason", draft->reason[i].reason);
        json_array_append_new(reasons, one);
    }
    json_object_set_new(body, "reasons", reasons);
}

bool ask_paper(struct record *record, const struct paper_draft *draft, struct hash *ret,
               bool *ret_late, struct err *err)
{
    CLEANUP(json_release) json_t *body = json_object();
    CLEANUP(json_release) json_t *private = json_object();
    CLEANUP(arena_release) struct arena arena = {NULL};
    const struct draft entry = {.kind = "paper",
                                .body = body,
                                .private = draft->names ? private : NULL,
                                .rests_on = {draft->question},
                                .rests_n = 1};
    struct question q;
    if (!ask_load_open(record, &draft->question, &arena, &q, err) ||
        (draft->dot && !ask_dots_allowed(&q, draft->dot, draft->dot_n, draft->people, err)))
        return false;
    put_paper(body, draft, &q);
    body_text(private, "names", draft->names);
    *ret_late = ask_mark_late(body, &q, draft->on);
    return permission_put(record, body, NULL, draft->permission, err) &&
           record_append(record, &entry, ret, err);
}

static void load_paper(const struct entry *entry, struct arena *arena, struct paper *ret)
{
    const json_t *reasons = json_object_get(entry->body, "reasons");
    *ret = (struct paper){.entry = entry->id,
                          .author = entry->header.author,
                          .on = body_str(entry->body, "on", arena),
                          .people = ask_count(entry->body, "people"),
                          .counts = ask_counts_read(entry->body),
                          .reason_n = json_array_size(reasons),
                          .late = json_is_true(json_object_get(entry->body, "late"))};
    ret->dot = ask_dots_read(entry->body, arena, &ret->dot_n);
    ret->reason = arena_get(arena, ret->reason_n, sizeof *ret->reason);
    for (size_t i = 0; i < ret->reason_n; i++) {
        const json_t *one = json_array_get(reasons, i);
        ret->reason[i] = (struct position){.entry = entry->id,
                                           .choice = body_str(one, "choice", arena),
                                           .reason = body_str(one, "reason", arena)};
    }
}

bool ask_papers(struct record *record, const struct hash *question, struct arena *arena,
                struct paper **ret, size_t *ret_n, struct err *err)
{
    struct ids ids;
    if (!record_ids(record, SQL_ASK_PAPERS, question, arena, &ids, err))
        return false;
    *ret_n = ids.n;
    *ret = arena_get(arena, *ret_n, sizeof **ret);
    for (size_t i = 0; i < ids.n; i++) {
        CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
        if (!record_entry(record, &ids.at[i], arena, &entry, err))
            return false;
        load_paper(&entry, arena, &(*ret)[i]);
    }
    return true;
}

bool ask_add_paper(struct record *record, struct arena *arena, struct question *q, struct err *err)
{
    struct paper *papers;
    size_t n;
    if (!ask_papers(record, &q->id, arena, &papers, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct paper *p = &papers[i];
        if (p->late) {
            q->late += p->people;
            continue;
        }
        if (!p->dot) {
            ask_counts_add(&q->paper, &p->counts);
            q->paper_people += p->people;
            continue;
        }
        if (!q->dot || !ask_dots_fit(&q->call, p->dot, p->dot_n, p->people))
            continue;
        for (size_t k = 0; k < p->dot_n; k++)
            q->dot[k] += p->dot[k];
        q->dot_people += p->people;
        q->paper_people += p->people;
    }
    return true;
}
