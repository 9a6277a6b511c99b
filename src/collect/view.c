/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "collect/view.h"

#include <string.h>

#include "collect/collect_int.h"
#include "collect/public_view.h"
#include "record/member.h"

static const char *const words[] = {
    [ROLE_OPEN] = "open",     [ROLE_CELL_3] = "coarse", [ROLE_CELL_2] = "coarse",
    [ROLE_CELL_1] = "coarse", [ROLE_PERSON] = "person", [ROLE_PRIVATE] = "private"};

const char *view_role_word(enum view_role role)
{
    return role == ROLE_UNSAID ? "unsaid" : words[role];
}

/* --- as typed ----------------------------------------------------------------------------- */

static bool refuse_place(struct err *err, const char *text)
{
    return FAIL(err, ERR_USAGE,
                _("For example: --place lat,lon=coarse:0.01 (or 0.1, 0.001), --place site=private, "
                  "--place site=open"),
                _("\"%s\" does not say what becomes of a place."), text);
}

static bool read_how(struct str how, enum view_role *ret)
{
    static const struct {
        struct str word;
        enum view_role role;
    } all[] = {{{"open", 4}, ROLE_OPEN},
               {{"private", 7}, ROLE_PRIVATE},
               {{"coarse:0.1", 10}, ROLE_CELL_1},
               {{"coarse:0.01", 11}, ROLE_CELL_2},
               {{"coarse:0.001", 12}, ROLE_CELL_3}};
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        if (!str_eq(how, all[i].word))
            continue;
        *ret = all[i].role;
        return true;
    }
    return false;
}

static bool is_cell(enum view_role role)
{
    return role >= ROLE_CELL_3 && role <= ROLE_CELL_1;
}

void view_role_put(json_t *roles, const char *column, enum view_role role, const char *accuracy)
{
    json_t *one = json_object();
    json_object_set_new(roles, column, one);
    json_object_set_new(one, "role", json_string(words[role]));
    if (is_cell(role))
        json_object_set_new(one, "digits", json_integer(4 - (json_int_t)role));
    if (is_cell(role) && accuracy && *accuracy)
        json_object_set_new(one, "accuracy", json_string(accuracy));
}

static bool put_once(json_t *roles, struct str column, enum view_role role, const char *accuracy,
                     struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    const char *name = arena_copy(&arena, str_trim(column));
    if (!*name)
        return FAIL(err, ERR_USAGE, _("For example: --private phone"), _("A column has no name."));
    if (json_object_get(roles, name))
        return FAIL(err, ERR_CONFLICT, _("Say one thing of each column."),
                    _("Two things are said of the column \"%s\"."), name);
    view_role_put(roles, name, role, accuracy);
    return true;
}

static bool read_place(const char *text, json_t *roles, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    const char *equals = strrchr(text, '=');
    struct str column[4];
    enum view_role role;
    size_t n = 0;
    if (!equals || !read_how(str_of(equals + 1), &role))
        return refuse_place(err, text);
    struct str rest = {text, (size_t)(equals - text)};
    while (n < COUNT_OF(column) && str_cut(&rest, ',', &column[n]))
        n++;
    if (n > 3 || (n == 3 && !is_cell(role)))
        return refuse_place(err, text);
    const char *accuracy = n == 3 ? arena_copy(&arena, str_trim(column[2])) : NULL;
    for (size_t i = 0; i < n && i < 2; i++)
        if (!put_once(roles, column[i], role, accuracy, err))
            return false;
    return true;
}

bool view_roles(const struct view_said *said, json_t *roles, struct err *err)
{
    for (size_t i = 0; i < said->place_n; i++)
        if (!read_place(said->place[i], roles, err))
            return false;
    for (size_t i = 0; i < said->person_n; i++)
        if (!put_once(roles, str_of(said->person[i]), ROLE_PERSON, NULL, err))
            return false;
    for (size_t i = 0; i < said->private_n; i++)
        if (!put_once(roles, str_of(said->private[i]), ROLE_PRIVATE, NULL, err))
            return false;
    for (size_t i = 0; i < said->open_n; i++)
        if (!put_once(roles, str_of(said->open[i]), ROLE_OPEN, NULL, err))
            return false;
    return true;
}

/* --- kind --------------------------------------------------------------------------------- */

bool view_role_read(const json_t *value, enum view_role *ret)
{
    const char *word = json_text(value, "role");
    json_int_t digits = json_integer_value(json_object_get(value, "digits"));
    if (!word)
        return false;
    if (strcmp(word, "coarse") == 0) {
        *ret = (enum view_role)(4 - digits);
        return digits >= 1 && digits <= 3;
    }
    for (int role = ROLE_OPEN; role <= (int)ROLE_PRIVATE; role++) {
        if (strcmp(word, words[role]) != 0)
            continue;
        *ret = (enum view_role)role;
        return true;
    }
    return false;
}

