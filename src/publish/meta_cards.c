/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Model cards and the datasheet: texts of pages/, filled. SOURCE: Mitchell et al., Model Cards for
 * Model Reporting (2019); Gebru et al., Datasheets for Datasets (2021). */
#include <string.h>

#include "base/num.h"
#include "base/template.h"
#include "learn/metric.h"
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

/* What the training of this entry cost; false if it is not there. */
static bool read_cost(const struct meta *m, const json_t *training, struct cost *ret)
{
    const char *path = json_text(training, "href");
    for (size_t i = 0; path && i < m->plan->n; i++)
        if (strcmp(m->plan->entry[i].path.at, path) == 0)
            return cost_of_json(json_object_get(m->plan->entry[i].entry.body, "cost"), ret);
    return false;
}

/* Carbon dioxide only where the energy is known and somebody stated where the electricity comes
 * from. */
static bool has_carbon(const struct meta *m, const struct cost *cost)
{
    return cost->method != METER_NONE && m->ledger->grid_stated;
}

static double carbon_g(const struct meta *m, uint64_t energy_mj)
{
    return (double)sci_operation_ug(energy_mj, m->ledger->grid.g_per_kwh) / 1e6;
}

static const char *grid_source(const struct meta *m)
{
    const struct grid *grid = &m->ledger->grid;
    return arena_printf(m->arena, "%s, %llu, %llu g/kWh, %s; %s", grid->place,
                        (unsigned long long)grid->year, (unsigned long long)grid->g_per_kwh,
                        ledger_scope_words(grid->scope), _(grid->source));
}

/* Grams, as the hubs want it; the upper end of the range. */
static void put_emissions(const struct meta *m, const json_t *training, json_t *out)
{
    struct cost cost;
    if (!read_cost(m, training, &cost) || !has_carbon(m, &cost))
        return;
    json_t *one = json_object();
    json_object_set_new(one, "emissions", json_real(carbon_g(m, cost.high_mj)));
    site_text(one, "source", grid_source(m));
    site_text(one, "geographical_location", m->ledger->grid.place);
    json_object_set_new(out, "co2_eq_emissions", one);
}

static void put_spent(const struct meta *m, json_t *guess)
{
    struct cost cost;
    json_t *one;
    json_object_set_new(guess, "spent", json_null());
    if (!read_cost(m, json_object_get(guess, "training"), &cost))
        return;
    one = json_object();
    site_short(one, "cpu", (double)cost.cpu_ms / 1000);
    json_object_set_new(one, "known", json_boolean(cost.method != METER_NONE));
    json_object_set_new(one, "unmeasured", json_boolean(cost.method == METER_NONE));
    json_object_set_new(one, "co2", json_null());
    if (cost.method != METER_NONE) {
        site_short(one, "low", (double)cost.low_mj / 1000);
        site_short(one, "high", (double)cost.high_mj / 1000);
        site_text(one, "method", meter_words(cost.method));
    }
    if (has_carbon(m, &cost)) {
        json_t *co2 = json_object();
        site_short(co2, "low", carbon_g(m, cost.low_mj));
        site_short(co2, "high", carbon_g(m, cost.high_mj));
        site_text(co2, "source", grid_source(m));
        json_object_set_new(one, "co2", co2);
    }
    json_object_set_new(guess, "spent", one);
}

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
    put_emissions(m, training, ret);
    if (metric && value && num_decimal(str_of(value), '.', &exact) == NUM_OK) {
        enum metric known;
        struct str of_class;
        bool number = metric_read(str_of(metric), &known, &of_class) &&
                      (known == METRIC_MAE || known == METRIC_RMSE || known == METRIC_R2);
        json_object_set_new(ret, "model-index",
                            json_pack("[{s:s,s:[{s:{s:s},s:{s:s,s:s},s:[{s:s,s:f,s:s}]}]}]", "name",
                                      m->title, "results", "task", "type",
                                      number ? "tabular-regression" : "tabular-classification",
                                      "dataset", "name", m->title, "type", "tabular", "metrics",
                                      "type", metric, "value", num_double(exact), "name",
                                      "part set aside"));
    }
    return ret;
}

/* The cards of a model lie beside it, one for each language. */
static bool put_card(const struct meta *m, json_t *guess, enum lang lang, struct err *err)
{
    static const char *const template[] = {
        [LANG_EN] = "model_card.md", [LANG_DE] = "model_card_de.md"};
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    const json_t *training = json_object_get(guess, "training");
    if (!json_text(training, "card"))
        return true;
    CLEANUP(json_release) json_t *top = header(m, guess);
    json_object_set_new(top, "language", json_pack("[s]", lang_code(lang)));
    put_facts(m, guess);
    put_spent(m, guess);
    site_text(guess, "guess", json_text(guess, "text"));
    buf_text(&text, "---\n");
    meta_yaml(top, 0, &text);
    buf_text(&text, "---\n");
    return put_page(m, template[lang], guess, json_text(training, "card"), &text, err);
}

bool meta_cards(const struct meta *m, struct err *err)
{
    const struct site site = {m->job->record, m->plan, m->arena};
    enum lang before = lang_get();
    bool done = true;
    for (enum lang lang = LANG_EN; done && lang < LANG_COUNT; lang++) {
        lang_set(lang);
        for (size_t i = 0; done && i < m->plan->n; i++) {
            const struct public_entry *e = &m->plan->entry[i];
            CLEANUP(json_release) json_t *guess = json_object();
            if (site_is(e, "training") && e->blob[0].file.at[0])
                done = site_guess_of(&site, e, guess, err) && put_card(m, guess, lang, err);
        }
    }
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
        const struct site site = {m->job->record, m->plan, m->arena};
        put_facts(m, out);
        site_data(&site, out); /* forms and guidelines */
        json_object_set_new(out, "tables", tables(m));
        json_object_set_new(out, "no_tables", json_boolean(m->table_n == 0));
        json_object_set_new(out, "held", json_integer((json_int_t)m->plan->files_held));
        done = put_page(m, page[lang], out, page[lang], &text, err);
    }
    lang_set(before);
    return done;
}
