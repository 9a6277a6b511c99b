/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "collect/label.h"

#include <string.h>

#include "base/num.h"
#include "collect/collect.h"
#include "collect/label_int.h"
#include "record/member.h"

/* --- guideline ------------------------------------------------------------------------------- */

uint32_t label_choice(const struct guideline *guide, struct str text)
{
    for (size_t k = 0; k < guide->choice_n; k++)
        if (str_eq(guide->choice[k], text))
            return (uint32_t)k;
    return LABEL_NONE;
}

static uint64_t count_of(const json_t *body, const char *key)
{
    json_int_t n = json_integer_value(json_object_get(body, key));
    return n < 0 ? 0 : (uint64_t)n;
}

static void read_guideline(const json_t *body, struct arena *arena, struct guideline *ret)
{
    const json_t *choices = json_object_get(body, "choices");
    const json_t *examples = json_object_get(body, "examples");
    ret->question = body_str(body, "question", arena);
    ret->table = body_str(body, "table", arena);
    ret->column = body_str(body, "column", arena);
    ret->version = count_of(body, "version");
    ret->enough = count_of(body, "enough");
    ret->alike = count_of(body, "alike");
    ret->replaces = body_read_id(body, "replaces", &ret->former);
    ret->keeps = ret->replaces && json_is_true(json_object_get(body, "keeps"));
    (void)agreement_level_by_name(body_str(body, "level", arena), &ret->level);
    ret->choice_n = json_array_size(choices);
    ret->choice = arena_get(arena, ret->choice_n, sizeof *ret->choice);
    for (size_t i = 0; i < ret->choice_n; i++)
        ret->choice[i] = arena_str(arena, str_of(json_string_value(json_array_get(choices, i))));
    ret->example = arena_get(arena, json_array_size(examples), sizeof *ret->example);
    for (size_t i = 0; i < json_array_size(examples); i++) {
        const json_t *one = json_array_get(examples, i);
        ret->example[ret->example_n++] =
            (struct label_example){body_str(one, "choice", arena), body_str(one, "text", arena)};
    }
}

bool label_guideline(struct record *record, const struct hash *id, struct arena *arena,
                     struct guideline *ret, struct err *err)
{
    CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
    if (!record_entry(record, id, arena, &entry, err))
        return false;
    if (strcmp(entry.header.kind, "guideline") != 0)
        return FAIL(err, ERR_NOT_FOUND, _("See the guidelines: allmende label list"),
                    _("The entry %.8s is not a guideline."), hash_hex(id).at);
    if (entry.presence != BODY_PRESENT)
        return FAIL(err, ERR_CONFLICT, _("See the guidelines: allmende label list"),
                    _("The text of the guideline %.8s is not here (any more)."), hash_hex(id).at);
    *ret = (struct guideline){.id = *id};
    read_guideline(entry.body, arena, ret);
    return true;
}

bool label_guidelines(struct record *record, struct arena *arena, struct guideline **ret,
                      size_t *ret_n, struct err *err)
{
    struct ids ids;
    if (!record_ids(record, SQL_LABEL_GUIDELINES, NULL, arena, &ids, err))
        return false;
    *ret_n = ids.n;
    *ret = arena_get(arena, ids.n, sizeof **ret);
    for (size_t i = 0; i < ids.n; i++)
        if (!label_guideline(record, &ids.at[i], arena, &(*ret)[i], err))
            return false;
    return true;
}

/* Versions name older entries only, so this comes to an end. */
static struct hash first_version(const struct guideline *all, size_t n, struct hash id)
{
    for (size_t i = n; i-- > 0;) /* in their order: the former stands before */
        if (hash_eq(&all[i].id, &id) && all[i].replaces)
            id = all[i].former;
    return id;
}

bool label_versions(struct record *record, const struct hash *guideline, struct arena *arena,
                    struct ids *ret, struct err *err)
{
    struct guideline *all;
    size_t n;
    if (!label_guidelines(record, arena, &all, &n, err))
        return false;
    struct hash first = first_version(all, n, *guideline);
    *ret = (struct ids){arena_get(arena, n, sizeof *ret->at), 0};
    for (size_t i = 0; i < n; i++) {
        struct hash own = first_version(all, n, all[i].id);
        if (hash_eq(&own, &first))
            ret->at[ret->n++] = all[i].id;
    }
    return true;
}

