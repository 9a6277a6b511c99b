/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a model errs, and what it pays attention to, as the page shows it. Of a verdict only counts
 * are there: units have no names on the page. */
#include <stdio.h>

#include "base/num.h"
#include "publish/site_int.h"
#include "train/drawing.h"
#include "train/study.h"
#include "train/train.h"

enum { BARS_ON_PAGE = 10, CELLS_ON_PAGE = 20, OUTPUTS_ON_PAGE = 5 };

static void copy(json_t *to, const char *key, const json_t *from)
{
    json_object_set(to, key, json_object_get(from, key));
}

/* --- where it errs ---------------------------------------------------------------------------- */

const struct public_entry *site_named(const struct site *s, const json_t *body, const char *key)
{
    struct hash id;
    if (!body_read_id(body, key, &id))
        return NULL;
    for (size_t i = 0; i < s->plan->n; i++)
        if (hash_eq(&s->plan->entry[i].entry.id, &id) && s->plan->entry[i].state == PACKAGE_PRESENT)
            return &s->plan->entry[i];
    return NULL;
}

/* The model of a training, if it has one that fits it. What a member wrote into a training must not
 * keep the rest from being published: verify says what is wrong with it. */
static bool load_model(const struct site *s, const struct entry *training, struct model *ret,
                       bool *ret_there, struct err *err)
{
    struct err why = {0};
    *ret_there = train_model(s->record, training, s->arena, ret, &why);
    bool odd = why.code == ERR_CORRUPT || why.code == ERR_INPUT || why.code == ERR_UNSUPPORTED;
    if (!*ret_there && !odd)
        *err = why;
    return *ret_there || odd;
}

/* What a model thinks of single people is shown to nobody: where a column's name says that it names
 * people, numbers stand on the page instead. */
static void hide_people(const struct site *s, struct model *model)
{
    for (size_t f = 0; f < model->feature_n; f++) {
        struct model_feature *feature = &model->feature[f];
        for (size_t k = 0; study_names_people(feature->name) && k < feature->category_n; k++)
            feature->category[k] = str_of(arena_printf(s->arena, _("no. %zu"), k + 1));
    }
}

/* The model that a verdict is about; *ret_there is false if it is not public. */
static bool judged_model(const struct site *s, const json_t *verdict, struct model *ret,
                         bool *ret_there, struct err *err)
{
    const struct public_entry *opening = site_named(s, verdict, "opening");
    const struct public_entry *training =
        opening ? site_named(s, opening->entry.body, "training") : NULL;
    *ret_there = training && training->blob[0].file.at[0];
    return !*ret_there || load_model(s, &training->entry, ret, ret_there, err);
}

/* A class by its number: its name where it is public. */
static void put_class(json_t *out, const char *key, const json_t *from, const struct model *model)
{
    json_int_t k = json_integer_value(json_object_get(from, key));
    char text[32];
    if (model && k >= 0 && (size_t)k < model->class_n) {
        json_object_set_new(out, key,
                            json_stringn(model->class_name[k].at, model->class_name[k].n));
        return;
    }
    snprintf(text, sizeof text, "%lld", (long long)k + 1);
    site_text(out, key, text);
}

static void put_confusion(json_t *out, const json_t *report, const struct model *model)
{
    const json_t *from = json_object_get(report, "confusion");
    json_t *list = json_array();
    for (size_t i = 0; i < json_array_size(from) && i < CELLS_ON_PAGE; i++) {
        json_t *one = json_object();
        put_class(one, "truth", json_array_get(from, i), model);
        put_class(one, "answer", json_array_get(from, i), model);
        copy(one, "n", json_array_get(from, i));
        json_object_set_new(one, "hit",
                            json_boolean(json_equal(json_object_get(one, "truth"),
                                                    json_object_get(one, "answer"))));
        json_array_append_new(list, one);
    }
    json_object_set_new(out, "confusion", list);
}

static void put_units(json_t *out, const json_t *report)
{
    const json_t *from = json_object_get(report, "groups");
    json_t *list = json_array();
    for (size_t i = 0; i < json_array_size(from) && i < CELLS_ON_PAGE; i++) {
        const json_t *unit = json_array_get(from, i);
        json_t *one = json_object();
        copy(one, "n", unit);
        copy(one, "right", unit);
        site_number(one, "error", unit, "error");
        copy(one, "small", unit);
        json_object_set_new(one, "place", json_integer((json_int_t)i + 1));
        json_object_set_new(one, "off", json_boolean(json_object_get(unit, "error") != NULL));
        json_object_set_new(one, "counted", json_boolean(json_object_get(unit, "right") != NULL));
        json_array_append_new(list, one);
    }
    json_object_set_new(out, "units", list);
}

