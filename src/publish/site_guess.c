/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Guesses, steps, results and costs, as the page tells them. */
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "evaluate/evaluate.h"
#include "publish/site_ask.h"

/* --- numbers ------------------------------------------------------------------------------ */

void site_value(json_t *object, const char *key, double value)
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

void site_short(json_t *object, const char *key, double value)
{
    site_value(object, key, value);
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
    site_value(object, key, num_double(value));
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

/* The training whose model a verdict is about; NULL: none, or not public. */
static const struct public_entry *judged(const struct site *s, const struct public_entry *verdict)
{
    const struct public_entry *opening = site_named(s, verdict->entry.body, "opening");
    const struct public_entry *training =
        opening ? site_named(s, opening->entry.body, "training") : NULL;
    return training && site_is(training, "training") ? training : NULL;
}

/* The training to be shown: the one that was judged last, else the last one; NULL if there is none
 * in public. */
static const struct public_entry *shown_training(const struct site *s,
                                                 const struct hash *hypothesis)
{
    const struct public_entry *last = NULL;
    const struct public_entry *looked_at = NULL;
    for (size_t i = 0; i < s->plan->n; i++) {
        const struct public_entry *e = &s->plan->entry[i];
        if (site_is(e, "training") && site_about(e, "hypothesis", hypothesis))
            last = e;
        if (site_is(e, "verdict") && site_about(e, "hypothesis", hypothesis) && judged(s, e))
            looked_at = judged(s, e);
    }
    return looked_at ? looked_at : last;
}

/* Where the card of a model lies, in the language of the page: beside it, with its name. */
static const char *card_path(const struct site *s, const char *model)
{
    size_t stem = strlen(model) - (*model ? strlen(".model") : 0);
    const char *tail = lang_get() == LANG_DE ? "_de.md" : ".md";
    return arena_printf(s->arena, "%.*s%s", (int)stem, model, tail);
}

/* Was the step without AI as good as any that was tried above it? */
static bool needs_none(const json_t *body)
{
    const json_t *all = json_object_get(body, "steps");
    size_t chosen = (size_t)json_integer_value(json_object_get(body, "chosen"));
    const json_t *step = json_array_get(all, chosen);
    return json_array_size(all) > 1 && json_is_object(json_object_get(step, "cv")) &&
           json_integer_value(json_object_get(step, "rung")) == 0;
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
    json_object_set_new(one, "needs_none", json_boolean(needs_none(body)));
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
    site_text(one, "card", card_path(s, last->blob[0].file.at));
    json_object_set_new(one, "no_model", json_boolean(!last->blob[0].file.at[0]));
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
    site_value(out, "threshold", mark);
    site_chart(out, title, rows, &mark);
}

/* A share as people count it: of 20, so many. */
static void put_of_twenty(const struct site *s, json_t *out, const char *key, const json_t *body,
                          const char *name)
{
    double share;
    const char *text = json_text(body, name);
    struct decimal value;
    json_object_set_new(out, key, json_null());
    if (!text || num_decimal(str_of(text), '.', &value) != NUM_OK)
        return;
    share = num_double(value);
    if (share >= 0 && share <= 1) /* as a text, so that a template finds a nought, too */
        site_text(out, key, arena_printf(s->arena, "%d", (int)(share * 20 + 0.5)));
}

/* "twenty": found, low, high and without a model, of 20; only where the measure is a share. */
static void put_twenty(const struct site *s, json_t *out, const json_t *body,
                       const struct hypothesis *h)
{
    bool share = h->about_model ? h->metric == METRIC_ACCURACY : h->measure == WORLD_SHARE;
    json_t *twenty = json_object();
    put_of_twenty(s, twenty, "found", body, "value");
    put_of_twenty(s, twenty, "least", body, "low");
    put_of_twenty(s, twenty, "most", body, "high");
    put_of_twenty(s, twenty, "otherwise", body, "baseline");
    bool known = json_is_string(json_object_get(twenty, "found")) &&
                 json_is_string(json_object_get(twenty, "least")) &&
                 json_is_string(json_object_get(twenty, "most"));
    json_object_set_new(out, "twenty", share && known ? json_incref(twenty) : json_null());
    json_decref(twenty);
}

/* Does the range reach down to what is possible without a model? */
static bool may_need_no_ai(const json_t *body, const struct hypothesis *h)
{
    const char *low = json_text(body, "low");
    const char *without = json_text(body, "baseline");
    struct decimal a;
    struct decimal b;
    return h->about_model && metric_larger_is_better(h->metric) && low && without &&
           num_decimal(str_of(low), '.', &a) == NUM_OK &&
           num_decimal(str_of(without), '.', &b) == NUM_OK && num_double(a) <= num_double(b);
}

/* In how many of 100 cases such a range is right. */
static void put_sure(json_t *out, const json_t *body)
{
    const char *text = json_text(body, "confidence");
    struct decimal value;
    json_object_set_new(out, "sure", json_null());
    if (text && num_decimal(str_of(text), '.', &value) == NUM_OK)
        site_short(out, "sure", num_double(value) * 100);
}

/* How well people agree about the same things. */
static void put_humans(json_t *out, const json_t *body)
{
    const json_t *people = json_object_get(body, "people");
    json_t *one = json_object();
    bool known = site_number(one, "value", people, "value") &&
                 site_number(one, "low", people, "low") && site_number(one, "high", people, "high");
    put_int(one, "answers", people, "answers");
    json_object_set_new(out, "humans", known ? json_incref(one) : json_null());
    json_decref(one);
}

/* Were data of this table taken back after an entry? Whose table is gone may have been of it. */
static bool taken_since(const struct site *s, const struct public_entry *e, struct str table)
{
    for (const struct public_entry *after = e + 1; after < s->plan->entry + s->plan->n; after++) {
        struct hash id;
        if (!site_is(after, "withdrawal") || (!body_read_id(after->entry.body, "batch", &id) &&
                                              !body_read_id(after->entry.body, "entry", &id)))
            continue;
        for (size_t i = 0; i < s->plan->n; i++) {
            const struct public_entry *gone = &s->plan->entry[i];
            const char *kind = gone->entry.header.kind;
            const char *own = json_text(gone->said ? gone->said : gone->entry.body, "table");
            bool rows = strcmp(kind, "import") == 0 || strcmp(kind, "observation") == 0;
            if (rows && hash_eq(&gone->entry.id, &id) && (!own || str_eq(str_of(own), table)))
                return true;
        }
    }
    return false;
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
    put_twenty(s, one, body, hypothesis);
    put_sure(one, body);
    json_object_set_new(one, "taken_since", json_boolean(taken_since(s, e, hypothesis->table)));
    put_humans(one, body);
    json_object_set_new(one, "no_ai", json_boolean(may_need_no_ai(body, hypothesis)));
    if (site_number(one, "low", body, "low"))
        site_number(one, "high", body, "high");
    site_number(one, "without", body, "baseline");
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

/* of: only those found with the model of this training; NULL: all. */
static bool results(const struct site *s, const struct hypothesis *hypothesis,
                    const struct public_entry *of, json_t *list, struct err *err)
{
    for (size_t i = 0; i < s->plan->n; i++) {
        const struct public_entry *e = &s->plan->entry[i];
        BUG_IF(!e);
        if (!site_is(e, "verdict") || !site_about(e, "hypothesis", &hypothesis->id) ||
            (of && judged(s, e) != of))
            continue;
        json_t *one = result(s, e, hypothesis);
        json_array_append_new(list, one);
        if (!site_report(s, one, e->entry.body, err) || !site_minutes(s, &e->entry.id, one, err))
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
        site_text(freeze, "short_id", arena_printf(s->arena, "%.16s", hash_hex(&h->freeze).at));
        site_text(freeze, "href", e->path.at);
        json_object_set(one, "freeze", freeze);
    }
    json_decref(freeze);
}

/* A guess that stands beside another one says why. */
static void put_amendment(const struct site *s, json_t *one, const struct hypothesis *h)
{
    json_object_set_new(one, "amendment", json_null());
    for (size_t i = 0; h->is_amendment && i < s->plan->n; i++)
        if (hash_eq(&s->plan->entry[i].entry.id, &h->amends))
            json_object_set_new(one, "amendment",
                                json_pack("{s:s#,s:s}", "why", h->reason.n ? h->reason.at : "",
                                          h->reason.n, "href", s->plan->entry[i].path.at));
}

/* of: the training it is told for; NULL: all that is known of the guess. */
static bool put_guess(const struct site *s, const struct public_entry *e,
                      const struct public_entry *of, json_t *one, struct err *err)
{
    struct hypothesis h;
    if (!hypothesise_load(s->record, &e->entry.id, s->arena, &h, err))
        return false;
    const struct public_entry *shown = of ? of : shown_training(s, &h.id);
    json_t *trained = shown ? training(s, shown) : NULL;
    json_t *found = json_array();
    json_object_set_new(one, "results", found);
    if (trained)
        json_object_set_new(one, "training", trained);
    if (!results(s, &h, of, found, err))
        return false;
    site_text(one, "text", h.text.at);
    site_text(one, "mark", hypothesise_sentence(&h, s->arena).at);
    site_text(one, "stop", h.stop.at);
    site_text(one, "unit", h.unit.at);
    put_amendment(s, one, &h);
    site_text(one, "href", e->path.at);
    site_text(one, "guess_href", e->path.at);
    json_object_set_new(one, "least_units", json_integer((json_int_t)h.least_units));
    json_object_set_new(one, "about_model", json_boolean(h.about_model));
    json_object_set_new(one, "no_result", json_boolean(json_array_size(found) == 0));
    if (shown && shown->blob[0].file.at[0] && !site_model(s, &shown->entry, trained, err))
        return false;
    put_freeze(s, one, &h);
    json_object_set_new(one, "no_freeze", json_boolean(!h.frozen));
    return true;
}

bool site_guesses(const struct site *s, json_t *out, struct err *err)
{
    json_t *list = json_array();
    json_object_set_new(out, "guesses", list);
    for (size_t i = 0; i < s->plan->n; i++) {
        json_t *one;
        if (!site_is(&s->plan->entry[i], "hypothesis"))
            continue;
        one = json_object();
        json_array_append_new(list, one);
        if (!put_guess(s, &s->plan->entry[i], NULL, one, err))
            return false;
    }
    return true;
}

bool site_guess_of(const struct site *s, const struct public_entry *training, json_t *out,
                   struct err *err)
{
    const struct public_entry *guess = site_named(s, training->entry.body, "hypothesis");
    return !guess || !site_is(guess, "hypothesis") || put_guess(s, guess, training, out, err);
}
