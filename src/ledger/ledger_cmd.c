/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What it took, in three parts: for the earth, for people, for what is known. */
#include "ledger/ledger_cmd.h"

#include <string.h>

#include "base/clock.h"
#include "cli/cli.h"
#include "ledger/ledger.h"
#include "record/member.h"

static const char *act_words(struct str act)
{
    if (str_eq(act, STR("training")))
        return _("training");
    if (str_eq(act, STR("verdict")))
        return _("evaluation");
    return _("other");
}

/* A number with so many digits that mean something, never as 2.7e+05. */
static const char *plain(struct cli *cli, double value, int digits)
{
    double limit = 1;
    double unit = 1;
    for (int i = 0; i < digits; i++)
        limit *= 10;
    if (!(value >= limit) || value > 1e18)
        return cli_number(cli, value, digits);
    while (value / unit >= limit)
        unit *= 10;
    uint64_t rounded = (uint64_t)(value / unit + 0.5) * (uint64_t)unit;
    return arena_printf(&cli->arena, "%llu", (unsigned long long)rounded);
}

/* A number of thousandths, three digits of it. */
static const char *thousandths(struct cli *cli, uint64_t value)
{
    return plain(cli, (double)value / 1000, 3);
}

/* --- for the earth ------------------------------------------------------------------------ */

/* "rapl,estimate" in words. */
static const char *methods_words(struct cli *cli, struct str methods)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    struct str one;
    while (str_cut(&methods, ',', &one))
        buf_printf(&text, "%s%s", text.n ? "; " : "", meter_words(meter_method_of(one)));
    return arena_copy(&cli->arena, buf_view(&text));
}

static void say_line(struct cli *cli, const struct ledger_line *line)
{
    cli_say(cli, _("%s: %llu times, %llu.%03llu CPU seconds, "), act_words(line->act),
            (unsigned long long)line->acts, (unsigned long long)(line->cpu_ms / 1000),
            (unsigned long long)(line->cpu_ms % 1000));
    if (line->energy_known == 0)
        cli_say(cli, _("energy not measured\n"));
    else
        cli_say(cli, _("%s to %s joules in %llu of them (%s)\n"), thousandths(cli, line->low_mj),
                thousandths(cli, line->high_mj), (unsigned long long)line->energy_known,
                methods_words(cli, line->method));
}

static void say_grid(struct cli *cli, const struct ledger *l)
{
    cli_say(cli, _("Electricity: %llu g CO2 a kilowatt hour (%s, %llu, %s; %s).\n"),
            (unsigned long long)l->grid.g_per_kwh, l->grid.place, (unsigned long long)l->grid.year,
            ledger_scope_words(l->grid.scope), _(l->grid.source));
    if (!l->grid_stated)
        cli_say(cli, _("Nobody has said where it comes from, so this is Germany's; to say it: "
                       "allmende ledger add grid FR\n"));
}

/* So many millionths of a gram, in the unit that needs no long row of zeros. */
static const char *weight(struct cli *cli, double low_ug, double high_ug)
{
    if (high_ug < 1000)
        return arena_printf(&cli->arena, _("%s to %s millionths of a gram"), plain(cli, low_ug, 3),
                            plain(cli, high_ug, 3));
    return arena_printf(&cli->arena, _("%s to %s g"), plain(cli, low_ug / 1e6, 3),
                        plain(cli, high_ug / 1e6, 3));
}

static void say_score(struct cli *cli, const struct ledger *l, const struct ledger_line *line)
{
    struct ledger_score s;
    if (!ledger_score(l, line, &s))
        return;
    double low = (double)s.operation_ug.low;
    double high = (double)s.operation_ug.high;
    double making = (double)s.making_ug;
    if (s.has_making)
        cli_say(cli, _("SCI score of one %s: %s CO2, of it %s g for making the computer (%s).\n"),
                act_words(line->act), weight(cli, low + making, high + making),
                plain(cli, making / 1e6, 3), l->computer->source);
    else
        cli_say(cli,
                _("Electricity of one %s: %s CO2. No SCI score: what making the computer cost is "
                  "not booked (allmende ledger add device TEXT --computer --embodied-kg KG "
                  "--life-years N --source TEXT).\n"),
                act_words(line->act), weight(cli, low, high));
}

