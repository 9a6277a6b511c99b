/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the page says about data: tables, the forms they were written down by, and how people named
 * what they saw. */
#include "publish/site_int.h"

/* Copy a text or a number of a body under the same name; an empty text where it is not there. */
static void copy(json_t *object, const struct public_entry *e, const char *key)
{
    json_t *value = json_object_get(e->entry.body, key);
    json_object_set(object, key, json_is_string(value) || json_is_integer(value) ? value : NULL);
    if (!json_object_get(object, key))
        json_object_set_new(object, key, json_string(""));
}

/* --- tables ------------------------------------------------------------------------------- */

json_int_t site_taken_back(const struct site *s, const struct hash *batch,
                           const struct public_entry **ret_rest)
{
    json_int_t n = 0;
    for (size_t i = 0; i < s->plan->n; i++) {
        const struct public_entry *e = &s->plan->entry[i];
        json_int_t here;
        if (!site_is(e, "withdrawal") || !site_about(e, "batch", batch))
            continue;
        here = (json_int_t)json_array_size(json_object_get(e->entry.body, "positions"));
        n = here > n ? here : n;
        if (e->blob[0].file.at[0])
            *ret_rest = e;
    }
    return n;
}

/* Tables of which only some columns leave. */
static void add_views(const struct site *s, json_t *list)
{
    for (size_t t = 0; t < s->plan->view_n; t++) {
        const struct public_table *table = &s->plan->view[t];
        json_t *one;
        if (table->whole)
            continue;
        one = json_pack("{s:s#,s:I,s:I,s:b,s:b,s:b}", "table", table->name.at, table->name.n,
                        "rows", (json_int_t)table->view.rows, "withdrawn",
                        (json_int_t)table->view.withdrawn, "no_file", !table->path.at[0],
                        "set_aside", table->view.set_aside > 0, "by_view", true);
        site_text(one, "file", table->path.at);
        site_text(one, "href", table->path.at[0] ? "data/datapackage.json" : "data/record.csv");
        site_text(one, "taken_href", "data/record.csv");
        site_text(one, "licence", json_text(s->plan->entry[0].entry.body, "licence"));
        json_array_append_new(list, one);
    }
}

static json_t *tables(const struct site *s)
{
    json_t *list = json_array();
    add_views(s, list);
    for (size_t i = 0; i < s->plan->n; i++) {
        const struct public_entry *e = &s->plan->entry[i];
        const struct public_entry *file = e;
        if (!site_is(e, "import"))
            continue;
        json_t *one = json_object();
        site_text(one, "table", json_text(e->entry.body, "table"));
        site_text(one, "licence", json_text(e->entry.body, "licence"));
        site_text(one, "href", e->path.at);
        json_object_set_new(
            one, "rows",
            json_integer(json_integer_value(json_object_get(e->entry.body, "records"))));
        json_object_set_new(one, "withdrawn",
                            json_integer(site_taken_back(s, &e->entry.id, &file)));
        site_text(one, "taken_href", file->path.at);
        site_text(one, "file", file->blob[0].file.at);
        json_object_set_new(one, "no_file", json_boolean(!file->blob[0].file.at[0]));
        json_object_set_new(one, "set_aside", json_boolean(e->set_aside));
        json_array_append_new(list, one);
    }
    return list;
}

/* --- forms, and naming what was seen ------------------------------------------------------ */

static json_t *forms(const struct site *s)
{
    json_t *list = json_array();
    for (size_t i = 0; i < s->plan->n; i++) {
        const struct public_entry *e = &s->plan->entry[i];
        if (!site_is(e, "form"))
            continue;
        json_t *one = json_object();
        const char *title = json_text(e->entry.body, "title");
        site_text(one, "form", title ? title : json_text(e->entry.body, "name"));
        copy(one, e, "version");
        json_object_set_new(
            one, "fields",
            json_integer((json_int_t)json_array_size(json_object_get(e->entry.body, "fields"))));
        site_text(one, "href", e->path.at);
        json_array_append_new(list, one);
    }
    return list;
}

/* The tables of shared answers that were made by a guideline. */
static json_t *shared(const struct site *s, const struct public_entry *guideline)
{
    static const char *const numbers[] = {"items", "answers", "known", "table"};
    json_t *list = json_array();
    for (size_t i = 0; i < s->plan->n; i++) {
        const struct public_entry *e = &s->plan->entry[i];
        const char *method = json_text(e->entry.body, "method");
        if (!site_is(e, "consensus") || !site_about(e, "guideline", &guideline->entry.id))
            continue;
        json_t *one = json_object();
        bool weighed = method && str_eq(str_of(method), STR("dawid-skene"));
        for (size_t k = 0; k < COUNT_OF(numbers); k++)
            copy(one, e, numbers[k]);
        json_object_set_new(one, "weighed", json_boolean(weighed));
        json_object_set_new(one, "counted", json_boolean(!weighed));
        bool checked = json_is_true(json_object_get(e->entry.body, "calibrated"));
        json_object_set_new(one, "checked", json_boolean(checked));
        json_object_set_new(one, "unchecked", json_boolean(!checked));
        site_text(one, "href", e->path.at);
        json_array_append_new(list, one);
    }
    return list;
}

static json_t *guidelines(const struct site *s)
{
    json_t *list = json_array();
    for (size_t i = 0; i < s->plan->n; i++) {
        const struct public_entry *e = &s->plan->entry[i];
        if (!site_is(e, "guideline"))
            continue;
        json_t *one = json_object();
        json_t *choices = json_array();
        const json_t *from = json_object_get(e->entry.body, "choices");
        copy(one, e, "question");
        copy(one, e, "version");
        copy(one, e, "enough");
        for (size_t k = 0; k < json_array_size(from); k++)
            if (json_is_string(json_array_get(from, k)))
                json_array_append_new(choices,
                                      json_pack("{s:O}", "choice", json_array_get(from, k)));
        json_object_set_new(one, "choices", choices);
        json_object_set_new(one, "shared", shared(s, e));
        site_text(one, "href", e->path.at);
        json_array_append_new(list, one);
    }
    return list;
}

void site_data(const struct site *s, json_t *out)
{
    json_object_set_new(out, "tables", tables(s));
    json_object_set_new(out, "forms", forms(s));
    json_object_set_new(out, "guidelines", guidelines(s));
}
