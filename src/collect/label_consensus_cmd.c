/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared answers, what is disputed, and what a round table found. Answers are shown of observations
 * that have enough only, and not while label_may_show forbids it. */
#include <string.h>

#include "collect/label_cmd.h"
#include "record/record.h"

static json_t *text_json(struct str text)
{
    return json_stringn(text.at, text.n);
}

/* --- consensus ------------------------------------------------------------------------------- */

static bool read_method(struct cli *cli, bool *ret_dawid_skene, uint64_t *ret_cap, struct err *err)
{
    const char *method = cli_option(cli, "method");
    *ret_cap = 0;
    *ret_dawid_skene = method && strcmp(method, "dawid-skene") == 0;
    if (method && !*ret_dawid_skene && strcmp(method, "majority") != 0)
        return FAIL(err, ERR_USAGE, _("Choose from: majority, dawid-skene."),
                    _("\"%s\" is no way to a shared answer."), method);
    return cli_uint(cli, "cap", 1, 1000000000, ret_cap, err);
}

static json_t *check_json(const struct consensus_check *check)
{
    json_t *one = json_object();
    json_object_set_new(one, "known", json_integer((json_int_t)check->known));
    json_object_set_new(one, "right", json_integer((json_int_t)check->right));
    json_object_set_new(one, "low", cli_real(check->low));
    json_object_set_new(one, "high", cli_real(check->high));
    json_object_set_new(one, "certainty", cli_real(check->certainty));
    json_object_set_new(one, "untempered", cli_real(check->raw));
    json_object_set_new(one, "temperature", cli_real(check->temperature));
    return one;
}

static void say_certainty(struct cli *cli, const struct label_result *result)
{
    const struct consensus_check *check = &result->check;
    cli_put(cli, "calibrated", json_boolean(check->calibrated));
    cli_put(cli, "check", result->dawid_skene ? check_json(check) : json_null());
    if (!result->dawid_skene)
        cli_say(cli, _("Beside each stands the share of the answers that say the same; that is no "
                       "probability.\n"));
    else if (check->calibrated)
        cli_say(cli,
                _("Its certainty is checked: of %zu known observations %zu are right, and it said "
                  "%s on average (%s before it was tempered).\n"),
                check->known, check->right, cli_number(cli, check->certainty, 3),
                cli_number(cli, check->raw, 3));
    else if (check->known < CONSENSUS_CHECK_LEAST)
        cli_say(cli,
                _("Its certainty is NOT checked: there are %zu known observations, and %d are "
                  "needed (allmende label gold). Do not take it for a probability.\n"),
                check->known, CONSENSUS_CHECK_LEAST);
    else
        cli_say(cli,
                _("Its certainty is NOT to be believed: of %zu known observations %zu are right, "
                  "but it said %s on average. Do not take it for a probability.\n"),
                check->known, check->right, cli_number(cli, check->certainty, 3));
    if (result->dawid_skene && !result->consensus.settled)
        cli_warn(cli, _("The answers had not settled after %u rounds."), result->consensus.rounds);
}

/* Where people cannot be told apart, weighing them does harm. */
static void say_foretold(struct cli *cli, const struct consensus_foretold *f)
{
    cli_put(cli, "foretold",
            json_pack("{s:I,s:I,s:I}", "answers", (json_int_t)f->answers, "by_person",
                      (json_int_t)f->by_person, "by_majority", (json_int_t)f->by_majority));
    if (f->by_person > f->by_majority)
        cli_say(cli,
                _("It helps to weigh: of %zu answers that were left out and foretold, %zu were "
                  "right by what is known of each person, %zu by what most others said.\n"),
                f->answers, f->by_person, f->by_majority);
    else
        cli_warn(
            cli,
            _("Weighing does not help here: of %zu answers that were left out and foretold, "
              "%zu were right by what is known of each person, %zu by what most others said. "
              "There are too few answers a person, or all answer alike. Take the majority: leave "
              "--method out."),
            f->answers, f->by_person, f->by_majority);
}

static void say_result(struct cli *cli, const struct labels *labels,
                       const struct label_result *result)
{
    json_t *counts = json_array();
    cli_put_text(cli, "method", result->dawid_skene ? "dawid-skene" : "majority");
    cli_put_int(cli, "items", (int64_t)result->items);
    cli_put_int(cli, "answers", (int64_t)result->answers);
    cli_put_int(cli, "disputed", (int64_t)result->disputed);
    cli_put_int(cli, "settled_by_round_table", (int64_t)result->settled);
    cli_put_int(cli, "rounds", result->consensus.rounds);
    cli_put(cli, "counts", counts);
    cli_say(cli, _("Shared answers for %zu observations, out of %llu answers:\n"), result->items,
            (unsigned long long)result->answers);
    for (size_t k = 0; k < labels->guide.choice_n; k++) {
        size_t n = 0;
        for (size_t u = 0; u < labels->item_n; u++)
            n += result->consensus.answer[u] == k;
        json_array_append_new(counts, json_integer((json_int_t)n));
        cli_say(cli, "  %.*s: %zu\n", STR_ARG(labels->guide.choice[k]), n);
    }
    cli_say(cli,
            _("Disputed: %zu, of these settled at a round table: %zu (allmende label disputed "
              "%.8s)\n"),
            result->disputed, result->settled, hash_hex(&labels->guide.id).at);
}

