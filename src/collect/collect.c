/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "collect/collect.h"

#include <string.h>

#include "collect/collect_int.h"
#include "collect/view.h"
#include "record/member.h"

/* --- kind --------------------------------------------------------------------------------- */

static bool refuse(struct err *err, const char *what)
{
    return FAIL(err, ERR_INPUT, _("Import the file again: allmende collect import FILE.csv"), "%s",
                what);
}

static bool check_columns(const json_t *columns, struct err *err)
{
    for (size_t i = 0; i < json_array_size(columns); i++) {
        const json_t *column = json_array_get(columns, i);
        const char *name = json_text(column, "name");
        const char *type = json_text(column, "type");
        struct field_plan plan;
        if (!name || !*name || !type || !plan_read(column, &plan))
            return refuse(err, _("A column of an import must have a name and a type."));
    }
    return json_array_size(columns) > 0 || refuse(err, _("An import must list its columns."));
}

static bool check_import(const json_t *body, const json_t *private, struct err *err)
{
    const char *table = json_text(body, "table");
    const char *reader = json_text(body, "reader");
    struct csv_dialect dialect;
    (void)private;
    if (!table || !*table)
        return refuse(err, _("An import must name its table."));
    if (!reader || strcmp(reader, "csv/1") != 0 ||
        !dialect_read(json_object_get(body, "dialect"), &dialect))
        return FAIL(err, ERR_UNSUPPORTED, _("Get a newer version of Allmende."),
                    _("The table was read in a way that this program does not know."));
    if (json_integer_value(json_object_get(body, "records")) < 1 ||
        json_integer_value(json_object_get(body, "rejected")) < 0)
        return refuse(err, _("An import must say how many rows it has."));
    return check_columns(json_object_get(body, "columns"), err) &&
           view_roles_check(json_object_get(body, "roles"), err);
}

static bool fold_import(struct record *record, const struct entry *entry, struct err *err)
{
    struct stmt *stmt;
    if (!store_stmt(record_store(record), SQL_COLLECT_ADD, &stmt, err))
        return false;
    stmt_hash(stmt, &entry->id);
    stmt_int(stmt, (int64_t)entry->header.count);
    stmt_text(stmt, str_of(json_text(entry->body, "table")));
    stmt_int(stmt, json_integer_value(json_object_get(entry->body, "records")));
    return stmt_run(stmt, err) && view_fold(record, json_text(entry->body, "table"),
                                            json_object_get(entry->body, "roles"), false, err);
}

const struct kind collect_import_kind = {
    .name = "import", .check = check_import, .fold = fold_import};

/* --- reading ------------------------------------------------------------------------------ */

void texts_read(const json_t *body, const char *key, struct arena *arena, struct str **ret,
                size_t *ret_n)
{
    const json_t *list = json_object_get(body, key);
    *ret_n = json_array_size(list);
    *ret = arena_get(arena, *ret_n, sizeof **ret);
    for (size_t i = 0; i < *ret_n; i++) {
        const char *text = json_string_value(json_array_get(list, i));
        (*ret)[i] = arena_str(arena, str_of(text ? text : ""));
    }
}

static bool has_purpose(const json_t *body, const char *purpose)
{
    const json_t *list = json_object_get(body, "permission");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        if (text && strcmp(text, purpose) == 0)
            return true;
    }
    return false;
}

bool collect_permits(struct record *record, const struct entry *entry, const char *purpose,
                     bool *ret, struct err *err)
{
    if (!member_permits(record, &entry->header.author, purpose, ret, err))
        return false;
    *ret = *ret && has_purpose(entry->body, purpose);
    return true;
}

/* What an entry and its author allow. */
static bool read_permission(struct record *record, const struct entry *entry, struct batch *ret,
                            struct err *err)
{
    bool project;
    if (!collect_permits(record, entry, "publication", &ret->may_publish, err) ||
        !collect_permits(record, entry, "project", &project, err) ||
        !collect_permits(record, entry, "training", &ret->may_train, err))
        return false;
    ret->may_train = ret->may_train || project;
    return true;
}

static void read_columns(const json_t *body, struct arena *arena, struct batch *ret)
{
    const json_t *columns = json_object_get(body, "columns");
    ret->column_n = json_array_size(columns);
    ret->column = arena_get(arena, ret->column_n, sizeof *ret->column);
    for (size_t i = 0; i < ret->column_n; i++) {
        const json_t *column = json_array_get(columns, i);
        struct batch_column *one = &ret->column[i];
        if (!plan_read(column, &one->plan))
            one->plan = (struct field_plan){.type = COLUMN_CATEGORY};
        one->plan.name = body_str(column, "name", arena);
        one->plan.derived = body_str(column, "of", arena);
        one->empty = json_is_true(json_object_get(column, "empty"));
    }
}

static uint64_t count_of(const json_t *body, const char *key)
{
    json_int_t n = json_integer_value(json_object_get(body, key));
    return n < 0 ? 0 : (uint64_t)n;
}

static bool is_observed(const struct entry *entry)
{
    return strcmp(entry->header.kind, "observation") == 0 ||
           strcmp(entry->header.kind, "correction") == 0;
}

static bool load_observed(struct record *record, const struct entry *entry, struct arena *arena,
                          struct batch *ret, struct err *err)
{
    ret->table = body_str(entry->body, "table", arena);
    ret->licence = body_str(entry->body, "licence", arena);
    ret->records = 1;
    return read_permission(record, entry, ret, err);
}

bool collect_load(struct record *record, const struct hash *id, struct arena *arena,
                  struct batch *ret, struct err *err)
{
    CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
    uint64_t *positions;
    size_t withdrawn;
    if (!record_entry(record, id, arena, &entry, err))
        return false;
    if (!is_observed(&entry) && strcmp(entry.header.kind, "import") != 0)
        return FAIL(err, ERR_NOT_FOUND, _("See the table files: allmende collect list"),
                    _("The entry %.8s is not an imported table."), hash_hex(id).at);
    *ret = (struct batch){.id = *id, .presence = entry.presence};
    if (entry.presence != BODY_PRESENT)
        return true;
    if (is_observed(&entry))
        return load_observed(record, &entry, arena, ret, err);
    if (!check_import(entry.body, NULL, err) ||
        !dialect_read(json_object_get(entry.body, "dialect"), &ret->dialect) ||
        !withdraw_positions(record, id, arena, &positions, &withdrawn, err))
        return false;
    ret->table = body_str(entry.body, "table", arena);
    ret->records = count_of(entry.body, "records");
    ret->rejected = count_of(entry.body, "rejected");
    ret->withdrawn = withdrawn;
    ret->file = body_str(entry.private, "file", arena);
    ret->format = body_str(json_object_get(entry.body, "source"), "format", arena);
    ret->sheet = body_str(json_object_get(entry.body, "source"), "sheet", arena);
    ret->licence = body_str(entry.body, "licence", arena);
    ret->group = body_str(entry.body, "group", arena);
    read_columns(entry.body, arena, ret);
    return read_permission(record, &entry, ret, err);
}

bool collect_list(struct record *record, struct arena *arena, struct batch **ret, size_t *ret_n,
                  struct err *err)
{
    struct ids ids;
    if (!record_ids(record, SQL_COLLECT_LIST, NULL, arena, &ids, err))
        return false;
    *ret_n = ids.n;
    *ret = arena_get(arena, *ret_n, sizeof **ret);
    for (size_t i = 0; i < *ret_n; i++)
        if (!collect_load(record, &ids.at[i], arena, &(*ret)[i], err))
            return false;
    return true;
}