static void say_travel(struct cli *cli, const struct ledger_travel *t)
{
    cli_say(cli, _("%s: %llu trips, %s km"), ledger_means_words(t->means),
            (unsigned long long)t->trips, thousandths(cli, t->metres));
    if (!t->factor)
        cli_say(cli, _("; no figure with a source for its CO2\n"));
    else
        cli_say(cli, _("; %s to %s kg CO2 (%s; %s)\n"), thousandths(cli, t->grams.low),
                thousandths(cli, t->grams.high), ledger_scope_words(t->factor->scope),
                _(t->factor->source));
}

static void say_device(struct cli *cli, const struct booking *d, uint64_t this_year)
{
    cli_say(cli, _("Device: %s, %s"), d->text, ledger_got_words(d->got));
    if (d->year && d->year <= this_year)
        cli_say(cli, _(", %llu years old"), (unsigned long long)(this_year - d->year));
    if (d->embodied_g && d->life_years && d->minutes)
        cli_say(cli, _("; its share of the making: %s kg CO2 of %s (%s)"),
                plain(cli,
                      (double)sci_making_ug(d->embodied_g, d->minutes * 60000, d->life_years) / 1e9,
                      3),
                thousandths(cli, d->embodied_g), d->source);
    cli_say(cli, "\n");
}

/* The same questions put to somebody else's large model. */
static void say_large_model(struct cli *cli, const struct ledger *l)
{
    struct span prompt = prompt_mj();
    if (l->rows_judged)
        cli_say(cli,
                _("To ask a large language model once for each of the %llu rows that a model "
                  "answered would take %s to %s million joules in its data centre (%s).\n"),
                (unsigned long long)l->rows_judged,
                plain(cli, (double)l->rows_judged * (double)prompt.low / 1e9, 3),
                plain(cli, (double)l->rows_judged * (double)prompt.high / 1e9, 3),
                _(prompt_source));
}

/* What all computing took, as a way by car. */
static void say_car(struct cli *cli, const struct ledger *l, const struct travel_factor *car)
{
    double low_m = (double)l->energy.low_mj / 1000 / (double)car->kj_per_km.high;
    double high_m = (double)l->energy.high_mj / 1000 / (double)car->kj_per_km.low;
    double unit = high_m < 1 ? 1000 : 1;
    cli_say(cli,
            high_m < 1 ? _("All computing whose energy is known took as much as %s to %s "
                           "millimetres by car (%s).\n")
                       : _("All computing whose energy is known took as much as %s to %s metres by "
                           "car (%s).\n"),
            plain(cli, unit * low_m, 2), plain(cli, unit * high_m, 2), _(car->source));
}

/* … and in requests to a large model. */
static void say_requests(struct cli *cli, const struct ledger *l)
{
    struct span prompt = prompt_mj();
    double low = (double)l->energy.low_mj;
    double high = (double)l->energy.high_mj;
    if (low > 0 && high < (double)prompt.low)
        cli_say(cli,
                _("One request to a large language model takes %s to %s times as much in its data "
                  "centre (%s).\n"),
                plain(cli, (double)prompt.low / high, 2), plain(cli, (double)prompt.high / low, 2),
                _(prompt_source));
    else
        cli_say(cli,
                _("That is as much as %s to %s requests to a large language model take in its "
                  "data centre (%s).\n"),
                plain(cli, low / (double)prompt.high, 2), plain(cli, high / (double)prompt.low, 2),
                _(prompt_source));
}

