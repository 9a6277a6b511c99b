/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decisions, and the dissent that stays with them. */
#include <string.h>

#include "ask/ask_int.h"
#include "record/member.h"

static bool check_decision(const json_t *body, const json_t *private, struct err *err)
{
    static const char *const methods[] = {"consent", "vote", "dots"};
    struct hash question;
    (void)private;
    if (!body_read_id(body, "question", &question))
        return FAIL(err, ERR_INPUT, _("See the questions: allmende ask list"),
                    _("A decision must name its question."));
    if (!ask_is_outcome(json_text(body, "outcome")))
        return FAIL(err, ERR_INPUT, _("Choose from: go-on, without-ai, stop."),
                    _("A decision must say what comes of the question."));
    if (!ask_word(json_text(body, "method"), methods, COUNT_OF(methods)))
        return FAIL(err, ERR_INPUT, _("Choose from: consent, vote, dots."),
                    _("A decision must say how it was made."));
    return true;
}

static bool fold_decision(struct record *record, const struct entry *entry, struct err *err)
{
    struct hash question;
    struct stmt *stmt;
    bool in_charge;
    if (!member_in_charge(record, &entry->header.author, &in_charge, err))
        return false;
    if (!in_charge || !body_read_id(entry->body, "question", &question))
        return true;
    if (!store_stmt(record_store(record), SQL_ASK_DECISION_ADD, &stmt, err))
        return false;
    stmt_hash(stmt, &question);
    stmt_int(stmt, (int64_t)entry->header.count);
    stmt_hash(stmt, &entry->id);
    stmt_text(stmt, str_of(json_text(entry->body, "outcome")));
    return stmt_run(stmt, err);
}

const struct kind ask_decision_kind = {
    .name = "decision", .check = check_decision, .fold = fold_decision, .stays = true};

/* What is about to be written down, after all questions are answered. */
struct ruling {
    const struct question *q;
    const char *outcome;
    const char *method;
    uint64_t option; /* from 1; 0: none */
};

static bool is_text(struct str text, const char *word)
{
    return str_eq(text, str_of(word));
}

/* Method and outcome: those of the call, which must not be contradicted. */
static bool settle(const struct decision_draft *draft, struct ruling *r, struct err *err)
{
    const struct call *call = &r->q->call;
    r->method = draft->method ? draft->method : r->q->called ? call->method.at : "consent";
    r->outcome = draft->outcome ? draft->outcome : r->q->called ? call->outcome.at : NULL;
    if (!r->q->called && strcmp(r->method, "dots") == 0)
        return FAIL(err, ERR_CONFLICT,
                    _("A person in charge calls: allmende ask call --method dots"),
                    _("There is no call with dots on the question %.8s."), hash_hex(&r->q->id).at);
    if (!r->q->called)
        return true;
    if (str_cmp(str_of(draft->today), call->closes) < 0)
        return FAIL(err, ERR_CONFLICT, _("Until then members can take and change positions."),
                    _("The call on the question %.8s runs until %.*s."), hash_hex(&r->q->id).at,
                    STR_ARG(call->closes));
    if (!is_text(call->method, r->method) || !is_text(call->outcome, r->outcome))
        return FAIL(err, ERR_CONFLICT, _("To propose something else, call anew: allmende ask call"),
                    _("The call says otherwise: %.*s, %.*s. It was locked before people took "
                      "positions."),
                    STR_ARG(call->outcome), STR_ARG(call->method));
    return true;
}

static bool has_quorum(const struct question *q, struct err *err)
{
    uint64_t given = q->call.option_n ? q->dot_people
                                      : position_people(&q->positions) + position_people(&q->paper);
    if (!q->called || given >= q->call.quorum)
        return true;
    return FAIL(err, ERR_DENIED, _("Call anew with a later day: allmende ask call"),
                _("The call asks for at least %llu people; %llu have said something in time."),
                (unsigned long long)q->call.quorum, (unsigned long long)given);
}

