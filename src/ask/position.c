/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each member says: positions and dots. */
#include <string.h>

#include "ask/ask_int.h"
#include "record/member.h"

/* --- position ----------------------------------------------------------------------------- */

static bool check_position(const json_t *body, const json_t *private, struct err *err)
{
    const char *choice = json_text(body, "choice");
    struct hash question;
    (void)private;
    if (!body_read_id(body, "question", &question))
        return FAIL(err, ERR_INPUT, _("See the questions: allmende ask list"),
                    _("A position must name its question."));
    if (!ask_is_choice(choice))
        return FAIL(err, ERR_INPUT, _("Choose from: agree, abstain, disagree, objection."),
                    _("\"%s\" is not a position that can be taken."), choice ? choice : "");
    return true;
}

/* A position after the decision does not count: the decision holds with what it knew. */
static bool fold_position(struct record *record, const struct entry *entry, struct err *err)
{
    struct hash question;
    struct stmt *stmt;
    bool counts;
    if (!ask_counts(record, entry, &question, &counts, err))
        return false;
    if (!counts)
        return true;
    if (!store_stmt(record_store(record), SQL_ASK_POSITION_PUT, &stmt, err))
        return false;
    stmt_hash(stmt, &question);
    stmt_blob(stmt, entry->header.author.at, KEY_BYTES);
    stmt_int(stmt, json_is_true(json_object_get(entry->body, "late")));
    stmt_hash(stmt, &entry->id);
    stmt_text(stmt, str_of(json_text(entry->body, "choice")));
    return stmt_run(stmt, err);
}

const struct kind ask_position_kind = {
    .name = "position", .check = check_position, .fold = fold_position};

bool ask_position(struct record *record, const struct position_draft *draft, struct hash *ret,
                  bool *ret_late, struct err *err)
{
    CLEANUP(json_release) json_t *body = json_object();
    CLEANUP(arena_release) struct arena arena = {NULL};
    const struct draft entry = {
        .kind = "position", .body = body, .rests_on = {draft->question}, .rests_n = 1};
    struct question q;
    if (!ask_load_open(record, &draft->question, &arena, &q, err))
        return false;
    body_id(body, "question", &draft->question);
    body_text(body, "choice", draft->choice);
    body_text(body, "reason", draft->reason);
    *ret_late = ask_mark_late(body, &q, draft->today);
    return permission_put(record, body, NULL, draft->permission, err) &&
           record_append(record, &entry, ret, err);
}

/* --- dots --------------------------------------------------------------------------------- */

uint64_t *ask_dots_read(const json_t *body, struct arena *arena, size_t *ret_n)
{
    const json_t *list = json_object_get(body, "dots");
    *ret_n = 0;
    if (!json_is_array(list))
        return NULL;
    uint64_t *dot = arena_get(arena, json_array_size(list), sizeof *dot);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *n = json_array_get(list, i);
        if (!json_is_integer(n) || json_integer_value(n) < 0 || json_integer_value(n) > 1000000)
            return NULL;
        dot[i] = (uint64_t)json_integer_value(n);
    }
    *ret_n = json_array_size(list);
    return dot;
}

json_t *ask_dots_json(const uint64_t *dot, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, json_integer((json_int_t)dot[i]));
    return list;
}

static bool check_dots(const json_t *body, const json_t *private, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct hash id;
    size_t n;
    (void)private;
    if (!body_read_id(body, "question", &id) || !body_read_id(body, "call", &id))
        return FAIL(err, ERR_INPUT, _("See the questions: allmende ask list"),
                    _("Dots must name their question and its call."));
    return ask_dots_read(body, &arena, &n) ||
           FAIL(err, ERR_INPUT, _("Type a number for each option: allmende ask dots last 3,0,2"),
                _("Dots are whole numbers, one for each option."));
}

static bool fold_dots(struct record *record, const struct entry *entry, struct err *err)
{
    struct hash question;
    struct hash call;
    struct stmt *stmt;
    bool counts;
    if (!ask_counts(record, entry, &question, &counts, err))
        return false;
    if (!counts || !body_read_id(entry->body, "call", &call))
        return true;
    if (!store_stmt(record_store(record), SQL_ASK_DOTS_PUT, &stmt, err))
        return false;
    stmt_hash(stmt, &call);
    stmt_blob(stmt, entry->header.author.at, KEY_BYTES);
    stmt_int(stmt, json_is_true(json_object_get(entry->body, "late")));
    stmt_hash(stmt, &entry->id);
    return stmt_run(stmt, err);
}

