/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ask/ask.h"

#include <string.h>

#include "record/member.h"

/* --- question ----------------------------------------------------------------------------- */

static bool check_question(const json_t *body, const json_t *private, struct err *err)
{
    const char *text = json_text(body, "text");
    (void)private;
    return (text && str_trim(str_of(text)).n) ||
           FAIL(err, ERR_INPUT, _("Type it: allmende ask add \"Does … ?\""),
                _("A question needs a text."));
}

static bool fold_question(struct record *record, const struct entry *entry, struct err *err)
{
    struct stmt *stmt;
    if (!store_stmt(record_store(record), SQL_ASK_QUESTION_ADD, &stmt, err))
        return false;
    stmt_hash(stmt, &entry->id);
    stmt_int(stmt, (int64_t)entry->header.count);
    return stmt_run(stmt, err);
}

const struct kind ask_question_kind = {
    .name = "question", .check = check_question, .fold = fold_question};

bool ask_add(struct record *record, const struct question_draft *draft, struct hash *ret,
             struct err *err)
{
    CLEANUP(json_release) json_t *body = json_object();
    const struct draft entry = {.kind = "question", .body = body};
    body_text(body, "text", draft->text);
    body_text(body, "affected", draft->affected);
    body_text(body, "harm", draft->harm);
    body_text(body, "without_ai", draft->without_ai);
    return permission_put(record, body, NULL, NULL, err) && record_append(record, &entry, ret, err);
}

/* The last decision of a question, if there is one; outcome may be NULL. */
static bool last_decision(struct record *record, const struct hash *question, bool *ret_there,
                          struct hash *ret, struct buf *outcome, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    if (!store_stmt(record_store(record), SQL_ASK_DECISION_LAST, &stmt, err))
        return false;
    stmt_hash(stmt, question);
    if (!stmt_step(stmt, ret_there, err))
        return false;
    if (*ret_there) {
        *ret = row_hash(stmt, 0);
        buf_str(outcome, row_text(stmt, 1));
    }
    return true;
}

/* --- position ----------------------------------------------------------------------------- */

static const char *const choices[] = {"agree", "abstain", "disagree", "objection"};

static bool is_one_of(const char *word, const char *const *words, size_t n)
{
    for (size_t i = 0; word && i < n; i++)
        if (strcmp(word, words[i]) == 0)
            return true;
    return false;
}

static bool check_position(const json_t *body, const json_t *private, struct err *err)
{
    const char *choice = json_text(body, "choice");
    struct hash question;
    (void)private;
    if (!body_read_id(body, "question", &question))
        return FAIL(err, ERR_INPUT, _("See the questions: allmende ask list"),
                    _("A position must name its question."));
    if (!is_one_of(choice, choices, COUNT_OF(choices)))
        return FAIL(err, ERR_INPUT, _("Choose from: agree, abstain, disagree, objection."),
                    _("\"%s\" is not a position that can be taken."), choice ? choice : "");
    return true;
}

/* A position after the decision does not count: the decision holds with what it knew. */
static bool fold_position(struct record *record, const struct entry *entry, struct err *err)
{
    CLEANUP(buf_release) struct buf outcome = BUF_INIT;
    struct hash question;
    struct hash decision;
    struct stmt *stmt;
    bool decided;
    if (!body_read_id(entry->body, "question", &question))
        return true;
    if (!last_decision(record, &question, &decided, &decision, &outcome, err))
        return false;
    if (decided)
        return true;
    if (!store_stmt(record_store(record), SQL_ASK_POSITION_PUT, &stmt, err))
        return false;
    stmt_hash(stmt, &question);
    stmt_blob(stmt, entry->header.author.at, KEY_BYTES);
    stmt_hash(stmt, &entry->id);
    stmt_text(stmt, str_of(json_text(entry->body, "choice")));
    return stmt_run(stmt, err);
}

const struct kind ask_position_kind = {
    .name = "position", .check = check_position, .fold = fold_position};

