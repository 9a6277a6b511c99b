/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ask add, sheet, list; and what the commands of this phase share. */
#include "ask/ask_cmd.h"

#include <string.h>

#include "record/member.h"

/* --- shared ------------------------------------------------------------------------------- */

bool ask_cmd_question(struct cli *cli, struct hash *ret, struct err *err)
{
    return record_find(cli->record, cli_operand(cli, 0), "question", ret, err);
}

void ask_cmd_put_id(struct cli *cli, const char *key, const struct hash *id)
{
    cli_put_text(cli, key, hash_hex(id).at);
}

json_t *ask_cmd_str(struct str text)
{
    return json_stringn(text.at ? text.at : "", text.n);
}

void ask_cmd_say_counts(struct cli *cli, const struct position_count *counts)
{
    cli_say(cli, _("%llu agree, %llu abstain, %llu disagree, %llu with a serious objection"),
            (unsigned long long)counts->agree, (unsigned long long)counts->abstain,
            (unsigned long long)counts->disagree, (unsigned long long)counts->objection);
}

bool ask_cmd_dots(struct cli *cli, const char *text, const uint64_t **ret, size_t *ret_n,
                  struct err *err)
{
    struct str rest = str_of(text);
    struct str part;
    uint64_t *dot = arena_get(&cli->arena, rest.n + 1, sizeof *dot);
    size_t n = 0;
    while (str_cut(&rest, ',', &part))
        if (!str_uint(str_trim(part), 1000000, &dot[n++]))
            return FAIL(err, ERR_USAGE,
                        _("Type a number for each option: allmende ask dots last 3,0,2"),
                        _("\"%s\" is not a list of whole numbers."), text);
    *ret = dot;
    *ret_n = n;
    return true;
}

bool ask_cmd_outcome(struct cli *cli, const char **ret, struct err *err)
{
    const char *word = cli_option(cli, "outcome");
    *ret = NULL;
    if (!word)
        return true;
    if (strcmp(word, "go-on") == 0)
        *ret = "go_on";
    else if (strcmp(word, "without-ai") == 0)
        *ret = "without_ai";
    else if (strcmp(word, "stop") == 0)
        *ret = "stop";
    return *ret || FAIL(err, ERR_USAGE, _("Choose from: go-on, without-ai, stop."),
                        _("\"%s\" is not an outcome."), word);
}

/* --- add and sheet ------------------------------------------------------------------------ */

/* The names of the options, in the order of enum sheet_field. */
#define SHEET_OPTIONS                                                                              \
    {.name = "problem", .value = "TEXT", .help = N_("what the problem is")},                       \
        {.name = "affected", .value = "TEXT", .help = N_("who is affected")},                      \
        {.name = "harm", .value = "TEXT", .help = N_("who could be harmed, and how")},             \
        {.name = "without-ai", .value = "TEXT", .help = N_("what you would do without AI")},       \
        {.name = "volunteers",                                                                     \
         .value = "TEXT",                                                                          \
         .help = N_("is the work that you ask of volunteers fair")},                               \
        {.name = "tools", .value = "TEXT", .help = N_("what existing tools already do")},          \
        {.name = "data", .value = "TEXT", .help = N_("what data would be needed")},                \
    {                                                                                              \
        .name = "stop", .value = "TEXT", .help = N_("what would make you stop")                    \
    }

static const struct option_spec sheet_options[] = {SHEET_OPTIONS, {.name = NULL}};

static void read_sheet(struct cli *cli, const char *sheet[SHEET_FIELDS])
{
    for (size_t i = 0; i < SHEET_FIELDS; i++)
        sheet[i] = cli_option(cli, sheet_options[i].name);
}

/* What the sheet asks and nobody has said. */
static void say_missing(struct cli *cli, const char *const sheet[SHEET_FIELDS],
                        const struct hash *id)
{
    bool some = false;
    for (size_t i = 0; i < SHEET_FIELDS; i++) {
        if (sheet[i])
            continue;
        if (!some)
            cli_say(cli, _("Not said yet; talk about it:\n"));
        some = true;
        cli_say(cli, "  --%-11s %s\n", sheet_options[i].name, _(sheet_options[i].help));
    }
    if (some)
        cli_say(cli, _("Say it later: allmende ask sheet %.8s\n"), hash_hex(id).at);
}