static bool carries_by_dots(const struct decision_draft *draft, struct ruling *r, struct err *err)
{
    const struct question *q = r->q;
    uint64_t most = 0;
    size_t at = 0;
    size_t ties = 0;
    for (size_t i = 0; i < q->call.option_n; i++)
        most = q->dot[i] > most ? q->dot[i] : most;
    for (size_t i = q->call.option_n; i-- > 0;)
        if (q->dot[i] == most) {
            at = i + 1;
            ties++;
        }
    if (!most)
        return FAIL(err, ERR_DENIED, _("Each member: allmende ask dots"),
                    _("Nobody has given a dot in time."));
    if (draft->option > q->call.option_n || (draft->option && q->dot[draft->option - 1] != most))
        return FAIL(err, ERR_DENIED, _("See the sums: allmende ask show"),
                    _("Another option has more dots."));
    if (!draft->option && ties > 1)
        return FAIL(err, ERR_DENIED, _("Talk about it, then name it: --option N"),
                    _("%zu options have the same number of dots."), ties);
    r->option = draft->option ? draft->option : at;
    return true;
}

/* Invariant 3 of ask.h. */
static bool carries(const struct decision_draft *draft, struct ruling *r, struct err *err)
{
    const struct question *q = r->q;
    struct position_count all = q->positions;
    ask_counts_add(&all, &q->paper);
    if (!has_quorum(q, err))
        return false;
    if (strcmp(r->method, "consent") == 0 && all.objection)
        return FAIL(err, ERR_DENIED,
                    q->called
                        ? _("Talk about it until nobody objects, or call for a vote.")
                        : _("Talk about it until nobody objects, or vote with --method vote."),
                    _("%llu serious objection(s) stand against the question %.8s."),
                    (unsigned long long)all.objection, hash_hex(&q->id).at);
    if (q->called && strcmp(r->method, "vote") == 0 && all.agree <= all.disagree + all.objection)
        return FAIL(err, ERR_DENIED, _("Talk about it, and call anew: allmende ask call"),
                    _("The proposal does not carry: %llu agree, %llu disagree or object."),
                    (unsigned long long)all.agree,
                    (unsigned long long)(all.disagree + all.objection));
    return strcmp(r->method, "dots") != 0 || carries_by_dots(draft, r, err);
}

static bool may_decide(struct record *record, const struct question *q, struct err *err)
{
    if (q->presence != BODY_PRESENT)
        return FAIL(err, ERR_CONFLICT, _("See the questions: allmende ask list"),
                    _("The text of the question %.8s is not here; nothing can be decided."),
                    hash_hex(&q->id).at);
    return ask_in_charge(record, _("Only a person in charge can write a decision down."), err);
}

static bool disagrees(struct str choice)
{
    return str_eq(choice, STR("disagree")) || str_eq(choice, STR("objection"));
}

