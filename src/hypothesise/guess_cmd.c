/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hypothesise/guess_cmd.h"

#include "ask/ask.h"
#include "base/num.h"

json_t *guess_text_json(struct str text)
{
    return text.n ? json_stringn(text.at, text.n) : json_null();
}

/* --- what a guess says -------------------------------------------------------------------- */

static void say_text(struct cli *cli, const char *what, struct str text)
{
    if (text.n)
        cli_say(cli, "  %s %.*s\n", what, STR_ARG(text));
}

static void say_texts(struct cli *cli, const char *what, const struct str *text, size_t n)
{
    CLEANUP(buf_release) struct buf line = BUF_INIT;
    for (size_t i = 0; i < n; i++)
        buf_printf(&line, "%s%.*s", i ? ", " : "", STR_ARG(text[i]));
    if (n)
        say_text(cli, what, buf_view(&line));
}

static void say_split(struct cli *cli, const struct split_plan *split)
{
    int column_n = (int)split->column.n;
    const char *column = split->column.at;
    unsigned per_cent = split->share_e4 / 100;
    switch (split->by) {
    case SPLIT_NONE:
        cli_say(cli, _("  Judged on the data that come after it is locked.\n"));
        return;
    case SPLIT_GROUPS:
        cli_say(
            cli,
            _("  Set aside: whole groups of \"%.*s\", %u %% of them, drawn when it is locked\n"),
            column_n, column, per_cent);
        return;
    case SPLIT_NAMED:
        cli_say(cli, _("  Set aside: these groups of \"%.*s\"\n"), column_n, column);
        say_texts(cli, "", split->group, split->group_n);
        return;
    case SPLIT_COLUMN:
        cli_say(cli, _("  Set aside: the rows where \"%.*s\" says test\n"), column_n, column);
        return;
    case SPLIT_FILE:
        cli_say(cli,
                _("  Set aside: the rows for which the split file says test (column \"%.*s\")\n"),
                column_n, column);
        return;
    case SPLIT_TIME:
        cli_say(cli, _("  Set aside: the rows with %.*s\n"), STR_ARG(split->condition));
        break;
    case SPLIT_ROWS:
        cli_say(cli, _("  Set aside: %u %% of the rows, drawn at random, because: %.*s\n"),
                per_cent, STR_ARG(split->why));
        return;
    }
}

bool guess_say_split_file(struct cli *cli, const struct hypothesis *h, struct err *err)
{
    struct columns file;
    size_t column;
    if (h->split.by != SPLIT_FILE || h->presence != BODY_PRESENT)
        return true;
    if (!hypothesise_split_file(cli->record, h, &cli->arena, &file, &column, err))
        return false;
    struct split_count count = hypothesise_split_count(&file, column);
    cli_put(cli, "split_rows",
            json_pack("{s:I,s:I,s:I}", "train", (json_int_t)count.train, "test",
                      (json_int_t)count.test, "neither", (json_int_t)count.neither));
    cli_say(cli, _("  The split file: %llu rows to learn from, %llu set aside, %llu left out\n"),
            (unsigned long long)count.train, (unsigned long long)count.test,
            (unsigned long long)count.neither);
    return true;
}

/* Of whole groups a share is set aside, ceil(share * groups): how many must there be in all, so
 * that those are as many as it takes? Whoever has fewer learns it now, not after the look. */
static void say_groups_needed(struct cli *cli, const struct hypothesis *h)
{
    const struct split_plan *split = &h->split;
    if (split->by != SPLIT_GROUPS || split->share_e4 == 0 || h->least_units == 0 ||
        (h->unit.n && !str_eq(h->unit, split->column)))
        return;
    cli_say(cli, _("  So it takes %zu or more of \"%.*s\" in all, else it stays open\n"),
            (h->least_units - 1) * 10000 / split->share_e4 + 1, STR_ARG(split->column));
}