const struct kind ask_dots_kind = {.name = "dots", .check = check_dots, .fold = fold_dots};

bool ask_dots_fit(const struct call *call, const uint64_t *dot, size_t n, uint64_t people)
{
    uint64_t sum = 0;
    for (size_t i = 0; dot && i < n; i++)
        sum += dot[i];
    return dot && n == call->option_n && sum <= people * call->dots;
}

bool ask_dots_allowed(const struct question *q, const uint64_t *dot, size_t n, uint64_t people,
                      struct err *err)
{
    if (!q->called || !q->call.option_n)
        return FAIL(err, ERR_CONFLICT,
                    _("A person in charge calls: allmende ask call --method dots"),
                    _("There is no call with dots on the question %.8s."), hash_hex(&q->id).at);
    return ask_dots_fit(&q->call, dot, n, people) ||
           FAIL(err, ERR_INPUT, _("See the options in their order: allmende ask show"),
                _("There are %zu options, and each person has %llu dots at most."),
                q->call.option_n, (unsigned long long)q->call.dots);
}

bool ask_dots(struct record *record, const struct dots_draft *draft, struct hash *ret,
              bool *ret_late, struct err *err)
{
    CLEANUP(json_release) json_t *body = json_object();
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct draft entry = {
        .kind = "dots", .body = body, .rests_on = {draft->question}, .rests_n = 1};
    struct question q;
    if (!ask_load_open(record, &draft->question, &arena, &q, err) ||
        !ask_dots_allowed(&q, draft->dot, draft->n, 1, err))
        return false;
    entry.rests_on[entry.rests_n++] = q.call.id;
    body_id(body, "question", &draft->question);
    body_id(body, "call", &q.call.id);
    json_object_set_new(body, "dots", ask_dots_json(draft->dot, draft->n));
    body_text(body, "reason", draft->reason);
    *ret_late = ask_mark_late(body, &q, draft->today);
    return permission_put(record, body, NULL, draft->permission, err) &&
           record_append(record, &entry, ret, err);
}

bool ask_add_dots(struct record *record, struct arena *arena, struct question *q, struct err *err)
{
    struct ids ids;
    if (!q->called || !q->call.option_n)
        return true;
    q->dot = arena_get(arena, q->call.option_n, sizeof *q->dot);
    if (!record_ids(record, SQL_ASK_DOTS, &q->call.id, arena, &ids, err))
        return false;
    for (size_t i = 0; i < ids.n; i++) {
        CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
        size_t n;
        if (!record_entry(record, &ids.at[i], arena, &entry, err))
            return false;
        const uint64_t *dot = ask_dots_read(entry.body, arena, &n);
        if (!ask_dots_fit(&q->call, dot, n, 1))
            continue;
        for (size_t k = 0; k < n; k++)
            q->dot[k] += dot[k];
        q->dot_people++;
    }
    return true;
}

/* --- reading ------------------------------------------------------------------------------ */

static bool read_positions(struct record *record, const struct ids *ids, struct arena *arena,
                           struct position *to, struct err *err)
{
    for (size_t i = 0; i < ids->n; i++) {
        CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
        if (!record_entry(record, &ids->at[i], arena, &entry, err))
            return false;
        to[i] = (struct position){.entry = entry.id,
                                  .author = entry.header.author,
                                  .choice = body_str(entry.body, "choice", arena),
                                  .reason = body_str(entry.body, "reason", arena),
                                  .late = json_is_true(json_object_get(entry.body, "late"))};
        to[i].dot = ask_dots_read(entry.body, arena, &to[i].dot_n);
    }
    return true;
}

bool ask_positions(struct record *record, const struct question *question, struct arena *arena,
                   struct position **ret, size_t *ret_n, struct err *err)
{
    struct ids ids[4] = {{NULL, 0}};
    size_t at = 0;
    if (!record_ids(record, SQL_ASK_POSITIONS, &question->id, arena, &ids[0], err) ||
        !record_ids(record, SQL_ASK_POSITIONS_LATE, &question->id, arena, &ids[2], err))
        return false;
    if (question->called &&
        (!record_ids(record, SQL_ASK_DOTS, &question->call.id, arena, &ids[1], err) ||
         !record_ids(record, SQL_ASK_DOTS_LATE, &question->call.id, arena, &ids[3], err)))
        return false;
    *ret_n = ids[0].n + ids[1].n + ids[2].n + ids[3].n;
    *ret = arena_get(arena, *ret_n, sizeof **ret);
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        if (!read_positions(record, &ids[i], arena, *ret + at, err))
            return false;
        at += ids[i].n;
    }
    return true;
}
