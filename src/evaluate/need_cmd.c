/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evaluate/need_cmd.h"

#include "evaluate/need.h"

static void say_assumed(struct cli *cli, const struct need *need)
{
    const struct power_question *q = &need->question;
    const struct hypothesis *h = &need->hypothesis;
    cli_say(cli, "%.8s  %.*s\n", hash_hex(&h->id).at, STR_ARG(h->text));
    cli_say(cli, _("The mark: %.*s\n"), STR_ARG(hypothesise_sentence(h, &cli->arena)));
    cli_say(cli, _("Assumed: %s is really %s"), hypothesise_measure_words(h, &cli->arena),
            cli_number(cli, need->expected, 4));
    if (q->measure == POWER_ALPHA)
        cli_say(cli, _("; %zu answers about each observation, among %zu choices"), q->items,
                q->choices);
    else if (q->items > 1)
        cli_say(cli, _("; %zu rows a unit, alike by %s"), q->items,
                cli_number(cli, (double)q->alike_e4 / POWER_E4, 4));
    if (q->spread > 0)
        cli_say(cli, _("; single values differ by %s"), cli_number(cli, q->spread, 4));
    if (q->span > 0)
        cli_say(cli, _("; \"%.*s\" spans %s"), STR_ARG(h->by), cli_number(cli, q->span, 4));
    cli_say(cli, ".\n");
    if (need->from_data)
        cli_say(cli, _("What was not typed is as in the %zu units that are there.\n"), need->seen);
}

static void say_need(struct cli *cli, const struct need *need)
{
    cli_say(cli, _("So often, in %d worlds like that, the result would be \"supported\":\n"),
            POWER_DRAWS);
    for (size_t i = 0; i < need->chance_n; i++)
        cli_say(cli, _("  %6zu units: %3u %%\n"), need->chance[i].units,
                (need->chance[i].supported * 100 + POWER_DRAWS / 2) / POWER_DRAWS);
    if (need->reached)
        cli_say(cli,
                _("For 8 of 10 it takes about %zu units (give or take what 1000 worlds tell: "
                  "3 %%).\n"),
                need->least);
    else
        cli_say(cli,
                _("For 8 of 10 it takes more units than can be drawn (%d rows). Think of "
                  "another mark.\n"),
                POWER_ROWS_MAX);
    if (need->hypothesis.about_model && need->hypothesis.metric == METRIC_BALANCED_ACCURACY)
        cli_say(cli, _("Drawn for the plain share right. Where every class counts the same, the "
                       "range is never narrower: it takes at least as many.\n"));
    if (need->hypothesis.split.by != SPLIT_NONE)
        cli_say(cli, _("These are units of the part set aside.\n"));
    if (need->all)
        cli_say(cli, _("With that share set aside: about %zu units in all.\n"), need->all);
    cli_say(cli, _("If it is less clear than assumed, more are needed. Take the smallest effect "
                   "that would matter to you.\n"));
}

static void put_need(struct cli *cli, const struct need *need)
{
    const struct power_question *q = &need->question;
    json_t *list = json_array();
    for (size_t i = 0; i < need->chance_n; i++)
        json_array_append_new(list, json_pack("{s:I,s:f}", "units",
                                              (json_int_t)need->chance[i].units, "supported",
                                              (double)need->chance[i].supported / POWER_DRAWS));
    cli_put_text(cli, "hypothesis", hash_hex(&need->hypothesis.id).at);
    cli_put(cli, "expected", cli_real(need->expected));
    cli_put(cli, "spread", q->spread > 0 ? cli_real(q->spread) : json_null());
    cli_put(cli, "span", q->span > 0 ? cli_real(q->span) : json_null());
    cli_put_int(cli, "items", (int64_t)q->items);
    cli_put(cli, "alike", cli_real((double)q->alike_e4 / POWER_E4));
    cli_put_int(cli, "draws", POWER_DRAWS);
    cli_put(cli, "chances", list);
    cli_put(cli, "wanted", json_real((double)NEED_WANTED / POWER_DRAWS));
    cli_put(cli, "least", need->reached ? json_integer((json_int_t)need->least) : json_null());
    cli_put(cli, "all", need->all ? json_integer((json_int_t)need->all) : json_null());
    cli_put(cli, "at_least",
            json_boolean(need->hypothesis.about_model &&
                         need->hypothesis.metric == METRIC_BALANCED_ACCURACY));
    cli_put(cli, "seen", need->from_data ? json_integer((json_int_t)need->seen) : json_null());
}

static bool run_need(struct cli *cli, struct err *err)
{
    struct need_request request = {.expect = cli_option(cli, "expect"),
                                   .spread = cli_option(cli, "spread"),
                                   .span = cli_option(cli, "span"),
                                   .alike = cli_option(cli, "alike"),
                                   .units = cli_option(cli, "units"),
                                   .from_data = cli_flag(cli, "from-data")};
    struct need *need = arena_get(&cli->arena, 1, sizeof *need);
    struct hash id;
    if (!cli_uint(cli, "items", 1, POWER_ROWS_MAX / UNITS_MIN, &request.items, err) ||
        !cli_uint(cli, "choices", 2, 1000, &request.choices, err) ||
        !record_find(cli->record, cli_operand(cli, 0), "hypothesis", &id, err) ||
        !need_run(cli->record, &id, &request, &cli->arena, need, err))
        return false;
    say_assumed(cli, need);
    say_need(cli, need);
    put_need(cli, need);
    return true;
}

static const struct option_spec options[] = {
    {.name = "expect", .value = "X", .help = N_("what you think it really is")},
    {.name = "spread",
     .value = "S",
     .help = N_("how much single values differ: two of three lie within S of their mean (with "
                "--within: the units' values; ratio: as a share of the mean, such as 0.5)")},
    {.name = "span",
     .value = "W",
     .help = N_("slope: from the smallest to the largest value of what it changes over; without "
                "it there is a unit at each step of 1")},
    {.name = "items", .value = "N", .help = N_("rows a unit; 1 if you say nothing")},
    {.name = "alike",
     .value = "C",
     .help = N_("how alike rows of one unit are: 0 not at all, 0.3 somewhat, 1 all the same")},
    {.name = "choices",
     .value = "N",
     .help = N_("alpha: among how many choices people choose; --items: how many answer about an "
                "observation")},
    {.name = "units", .value = "A,B", .help = N_("try these numbers of units")},
    {.name = "from-data",
     .help = N_("take what you do not say from data that are there and not set aside")},
    {.name = NULL},
};

const struct command hypothesise_need_command = {
    .name = "hypothesis need",
    .phase = PHASE_HYPOTHESISE,
    .needs = NEEDS_READ,
    .summary = N_("How many observations will we need?"),
    .details =
        N_("Draws a thousand worlds in which it is as you expect, judges each as real data are "
           "judged, and counts how often the guess would come out as supported. Ask this before "
           "you lock it. Nothing is written down."),
    .operands = "HYPOTHESIS",
    .operands_min = 1,
    .operands_max = 1,
    .example = "hypothesis need last --expect 0.85 --items 4 --alike 0.3",
    .options = options,
    .run = run_need,
};