static void put_calibration(json_t *out, const json_t *report)
{
    const json_t *bins = json_object_get(json_object_get(report, "calibration"), "bins");
    json_t *list = json_array();
    for (size_t i = 0; i < json_array_size(bins); i++) {
        const json_t *bin = json_array_get(bins, i);
        const char *said = json_text(bin, "said");
        struct decimal value;
        json_t *one = json_object();
        if (said && num_decimal(str_of(said), '.', &value) != NUM_NOT_A_NUMBER)
            json_object_set_new(one, "said",
                                json_integer((json_int_t)(num_double(value) * 100 + 0.5)));
        copy(one, "right", bin);
        copy(one, "n", bin);
        json_array_append_new(list, one);
    }
    json_object_set_new(out, "calibration", list);
}

bool site_report(const struct site *s, json_t *out, const json_t *body, struct err *err)
{
    const json_t *report = json_object_get(body, "report");
    const json_t *alarm = json_object_get(report, "alarm");
    struct model known;
    bool there;
    if (!report)
        return true;
    if (!judged_model(s, body, &known, &there, err))
        return false;
    const struct model *model = there ? &known : NULL;
    json_t *one = json_object();
    put_confusion(one, report, model);
    put_units(one, report);
    put_calibration(one, report);
    if (alarm) {
        json_t *alarms = json_object();
        site_number(alarms, "threshold", alarm, "threshold");
        put_class(alarms, "class", alarm, model);
        copy(alarms, "alarms", alarm);
        copy(alarms, "false_alarms", alarm);
        copy(alarms, "missed", alarm);
        copy(alarms, "wanted", alarm);
        json_object_set_new(one, "alarm", alarms);
    }
    json_object_set_new(out, "report", one);
    return true;
}

/* --- what it pays attention to ---------------------------------------------------------------- */

static json_t *bars_table(const struct bar *bar, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        json_t *one = json_object();
        char text[32];
        double size = bar[i].length < 0 ? -bar[i].length : bar[i].length;
        snprintf(text, sizeof text, "%s%d", bar[i].length < 0 ? "−" : "+", (int)(size * 100 + 0.5));
        site_text(one, "label", bar[i].label);
        site_text(one, "share", text);
        json_array_append_new(list, one);
    }
    return list;
}

static json_t *bars(const char *title, const struct bar *bar, size_t n)
{
    size_t shown = n < BARS_ON_PAGE ? n : BARS_ON_PAGE;
    json_t *one = json_object();
    site_text(one, "title", title);
    json_object_set_new(one, "picture", drawing_bars_json(title, bar, shown));
    json_object_set_new(one, "rows", bars_table(bar, shown));
    return one;
}

static json_t *weights(const struct site *s, const struct model *model)
{
    json_t *list = json_array();
    for (size_t k = 0; k < explain_outputs(model) && k < OUTPUTS_ON_PAGE; k++) {
        struct bar *bar;
        size_t n = drawing_weights(model, k, s->arena, &bar);
        struct str output = drawing_output(model, k);
        const char *title = arena_printf(s->arena,
                                         model->task == TASK_REGRESSION
                                             ? _("What makes \"%.*s\" larger or smaller")
                                             : _("What speaks for \"%.*s\" or against it"),
                                         STR_ARG(output));
        json_array_append_new(list, bars(title, bar, n));
    }
    return list;
}

bool site_model(const struct site *s, const struct entry *training, json_t *out, struct err *err)
{
    struct model model;
    struct drawn_tree tree;
    bool there;
    if (!load_model(s, training, &model, &there, err))
        return false;
    if (!there)
        return true;
    hide_people(s, &model);
    if (model.weight)
        json_object_set_new(out, "bars", weights(s, &model));
    if (model.trees.output_n == 0)
        return true;
    struct bar *bar;
    size_t n = drawing_importance(&model, s->arena, &bar);
    json_t *list = json_array();
    json_array_append_new(list, bars(_("How much each column moves the answer"), bar, n));
    json_object_set_new(out, "bars", list);
    if (drawing_tree(&model, s->arena, &tree))
        json_object_set_new(out, "tree", drawing_tree_json(&tree));
    return true;
}
