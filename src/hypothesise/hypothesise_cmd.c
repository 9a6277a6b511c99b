/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hypothesise/hypothesise_cmd.h"

#include "ask/ask.h"
#include "hypothesise/hypothesise.h"

static bool load(struct cli *cli, struct hypothesis *ret, struct err *err)
{
    struct hash id;
    return record_find(cli->record, cli_operand(cli, 0), "hypothesis", &id, err) &&
           hypothesise_load(cli->record, &id, &cli->arena, ret, err);
}

static json_t *text_json(struct str text)
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

static bool say_split_file(struct cli *cli, const struct hypothesis *h, struct err *err)
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

static void say_hypothesis(struct cli *cli, const struct hypothesis *h)
{
    struct str sentence = hypothesise_sentence(h, &cli->arena);
    cli_say(cli, "%.8s  %.*s\n", hash_hex(&h->id).at, STR_ARG(h->text));
    say_text(cli, _("What would count as success:"), sentence);
    if (h->target.n)
        cli_say(cli, _("  From the table \"%.*s\", column \"%.*s\"\n"), STR_ARG(h->table),
                STR_ARG(h->target));
    else
        cli_say(cli, _("  From the table \"%.*s\"\n"), STR_ARG(h->table));
    say_texts(cli, _("Guessed from:"), h->feature, h->feature_n);
    say_text(cli, _("The unit that counts once:"), h->unit);
    cli_say(cli, _("  At least %zu units, else it stays open\n"), h->least_units);
    say_split(cli, &h->split);
    say_text(cli, _("Your own rule, to compare with:"), h->rule);
    say_text(cli, _("We would stop if:"), h->stop);
    say_texts(cli, _("Missing values are written:"), h->missing, h->missing_n);
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
    json_object_set_new(object, "column", text_json(split->column));
    json_object_set_new(object, "share",
                        split->share_e4 ? json_real(split->share_e4 / 10000.0) : json_null());
    json_object_set_new(object, "condition", text_json(split->condition));
    json_object_set_new(object, "why", text_json(split->why));
    return object;
}

static json_t *hypothesis_json(const struct hypothesis *h, struct arena *arena)
{
    bool here = h->presence == BODY_PRESENT;
    json_t *object = json_object();
    json_object_set_new(object, "id", json_string(hash_hex(&h->id).at));
    json_object_set_new(object, "text", text_json(h->text));
    json_object_set_new(object, "about", json_string(h->about_model ? "model" : "world"));
    json_object_set_new(object, "measure", json_string(hypothesise_measure(h, arena)));
    json_object_set_new(object, "table", text_json(h->table));
    json_object_set_new(object, "target", text_json(h->target));
    json_object_set_new(object, "by", text_json(h->by));
    if (!h->about_model) {
        json_object_set_new(object, "where", text_json(h->where));
        json_object_set_new(object, "against", text_json(h->against));
        json_object_set_new(object, "only", text_json(h->only));
        json_object_set_new(object, "within", json_boolean(h->within));
    }
    if (!h->about_model && h->measure == WORLD_ALPHA)
        json_object_set_new(object, "level", json_string(agreement_level_name(h->level)));
    json_object_set_new(object, "unit", text_json(h->unit));
    json_object_set_new(object, "comparator", json_string(comparator_name(h->comparator)));
    json_object_set_new(object, "threshold", text_json(h->threshold_text));
    json_object_set_new(object, "least_units", json_integer((json_int_t)h->least_units));
    json_object_set_new(object, "split", split_json(&h->split));
    json_object_set_new(object, "sentence",
                        here ? text_json(hypothesise_sentence(h, arena)) : json_null());
    json_object_set_new(object, "freeze",
                        h->frozen ? json_string(hash_hex(&h->freeze).at) : json_null());
    return object;
}

/* --- add ---------------------------------------------------------------------------------- */

