/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hypothesise/hypothesise_cmd.h"

#include <string.h>

#include "ask/ask.h"
#include "hypothesise/amend_cmd.h"
#include "hypothesise/guess_cmd.h"

static bool load(struct cli *cli, struct hypothesis *ret, struct err *err)
{
    struct hash id;
    return record_find(cli->record, cli_operand(cli, 0), "hypothesis", &id, err) &&
           hypothesise_load(cli->record, &id, &cli->arena, ret, err);
}

/* --- add ---------------------------------------------------------------------------------- */

/* What is said by options, or asked for: by "-" from whatever is piped in, on a terminal where
 * nothing else was typed. */
static bool say_or_ask(struct cli *cli, struct hypothesis_draft *ret, const char **ret_question,
                       struct err *err)
{
    const char *text = cli_operand(cli, 0);
    bool piped = text && strcmp(text, "-") == 0;
    *ret = guess_options(cli);
    *ret_question = cli_option(cli, "question");
    if (piped || (!text && cli_no_options(cli) && cli_can_ask(cli)))
        return guess_ask(cli, ret, ret_question, err);
    return ret->measure ||
           FAIL(err, ERR_USAGE,
                _("On a terminal, \"allmende hypothesis add\" asks one thing after the other. Or "
                  "read: allmende help hypothesis add"),
                _("It is not said what is measured: --measure M"));
}

static bool run_add(struct cli *cli, struct err *err)
{
    struct hypothesis_draft draft;
    const char *about;
    struct hash question;
    struct hash id;
    struct hypothesis h;
    if (!say_or_ask(cli, &draft, &about, err) ||
        !cli_uint(cli, "least-units", UNITS_MIN, 1000000, &draft.least_units, err))
        return false;
    if (about && !record_find(cli->record, about, "question", &question, err))
        return false;
    draft.question = about ? &question : NULL;
    if (!guess_guideline(cli, &draft, err) || !hypothesise_add(cli->record, &draft, &id, err) ||
        !hypothesise_load(cli->record, &id, &cli->arena, &h, err))
        return false;
    cli_put_text(cli, "id", hash_hex(&id).at);
    cli_put(cli, "hypothesis", guess_json(&h, &cli->arena));
    cli_say(cli, _("Written down, not locked yet:\n"));
    guess_say(cli, &h);
    if (!guess_say_split_file(cli, &h, err))
        return false;
    if (!about)
        cli_say(
            cli,
            _("It belongs to no question. (With --question Q its decision stays beside it.)\n"));
    cli_say(cli, _("Next, read it together, then lock it: allmende hypothesis freeze %.8s\n"),
            hash_hex(&id).at);
    return true;
}

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
           "or people with --group.\n"
           "On a terminal, without anything behind add, it asks one thing after the other; with "
           "\"-\" as TEXT it takes the answers, a line each, from standard input."),
    .operands = "TEXT",
    .operands_min = 0,
    .operands_max = 1,
    .example = "hypothesis add \"The ice stays shorter every year\" --measure slope "
               "--target ice_duration --by year --at-most -0.1",
    .options = guess_option_specs + GUESS_AMEND_ONLY,
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
        json_array_append_new(list, guess_json(&all[i], &cli->arena));
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

static bool run_show(struct cli *cli, struct err *err)
{
    struct hypothesis h;
    if (!load(cli, &h, err))
        return false;
    cli_put(cli, "hypothesis", guess_json(&h, &cli->arena));
    if (h.presence != BODY_PRESENT) {
        cli_say(cli, _("What the guess %.8s says is not here.\n"), hash_hex(&h.id).at);
        return true;
    }
    guess_say(cli, &h);
    if (!guess_say_split_file(cli, &h, err) || !guess_say_decided(cli, &h, err) ||
        !amend_say(cli, &h, err) || !say_exploratory(cli, &h, err) ||
        !guess_say_results(cli, &h, err))
        return false;
    if (!h.frozen) {
        cli_say(cli, _("Not locked yet. Next: allmende hypothesis freeze %.8s\n"),
                hash_hex(&h.id).at);
        return true;
    }
    cli_say(cli, _("Locked by the entry:\n"));
    guess_say_freeze(cli, &h.freeze, true);
    cli_say(cli, _("In the minutes:\n"));
    guess_say_freeze(cli, &h.freeze, false);
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
    cli_put(cli, "minutes", json_stringn(hash_hex(&id).at, GUESS_SHORT));
    cli_put(cli, "hypothesis", guess_json(&h, &cli->arena));
    cli_say(cli, _("Locked. From now on nobody can change it:\n"));
    guess_say(cli, &h);
    cli_say(cli, _("Write this number into your minutes; it proves later what was locked:\n"));
    guess_say_freeze(cli, &id, false);
    if (!warn_undecided(cli, &h, err) || !amend_say(cli, &h, err) || !say_exploratory(cli, &h, err))
        return false;
    if (h.has_guideline)
        cli_say(cli, _("Next, name observations, each alone: allmende label next %.8s\n"),
                hash_hex(&h.guideline).at);
    else
        cli_say(cli,
                _("Next, bring in observations: allmende collect import FILE.csv --table "
                  "\"%.*s\"\n"),
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
