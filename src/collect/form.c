/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "collect/form.h"

#include <string.h>

#include "collect/expression.h"
#include "collect/form_int.h"
#include "record/member.h"

static const char *const types[] = {[FORM_TEXT] = "text",
                                    [FORM_NUMBER] = "number",
                                    [FORM_CHOICE] = "choice",
                                    [FORM_CHOICES] = "choices",
                                    [FORM_DATE] = "date",
                                    [FORM_TIME] = "time",
                                    [FORM_MOMENT] = "moment",
                                    [FORM_PLACE] = "place",
                                    [FORM_NOTE] = "note",
                                    [FORM_ABSENCE] = "absence",
                                    [FORM_EFFORT] = "effort",
                                    [FORM_PERSON] = "person",
                                    [FORM_DEPLOYMENT] = "deployment",
                                    [FORM_REPEAT] = "repeat"};

const char *form_type_word(enum form_type type)
{
    return types[type];
}

bool form_type_read(struct str word, enum form_type *ret)
{
    for (size_t i = 0; i < FORM_TYPES; i++) {
        if (!str_eq(word, str_of(types[i])))
            continue;
        *ret = (enum form_type)i;
        return true;
    }
    return false;
}

enum view_role form_role(const struct form_field *field)
{
    if (field->role != ROLE_UNSAID)
        return field->role;
    if (field->type == FORM_PLACE)
        return ROLE_PRIVATE;
    /* A number of so many centimetres is no place and no name, whatever it is called. */
    if (field->unit.n && !str_eq(field->unit, STR("°")))
        return ROLE_OPEN;
    return field->type == FORM_PERSON ? ROLE_PERSON : ROLE_UNSAID;
}

size_t form_find(const struct form *form, struct str name, size_t in)
{
    for (size_t f = 0; f < form->field_n; f++)
        if (form->field[f].in == in && str_eq(form->field[f].name, name))
            return f;
    return SIZE_MAX;
}

/* --- reading ------------------------------------------------------------------------------ */

struct reading {
    const json_t *body;
    struct arena *arena;
    struct form *form;
    struct form_field *field; /* under way */
};

static bool refuse(const struct reading *r, struct err *err, const char *what)
{
    return FAIL(err, ERR_INPUT, _("See: allmende help form add"), _("Field \"%.*s\": %s"),
                STR_ARG(r->field->name), what);
}

bool form_name_is_fine(struct str name)
{
    bool fine = name.n > 0 && name.n <= 60 && !(name.at[0] >= '0' && name.at[0] <= '9');
    for (size_t i = 0; i < name.n; i++) {
        char c = name.at[i];
        fine =
            fine && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '_' || (unsigned char)c >= 0x80 || (i > 0 && c == '-'));
    }
    return fine;
}

static bool read_choices(struct reading *r, const json_t *field, struct err *err)
{
    const json_t *list = json_object_get(field, "choices");
    struct form_field *f = r->field;
    bool wanted = f->type == FORM_CHOICE || f->type == FORM_CHOICES;
    f->choice_n = json_array_size(list);
    f->choice = arena_get(r->arena, f->choice_n, sizeof *f->choice);
    f->choice_label = arena_get(r->arena, f->choice_n, sizeof *f->choice_label);
    f->choice_when = arena_get(r->arena, f->choice_n, sizeof *f->choice_when);
    if (wanted != (f->choice_n > 0))
        return refuse(r, err, wanted ? _("it has no choices.") : _("only choices have choices."));
    for (size_t i = 0; i < f->choice_n; i++) {
        const json_t *one = json_array_get(list, i);
        f->choice[i] = body_str(one, "value", r->arena);
        f->choice_label[i] = body_str(one, "label", r->arena);
        if (f->choice[i].n == 0 || memchr(f->choice[i].at, ' ', f->choice[i].n))
            return refuse(r, err, _("the value of a choice is one word without blanks."));
        for (size_t j = 0; j < i; j++)
            if (str_eq(f->choice[i], f->choice[j]) && !json_text(one, "when"))
                return refuse(r, err, _("a choice stands there twice."));
    }
    return true;
}

