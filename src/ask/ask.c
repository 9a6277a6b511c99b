/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions and their sheet, and what all parts of ask/ need. */
#include "ask/ask.h"

#include <string.h>

#include "ask/ask_int.h"
#include "read/date.h"
#include "record/member.h"

/* --- small helps -------------------------------------------------------------------------- */

bool ask_word(const char *word, const char *const *words, size_t n)
{
    for (size_t i = 0; word && i < n; i++)
        if (strcmp(word, words[i]) == 0)
            return true;
    return false;
}

bool ask_is_choice(const char *word)
{
    static const char *const choices[] = {"agree", "abstain", "disagree", "objection"};
    return ask_word(word, choices, COUNT_OF(choices));
}

bool ask_is_outcome(const char *word)
{
    static const char *const outcomes[] = {"go_on", "without_ai", "stop"};
    return ask_word(word, outcomes, COUNT_OF(outcomes));
}

bool ask_is_day(const char *text)
{
    struct decimal day;
    char back[DATE_TEXT];
    return text && date_read(str_of(text), TIME_DATE, DATE_YMD, &day) &&
           strcmp(date_text(TIME_DATE, day, back), text) == 0;
}

bool ask_has_count(const json_t *body, const char *key)
{
    const json_t *value = json_object_get(body, key);
    return json_is_integer(value) && json_integer_value(value) >= 0;
}

uint64_t ask_count(const json_t *body, const char *key)
{
    return ask_has_count(body, key) ? (uint64_t)json_integer_value(json_object_get(body, key)) : 0;
}

uint64_t position_people(const struct position_count *counts)
{
    return counts->agree + counts->abstain + counts->disagree + counts->objection;
}

struct position_count ask_counts_read(const json_t *counts)
{
    return (struct position_count){.agree = ask_count(counts, "agree"),
                                   .abstain = ask_count(counts, "abstain"),
                                   .disagree = ask_count(counts, "disagree"),
                                   .objection = ask_count(counts, "objection")};
}

json_t *ask_counts_json(const struct position_count *counts)
{
    json_t *object = json_object();
    json_object_set_new(object, "agree", json_integer((json_int_t)counts->agree));
    json_object_set_new(object, "abstain", json_integer((json_int_t)counts->abstain));
    json_object_set_new(object, "disagree", json_integer((json_int_t)counts->disagree));
    json_object_set_new(object, "objection", json_integer((json_int_t)counts->objection));
    return object;
}

void ask_counts_add(struct position_count *to, const struct position_count *more)
{
    to->agree += more->agree;
    to->abstain += more->abstain;
    to->disagree += more->disagree;
    to->objection += more->objection;
}

void ask_counts_put(struct position_count *counts, struct str choice, uint64_t n)
{
    if (str_eq(choice, STR("agree")))
        counts->agree += n;
    else if (str_eq(choice, STR("abstain")))
        counts->abstain += n;
    else if (str_eq(choice, STR("disagree")))
        counts->disagree += n;
    else if (str_eq(choice, STR("objection")))
        counts->objection += n;
}

bool ask_fold_under(struct record *record, enum sql_id statement, const struct hash *about,
                    const struct entry *entry, struct err *err)
{
    struct stmt *stmt;
    if (!store_stmt(record_store(record), statement, &stmt, err))
        return false;
    stmt_hash(stmt, about);
    stmt_int(stmt, (int64_t)entry->header.count);
    stmt_hash(stmt, &entry->id);
    return stmt_run(stmt, err);
}

bool ask_in_charge(struct record *record, const char *sentence, struct err *err)
{
    struct device me = record_device(record);
    bool in_charge;
    if (!member_in_charge(record, &me, &in_charge, err))
        return false;
    return in_charge ||
           FAIL(err, ERR_DENIED, _("Ask a person in charge to write it down."), "%s", sentence);
}

bool ask_mark_late(json_t *body, const struct question *q, const char *day)
{
    bool late = q->called && str_cmp(str_of(day), q->call.closes) > 0;
    if (late)
        json_object_set_new(body, "late", json_true());
    return late;
}

/* --- question and sheet ------------------------------------------------------------------- */

static const char *const sheet_names[SHEET_FIELDS] = {
    "problem", "affected", "harm", "without_ai", "volunteers", "tools", "data", "stop"};

const char *sheet_name(enum sheet_field field)
{
    return sheet_names[field];
}

static bool says(const json_t *body, const char *key)
{
    const char *text = json_text(body, key);
    return text && str_trim(str_of(text)).n;
}

