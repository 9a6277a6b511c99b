/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What it took, for the page: for the earth, for people, for what is known. Sums are those that
 * ledger_read gives to readers outside; beside them stands each act and booking that is public,
 * with its entry, so that anybody can add them up again. */
#include <string.h>

#include "ledger/ledger.h"
#include "publish/site_int.h"

static void put_count(json_t *object, const char *key, uint64_t n)
{
    json_object_set_new(object, key, json_integer((json_int_t)n));
}

/* A number of thousandths. Always there, because a template looks for an absent name in what
 * surrounds it; 0 is false to it. */
static void put_thousandths(json_t *object, const char *key, uint64_t value)
{
    json_object_set_new(object, key, json_integer(0));
    if (value)
        site_short(object, key, (double)value / 1000);
}

static const char *act_words(struct str act)
{
    return str_eq(act, STR("training")) ? _("training") : _("looking at the result");
}

/* --- for the earth ------------------------------------------------------------------------ */

/* Each act that computed. */
static json_t *acts(const struct site *s)
{
    json_t *list = json_array();
    for (size_t i = 0; i < s->plan->n; i++) {
        const struct public_entry *e = &s->plan->entry[i];
        struct cost cost;
        if (!(site_is(e, "training") || site_is(e, "verdict")) ||
            !cost_of_json(json_object_get(e->entry.body, "cost"), &cost))
            continue;
        json_t *one = json_object();
        bool known = cost.method != METER_NONE;
        site_text(one, "act", act_words(str_of(e->entry.header.kind)));
        site_short(one, "cpu", (double)cost.cpu_ms / 1000);
        json_object_set_new(one, "known", json_boolean(known));
        json_object_set_new(one, "unmeasured", json_boolean(!known));
        if (known) {
            site_short(one, "low", (double)cost.low_mj / 1000);
            site_short(one, "high", (double)cost.high_mj / 1000);
            site_text(one, "method", meter_words(cost.method));
        }
        site_text(one, "href", e->path.at);
        json_array_append_new(list, one);
    }
    return list;
}

/* What one act gave off, on average; of those whose energy is known. */
static json_t *scores(const struct ledger *l)
{
    json_t *list = json_array();
    for (size_t i = 0; i < l->line_n; i++) {
        struct ledger_score score;
        if (!ledger_score(l, &l->line[i], &score))
            continue;
        double making = score.has_making ? (double)score.making_ug / 1e6 : 0;
        json_t *one = json_object();
        site_text(one, "act", act_words(l->line[i].act));
        site_short(one, "low", (double)score.operation_ug.low / 1e6 + making);
        site_short(one, "high", (double)score.operation_ug.high / 1e6 + making);
        json_object_set_new(one, "making", json_null());
        if (score.has_making) {
            site_short(one, "making", making);
            site_text(one, "source", _(l->computer->source));
        }
        json_object_set_new(one, "no_score", json_boolean(!score.has_making));
        json_array_append_new(list, one);
    }
    return list;
}

static json_t *travel(const struct ledger_account *a)
{
    json_t *list = json_array();
    for (size_t i = 0; i < a->travel_n; i++) {
        const struct ledger_travel *t = &a->travel[i];
        json_t *one = json_object();
        json_t *co2 = json_null();
        site_text(one, "means", ledger_means_words(t->means));
        put_count(one, "trips", t->trips);
        put_thousandths(one, "km", t->metres);
        if (t->factor) {
            co2 = json_object();
            put_thousandths(co2, "low", t->grams.low);
            put_thousandths(co2, "high", t->grams.high);
            site_text(co2, "scope", ledger_scope_words(t->factor->scope));
            site_text(co2, "source", _(t->factor->source));
        }
        json_object_set_new(one, "co2", co2);
        json_array_append_new(list, one);
    }
    return list;
}

static json_t *account(const struct ledger_account *a)
{
    json_t *one = json_object();
    json_object_set_new(one, "travel", travel(a));
    put_thousandths(one, "kg", a->grams);
    put_thousandths(one, "euros", a->cents * 10);
    return one;
}