bool ask_position(struct record *record, const struct hash *question, const char *choice,
                  const char *reason, struct hash *ret, struct err *err)
{
    CLEANUP(json_release) json_t *body = json_object();
    CLEANUP(arena_release) struct arena arena = {NULL};
    const struct draft draft = {
        .kind = "position", .body = body, .rests_on = {*question}, .rests_n = 1};
    struct question about;
    if (!ask_load(record, question, &arena, &about, err))
        return false;
    if (about.decided)
        return FAIL(err, ERR_CONFLICT, _("Put a new question to talk about it again."),
                    _("The question %.8s is decided already (%.8s)."), hash_hex(question).at,
                    hash_hex(&about.decision).at);
    body_id(body, "question", question);
    body_text(body, "choice", choice);
    body_text(body, "reason", reason);
    return permission_put(record, body, NULL, NULL, err) && record_append(record, &draft, ret, err);
}

static void count_choice(struct position_count *counts, struct str choice, uint64_t n)
{
    if (str_eq(choice, STR("agree")))
        counts->agree = n;
    else if (str_eq(choice, STR("abstain")))
        counts->abstain = n;
    else if (str_eq(choice, STR("disagree")))
        counts->disagree = n;
    else if (str_eq(choice, STR("objection")))
        counts->objection = n;
}

static bool count_positions(struct record *record, const struct hash *question,
                            struct position_count *ret, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    bool row;
    if (!store_stmt(record_store(record), SQL_ASK_POSITION_COUNTS, &stmt, err))
        return false;
    stmt_hash(stmt, question);
    while (stmt_step(stmt, &row, err)) {
        if (!row)
            return true;
        count_choice(ret, row_text(stmt, 0), (uint64_t)row_int(stmt, 1));
    }
    return false;
}

bool ask_positions(struct record *record, const struct hash *question, struct arena *arena,
                   struct position **ret, size_t *ret_n, struct err *err)
{
    struct ids ids;
    if (!record_ids(record, SQL_ASK_POSITIONS, question, arena, &ids, err))
        return false;
    *ret_n = ids.n;
    *ret = arena_get(arena, *ret_n, sizeof **ret);
    for (size_t i = 0; i < *ret_n; i++) {
        CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
        if (!record_entry(record, &ids.at[i], arena, &entry, err))
            return false;
        (*ret)[i] = (struct position){.author = entry.header.author,
                                      .choice = body_str(entry.body, "choice", arena),
                                      .reason = body_str(entry.body, "reason", arena)};
    }
    return true;
}

/* --- decision ----------------------------------------------------------------------------- */

static const char *const outcomes[] = {"go_on", "without_ai", "stop"};
static const char *const methods[] = {"consent", "vote"};

