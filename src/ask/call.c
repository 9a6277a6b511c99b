/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls to decide: method, rule and closing day are locked before people take positions. */
#include <string.h>

#include "ask/ask_int.h"
#include "record/member.h"

enum { OPTIONS_MAX = 20, DOTS_MAX = 100 };

static const char *const methods[] = {"consent", "vote", "dots"};

static bool check_options(const json_t *body, struct err *err)
{
    const json_t *options = json_object_get(body, "options");
    size_t n = json_array_size(options);
    uint64_t dots = ask_count(body, "dots");
    if (n < 2 || n > OPTIONS_MAX)
        return FAIL(err, ERR_INPUT, _("Name each with --option TEXT, 2 to 20 of them."),
                    _("Dots need options to lie on."));
    for (size_t i = 0; i < n; i++) {
        const char *text = json_string_value(json_array_get(options, i));
        if (!text || !str_trim(str_of(text)).n)
            return FAIL(err, ERR_INPUT, _("Name each with --option TEXT, 2 to 20 of them."),
                        _("Option %zu is empty."), i + 1);
    }
    return (dots >= 1 && dots <= DOTS_MAX) ||
           FAIL(err, ERR_INPUT, _("Say how many each person has: --dots 3 (at most 100)"),
                _("A call with dots must say how many."));
}

static bool check_call(const json_t *body, const json_t *private, struct err *err)
{
    const char *method = json_text(body, "method");
    const char *rule = json_text(body, "rule");
    struct hash id;
    (void)private;
    if (!body_read_id(body, "question", &id) ||
        (json_object_get(body, "before") && !body_read_id(body, "before", &id)))
        return FAIL(err, ERR_INPUT, _("See the questions: allmende ask list"),
                    _("A call must name its question."));
    if (!ask_word(method, methods, COUNT_OF(methods)))
        return FAIL(err, ERR_INPUT, _("Choose from: consent, vote, dots."),
                    _("\"%s\" is not a way to decide."), method ? method : "");
    if (!ask_is_outcome(json_text(body, "outcome")))
        return FAIL(err, ERR_INPUT, _("Choose from: go-on, without-ai, stop."),
                    _("A call must say what is proposed."));
    if (!ask_is_day(json_text(body, "closes")))
        return FAIL(err, ERR_INPUT, _("Write the day like this: --closes 2026-12-01"),
                    _("A call must name its last day."));
    if (json_object_get(body, "quorum") && !ask_count(body, "quorum"))
        return FAIL(err, ERR_INPUT, _("Type a whole number from 1 upward."),
                    _("The least number of people must be a number."));
    if ((strcmp(method, "vote") == 0) != (rule && strcmp(rule, "majority") == 0))
        return FAIL(err, ERR_INPUT, _("Use: allmende ask call"),
                    _("A vote, and only a vote, has a rule, and that is \"majority\"."));
    return strcmp(method, "dots") != 0 || check_options(body, err);
}

/* The ids of all calls of a question that hold; the last is in force. */
static bool calls_of(struct record *record, const struct hash *question, struct arena *arena,
                     struct ids *ret, struct err *err)
{
    return record_ids(record, SQL_ASK_CALLS, question, arena, ret, err);
}

/* A call holds if it comes from a person in charge, before the decision, and follows the call that
 * is in force: so of two calls made apart the first one holds on every copy. */
static bool fold_call(struct record *record, const struct entry *entry, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct hash question;
    struct hash other;
    struct ids calls;
    bool in_charge;
    bool decided;
    if (!body_read_id(entry->body, "question", &question))
        return true;
    if (!member_in_charge(record, &entry->header.author, &in_charge, err) ||
        !ask_is_decided(record, &question, &decided, err) ||
        !calls_of(record, &question, &arena, &calls, err))
        return false;
    bool follows = body_read_id(entry->body, "before", &other)
                       ? calls.n && hash_eq(&calls.at[calls.n - 1], &other)
                       : calls.n == 0;
    return !in_charge || decided || !follows ||
           ask_fold_under(record, SQL_ASK_CALL_ADD, &question, entry, err);
}