void guess_say(struct cli *cli, const struct hypothesis *h)
{
    struct str sentence = hypothesise_sentence(h, &cli->arena);
    cli_say(cli, "%.8s  %.*s\n", hash_hex(&h->id).at, STR_ARG(h->text));
    say_text(cli, _("What would count as success:"), sentence);
    if (!h->table.n)
        cli_say(cli, _("  From the answers that people give under the guideline %.8s\n"),
                hash_hex(&h->guideline).at);
    else if (h->target.n)
        cli_say(cli, _("  From the table \"%.*s\", column \"%.*s\"\n"), STR_ARG(h->table),
                STR_ARG(h->target));
    else
        cli_say(cli, _("  From the table \"%.*s\"\n"), STR_ARG(h->table));
    if (h->has_guideline && h->table.n)
        cli_say(cli,
                _("  Its table is made of shared answers under the guideline %.8s. Once it is "
                  "locked, nobody sees answers until somebody looks\n"),
                hash_hex(&h->guideline).at);
    say_texts(cli, _("Guessed from:"), h->feature, h->feature_n);
    say_text(cli, _("The unit that counts once:"), h->unit);
    if (h->stretches)
        cli_say(cli, _("  The rows are a recording: stretches of them count once\n"));
    cli_say(cli, _("  At least %zu units, else it stays open\n"), h->least_units);
    say_split(cli, &h->split);
    say_groups_needed(cli, h);
    say_text(cli, _("Your own rule, to compare with:"), h->rule);
    say_text(cli, _("We would stop if:"), h->stop);
    say_texts(cli, _("Missing values are written:"), h->missing, h->missing_n);
}

bool guess_say_decided(struct cli *cli, const struct hypothesis *h, struct err *err)
{
    struct str text;
    if (!h->has_question)
        return true;
    if (!ask_decided_text(cli->record, &h->question, &cli->arena, &text, err))
        return false;
    if (text.n)
        cli_say(cli, _("About its question %.8s:\n%.*s"), hash_hex(&h->question).at, STR_ARG(text));
    return true;
}

/* A number of a body with four digits. */
static const char *rounded(struct cli *cli, struct str number)
{
    struct decimal value;
    enum num_read read = num_decimal(number, '.', &value);
    return read == NUM_OK || read == NUM_ROUNDED ? cli_number(cli, num_double(value), 4) : "–";
}

static const char *outcome_words(struct str outcome)
{
    if (str_eq(outcome, STR("supported")))
        return _("supported");
    return str_eq(outcome, STR("not_supported")) ? _("not supported") : _("still open");
}