/* --at-least X or --at-most X; both or neither is left empty, and refused by the domain. */
static void read_threshold(struct cli *cli, struct hypothesis_draft *draft)
{
    const char *least = cli_option(cli, "at-least");
    const char *most = cli_option(cli, "at-most");
    if ((least == NULL) == (most == NULL))
        return;
    draft->comparator = least ? "at-least" : "at-most";
    draft->threshold = least ? least : most;
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

static struct hypothesis_draft read_options(struct cli *cli)
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

static bool run_add(struct cli *cli, struct err *err)
{
    struct hypothesis_draft draft = read_options(cli);
    const char *about = cli_option(cli, "question");
    struct hash question;
    struct hash id;
    struct hypothesis h;
    if (!cli_uint(cli, "least-units", UNITS_MIN, 1000000, &draft.least_units, err))
        return false;
    if (about && !record_find(cli->record, about, "question", &question, err))
        return false;
    draft.question = about ? &question : NULL;
    if (!hypothesise_add(cli->record, &draft, &id, err) ||
        !hypothesise_load(cli->record, &id, &cli->arena, &h, err))
        return false;
    cli_put_text(cli, "id", hash_hex(&id).at);
    cli_put(cli, "hypothesis", hypothesis_json(&h, &cli->arena));
    cli_say(cli, _("Written down, not locked yet:\n"));
    say_hypothesis(cli, &h);
    if (!say_split_file(cli, &h, err))
        return false;
    if (!about)
        cli_say(
            cli,
            _("It belongs to no question. (With --question Q its decision stays beside it.)\n"));
    cli_say(cli, _("Next, read it together, then lock it: allmende hypothesis freeze %.8s\n"),
            hash_hex(&id).at);
    return true;
}

static const struct option_spec add_options[] = {
    {.name = "text", .value = "TEXT", .help = N_("your guess, if it does not stand behind add")},
    {.name = "question", .value = "Q", .help = N_("the question that it belongs to")},
    {.name = "table",
     .value = "NAME",
     .help = N_("which table; \"observations\" if you name none")},
    {.name = "measure",
     .value = "M",
     .help =
         N_("about the world: share, mean-difference, ratio, slope, correlation, alpha; about "
            "a model: accuracy, balanced-accuracy, macro-f1, precision:CLASS, recall:CLASS, auc, "
            "mae, rmse, r2"),
     .required = true},
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
    {.name = "at-least", .value = "X", .help = N_("success is X or more")},
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

const struct command hypothesise_add_command = {
    .name = "hypothesis add",
    .phase = PHASE_HYPOTHESISE,
    .needs = NEEDS_WRITE,
    .summary = N_("Say what would count as success"),
    .details =
        N_("A guess is about the world (no model is needed) or about a model (how often it is "
           "right on what it has never seen).\n"
           "About the world: how many (share), how much lower or higher (mean-difference), "
           "how many for each or how many times (ratio), how it changes (slope), what goes "
           "together (correlation), how well people agree (alpha).\n"
           "About a model it must also say which part is set aside: best whole places, days "
           "or people with --group."),
    .operands = "TEXT",
    .operands_min = 0,
    .operands_max = 1,
    .example = "hypothesis add \"The ice stays shorter every year\" --measure slope "
               "--target ice_duration --by year --at-most -0.1",
    .options = add_options,
    .run = run_add,
};

/* --- list, show --------------------------------------------------------------------------- */

static bool run_list(struct cli *cli, struct err *err)
{
    struct hypothesis *all;
    size_t n;
    size_t first;
    size_t end;
    if (!hypothesise_list(cli->record, &cli->arena, &all, &n, err))
        return false;
    json_t *list = json_array();
    cli_put(cli, "hypotheses", list);
    if (!cli_page(cli, n, &first, &end, err))
        return false;
    for (size_t i = first; i < end; i++) {
        json_array_append_new(list, hypothesis_json(&all[i], &cli->arena));
        cli_say(cli, "%.8s  %.*s (%s)\n", hash_hex(&all[i].id).at, STR_ARG(all[i].text),
                all[i].frozen ? _("locked") : _("not locked yet"));
    }
    if (n == 0)
        cli_say(cli, _("There is no guess yet. Write one down: allmende help hypothesis add\n"));
    else
        cli_say(cli, _("Look at one: allmende hypothesis show NUMBER\n"));
    return true;
}

const struct command hypothesise_list_command = {
    .name = "hypothesis list",
    .phase = PHASE_HYPOTHESISE,
    .needs = NEEDS_READ,
    .summary = N_("List the guesses and which are locked"),
    .operands = "",
    .example = "hypothesis list",
    .options = cli_page_options,
    .run = run_list,
};

/* "found in data we already had", if that is so. */
static bool say_exploratory(struct cli *cli, const struct hypothesis *h, struct err *err)
{
    size_t batches;
    if (!hypothesise_data_before(cli->record, h, &batches, err))
        return false;
    cli_put(cli, "exploratory", json_boolean(batches > 0));
    if (batches == 0)
        return true;
    cli_say(cli,
            _("Found in data we already had: %zu table file(s) of \"%.*s\" were there before. "
              "That is fine for finding ideas.\n"),
            batches, STR_ARG(h->table));
    if (h->about_model)
        cli_say(
            cli,
            _("The part set aside is fixed by the lock. Until somebody looks at it, it tests the "
              "guess in earnest.\n"));
    else
        cli_say(cli, _("New data that come after it is locked can test the guess in earnest.\n"));
    return true;
}

/* The hash in groups of four, to be read out and written into the minutes. */
static void say_freeze(struct cli *cli, const struct hash *freeze)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    struct hash_text hex = hash_hex(freeze);
    for (size_t i = 0; i < HASH_HEX; i++)
        buf_printf(&text, "%s%c",
                   i == HASH_HEX / 2 ? "\n  "
                   : i && i % 4 == 0 ? " "
                                     : "",
                   hex.at[i]);
    cli_say(cli, "  %s\n", text.at);
}

static bool run_show(struct cli *cli, struct err *err)
{
    struct hypothesis h;
    if (!load(cli, &h, err))
        return false;
    cli_put(cli, "hypothesis", hypothesis_json(&h, &cli->arena));
    if (h.presence != BODY_PRESENT) {
        cli_say(cli, _("What the guess %.8s says is not here.\n"), hash_hex(&h.id).at);
        return true;
    }
    say_hypothesis(cli, &h);
    if (!say_split_file(cli, &h, err) || !say_exploratory(cli, &h, err))
        return false;
    if (!h.frozen) {
        cli_say(cli, _("Not locked yet. Next: allmende hypothesis freeze %.8s\n"),
                hash_hex(&h.id).at);
        return true;
    }
    cli_say(cli, _("Locked by the entry:\n"));
    say_freeze(cli, &h.freeze);
    cli_say(cli,
            h.about_model ? _("Next, train with it: allmende train %.8s\n")
                          : _("Next, see what the data say: allmende evaluate %.8s\n"),
            hash_hex(&h.id).at);
    return true;
}

const struct command hypothesise_show_command = {
    .name = "hypothesis show",
    .phase = PHASE_HYPOTHESISE,
    .needs = NEEDS_READ,
    .summary = N_("Show a guess and what would count as success"),
    .details = N_("HYPOTHESIS is the first digits of its number, or \"last\"."),
    .operands = "HYPOTHESIS",
    .operands_min = 1,
    .operands_max = 1,
    .example = "hypothesis show last",
    .run = run_show,
};

/* --- freeze ------------------------------------------------------------------------------- */

static bool warn_undecided(struct cli *cli, const struct hypothesis *h, struct err *err)
{
    struct question question;
    if (!h->has_question)
        return true;
    if (!ask_load(cli->record, &h->question, &cli->arena, &question, err))
        return false;
    if (!question.decided)
        cli_warn(cli, _("The group has not decided on its question %.8s yet."),
                 hash_hex(&h->question).at);
    return true;
}

static bool run_freeze(struct cli *cli, struct err *err)
{
    struct hypothesis h;
    struct hash id;
    if (!load(cli, &h, err) || !hypothesise_freeze(cli->record, &h.id, &id, err) ||
        !hypothesise_load(cli->record, &h.id, &cli->arena, &h, err))
        return false;
    cli_put_text(cli, "freeze", hash_hex(&id).at);
    cli_put(cli, "hypothesis", hypothesis_json(&h, &cli->arena));
    cli_say(cli, _("Locked. From now on nobody can change it:\n"));
    say_hypothesis(cli, &h);
    cli_say(cli, _("Write this number into your minutes; it proves later what was locked:\n"));
    say_freeze(cli, &id);
    if (!warn_undecided(cli, &h, err) || !say_exploratory(cli, &h, err))
        return false;
    cli_say(cli,
            _("Next, bring in observations: allmende collect import FILE.csv --table \"%.*s\"\n"),
            STR_ARG(h.table));
    return true;
}

const struct command hypothesise_freeze_command = {
    .name = "hypothesis freeze",
    .phase = PHASE_HYPOTHESISE,
    .needs = NEEDS_WRITE,
    .summary = N_("Write the guess down and lock it"),
    .details = N_("Measure, threshold and the part set aside are fixed from then on. The number "
                  "that is printed belongs into your minutes: a copy that somebody changed "
                  "elsewhere has another one."),
    .operands = "HYPOTHESIS",
    .operands_min = 1,
    .operands_max = 1,
    .example = "hypothesis freeze last",
    .run = run_freeze,
};