static bool check_numbers(const struct guideline *guide, struct err *err)
{
    struct decimal value;
    for (size_t k = 0; guide->level == LEVEL_INTERVAL && k < guide->choice_n; k++)
        if (num_decimal(guide->choice[k], '.', &value) != NUM_OK)
            return FAIL(err, ERR_INPUT, _("Take --level nominal or ordinal, or numbers only."),
                        _("The choice \"%.*s\" is no number; between choices that are none there "
                          "are no distances."),
                        STR_ARG(guide->choice[k]));
    return true;
}

/* The version that comes after the former one. */
static bool follow(struct record *record, struct guideline *draft, struct arena *arena,
                   struct err *err)
{
    struct guideline former;
    draft->version = 1;
    if (!draft->replaces)
        return true;
    if (!label_guideline(record, &draft->former, arena, &former, err))
        return false;
    draft->version = former.version + 1;
    for (size_t k = 0; draft->keeps && k < former.choice_n; k++)
        if (label_choice(draft, former.choice[k]) == LABEL_NONE)
            return FAIL(err, ERR_INPUT, _("Leave --keep-answers out, or keep all choices."),
                        _("The choice \"%.*s\" is missing; answers that chose it could not be "
                          "kept."),
                        STR_ARG(former.choice[k]));
    return true;
}

static bool check_items(struct record *record, const struct guideline *draft, struct arena *arena,
                        struct err *err)
{
    struct collected collected;
    const struct collect_request request = {
        .table = draft->table, .as_category = &draft->column, .as_category_n = 1};
    if (!draft->table.n != !draft->column.n)
        return FAIL(err, ERR_INPUT, _("For example: --table photos --column file"),
                    _("Items need a table and the column that names them."));
    if (!draft->table.n)
        return true;
    if (!collect_table(record, &request, arena, &collected, err))
        return false;
    return table_find(&collected.table, draft->column) < collected.table.column_n ||
           FAIL(err, ERR_NOT_FOUND, _("See its columns: allmende collect show last"),
                _("The table \"%.*s\" has no column \"%.*s\"."), STR_ARG(draft->table),
                STR_ARG(draft->column));
}

static json_t *text_json(struct str text)
{
    return json_stringn(text.at, text.n);
}

static json_t *guideline_json(const struct guideline *draft)
{
    json_t *body = json_object();
    json_t *choices = json_array();
    json_t *examples = json_array();
    for (size_t k = 0; k < draft->choice_n; k++)
        json_array_append_new(choices, text_json(draft->choice[k]));
    for (size_t i = 0; i < draft->example_n; i++) {
        json_t *one = json_object();
        json_object_set_new(one, "choice", text_json(draft->example[i].choice));
        json_object_set_new(one, "text", text_json(draft->example[i].text));
        json_array_append_new(examples, one);
    }
    json_object_set_new(body, "question", text_json(draft->question));
    json_object_set_new(body, "choices", choices);
    json_object_set_new(body, "version", json_integer((json_int_t)draft->version));
    json_object_set_new(body, "enough", json_integer((json_int_t)draft->enough));
    body_text(body, "level", agreement_level_name(draft->level));
    if (draft->alike)
        json_object_set_new(body, "alike", json_integer((json_int_t)draft->alike));
    if (draft->example_n)
        json_object_set(body, "examples", examples);
    json_decref(examples);
    if (draft->table.n) {
        json_object_set_new(body, "table", text_json(draft->table));
        json_object_set_new(body, "column", text_json(draft->column));
    }
    if (draft->replaces)
        body_id(body, "replaces", &draft->former);
    if (draft->keeps)
        json_object_set_new(body, "keeps", json_true());
    return body;
}

bool label_guideline_add(struct record *record, struct guideline *draft, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    for (size_t i = 0; i < draft->example_n; i++)
        if (label_choice(draft, draft->example[i].choice) == LABEL_NONE)
            return FAIL(err, ERR_INPUT, _("For example: --example \"larva=with six legs\""),
                        _("\"%.*s\" is not one of the choices."),
                        STR_ARG(draft->example[i].choice));
    if (!check_numbers(draft, err) || !follow(record, draft, &arena, err) ||
        !check_items(record, draft, &arena, err))
        return false;
    CLEANUP(json_release) json_t *body = guideline_json(draft);
    const struct draft entry = {
        .kind = "guideline", .body = body, .rests_on = {draft->former}, .rests_n = draft->replaces};
    return permission_put(record, body, NULL, NULL, err) &&
           record_append(record, &entry, &draft->id, err);
}

/* --- acts ------------------------------------------------------------------------------------ */