bool guess_say_results(struct cli *cli, const struct hypothesis *h, struct err *err)
{
    struct hypothesis_result *result;
    json_t *list = json_array();
    size_t n;
    cli_put(cli, "results", list);
    if (!hypothesise_results(cli->record, &h->id, &cli->arena, &result, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct hypothesis_result *r = &result[i];
        struct str minutes;
        if (!ask_minutes_text(cli->record, &r->verdict, &cli->arena, &minutes, err))
            return false;
        json_t *one = json_object();
        json_object_set_new(one, "id", json_string(hash_hex(&r->verdict).at));
        json_object_set_new(one, "verdict", guess_text_json(r->outcome));
        json_object_set_new(one, "value", guess_text_json(r->value));
        json_object_set_new(one, "low", guess_text_json(r->low));
        json_object_set_new(one, "high", guess_text_json(r->high));
        json_array_append_new(list, one);
        cli_say(cli, _("Result %.8s: %s (%s, range %s to %s)\n"), hash_hex(&r->verdict).at,
                outcome_words(r->outcome), rounded(cli, r->value), rounded(cli, r->low),
                rounded(cli, r->high));
        cli_say(cli, "%.*s", STR_ARG(minutes));
    }
    return true;
}

static json_t *split_json(const struct split_plan *split)
{
    static const char *const names[] = {
        [SPLIT_NONE] = "none",     [SPLIT_GROUPS] = "groups", [SPLIT_NAMED] = "named",
        [SPLIT_COLUMN] = "column", [SPLIT_FILE] = "file",     [SPLIT_TIME] = "time",
        [SPLIT_ROWS] = "rows"};
    if (split->by == SPLIT_NONE)
        return json_null();
    json_t *object = json_object();
    json_object_set_new(object, "by", json_string(names[split->by]));
    json_object_set_new(object, "column", guess_text_json(split->column));
    json_object_set_new(object, "share",
                        split->share_e4 ? json_real(split->share_e4 / 10000.0) : json_null());
    json_object_set_new(object, "condition", guess_text_json(split->condition));
    json_object_set_new(object, "why", guess_text_json(split->why));
    return object;
}

json_t *guess_json(const struct hypothesis *h, struct arena *arena)
{
    bool here = h->presence == BODY_PRESENT;
    json_t *object = json_object();
    json_object_set_new(object, "id", json_string(hash_hex(&h->id).at));
    json_object_set_new(object, "text", guess_text_json(h->text));
    json_object_set_new(object, "about", json_string(h->about_model ? "model" : "world"));
    json_object_set_new(object, "measure", json_string(hypothesise_measure(h, arena)));
    json_object_set_new(object, "table", guess_text_json(h->table));
    json_object_set_new(object, "guideline",
                        h->has_guideline ? json_string(hash_hex(&h->guideline).at) : json_null());
    json_object_set_new(object, "target", guess_text_json(h->target));
    json_object_set_new(object, "by", guess_text_json(h->by));
    if (!h->about_model) {
        json_object_set_new(object, "where", guess_text_json(h->where));
        json_object_set_new(object, "against", guess_text_json(h->against));
        json_object_set_new(object, "only", guess_text_json(h->only));
        json_object_set_new(object, "within", json_boolean(h->within));
    }
    if (!h->about_model && h->measure == WORLD_ALPHA)
        json_object_set_new(object, "level", json_string(agreement_level_name(h->level)));
    json_object_set_new(object, "unit", guess_text_json(h->unit));
    json_object_set_new(object, "stretches", json_boolean(h->stretches));
    json_object_set_new(object, "comparator", json_string(comparator_name(h->comparator)));
    json_object_set_new(object, "threshold", guess_text_json(h->threshold_text));
    json_object_set_new(object, "least_units", json_integer((json_int_t)h->least_units));
    json_object_set_new(object, "split", split_json(&h->split));
    json_object_set_new(object, "sentence",
                        here ? guess_text_json(hypothesise_sentence(h, arena)) : json_null());
    json_object_set_new(object, "freeze",
                        h->frozen ? json_string(hash_hex(&h->freeze).at) : json_null());
    json_object_set_new(object, "amends",
                        h->is_amendment ? json_string(hash_hex(&h->amends).at) : json_null());
    return object;
}

void guess_say_freeze(struct cli *cli, const struct hash *freeze, bool whole)
{
    cli_say_hash(cli, freeze, whole ? HASH_HEX : GUESS_SHORT);
}

/* --- what was typed ------------------------------------------------------------------------ */

/* --at-least X or --at-most X; both or neither is left empty, and refused by the domain. */
static void read_threshold(struct cli *cli, struct hypothesis_draft *draft)
{
    const char *least = cli_option(cli, "at-least");
    const char *most = cli_option(cli, "at-most");
    if ((least == NULL) == (most == NULL))
        return;
    draft->comparator = least ? "at-least" : "at-most";
    draft->threshold = hypothesise_count(least ? least : most, &cli->arena);
}

static void read_missing(struct cli *cli, struct hypothesis_draft *draft)
{
    size_t n = 0;
    while (cli_option_at(cli, "missing", n))
        n++;
    const char **missing = arena_get(&cli->arena, n, sizeof *missing);
    for (size_t i = 0; i < n; i++)
        missing[i] = cli_option_at(cli, "missing", i);
    draft->missing = missing;
    draft->missing_n = n;
}

bool guess_guideline(struct cli *cli, struct hypothesis_draft *draft, struct err *err)
{
    const char *typed = cli_option(cli, "guideline");
    struct hash *guideline = arena_get(&cli->arena, 1, sizeof *guideline);
    draft->guideline = typed ? guideline : NULL;
    return !typed || record_find(cli->record, typed, "guideline", guideline, err);
}

struct hypothesis_draft guess_options(struct cli *cli)
{
    const char *text = cli_operand(cli, 0);
    struct hypothesis_draft draft = {.text = text ? text : cli_option(cli, "text"),
                                     .table = cli_option(cli, "table"),
                                     .measure = cli_option(cli, "measure"),
                                     .target = cli_option(cli, "target"),
                                     .by = cli_option(cli, "by"),
                                     .where = cli_option(cli, "where"),
                                     .against = cli_option(cli, "against"),
                                     .only = cli_option(cli, "only"),
                                     .within = cli_flag(cli, "within"),
                                     .level = cli_option(cli, "level"),
                                     .features = cli_option(cli, "features"),
                                     .unit = cli_option(cli, "unit"),
                                     .stretches = cli_flag(cli, "stretches"),
                                     .stop = cli_option(cli, "stop"),
                                     .rule = cli_option(cli, "rule"),
                                     .group = cli_option(cli, "group"),
                                     .test_groups = cli_option(cli, "test-groups"),
                                     .split = cli_option(cli, "split"),
                                     .share = cli_option(cli, "share"),
                                     .random_rows = cli_flag(cli, "random-rows"),
                                     .why = cli_option(cli, "why")};
    read_threshold(cli, &draft);
    read_missing(cli, &draft);
    return draft;
}

const struct option_spec guess_option_specs[] = {
    {.name = "reason", .value = "TEXT", .help = N_("why it is amended; stays beside both guesses")},
    {.name = "drop",
     .value = "WORD",
     .help = N_("leave this out of the amended guess, such as unit, only, stop, split"),
     .repeat = true},
    {.name = "text", .value = "TEXT", .help = N_("your guess, if it does not stand behind add")},
    {.name = "question", .value = "Q", .help = N_("the question that it belongs to")},
    {.name = "table",
     .value = "NAME",
     .help = N_("which table; \"observations\" if you name none")},
    {.name = "guideline",
     .value = "G",
     .help = N_("alpha: the answers that people give under it; else: the table is made of shared "
                "answers under it, which nobody sees until somebody looks")},
    {.name = "measure",
     .value = "M",
     .help =
         N_("about the world: share, mean-difference, ratio, slope, correlation, alpha; about "
            "a model: accuracy, balanced-accuracy, macro-f1, precision:CLASS, recall:CLASS, auc, "
            "mae, rmse, r2")},
    {.name = "target", .value = "COLUMN", .help = N_("what is measured, answered or guessed")},
    {.name = "by",
     .value = "COLUMN",
     .help = N_("slope: over what it changes; correlation: with what; ratio: for each 1 of what; "
                "alpha: who answered")},
    {.name = "where",
     .value = "CONDITION",
     .help = N_("world: share: what is counted; mean-difference, ratio: the first side, such as "
                "\"year >= 1950\"")},
    {.name = "against",
     .value = "CONDITION",
     .help = N_("world: the other side; all other rows if you name none")},
    {.name = "only", .value = "CONDITION", .help = N_("world: leave all other rows out")},
    {.name = "within", .help = N_("world: compare within each unit, then over the units")},
    {.name = "level",
     .value = "LEVEL",
     .help =
         N_("alpha: answers are nominal (names), ordinal (steps) or interval (numbers); nominal "
            "if you say nothing")},
    {.name = "features",
     .value = "A,B",
     .help = N_("model: guess from these columns; all others if you name none")},
    {.name = "unit",
     .value = "COLUMN",
     .help = N_("what counts once, such as site, night, person; every row if you name none")},
    {.name = "stretches",
     .help = N_("model: the rows are a recording, one after the other: stretches of them count "
                "once")},
    {.name = "at-least", .value = "X", .help = N_("success is X or more: 0.75, or 15/20")},
    {.name = "at-most", .value = "X", .help = N_("success is X or less")},
    {.name = "least-units", .value = "N", .help = N_("fewer units leave it open; 5 or more")},
    {.name = "stop", .value = "TEXT", .help = N_("what would make you stop")},
    {.name = "rule",
     .value = "RULE",
     .help = N_("model: your own rule to compare with, such as \"light > 365 -> 1\"")},
    {.name = "missing", .value = "VALUE", .help = N_("a text that means: missing"), .repeat = true},
    {.name = "group",
     .value = "COLUMN",
     .help = N_("model: set whole places, days or people of this column aside")},
    {.name = "test-groups", .value = "A,B", .help = N_("set exactly these groups aside")},
    {.name = "split",
     .value = "COLUMN|FILE.csv",
     .help = N_("model: a column, or a file (FILE.csv:COLUMN), that says train or test")},
    {.name = "share",
     .value = "0.25",
     .help = N_("which share is set aside; a quarter if you name none")},
    {.name = "random-rows", .help = N_("model: set rows aside at random; needs --why")},
    {.name = "why", .value = "TEXT", .help = N_("why rows at random are good enough here")},
    {.name = NULL},
};
