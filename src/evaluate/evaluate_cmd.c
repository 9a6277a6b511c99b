/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "evaluate/evaluate_cmd.h"

#include "ask/ask.h"
#include "cli/cli.h"
#include "evaluate/evaluate.h"

enum { ERRORS_SHOWN = 3, LINES_SHOWN = 3 };

/* Both sides of a comparison, and units that could not be used. */
static void say_world(struct cli *cli, const struct evaluation *e)
{
    const struct hypothesis *h = &e->hypothesis;
    const struct world *world = e->world;
    const struct str side[2] = {h->where, h->against};
    for (int s = 0; s < 2 && world->two_sides; s++)
        cli_say(cli, _("  %s%.*s: mean %s, %zu units, %llu rows\n"),
                side[s].n ? "" : _("otherwise"), STR_ARG(side[s]),
                cli_number(cli, world->side[s].value, 4), world->side[s].units,
                (unsigned long long)world->side[s].rows);
    if (world->left_out)
        cli_say(cli, _("  %zu units could not be used: they have too few rows for it.\n"),
                world->left_out);
    if (world->two_sides && !world->within && world->both)
        cli_say(cli,
                _("  %zu units have rows on both sides. With --within, a new guess could compare "
                  "each with itself; that is mostly sharper.\n"),
                world->both);
}

static void say_differ(struct cli *cli, const struct evaluation *e)
{
    if (e->range.differ)
        cli_say(cli,
                _("There are few units, and they differ strongly: look at each of them before you "
                  "rely on what they have in common.\n"));
}

static void say_range(struct cli *cli, const struct evaluation *e)
{
    const struct hypothesis *h = &e->hypothesis;
    cli_say(cli, "%.*s\n", STR_ARG(h->text));
    cli_say(cli, _("Locked mark: %.*s\n"), STR_ARG(hypothesise_sentence(h, &cli->arena)));
    if (h->about_model)
        cli_say(cli,
                _("The part set aside was looked at; this look is on the record as number "
                  "%llu.\n"),
                (unsigned long long)e->looks);
    cli_say(cli, _("%s: %s, range %s to %s (%s %% certain), %zu units, %zu rows.\n"),
            hypothesise_measure_words(h, &cli->arena), cli_number(cli, e->range.value, 4),
            cli_number(cli, e->range.low, 4), cli_number(cli, e->range.high, 4),
            cli_number(cli, e->confidence * 100, 4), e->range.units, e->rows);
    if (e->world)
        say_world(cli, e);
    say_differ(cli, e);
    if (e->looks > 1)
        cli_say(cli,
                _("These data were looked at %llu times, so the range is wider than after one "
                  "look.\n"),
                (unsigned long long)e->looks);
    if (e->has_baseline)
        cli_say(cli, _("Without a model, always the most frequent answer or the mean: %s.\n"),
                cli_number(cli, e->baseline, 4));
}

/* How the first result and this one lie beside each other. */
static void say_first(struct cli *cli, const struct evaluation *e)
{
    const struct evaluate_first *first = &e->first;
    if (!e->is_fresh)
        return;
    cli_say(cli, _("Data that came after the first look, judged by the same guess%s.\n"),
            e->hypothesis.about_model ? _(" and the same model") : "");
    cli_say(cli, _("First result: %s, range %s to %s, %llu rows (%.8s).\n"),
            hypothesise_number(first->value, &cli->arena),
            hypothesise_number(first->low, &cli->arena),
            hypothesise_number(first->high, &cli->arena), (unsigned long long)first->rows,
            hash_hex(&first->verdict).at);
}

static void say_people(struct cli *cli, const struct evaluation *e)
{
    const struct interval *range = &e->people.range;
    if (!e->has_people)
        return;
    cli_say(cli,
            _("People about the same things: agreement beyond chance %s, range %s to %s, %zu "
              "items.\n"),
            cli_number(cli, range->value, 4), cli_number(cli, range->low, 4),
            cli_number(cli, range->high, 4), range->units);
}

/* Rows of a recording that count one by one: neighbours are alike, so there are fewer units than
 * the range believes. */
