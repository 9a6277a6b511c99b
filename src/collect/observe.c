/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "collect/observe.h"

#include <string.h>

#include "collect/collect_int.h"
#include "collect/form_int.h"
#include "hypothesise/hypothesise.h"
#include "record/member.h"

enum { VALUES_MAX_BYTES = 1 << 20 };

/* --- kinds -------------------------------------------------------------------------------- */

static bool check_observation(const json_t *body, const json_t *private, struct err *err)
{
    const char *table = json_text(body, "table");
    struct hash id;
    (void)private;
    return (body_read_id(body, "form", &id) && table && *table) ||
           FAIL(err, ERR_INPUT, _("Write it down by a form: allmende collect add FORM field=value"),
                _("An observation must name its form."));
}

static bool fold_observation(struct record *record, const struct entry *entry, struct err *err)
{
    struct stmt *stmt;
    if (!store_stmt(record_store(record), SQL_COLLECT_OBSERVATION_ADD, &stmt, err))
        return false;
    stmt_hash(stmt, &entry->id);
    stmt_int(stmt, (int64_t)entry->header.count);
    stmt_text(stmt, str_of(json_text(entry->body, "table")));
    stmt_blob(stmt, entry->header.author.at, KEY_BYTES);
    return stmt_run(stmt, err);
}

const struct kind collect_observation_kind = {
    .name = "observation", .check = check_observation, .fold = fold_observation};

static bool check_correction(const json_t *body, const json_t *private, struct err *err)
{
    const char *why = json_text(body, "why");
    struct hash id;
    (void)private;
    return (body_read_id(body, "observation", &id) && why && *why) ||
           FAIL(err, ERR_INPUT, _("For example: allmende collect correct last n=3 --why \"typo\""),
                _("A correction names its observation and says why."));
}

/* Whoever wrote an observation, and people in charge. */
static bool may_correct(struct record *record, const struct hash *observation,
                        const struct device *who, bool *ret, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    bool there;
    *ret = false;
    if (!store_stmt(record_store(record), SQL_COLLECT_OBSERVATION_AUTHOR, &stmt, err))
        return false;
    stmt_hash(stmt, observation);
    if (!stmt_step(stmt, &there, err))
        return false;
    if (there && str_eq(row_blob(stmt, 0), (struct str){(const char *)who->at, KEY_BYTES})) {
        *ret = true;
        return true;
    }
    return member_in_charge(record, who, ret, err);
}

static bool fold_correction(struct record *record, const struct entry *entry, struct err *err)
{
    struct hash observation;
    struct stmt *stmt;
    bool may;
    if (!body_read_id(entry->body, "observation", &observation))
        return true;
    if (!may_correct(record, &observation, &entry->header.author, &may, err))
        return false;
    if (!may)
        return true;
    if (!store_stmt(record_store(record), SQL_COLLECT_CORRECTION_ADD, &stmt, err))
        return false;
    stmt_hash(stmt, &observation);
    stmt_int(stmt, (int64_t)entry->header.count);
    stmt_hash(stmt, &entry->id);
    return stmt_run(stmt, err);
}

const struct kind collect_correction_kind = {
    .name = "correction", .check = check_correction, .fold = fold_correction};

/* --- open and private --------------------------------------------------------------------- */

static bool is_private(const struct form_field *field)
{
    return form_role(field) > ROLE_OPEN;
}

static bool has_private(const struct form *form)
{
    for (size_t f = 0; f < form->field_n; f++)
        if (is_private(&form->field[f]))
            return true;
    return false;
}

/* Values of one row that are private, or those that are not. */
static json_t *part_of_row(const struct form *form, size_t in, const json_t *row, bool private)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    json_t *part = json_object();
    size_t n;
    const struct form_column *column = form_columns(form, in, &arena, &n);
    for (size_t c = 0; c < n; c++) {
        json_t *value = json_object_get(row, column[c].plan.name.at);
        if (value && is_private(&form->field[column[c].field]) == private)
            json_object_set(part, column[c].plan.name.at, value);
    }
    return part;
}

static json_t *part_of(const struct form *form, const struct filled *answers, bool private)
{
    json_t *part = json_object();
    json_t *rows = json_object();
    json_object_set_new(part, "fields", part_of_row(form, SIZE_MAX, answers->fields, private));
    json_object_set_new(part, "rows", rows);
    for (size_t f = 0; f < form->field_n; f++) {
        const json_t *list = json_object_get(answers->rows, form->field[f].name.at);
        if (form->field[f].type != FORM_REPEAT || json_array_size(list) == 0)
            continue;
        json_t *kept = json_array();
        json_object_set_new(rows, form->field[f].name.at, kept);
        for (size_t r = 0; r < json_array_size(list); r++)
            json_array_append_new(kept, part_of_row(form, f, json_array_get(list, r), private));
    }
    return part;
}

