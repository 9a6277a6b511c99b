/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ask/ask_cmd.h"

#include <string.h>

#include "ask/ask.h"
#include "record/member.h"

static bool find_question(struct cli *cli, struct hash *ret, struct err *err)
{
    return record_find(cli->record, cli_operand(cli, 0), "question", ret, err);
}

static void put_id(struct cli *cli, const char *key, const struct hash *id)
{
    cli_put_text(cli, key, hash_hex(id).at);
}

/* "positions": {"agree":1,…} */
static json_t *counts_json(const struct position_count *counts)
{
    json_t *object = json_object();
    json_object_set_new(object, "agree", json_integer((json_int_t)counts->agree));
    json_object_set_new(object, "abstain", json_integer((json_int_t)counts->abstain));
    json_object_set_new(object, "disagree", json_integer((json_int_t)counts->disagree));
    json_object_set_new(object, "objection", json_integer((json_int_t)counts->objection));
    return object;
}

static void say_counts(struct cli *cli, const struct position_count *counts)
{
    cli_say(cli, _("%llu agree, %llu abstain, %llu disagree, %llu with a serious objection"),
            (unsigned long long)counts->agree, (unsigned long long)counts->abstain,
            (unsigned long long)counts->disagree, (unsigned long long)counts->objection);
}

static const char *choice_text(struct str choice)
{
    if (str_eq(choice, STR("agree")))
        return _("agrees");
    if (str_eq(choice, STR("abstain")))
        return _("abstains");
    if (str_eq(choice, STR("disagree")))
        return _("disagrees");
    if (str_eq(choice, STR("objection")))
        return _("has a serious objection");
    return _("took the position back");
}

static const char *outcome_text(struct str outcome)
{
    if (str_eq(outcome, STR("go_on")))
        return _("go on");
    if (str_eq(outcome, STR("without_ai")))
        return _("go on without AI");
    if (str_eq(outcome, STR("stop")))
        return _("stop");
    return _("still open");
}

/* --- add ---------------------------------------------------------------------------------- */

static bool run_add(struct cli *cli, struct err *err)
{
    const char *text = cli_operand(cli, 0);
    struct hash id;
    if (!text)
        text = cli_option(cli, "text");
    const struct question_draft draft = {.text = text,
                                         .affected = cli_option(cli, "affected"),
                                         .harm = cli_option(cli, "harm"),
                                         .without_ai = cli_option(cli, "without-ai")};
    if (!ask_add(cli->record, &draft, &id, err))
        return false;
    put_id(cli, "id", &id);
    cli_say(cli, _("The question is put. Its number: %.8s\n"), hash_hex(&id).at);
    if (!draft.affected || !draft.harm)
        cli_say(cli, _("Not said yet: who is affected, or who could be harmed. Talk about it.\n"));
    if (!draft.without_ai)
        cli_say(cli, _("Not said yet: what you would do without AI.\n"));
    cli_say(cli, _("Next, each member takes a position: allmende ask position %.8s agree\n"),
            hash_hex(&id).at);
    return true;
}

static const struct option_spec add_options[] = {
    {.name = "text", .value = "TEXT", .help = N_("the question, if it does not stand behind add")},
    {.name = "affected", .value = "TEXT", .help = N_("who is affected")},
    {.name = "harm", .value = "TEXT", .help = N_("who could be harmed, and how")},
    {.name = "without-ai", .value = "TEXT", .help = N_("what you would do without AI")},
    {.name = NULL},
};

const struct command ask_add_command = {
    .name = "ask add",
    .phase = PHASE_ASK,
    .needs = NEEDS_WRITE,
    .summary = N_("Put a question to the group"),
    .details = N_("Say also who is affected, who could be harmed, and what you would do without "
                  "AI. These answers stay with everything that follows."),
    .operands = "TEXT",
    .operands_min = 0,
    .operands_max = 1,
    .example = "ask add \"Is the ice on our lake getting shorter?\" --affected \"the village\"",
    .options = add_options,
    .run = run_add,
};

/* --- list --------------------------------------------------------------------------------- */

static json_t *question_json(const struct question *q)
{
    json_t *object = json_object();
    json_object_set_new(object, "id", json_string(hash_hex(&q->id).at));
    json_object_set_new(object, "text", json_stringn(q->text.at, q->text.n));
    json_object_set_new(object, "outcome",
                        q->decided ? json_stringn(q->outcome.at, q->outcome.n) : json_null());
    json_object_set_new(object, "positions", counts_json(&q->positions));
    return object;
}

