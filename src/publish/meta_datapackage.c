/* SPDX-License-Identifier: GPL-3.0-or-later */
/* data/datapackage.json. SOURCE: Data Package Standard 2.0 (2024), Table Schema, Table Dialect. */
#include <string.h>

#include "publish/facts.h"
#include "publish/meta.h"

enum { DATA_PREFIX = 5 }; /* "data/" */

/* Days and times were read by the program in the order that people wrote them, which the schema can
 * only call "any". */
/* What a form asks of a column: how it is put to people, its unit and limits. */
static void put_asked(const json_t *asked, json_t *ret)
{
    static const char *const limits[][2] = {{"min", "minimum"}, {"max", "maximum"}};
    json_t *constraints = json_object();
    site_text(ret, "title", json_text(asked, "label"));
    site_text(ret, "unit", json_text(asked, "unit"));
    for (size_t i = 0; i < COUNT_OF(limits); i++)
        site_text(constraints, limits[i][1], json_text(asked, limits[i][0]));
    if (json_object_size(constraints))
        json_object_set(ret, "constraints", constraints);
    json_decref(constraints);
}

static json_t *field(const struct meta *m, const struct meta_table *table, const json_t *column)
{
    const char *type = json_text(column, "type");
    const char *point = json_text(table->dialect, "point");
    json_t *ret = json_pack("{s:s}", "name", json_text(column, "name"));
    if (type && strcmp(type, "number") == 0) {
        site_text(ret, "type", "number");
        if (point && strcmp(point, ".") != 0)
            site_text(ret, "decimalChar", point);
    } else if (type && (strcmp(type, "date") == 0 || strcmp(type, "time") == 0 ||
                        strcmp(type, "datetime") == 0)) {
        site_text(ret, "type", type);
        if (!table->view || strcmp(type, "date") != 0) /* forms write days as ISO 8601 */
            site_text(ret, "format", "any");
    } else {
        site_text(ret, "type", "string");
    }
    if (table->view)
        put_asked(meta_form_field(m, table->view->request.table, str_of(json_text(column, "name"))),
                  ret);
    return ret;
}

static json_t *schema(const struct meta *m, const struct meta_table *table)
{
    json_t *fields = json_array();
    json_t *missing = json_pack("[s]", "");
    size_t i;
    json_t *one;
    json_array_foreach(table->columns, i, one)
    {
        if (meta_is_column(one))
            json_array_append_new(fields, field(m, table, one));
    }
    json_array_foreach(table->missing, i, one)
    {
        json_array_append(missing, one);
    }
    return json_pack("{s:s,s:o,s:o}", "$schema",
                     "https://datapackage.org/profiles/2.0/tableschema.json", "fields", fields,
                     "missingValues", missing);
}

static json_t *dialect(const struct meta_table *table)
{
    const char *separator = json_text(table->dialect, "separator");
    const char *quote = json_text(table->dialect, "quote");
    bool header = !json_is_false(json_object_get(table->dialect, "header"));
    json_int_t skip = json_integer_value(json_object_get(table->dialect, "skip"));
    json_t *ret =
        json_pack("{s:s,s:b}", "$schema", "https://datapackage.org/profiles/2.0/tabledialect.json",
                  "header", header);
    site_text(ret, "delimiter", separator);
    site_text(ret, "quoteChar", quote);
    if (header && skip)
        json_object_set_new(ret, "headerRows", json_pack("[I]", skip + 1));
    return ret;
}

/* A name of the form that the standard asks for is what the file is called. */
static json_t *resource(const struct meta *m, const struct meta_table *table)
{
    const char *encoding = json_text(table->dialect, "encoding");
    struct str name = str_of(table->path + DATA_PREFIX);
    json_t *ret = json_pack("{s:s#,s:s,s:s,s:s,s:s,s:s}", "name", name.at, name.n - strlen(".csv"),
                            "type", "table", "path", table->path + DATA_PREFIX, "title",
                            table->name, "format", "csv", "mediatype", "text/csv");
    site_text(ret, "encoding", encoding ? encoding : "utf-8");
    json_object_set_new(ret, "bytes", json_integer((json_int_t)table->file.bytes));
    site_text(ret, "hash", arena_printf(m->arena, "sha256:%s", hash_hex(&table->file.hash).at));
    json_object_set_new(ret, "licenses",
                        json_pack("[{s:s,s:s}]", "name", table->licence, "path",
                                  meta_licence_url(m, table->licence)));
    json_object_set_new(ret, "dialect", dialect(table));
    json_object_set_new(ret, "schema", schema(m, table));
    return ret;
}

static json_t *record_resource(void)
{
    static const char *const names[] = {"count", "kind", "id", "state", "file"};
    json_t *fields = json_array();
    for (size_t i = 0; i < COUNT_OF(names); i++)
        json_array_append_new(
            fields, json_pack("{s:s,s:s}", "name", names[i], "type", i ? "string" : "integer"));
    return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:{s:o,s:[s]}}", "name", "record", "type", "table",
                     "path", "record.csv", "title", "Every entry of the record", "format", "csv",
                     "mediatype", "text/csv", "schema", "fields", fields, "primaryKey", "id");
}

/* "2026-04-01/2026-09-30" is said in two members. */
static void put_period(const struct meta *m, json_t *package)
{
    struct str rest = str_of(facts_said(m->plan, "period"));
    struct str from;
    if (!rest.n)
        return;
    str_cut(&rest, '/', &from);
    json_t *period = json_pack("{s:s#}", "start", from.at, from.n);
    if (rest.n)
        json_object_set_new(period, "end", json_stringn(rest.at, rest.n));
    json_object_set_new(package, "temporal", period);
}

/* Those who chose to be named, with their roles of CRediT. */
static void add_credit(const struct meta *m, json_t *contributors)
{
    for (size_t i = 0; i < m->ledger->credit_n; i++) {
        struct str rest = str_of(m->ledger->credit[i].roles);
        struct str role;
        json_t *roles = json_array();
        while (rest.n && str_cut(&rest, ',', &role)) {
            role = str_trim(role);
            json_array_append_new(roles, json_stringn(role.at, role.n));
        }
        json_array_append_new(contributors, json_pack("{s:s,s:o}", "title",
                                                      m->ledger->credit[i].name, "roles", roles));
    }
}

bool meta_datapackage(const struct meta *m, struct err *err)
{
    json_t *resources = json_array();
    json_t *creators = meta_creators(m);
    json_t *contributors = json_array();
    json_t *one;
    size_t i;
    for (size_t t = 0; t < m->table_n; t++)
        json_array_append_new(resources, resource(m, &m->table[t]));
    json_array_append_new(resources, record_resource());
    json_array_foreach(creators, i, one)
    {
        json_t *person =
            json_pack("{s:s,s:[s]}", "title", json_text(one, "name"), "roles", "creator");
        site_text(person, "path", json_text(one, "orcid"));
        json_array_append_new(contributors, person);
    }
    json_decref(creators);
    add_credit(m, contributors);
    json_t *package = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:[{s:s,s:s}],s:o,s:o}", "$schema",
                                "https://datapackage.org/profiles/2.0/datapackage.json", "name",
                                arena_printf(m->arena, "allmende-%.12s", m->project), "id",
                                m->project, "title", m->title, "description", m->summary, "created",
                                arena_printf(m->arena, "%sT00:00:00Z", m->day), "licenses", "name",
                                m->licence, "path", meta_licence_url(m, m->licence), "contributors",
                                contributors, "resources", resources);
    put_period(m, package);
    return meta_put_json(m, "data/datapackage.json", package, err);
}