/* Computing beside what people drove, and beside somebody else's large model. */
static void say_proportion(struct cli *cli, const struct ledger *l)
{
    const struct travel_factor *car = travel_factor_of("car");
    if (l->energy.known == 0) {
        cli_say(cli,
                _("A car takes %s to %s million joules a kilometre (%s). To see computing beside "
                  "it, train with --watts LOW,HIGH or --meter METER.\n"),
                thousandths(cli, car->kj_per_km.low), thousandths(cli, car->kj_per_km.high),
                _(car->source));
        return;
    }
    say_car(cli, l, car);
    say_requests(cli, l);
    for (size_t i = 0; i < l->so_far.travel_n; i++) {
        const struct ledger_travel *t = &l->so_far.travel[i];
        double times = (double)t->kj.low * 1e6 / (double)l->energy.high_mj;
        if (!t->kj.low || !l->energy.high_mj)
            continue;
        if (times >= 1e6)
            cli_say(cli, _("The way by %s took %s million times as much energy or more.\n"),
                    ledger_means_words(t->means), plain(cli, times / 1e6, 2));
        else
            cli_say(cli, _("The way by %s took %s times as much energy or more.\n"),
                    ledger_means_words(t->means), plain(cli, times, 2));
    }
}

static void say_account(struct cli *cli, const struct ledger_account *a)
{
    for (size_t i = 0; i < a->travel_n; i++)
        say_travel(cli, &a->travel[i]);
    if (a->grams)
        cli_say(cli, _("Material: %s kg\n"), thousandths(cli, a->grams));
    if (a->cents)
        cli_say(cli, _("Money: %llu.%02llu euros\n"), (unsigned long long)(a->cents / 100),
                (unsigned long long)(a->cents % 100));
}

/* One sort of material, or a plan of it. */
static void say_material(struct cli *cli, const struct booking *b)
{
    cli_say(cli, "  %s", b->text);
    if (b->times > 1)
        cli_say(cli, _(", %llu times"), (unsigned long long)b->times);
    if (b->grams)
        cli_say(cli, _(", %s kg each time"), thousandths(cli, b->grams));
    cli_say(cli, b->yearly ? _(" (planned, a year)\n") : "\n");
}

static void say_earth(struct cli *cli, const struct ledger *l, uint64_t this_year)
{
    cli_say(cli, _("For the earth\n"));
    for (size_t i = 0; i < l->line_n; i++)
        say_line(cli, &l->line[i]);
    if (l->line_n == 0)
        cli_say(cli, _("Nothing was trained or evaluated yet, so nothing was booked.\n"));
    if (l->energy.known)
        say_grid(cli, l);
    for (size_t i = 0; i < l->line_n; i++)
        say_score(cli, l, &l->line[i]);
    for (size_t i = 0; i < l->device_n; i++)
        say_device(cli, &l->device[i], this_year);
    say_account(cli, &l->so_far);
    for (size_t i = 0; i < l->material_n; i++)
        say_material(cli, &l->material[i]);
    say_proportion(cli, l);
    say_large_model(cli, l);
    cli_say(cli, _("Stored: %s million bytes.\n"), plain(cli, (double)l->bytes / 1e6, 3));
    if (l->a_year.bookings) {
        cli_say(cli, _("A year of going on takes, by what people planned:\n"));
        say_account(cli, &l->a_year);
    } else
        cli_say(cli, _("Nobody has said what a year of going on takes: allmende ledger add travel "
                       "40 --by train --times 12 --yearly\n"));
}

/* --- for people --------------------------------------------------------------------------- */

static void say_hours(struct cli *cli, const struct ledger_hours *h)
{
    switch (h->shown) {
    case HOURS_NONE:
        cli_say(cli, _("Nobody has booked hours; that is voluntary.\n"));
        break;
    case HOURS_HIDDEN:
        cli_say(cli,
                _("Hours were booked by fewer than %d people; a sum would tell about a "
                  "single one, so it is not shown.\n"),
                HOURS_TOTAL_PEOPLE);
        break;
    case HOURS_TOTAL:
        cli_say(cli, _("Hours: %s in all. By phase they are shown from %d people on.\n"),
                plain(cli, (double)h->minutes / 60, 3), HOURS_PHASE_PEOPLE);
        break;
    case HOURS_PHASES:
        cli_say(cli, _("Hours: %s in all.\n"), plain(cli, (double)h->minutes / 60, 3));
        for (size_t i = 0; i < LEDGER_PHASES; i++)
            if (h->of_phase[i])
                cli_say(cli, _("  %s: %s hours\n"), ledger_phase_words(i),
                        plain(cli, (double)h->of_phase[i] / 60, 3));
        break;
    }
}

/* Few decided for many: fewer than half of the members took a position. */
static bool few_decided(const struct ledger *l, const struct ledger_decision *d)
{
    return 2 * d->positions < l->people;
}