static void warn_recording(struct cli *cli, const struct evaluation *e)
{
    const struct hypothesis *h = &e->hypothesis;
    bool grouped =
        h->unit.n || h->stretches || h->split.by == SPLIT_GROUPS || h->split.by == SPLIT_NAMED;
    bool alone = h->about_model && e->alarms.series && !grouped;
    cli_put(cli, "range_too_narrow", json_boolean(alone));
    if (alone)
        cli_warn(cli, _("The rows look like a recording, one after the other, and each counts as a "
                        "unit here: the range is too narrow. Amend the guess with a unit that "
                        "lasts, such as --unit day, or with --stretches."));
}

static void say_verdict(struct cli *cli, const struct evaluation *e)
{
    cli_say(cli, "%.*s\n", STR_ARG(evaluate_sentence(e, &cli->arena)));
    if (e->hypothesis.split.by == SPLIT_NAMED)
        cli_say(cli, _("This result is about the groups that were named, and no others.\n"));
    if (e->exploratory)
        cli_say(cli, _("Found in data we already had: the guess was locked when these data were "
                       "there. That is worth knowing, and needs new data to be believed.\n"));
    if (e->verdict == VERDICT_UNDECIDED && e->more_units != SIZE_MAX && e->more_units > 0)
        cli_say(cli,
                _("With about %zu more units like those seen, the chances are even that it is "
                  "decided.\n"),
                e->more_units);
    if (e->has_baseline && e->hypothesis.about_model && e->range.low <= e->baseline &&
        metric_larger_is_better(e->hypothesis.metric))
        cli_say(cli,
                _("The range reaches down to what is possible without a model: you may need no "
                  "AI for this.\n"));
    for (size_t i = 0; i < e->alarms.n; i++)
        cli_say(cli, "%s\n", alarm_sentence(&e->alarms.alarm[i], &cli->arena));
}

static void put_world(struct cli *cli, const struct world *world)
{
    cli_put_int(cli, "left_out", (int64_t)world->left_out);
    if (!world->two_sides)
        return;
    json_t *sides = json_array();
    for (int s = 0; s < 2; s++)
        json_array_append_new(sides,
                              json_pack("{s:o,s:I,s:I}", "value", cli_real(world->side[s].value),
                                        "units", (json_int_t)world->side[s].units, "rows",
                                        (json_int_t)world->side[s].rows));
    cli_put(cli, "sides", sides);
    cli_put_int(cli, "both", (int64_t)world->both);
}

/* The item that a row of the table is. */
static json_t *item_of_row(const void *context, size_t row)
{
    const struct collected *c = context;
    size_t batch;
    uint64_t position = collected_position(c, row, &batch);
    struct hash id = item_id(&c->batch[batch], position);
    return json_string(hash_hex(&id).at);
}

static void say_report(struct cli *cli, const struct evaluation *e)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    if (e->has_report)
        report_text(&e->report, LINES_SHOWN, &text);
    cli_say(cli, "%s", text.at);
}

static json_t *first_json(const struct evaluate_first *first)
{
    return json_pack("{s:s,s:s#,s:s#,s:s#,s:s#,s:I}", "id", hash_hex(&first->verdict).at, "value",
                     first->value.at, (int)first->value.n, "low", first->low.at, (int)first->low.n,
                     "high", first->high.at, (int)first->high.n, "verdict", first->outcome.at,
                     (int)first->outcome.n, "rows", (json_int_t)first->rows);
}

static json_t *people_json(const struct agreement *people)
{
    return json_pack("{s:o,s:o,s:o,s:I,s:I}", "value", cli_real(people->range.value), "low",
                     cli_real(people->range.low), "high", cli_real(people->range.high), "units",
                     (json_int_t)people->range.units, "answers", (json_int_t)people->answers);
}