bool label_in_charge(struct record *record, const char *what, struct err *err)
{
    struct device me = record_device(record);
    bool in_charge;
    if (!member_in_charge(record, &me, &in_charge, err))
        return false;
    return in_charge ||
           FAIL(err, ERR_DENIED, _("Ask a person in charge to write it down."), "%s", what);
}

json_t *label_answers_json(const struct label_one *one, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        json_t *object = json_object();
        json_object_set_new(object, "item", text_json(one[i].item));
        json_object_set_new(object, "answer",
                            one[i].unknown ? json_null() : text_json(one[i].answer));
        json_array_append_new(list, object);
    }
    return list;
}

/* Is there such an item, and such a choice? */
static bool find_answer(const struct labels *labels, const struct label_one *one, size_t *ret_item,
                        struct err *err)
{
    CLEANUP(buf_release) struct buf choices = BUF_INIT;
    *ret_item = labels_item(labels, one->item);
    if (*ret_item == labels->item_n)
        return FAIL(err, ERR_NOT_FOUND, _("See which one is next: allmende label next"),
                    _("There is no item \"%.*s\" to be named."), STR_ARG(one->item));
    if (one->unknown || label_choice(&labels->guide, one->answer) != LABEL_NONE)
        return true;
    for (size_t k = 0; k < labels->guide.choice_n && k < 20; k++)
        buf_printf(&choices, "%s%.*s", k ? ", " : "", STR_ARG(labels->guide.choice[k]));
    return FAIL(err, ERR_INPUT, _("If you do not know, say so: --dont-know"),
                _("\"%.*s\" is not one of the choices: %s."), STR_ARG(one->answer), choices.at);
}

/* May all of these be given now? */
static bool may_answer(const struct labels *labels, const struct label_draft *draft,
                       struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    uint8_t *here = arena_get(&arena, labels->item_n, 1);
    for (size_t i = 0; i < draft->n; i++) {
        size_t item;
        if (!find_answer(labels, &draft->one[i], &item, err))
            return false;
        if (here[item]++)
            return FAIL(err, ERR_INPUT, _("Keep one answer an item."),
                        _("The item \"%.*s\" stands there twice."), STR_ARG(draft->one[i].item));
        if (labels->mine[item])
            return FAIL(err, ERR_CONFLICT, _("Take it back first: allmende label undo last"),
                        _("You have named \"%.*s\" already."), STR_ARG(draft->one[i].item));
        if (labels->retired[item])
            return FAIL(err, ERR_CONFLICT, _("See which one is next: allmende label next"),
                        _("\"%.*s\" has enough answers."), STR_ARG(draft->one[i].item));
    }
    return true;
}

bool label_add(struct record *record, const struct label_draft *draft, struct hash *ret,
               struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(json_release) json_t *body = json_object();
    CLEANUP(json_release) json_t *private = json_object();
    struct device me = record_device(record);
    struct labels labels;
    const struct draft entry = {.kind = "label",
                                .body = body,
                                .private = draft->seconds ? private : NULL,
                                .rests_on = {draft->guideline},
                                .rests_n = 1};
    if (!labels_load(record, &draft->guideline, &me, &arena, &labels, err) ||
        !may_answer(&labels, draft, err))
        return false;
    body_id(body, "guideline", &draft->guideline);
    json_object_set_new(body, "answers", label_answers_json(draft->one, draft->n));
    json_object_set_new(private, "seconds", json_integer((json_int_t)draft->seconds));
    return permission_put(record, body, NULL, NULL, err) && record_append(record, &entry, ret, err);
}

bool label_find(struct record *record, const char *prefix, struct hash *ret, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    struct device me = record_device(record);
    bool there;
    if (strcmp(prefix, "last") != 0)
        return record_find(record, prefix, "label", ret, err);
    if (!store_stmt(record_store(record), SQL_LABEL_LAST, &stmt, err))
        return false;
    stmt_blob(stmt, me.at, KEY_BYTES);
    if (!stmt_step(stmt, &there, err))
        return false;
    if (!there)
        return FAIL(err, ERR_NOT_FOUND, _("See which one is next: allmende label next"),
                    _("You have named nothing yet."));
    *ret = row_hash(stmt, 0);
    return true;
}

