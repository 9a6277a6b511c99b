/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kinds of label.h: how their bodies must look, and what they are folded into. */
#include <string.h>

#include "collect/label_int.h"
#include "record/member.h"

static bool refuse(struct err *err, const char *what)
{
    return FAIL(err, ERR_INPUT, _("See how it is done: allmende help label guideline"), "%s", what);
}

static bool is_text(const json_t *value)
{
    return json_is_string(value) && json_string_length(value) > 0;
}

/* A whole number behind a key that is at least `least`. */
static bool has_count(const json_t *body, const char *key, json_int_t least)
{
    const json_t *value = json_object_get(body, key);
    return json_is_integer(value) && json_integer_value(value) >= least;
}

static bool names_guideline(const json_t *body, struct err *err)
{
    struct hash id;
    return body_read_id(body, "guideline", &id) || refuse(err, _("It must name its guideline."));
}

/* --- guideline ------------------------------------------------------------------------------- */

static bool check_choices(const json_t *list, struct err *err)
{
    size_t n = json_array_size(list);
    if (n < 2 || n > LABEL_CHOICES_MAX)
        return refuse(err, _("A guideline needs 2 to 1000 choices."));
    for (size_t i = 0; i < n; i++) {
        const json_t *one = json_array_get(list, i);
        if (!is_text(one))
            return refuse(err, _("A choice of a guideline must be a text."));
        for (size_t j = 0; j < i; j++)
            if (json_equal(one, json_array_get(list, j)))
                return FAIL(err, ERR_INPUT, _("Name each choice once."),
                            _("The choice \"%s\" stands there twice."), json_string_value(one));
    }
    return true;
}

static bool check_guideline(const json_t *body, const json_t *private, struct err *err)
{
    const char *level = json_text(body, "level");
    enum agreement_level known;
    (void)private;
    if (!is_text(json_object_get(body, "question")))
        return refuse(err, _("A guideline needs a question."));
    if (!has_count(body, "enough", 1) || !has_count(body, "version", 1) ||
        (json_object_get(body, "alike") && !has_count(body, "alike", 1)))
        return refuse(err, _("A guideline must say how many answers are enough."));
    if (!level || !agreement_level_by_name(str_of(level), &known))
        return refuse(err, _("A guideline's level is nominal, ordinal or interval."));
    return check_choices(json_object_get(body, "choices"), err);
}

static bool fold_guideline(struct record *record, const struct entry *entry, struct err *err)
{
    struct stmt *stmt;
    if (!store_stmt(record_store(record), SQL_LABEL_GUIDELINE_ADD, &stmt, err))
        return false;
    stmt_hash(stmt, &entry->id);
    stmt_int(stmt, (int64_t)entry->header.count);
    return stmt_run(stmt, err);
}

const struct kind label_guideline_kind = {
    .name = "guideline", .check = check_guideline, .fold = fold_guideline};

/* --- label ----------------------------------------------------------------------------------- */

static bool check_answers(const json_t *list, struct err *err)
{
    size_t n = json_array_size(list);
    if (n == 0 || n > LABEL_SITTING_MAX)
        return FAIL(err, ERR_INPUT, _("Split the sitting into several files."),
                    _("A sitting has 1 to %d answers."), LABEL_SITTING_MAX);
    for (size_t i = 0; i < n; i++) {
        const json_t *one = json_array_get(list, i);
        const json_t *answer = json_object_get(one, "answer");
        if (!is_text(json_object_get(one, "item")) || !(is_text(answer) || json_is_null(answer)))
            return refuse(err, _("An answer must name its item and a choice."));
    }
    return true;
}

static bool check_label(const json_t *body, const json_t *private, struct err *err)
{
    (void)private;
    return names_guideline(body, err) && check_answers(json_object_get(body, "answers"), err);
}

static bool fold_label(struct record *record, const struct entry *entry, struct err *err)
{
    const json_t *list = json_object_get(entry->body, "answers");
    struct hash guideline;
    if (!body_read_id(entry->body, "guideline", &guideline))
        return true;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        const char *answer = json_text(one, "answer");
        struct stmt *stmt;
        if (!store_stmt(record_store(record), SQL_LABEL_ANSWER_ADD, &stmt, err))
            return false;
        stmt_hash(stmt, &guideline);
        stmt_text(stmt, str_of(json_text(one, "item")));
        stmt_blob(stmt, entry->header.author.at, KEY_BYTES);
        stmt_hash(stmt, &entry->id);
        if (answer)
            stmt_text(stmt, str_of(answer));
        else
            stmt_null(stmt);
        if (!stmt_run(stmt, err))
            return false;
    }
    return true;
}

const struct kind label_kind = {
    .name = "label", .check = check_label, .fold = fold_label, .blind = true};

/* --- undo ------------------------------------------------------------------------------------ */

static bool check_undo(const json_t *body, const json_t *private, struct err *err)
{
    const json_t *items = json_object_get(body, "items");
    struct hash label;
    (void)private;
    for (size_t i = 0; i < json_array_size(items); i++)
        if (!is_text(json_array_get(items, i)))
            return refuse(err, _("An item must be a text."));
    return (body_read_id(body, "label", &label) && (!items || json_array_size(items) > 0)) ||
           refuse(err, _("It must name the answers that are taken back."));
}