static bool is_number(struct str text)
{
    struct decimal value;
    return text.n == 0 || num_decimal(text, '.', &value) == NUM_OK;
}

static bool read_limits(struct reading *r, const json_t *field, struct err *err)
{
    struct form_field *f = r->field;
    bool number = f->type == FORM_NUMBER || f->type == FORM_EFFORT;
    f->unit = body_str(field, "unit", r->arena);
    f->min = body_str(field, "min", r->arena);
    f->max = body_str(field, "max", r->arena);
    f->whole = json_is_true(json_object_get(field, "whole"));
    if (!number && (f->unit.n || f->min.n || f->max.n || f->whole))
        return refuse(r, err, _("only numbers have a unit and limits."));
    if (!is_number(f->min) || !is_number(f->max))
        return refuse(r, err, _("min and max are numbers with a decimal point."));
    if (f->type == FORM_EFFORT && !str_eq(f->unit, STR("minutes")) &&
        !str_eq(f->unit, STR("people")) && !str_eq(f->unit, STR("metres")))
        return refuse(r, err, _("effort is counted in the unit minutes, people or metres."));
    return true;
}

static bool read_role(struct reading *r, const json_t *field, struct err *err)
{
    const char *word = json_text(field, "role");
    r->field->role = ROLE_UNSAID;
    if (word && !view_role_read(field, &r->field->role))
        return refuse(r, err, _("its role is none of open, coarse, person, private."));
    if (r->field->role >= ROLE_CELL_3 && r->field->role <= ROLE_CELL_1 &&
        r->field->type != FORM_PLACE)
        return refuse(r, err, _("only a place can be made coarse."));
    return true;
}

/* A field that an expression names must be there, before or after, in the same repeat or outside.
 */
static bool check_named(void *context, struct str name, struct err *err)
{
    const struct reading *r = context;
    const size_t in = r->field->in;
    if (form_find(r->form, name, in) != SIZE_MAX || form_find(r->form, name, SIZE_MAX) != SIZE_MAX)
        return true;
    return FAIL(err, ERR_INPUT, _("Correct the name in the expression."),
                _("Field \"%.*s\": there is no field \"%.*s\" to look at."),
                STR_ARG(r->field->name), STR_ARG(name));
}

static bool read_expression(struct reading *r, struct str text, const struct expression **ret,
                            struct err *err)
{
    if (text.n == 0)
        return true;
    if (!expression_parse(text, r->arena, ret, err))
        return err_context(err, _("Field \"%.*s\""), STR_ARG(r->field->name));
    return expression_fields(*ret, check_named, r, err);
}

static bool read_choice_conditions(struct reading *r, const json_t *field, struct err *err)
{
    const json_t *list = json_object_get(field, "choices");
    for (size_t i = 0; i < r->field->choice_n; i++)
        if (!read_expression(r, body_str(json_array_get(list, i), "when", r->arena),
                             &r->field->choice_when[i], err))
            return false;
    return true;
}

static bool read_place_of(struct reading *r, const json_t *field, struct err *err)
{
    struct str in = body_str(field, "in", r->arena);
    r->field->in = SIZE_MAX;
    if (in.n) {
        r->field->in = form_find(r->form, in, SIZE_MAX);
        if (r->field->in == SIZE_MAX || r->form->field[r->field->in].type != FORM_REPEAT)
            return refuse(r, err, _("the repeat that it is in is not there."));
        if (r->field->type == FORM_REPEAT)
            return refuse(r, err,
                          _("a repeat inside a repeat is not possible; make it a form of "
                            "its own."));
    }
    return form_find(r->form, r->field->name, r->field->in) == SIZE_MAX ||
           refuse(r, err, _("its name stands there twice."));
}