static void merge_rows(json_t *into, const json_t *from)
{
    const char *key;
    json_t *list;
    json_object_foreach((json_t *)(uintptr_t)from, key, list)
    {
        json_t *rows = json_object_get(into, key);
        if (!rows) {
            rows = json_array();
            json_object_set_new(into, key, rows);
        }
        for (size_t r = 0; r < json_array_size(list) && r < 10000; r++) {
            if (r == json_array_size(rows))
                json_array_append_new(rows, json_object());
            json_object_update(json_array_get(rows, r), json_array_get(list, r));
        }
    }
}

static void merge(struct filled *answers, const json_t *part)
{
    json_t *fields = json_object_get(part, "fields");
    if (json_is_object(fields))
        json_object_update(answers->fields, fields);
    merge_rows(answers->rows, json_object_get(part, "rows"));
}

/* --- writing ------------------------------------------------------------------------------ */

/* Deployments are named by the first digits of their number; the whole number is kept. */
static bool resolve_deployments(struct record *record, const struct form *form,
                                struct filled *answers, struct err *err)
{
    for (size_t f = 0; f < form->field_n; f++) {
        const struct form_field *field = &form->field[f];
        const char *text = json_text(answers->fields, field->name.at);
        struct hash id;
        if (field->type != FORM_DEPLOYMENT || field->in != SIZE_MAX || !text)
            continue;
        if (!record_find(record, text, "deployment", &id, err))
            return err_context(err, _("Field \"%.*s\""), STR_ARG(field->name));
        json_object_set_new(answers->fields, field->name.at, json_string(hash_hex(&id).at));
    }
    return true;
}

bool observe_add(struct record *record, const struct form *form, struct filled *answers,
                 const struct observe_options *options, struct hash *ret, struct err *err)
{
    CLEANUP(json_release) json_t *body = json_object();
    CLEANUP(json_release) json_t *private = has_private(form) ? json_object() : NULL;
    CLEANUP(json_release) json_t *open = NULL;
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    if (!resolve_deployments(record, form, answers, err) || !filled_check(answers, form, err))
        return false;
    body_id(body, "form", &form->id);
    body_text(body, "table", form->name.at);
    if (private)
        json_object_set_new(private, "values", part_of(form, answers, true));
    open = part_of(form, answers, false);
    json_write(open, &text);
    struct str bytes = buf_view(&text);
    const struct blob_source source = blob_of_str(&bytes);
    const struct draft draft = {.kind = "observation",
                                .body = body,
                                .private = private,
                                .rests_on = {form->id},
                                .rests_n = 1,
                                .blob = &source,
                                .blob_n = 1};
    return permission_put(record, body, options->licence, options->permission, err) &&
           record_append(record, &draft, ret, err);
}

/* --- reading ------------------------------------------------------------------------------ */

bool observe_ids(struct record *record, struct str table, struct arena *arena, struct ids *ret,
                 struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    CLEANUP(buf_release) struct buf ids = BUF_INIT;
    struct str form;
    bool row = true;
    (void)str_cut(&table, '.', &form);
    if (!store_stmt(record_store(record), SQL_COLLECT_OBSERVATIONS, &stmt, err))
        return false;
    stmt_text(stmt, form);
    while (row) {
        if (!stmt_step(stmt, &row, err))
            return false;
        struct hash id = row ? row_hash(stmt, 0) : (struct hash){.at = {0}};
        if (row)
            buf_add(&ids, &id, sizeof id);
    }
    *ret = (struct ids){arena_keep(arena, buf_view(&ids)), ids.n / sizeof(struct hash)};
    return true;
}

static bool read_blob(struct record *record, const struct hash *id, unsigned place, json_t **ret,
                      struct err *err)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    return record_blob(record, id, place, VALUES_MAX_BYTES, &text, err) &&
           json_strict(buf_view(&text), ret, err);
}

void correction_release(struct correction *correction)
{
    json_decref(correction->open);
    json_decref(correction->private);
    correction->open = correction->private = NULL;
}

bool correction_load(struct record *record, const struct hash *id, struct arena *arena,
                     struct correction *ret, struct err *err)
{
    CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
    *ret = (struct correction){.id = *id};
    if (!record_entry(record, id, arena, &entry, err))
        return false;
    ret->author = entry.header.author;
    ret->why = body_str(entry.body, "why", arena);
    struct err ignored = {0};
    if (entry.header.blob_n > 1 && !read_blob(record, id, 1, &ret->private, &ignored))
        ret->private = NULL;
    return read_blob(record, id, 0, &ret->open, err);
}