const struct kind ask_call_kind = {
    .name = "call", .check = check_call, .fold = fold_call, .stays = true};

bool ask_load_call(struct record *record, const struct hash *question, struct arena *arena,
                   bool *ret_there, struct call *ret, struct err *err)
{
    CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
    struct ids calls;
    *ret_there = false;
    if (!calls_of(record, question, arena, &calls, err))
        return false;
    if (!calls.n)
        return true;
    if (!record_entry(record, &calls.at[calls.n - 1], arena, &entry, err))
        return false;
    const json_t *options = json_object_get(entry.body, "options");
    *ret = (struct call){.id = entry.id,
                         .round = (unsigned)calls.n,
                         .method = body_str(entry.body, "method", arena),
                         .outcome = body_str(entry.body, "outcome", arena),
                         .proposal = body_str(entry.body, "proposal", arena),
                         .closes = body_str(entry.body, "closes", arena),
                         .quorum = ask_count(entry.body, "quorum"),
                         .option_n = json_array_size(options),
                         .dots = ask_count(entry.body, "dots")};
    ret->option = arena_get(arena, ret->option_n, sizeof *ret->option);
    for (size_t i = 0; i < ret->option_n; i++)
        ret->option[i] = arena_str(arena, str_of(json_string_value(json_array_get(options, i))));
    *ret_there = true;
    return true;
}

static void put_call(json_t *body, const struct call_draft *draft, const struct question *q)
{
    const char *method = draft->method ? draft->method : "consent";
    body_id(body, "question", &draft->question);
    if (q->called)
        body_id(body, "before", &q->call.id);
    body_text(body, "method", method);
    body_text(body, "outcome", draft->outcome);
    body_text(body, "proposal", draft->proposal);
    body_text(body, "closes", draft->closes);
    if (draft->quorum)
        json_object_set_new(body, "quorum", json_integer((json_int_t)draft->quorum));
    if (strcmp(method, "vote") == 0)
        body_text(body, "rule", "majority");
    if (draft->option_n) {
        json_t *options = json_array();
        for (size_t i = 0; i < draft->option_n; i++)
            json_array_append_new(options, json_string(draft->option[i]));
        json_object_set_new(body, "options", options);
    }
    if (draft->dots)
        json_object_set_new(body, "dots", json_integer((json_int_t)draft->dots));
}

bool ask_call(struct record *record, const struct call_draft *draft, struct hash *ret,
              struct err *err)
{
    CLEANUP(json_release) json_t *body = json_object();
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct draft entry = {
        .kind = "call", .body = body, .rests_on = {draft->question}, .rests_n = 1};
    struct question q;
    bool dots = draft->method && strcmp(draft->method, "dots") == 0;
    if (!ask_load_open(record, &draft->question, &arena, &q, err) ||
        !ask_in_charge(record, _("Only a person in charge can call for a decision."), err))
        return false;
    if (q.called && str_cmp(str_of(draft->today), q.call.closes) < 0)
        return FAIL(err, ERR_CONFLICT, _("Its rule is locked until then. Take positions."),
                    _("A call on the question %.8s runs until %.*s."), hash_hex(&q.id).at,
                    STR_ARG(q.call.closes));
    if (!dots && (draft->option_n || draft->dots))
        return FAIL(err, ERR_INPUT, _("Add --method dots, or leave them out."),
                    _("Options and dots belong to the method dots."));
    if (ask_is_day(draft->closes) && strcmp(draft->closes, draft->today) < 0)
        return FAIL(err, ERR_INPUT, _("Name today or a later day."),
                    _("The last day %s is over; today is %s."), draft->closes, draft->today);
    if (q.called)
        entry.rests_on[entry.rests_n++] = q.call.id;
    put_call(body, draft, &q);
    return permission_put(record, body, NULL, NULL, err) && record_append(record, &entry, ret, err);
}