static bool read_field(struct reading *r, const json_t *field, struct err *err)
{
    struct form_field *f = r->field;
    f->name = body_str(field, "name", r->arena);
    if (!form_name_is_fine(f->name))
        return refuse(r, err,
                      _("a name is made of letters, digits, _ and -, and begins with a "
                        "letter."));
    if (!form_type_read(str_of(json_text(field, "type")), &f->type))
        return refuse(r, err, _("its type is not known."));
    f->label = body_str(field, "label", r->arena);
    f->required = json_is_true(json_object_get(field, "required"));
    f->message = body_str(field, "else", r->arena);
    f->must_text = body_str(field, "must", r->arena);
    return read_place_of(r, field, err) && read_choices(r, field, err) &&
           read_limits(r, field, err) && read_role(r, field, err);
}

bool form_read(const json_t *body, struct arena *arena, struct form *ret, struct err *err)
{
    const json_t *fields = json_object_get(body, "fields");
    struct reading r = {.body = body, .arena = arena, .form = ret};
    size_t n = json_array_size(fields);
    json_int_t version = json_integer_value(json_object_get(body, "version"));
    *ret = (struct form){.name = body_str(body, "name", arena),
                         .title = body_str(body, "title", arena),
                         .licence = body_str(body, "licence", arena),
                         .version = version > 0 ? (uint64_t)version : 0};
    if (!form_name_is_fine(ret->name))
        return FAIL(err, ERR_INPUT, _("For example: form stream"),
                    _("The name of a form is made of letters, digits, _ and -."));
    if (n == 0 || n > 1000)
        return FAIL(err, ERR_INPUT, _("See: allmende help form add"),
                    _("A form has 1 to 1000 fields."));
    ret->field = arena_get(arena, n, sizeof *ret->field);
    for (size_t i = 0; i < n; i++, ret->field_n++) {
        r.field = &ret->field[i];
        if (!read_field(&r, json_array_get(fields, i), err))
            return false;
    }
    for (size_t i = 0; i < n; i++) {
        r.field = &ret->field[i];
        struct str when = body_str(json_array_get(fields, i), "when", arena);
        if (!read_expression(&r, when, &r.field->when, err) ||
            !read_expression(&r, r.field->must_text, &r.field->must, err) ||
            !read_choice_conditions(&r, json_array_get(fields, i), err))
            return false;
    }
    return true;
}

/* --- kind --------------------------------------------------------------------------------- */

static bool check_form(const json_t *body, const json_t *private, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct form form;
    (void)private;
    if (json_integer_value(json_object_get(body, "version")) < 1)
        return FAIL(err, ERR_INPUT, _("Add it again: allmende form add FILE"),
                    _("A form says which version it is."));
    return form_read(body, &arena, &form, err) &&
           view_roles_check(json_object_get(body, "roles"), err);
}

/* The roles of the columns of a form hold in its table and in those of its repeats. */
static bool fold_roles(struct record *record, const struct entry *entry, const struct form *form,
                       struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    const json_t *roles = json_object_get(entry->body, "roles");
    if (!view_fold(record, form->name.at, roles, false, err))
        return false;
    for (size_t f = 0; f < form->field_n; f++) {
        if (form->field[f].type != FORM_REPEAT)
            continue;
        const char *table =
            arena_printf(&arena, "%.*s.%.*s", STR_ARG(form->name), STR_ARG(form->field[f].name));
        if (!view_fold(record, table, roles, false, err))
            return false;
    }
    return true;
}

static bool fold_form(struct record *record, const struct entry *entry, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct form form;
    struct stmt *stmt;
    if (!form_read(entry->body, &arena, &form, err) ||
        !store_stmt(record_store(record), SQL_COLLECT_FORM_ADD, &stmt, err))
        return false;
    stmt_hash(stmt, &entry->id);
    stmt_int(stmt, (int64_t)entry->header.count);
    stmt_text(stmt, form.name);
    return stmt_run(stmt, err) && fold_roles(record, entry, &form, err);
}

const struct kind collect_form_kind = {
    .name = "form", .check = check_form, .fold = fold_form, .stays = true};

/* --- in the record ------------------------------------------------------------------------ */