static bool run_add(struct cli *cli, struct err *err)
{
    struct question_draft draft = {.text = cli_operand(cli, 0),
                                   .permission = cli_option(cli, "permission")};
    struct hash id;
    if (!draft.text)
        draft.text = cli_option(cli, "text");
    read_sheet(cli, draft.sheet);
    if (!ask_add(cli->record, &draft, &id, err))
        return false;
    ask_cmd_put_id(cli, "id", &id);
    cli_say(cli, _("The question is put. Its number: %.8s\n"), hash_hex(&id).at);
    say_missing(cli, draft.sheet, &id);
    cli_say(cli, _("Next, each member takes a position: allmende ask position %.8s agree\n"),
            hash_hex(&id).at);
    return true;
}

static const struct option_spec add_options[] = {
    {.name = "text", .value = "TEXT", .help = N_("the question, if it does not stand behind add")},
    SHEET_OPTIONS,
    {.name = "permission",
     .value = "PURPOSES",
     .help = N_("project keeps it among members; else as the project says")},
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

static bool run_sheet(struct cli *cli, struct err *err)
{
    const char *sheet[SHEET_FIELDS];
    struct question q;
    struct hash question;
    struct hash id;
    read_sheet(cli, sheet);
    if (!ask_cmd_question(cli, &question, err) ||
        !ask_sheet(cli->record, &question, sheet, &id, err) ||
        !ask_load(cli->record, &question, &cli->arena, &q, err))
        return false;
    ask_cmd_put_id(cli, "id", &id);
    ask_cmd_put_id(cli, "question", &question);
    cli_say(cli, _("Written on the sheet of the question %.8s.\n"), hash_hex(&question).at);
    for (size_t i = 0; i < SHEET_FIELDS; i++)
        sheet[i] = q.sheet[i].n ? q.sheet[i].at : NULL;
    say_missing(cli, sheet, &question);
    cli_say(cli, _("See where the group stands: allmende ask show %.8s\n"), hash_hex(&question).at);
    return true;
}

const struct command ask_sheet_command = {
    .name = "ask sheet",
    .phase = PHASE_ASK,
    .needs = NEEDS_WRITE,
    .summary = N_("Answer what the sheet of a question asks"),
    .details = N_("An answer that stands is not replaced, because people have read it: say what is "
                  "to add with ask say. Who gave it can take it back (collect withdraw)."),
    .operands = "QUESTION",
    .operands_min = 1,
    .operands_max = 1,
    .example = "ask sheet last --stop \"The larvae suffer\"",
    .options = sheet_options,
    .run = run_sheet,
};

/* --- list --------------------------------------------------------------------------------- */

static json_t *question_json(const struct question *q)
{
    json_t *object = json_object();
    bool open = q->called && !q->decided;
    json_object_set_new(object, "id", json_string(hash_hex(&q->id).at));
    json_object_set_new(object, "text", ask_cmd_str(q->text));
    json_object_set_new(object, "outcome", q->decided ? ask_cmd_str(q->outcome) : json_null());
    json_object_set_new(object, "closes", open ? ask_cmd_str(q->call.closes) : json_null());
    json_object_set_new(object, "positions", ask_counts_json(&q->positions));
    return object;
}

static void say_question(struct cli *cli, const struct question *q)
{
    cli_say(cli, "%.8s  %.*s\n          ", hash_hex(&q->id).at, STR_ARG(q->text));
    ask_cmd_say_counts(cli, &q->positions);
    cli_say(cli, _("; decision: %s\n"), ask_outcome_words(q->outcome));
    if (position_people(&q->paper)) {
        cli_say(cli, _("          on paper: "));
        ask_cmd_say_counts(cli, &q->paper);
        cli_say(cli, "\n");
    }
    if (q->called && !q->decided)
        cli_say(cli, _("          call to decide, last day %.*s\n"), STR_ARG(q->call.closes));
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
        json_array_append_new(list, question_json(&questions[i]));
        say_question(cli, &questions[i]);
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
