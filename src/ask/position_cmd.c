/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ask position, dots, paper. */
#include <string.h>

#include "ask/ask_cmd.h"
#include "base/clock.h"

#define PERMISSION_OPTION                                                                          \
    {                                                                                              \
        .name = "permission", .value = "PURPOSES",                                                 \
        .help = N_("project keeps it among members; else as the project says")                     \
    }

static void put_late(struct cli *cli, bool late)
{
    cli_put(cli, "late", json_boolean(late));
    if (late)
        cli_warn(cli, _("The last day of the call is over: this is shown and does not count."));
}

/* --- position ----------------------------------------------------------------------------- */

/* The word for people; what is typed stays English. */
static const char *position_words(const char *choice)
{
    if (strcmp(choice, "agree") == 0)
        return _("agree");
    if (strcmp(choice, "abstain") == 0)
        return _("abstain");
    return strcmp(choice, "disagree") == 0 ? _("disagree") : _("serious objection");
}

static bool run_position(struct cli *cli, struct err *err)
{
    char today[CLOCK_TEXT];
    struct position_draft draft = {.choice = cli_operand(cli, 1),
                                   .reason = cli_option(cli, "reason"),
                                   .permission = cli_option(cli, "permission"),
                                   .today = clock_today(today)};
    struct hash id;
    bool late;
    if (!ask_cmd_question(cli, &draft.question, err) ||
        !ask_position(cli->record, &draft, &id, &late, err))
        return false;
    ask_cmd_put_id(cli, "id", &id);
    ask_cmd_put_id(cli, "question", &draft.question);
    cli_put_text(cli, "choice", draft.choice);
    put_late(cli, late);
    if (!late)
        cli_say(cli,
                _("Your position is written down: %s. Until the decision you can take another.\n"),
                position_words(draft.choice));
    if (strcmp(draft.choice, "objection") == 0 && !late)
        cli_say(cli, draft.reason ? _("While it stands, nothing can be decided by consent.\n")
                                  : _("While it stands, nothing can be decided by consent. Say "
                                      "what harm you see: take it again with --reason.\n"));
    cli_say(cli, _("See where the group stands: allmende ask show %.8s\n"),
            hash_hex(&draft.question).at);
    return true;
}

static const struct option_spec position_options[] = {
    {.name = "reason", .value = "TEXT", .help = N_("why; it stays with the decision")},
    PERMISSION_OPTION,
    {.name = NULL},
};

const struct command ask_position_command = {
    .name = "ask position",
    .phase = PHASE_ASK,
    .needs = NEEDS_WRITE,
    .summary = N_("Take a position on a question"),
    .details = N_("POSITION is agree, abstain, disagree or objection. An objection is serious: you "
                  "see harm for the group or for others. Your last position before the decision "
                  "counts; after the last day of a call it is only shown."),
    .operands = "QUESTION POSITION",
    .operands_min = 2,
    .operands_max = 2,
    .example = "ask position last agree --reason \"We have the measurements anyway\"",
    .options = position_options,
    .run = run_position,
};

/* --- dots --------------------------------------------------------------------------------- */

static bool run_dots(struct cli *cli, struct err *err)
{
    char today[CLOCK_TEXT];
    struct dots_draft draft = {.reason = cli_option(cli, "reason"),
                               .permission = cli_option(cli, "permission"),
                               .today = clock_today(today)};
    struct hash id;
    bool late;
    if (!ask_cmd_dots(cli, cli_operand(cli, 1), &draft.dot, &draft.n, err) ||
        !ask_cmd_question(cli, &draft.question, err) ||
        !ask_dots(cli->record, &draft, &id, &late, err))
        return false;
    ask_cmd_put_id(cli, "id", &id);
    ask_cmd_put_id(cli, "question", &draft.question);
    put_late(cli, late);
    if (!late)
        cli_say(cli, _("Your dots are written down. Until the decision you can move them.\n"));
    cli_say(cli, _("See where the group stands: allmende ask show %.8s\n"),
            hash_hex(&draft.question).at);
    return true;
}

static const struct option_spec dots_options[] = {
    {.name = "reason", .value = "TEXT", .help = N_("why; it stays with the decision")},
    PERMISSION_OPTION,
    {.name = NULL},
};

const struct command ask_dots_command = {
    .name = "ask dots",
    .phase = PHASE_ASK,
    .needs = NEEDS_WRITE,
    .summary = N_("Distribute your dots over the options of a call"),
    .details = N_("DOTS is a number for each option, in their order, with commas between them. "
                  "You need not give all that you have."),
    .operands = "QUESTION DOTS",
    .operands_min = 2,
    .operands_max = 2,
    .example = "ask dots last 2,1,0",
    .options = dots_options,
    .run = run_dots,
};