bool form_load(struct record *record, const struct hash *id, struct arena *arena, struct form *ret,
               struct err *err)
{
    CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
    if (!record_entry(record, id, arena, &entry, err))
        return false;
    if (strcmp(entry.header.kind, "form") != 0 || entry.presence != BODY_PRESENT)
        return FAIL(err, ERR_NOT_FOUND, _("See the forms: allmende form list"),
                    _("The entry %.8s is no form, or it is not here (any more)."), hash_hex(id).at);
    if (!form_read(entry.body, arena, ret, err))
        return false;
    ret->id = *id;
    return true;
}

bool form_list(struct record *record, struct arena *arena, struct form **ret, size_t *ret_n,
               struct err *err)
{
    struct ids ids;
    if (!record_ids(record, SQL_COLLECT_FORMS, NULL, arena, &ids, err))
        return false;
    *ret_n = ids.n;
    *ret = arena_get(arena, ids.n, sizeof **ret);
    for (size_t i = 0; i < ids.n; i++)
        if (!form_load(record, &ids.at[i], arena, &(*ret)[i], err))
            return false;
    return true;
}

bool form_has_table(struct record *record, struct str name, bool *ret, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    if (!store_stmt(record_store(record), SQL_COLLECT_FORMS_NAMED, &stmt, err))
        return false;
    stmt_text(stmt, name);
    return stmt_step(stmt, ret, err);
}

bool form_last(struct record *record, const char *name, struct arena *arena, struct form *ret,
               struct err *err)
{
    struct form *all;
    struct hash id;
    struct err ignored = {0};
    size_t n;
    if (!form_list(record, arena, &all, &n, err))
        return false;
    for (size_t i = n; i-- > 0;) {
        if (!str_eq(all[i].name, str_of(name)))
            continue;
        *ret = all[i];
        return true;
    }
    if (record_find(record, name, "form", &id, &ignored))
        return form_load(record, &id, arena, ret, err);
    return FAIL(err, ERR_NOT_FOUND,
                _("See the forms: allmende form list; make one: allmende form "
                  "add FILE"),
                _("There is no form \"%s\"."), name);
}

/* Put what must be the same for nothing to have changed. */
static bool is_unchanged(struct record *record, const struct hash *last, const json_t *body,
                         bool *ret, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
    if (!record_entry(record, last, &arena, &entry, err))
        return false;
    *ret = json_equal(json_object_get(entry.body, "fields"), json_object_get(body, "fields")) &&
           json_equal(json_object_get(entry.body, "title"), json_object_get(body, "title"));
    return true;
}

static bool name_is_free(struct record *record, struct str name, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    bool there;
    if (!store_stmt(record_store(record), SQL_COLLECT_IMPORTED, &stmt, err))
        return false;
    stmt_text(stmt, name);
    if (!stmt_step(stmt, &there, err))
        return false;
    return !there || FAIL(err, ERR_CONFLICT, _("Give the form another name."),
                          _("There is an imported table \"%.*s\" already."), STR_ARG(name));
}

bool form_add(struct record *record, json_t *body, struct form *ret, struct arena *arena,
              struct err *err)
{
    const struct draft draft = {.kind = "form", .body = body};
    struct form *all;
    size_t n;
    uint64_t version = 0;
    bool same = false;
    if (!form_read(body, arena, ret, err) || !form_list(record, arena, &all, &n, err) ||
        !name_is_free(record, ret->name, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(all[i].name, ret->name))
            continue;
        version = all[i].version > version ? all[i].version : version;
        if (!is_unchanged(record, &all[i].id, body, &same, err))
            return false;
    }
    if (same)
        return FAIL(err, ERR_CONFLICT, _("Nothing needs to be done."),
                    _("The form \"%.*s\" is as in its version %llu."), STR_ARG(ret->name),
                    (unsigned long long)version);
    ret->version = version + 1;
    json_object_set_new(body, "version", json_integer((json_int_t)ret->version));
    json_object_set_new(body, "roles", form_roles_json(ret, arena));
    return permission_put(record, body, NULL, NULL, err) && check_form(body, NULL, err) &&
           record_append(record, &draft, &ret->id, err);
}
