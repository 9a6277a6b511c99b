/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Guesses, steps, results and costs, as the page tells them. */
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "evaluate/evaluate.h"
#include "publish/site_int.h"

/* --- numbers ------------------------------------------------------------------------------ */

/* Three figures, in the reader's way of writing: "0.712" or "0,712". */
static void put_value(json_t *object, const char *key, double value)
{
    char text[64];
    int places = 2;
    double size = value < 0 ? -value : value;
    for (double edge = 10; size >= edge && places > 0; edge *= 10)
        places--;
    for (double edge = 1; size > 0 && size < edge && places < 8; edge /= 10)
        places++;
    snprintf(text, sizeof text, "%.*f", places, value);
    for (char *at = text; lang_get() == LANG_DE && *at; at++)
        if (*at == '.')
            *at = ',';
    site_text(object, key, text);
}

/* The same without noughts at the end: "0.003". */
static void put_short(json_t *object, const char *key, double value)
{
    put_value(object, key, value);
    struct str text = str_of(json_text(object, key));
    bool fraction = memchr(text.at, '.', text.n) || memchr(text.at, ',', text.n);
    while (fraction && text.n > 1 && strchr("0.,", text.at[text.n - 1])) {
        fraction = text.at[text.n - 1] == '0';
        text.n--;
    }
    json_object_set_new(object, key, json_stringn(text.at, text.n));
}

bool site_number(json_t *object, const char *key, const json_t *body, const char *name)
{
    const char *text = json_text(body, name);
    struct decimal value;
    if (!text || num_decimal(str_of(text), '.', &value) != NUM_OK)
        return false;
    put_value(object, key, num_double(value));
    return true;
}

static void put_int(json_t *object, const char *key, const json_t *body, const char *name)
{
    json_object_set_new(object, key, json_integer(json_integer_value(json_object_get(body, name))));
}

/* --- steps -------------------------------------------------------------------------------- */

static const char *step_words(const char *algorithm)
{
    return algorithm_words(str_of(algorithm));
}

static json_t *steps(const json_t *body)
{
    const json_t *from = json_object_get(body, "steps");
    json_t *list = json_array();
    for (size_t i = 0; i < json_array_size(from); i++) {
        const json_t *step = json_array_get(from, i);
        const json_t *cv = json_object_get(step, "cv");
        json_t *one = json_object();
        put_int(one, "rung", step, "rung");
        site_text(one, "name", step_words(json_text(step, "name")));
        put_int(one, "bytes", step, "bytes");
        bool known = site_number(one, "value", cv, "value") && site_number(one, "low", cv, "low") &&
                     site_number(one, "high", cv, "high");
        json_object_set_new(one, "known", json_boolean(known));
        json_object_set_new(one, "unknown", json_boolean(!known));
        bool chosen = (json_int_t)i == json_integer_value(json_object_get(body, "chosen"));
        json_object_set_new(one, "chosen", json_boolean(chosen));
        json_array_append_new(list, one);
    }
    return list;
}

/* What makes the score look better than it is, as it was written down. */
static json_t *alarms(const struct site *s, const json_t *list, const char *href)
{
    const struct alarms all = alarms_of_json(list, s->arena);
    json_t *ret = json_array();
    for (size_t i = 0; i < all.n; i++) {
        json_t *one = json_object();
        site_text(one, "what", alarm_sentence(&all.alarm[i], s->arena));
        site_text(one, "href", href);
        json_array_append_new(ret, one);
    }
    return ret;
}

/* The steps of a training as a picture. */
static void chart_steps(json_t *out, const json_t *body, const char *title)
{
    CLEANUP(json_release) json_t *rows = json_array();
    const json_t *from = json_object_get(body, "steps");
    json_int_t chosen = json_integer_value(json_object_get(body, "chosen"));
    for (size_t i = 0; i < json_array_size(from); i++) {
        const json_t *step = json_array_get(from, i);
        const char *name = json_text(step, "name");
        json_t *row = json_object();
        json_t *cv = json_object_get(step, "cv");
        if (json_is_object(cv))
            json_object_update(row, cv);
        site_text(row, "label", name ? step_words(name) : NULL);
        json_object_set_new(row, "chosen", json_boolean((json_int_t)i == chosen));
        json_array_append_new(rows, row);
    }
    site_chart(out, title, rows, NULL);
}

/* The last training of a guess; NULL if there is none in public. */
static const struct public_entry *last_training(const struct site *s, const struct hash *hypothesis)
{
    const struct public_entry *last = NULL;
    for (size_t i = 0; i < s->plan->n; i++)
        if (site_is(&s->plan->entry[i], "training") &&
            site_about(&s->plan->entry[i], "hypothesis", hypothesis))
            last = &s->plan->entry[i];
    return last;
}