static void say_people(struct cli *cli, const struct ledger *l)
{
    cli_say(cli, _("\nFor people\n"));
    cli_say(cli, _("%llu people take part.\n"), (unsigned long long)l->people);
    for (size_t i = 0; i < LEDGER_PHASES; i++)
        if (l->phase_people[i])
            cli_say(cli, _("  %s: %llu of them\n"), ledger_phase_words(i),
                    (unsigned long long)l->phase_people[i]);
    for (size_t i = 0; i < l->decision_n; i++)
        if (few_decided(l, &l->decision[i]))
            cli_say(cli,
                    _("Few decided for many: %llu of %llu took a position before the decision "
                      "%.8s.\n"),
                    (unsigned long long)l->decision[i].positions, (unsigned long long)l->people,
                    hash_hex(&l->decision[i].id).at);
    say_hours(cli, &l->hours);
    for (size_t i = 0; i < l->role_n; i++)
        cli_say(cli, _("Credit: %s, %llu people\n"), l->role[i].role,
                (unsigned long long)l->role[i].people);
    for (size_t i = 0; i < l->credit_n; i++)
        cli_say(cli, _("Credit to %s: %s\n"), l->credit[i].name, l->credit[i].roles);
    if (l->role_n == 0)
        cli_say(cli, _("Nobody has chosen how to be credited yet: allmende help ledger add\n"));
}

/* --- for what is known -------------------------------------------------------------------- */

static void say_known(struct cli *cli, const struct ledger *l, const struct project_info *info)
{
    cli_say(cli, _("\nFor what is known\n"));
    cli_say(cli, _("Licence of the project: %.*s. Permission: %.*s.\n"), STR_ARG(info->licence),
            STR_ARG(info->permission));
    cli_say(cli, _("Open: %llu of %llu entries may be published; %llu may not.\n"),
            (unsigned long long)l->open, (unsigned long long)l->entries,
            (unsigned long long)(l->entries - l->open));
    cli_say(cli, _("Others may train with %llu of them.\n"), (unsigned long long)l->may_train);
    for (size_t i = 0; i < l->licence_n; i++)
        cli_say(cli, _("  %s: %llu entries\n"), l->licence[i].licence,
                (unsigned long long)l->licence[i].entries);
    cli_say(cli, _("Taken back: %llu entries, %llu rows of tables.\n"),
            (unsigned long long)l->withdrawn, (unsigned long long)l->withdrawn_rows);
    for (size_t i = 0; i < l->note_n; i++)
        cli_say(cli, _("Note: %s\n"), l->note[i].text);
}

/* --- JSON --------------------------------------------------------------------------------- */

static void put_int(json_t *object, const char *key, uint64_t value)
{
    json_object_set_new(object, key, json_integer((json_int_t)value));
}

/* "key":[low,high], null where it is not known. */
static void put_span(json_t *object, const char *key, struct span span, bool known)
{
    json_object_set_new(object, key,
                        known ? json_pack("[I,I]", (json_int_t)span.low, (json_int_t)span.high)
                              : json_null());
}

static void put_text(json_t *object, const char *key, const char *text)
{
    json_object_set_new(object, key, text ? json_string(text) : json_null());
}

static json_t *line_json(const struct ledger *l, const struct ledger_line *line)
{
    json_t *object = json_object();
    struct ledger_score score;
    bool known = line->energy_known == line->acts;
    json_object_set_new(object, "phase", json_stringn(line->phase.at, line->phase.n));
    json_object_set_new(object, "act", json_stringn(line->act.at, line->act.n));
    put_int(object, "acts", line->acts);
    json_object_set_new(object, "cpu_s", json_real((double)line->cpu_ms / 1000));
    put_int(object, "wall_ms", line->wall_ms);
    json_object_set_new(object, "energy_j",
                        known ? json_real((double)line->energy_mj / 1000) : json_null());
    put_int(object, "energy_known", line->energy_known);
    put_span(object, "energy_mj", (struct span){line->low_mj, line->high_mj},
             line->energy_known > 0);
    json_object_set_new(object, "method", json_stringn(line->method.at, line->method.n));
    if (!ledger_score(l, line, &score))
        return object;
    put_span(object, "operation_ug", score.operation_ug, true);
    json_object_set_new(object, "making_ug",
                        score.has_making ? json_integer((json_int_t)score.making_ug) : json_null());
    put_span(object, "sci_ug",
             (struct span){score.operation_ug.low + score.making_ug,
                           score.operation_ug.high + score.making_ug},
             score.has_making);
    return object;
}