static bool write_table(struct cli *cli, const struct label_write_draft *draft, struct err *err)
{
    struct label_written written;
    if (!label_write(cli->record, draft, &written, err))
        return false;
    cli_put_text(cli, "id", hash_hex(&written.id).at);
    cli_put_text(cli, "table", draft->table);
    cli_put_int(cli, "rows", (int64_t)written.rows);
    cli_put_int(cli, "there", (int64_t)written.there);
    cli_put_int(cli, "unlabeled", (int64_t)written.unlabeled);
    cli_put_int(cli, "unmatched", (int64_t)written.unmatched);
    cli_say(cli, _("Written into the table \"%s\": %zu rows.\n"), draft->table, written.rows);
    if (written.there)
        cli_say(cli, _("%zu stood in it already; they stay as they were.\n"), written.there);
    if (written.unlabeled)
        cli_say(cli, _("%zu rows have no shared answer yet, and were left out.\n"),
                written.unlabeled);
    if (written.unmatched)
        cli_warn(cli, _("%zu shared answers are about observations that are not in that table."),
                 written.unmatched);
    cli_say(cli, _("Ask it what you want to know (allmende help hypothesis add).\n"));
    return true;
}

/* While a locked guess asks them, answers may be written into its table, but nothing is shown. */
static bool run_consensus(struct cli *cli, struct err *err)
{
    const char *table = cli_option(cli, "write");
    struct labels labels;
    struct err hidden = {0};
    bool dawid_skene;
    uint64_t cap;
    if (cli_option(cli, "join") && !table)
        return FAIL(err, ERR_USAGE, _("Add --write TABLE."), _("--join needs --write."));
    if (!read_method(cli, &dawid_skene, &cap, err) || !label_cmd_load(cli, false, &labels, err))
        return false;
    bool shown = label_may_show(cli->record, &labels.guide.id, &hidden);
    if (!shown && (!table || hidden.code != ERR_DENIED)) {
        *err = hidden;
        return false;
    }
    struct label_result result = label_consensus(&labels, dawid_skene, cap, &cli->arena);
    const struct label_write_draft draft = {&labels, &result, table, cli_option(cli, "join")};
    if (shown) {
        say_result(cli, &labels, &result);
        say_certainty(cli, &result);
        if (dawid_skene) {
            label_foretell(&labels, &result);
            say_foretold(cli, &result.foretold);
        }
    } else {
        cli_say(cli, _("Shared answers stay unseen: a locked guess asks them.\n"));
    }
    return !table || write_table(cli, &draft, err);
}

#define METHOD_OPTIONS                                                                             \
    {.name = "method",                                                                             \
     .value = "majority|dawid-skene",                                                              \
     .help = N_("the most frequent answer (majority, if you say nothing), or weighed by how well " \
                "people's answers fit together")},                                                 \
    {                                                                                              \
        .name = "cap", .value = "N",                                                               \
        .help = N_("all answers of a person together weigh no more than so many")                  \
    }

static const struct option_spec consensus_options[] = {
    METHOD_OPTIONS,
    {.name = "write", .value = "TABLE", .help = N_("write them down as a table of this name")},
    {.name = "join",
     .value = "TABLE:COLUMN",
     .help = N_("write the rows of this table with the shared answer beside them, so that a model "
                "can learn from it; COLUMN names the observation")},
    {.name = NULL},
};

const struct command label_consensus_command = {
    .name = "label consensus",
    .phase = PHASE_COLLECT,
    .needs = NEEDS_WRITE,
    .summary = N_("Find the shared answers"),
    .details = N_("Over observations that have enough answers. How one person answers is never "
                  "shown. dawid-skene helps with many people; with a handful the majority is as "
                  "good or better."),
    .operands = "GUIDELINE",
    .operands_min = 1,
    .operands_max = 1,
    .example = "label consensus last --method dawid-skene",
    .options = consensus_options,
    .run = run_consensus,
};

/* --- disputed and round table ---------------------------------------------------------------- */