static bool undo_one(struct record *record, const struct entry *entry, const struct entry *label,
                     const char *item, struct err *err)
{
    struct hash guideline;
    struct stmt *stmt;
    if (!body_read_id(label->body, "guideline", &guideline))
        return true;
    if (!store_stmt(record_store(record), SQL_LABEL_ANSWER_UNDO, &stmt, err))
        return false;
    stmt_hash(stmt, &guideline);
    stmt_text(stmt, str_of(item));
    stmt_blob(stmt, entry->header.author.at, KEY_BYTES);
    stmt_hash(stmt, &label->id);
    return stmt_run(stmt, err);
}

/* Only one's own: a row has the author of its label, and is deleted by that author alone. */
static bool fold_undo(struct record *record, const struct entry *entry, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(entry_release) struct entry label = {.presence = BODY_ABSENT};
    const json_t *items = json_object_get(entry->body, "items");
    struct hash id;
    bool after;
    if (!body_read_id(entry->body, "label", &id) ||
        !record_is_after(record, &entry->id, &id, &after, err))
        return err->code == ERR_NONE;
    if (!after)
        return true;
    if (!record_entry(record, &id, &arena, &label, err))
        return false;
    if (strcmp(label.header.kind, "label") != 0 || !label.body)
        return true;
    if (!items)
        items = json_object_get(label.body, "answers");
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *one = json_array_get(items, i);
        const char *item = json_is_string(one) ? json_string_value(one) : json_text(one, "item");
        if (item && !undo_one(record, entry, &label, item, err))
            return false;
    }
    return true;
}

const struct kind label_undo_kind = {.name = "label-undo", .check = check_undo, .fold = fold_undo};

/* --- what belongs to a guideline as a whole -------------------------------------------------- */

static bool fold_part(struct record *record, const struct entry *entry, struct err *err)
{
    struct hash guideline;
    struct stmt *stmt;
    if (!body_read_id(entry->body, "guideline", &guideline))
        return true;
    if (!store_stmt(record_store(record), SQL_LABEL_PART_ADD, &stmt, err))
        return false;
    stmt_hash(stmt, &guideline);
    stmt_int(stmt, (int64_t)entry->header.count);
    stmt_hash(stmt, &entry->id);
    stmt_text(stmt, str_of(entry->header.kind));
    return stmt_run(stmt, err);
}

/* Known answers and outcomes count only from a person in charge. */
static bool fold_part_of_charge(struct record *record, const struct entry *entry, struct err *err)
{
    bool in_charge;
    return member_in_charge(record, &entry->header.author, &in_charge, err) &&
           (!in_charge || fold_part(record, entry, err));
}

static bool check_gold(const json_t *body, const json_t *private, struct err *err)
{
    return names_guideline(body, err) &&
           (has_count(body, "n", 1) || refuse(err, _("It must say how many answers are known."))) &&
           (!private || check_answers(json_object_get(private, "answers"), err));
}

const struct kind label_gold_kind = {
    .name = "gold", .check = check_gold, .fold = fold_part_of_charge, .blind = true};

static bool check_imported(const json_t *body, const json_t *private, struct err *err)
{
    const char *form = json_text(body, "form");
    (void)private;
    if (!names_guideline(body, err))
        return false;
    if (!form || (strcmp(form, "triples/1") != 0 && strcmp(form, "zooniverse/1") != 0 &&
                  strcmp(form, "labelstudio/1") != 0))
        return FAIL(err, ERR_UNSUPPORTED, _("Get a newer version of Allmende."),
                    _("The answers were read in a way that this program does not know."));
    return (has_count(body, "answers", 1) && json_is_boolean(json_object_get(body, "closed"))) ||
           refuse(err, _("Imported answers must say how many there are."));
}

const struct kind label_answers_kind = {
    .name = "answers", .check = check_imported, .fold = fold_part, .blind = true};

static bool check_round_table(const json_t *body, const json_t *private, struct err *err)
{
    const json_t *answer = json_object_get(body, "answer");
    (void)private;
    return names_guideline(body, err) &&
           ((is_text(json_object_get(body, "item")) && (is_text(answer) || json_is_null(answer))) ||
            refuse(err, _("The outcome of a round table must name its item and a choice.")));
}

const struct kind label_round_table_kind = {
    .name = "round-table", .check = check_round_table, .fold = fold_part_of_charge, .blind = true};

static bool check_consensus(const json_t *body, const json_t *private, struct err *err)
{
    const char *method = json_text(body, "method");
    struct hash import;
    (void)private;
    return names_guideline(body, err) &&
           ((method && is_text(json_object_get(body, "table")) &&
             body_read_id(body, "import", &import) &&
             json_is_boolean(json_object_get(body, "calibrated"))) ||
            refuse(err, _("Shared answers must name their method and their table.")));
}

static bool fold_consensus(struct record *record, const struct entry *entry, struct err *err)
{
    struct hash guideline;
    struct stmt *stmt;
    if (!body_read_id(entry->body, "guideline", &guideline))
        return true;
    if (!store_stmt(record_store(record), SQL_LABEL_TABLE_ADD, &stmt, err))
        return false;
    stmt_hash(stmt, &guideline);
    stmt_text(stmt, str_of(json_text(entry->body, "table")));
    stmt_hash(stmt, &entry->id);
    return stmt_run(stmt, err);
}

const struct kind label_consensus_kind = {
    .name = "consensus", .check = check_consensus, .fold = fold_consensus};