static void put_evaluation(struct cli *cli, const struct evaluation *e)
{
    const struct hypothesis *h = &e->hypothesis;
    bool sayable = e->verdict == VERDICT_UNDECIDED && e->more_units != SIZE_MAX;
    cli_put_text(cli, "id", hash_hex(&e->entry).at);
    cli_put_text(cli, "opening", hash_hex(&e->opening).at);
    cli_put_text(cli, "hypothesis", hash_hex(&h->id).at);
    cli_put_text(cli, "measure", hypothesise_measure(h, &cli->arena));
    cli_put(cli, "value", cli_real(e->range.value));
    cli_put(cli, "low", cli_real(e->range.low));
    cli_put(cli, "high", cli_real(e->range.high));
    cli_put_int(cli, "units", (int64_t)e->range.units);
    cli_put_int(cli, "rows", (int64_t)e->rows);
    cli_put(cli, "confidence", json_real(e->confidence));
    cli_put_int(cli, "looks", (int64_t)e->looks);
    cli_put(cli, "baseline", e->has_baseline ? cli_real(e->baseline) : json_null());
    cli_put_text(cli, "comparator", comparator_name(h->comparator));
    cli_put(cli, "threshold", json_real(h->threshold));
    cli_put_text(cli, "verdict", verdict_name(e->verdict));
    cli_put(cli, "more_units", sayable ? json_integer((json_int_t)e->more_units) : json_null());
    cli_put(cli, "exploratory", json_boolean(e->exploratory));
    cli_put(cli, "usable", json_boolean(e->range.usable));
    cli_put(cli, "differ", json_boolean(e->range.differ));
    cli_put(cli, "leaks", alarms_leaks(&e->alarms, &cli->arena));
    cli_put(cli, "report",
            e->has_report ? report_json(&e->report, item_of_row, e->collected) : json_null());
    cli_put(cli, "first", e->is_fresh ? first_json(&e->first) : json_null());
    cli_put(cli, "people", e->has_people ? people_json(&e->people) : json_null());
    cli_put(cli, "cost", cost_json(&e->cost));
    if (e->world)
        put_world(cli, e->world);
}

/* --- before the look ---------------------------------------------------------------------- */

/* What will happen, in sentences. */
static const char *plan_text(struct cli *cli, const struct evaluation *e)
{
    const struct hypothesis *h = &e->hypothesis;
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    buf_printf(&text, "%.*s\n", STR_ARG(h->text));
    buf_printf(&text, _("Locked mark: %.*s\n"), STR_ARG(hypothesise_sentence(h, &cli->arena)));
    buf_printf(&text,
               e->is_fresh      ? _("You are about to look at %zu rows of data that are new.\n")
               : h->about_model ? _("You are about to look at the part set aside: %zu rows.\n")
                                : _("You are about to look at the data: %zu rows.\n"),
               e->aside_rows);
    if (e->looks == 1)
        buf_text(&text,
                 _("Nobody has looked at them yet. This can be done once for the first time: "
                   "the look is written down, and a second one makes the range wider.\n"));
    else
        buf_printf(
            &text,
            _("They were looked at %llu time(s) already. This look is written down as number "
              "%llu, and its range is wider for it.\n"),
            (unsigned long long)e->looks - 1, (unsigned long long)e->looks);
    return arena_copy(&cli->arena, buf_view(&text));
}

/* A look is a deliberate act: --open, or a word on a terminal. */
static bool may_open(void *context, const struct evaluation *e, struct err *err)
{
    struct cli *cli = context;
    const char *answer;
    const char *plan = plan_text(cli, e);
    if (cli_flag(cli, "open"))
        return true;
    if (!cli_can_ask(cli))
        return FAIL(err, ERR_CONFLICT,
                    arena_printf(&cli->arena, _("If all agree: allmende evaluate %.8s --open"),
                                 hash_hex(&e->hypothesis.id).at),
                    _("Nothing was opened. %s"), plan);
    cli_tell(cli, plan);
    const char *question = _("If all agree, type the word open, else press Enter.\n> ");
    if (!cli_ask(cli, question, &answer, err))
        return false;
    /* TRANSLATORS: the word that opens the part set aside */
    bool opens = answer && (strcmp(answer, "open") == 0 || strcmp(answer, _("open")) == 0);
    return opens || FAIL(err, ERR_CANCELLED, _("Look when all agree."), _("Nothing was opened."));
}