static json_t *account_json(const struct ledger_account *a)
{
    json_t *object = json_object();
    json_t *list = json_array();
    put_int(object, "bookings", a->bookings);
    put_int(object, "grams", a->grams);
    put_int(object, "cents", a->cents);
    json_object_set_new(object, "travel", list);
    for (size_t i = 0; i < a->travel_n; i++) {
        const struct ledger_travel *t = &a->travel[i];
        json_t *one = json_object();
        put_text(one, "means", t->means);
        put_int(one, "trips", t->trips);
        put_int(one, "metres", t->metres);
        put_int(one, "person_metres", t->person_metres);
        put_span(one, "co2_g", t->grams, t->factor != NULL);
        put_span(one, "kj", t->kj, t->kj.high > 0);
        put_text(one, "scope", t->factor ? t->factor->scope : NULL);
        put_text(one, "source", t->factor ? t->factor->source : NULL);
        json_array_append_new(list, one);
    }
    return object;
}

static json_t *devices_json(const struct ledger *l)
{
    json_t *list = json_array();
    for (size_t i = 0; i < l->device_n; i++) {
        const struct booking *d = &l->device[i];
        json_t *one = json_object();
        put_text(one, "text", d->text);
        put_text(one, "got", d->got);
        json_object_set_new(one, "year", d->year ? json_integer((json_int_t)d->year) : json_null());
        json_object_set_new(one, "computer", json_boolean(d->computer));
        json_object_set_new(one, "embodied_g",
                            d->embodied_g ? json_integer((json_int_t)d->embodied_g) : json_null());
        put_text(one, "source", d->source);
        json_array_append_new(list, one);
    }
    return list;
}

static json_t *texts_json(const struct booking *booking, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, json_string(booking[i].text));
    return list;
}

static json_t *earth_json(const struct ledger *l)
{
    json_t *object = json_object();
    json_t *grid = json_object();
    put_text(grid, "place", l->grid.place);
    put_text(grid, "scope", l->grid.scope);
    put_int(grid, "year", l->grid.year);
    put_int(grid, "g_per_kwh", l->grid.g_per_kwh);
    put_text(grid, "source", l->grid.source);
    json_object_set_new(grid, "stated", json_boolean(l->grid_stated));
    json_object_set_new(object, "grid", grid);
    put_int(object, "acts", l->energy.acts);
    put_int(object, "energy_known", l->energy.known);
    put_int(object, "cpu_ms", l->energy.cpu_ms);
    put_span(object, "energy_mj", (struct span){l->energy.low_mj, l->energy.high_mj},
             l->energy.known > 0);
    put_int(object, "rows_judged", l->rows_judged);
    put_span(object, "request_mj", prompt_mj(), true);
    put_text(object, "request_source", prompt_source);
    put_int(object, "bytes", l->bytes);
    json_object_set_new(object, "materials", texts_json(l->material, l->material_n));
    json_object_set_new(object, "devices", devices_json(l));
    json_object_set_new(object, "so_far", account_json(&l->so_far));
    json_object_set_new(object, "a_year", account_json(&l->a_year));
    return object;
}

static json_t *hours_json(const struct ledger_hours *h)
{
    static const char *const shown[] = {"none", "hidden", "total", "phases"};
    json_t *object = json_object();
    json_t *phases = json_object();
    put_text(object, "shown", shown[h->shown]);
    json_object_set_new(object, "minutes",
                        h->shown >= HOURS_TOTAL ? json_integer((json_int_t)h->minutes)
                                                : json_null());
    for (size_t i = 0; i < LEDGER_PHASES && h->shown == HOURS_PHASES; i++)
        put_int(phases, ledger_phase_names[i], h->of_phase[i]);
    json_object_set_new(object, "phases", phases);
    return object;
}