static json_t *training(const struct site *s, const struct public_entry *last)
{
    const json_t *body = last->entry.body;
    const json_t *rows = json_object_get(body, "rows");
    const json_t *gap = json_object_get(body, "gap");
    const char *metric = json_text(body, "metric");
    enum metric known;
    struct str of_class;
    json_t *one = json_object();
    json_t *looks_better = json_object();
    json_object_set_new(one, "steps", steps(body));
    put_int(one, "train_rows", rows, "train");
    put_int(one, "test_rows", rows, "test");
    json_object_set_new(one, "alarms", alarms(s, json_object_get(body, "alarms"), last->path.at));
    if (metric && metric_read(str_of(metric), &known, &of_class))
        site_text(one, "metric", metric_words_of(known, of_class, s->arena));
    site_text(one, "metric_name", metric);
    const char *title = json_text(one, "metric");
    chart_steps(one, body, title ? title : "");
    if (site_number(looks_better, "value", gap, "value") &&
        site_number(looks_better, "low", gap, "low") &&
        site_number(looks_better, "high", gap, "high"))
        json_object_set(one, "gap", looks_better);
    json_decref(looks_better);
    site_text(one, "href", last->path.at);
    site_text(one, "model", last->blob[0].file.at);
    return one;
}

/* --- results ------------------------------------------------------------------------------ */

static enum verdict verdict_of_text(const char *text)
{
    for (enum verdict v = VERDICT_SUPPORTED; text && v < VERDICT_UNDECIDED; v++)
        if (strcmp(text, verdict_name(v)) == 0)
            return v;
    return VERDICT_UNDECIDED;
}

/* Both sides of a comparison, with the conditions that name them. */
static json_t *sides(const json_t *body, const struct hypothesis *h)
{
    const struct str name[2] = {h->where, h->against};
    const json_t *from = json_object_get(body, "sides");
    json_t *list = json_array();
    for (size_t i = 0; i < json_array_size(from) && i < 2; i++) {
        const json_t *side = json_array_get(from, i);
        json_t *one = json_object();
        site_text(one, "name", name[i].n ? name[i].at : _("otherwise"));
        site_number(one, "mean", side, "value");
        put_int(one, "side_units", side, "units");
        put_int(one, "side_rows", side, "rows");
        json_array_append_new(list, one);
    }
    return list;
}

/* What was found against the mark, and what there would be without a model. */
static void chart_result(json_t *out, const json_t *body, const struct hypothesis *h,
                         const char *title)
{
    CLEANUP(json_release) json_t *rows = json_array();
    const char *without = json_text(body, "baseline");
    double mark = h->threshold;
    json_t *found = json_object();
    json_object_set(found, "value", json_object_get(body, "value"));
    json_object_set(found, "low", json_object_get(body, "low"));
    json_object_set(found, "high", json_object_get(body, "high"));
    site_text(found, "label", h->about_model ? _("with the model") : _("found"));
    json_array_append_new(rows, found);
    if (without)
        json_array_append_new(
            rows, json_pack("{s:s,s:s}", "label", _("without a model"), "value", without));
    put_value(out, "threshold", mark);
    site_chart(out, title, rows, &mark);
}

/* How far people agree about the same things: no model can be right where they do not. */
static void put_people(json_t *out, const json_t *people)
{
    if (!people || !site_number(out, "human", people, "value"))
        return;
    if (site_number(out, "human_low", people, "low"))
        site_number(out, "human_high", people, "high");
    put_int(out, "human_units", people, "units");
}

static json_t *result(const struct site *s, const struct public_entry *e,
                      const struct hypothesis *hypothesis)
{
    static const char *const word[] = {[VERDICT_SUPPORTED] = "supported",
                                       [VERDICT_NOT_SUPPORTED] = "unsupported",
                                       [VERDICT_UNDECIDED] = "undecided"};
    const json_t *body = e->entry.body;
    struct evaluation said = {.verdict = verdict_of_text(json_text(body, "verdict"))};
    said.range.units = (size_t)json_integer_value(json_object_get(body, "units"));
    said.range.usable = json_is_true(json_object_get(body, "usable"));
    json_t *one = json_object();
    site_text(one, "class", word[said.verdict]);
    site_text(one, "sentence", evaluate_sentence(&said, s->arena).at);
    site_text(one, "measure", hypothesise_measure_words(hypothesis, s->arena));
    site_number(one, "value", body, "value");
    chart_result(one, body, hypothesis, json_text(one, "measure"));
    site_text(one, "exact", json_text(body, "value"));
    if (site_number(one, "low", body, "low"))
        site_number(one, "high", body, "high");
    site_number(one, "without", body, "baseline");
    put_people(one, json_object_get(body, "people"));
    put_int(one, "units", body, "units");
    put_int(one, "rows", body, "rows");
    put_int(one, "looks", body, "looks");
    put_int(one, "more_units", body, "more_units");
    json_object_set_new(one, "often",
                        json_boolean(json_integer_value(json_object_get(body, "looks")) > 1));
    put_int(one, "left_out", body, "left_out");
    json_object_set_new(one, "differ", json_boolean(json_is_true(json_object_get(body, "differ"))));
    json_object_set_new(one, "sides", sides(body, hypothesis));
    json_object_set(one, "exploratory", json_object_get(body, "exploratory"));
    site_text(one, "href", e->path.at);
    return one;
}