static void apply(struct filled *answers, const struct form *form, const json_t *set)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)set, key, value)
    {
        struct err ignored = {0};
        const char *text = json_string_value(value);
        /* What does not fit the form any more says nothing. */
        if (text && !filled_set(answers, form, str_of(key), str_of(text), &ignored))
            continue;
    }
}

/* known: only these; NULL: all. */
static bool apply_corrections(struct record *record, const struct ids *known, struct arena *arena,
                              struct observation *ret, struct err *err)
{
    struct ids ids;
    if (!record_ids(record, SQL_COLLECT_CORRECTIONS, &ret->id, arena, &ids, err))
        return false;
    ret->correction = ids.at;
    ret->correction_n = ids.n;
    for (size_t i = 0; i < ids.n; i++) {
        CLEANUP(correction_release) struct correction one = {.open = NULL};
        struct err gone = {0};
        if (known && !ids_have(known, &ids.at[i]))
            continue;
        if (!correction_load(record, &ids.at[i], arena, &one, &gone)) {
            if (gone.code == ERR_NOT_FOUND)
                continue;
            *err = gone;
            return false;
        }
        apply(&ret->answers, &ret->form, one.open);
        apply(&ret->answers, &ret->form, one.private);
    }
    return true;
}

static bool read_permission(struct record *record, const struct entry *entry,
                            struct observation *ret, struct err *err)
{
    bool training;
    if (!collect_permits(record, entry, "publication", &ret->may_publish, err) ||
        !collect_permits(record, entry, "project", &ret->may_use, err) ||
        !collect_permits(record, entry, "training", &training, err))
        return false;
    ret->may_use = ret->may_use || training;
    return true;
}

static bool load(struct record *record, const struct hash *id, const struct form *form,
                 struct arena *arena, struct observation *ret, struct err *err)
{
    CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
    CLEANUP(json_release) json_t *open = NULL;
    struct hash version;
    *ret = (struct observation){.id = *id};
    if (!record_entry(record, id, arena, &entry, err))
        return false;
    if (strcmp(entry.header.kind, "observation") != 0)
        return FAIL(err, ERR_NOT_FOUND, _("See what there is: allmende collect list"),
                    _("The entry %.8s is no observation."), hash_hex(id).at);
    ret->author = entry.header.author;
    ret->presence = entry.presence;
    if (entry.presence != BODY_PRESENT)
        return true;
    if (!check_observation(entry.body, NULL, err) || !body_read_id(entry.body, "form", &version))
        return false;
    if (form && hash_eq(&form->id, &version))
        ret->form = *form;
    else if (!form_load(record, &version, arena, &ret->form, err))
        return false;
    if (!read_blob(record, id, 0, &open, err) || !read_permission(record, &entry, ret, err))
        return false;
    ret->answers = filled_new();
    merge(&ret->answers, open);
    merge(&ret->answers, json_object_get(entry.private, "values"));
    return true;
}

bool observe_load(struct record *record, const struct hash *id, const struct form *form,
                  struct arena *arena, struct observation *ret, struct err *err)
{
    if (!load(record, id, form, arena, ret, err))
        return false;
    if (ret->presence != BODY_PRESENT || apply_corrections(record, NULL, arena, ret, err))
        return true;
    filled_release(&ret->answers);
    return false;
}

bool observe_load_then(struct record *record, const struct hash *id, const struct ids *known,
                       struct arena *arena, struct observation *ret, struct err *err)
{
    if (!load(record, id, NULL, arena, ret, err))
        return false;
    if (ret->presence != BODY_PRESENT || apply_corrections(record, known, arena, ret, err))
        return true;
    filled_release(&ret->answers);
    return false;
}

/* --- correcting --------------------------------------------------------------------------- */

static bool key_is_private(const struct form *form, struct str key)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct str front = key;
    struct str rest = key;
    size_t in = SIZE_MAX;
    size_t n;
    if (memchr(key.at, '.', key.n)) {
        (void)str_cut(&rest, '.', &front);
        in = form_find(form, front, SIZE_MAX);
        (void)str_cut(&rest, '.', &front);
        key = rest;
    }
    size_t f = form_find(form, key, in);
    if (f != SIZE_MAX)
        return is_private(&form->field[f]);
    const struct form_column *column = form_columns(form, in, &arena, &n);
    for (size_t c = 0; c < n; c++)
        if (str_eq(column[c].plan.name, key))
            return is_private(&form->field[column[c].field]);
    return true;
}