static void put_booking(const struct booking *b, json_t *one)
{
    bool is_travel = strcmp(b->what, "travel") == 0;
    json_object_set_new(one, "said", json_string(b->text ? b->text : ""));
    json_object_set_new(one, "means", json_null());
    json_object_set_new(one, "got", json_null());
    if (is_travel)
        site_text(one, "means", ledger_means_words(b->means));
    if (b->got)
        site_text(one, "got", ledger_got_words(b->got));
    put_thousandths(one, "km", b->metres);
    put_thousandths(one, "kg", b->grams);
    put_thousandths(one, "euros", b->cents * 10);
    put_count(one, "riders", is_travel ? b->people : 0);
    put_count(one, "often", b->times > 1 ? b->times : 0);
    put_count(one, "built", b->year);
    json_object_set_new(one, "making", json_null());
    if (b->embodied_g && b->life_years && b->minutes) {
        site_short(one, "making",
                   (double)sci_making_ug(b->embodied_g, b->minutes * 60000, b->life_years) / 1e9);
        site_text(one, "source", b->source);
    }
    json_object_set_new(one, "yearly", json_boolean(b->yearly));
}

/* Each booking by itself; notes apart. */
static void put_bookings(const struct site *s, json_t *out)
{
    json_t *bookings = json_array();
    json_t *notes = json_array();
    for (size_t i = 0; i < s->plan->n; i++) {
        const struct public_entry *e = &s->plan->entry[i];
        struct booking b;
        if (!site_is(e, "booking"))
            continue;
        json_t *one = json_object();
        booking_read(e->entry.body, s->arena, &b);
        put_booking(&b, one);
        site_text(one, "href", e->path.at);
        json_array_append_new(strcmp(b.what, "note") == 0 ? notes : bookings, one);
    }
    json_object_set_new(out, "no_bookings", json_boolean(json_array_size(bookings) == 0));
    json_object_set_new(out, "bookings", bookings);
    json_object_set_new(out, "notes", notes);
}

/* Computing beside a car and beside somebody else's large model. */
static void put_proportions(const struct ledger *l, json_t *out)
{
    const struct travel_factor *car = travel_factor_of("car");
    struct span prompt = prompt_mj();
    json_t *by_car = json_null();
    json_t *large = json_null();
    if (l->energy.known && l->energy.high_mj) {
        by_car = json_object();
        site_short(by_car, "low", (double)l->energy.low_mj / 1000 / (double)car->kj_per_km.high);
        site_short(by_car, "high", (double)l->energy.high_mj / 1000 / (double)car->kj_per_km.low);
        bool tiny = l->energy.high_mj < car->kj_per_km.low; /* J a metre, mJ a millimetre */
        json_object_set_new(by_car, "tiny", json_boolean(tiny));
        json_object_set_new(by_car, "plain", json_boolean(!tiny));
        site_text(by_car, "source", _(car->source));
    }
    if (l->rows_judged) {
        large = json_object();
        put_count(large, "rows", l->rows_judged);
        site_short(large, "low", (double)l->rows_judged * (double)prompt.low / 1e6);
        site_short(large, "high", (double)l->rows_judged * (double)prompt.high / 1e6);
        site_text(large, "source", _(prompt_source));
    }
    json_object_set_new(out, "by_car", by_car);
    json_object_set_new(out, "large", large);
}

static void put_energy(const struct ledger *l, json_t *out)
{
    json_t *energy = json_object();
    json_t *grid = json_null();
    bool known = l->energy.known > 0;
    put_count(energy, "acts", l->energy.acts);
    put_count(energy, "measured", l->energy.known);
    site_short(energy, "cpu", (double)l->energy.cpu_ms / 1000);
    if (known) {
        site_short(energy, "low", (double)l->energy.low_mj / 1000);
        site_short(energy, "high", (double)l->energy.high_mj / 1000);
        grid = json_object();
        put_count(grid, "grams", l->grid.g_per_kwh);
        site_text(grid, "place", l->grid.place);
        put_count(grid, "year", l->grid.year);
        site_text(grid, "scope", ledger_scope_words(l->grid.scope));
        site_text(grid, "source", _(l->grid.source));
        json_object_set_new(grid, "assumed", json_boolean(!l->grid_stated));
    }
    json_object_set_new(energy, "unmeasured", json_boolean(!known));
    json_object_set_new(out, "no_energy", json_boolean(l->energy.acts == 0));
    json_object_set_new(out, "energy", l->energy.acts ? json_incref(energy) : json_null());
    json_decref(energy);
    json_object_set_new(out, "grid", grid);
}