static bool run_list(struct cli *cli, struct err *err)
{
    struct question *questions;
    size_t n;
    size_t first;
    size_t end;
    if (!ask_list(cli->record, &cli->arena, &questions, &n, err))
        return false;
    json_t *list = json_array();
    cli_put(cli, "questions", list);
    if (!cli_page(cli, n, &first, &end, err))
        return false;
    for (size_t i = first; i < end; i++) {
        const struct question *q = &questions[i];
        json_array_append_new(list, question_json(q));
        cli_say(cli, "%.8s  %.*s\n          ", hash_hex(&q->id).at, STR_ARG(q->text));
        say_counts(cli, &q->positions);
        cli_say(cli, _("; decision: %s\n"), outcome_text(q->outcome));
    }
    if (n == 0)
        cli_say(cli, _("There is no question yet. Put one: allmende ask add \"…?\"\n"));
    else
        cli_say(cli, _("Look at one: allmende ask show NUMBER\n"));
    return true;
}

const struct command ask_list_command = {
    .name = "ask list",
    .phase = PHASE_ASK,
    .needs = NEEDS_READ,
    .summary = N_("List the questions and what was decided"),
    .operands = "",
    .example = "ask list",
    .options = cli_page_options,
    .run = run_list,
};

/* --- show --------------------------------------------------------------------------------- */

static void say_field(struct cli *cli, const char *name, struct str text)
{
    if (text.n)
        cli_say(cli, "%s %.*s\n", name, STR_ARG(text));
}

static bool show_positions(struct cli *cli, const struct hash *question, struct err *err)
{
    struct position *positions;
    struct member *members;
    size_t n;
    size_t member_n;
    if (!ask_positions(cli->record, question, &cli->arena, &positions, &n, err) ||
        !member_list(cli->record, &cli->arena, &members, &member_n, err))
        return false;
    json_t *reasons = json_array();
    cli_put(cli, "reasons", reasons);
    for (size_t i = 0; i < n; i++) {
        const struct position *p = &positions[i];
        struct str name = member_name(members, member_n, &p->author);
        json_t *one = json_object();
        json_object_set_new(one, "member", json_stringn(name.at, name.n));
        json_object_set_new(one, "choice", json_stringn(p->choice.at, p->choice.n));
        json_object_set_new(one, "reason", json_stringn(p->reason.at, p->reason.n));
        json_array_append_new(reasons, one);
        cli_say(cli, "  %.*s %s%s%.*s\n", STR_ARG(name), choice_text(p->choice),
                p->reason.n ? ": " : "", STR_ARG(p->reason));
    }
    return true;
}

static bool show_decision(struct cli *cli, const struct question *q, struct err *err)
{
    struct decision decision;
    if (!q->decided) {
        cli_put(cli, "decision", json_null());
        cli_say(cli, _("Nothing is decided yet. Next: allmende ask decide %.8s --outcome go-on\n"),
                hash_hex(&q->id).at);
        return true;
    }
    if (!ask_decision(cli->record, &q->decision, &cli->arena, &decision, err))
        return false;
    json_t *object = json_object();
    json_object_set_new(object, "id", json_string(hash_hex(&q->decision).at));
    json_object_set_new(object, "outcome", json_stringn(decision.outcome.at, decision.outcome.n));
    json_object_set_new(object, "method", json_stringn(decision.method.at, decision.method.n));
    json_object_set_new(object, "reason", json_stringn(decision.reason.at, decision.reason.n));
    json_object_set_new(object, "positions", counts_json(&decision.positions));
    cli_put(cli, "decision", object);
    bool consent = str_eq(decision.method, STR("consent"));
    cli_say(cli, _("Decided: %s (%s)\n"), outcome_text(decision.outcome),
            consent ? _("without serious objection") : _("by vote"));
    say_field(cli, _("Reason:"), decision.reason);
    if (!str_eq(decision.outcome, STR("stop")))
        cli_say(cli, _("Next, say what would count as success: allmende help hypothesis add\n"));
    return true;
}

static bool run_show(struct cli *cli, struct err *err)
{
    struct question q;
    struct hash id;
    if (!find_question(cli, &id, err) || !ask_load(cli->record, &id, &cli->arena, &q, err))
        return false;
    put_id(cli, "id", &id);
    cli_put(cli, "text", json_stringn(q.text.at, q.text.n));
    cli_put(cli, "affected", json_stringn(q.affected.at, q.affected.n));
    cli_put(cli, "harm", json_stringn(q.harm.at, q.harm.n));
    cli_put(cli, "without_ai", json_stringn(q.without_ai.at, q.without_ai.n));
    cli_put(cli, "positions", counts_json(&q.positions));
    if (q.presence == BODY_PRESENT)
        cli_say(cli, _("Question %.8s: %.*s\n"), hash_hex(&id).at, STR_ARG(q.text));
    else
        cli_say(cli, _("The text of the question %.8s is not here (any more).\n"),
                hash_hex(&id).at);
    say_field(cli, _("Who is affected:"), q.affected);
    say_field(cli, _("Who could be harmed:"), q.harm);
    say_field(cli, _("Without AI:"), q.without_ai);
    cli_say(cli, _("Positions: "));
    say_counts(cli, &q.positions);
    cli_say(cli, "\n");
    return show_positions(cli, &id, err) && show_decision(cli, &q, err);
}

