/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people book themselves, and the test of a meter. */
#include <string.h>

#include "base/clock.h"
#include "base/num.h"
#include "cli/cli.h"
#include "ledger/booking.h"
#include "ledger/ledger_cmd.h"
#include "ledger/meter.h"

/* --- add ---------------------------------------------------------------------------------- */

/* "2.5" times `unit` as a whole number, e.g. 150 minutes of 60 each. ERR_USAGE if it is none. */
static bool whole(const char *text, uint64_t unit, uint64_t *ret, struct err *err)
{
    struct decimal value = {0, 0};
    uint64_t n = 0;
    bool fine = num_decimal(str_of(text), '.', &value) == NUM_OK && value.mantissa >= 0 &&
                value.exponent > -10 && value.exponent < 13 &&
                !__builtin_mul_overflow((uint64_t)value.mantissa, unit, &n);
    for (int e = value.exponent; fine && e > 0; e--)
        fine = !__builtin_mul_overflow(n, 10, &n);
    for (int e = value.exponent; fine && e < 0; e++) {
        fine = n % 10 == 0;
        n /= 10;
    }
    *ret = n;
    return (fine && n < UINT64_C(1000000000000)) ||
           FAIL(err, ERR_USAGE,
                strchr(text, ',')
                    ? _("Type a decimal point and no comma, such as 2.5.")
                    : _("Type a number without its unit, such as 40 or 2.5: whole metres, minutes, "
                        "grams, cents."),
                _("\"%s\" is not a number that can be booked."), text);
}

/* The same for an option; *ret is untouched if it was not given. */
static bool whole_option(const struct cli *cli, const char *name, uint64_t unit, uint64_t *ret,
                         struct err *err)
{
    const char *text = cli_option(cli, name);
    return !text || whole(text, unit, ret, err);
}

/* Options that count something, in which unit they are typed, and for what they are. */
static const struct {
    const char *name;
    const char *what; /* NULL: all but hours and credit */
    uint64_t unit;
    size_t at;
} amounts[] = {
    {"times", NULL, 1, offsetof(struct booking, times)},
    {"euros", NULL, 100, offsetof(struct booking, cents)},
    {"people", "travel", 1, offsetof(struct booking, people)},
    {"kg", "material", 1000, offsetof(struct booking, grams)},
    {"year", "device", 1, offsetof(struct booking, year)},
    {"hours", "device", 60, offsetof(struct booking, minutes)},
    {"life-years", "device", 1, offsetof(struct booking, life_years)},
    {"embodied-kg", "device", 1000, offsetof(struct booking, embodied_g)},
};

/* Every option that does not belong to what is booked is refused: it would be lost silently. */
static bool only(const struct cli *cli, const char *what, const char *const *names, struct err *err)
{
    static const char *const all[] = {"by",         "people",      "kg",     "euros",    "times",
                                      "yearly",     "phase",       "got",    "year",     "hours",
                                      "life-years", "embodied-kg", "source", "computer", "name",
                                      "scope",      "place"};
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        bool given = strcmp(all[i], "yearly") == 0 || strcmp(all[i], "computer") == 0
                         ? cli_flag(cli, all[i])
                         : cli_option(cli, all[i]) != NULL;
        bool fits = false;
        for (const char *const *name = names; *name; name++)
            fits = fits || strcmp(*name, all[i]) == 0;
        if (given && !fits)
            return FAIL(err, ERR_USAGE, _("See: allmende help ledger add"),
                        _("--%s says nothing about \"%s\"."), all[i], what);
    }
    return true;
}

static bool add_booking(struct cli *cli, const char *what, struct hash *ret, struct err *err)
{
    static const char *const travel[] = {"by", "people", "euros", "times", "yearly", "phase", NULL};
    static const char *const material[] = {"kg", "euros", "times", "yearly", "phase", NULL};
    static const char *const device[] = {"got",         "year",   "hours",    "euros", "life-years",
                                         "embodied-kg", "source", "computer", "phase", NULL};
    static const char *const note[] = {"euros", "times", "yearly", "phase", NULL};
    bool is_travel = strcmp(what, "travel") == 0;
    struct booking b = {.what = what,
                        .phase = cli_option(cli, "phase"),
                        .means = cli_option(cli, "by"),
                        .got = cli_option(cli, "got"),
                        .source = cli_option(cli, "source"),
                        .yearly = cli_flag(cli, "yearly"),
                        .computer = cli_flag(cli, "computer")};
    const char *const *names = is_travel                       ? travel
                               : strcmp(what, "material") == 0 ? material
                               : strcmp(what, "device") == 0   ? device
                                                               : note;
    if (!only(cli, what, names, err))
        return false;
    for (size_t i = 0; i < COUNT_OF(amounts); i++) {
        uint64_t value = 0;
        if (!whole_option(cli, amounts[i].name, amounts[i].unit, &value, err))
            return false;
        memcpy((char *)&b + amounts[i].at, &value, sizeof value);
    }
    if (is_travel && !b.people)
        b.people = 1;
    if (is_travel)
        return whole(cli_operand(cli, 1), 1000, &b.metres, err) &&
               booking_add(cli->record, &b, ret, err);
    b.text = cli_operand(cli, 1);
    return booking_add(cli->record, &b, ret, err);
}