static json_t *people_json(const struct ledger *l)
{
    json_t *object = json_object();
    json_t *phases = json_object();
    json_t *decisions = json_array();
    json_t *roles = json_object();
    json_t *credit = json_array();
    put_int(object, "people", l->people);
    for (size_t i = 0; i < LEDGER_PHASES; i++)
        put_int(phases, ledger_phase_names[i], l->phase_people[i]);
    for (size_t i = 0; i < l->decision_n; i++)
        json_array_append_new(decisions,
                              json_pack("{s:s,s:I,s:b}", "id", hash_hex(&l->decision[i].id).at,
                                        "positions", (json_int_t)l->decision[i].positions, "few",
                                        few_decided(l, &l->decision[i])));
    for (size_t i = 0; i < l->role_n; i++)
        put_int(roles, l->role[i].role, l->role[i].people);
    for (size_t i = 0; i < l->credit_n; i++)
        json_array_append_new(
            credit, json_pack("{s:s,s:s}", "name", l->credit[i].name, "roles", l->credit[i].roles));
    json_object_set_new(object, "phases", phases);
    json_object_set_new(object, "decisions", decisions);
    json_object_set_new(object, "hours", hours_json(&l->hours));
    json_object_set_new(object, "roles", roles);
    json_object_set_new(object, "credit", credit);
    return object;
}

static json_t *known_json(const struct ledger *l, const struct project_info *info)
{
    json_t *object = json_object();
    json_t *licences = json_object();
    json_object_set_new(object, "licence", json_stringn(info->licence.at, info->licence.n));
    json_object_set_new(object, "permission",
                        json_stringn(info->permission.at, info->permission.n));
    put_int(object, "entries", l->entries);
    put_int(object, "open", l->open);
    put_int(object, "may_train", l->may_train);
    put_int(object, "without_permission", l->without_permission);
    put_int(object, "withdrawn", l->withdrawn);
    put_int(object, "withdrawn_rows", l->withdrawn_rows);
    for (size_t i = 0; i < l->licence_n; i++)
        put_int(licences, l->licence[i].licence, l->licence[i].entries);
    json_object_set_new(object, "licences", licences);
    json_object_set_new(object, "notes", texts_json(l->note, l->note_n));
    return object;
}

/* --- the command -------------------------------------------------------------------------- */

static uint64_t this_year(void)
{
    char now[CLOCK_TEXT];
    uint64_t year = 0;
    return str_uint((struct str){clock_now(now), 4}, 9999, &year) ? year : 0;
}

static bool run_ledger(struct cli *cli, struct err *err)
{
    struct ledger *l = arena_get(&cli->arena, 1, sizeof *l);
    struct project_info info;
    json_t *list = json_array();
    cli_put(cli, "lines", list);
    if (!ledger_read(cli->record, LEDGER_FOR_MEMBERS, &cli->arena, l, err) ||
        !project_info(cli->record, &cli->arena, &info, err))
        return false;
    for (size_t i = 0; i < l->line_n; i++)
        json_array_append_new(list, line_json(l, &l->line[i]));
    cli_put(cli, "ecological", earth_json(l));
    cli_put(cli, "social", people_json(l));
    cli_put(cli, "informational", known_json(l, &info));
    cli_put_int(cli, "people", (int64_t)l->people);
    cli_put_real(cli, "cpu_s", (double)l->energy.cpu_ms / 1000);
    say_earth(cli, l, this_year());
    say_people(cli, l);
    say_known(cli, l, &info);
    return true;
}

const struct command ledger_command = {
    .name = "ledger",
    .phase = PHASE_LEDGER,
    .needs = NEEDS_READ,
    .summary = N_("Show what it took: for the earth, for people, for what is known"),
    .details = N_("Energy is shown with its method and range, or said to be unknown; it is never "
                  "guessed. Figures of others come with source, year and scope. Nothing about a "
                  "single person is shown: hours only as sums, by phase from 5 people on, and not "
                  "at all below 3."),
    .operands = "",
    .operands_min = 0,
    .operands_max = 0,
    .example = "ledger",
    .options = NULL,
    .run = run_ledger,
};
