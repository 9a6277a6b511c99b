/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "publish/meta.h"

#include <string.h>

#include "publish/facts.h"

/* --- small helps -------------------------------------------------------------------------- */

bool meta_is_column(const json_t *column)
{
    return json_text(column, "name") && !json_text(column, "of");
}

const char *meta_licence_url(const struct meta *m, const char *licence)
{
    return arena_printf(m->arena, "https://spdx.org/licenses/%s.html", licence);
}

void meta_put_fact(const struct meta *m, json_t *object, const char *key, const char *fact)
{
    site_text(object, key, facts_said(m->plan, fact));
}

json_t *meta_creators(const struct meta *m)
{
    json_t *list = json_array();
    struct str rest = str_of(facts_said(m->plan, "creators"));
    struct str one;
    while (rest.n && str_cut(&rest, ';', &one)) {
        struct str orcid = STR("");
        bool wrong;
        one = str_trim(one);
        (void)facts_orcid(&one, &orcid, &wrong);
        if (one.n == 0)
            continue;
        json_t *person = json_pack("{s:s#}", "name", one.at, one.n);
        if (orcid.n)
            site_text(person, "orcid",
                      arena_printf(m->arena, "https://orcid.org/%.*s", STR_ARG(orcid)));
        json_array_append_new(list, person);
    }
    if (json_array_size(list) == 0)
        json_array_append_new(
            list, json_pack("{s:s}", "name", arena_printf(m->arena, "Members of %s", m->title)));
    return list;
}

static int add_bytes(const char *bytes, size_t n, void *out)
{
    buf_add(out, bytes, n);
    return 0;
}

bool meta_put_json(const struct meta *m, const char *path, json_t *value, struct err *err)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    json_dump_callback(value, add_bytes, &text, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    json_decref(value);
    buf_char(&text, '\n');
    return folder_put(m->folder, path, buf_view(&text), err);
}

static bool is_leaf(const json_t *value)
{
    return !(json_is_object(value) && json_object_size(value)) &&
           !(json_is_array(value) && json_array_size(value));
}

/* The inside of an object or a list; its first line has its indent already if `begun`. */
static void yaml_inside(json_t *value, unsigned indent, bool begun, struct buf *out)
{
    const char *key;
    json_t *member;
    size_t i;
    json_array_foreach(value, i, member)
    {
        buf_printf(out, "%*s-", begun && i == 0 ? 0 : (int)indent, "");
        buf_char(out, ' ');
        if (is_leaf(member))
            json_dump_callback(member, add_bytes, out, JSON_ENCODE_ANY);
        else
            yaml_inside(member, indent + 2, true, out);
        if (is_leaf(member))
            buf_char(out, '\n');
    }
    json_object_foreach(value, key, member)
    {
        buf_printf(out, "%*s%s:", begun ? 0 : (int)indent, "", key);
        begun = false;
        if (is_leaf(member)) {
            buf_char(out, ' ');
            json_dump_callback(member, add_bytes, out, JSON_ENCODE_ANY);
            buf_char(out, '\n');
        } else {
            buf_char(out, '\n');
            yaml_inside(member, indent + 2, false, out);
        }
    }
}

void meta_yaml(json_t *value, unsigned indent, struct buf *out)
{
    yaml_inside(value, indent, false, out);
}

/* --- what is there ------------------------------------------------------------------------ */

static void add_table(struct meta *m, const struct site *s, const struct public_entry *e)
{
    const struct public_entry *from = e;
    const json_t *body = e->entry.body;
    json_int_t gone = site_taken_back(s, &e->entry.id, &from);
    if (!from->blob[0].file.at[0])
        return;
    const char *licence = json_text(body, "licence");
    m->table[m->table_n++] = (struct meta_table){
        .import = e,
        .name = json_text(body, "table"),
        .path = from->blob[0].file.at,
        .columns = json_object_get(body, "columns"),
        .missing = json_object_get(body, "missing"),
        .dialect = json_object_get(body, "dialect"),
        .licence = licence ? licence : m->licence,
        .file = *folder_find(m->folder, from->blob[0].file.at),
        .rows = json_integer_value(json_object_get(body, "records")) - gone,
        .taken_back = gone,
    };
}

/* The first entry that has rows of a table; the founding one, if it is not here. */
static const struct public_entry *first_of(const struct meta *m, struct str table)
{
    for (size_t i = 0; i < m->plan->n; i++) {
        const struct public_entry *e = &m->plan->entry[i];
        const char *own = json_text(e->said, "table");
        if (strcmp(e->entry.header.kind, "import") == 0 && own && str_eq(str_of(own), table))
            return e;
    }
    return &m->plan->entry[0];
}

/* What a form calls the type of a field, as an import would call it. */
static const char *type_of_field(const json_t *field)
{
    static const char *const same[][2] = {{"number", "number"},
                                          {"effort", "number"},
                                          {"date", "date"},
                                          {"time", "time"},
                                          {"moment", "datetime"}};
    const char *type = json_text(field, "type");
    for (size_t i = 0; type && i < COUNT_OF(same); i++)
        if (strcmp(type, same[i][0]) == 0)
            return same[i][1];
    return "category";
}

/* The type that the import or the form gave to a column which leaves as it is; places are numbers.
 */