static bool add_hours(struct cli *cli, struct hash *ret, struct err *err)
{
    static const char *const names[] = {"phase", "people", NULL};
    struct hours h = {.phase = cli_option(cli, "phase"), .people = 1};
    return only(cli, "hours", names, err) && whole(cli_operand(cli, 1), 60, &h.minutes, err) &&
           cli_uint(cli, "people", 1, 1000000, &h.people, err) &&
           hours_add(cli->record, &h, ret, err);
}

static bool add_credit(struct cli *cli, struct hash *ret, struct err *err)
{
    static const char *const names[] = {"name", NULL};
    return only(cli, "credit", names, err) &&
           credit_choose(cli->record, cli_operand(cli, 1), cli_option(cli, "name"), ret, err);
}

/* A place of our table, or a figure of one's own with all that belongs to it. */
static bool add_grid(struct cli *cli, struct hash *ret, struct err *err)
{
    static const char *const names[] = {"scope", "year", "source", "place", NULL};
    const char *what = cli_operand(cli, 1);
    const struct grid *known = grid_of(what);
    const char *place = cli_option(cli, "place");
    const char *scope = cli_option(cli, "scope");
    struct grid own = {.place = place ? place : "", .scope = scope ? scope : "", .year = 0};
    own.source = cli_option(cli, "source") ? cli_option(cli, "source") : "";
    if (!only(cli, "grid", names, err))
        return false;
    if (known)
        return grid_state(cli->record, known, ret, err);
    if (strspn(what, "0123456789") != strlen(what)) {
        CLEANUP(buf_release) struct buf list = BUF_INIT;
        grid_list(&list);
        return FAIL(err, ERR_USAGE,
                    _("Type the grams yourself: allmende ledger add grid 250 --place XX --scope "
                      "direct --year 2024 --source TEXT"),
                    _("There is no figure for the electricity of \"%s\" here, only of %s."), what,
                    list.at);
    }
    return whole(what, 1, &own.g_per_kwh, err) &&
           cli_uint(cli, "year", 1900, 9999, &own.year, err) &&
           grid_state(cli->record, &own, ret, err);
}

static bool run_add(struct cli *cli, struct err *err)
{
    const char *what = cli_operand(cli, 0);
    struct hash id;
    bool done;
    if (strcmp(what, "hours") == 0)
        done = add_hours(cli, &id, err);
    else if (strcmp(what, "credit") == 0)
        done = add_credit(cli, &id, err);
    else if (strcmp(what, "grid") == 0)
        done = add_grid(cli, &id, err);
    else if (strcmp(what, "travel") == 0 || strcmp(what, "material") == 0 ||
             strcmp(what, "device") == 0 || strcmp(what, "note") == 0)
        done = add_booking(cli, what, &id, err);
    else
        return FAIL(err, ERR_USAGE,
                    _("Choose from: travel, material, device, hours, note, credit, grid."),
                    _("\"%s\" is nothing that can be booked."), what);
    if (!done)
        return false;
    cli_put_text(cli, "id", hash_hex(&id).at);
    cli_put_text(cli, "what", what);
    cli_say(cli, _("Booked as %.8s. To take it back: allmende collect withdraw %.8s\n"),
            hash_hex(&id).at, hash_hex(&id).at);
    cli_say(cli, _("See what it all took: allmende ledger\n"));
    return true;
}

static const struct option_spec add_options[] = {
    {.name = "by",
     .value = "MEANS",
     .help = N_("travel: car, coach, train, tram, bicycle, foot, plane, ship or other")},
    {.name = "people", .value = "N", .help = N_("travel, hours: how many people")},
    {.name = "kg", .value = "KG", .help = N_("material: its weight")},
    {.name = "euros", .value = "EUROS", .help = N_("what it cost, once")},
    {.name = "times", .value = "N", .help = N_("how often, 1 unless given")},
    {.name = "yearly", .help = N_("a plan: what a year of going on takes")},
    {.name = "phase", .value = "PHASE", .help = N_("ask, hypothesise, collect, train, …")},
    {.name = "got", .value = "WORD", .help = N_("device: new, used or repaired")},
    {.name = "year", .value = "YEAR", .help = N_("device: when it was made; grid: of the figure")},
    {.name = "hours", .value = "HOURS", .help = N_("device: how long it was used for the project")},
    {.name = "life-years", .value = "N", .help = N_("device: how long it will be used in all")},
    {.name = "embodied-kg", .value = "KG", .help = N_("device: CO2 of making it, with --source")},
    {.name = "source", .value = "TEXT", .help = N_("device, grid: where the figure is from")},
    {.name = "computer", .help = N_("device: it is the one that computes")},
    {.name = "name",
     .value = "NAME",
     .help = N_("credit: the name to show; without it only counted")},
    {.name = "scope", .value = "WORD", .help = N_("grid: direct or life_cycle")},
    {.name = "place", .value = "CODE", .help = N_("grid: the country, e.g. DE")},
    {.name = NULL},
};

