/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Minutes of meetings, and looking back at the end. */
#include <string.h>

#include "ask/ask_int.h"
#include "record/member.h"

/* --- minutes ------------------------------------------------------------------------------ */

static bool check_minutes(const json_t *body, const json_t *private, struct err *err)
{
    const char *text = json_text(body, "text");
    struct hash about;
    (void)private;
    if (!body_read_id(body, "about", &about))
        return FAIL(err, ERR_INPUT, _("See all entries: allmende log"),
                    _("Minutes must name a decision or a result."));
    if (!ask_is_day(json_text(body, "on")))
        return FAIL(err, ERR_INPUT, _("Write the day like this: --on 2026-12-01"),
                    _("It is not said on which day."));
    if (!text || !str_trim(str_of(text)).n)
        return FAIL(err, ERR_INPUT, _("Type --text \"…\", or --file minutes.txt"),
                    _("Minutes need a text."));
    return (ask_has_count(body, "members") && ask_has_count(body, "others")) ||
           FAIL(err, ERR_INPUT, _("Say who was there, as counts: --members 7 --others 2"),
                _("Minutes must say how many people were there."));
}

static bool fold_minutes(struct record *record, const struct entry *entry, struct err *err)
{
    struct hash about;
    return !body_read_id(entry->body, "about", &about) ||
           ask_fold_under(record, SQL_ASK_MINUTES_ADD, &about, entry, err);
}

const struct kind ask_minutes_kind = {
    .name = "minutes", .check = check_minutes, .fold = fold_minutes};

/* The decision or verdict that is meant. */
static bool minutes_object(struct record *record, const struct hash *named, struct hash *ret,
                           struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
    CLEANUP(buf_release) struct buf outcome = BUF_INIT;
    bool decided;
    *ret = *named;
    if (!record_entry(record, named, &arena, &entry, err))
        return false;
    if (strcmp(entry.header.kind, "decision") == 0 || strcmp(entry.header.kind, "verdict") == 0)
        return true;
    if (strcmp(entry.header.kind, "question") != 0)
        return FAIL(err, ERR_INPUT, _("Name a decision, a result, or a question that is decided."),
                    _("The entry %.8s is neither a decision nor a result."), hash_hex(named).at);
    if (!ask_last_decision(record, named, &decided, ret, &outcome, err))
        return false;
    return decided || FAIL(err, ERR_CONFLICT, _("First write the decision: allmende ask decide"),
                           _("The question %.8s is not decided yet."), hash_hex(named).at);
}

bool ask_minutes(struct record *record, const struct minutes_draft *draft, struct hash *ret,
                 struct hash *ret_about, struct err *err)
{
    CLEANUP(json_release) json_t *body = json_object();
    CLEANUP(json_release) json_t *private = json_object();
    struct draft entry = {
        .kind = "minutes", .body = body, .private = draft->names ? private : NULL, .rests_n = 1};
    if (!minutes_object(record, &draft->about, &entry.rests_on[0], err))
        return false;
    *ret_about = entry.rests_on[0];
    body_id(body, "about", ret_about);
    body_text(body, "on", draft->on);
    body_text(body, "text", draft->text);
    json_object_set_new(body, "members", json_integer((json_int_t)draft->members));
    json_object_set_new(body, "others", json_integer((json_int_t)draft->others));
    body_text(private, "names", draft->names);
    return permission_put(record, body, NULL, draft->permission ? draft->permission : "project",
                          err) &&
           record_append(record, &entry, ret, err);
}

bool ask_minutes_of(struct record *record, const struct hash *about, struct arena *arena,
                    struct minutes **ret, size_t *ret_n, struct err *err)
{
    struct ids ids;
    if (!record_ids(record, SQL_ASK_MINUTES, about, arena, &ids, err))
        return false;
    *ret_n = ids.n;
    *ret = arena_get(arena, ids.n, sizeof **ret);
    for (size_t i = 0; i < ids.n; i++) {
        CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
        if (!record_entry(record, &ids.at[i], arena, &entry, err))
            return false;
        (*ret)[i] = (struct minutes){.entry = entry.id,
                                     .on = body_str(entry.body, "on", arena),
                                     .text = body_str(entry.body, "text", arena),
                                     .members = ask_count(entry.body, "members"),
                                     .others = ask_count(entry.body, "others"),
                                     .names = body_str(entry.private, "names", arena)};
    }
    return true;
}