/* "dissent": the positions and papers of all who disagree or object. */
static bool put_dissent(struct record *record, struct arena *arena, const struct question *q,
                        json_t *body, struct err *err)
{
    json_t *ids = json_array();
    struct position *positions;
    struct paper *papers;
    size_t n;
    json_object_set_new(body, "dissent", ids);
    if (!ask_positions(record, q, arena, &positions, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!positions[i].late && disagrees(positions[i].choice))
            json_array_append_new(ids, json_string(hash_hex(&positions[i].entry).at));
    if (!ask_papers(record, &q->id, arena, &papers, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!papers[i].late && papers[i].counts.disagree + papers[i].counts.objection)
            json_array_append_new(ids, json_string(hash_hex(&papers[i].entry).at));
    return true;
}

static void put_ruling(json_t *body, const struct ruling *r)
{
    const struct question *q = r->q;
    body_id(body, "question", &q->id);
    body_text(body, "outcome", r->outcome);
    body_text(body, "method", r->method);
    json_object_set_new(body, "positions", ask_counts_json(&q->positions));
    if (position_people(&q->paper))
        json_object_set_new(body, "paper", ask_counts_json(&q->paper));
    if (q->late)
        json_object_set_new(body, "late", json_integer((json_int_t)q->late));
    if (q->called)
        body_id(body, "call", &q->call.id);
    if (r->option) {
        json_object_set_new(body, "option", json_integer((json_int_t)r->option));
        json_object_set_new(body, "dots", ask_dots_json(q->dot, q->call.option_n));
    }
}

bool ask_decide(struct record *record, const struct decision_draft *draft, struct hash *ret,
                struct err *err)
{
    CLEANUP(json_release) json_t *body = json_object();
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct draft entry = {
        .kind = "decision", .body = body, .rests_on = {draft->question}, .rests_n = 1};
    struct question q;
    struct ruling r = {.q = &q};
    if (!ask_load(record, &draft->question, &arena, &q, err) || !may_decide(record, &q, err) ||
        !settle(draft, &r, err) || !carries(draft, &r, err))
        return false;
    if (q.called)
        entry.rests_on[entry.rests_n++] = q.call.id;
    put_ruling(body, &r);
    body_text(body, "reason", draft->reason);
    return put_dissent(record, &arena, &q, body, err) &&
           permission_put(record, body, NULL, NULL, err) && record_append(record, &entry, ret, err);
}

/* --- reading ------------------------------------------------------------------------------ */

static void add_line(struct decision *d, const struct entry *entry, struct str choice,
                     struct str reason, uint64_t people)
{
    d->dissent[d->dissent_n++] =
        (struct dissent){.entry = entry->id,
                         .choice = choice,
                         .reason = reason,
                         .people = people,
                         .paper = strcmp(entry->header.kind, "paper") == 0};
}

/* A paper gives a line for each reason, and one for all without a reason, per position. */
static void add_paper_lines(struct decision *d, const struct entry *entry, struct arena *arena)
{
    static const char *const words[] = {"disagree", "objection"};
    const json_t *reasons = json_object_get(entry->body, "reasons");
    for (size_t w = 0; w < COUNT_OF(words); w++) {
        uint64_t left = ask_count(entry->body, words[w]);
        for (size_t i = 0; i < json_array_size(reasons) && left; i++) {
            const json_t *one = json_array_get(reasons, i);
            struct str choice = body_str(one, "choice", arena);
            if (!is_text(choice, words[w]))
                continue;
            add_line(d, entry, choice, body_str(one, "reason", arena), 1);
            left--;
        }
        if (left)
            add_line(d, entry, arena_str(arena, str_of(words[w])), STR(""), left);
    }
}

static bool load_dissent(struct record *record, const json_t *ids, struct arena *arena,
                         struct decision *ret, struct err *err)
{
    for (size_t i = 0; i < json_array_size(ids); i++) {
        CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
        const char *text = json_string_value(json_array_get(ids, i));
        struct hash id;
        if (!text || !hex_decode(str_of(text), id.at, HASH_BYTES))
            continue;
        if (!record_entry(record, &id, arena, &entry, err)) {
            if (err->code != ERR_NOT_FOUND)
                return false;
            err_clear(err);
            continue;
        }
        const json_t *reasons = json_object_get(entry.body, "reasons");
        struct dissent *more =
            arena_get(arena, ret->dissent_n + json_array_size(reasons) + 2, sizeof *more);
        if (ret->dissent_n)
            memcpy(more, ret->dissent, ret->dissent_n * sizeof *more);
        ret->dissent = more;
        if (strcmp(entry.header.kind, "paper") == 0 && entry.body)
            add_paper_lines(ret, &entry, arena);
        else
            add_line(ret, &entry, body_str(entry.body, "choice", arena),
                     body_str(entry.body, "reason", arena), 1);
    }
    return true;
}

/* The text of the option that was chosen by dots. */
static bool load_option(struct record *record, uint64_t option, struct arena *arena,
                        struct decision *ret, struct err *err)
{
    CLEANUP(entry_release) struct entry call = {.presence = BODY_ABSENT};
    if (!option || !ret->has_call)
        return true;
    if (!record_entry(record, &ret->call, arena, &call, err))
        return false;
    const json_t *options = json_object_get(call.body, "options");
    const char *text = json_string_value(json_array_get(options, (size_t)option - 1));
    ret->option = arena_str(arena, str_of(text));
    return true;
}

bool ask_decision(struct record *record, const struct hash *id, struct arena *arena,
                  struct decision *ret, struct err *err)
{
    CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
    if (!record_entry(record, id, arena, &entry, err))
        return false;
    *ret = (struct decision){.id = *id,
                             .outcome = body_str(entry.body, "outcome", arena),
                             .method = body_str(entry.body, "method", arena),
                             .reason = body_str(entry.body, "reason", arena),
                             .positions = ask_counts_read(json_object_get(entry.body, "positions")),
                             .paper = ask_counts_read(json_object_get(entry.body, "paper")),
                             .late = ask_count(entry.body, "late")};
    ret->has_call = body_read_id(entry.body, "call", &ret->call);
    return load_option(record, ask_count(entry.body, "option"), arena, ret, err) &&
           load_dissent(record, json_object_get(entry.body, "dissent"), arena, ret, err);
}