/* The batches that --data names; "new" are all that came after the first look. */
static bool read_data(struct cli *cli, struct evaluate_options *options, struct err *err)
{
    size_t n;
    const char *const *word = cli_option_all(cli, "data", &n);
    options->data.at = arena_get(&cli->arena, n, sizeof *options->data.at);
    for (size_t i = 0; i < n; i++) {
        if (strcmp(word[i], "new") == 0)
            options->all_new = true;
        else if (!record_find(cli->record, word[i], "import", &options->data.at[options->data.n++],
                              err))
            return false;
    }
    return !(options->all_new && options->data.n) ||
           FAIL(err, ERR_USAGE, _("Say --data new, or name table files."),
                _("--data new means all of them."));
}

/* --- what belongs to it --------------------------------------------------------------------- */

/* What the group decided about the question, and the minutes of earlier results. */
static bool say_decided(struct cli *cli, const struct evaluation *e, struct err *err)
{
    const struct hypothesis *h = &e->hypothesis;
    struct hypothesis_result *result;
    struct str text = STR("");
    size_t n;
    if (h->has_question && !ask_decided_text(cli->record, &h->question, &cli->arena, &text, err))
        return false;
    cli_say(cli, "%.*s", STR_ARG(text));
    if (!hypothesise_results(cli->record, &h->id, &cli->arena, &result, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!ask_minutes_text(cli->record, &result[i].verdict, &cli->arena, &text, err))
            return false;
        cli_say(cli, "%.*s", STR_ARG(text));
    }
    return true;
}

/* --- the command -------------------------------------------------------------------------- */

static bool run_evaluate(struct cli *cli, struct err *err)
{
    uint64_t errors = ERRORS_SHOWN;
    if (!cli_uint(cli, "errors", 0, 1000000, &errors, err))
        return false;
    struct evaluate_options options = {.watts = cli_option(cli, "watts"),
                                       .meter = cli_option(cli, "meter"),
                                       .alarm = cli_option(cli, "alarm"),
                                       .threshold = cli_option(cli, "threshold"),
                                       .people = cli_option(cli, "people"),
                                       .errors = (size_t)errors,
                                       .may_open = may_open,
                                       .context = cli};
    struct evaluation *result = arena_get(&cli->arena, 1, sizeof *result);
    struct hash hypothesis;
    if (!record_find(cli->record, cli_operand(cli, 0), "hypothesis", &hypothesis, err) ||
        !read_data(cli, &options, err) ||
        !evaluate_run(cli->record, &hypothesis, &options, &cli->arena, result, err))
        return false;
    say_range(cli, result);
    say_first(cli, result);
    say_people(cli, result);
    say_report(cli, result);
    say_verdict(cli, result);
    if (!say_decided(cli, result, err))
        return false;
    cli_say(cli, _("Next: allmende publish FOLDER\n"));
    warn_recording(cli, result);
    put_evaluation(cli, result);
    return true;
}

static const struct option_spec options[] = {
    {"open", NULL, N_("yes, look: what is opened stays opened"), false, false},
    {"data", "BATCH",
     N_("judge table files anew that came after the first look; \"new\" are all of them"), false,
     true},
    {"people", "TABLE:ITEM,PERSON,ANSWER",
     N_("how well people agree about the same things, to stand beside the model"), false, false},
    {"watts", "LOW,HIGH", N_("what your computer draws, to estimate energy"), false, false},
    {"meter", "METER", N_("what measures energy: see \"help ledger meter\""), false, false},
    {"alarm", "CLASS", N_("a class of interest: count false alarms and what is missed"), false,
     false},
    {"threshold", "P", N_("give an alarm from this score on; choose it before you look"), false,
     false},
    {"errors", "N", N_("how many single errors to list"), false, false},
    {NULL, NULL, NULL, false, false},
};

const struct command evaluate_command = {
    .name = "evaluate",
    .phase = PHASE_EVALUATE,
    .needs = NEEDS_WRITE,
    .summary = N_("Look at the part set aside and let the range give the result"),
    .details = N_("Every look is written down before anybody looks; looking again at the same data "
                  "makes the range wider. So it wants --open; on a terminal it says what will "
                  "happen and waits for a word.\n"
                  "With --data new, observations of a new season judge the same locked guess and "
                  "the same model anew."),
    .operands = "HYPOTHESIS",
    .operands_min = 1,
    .operands_max = 1,
    .example = "evaluate 3fa94c21 --open",
    .options = options,
    .run = run_evaluate,
};