const struct command ledger_add_command = {
    .name = "ledger add",
    .phase = PHASE_LEDGER,
    .needs = NEEDS_WRITE,
    .summary = N_("Book travel, material, a device, hours, a note, credit or the electricity"),
    .details =
        N_("WHAT and AMOUNT are: travel KM (the whole way, there and back), material TEXT, device "
           "TEXT, "
           "hours HOURS, note TEXT, credit ROLES (of CRediT, with commas; none: no more), "
           "grid COUNTRY (as DE) or GRAMS a kilowatt hour. Hours are voluntary; nobody is shown "
           "those of another. Credit is everybody's own choice."),
    .operands = "WHAT AMOUNT",
    .operands_min = 2,
    .operands_max = 2,
    .example = "ledger add travel 40 --by car --people 3 --phase collect",
    .options = add_options,
    .run = run_add,
};

/* --- meter -------------------------------------------------------------------------------- */

static void put_reading(struct cli *cli, const char *key, const struct reading *r)
{
    json_t *object = json_object();
    json_object_set_new(object, "energy_uj",
                        r->has_uj ? json_integer((json_int_t)r->uj) : json_null());
    json_object_set_new(object, "step_uj",
                        r->has_uj ? json_integer((json_int_t)r->step_uj) : json_null());
    json_object_set_new(object, "power_uw",
                        r->has_uw ? json_integer((json_int_t)r->uw) : json_null());
    cli_put(cli, key, object);
    if (r->has_uw)
        cli_say(cli, _("It tells a power of %s watts.\n"), cli_number(cli, (double)r->uw / 1e6, 4));
    if (r->has_uj)
        cli_say(cli, _("It counts energy in steps of %s joules.\n"),
                cli_number(cli, (double)r->step_uj / 1e6, 3));
}

static bool run_meter(struct cli *cli, struct err *err)
{
    CLEANUP(meter_release) struct meter meter = {.cpu_s = 0};
    const char *name = cli_operand(cli, 0);
    uint64_t seconds = 1;
    if (!cli_uint(cli, "seconds", 0, 3600, &seconds, err) ||
        !meter_name(&meter, name, meter_root, err))
        return false;
    meter_begin(&meter, meter_root);
    for (uint64_t i = 0; i < seconds && !cli_cancelled(); i++)
        clock_wait_ms(1000);
    struct cost cost = meter_end(&meter, meter_root);
    if (name)
        cli_say(cli, _("The meter \"%s\" answers.\n"), name);
    if (meter.has_begin)
        put_reading(cli, "reading", &meter.begin);
    else
        cli_put(cli, "reading", json_null());
    cli_put(cli, "cost", cost_json(&cost));
    if (cost.method == METER_NONE)
        cli_say(cli,
                _("Nothing here measures energy. Name a plug, or say --watts LOW,HIGH when you "
                  "train.\n"));
    else
        cli_say(cli, _("In %llu seconds: %s to %s joules, %s.\n"), (unsigned long long)seconds,
                cli_number(cli, (double)cost.low_mj / 1000, 3),
                cli_number(cli, (double)cost.high_mj / 1000, 3), meter_words(cost.method));
    if (cost.lost)
        cli_warn(cli, _("The meter did not answer at the end; what it would have said is not "
                        "known."));
    return true;
}

static const struct option_spec meter_options[] = {
    {.name = "seconds", .value = "N", .help = N_("how long to measure, 1 unless given")},
    {.name = NULL},
};

const struct command ledger_meter_command = {
    .name = "ledger meter",
    .phase = PHASE_LEDGER,
    .needs = NEEDS_NOTHING,
    .summary = N_("Test a plug, a sensor or a counter of energy"),
    .details = N_("METER is shelly:ADDRESS, shelly1:ADDRESS (first generation), tasmota:ADDRESS, "
                  "hwmon:NAME, battery or perf; without it what this computer has of its own is "
                  "tried. The same word stands behind --meter of train, evaluate and try."),
    .operands = "[METER]",
    .operands_min = 0,
    .operands_max = 1,
    .example = "ledger meter",
    .options = meter_options,
    .run = run_meter,
};
