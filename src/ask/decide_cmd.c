/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ask call, decide. */
#include <string.h>

#include "ask/ask_cmd.h"
#include "base/clock.h"

/* --- call --------------------------------------------------------------------------------- */

static bool read_call(struct cli *cli, struct call_draft *draft, struct err *err)
{
    if (strcmp(draft->closes, "today") == 0)
        draft->closes = draft->today;
    draft->option = cli_option_all(cli, "option", &draft->option_n);
    if (!ask_cmd_outcome(cli, &draft->outcome, err) ||
        !cli_uint(cli, "quorum", 1, 1000000, &draft->quorum, err) ||
        !cli_uint(cli, "dots", 1, 100, &draft->dots, err))
        return false;
    if (!draft->outcome)
        draft->outcome = "go_on";
    return true;
}

static bool run_call(struct cli *cli, struct err *err)
{
    char today[CLOCK_TEXT];
    struct call_draft draft = {.method = cli_option(cli, "method"),
                               .proposal = cli_option(cli, "proposal"),
                               .closes = cli_option(cli, "closes"),
                               .today = clock_today(today)};
    struct hash id;
    if (!read_call(cli, &draft, err) || !ask_cmd_question(cli, &draft.question, err) ||
        !ask_call(cli->record, &draft, &id, err))
        return false;
    ask_cmd_put_id(cli, "id", &id);
    ask_cmd_put_id(cli, "question", &draft.question);
    cli_put_text(cli, "closes", draft.closes);
    cli_say(cli, _("The call is out: %s, %s. Last day: %s.\n"),
            ask_outcome_words(str_of(draft.outcome)),
            ask_method_words(str_of(draft.method ? draft.method : "consent")), draft.closes);
    cli_say(cli, _("Way, rule and last day are locked now. On that day it can be decided; what "
                   "comes after it is shown and does not count.\n"));
    if (draft.option_n)
        cli_say(cli, _("Each member: allmende ask dots %.8s N,N,…\n"),
                hash_hex(&draft.question).at);
    else
        cli_say(cli, _("Each member: allmende ask position %.8s agree\n"),
                hash_hex(&draft.question).at);
    return true;
}

static const struct option_spec call_options[] = {
    {.name = "closes",
     .value = "DAY",
     .help = N_("the last day, such as 2026-12-01, or today (days end at midnight UTC)"),
     .required = true},
    {.name = "method",
     .value = "WORD",
     .help = N_("consent (nobody has a serious objection; the default), vote or dots")},
    {.name = "outcome",
     .value = "WORD",
     .help = N_("what is proposed: go-on (the default), without-ai or stop")},
    {.name = "proposal", .value = "TEXT", .help = N_("what is proposed, in words")},
    {.name = "quorum", .value = "N", .help = N_("how many people must say something")},
    {.name = "option",
     .value = "TEXT",
     .help = N_("dots: an option to lay them on"),
     .repeat = true},
    {.name = "dots", .value = "N", .help = N_("dots: how many each person has")},
    {.name = NULL},
};

const struct command ask_call_command = {
    .name = "ask call",
    .phase = PHASE_ASK,
    .needs = NEEDS_WRITE,
    .summary = N_("Call for a decision, with its last day"),
    .details =
        N_("A person in charge does this. Way, rule and last day are locked before people take "
           "positions. A vote carries if more agree than disagree and object together; who "
           "abstains counts for the quorum only. Dots choose the option that no other surpasses. "
           "If it does not carry, call anew once the last day is there."),
    .operands = "QUESTION",
    .operands_min = 1,
    .operands_max = 1,
    .example = "ask call last --method vote --closes 2026-12-01 --quorum 5",
    .options = call_options,
    .run = run_call,
};

/* --- decide ------------------------------------------------------------------------------- */

static void say_decided(struct cli *cli, const struct decision *d)
{
    cli_say(cli, _("Decided: %s. The positions and the dissent stay with it.\n"),
            ask_outcome_words(d->outcome));
    if (d->option.n)
        cli_say(cli, _("The option with the most dots: %.*s\n"), STR_ARG(d->option));
    cli_say(cli, _("Write this number into your minutes; it proves later what was decided:\n"));
    cli_say_hash(cli, &d->id, HASH_HEX);
    if (str_eq(d->outcome, STR("stop")))
        cli_say(cli, _("That is a result, too. See what is written: allmende log\n"));
    else
        cli_say(cli, _("Next, say what would count as success: allmende help hypothesis add\n"));
}

static bool run_decide(struct cli *cli, struct err *err)
{
    char today[CLOCK_TEXT];
    struct decision_draft draft = {.method = cli_option(cli, "method"),
                                   .reason = cli_option(cli, "reason"),
                                   .today = clock_today(today)};
    struct decision decision;
    struct hash id;
    if (!ask_cmd_outcome(cli, &draft.outcome, err) ||
        !cli_uint(cli, "option", 1, 20, &draft.option, err) ||
        !ask_cmd_question(cli, &draft.question, err) ||
        !ask_decide(cli->record, &draft, &id, err) ||
        !ask_decision(cli->record, &id, &cli->arena, &decision, err))
        return false;
    ask_cmd_put_id(cli, "id", &id);
    ask_cmd_put_id(cli, "question", &draft.question);
    cli_put(cli, "outcome", ask_cmd_str(decision.outcome));
    cli_put(cli, "method", ask_cmd_str(decision.method));
    cli_put(cli, "option", decision.option.n ? ask_cmd_str(decision.option) : json_null());
    cli_put_int(cli, "dissent", (int64_t)decision.dissent_n);
    say_decided(cli, &decision);
    return true;
}

static const struct option_spec decide_options[] = {
    {.name = "outcome",
     .value = "WORD",
     .help = N_("go-on, without-ai or stop; after a call, what it proposes")},
    {.name = "method",
     .value = "WORD",
     .help = N_("consent (nobody has a serious objection; the default) or vote; after a call, its "
                "own")},
    {.name = "option", .value = "N", .help = N_("dots: which of two options with equal sums")},
    {.name = "reason", .value = "TEXT", .help = N_("why; it stays for ever, so name nobody in it")},
    {.name = NULL},
};

const struct command ask_decide_command = {
    .name = "ask decide",
    .phase = PHASE_ASK,
    .needs = NEEDS_WRITE,
    .summary = N_("Write down what the group decided"),
    .details = N_("A person in charge does this. By consent it is possible only while no serious "
                  "objection stands. A decision cannot be taken back. Where there was a call, its "
                  "way and its rule hold. The number that is printed belongs into the minutes."),
    .operands = "QUESTION",
    .operands_min = 1,
    .operands_max = 1,
    .example = "ask decide last --outcome without-ai --reason \"The measurements are enough\"",
    .options = decide_options,
    .run = run_decide,
};