bool view_roles_check(const json_t *roles, struct err *err)
{
    void *at = json_object_iter((json_t *)(uintptr_t)roles);
    enum view_role role;
    for (; at; at = json_object_iter_next((json_t *)(uintptr_t)roles, at))
        if (!view_role_read(json_object_iter_value(at), &role))
            return FAIL(err, ERR_INPUT, _("Choose from: open, coarse, person, private."),
                        _("It is not said how the column \"%s\" may leave."),
                        json_object_iter_key(at));
    return !roles || json_is_object(roles) ||
           FAIL(err, ERR_INPUT, _("See: allmende help collect view"),
                _("What is said of columns must be listed by column."));
}

static bool check_view(const json_t *body, const json_t *private, struct err *err)
{
    const char *table = json_text(body, "table");
    (void)private;
    if (!table || !*table || json_object_size(json_object_get(body, "roles")) == 0)
        return FAIL(err, ERR_INPUT, _("See: allmende help collect view"),
                    _("It must be said how which columns of which table may leave."));
    return view_roles_check(json_object_get(body, "roles"), err);
}

bool view_fold(struct record *record, const char *table, const json_t *roles, bool may_loosen,
               struct err *err)
{
    void *at = json_object_iter((json_t *)(uintptr_t)roles);
    for (; at; at = json_object_iter_next((json_t *)(uintptr_t)roles, at)) {
        const char *accuracy = json_text(json_object_iter_value(at), "accuracy");
        enum view_role role;
        struct stmt *stmt;
        if (!view_role_read(json_object_iter_value(at), &role))
            continue;
        if (!store_stmt(record_store(record),
                        may_loosen ? SQL_COLLECT_ROLE_SET : SQL_COLLECT_ROLE_TIGHTEN, &stmt, err))
            return false;
        stmt_text(stmt, str_of(table));
        stmt_text(stmt, str_of(json_object_iter_key(at)));
        stmt_int(stmt, role);
        stmt_text(stmt, str_of(accuracy ? accuracy : ""));
        if (!stmt_run(stmt, err))
            return false;
    }
    return true;
}

static bool fold_view(struct record *record, const struct entry *entry, struct err *err)
{
    bool in_charge;
    if (!member_in_charge(record, &entry->header.author, &in_charge, err))
        return false;
    return !in_charge || view_fold(record, json_text(entry->body, "table"),
                                   json_object_get(entry->body, "roles"), true, err);
}

const struct kind collect_view_kind = {
    .name = "view", .check = check_view, .fold = fold_view, .stays = true};

bool view_role_of(struct record *record, struct str table, struct str column, struct arena *arena,
                  struct view_holds *ret, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    bool there;
    *ret = (struct view_holds){ROLE_UNSAID, STR("")};
    if (!store_stmt(record_store(record), SQL_COLLECT_ROLE, &stmt, err))
        return false;
    stmt_text(stmt, table);
    stmt_text(stmt, column);
    if (!stmt_step(stmt, &there, err))
        return false;
    if (there) {
        ret->role = (enum view_role)row_int(stmt, 0);
        ret->accuracy = arena_str(arena, row_text(stmt, 1));
    }
    return true;
}

/* --- by command --------------------------------------------------------------------------- */

static bool has_column(const struct public_view *view, struct str name)
{
    for (size_t c = 0; c < view->column_n; c++)
        if (str_eq(view->column[c].name, name))
            return true;
    return false;
}

static bool check_columns(struct record *record, const char *table, const json_t *roles,
                          struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    const struct public_view_request request = {.table = str_of(table)};
    struct public_view view;
    if (!public_view_open(record, &request, &arena, &view, err))
        return false;
    void *at = json_object_iter((json_t *)(uintptr_t)roles);
    for (; at; at = json_object_iter_next((json_t *)(uintptr_t)roles, at)) {
        const char *accuracy = json_text(json_object_iter_value(at), "accuracy");
        const char *name = json_object_iter_key(at);
        if (has_column(&view, str_of(name)) && (!accuracy || has_column(&view, str_of(accuracy))))
            continue;
        return FAIL(err, ERR_NOT_FOUND, _("See its columns: allmende collect view TABLE"),
                    _("The table \"%s\" has no column \"%s\"."), table,
                    has_column(&view, str_of(name)) ? accuracy : name);
    }
    return true;
}

bool view_set(struct record *record, const char *table, const json_t *roles, const char *why,
              struct hash *ret, struct err *err)
{
    CLEANUP(json_release) json_t *body = json_object();
    const struct draft draft = {.kind = "view", .body = body};
    const struct device me = record_device(record);
    bool in_charge;
    if (!member_in_charge(record, &me, &in_charge, err))
        return false;
    if (!in_charge)
        return FAIL(err, ERR_DENIED, _("Ask a person in charge to do it."),
                    _("Only a person in charge says what may leave."));
    body_text(body, "table", table);
    json_object_set_new(body, "roles", json_deep_copy(roles));
    body_text(body, "why", why);
    return check_columns(record, table, roles, err) && check_view(body, NULL, err) &&
           permission_put(record, body, NULL, NULL, err) && record_append(record, &draft, ret, err);
}