/* --- for people --------------------------------------------------------------------------- */

static void put_hours(const struct ledger_hours *h, json_t *out)
{
    json_t *phases = json_array();
    json_object_set_new(out, "hours", json_null());
    if (h->minutes)
        site_short(out, "hours", (double)h->minutes / 60);
    for (size_t i = 0; i < LEDGER_PHASES; i++) {
        if (!h->of_phase[i])
            continue;
        json_t *one = json_object();
        site_text(one, "phase", ledger_phase_words(i));
        site_short(one, "hours", (double)h->of_phase[i] / 60);
        json_array_append_new(phases, one);
    }
    json_object_set_new(out, "hours_of", phases);
}

/* Where fewer than half of the members took a position. */
static json_t *few(const struct site *s, const struct ledger *l)
{
    json_t *list = json_array();
    for (size_t i = 0; i < s->plan->n; i++) {
        const struct public_entry *e = &s->plan->entry[i];
        for (size_t k = 0; site_is(e, "decision") && k < l->decision_n; k++)
            if (hash_eq(&l->decision[k].id, &e->entry.id) &&
                2 * l->decision[k].positions < l->people)
                json_array_append_new(list, json_pack("{s:I,s:s}", "positions",
                                                      (json_int_t)l->decision[k].positions, "href",
                                                      e->path.at));
    }
    return list;
}

static void put_people(const struct site *s, const struct ledger *l, json_t *out)
{
    json_t *phases = json_array();
    json_t *credit = json_array();
    for (size_t i = 0; i < LEDGER_PHASES; i++) {
        json_t *one = json_object();
        site_text(one, "phase", ledger_phase_words(i));
        put_count(one, "n", l->phase_people[i]);
        json_array_append_new(phases, one);
    }
    for (size_t i = 0; i < l->credit_n; i++)
        json_array_append_new(
            credit, json_pack("{s:s,s:s}", "name", l->credit[i].name, "roles", l->credit[i].roles));
    put_count(out, "members", l->people);
    json_object_set_new(out, "phases", phases);
    json_object_set_new(out, "few", few(s, l));
    json_object_set_new(out, "credit", credit);
    put_hours(&l->hours, out);
}

/* --- for what is known -------------------------------------------------------------------- */

static void put_known(const struct ledger *l, json_t *out)
{
    json_t *licences = json_array();
    for (size_t i = 0; i < l->licence_n; i++)
        json_array_append_new(licences, json_pack("{s:s,s:I}", "under", l->licence[i].licence, "n",
                                                  (json_int_t)l->licence[i].entries));
    json_object_set_new(out, "licences", licences);
    put_count(out, "all", l->entries);
    put_count(out, "may_go_out", l->open);
    put_count(out, "may_train", l->may_train);
    put_count(out, "taken", l->withdrawn);
    put_count(out, "taken_rows", l->withdrawn_rows);
}

bool site_ledger(const struct site *s, json_t *out, struct err *err)
{
    struct ledger l;
    json_t *ledger = json_object();
    json_object_set_new(out, "ledger", ledger);
    if (!ledger_read(s->record, LEDGER_FOR_ALL, s->arena, &l, err))
        return false;
    json_object_set_new(ledger, "costs", acts(s));
    put_energy(&l, ledger);
    json_object_set_new(ledger, "scores", scores(&l));
    json_object_set_new(ledger, "so_far", account(&l.so_far));
    json_object_set_new(ledger, "a_year", l.a_year.bookings ? account(&l.a_year) : json_null());
    json_object_set_new(ledger, "no_year", json_boolean(l.a_year.bookings == 0));
    put_bookings(s, ledger);
    put_proportions(&l, ledger);
    put_people(s, &l, ledger);
    put_known(&l, ledger);
    return true;
}