/* --- paper -------------------------------------------------------------------------------- */

/* "disagree: too far away" becomes position and reason. */
static bool read_reasons(struct cli *cli, struct paper_draft *draft, struct err *err)
{
    size_t n;
    const char *const *given = cli_option_all(cli, "reason", &n);
    struct paper_reason *reason = arena_get(&cli->arena, n, sizeof *reason);
    for (size_t i = 0; i < n; i++) {
        struct str rest = str_of(given[i]);
        struct str choice;
        if (!str_cut(&rest, ':', &choice) || !str_trim(rest).n)
            return FAIL(err, ERR_USAGE, _("Type for example: --reason \"disagree: too far away\""),
                        _("\"%s\" does not say whose reason it is."), given[i]);
        reason[i].choice = arena_copy(&cli->arena, str_trim(choice));
        reason[i].reason = arena_copy(&cli->arena, str_trim(rest));
    }
    draft->reason = reason;
    draft->reason_n = n;
    return true;
}

static bool read_paper(struct cli *cli, struct paper_draft *draft, struct err *err)
{
    const char *dots = cli_option(cli, "dots");
    const uint64_t most = 1000000;
    if (!cli_uint(cli, "agree", 0, most, &draft->counts.agree, err) ||
        !cli_uint(cli, "abstain", 0, most, &draft->counts.abstain, err) ||
        !cli_uint(cli, "disagree", 0, most, &draft->counts.disagree, err) ||
        !cli_uint(cli, "objection", 0, most, &draft->counts.objection, err) ||
        !cli_uint(cli, "people", 1, most, &draft->people, err) || !read_reasons(cli, draft, err))
        return false;
    return !dots || ask_cmd_dots(cli, dots, &draft->dot, &draft->dot_n, err);
}

static bool run_paper(struct cli *cli, struct err *err)
{
    char today[CLOCK_TEXT];
    struct paper_draft draft = {.names = cli_option(cli, "names"),
                                .on = cli_option(cli, "on"),
                                .permission = cli_option(cli, "permission")};
    struct hash id;
    bool late;
    if (!draft.on)
        draft.on = clock_today(today);
    if (!read_paper(cli, &draft, err) || !ask_cmd_question(cli, &draft.question, err) ||
        !ask_paper(cli->record, &draft, &id, &late, err))
        return false;
    uint64_t people = draft.dot ? draft.people : position_people(&draft.counts);
    ask_cmd_put_id(cli, "id", &id);
    ask_cmd_put_id(cli, "question", &draft.question);
    cli_put_int(cli, "people", (int64_t)people);
    put_late(cli, late);
    cli_say(cli,
            _("Entered from paper: %llu people. They are counted, and shown apart from the "
              "members' positions.\n"),
            (unsigned long long)people);
    cli_say(cli, _("A mistake? Take it back and enter it anew: allmende collect withdraw %.8s\n"),
            hash_hex(&id).at);
    return true;
}

static const struct option_spec paper_options[] = {
    {.name = "agree", .value = "N", .help = N_("how many agree")},
    {.name = "abstain", .value = "N", .help = N_("how many abstain")},
    {.name = "disagree", .value = "N", .help = N_("how many disagree")},
    {.name = "objection", .value = "N", .help = N_("how many have a serious objection")},
    {.name = "dots", .value = "N,N", .help = N_("their dots, one sum for each option")},
    {.name = "people", .value = "N", .help = N_("how many people gave these dots")},
    {.name = "reason",
     .value = "TEXT",
     .help = N_("POSITION: why, without a name"),
     .repeat = true},
    {.name = "names", .value = "TEXT", .help = N_("who they are; stays among the members")},
    {.name = "on",
     .value = "DAY",
     .help = N_("the day on which they said so; today, if not given")},
    PERMISSION_OPTION,
    {.name = NULL},
};

const struct command ask_paper_command = {
    .name = "ask paper",
    .phase = PHASE_ASK,
    .needs = NEEDS_WRITE,
    .summary = N_("Enter what people without a device said on paper"),
    .details = N_("For people who are no members, or who took no position themselves: count each "
                  "person once. Each paper adds to those before it."),
    .operands = "QUESTION",
    .operands_min = 1,
    .operands_max = 1,
    .example = "ask paper last --agree 5 --disagree 1 --reason \"disagree: too far away\"",
    .options = paper_options,
    .run = run_paper,
};