static bool check_question(const json_t *body, const json_t *private, struct err *err)
{
    (void)private;
    return says(body, "text") || FAIL(err, ERR_INPUT, _("Type it: allmende ask add \"Does … ?\""),
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

static void put_sheet(json_t *body, const char *const sheet[SHEET_FIELDS])
{
    for (size_t i = 0; i < SHEET_FIELDS; i++)
        body_text(body, sheet_names[i], sheet[i]);
}

bool ask_add(struct record *record, const struct question_draft *draft, struct hash *ret,
             struct err *err)
{
    CLEANUP(json_release) json_t *body = json_object();
    const struct draft entry = {.kind = "question", .body = body};
    body_text(body, "text", draft->text);
    put_sheet(body, draft->sheet);
    return permission_put(record, body, NULL, draft->permission, err) &&
           record_append(record, &entry, ret, err);
}

static bool check_sheet(const json_t *body, const json_t *private, struct err *err)
{
    struct hash question;
    (void)private;
    if (!body_read_id(body, "question", &question))
        return FAIL(err, ERR_INPUT, _("See the questions: allmende ask list"),
                    _("An answer of the sheet must name its question."));
    for (size_t i = 0; i < SHEET_FIELDS; i++)
        if (says(body, sheet_names[i]))
            return true;
    return FAIL(err, ERR_INPUT, _("See what it asks: allmende help ask sheet"),
                _("No answer of the sheet is given."));
}

/* After the decision nothing is added to what people read. */
static bool fold_sheet(struct record *record, const struct entry *entry, struct err *err)
{
    struct hash question;
    bool counts;
    return ask_counts(record, entry, &question, &counts, err) &&
           (!counts || ask_fold_under(record, SQL_ASK_SHEET_ADD, &question, entry, err));
}

const struct kind ask_sheet_kind = {.name = "sheet", .check = check_sheet, .fold = fold_sheet};

bool ask_sheet(struct record *record, const struct hash *question,
               const char *const sheet[SHEET_FIELDS], struct hash *ret, struct err *err)
{
    CLEANUP(json_release) json_t *body = json_object();
    CLEANUP(arena_release) struct arena arena = {NULL};
    const struct draft draft = {
        .kind = "sheet", .body = body, .rests_on = {*question}, .rests_n = 1};
    struct question about;
    if (!ask_load_open(record, question, &arena, &about, err))
        return false;
    for (size_t i = 0; i < SHEET_FIELDS; i++)
        if (sheet[i] && about.sheet[i].n)
            return FAIL(err, ERR_CONFLICT,
                        _("People have read it as it is. Say what is to add: allmende ask say"),
                        _("The answer to \"%s\" is given already: %.*s"), sheet_names[i],
                        STR_ARG(str_front(about.sheet[i], 120)));
    body_id(body, "question", question);
    put_sheet(body, sheet);
    return permission_put(record, body, NULL, NULL, err) && record_append(record, &draft, ret, err);
}

/* --- reading ------------------------------------------------------------------------------ */

bool ask_last_decision(struct record *record, const struct hash *question, bool *ret_there,
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

bool ask_is_decided(struct record *record, const struct hash *question, bool *ret, struct err *err)
{
    CLEANUP(buf_release) struct buf outcome = BUF_INIT;
    struct hash decision;
    return ask_last_decision(record, question, ret, &decision, &outcome, err);
}

bool ask_counts(struct record *record, const struct entry *entry, struct hash *ret,
                bool *ret_counts, struct err *err)
{
    bool decided = true;
    if (body_read_id(entry->body, "question", ret) && !ask_is_decided(record, ret, &decided, err))
        return false;
    *ret_counts = !decided;
    return true;
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
        ask_counts_put(ret, row_text(stmt, 0), (uint64_t)row_int(stmt, 1));
    }
    return false;
}

/* Answers that are not given yet, out of a body. */
static void take_sheet(struct question *q, const json_t *body, struct arena *arena)
{
    for (size_t i = 0; i < SHEET_FIELDS; i++)
        if (!q->sheet[i].n)
            q->sheet[i] = body_str(body, sheet_names[i], arena);
}

static bool add_sheets(struct record *record, struct arena *arena, struct question *q,
                       struct err *err)
{
    struct ids ids;
    if (!record_ids(record, SQL_ASK_SHEETS, &q->id, arena, &ids, err))
        return false;
    for (size_t i = 0; i < ids.n; i++) {
        CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
        if (!record_entry(record, &ids.at[i], arena, &entry, err))
            return false;
        take_sheet(q, entry.body, arena);
    }
    return true;
}

/* How many members' positions and dots came too late. */
static bool count_late(struct record *record, struct arena *arena, struct question *q,
                       struct err *err)
{
    struct ids ids;
    if (!record_ids(record, SQL_ASK_POSITIONS_LATE, &q->id, arena, &ids, err))
        return false;
    q->late += ids.n;
    if (!q->called)
        return true;
    if (!record_ids(record, SQL_ASK_DOTS_LATE, &q->call.id, arena, &ids, err))
        return false;
    q->late += ids.n;
    return true;
}

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
    *ret = (struct question){
        .id = *id, .presence = entry.presence, .text = body_str(entry.body, "text", arena)};
    take_sheet(ret, entry.body, arena);
    if (!ask_last_decision(record, id, &ret->decided, &ret->decision, &outcome, err))
        return false;
    ret->outcome = arena_str(arena, buf_view(&outcome));
    return (entry.presence != BODY_PRESENT || add_sheets(record, arena, ret, err)) &&
           count_positions(record, id, &ret->positions, err) &&
           ask_load_call(record, id, arena, &ret->called, &ret->call, err) &&
           ask_add_dots(record, arena, ret, err) && ask_add_paper(record, arena, ret, err) &&
           count_late(record, arena, ret, err);
}

bool ask_load_open(struct record *record, const struct hash *id, struct arena *arena,
                   struct question *ret, struct err *err)
{
    if (!ask_load(record, id, arena, ret, err))
        return false;
    if (ret->presence != BODY_PRESENT)
        return FAIL(err, ERR_CONFLICT, _("Put a new question to talk about it again."),
                    _("The text of the question %.8s is not here (any more)."), hash_hex(id).at);
    if (ret->decided)
        return FAIL(err, ERR_CONFLICT, _("Put a new question to talk about it again."),
                    _("The question %.8s is decided already (%.8s)."), hash_hex(id).at,
                    hash_hex(&ret->decision).at);
    return true;
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
