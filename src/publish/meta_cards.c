/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Model cards and the datasheet: texts of pages/, filled. SOURCE: Mitchell et al., Model Cards for
 * Model Reporting (2019); Gebru et al., Datasheets for Datasets (2021). */
#include <string.h>

#include "base/num.h"
#include "base/template.h"
#include "publish/facts.h"
#include "publish/meta.h"

/* Every fact under its word, with _ for -; what nobody said says so. */
static void put_facts(const struct meta *m, json_t *out)
{
    for (const struct fact *fact = facts; fact->key; fact++) {
        char *name = arena_copy(m->arena, str_of(fact->key));
        const char *said = facts_said(m->plan, fact->key);
        for (char *at = name; *at; at++)
            if (*at == '-')
                *at = '_';
        site_text(out, name, said ? said : _("not said yet"));
    }
    site_text(out, "title", m->title);
    site_text(out, "licence", m->licence);
    site_text(out, "day", m->day);
    site_text(out, "project", m->project);
    site_text(out, "about", m->summary);
}

/* Put a text of pages/, filled; where blocks were left out, one empty line is enough. */
static bool put_page(const struct meta *m, const char *template, const json_t *context,
                     const char *path, struct buf *front, struct err *err)
{
    CLEANUP(buf_release) struct buf page = BUF_INIT;
    template_page(template, context, &page);
    for (size_t i = 0; i < page.n; i++)
        if (i < 2 || memcmp(page.at + i - 2, "\n\n\n", 3) != 0)
            buf_char(front, page.at[i]);
    return folder_put(m->folder, path, buf_view(front), err);
}

/* --- model cards -------------------------------------------------------------------------- */

/* The header that model hubs read. */
static json_t *header(const struct meta *m, const json_t *guess)
{
    const json_t *training = json_object_get(guess, "training");
    const json_t *result = json_array_get(json_object_get(guess, "results"), 0);
    const char *metric = json_text(training, "metric_name");
    const char *value = json_text(result, "exact");
    struct decimal exact;
    json_t *ret =
        json_pack("{s:s,s:[s,s]}", "license", m->licence, "tags", "citizen-science", "allmende");
    if (metric)
        json_object_set_new(ret, "metrics", json_pack("[s]", metric));
    if (metric && value && num_decimal(str_of(value), '.', &exact) == NUM_OK)
        json_object_set_new(ret, "model-index",
                            json_pack("[{s:s,s:[{s:{s:s},s:{s:s,s:s},s:[{s:s,s:s,s:s}]}]}]", "name",
                                      m->title, "results", "task", "type", "tabular-classification",
                                      "dataset", "name", m->title, "type", "tabular", "metrics",
                                      "type", metric, "value", json_text(result, "exact"), "name",
                                      "part set aside"));
    return ret;
}

/* The card of a model lies beside it under the same name. */
static bool put_card(const struct meta *m, json_t *guess, struct err *err)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    struct str model = str_of(json_text(json_object_get(guess, "training"), "model"));
    if (!model.n)
        return true;
    CLEANUP(json_release) json_t *top = header(m, guess);
    put_facts(m, guess);
    site_text(guess, "guess", json_text(guess, "text"));
    buf_text(&text, "---\n");
    meta_yaml(top, 0, &text);
    buf_text(&text, "---\n");
    struct str stem = {model.at, model.n - strlen(".model")};
    return put_page(m, "model_card.md", guess, arena_printf(m->arena, "%.*s.md", STR_ARG(stem)),
                    &text, err);
}

bool meta_cards(const struct meta *m, struct err *err)
{
    CLEANUP(json_release) json_t *out = json_object();
    const struct site site = {m->job->record, m->plan, m->arena};
    enum lang before = lang_get();
    lang_set(LANG_EN);
    bool done = site_guesses(&site, out, err);
    json_t *guesses = json_object_get(out, "guesses");
    for (size_t i = 0; done && i < json_array_size(guesses); i++)
        done = put_card(m, json_array_get(guesses, i), err);
    lang_set(before);
    return done;
}

/* --- the datasheet ------------------------------------------------------------------------ */

static json_t *columns(const struct meta_table *table)
{
    json_t *list = json_array();
    json_t *column;
    size_t i;
    json_array_foreach(table->columns, i, column)
    {
        json_t *one = json_object();
        const char *type = json_text(column, "type");
        if (!meta_is_column(column)) {
            json_decref(one);
            continue;
        }
        site_text(one, "column", json_text(column, "name"));
        site_text(one, "type",
                  type && strcmp(type, "number") == 0     ? _("number")
                  : type && strcmp(type, "category") == 0 ? _("text")
                                                          : _("day or time"));
        json_array_append_new(list, one);
    }
    return list;
}

static json_t *tables(const struct meta *m)
{
    json_t *list = json_array();
    for (size_t t = 0; t < m->table_n; t++) {
        const struct meta_table *table = &m->table[t];
        const char *group = json_text(table->view ? NULL : table->import->entry.body, "group");
        json_t *one =
            json_pack("{s:s,s:I,s:I,s:o,s:s,s:s}", "table", table->name, "rows", table->rows,
                      "taken_back", table->taken_back, "columns", columns(table), "file",
                      table->path, "href", table->import->path.at);
        site_text(one, "group", group);
        json_array_append_new(list, one);
    }
    return list;
}

bool meta_datasheet(const struct meta *m, struct err *err)
{
    static const char *const page[] = {
        [LANG_EN] = "datasheet_en.md", [LANG_DE] = "datasheet_de.md"};
    enum lang before = lang_get();
    bool done = true;
    for (enum lang lang = LANG_EN; done && lang < LANG_COUNT; lang++) {
        CLEANUP(json_release) json_t *out = json_object();
        CLEANUP(buf_release) struct buf text = BUF_INIT;
        lang_set(lang);
        put_facts(m, out);
        json_object_set_new(out, "tables", tables(m));
        json_object_set_new(out, "no_tables", json_boolean(m->table_n == 0));
        json_object_set_new(out, "held", json_integer((json_int_t)m->plan->files_held));
        done = put_page(m, page[lang], out, page[lang], &text, err);
    }
    lang_set(before);
    return done;
}