const struct command ask_show_command = {
    .name = "ask show",
    .phase = PHASE_ASK,
    .needs = NEEDS_READ,
    .summary = N_("Show a question with its positions and its decision"),
    .details = N_("QUESTION is the first digits of its number, or \"last\". Names and reasons are "
                  "for members; from outside only counts are seen."),
    .operands = "QUESTION",
    .operands_min = 1,
    .operands_max = 1,
    .example = "ask show last",
    .run = run_show,
};

/* --- position ----------------------------------------------------------------------------- */

static bool run_position(struct cli *cli, struct err *err)
{
    const char *choice = cli_operand(cli, 1);
    struct hash question;
    struct hash id;
    if (!find_question(cli, &question, err) ||
        !ask_position(cli->record, &question, choice, cli_option(cli, "reason"), &id, err))
        return false;
    put_id(cli, "id", &id);
    put_id(cli, "question", &question);
    cli_put_text(cli, "choice", choice);
    cli_say(cli, _("Your position is written down: %s. Until the decision you can take another.\n"),
            choice);
    if (strcmp(choice, "objection") == 0)
        cli_say(cli, _("While it stands, nothing can be decided by consent.\n"));
    cli_say(cli, _("See where the group stands: allmende ask show %.8s\n"), hash_hex(&question).at);
    return true;
}

static const struct option_spec position_options[] = {
    {.name = "reason", .value = "TEXT", .help = N_("why; it stays with the decision")},
    {.name = NULL},
};

const struct command ask_position_command = {
    .name = "ask position",
    .phase = PHASE_ASK,
    .needs = NEEDS_WRITE,
    .summary = N_("Take a position on a question"),
    .details = N_("POSITION is agree, abstain, disagree or objection. An objection is serious: you "
                  "see harm for the group or for others. Your last position before the decision "
                  "counts."),
    .operands = "QUESTION POSITION",
    .operands_min = 2,
    .operands_max = 2,
    .example = "ask position last agree --reason \"We have the measurements anyway\"",
    .options = position_options,
    .run = run_position,
};

/* --- decide ------------------------------------------------------------------------------- */

/* The word of the record for a word of the command line; NULL if there is none. */
static const char *outcome_of(const char *word)
{
    if (strcmp(word, "go-on") == 0)
        return "go_on";
    if (strcmp(word, "without-ai") == 0)
        return "without_ai";
    return strcmp(word, "stop") == 0 ? "stop" : NULL;
}

static bool run_decide(struct cli *cli, struct err *err)
{
    const char *method = cli_option(cli, "method");
    struct decision_draft draft = {.outcome = outcome_of(cli_option(cli, "outcome")),
                                   .method = method ? method : "consent",
                                   .reason = cli_option(cli, "reason")};
    struct hash id;
    if (!draft.outcome)
        return FAIL(err, ERR_USAGE, _("Choose from: go-on, without-ai, stop."),
                    _("\"%s\" is not an outcome."), cli_option(cli, "outcome"));
    if (!find_question(cli, &draft.question, err) || !ask_decide(cli->record, &draft, &id, err))
        return false;
    put_id(cli, "id", &id);
    put_id(cli, "question", &draft.question);
    cli_put_text(cli, "outcome", draft.outcome);
    cli_put_text(cli, "method", draft.method);
    cli_say(cli, _("Decided: %s. The positions and the dissent stay with it.\n"),
            outcome_text(str_of(draft.outcome)));
    if (strcmp(draft.outcome, "stop") == 0)
        cli_say(cli, _("That is a result, too. See what is written: allmende log\n"));
    else
        cli_say(cli, _("Next, say what would count as success: allmende help hypothesis add\n"));
    return true;
}

static const struct option_spec decide_options[] = {
    {.name = "outcome", .value = "WORD", .help = N_("go-on, without-ai or stop"), .required = true},
    {.name = "method",
     .value = "WORD",
     .help = N_("consent (nobody has a serious objection; the default) or vote")},
    {.name = "reason", .value = "TEXT", .help = N_("why; it stays for ever, so name nobody in it")},
    {.name = NULL},
};

const struct command ask_decide_command = {
    .name = "ask decide",
    .phase = PHASE_ASK,
    .needs = NEEDS_WRITE,
    .summary = N_("Write down what the group decided"),
    .details = N_("A person in charge does this. By consent it is possible only while no serious "
                  "objection stands. A decision cannot be taken back."),
    .operands = "QUESTION",
    .operands_min = 1,
    .operands_max = 1,
    .example = "ask decide last --outcome without-ai --reason \"The measurements are enough\"",
    .options = decide_options,
    .run = run_decide,
};