static const char *type_of(const struct meta *m, const struct public_view *view,
                           const struct view_column *column, const json_t *import)
{
    const json_t *field = meta_form_field(m, view->request.table, column->name);
    if (column->how == VIEW_AS_IS && field)
        return type_of_field(field);
    const json_t *columns = json_object_get(import, "columns");
    for (size_t i = 0; column->how == VIEW_AS_IS && i < json_array_size(columns); i++) {
        const json_t *one = json_array_get(columns, i);
        const char *name = json_text(one, "name");
        if (name && str_eq(str_of(name), column->name))
            return json_text(one, "type");
    }
    bool accuracy = !import && str_ends(column->name, STR("_accuracy"));
    return column->how == VIEW_CELL || accuracy ? "number" : "category";
}

/* What stands in the file of a view, as an import would say it. */
static json_t *view_columns(const struct meta *m, const struct public_view *view,
                            const json_t *import)
{
    json_t *list = json_array();
    for (size_t c = 0; c < view->column_n; c++) {
        const struct view_column *column = &view->column[c];
        const char *type = type_of(m, view, column, import);
        if (column->how != VIEW_LEFT_OUT)
            json_array_append_new(list,
                                  json_pack("{s:s#,s:s}", "name", column->name.at, column->name.n,
                                            "type", type ? type : "category"));
    }
    if (view->has_uncertainty)
        json_array_append_new(
            list, json_pack("{s:s,s:s}", "name", "place_uncertainty_m", "type", "number"));
    return list;
}

static void add_view(struct meta *m, const struct public_table *from)
{
    const struct public_entry *first = first_of(m, from->name);
    const json_t *import = first == m->plan->entry ? NULL : first->said;
    const char *licence = json_text(import, "licence");
    json_t *columns = view_columns(m, &from->view, import);
    json_array_append_new(m->made, columns);
    m->table[m->table_n++] = (struct meta_table){
        .import = first,
        .view = &from->view,
        .name = arena_copy(m->arena, from->name),
        .path = from->path.at,
        .columns = columns,
        .missing = json_object_get(import, "missing"),
        .licence = licence ? licence : m->licence,
        .file = *folder_find(m->folder, from->path.at),
        .rows = (json_int_t)from->view.rows,
        .taken_back = (json_int_t)from->view.withdrawn,
    };
}

/* What it is about: said, else asked, else its name. */
static const char *summary(const struct meta *m)
{
    const char *said = facts_said(m->plan, "summary");
    for (size_t i = 0; !said && i < m->plan->n; i++)
        if (site_is(&m->plan->entry[i], "question"))
            said = json_text(m->plan->entry[i].entry.body, "text");
    return said ? said : m->title;
}

static void gather(struct meta *m)
{
    const struct public_entry *founding = &m->plan->entry[0];
    const struct site s = {m->job->record, m->plan, m->arena};
    const char *title = json_text(founding->entry.body, "title");
    const char *licence = json_text(founding->entry.body, "licence");
    m->title = title ? title : "";
    m->licence = licence ? licence : "NOASSERTION";
    m->project = arena_copy(m->arena, str_of(hash_hex(&founding->entry.id).at));
    m->summary = summary(m);
    m->table = arena_get(m->arena, m->plan->n + m->plan->view_n, sizeof *m->table);
    for (size_t i = 0; i < m->plan->n; i++)
        if (site_is(&m->plan->entry[i], "import"))
            add_table(m, &s, &m->plan->entry[i]);
    for (size_t t = 0; t < m->plan->view_n; t++)
        if (m->plan->view[t].path.at[0])
            add_view(m, &m->plan->view[t]);
}

/* A cell of the record's table: kinds are ours, but they may come from elsewhere. */
static void add_kind(struct buf *out, const char *kind)
{
    for (; *kind; kind++)
        buf_char(out, (char)(strchr("\",\r\n", *kind) ? '_' : *kind));
}

bool meta_record(const struct meta *m, struct err *err)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    buf_text(&text, "count,kind,id,state,file\n");
    for (size_t i = 0; i < m->plan->n; i++) {
        const struct public_entry *e = &m->plan->entry[i];
        buf_printf(&text, "%llu,", (unsigned long long)e->entry.header.count);
        add_kind(&text, e->entry.header.kind);
        buf_printf(&text, ",%s,%s,%s\n", hash_hex(&e->entry.id).at, package_state_name(e->state),
                   e->path.at);
    }
    return folder_put(m->folder, "data/record.csv", buf_view(&text), err);
}

bool meta_files(const struct site_job *job, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(json_release) json_t *made = json_array();
    struct ledger ledger;
    if (!ledger_read(job->record, LEDGER_FOR_ALL, &arena, &ledger, err))
        return false;
    struct meta m = {.job = job,
                     .plan = job->plan,
                     .arena = &arena,
                     .folder = job->folder,
                     .day = job->day,
                     .ledger = &ledger,
                     .made = made};
    gather(&m);
    /* What lists files comes behind them. */
    return meta_record(&m, err) && meta_datapackage(&m, err) && meta_cite(&m, err) &&
           meta_cards(&m, err) && meta_datasheet(&m, err) && meta_species(&m, err) &&
           meta_places(&m, err) && meta_croissant(&m, err) && meta_crate(&m, err) &&
           meta_bag(&m, err);
}