/* --- looking back ------------------------------------------------------------------------- */

static bool check_revisit(const json_t *body, const json_t *private, struct err *err)
{
    static const char *const words[] = {"yes", "partly", "no", "unused"};
    const char *changed = json_text(body, "changed");
    struct hash id;
    (void)private;
    if (!body_read_id(body, "question", &id) || !body_read_id(body, "decision", &id) ||
        !json_is_array(json_object_get(body, "verdicts")))
        return FAIL(err, ERR_INPUT, _("See the questions: allmende ask list"),
                    _("Looking back must name the question, its decision and its results."));
    if (!ask_word(json_text(body, "needed"), words, COUNT_OF(words)))
        return FAIL(err, ERR_INPUT, _("Choose from: yes, partly, no, unused."),
                    _("It is not said whether AI was needed."));
    return (changed && str_trim(str_of(changed)).n) ||
           FAIL(err, ERR_INPUT, _("Type --changed \"…\"; \"nothing yet\" is an answer, too."),
                _("It is not said what it changed."));
}

static bool fold_revisit(struct record *record, const struct entry *entry, struct err *err)
{
    struct hash question;
    bool in_charge;
    if (!member_in_charge(record, &entry->header.author, &in_charge, err))
        return false;
    return !in_charge || !body_read_id(entry->body, "question", &question) ||
           ask_fold_under(record, SQL_ASK_REVISIT_ADD, &question, entry, err);
}

const struct kind ask_revisit_kind = {
    .name = "revisit", .check = check_revisit, .fold = fold_revisit};

bool ask_verdicts(struct record *record, const struct hash *question, struct arena *arena,
                  struct ids *ret, struct err *err)
{
    return record_ids(record, SQL_ASK_VERDICTS, question, arena, ret, err);
}

bool ask_revisit(struct record *record, const struct revisit_draft *draft, struct hash *ret,
                 struct err *err)
{
    CLEANUP(json_release) json_t *body = json_object();
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct draft entry = {
        .kind = "revisit", .body = body, .rests_on = {draft->question}, .rests_n = 1};
    struct question q;
    struct ids verdicts;
    json_t *ids = json_array();
    json_object_set_new(body, "verdicts", ids);
    if (!ask_load(record, &draft->question, &arena, &q, err) ||
        !ask_verdicts(record, &draft->question, &arena, &verdicts, err) ||
        !ask_in_charge(record, _("Only a person in charge can write down what the group says."),
                       err))
        return false;
    if (!q.decided)
        return FAIL(err, ERR_CONFLICT, _("First write the decision: allmende ask decide"),
                    _("The question %.8s is not decided yet."), hash_hex(&q.id).at);
    entry.rests_on[entry.rests_n++] = q.decision;
    for (size_t i = 0; i < verdicts.n; i++)
        json_array_append_new(ids, json_string(hash_hex(&verdicts.at[i]).at));
    if (verdicts.n)
        entry.rests_on[entry.rests_n++] = verdicts.at[verdicts.n - 1];
    body_id(body, "question", &q.id);
    body_id(body, "decision", &q.decision);
    body_text(body, "needed", draft->needed);
    body_text(body, "why", draft->why);
    body_text(body, "changed", draft->changed);
    body_text(body, "differently", draft->differently);
    return permission_put(record, body, NULL, NULL, err) && record_append(record, &entry, ret, err);
}

bool ask_revisits(struct record *record, const struct hash *question, struct arena *arena,
                  struct revisit **ret, size_t *ret_n, struct err *err)
{
    struct ids ids;
    if (!record_ids(record, SQL_ASK_REVISITS, question, arena, &ids, err))
        return false;
    *ret_n = ids.n;
    *ret = arena_get(arena, ids.n, sizeof **ret);
    for (size_t i = 0; i < ids.n; i++) {
        CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
        if (!record_entry(record, &ids.at[i], arena, &entry, err))
            return false;
        (*ret)[i] =
            (struct revisit){.entry = entry.id,
                             .needed = body_str(entry.body, "needed", arena),
                             .why = body_str(entry.body, "why", arena),
                             .changed = body_str(entry.body, "changed", arena),
                             .differently = body_str(entry.body, "differently", arena),
                             .verdicts = json_array_size(json_object_get(entry.body, "verdicts"))};
    }
    return true;
}