static bool check_decision(const json_t *body, const json_t *private, struct err *err)
{
    struct hash question;
    (void)private;
    if (!body_read_id(body, "question", &question))
        return FAIL(err, ERR_INPUT, _("See the questions: allmende ask list"),
                    _("A decision must name its question."));
    if (!is_one_of(json_text(body, "outcome"), outcomes, COUNT_OF(outcomes)))
        return FAIL(err, ERR_INPUT, _("Choose from: go-on, without-ai, stop."),
                    _("A decision must say what comes of the question."));
    if (!is_one_of(json_text(body, "method"), methods, COUNT_OF(methods)))
        return FAIL(err, ERR_INPUT, _("Choose from: consent, vote."),
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

static bool may_decide(struct record *record, const struct decision_draft *draft,
                       const struct question *question, struct err *err)
{
    struct device me = record_device(record);
    bool in_charge;
    if (question->presence != BODY_PRESENT)
        return FAIL(err, ERR_CONFLICT, _("See the questions: allmende ask list"),
                    _("The text of the question %.8s is not here; nothing can be decided."),
                    hash_hex(&question->id).at);
    if (!member_in_charge(record, &me, &in_charge, err))
        return false;
    if (!in_charge)
        return FAIL(err, ERR_DENIED, _("Ask a person in charge to write it down."),
                    _("Only a person in charge can write a decision down."));
    if (strcmp(draft->method, "consent") == 0 && question->positions.objection)
        return FAIL(err, ERR_DENIED,
                    _("Talk about it until nobody objects, or vote with --method vote."),
                    _("%llu serious objection(s) stand against the question %.8s."),
                    (unsigned long long)question->positions.objection, hash_hex(&question->id).at);
    return true;
}

static json_t *count_json(uint64_t n)
{
    return json_integer((json_int_t)n);
}

bool ask_decide(struct record *record, const struct decision_draft *draft, struct hash *ret,
                struct err *err)
{
    CLEANUP(json_release) json_t *body = json_object();
    CLEANUP(arena_release) struct arena arena = {NULL};
    const struct draft entry = {
        .kind = "decision", .body = body, .rests_on = {draft->question}, .rests_n = 1};
    struct question question;
    if (!ask_load(record, &draft->question, &arena, &question, err) ||
        !may_decide(record, draft, &question, err))
        return false;
    json_t *counts = json_object();
    json_object_set_new(counts, "agree", count_json(question.positions.agree));
    json_object_set_new(counts, "abstain", count_json(question.positions.abstain));
    json_object_set_new(counts, "disagree", count_json(question.positions.disagree));
    json_object_set_new(counts, "objection", count_json(question.positions.objection));
    json_object_set_new(body, "positions", counts);
    body_id(body, "question", &draft->question);
    body_text(body, "outcome", draft->outcome);
    body_text(body, "method", draft->method);
    body_text(body, "reason", draft->reason);
    return permission_put(record, body, NULL, NULL, err) && record_append(record, &entry, ret, err);
}

static uint64_t count_of(const json_t *counts, const char *key)
{
    json_int_t n = json_integer_value(json_object_get(counts, key));
    return n < 0 ? 0 : (uint64_t)n;
}

bool ask_decision(struct record *record, const struct hash *id, struct arena *arena,
                  struct decision *ret, struct err *err)
{
    CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
    if (!record_entry(record, id, arena, &entry, err))
        return false;
    const json_t *counts = json_object_get(entry.body, "positions");
    *ret = (struct decision){.outcome = body_str(entry.body, "outcome", arena),
                             .method = body_str(entry.body, "method", arena),
                             .reason = body_str(entry.body, "reason", arena),
                             .positions = {.agree = count_of(counts, "agree"),
                                           .abstain = count_of(counts, "abstain"),
                                           .disagree = count_of(counts, "disagree"),
                                           .objection = count_of(counts, "objection")}};
    return true;
}

/* --- reading ------------------------------------------------------------------------------ */

bool ask_load(struct record *record, const struct hash *id, struct arena *arena,
              struct question *ret, struct err *err)
{
    CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
    CLEANUP(buf_release) struct buf outcome = BUF_INIT;
    if (!record_entry(record, id, arena, &entry, err))
        return false;
    if (strcmp(entry.header.kind, "question") != 0)
        return FAIL(err, ERR_NOT_FOUND, _("See the questions: allmende ask list"),
                    _("The entry %.8s is not a question."), hash_hex(id).at);
    *ret = (struct question){.id = *id,
                             .presence = entry.presence,
                             .text = body_str(entry.body, "text", arena),
                             .affected = body_str(entry.body, "affected", arena),
                             .harm = body_str(entry.body, "harm", arena),
                             .without_ai = body_str(entry.body, "without_ai", arena)};
    if (!last_decision(record, id, &ret->decided, &ret->decision, &outcome, err))
        return false;
    ret->outcome = arena_str(arena, buf_view(&outcome));
    return count_positions(record, id, &ret->positions, err);
}

bool ask_list(struct record *record, struct arena *arena, struct question **ret, size_t *ret_n,
              struct err *err)
{
    struct ids ids;
    if (!record_ids(record, SQL_ASK_QUESTIONS, NULL, arena, &ids, err))
        return false;
    *ret_n = ids.n;
    *ret = arena_get(arena, *ret_n, sizeof **ret);
    for (size_t i = 0; i < *ret_n; i++)
        if (!ask_load(record, &ids.at[i], arena, &(*ret)[i], err))
            return false;
    return true;
}