static bool write_correction(struct record *record, const struct observation *about,
                             const struct correction_draft *correction, struct hash *ret,
                             struct err *err)
{
    const struct assignment *set = correction->set;
    CLEANUP(json_release) json_t *body = json_object();
    json_t *made = json_array();
    json_t *part[2] = {json_object(), json_object()};
    struct buf text[2] = {BUF_INIT, BUF_INIT};
    struct str bytes[2];
    struct blob_source source[2];
    for (size_t i = 0; i < correction->n; i++) {
        CLEANUP(arena_release) struct arena arena = {NULL};
        struct str value = str_trim(set[i].value);
        struct str key = str_trim(set[i].key);
        json_object_set_new(part[key_is_private(&about->form, key)], arena_copy(&arena, key),
                            json_stringn(value.at, value.n));
    }
    for (int p = 0; p < 2; p++) {
        json_write(part[p], &text[p]);
        bytes[p] = buf_view(&text[p]);
        source[p] = blob_of_str(&bytes[p]);
    }
    body_id(body, "observation", &about->id);
    body_text(body, "table", about->form.name.at);
    body_text(body, "why", correction->why);
    json_object_set_new(body, "made_with", made);
    json_array_append_new(made, json_string(hash_hex(&about->id).at));
    const struct draft draft = {.kind = "correction",
                                .body = body,
                                .rests_on = {about->id},
                                .rests_n = 1,
                                .blob = source,
                                .blob_n = json_object_size(part[1]) ? 2 : 1};
    bool fine = check_correction(body, NULL, err) &&
                permission_put(record, body, NULL, NULL, err) &&
                record_append(record, &draft, ret, err);
    for (int p = 0; p < 2; p++) {
        buf_release(&text[p]);
        json_decref(part[p]);
    }
    return fine;
}

static bool try_correction(struct observation *about, const struct assignment *set, size_t n,
                           struct err *err)
{
    CLEANUP(json_release) json_t *fields = json_deep_copy(about->answers.fields);
    CLEANUP(json_release) json_t *rows = json_deep_copy(about->answers.rows);
    for (size_t i = 0; i < n; i++)
        if (!filled_set(&about->answers, &about->form, set[i].key, set[i].value, err))
            return false;
    if (json_equal(fields, about->answers.fields) && json_equal(rows, about->answers.rows))
        return FAIL(err, ERR_CONFLICT, _("Nothing needs to be done."), _("It is so already."));
    return filled_check(&about->answers, &about->form, err);
}

static bool is_entitled(struct record *record, const struct observation *about, struct arena *arena,
                        struct err *err)
{
    const struct device me = record_device(record);
    struct member *members;
    size_t n;
    bool may;
    if (!may_correct(record, &about->id, &me, &may, err) ||
        !member_list(record, arena, &members, &n, err))
        return false;
    return may || FAIL(err, ERR_DENIED, _("Tell them, or a person in charge, what is wrong."),
                       _("%.*s wrote the observation %.8s down. Only they and people in charge "
                         "correct it."),
                       STR_ARG(member_name(members, n, &about->author)), hash_hex(&about->id).at);
}

bool observe_correct(struct record *record, const struct correction_draft *draft, struct hash *ret,
                     struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct observation about;
    if (!observe_load(record, &draft->observation, NULL, &arena, &about, err))
        return false;
    if (about.presence != BODY_PRESENT)
        return FAIL(err, ERR_CONFLICT, _("Write a new one down: allmende collect add"),
                    _("What the observation %.8s says is not here (any more)."),
                    hash_hex(&draft->observation).at);
    bool fine = is_entitled(record, &about, &arena, err) &&
                try_correction(&about, draft->set, draft->n, err) &&
                write_correction(record, &about, draft, ret, err);
    filled_release(&about.answers);
    return fine;
}

/* --- what must stay unseen ------------------------------------------------------------------ */

static bool was_opened(struct record *record, const struct hash *hypothesis, bool *ret,
                       struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    if (!store_stmt(record_store(record), SQL_COLLECT_OPENED, &stmt, err))
        return false;
    stmt_hash(stmt, hypothesis);
    return stmt_step(stmt, ret, err);
}

bool observe_is_unseen(struct record *record, struct str table, bool *ret, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct hypothesis *all;
    size_t n;
    *ret = false;
    if (!hypothesise_list(record, &arena, &all, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct str repeat = all[i].table;
        struct str front;
        bool opened;
        if (!all[i].frozen || !all[i].about_model || !str_cut(&repeat, '.', &front) ||
            !str_eq(front, table))
            continue;
        if (!was_opened(record, &all[i].id, &opened, err))
            return false;
        *ret = *ret || !opened;
    }
    return true;
}