static bool results(const struct site *s, const struct hypothesis *hypothesis, json_t *list,
                    struct err *err)
{
    for (size_t i = 0; i < s->plan->n; i++) {
        const struct public_entry *e = &s->plan->entry[i];
        BUG_IF(!e);
        if (!site_is(e, "verdict") || !site_about(e, "hypothesis", &hypothesis->id))
            continue;
        json_t *one = result(s, e, hypothesis);
        json_array_append_new(list, one);
        if (!site_report(s, one, e->entry.body, err))
            return false;
    }
    return true;
}

static void put_freeze(const struct site *s, json_t *one, const struct hypothesis *h)
{
    json_t *freeze = json_object();
    for (size_t i = 0; h->frozen && i < s->plan->n; i++) {
        const struct public_entry *e = &s->plan->entry[i];
        if (!hash_eq(&e->entry.id, &h->freeze))
            continue;
        site_id(freeze, "id", &h->freeze);
        site_text(freeze, "href", e->path.at);
        json_object_set(one, "freeze", freeze);
    }
    json_decref(freeze);
}

static bool put_guess(const struct site *s, const struct public_entry *e, json_t *list,
                      struct err *err)
{
    struct hypothesis h;
    if (!hypothesise_load(s->record, &e->entry.id, s->arena, &h, err))
        return false;
    json_t *one = json_object();
    const struct public_entry *last = last_training(s, &h.id);
    json_t *trained = last ? training(s, last) : NULL;
    json_t *found = json_array();
    json_object_set_new(one, "results", found);
    json_array_append_new(list, one);
    if (trained)
        json_object_set_new(one, "training", trained);
    if (!results(s, &h, found, err))
        return false;
    site_text(one, "text", h.text.at);
    site_text(one, "mark", hypothesise_sentence(&h, s->arena).at);
    site_text(one, "stop", h.stop.at);
    site_text(one, "unit", h.unit.at);
    site_text(one, "href", e->path.at);
    site_text(one, "guess_href", e->path.at);
    json_object_set_new(one, "least_units", json_integer((json_int_t)h.least_units));
    json_object_set_new(one, "world", json_boolean(!h.about_model));
    json_object_set_new(one, "no_result", json_boolean(json_array_size(found) == 0));
    if (last && last->blob[0].file.at[0] && !site_model(s, &last->entry, trained, err))
        return false;
    put_freeze(s, one, &h);
    json_object_set_new(one, "no_freeze", json_boolean(!h.frozen));
    return true;
}

bool site_guesses(const struct site *s, json_t *out, struct err *err)
{
    json_t *list = json_array();
    json_object_set_new(out, "guesses", list);
    for (size_t i = 0; i < s->plan->n; i++)
        if (site_is(&s->plan->entry[i], "hypothesis") &&
            !put_guess(s, &s->plan->entry[i], list, err))
            return false;
    return true;
}

/* --- what it took ------------------------------------------------------------------------- */

static void put_method(json_t *object, enum meter_method method)
{
    if (method != METER_NONE)
        site_text(object, "method", meter_words(method));
}

void site_costs(const struct site *s, json_t *out)
{
    json_t *list = json_array();
    for (size_t i = 0; i < s->plan->n; i++) {
        const struct public_entry *e = &s->plan->entry[i];
        struct cost cost;
        bool trained = site_is(e, "training");
        if (!(trained || site_is(e, "verdict")) ||
            !cost_of_json(json_object_get(e->entry.body, "cost"), &cost))
            continue;
        json_t *one = json_object();
        site_text(one, "act", trained ? _("training") : _("looking at the result"));
        put_short(one, "cpu", (double)cost.cpu_ms / 1000);
        if (cost.method != METER_NONE)
            put_short(one, "joules", (double)cost.energy_mj / 1000);
        put_method(one, cost.method);
        json_object_set_new(one, "unmeasured", json_boolean(cost.method == METER_NONE));
        site_text(one, "href", e->path.at);
        json_array_append_new(list, one);
    }
    json_object_set_new(out, "costs", list);
}