static void say_disputed(struct cli *cli, const struct labels *labels,
                         const struct label_result *result, size_t item, json_t *list)
{
    uint64_t *counts = arena_get(&cli->arena, labels->guide.choice_n, sizeof *counts);
    json_t *one = json_object();
    json_t *said = json_object();
    uint32_t outcome = labels->outcome[item];
    label_counts(labels, item, counts);
    cli_say(cli, "%.*s ", STR_ARG(labels->item[item]));
    for (size_t k = 0; k < labels->guide.choice_n; k++) {
        struct str choice = labels->guide.choice[k];
        if (!counts[k])
            continue;
        json_object_setn_new(said, choice.at, choice.n, json_integer((json_int_t)counts[k]));
        cli_say(cli, " %.*s %llu,", STR_ARG(choice), (unsigned long long)counts[k]);
    }
    cli_say(cli, _(" does not know %u"), (unsigned)labels->unknown[item]);
    json_object_set_new(one, "item", text_json(labels->item[item]));
    json_object_set_new(one, "counts", said);
    json_object_set_new(one, "dont_know", json_integer(labels->unknown[item]));
    json_object_set_new(one, "tied", json_boolean(result->consensus.tied[item]));
    json_object_set_new(one, "settled", json_boolean(outcome != LABEL_NONE));
    if (outcome < labels->guide.choice_n)
        cli_say(cli, _("; round table: %.*s"), STR_ARG(labels->guide.choice[outcome]));
    else if (outcome == LABEL_UNKNOWN)
        cli_say(cli, _("; round table: it cannot be told"));
    cli_say(cli, "\n");
    json_array_append_new(list, one);
}

static bool run_disputed(struct cli *cli, struct err *err)
{
    struct labels labels;
    bool dawid_skene;
    uint64_t cap;
    size_t first;
    size_t end;
    size_t n = 0;
    json_t *list = json_array();
    cli_put(cli, "disputed", list);
    if (!read_method(cli, &dawid_skene, &cap, err) || !label_cmd_load(cli, false, &labels, err) ||
        !label_may_show(cli->record, &labels.guide.id, err))
        return false;
    struct label_result result = label_consensus(&labels, dawid_skene, cap, &cli->arena);
    if (!cli_page(cli, result.disputed, &first, &end, err))
        return false;
    for (size_t u = 0; u < labels.item_n; u++) {
        if (!label_is_disputed(&labels, &result, u))
            continue;
        if (n >= first && n < end)
            say_disputed(cli, &labels, &result, u, list);
        n++;
    }
    cli_put_int(cli, "total", (int64_t)n);
    if (n == 0)
        cli_say(cli, _("Nothing is disputed.\n"));
    else
        cli_say(cli,
                _("Look at them together, then write down what comes of it: allmende label "
                  "round-table %.8s ITEM ANSWER\n"),
                hash_hex(&labels.guide.id).at);
    return true;
}

static const struct option_spec disputed_options[] = {
    METHOD_OPTIONS,
    {.name = "limit", .value = "N", .help = N_("show so many at most; 100 if you say nothing")},
    {.name = "from", .value = "N", .help = N_("begin with the N-th")},
    {.name = NULL},
};

const struct command label_disputed_command = {
    .name = "label disputed",
    .phase = PHASE_COLLECT,
    .needs = NEEDS_READ,
    .summary = N_("List observations on which people are not of one mind"),
    .details = N_("Those that have enough answers, and where answers are tied, fewer than two "
                  "thirds say the same, or more people do not know than know."),
    .operands = "GUIDELINE",
    .operands_min = 1,
    .operands_max = 1,
    .example = "label disputed last",
    .options = disputed_options,
    .run = run_disputed,
};

static bool run_round_table(struct cli *cli, struct err *err)
{
    const char *answer = cli_operand(cli, 2);
    bool unknown = cli_flag(cli, "cannot-be-told");
    struct round_table_draft draft = {.one = {str_of(cli_operand(cli, 1)), str_of(answer), unknown},
                                      .reason = cli_option(cli, "reason")};
    struct hash id;
    if (!answer == !unknown)
        return FAIL(err, ERR_USAGE,
                    _("For example: allmende label round-table last IMG_7.jpg "
                      "bunting --reason \"the beak\""),
                    _("Say an answer, or --cannot-be-told."));
    if (!label_cmd_guideline(cli, &draft.guideline, err) ||
        !label_may_show(cli->record, &draft.guideline, err) ||
        !label_round_table(cli->record, &draft, &id, err))
        return false;
    cli_put_text(cli, "id", hash_hex(&id).at);
    cli_say(cli,
            _("The outcome of the round table is written down (%.8s). It stands above the "
              "counted answers.\n"),
            hash_hex(&id).at);
    return true;
}

static const struct option_spec round_table_options[] = {
    {.name = "cannot-be-told", .help = N_("together you found that it cannot be told")},
    {.name = "reason", .value = "TEXT", .help = N_("why; it may become an example")},
    {.name = NULL},
};

const struct command label_round_table_command = {
    .name = "label round-table",
    .phase = PHASE_COLLECT,
    .needs = NEEDS_WRITE,
    .summary = N_("Write down what a round table found"),
    .operands = "GUIDELINE ITEM [ANSWER]",
    .operands_min = 2,
    .operands_max = 3,
    .example = "label round-table last IMG_7.jpg bunting --reason \"the beak\"",
    .options = round_table_options,
    .run = run_round_table,
};