/* Nothing that is taken back may have been seen beside the answers of others. */
static bool may_undo(struct record *record, const struct entry *label, const struct str *item,
                     size_t n, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    const json_t *list = json_object_get(label->body, "answers");
    struct labels labels;
    struct hash guideline;
    if (!body_read_id(label->body, "guideline", &guideline) ||
        !labels_load(record, &guideline, NULL, &arena, &labels, err))
        return false;
    for (size_t i = 0; i < (n ? n : json_array_size(list)); i++) {
        struct str name = n ? item[i] : str_of(json_text(json_array_get(list, i), "item"));
        bool there = n == 0;
        for (size_t j = 0; j < json_array_size(list) && !there; j++)
            there = str_eq(name, str_of(json_text(json_array_get(list, j), "item")));
        if (!there)
            return FAIL(err, ERR_NOT_FOUND, _("Name items of that sitting."),
                        _("The sitting %.8s has no answer on \"%.*s\"."), hash_hex(&label->id).at,
                        STR_ARG(name));
        size_t at = labels_item(&labels, name);
        if (at < labels.item_n && labels.retired[at])
            return FAIL(err, ERR_CONFLICT, _("Bring it to the round table instead."),
                        _("\"%.*s\" has enough answers by now; they may have been seen."),
                        STR_ARG(name));
    }
    return true;
}

bool label_undo(struct record *record, const struct hash *label, const struct str *item, size_t n,
                struct hash *ret, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
    CLEANUP(json_release) json_t *body = json_object();
    struct device me = record_device(record);
    const struct draft undo = {
        .kind = "label-undo", .body = body, .rests_on = {*label}, .rests_n = 1};
    if (!record_entry(record, label, &arena, &entry, err))
        return false;
    if (strcmp(entry.header.kind, "label") != 0 || !entry.body)
        return FAIL(err, ERR_NOT_FOUND, _("See all entries: allmende log"),
                    _("The entry %.8s is no sitting."), hash_hex(label).at);
    if (memcmp(entry.header.author.at, me.at, KEY_BYTES) != 0)
        return FAIL(err, ERR_DENIED, _("Only who gave an answer takes it back."),
                    _("The sitting %.8s is not yours."), hash_hex(label).at);
    if (!may_undo(record, &entry, item, n, err))
        return false;
    body_id(body, "label", label);
    if (n) {
        json_t *items = json_array();
        for (size_t i = 0; i < n; i++)
            json_array_append_new(items, text_json(item[i]));
        json_object_set_new(body, "items", items);
    }
    return permission_put(record, body, NULL, NULL, err) && record_append(record, &undo, ret, err);
}

bool label_gold(struct record *record, const struct label_draft *draft, struct hash *ret,
                struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(json_release) json_t *body = json_object();
    CLEANUP(json_release) json_t *private = json_object();
    struct labels labels;
    const struct draft entry = {.kind = "gold",
                                .body = body,
                                .private = private,
                                .rests_on = {draft->guideline},
                                .rests_n = 1};
    if (!label_in_charge(record, _("Only a person in charge says what is known."), err) ||
        !labels_load(record, &draft->guideline, NULL, &arena, &labels, err))
        return false;
    for (size_t i = 0; i < draft->n; i++) {
        size_t item;
        if (!find_answer(&labels, &draft->one[i], &item, err))
            return false;
    }
    body_id(body, "guideline", &draft->guideline);
    json_object_set_new(body, "n", json_integer((json_int_t)draft->n));
    if (draft->practice)
        json_object_set_new(body, "practice", json_true());
    json_object_set_new(private, "answers", label_answers_json(draft->one, draft->n));
    return permission_put(record, body, NULL, NULL, err) && record_append(record, &entry, ret, err);
}

bool label_round_table(struct record *record, const struct round_table_draft *draft,
                       struct hash *ret, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(json_release) json_t *body = json_object();
    struct labels labels;
    size_t item;
    const struct label_one *one = &draft->one;
    const struct draft entry = {
        .kind = "round-table", .body = body, .rests_on = {draft->guideline}, .rests_n = 1};
    if (!label_in_charge(record, _("Only a person in charge writes an outcome down."), err) ||
        !labels_load(record, &draft->guideline, NULL, &arena, &labels, err) ||
        !find_answer(&labels, one, &item, err))
        return false;
    if (!labels.retired[item])
        return FAIL(err, ERR_CONFLICT, _("Wait until it has enough answers."),
                    _("\"%.*s\" has not enough answers yet; until then nobody speaks about it."),
                    STR_ARG(one->item));
    body_id(body, "guideline", &draft->guideline);
    json_object_set_new(body, "item", text_json(one->item));
    json_object_set_new(body, "answer", one->unknown ? json_null() : text_json(one->answer));
    body_text(body, "reason", draft->reason);
    return permission_put(record, body, NULL, NULL, err) && record_append(record, &entry, ret, err);
}
