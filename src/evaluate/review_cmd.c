/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evaluate/review_cmd.h"

#include "ask/ask.h"
#include "evaluate/review.h"

static void say_error(struct cli *cli, const struct review_error *error, json_t *list)
{
    json_t *one = json_pack("{s:s,s:s#,s:s#,s:s?,s:s#}", "item", hash_hex(&error->item).at, "truth",
                            error->truth.at, (int)error->truth.n, "guess", error->guess.at,
                            (int)error->guess.n, "cause",
                            error->reviewed ? review_cause_name(error->cause) : NULL, "note",
                            error->note.n ? error->note.at : "", (int)error->note.n);
    json_object_set_new(one, "unit",
                        json_stringn(error->unit.n ? error->unit.at : "", error->unit.n));
    json_object_set_new(one, "entry", json_string(hash_hex(&error->batch).at));
    json_object_set_new(one, "row", json_integer((json_int_t)error->position));
    json_array_append_new(list, one);
    cli_say(cli, "  %.8s  %.*s%s", hash_hex(&error->item).at, STR_ARG(error->unit),
            error->unit.n ? ", " : "");
    if (error->single)
        cli_say(cli, _("observation %.8s"), hash_hex(&error->batch).at);
    else
        cli_say(cli, _("row %llu of %.8s"), (unsigned long long)error->position,
                hash_hex(&error->batch).at);
    struct str truth = error->truth;
    struct str guess = error->guess;
    if (error->is_number) {
        truth = str_of(cli_number(cli, error->value[0], 6));
        guess = str_of(cli_number(cli, error->value[1], 6));
    }
    cli_say(cli, _(": is %.*s, it said %.*s"), STR_ARG(truth), STR_ARG(guess));
    if (error->reviewed)
        cli_say(cli, "  (%s)", review_cause_words(error->cause));
    cli_say(cli, error->note.n ? ": %.*s\n" : "%.*s\n", STR_ARG(error->note));
}

static void say_counts(struct cli *cli, const struct review *review)
{
    json_t *counts = json_object();
    for (size_t c = 0; c < CAUSE_COUNT; c++) {
        json_object_set_new(counts, review_cause_name((enum review_cause)c),
                            json_integer((json_int_t)review->count[c]));
        if (review->count[c])
            cli_say(cli, "  %zu: %s\n", review->count[c], review_cause_words((enum review_cause)c));
    }
    cli_put(cli, "causes", counts);
    cli_put_int(cli, "errors", (int64_t)review->error_n);
    cli_put_int(cli, "reviewed", (int64_t)review->reviewed);
}

/* Minutes of meetings that name this result. */
static bool say_minutes(struct cli *cli, const struct hash *verdict, struct err *err)
{
    struct minutes *minutes;
    struct str text;
    size_t n;
    if (!ask_minutes_of(cli->record, verdict, &cli->arena, &minutes, &n, err) ||
        !ask_minutes_text(cli->record, verdict, &cli->arena, &text, err))
        return false;
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, json_string(hash_hex(&minutes[i].entry).at));
    cli_say(cli, "%.*s", STR_ARG(text));
    cli_put(cli, "minutes", list);
    return true;
}

static bool run_list(struct cli *cli, struct err *err)
{
    struct review *review = arena_get(&cli->arena, 1, sizeof *review);
    json_t *list = json_array();
    struct hash id;
    size_t first;
    size_t end;
    cli_put(cli, "list", list);
    if (!record_find(cli->record, cli_operand(cli, 0), "hypothesis", &id, err) ||
        !review_load(cli->record, &id, &cli->arena, review, err) ||
        !cli_page(cli, review->error_n, &first, &end, err))
        return false;
    cli_put_text(cli, "verdict", hash_hex(&review->evaluation.entry).at);
    cli_say(cli, _("%zu errors in %zu rows, the surest or farthest off first; %zu talked about:\n"),
            review->error_n, review->evaluation.rows, review->reviewed);
    for (size_t i = first; i < end; i++)
        say_error(cli, &review->error[i], list);
    say_counts(cli, review);
    if (!say_minutes(cli, &review->evaluation.entry, err))
        return false;
    cli_say(cli, _("Write down why: allmende review add %.8s NUMBER --cause WORD --note \"…\"\n"),
            hash_hex(&id).at);
    return true;
}

const struct command review_list_command = {
    .name = "review list",
    .phase = PHASE_EVALUATE,
    .needs = NEEDS_READ,
    .summary = N_("List the errors of a model, and why it erred"),
    .details = N_("Only after the part set aside was looked at. Of several remarks on an error the "
                  "last one counts."),
    .operands = "HYPOTHESIS",
    .operands_min = 1,
    .operands_max = 1,
    .example = "review list last",
    .options = cli_page_options,
    .run = run_list,
};

static bool run_add(struct cli *cli, struct err *err)
{
    const struct review_draft draft = {.item = cli_operand(cli, 1),
                                       .cause = cli_option(cli, "cause"),
                                       .note = cli_option(cli, "note")};
    struct hash hypothesis;
    struct hash id;
    if (!record_find(cli->record, cli_operand(cli, 0), "hypothesis", &hypothesis, err) ||
        !review_add(cli->record, &hypothesis, &draft, &cli->arena, &id, err))
        return false;
    cli_put_text(cli, "id", hash_hex(&id).at);
    cli_say(cli, _("Written down. See how often each cause occurs: allmende review list %.8s\n"),
            hash_hex(&hypothesis).at);
    return true;
}

static const struct option_spec add_options[] = {
    {.name = "cause",
     .value = "WORD",
     .help = N_("wrong-answer, bad-record, hard, rare, model or other"),
     .required = true},
    {.name = "note", .value = "TEXT", .help = N_("what you saw; name nobody in it")},
    {.name = NULL},
};

const struct command review_add_command = {
    .name = "review add",
    .phase = PHASE_EVALUATE,
    .needs = NEEDS_WRITE,
    .summary = N_("Write down why the model erred on an observation"),
    .details = N_("wrong-answer: what was taken for true is wrong. bad-record: nobody could tell "
                  "from what was recorded. hard: people would be unsure, too. rare: there was "
                  "little of it to learn from. model: it simply errs."),
    .operands = "HYPOTHESIS NUMBER",
    .operands_min = 2,
    .operands_max = 2,
    .example = "review add last 3fa94c21 --cause wrong-answer --note \"It was a moorhen\"",
    .options = add_options,
    .run = run_add,
};
