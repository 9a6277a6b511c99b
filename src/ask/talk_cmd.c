/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ask say, talk, minutes, revisit. */
#include <string.h>

#include "ask/ask_cmd.h"
#include "base/clock.h"
#include "base/file.h"
#include "record/member.h"

enum { MINUTES_MAX_BYTES = 1 << 20 };

static const char permission_help[] =
    N_("project,publication: it may be made public; else it stays among the members");

/* The entry that the first operand names; "last" is the last question, as in all of ask. */
static bool find_object(struct cli *cli, struct hash *ret, struct err *err)
{
    const char *word = cli_operand(cli, 0);
    return record_find(cli->record, word, strcmp(word, "last") == 0 ? "question" : NULL, ret, err);
}

/* --- say ---------------------------------------------------------------------------------- */

static bool run_say(struct cli *cli, struct err *err)
{
    struct remark_draft draft = {.text = cli_operand(cli, 1),
                                 .permission = cli_option(cli, "permission")};
    struct hash id;
    if (!find_object(cli, &draft.about, err) || !ask_remark(cli->record, &draft, &id, err))
        return false;
    ask_cmd_put_id(cli, "id", &id);
    ask_cmd_put_id(cli, "about", &draft.about);
    cli_say(cli, _("Said about %.8s. Its number: %.8s\n"), hash_hex(&draft.about).at,
            hash_hex(&id).at);
    cli_say(cli,
            _("Reply: allmende ask say %.8s \"…\". Take back: allmende collect withdraw %.8s\n"),
            hash_hex(&id).at, hash_hex(&id).at);
    return true;
}

static const struct option_spec say_options[] = {
    {.name = "permission", .value = "PURPOSES", .help = permission_help},
    {.name = NULL},
};

const struct command ask_say_command = {
    .name = "ask say",
    .phase = PHASE_ASK,
    .needs = NEEDS_WRITE,
    .summary = N_("Say something about a question, a guess, a result or any other entry"),
    .details =
        N_("ENTRY is the first digits of its number, or \"last\" for the last question. Named a "
           "remark, it is a reply. What you say you can take back (collect withdraw)."),
    .operands = "ENTRY TEXT",
    .operands_min = 2,
    .operands_max = 2,
    .example = "ask say last \"We should ask the farmers first\"",
    .options = say_options,
    .run = run_say,
};

/* --- talk --------------------------------------------------------------------------------- */

static void say_remark(struct cli *cli, const struct remark *r, struct str name)
{
    cli_say(cli, "  %*s%.8s  %.*s: %.*s%s\n", (int)(r->depth > 8 ? 8 : r->depth) * 2, "",
            hash_hex(&r->entry).at, STR_ARG(name), STR_ARG(r->text),
            r->orphan ? _(" (in reply to what was taken back)") : "");
}

bool ask_cmd_talk(struct cli *cli, const struct hash *about, struct err *err)
{
    struct remark *remarks;
    struct member *members;
    size_t n;
    size_t member_n;
    json_t *list = json_array();
    cli_put(cli, "talk", list);
    if (!ask_remarks(cli->record, about, &cli->arena, &remarks, &n, err) ||
        !member_list(cli->record, &cli->arena, &members, &member_n, err))
        return false;
    if (n)
        cli_say(cli, _("Talk:\n"));
    for (size_t i = 0; i < n; i++) {
        const struct remark *r = &remarks[i];
        struct str name = member_name(members, member_n, &r->author);
        json_t *one = json_object();
        json_object_set_new(one, "id", json_string(hash_hex(&r->entry).at));
        json_object_set_new(one, "member", ask_cmd_str(name));
        json_object_set_new(one, "text", ask_cmd_str(r->text));
        json_object_set_new(one, "reply_to",
                            r->replies ? json_string(hash_hex(&r->reply_to).at) : json_null());
        json_object_set_new(one, "depth", json_integer((json_int_t)r->depth));
        json_array_append_new(list, one);
        say_remark(cli, r, name);
    }
    return true;
}

/* Which entries somebody talks about. */
static bool list_talk(struct cli *cli, struct err *err)
{
    struct ids ids;
    json_t *list = json_array();
    cli_put(cli, "talked_about", list);
    if (!ask_talked_about(cli->record, &cli->arena, &ids, err))
        return false;
    for (size_t i = 0; i < ids.n; i++) {
        CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
        struct remark *remarks;
        size_t n;
        if (!record_entry(cli->record, &ids.at[i], &cli->arena, &entry, err) ||
            !ask_remarks(cli->record, &ids.at[i], &cli->arena, &remarks, &n, err))
            return false;
        json_t *one = json_object();
        json_object_set_new(one, "id", json_string(hash_hex(&ids.at[i]).at));
        json_object_set_new(one, "kind", json_string(entry.header.kind));
        json_object_set_new(one, "remarks", json_integer((json_int_t)n));
        json_array_append_new(list, one);
        cli_say(cli, _("%.8s  %-12s %zu remark(s)\n"), hash_hex(&ids.at[i]).at, entry.header.kind,
                n);
    }
    if (ids.n)
        cli_say(cli, _("Read: allmende ask talk NUMBER\n"));
    else
        cli_say(cli, _("Nobody has said anything yet. Begin: allmende ask say ENTRY \"…\"\n"));
    return true;
}

static bool run_talk(struct cli *cli, struct err *err)
{
    struct hash about;
    if (!cli_operand(cli, 0))
        return list_talk(cli, err);
    if (!find_object(cli, &about, err) || !ask_cmd_talk(cli, &about, err))
        return false;
    ask_cmd_put_id(cli, "about", &about);
    cli_say(cli, _("Say something: allmende ask say %.8s \"…\"\n"), hash_hex(&about).at);
    return true;
}

const struct command ask_talk_command = {
    .name = "ask talk",
    .phase = PHASE_ASK,
    .needs = NEEDS_READ,
    .summary = N_("Show what was said about an entry, or which entries are talked about"),
    .operands = "ENTRY",
    .operands_min = 0,
    .operands_max = 1,
    .example = "ask talk last",
    .run = run_talk,
};

/* --- minutes ------------------------------------------------------------------------------ */

/* --text, or the text of --file; NULL: neither. */
static bool minutes_text(struct cli *cli, const char **ret, struct err *err)
{
    CLEANUP(buf_release) struct buf bytes = BUF_INIT;
    const char *path = cli_option(cli, "file");
    size_t at;
    *ret = cli_option(cli, "text");
    if (!path)
        return true;
    if (*ret)
        return FAIL(err, ERR_USAGE, _("Leave one of them out."),
                    _("--text and --file both say what the minutes are."));
    if (!file_read(path, MINUTES_MAX_BYTES, &bytes, err))
        return false;
    if (!str_utf8(buf_view(&bytes), &at) || memchr(bytes.at, 0, bytes.n))
        return FAIL(err, ERR_INPUT, _("Save it as plain text in UTF-8."), _("%s is no plain text."),
                    path);
    *ret = arena_copy(&cli->arena, buf_view(&bytes));
    return true;
}

/* The last of a kind, if there is one that comes after what is there already. */
static bool later(struct cli *cli, const char *kind, struct hash *ret, uint64_t *count,
                  struct err *err)
{
    CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
    struct hash id;
    if (!record_find(cli->record, "last", kind, &id, err)) {
        bool none = err->code == ERR_NOT_FOUND;
        if (none)
            err_clear(err);
        return none;
    }
    if (!record_entry(cli->record, &id, &cli->arena, &entry, err))
        return false;
    if (entry.header.count > *count) {
        *count = entry.header.count;
        *ret = id;
    }
    return true;
}

/* What the minutes are about; "last" is the last decision or result. */
static bool find_for_minutes(struct cli *cli, struct hash *ret, struct err *err)
{
    const char *word = cli_operand(cli, 0);
    uint64_t count = 0;
    if (strcmp(word, "last") != 0)
        return record_find(cli->record, word, NULL, ret, err);
    if (!later(cli, "decision", ret, &count, err) || !later(cli, "verdict", ret, &count, err))
        return false;
    return count || FAIL(err, ERR_NOT_FOUND, _("First write the decision: allmende ask decide"),
                         _("There is neither a decision nor a result yet."));
}

static bool run_minutes(struct cli *cli, struct err *err)
{
    char today[CLOCK_TEXT];
    struct minutes_draft draft = {.on = cli_option(cli, "on"),
                                  .names = cli_option(cli, "names"),
                                  .permission = cli_option(cli, "permission")};
    struct hash id;
    struct hash about;
    if (!draft.on)
        draft.on = clock_today(today);
    if (!cli_uint(cli, "members", 0, 1000000, &draft.members, err) ||
        !cli_uint(cli, "others", 0, 1000000, &draft.others, err) ||
        !minutes_text(cli, &draft.text, err) || !find_for_minutes(cli, &draft.about, err) ||
        !ask_minutes(cli->record, &draft, &id, &about, err))
        return false;
    ask_cmd_put_id(cli, "id", &id);
    ask_cmd_put_id(cli, "about", &about);
    cli_say(cli, _("The minutes are bound to %.8s. Their number: %.8s\n"), hash_hex(&about).at,
            hash_hex(&id).at);
    return true;
}

static const struct option_spec minutes_options[] = {
    {.name = "text", .value = "TEXT", .help = N_("what was said; name nobody in it")},
    {.name = "file", .value = "FILE", .help = N_("the same, from a file of plain text")},
    {.name = "on", .value = "DAY", .help = N_("the day of the meeting; today, if not given")},
    {.name = "members", .value = "N", .help = N_("how many members were there"), .required = true},
    {.name = "others", .value = "N", .help = N_("how many others were there")},
    {.name = "names", .value = "TEXT", .help = N_("who was there; stays among the members")},
    {.name = "permission", .value = "PURPOSES", .help = permission_help},
    {.name = NULL},
};

const struct command ask_minutes_command = {
    .name = "ask minutes",
    .phase = PHASE_ASK,
    .needs = NEEDS_WRITE,
    .summary = N_("Bind the minutes of a meeting to a decision or a result"),
    .details =
        N_("ENTRY is a decision, a result, or a question: then its decision is meant. \"last\" is "
           "the last decision or result."),
    .operands = "ENTRY",
    .operands_min = 1,
    .operands_max = 1,
    .example = "ask minutes last --members 7 --others 2 --file minutes.txt",
    .options = minutes_options,
    .run = run_minutes,
};

/* --- revisit ------------------------------------------------------------------------------ */

static bool run_revisit(struct cli *cli, struct err *err)
{
    struct revisit_draft draft = {.needed = cli_option(cli, "needed"),
                                  .why = cli_option(cli, "why"),
                                  .changed = cli_option(cli, "changed"),
                                  .differently = cli_option(cli, "differently")};
    struct hash id;
    struct ids verdicts;
    if (!ask_cmd_question(cli, &draft.question, err) ||
        !ask_revisit(cli->record, &draft, &id, err) ||
        !ask_verdicts(cli->record, &draft.question, &cli->arena, &verdicts, err))
        return false;
    ask_cmd_put_id(cli, "id", &id);
    ask_cmd_put_id(cli, "question", &draft.question);
    cli_put_int(cli, "verdicts", (int64_t)verdicts.n);
    cli_say(cli, _("Written down, and bound to the question %.8s and its results (%zu).\n"),
            hash_hex(&draft.question).at, verdicts.n);
    if (!draft.differently)
        cli_say(cli, _("Not said: what you would do differently (--differently).\n"));
    cli_say(cli, _("Next: make it public: allmende publish FOLDER\n"));
    return true;
}

static const struct option_spec revisit_options[] = {
    {.name = "needed",
     .value = "WORD",
     .help = N_("was AI needed: yes, partly, no, or unused (you used none)"),
     .required = true},
    {.name = "changed", .value = "TEXT", .help = N_("what it changed"), .required = true},
    {.name = "why", .value = "TEXT", .help = N_("why it was needed or not")},
    {.name = "differently", .value = "TEXT", .help = N_("what you would do differently")},
    {.name = NULL},
};

const struct command ask_revisit_command = {
    .name = "ask revisit",
    .phase = PHASE_ASK,
    .needs = NEEDS_WRITE,
    .summary = N_("Look back: was AI needed, what did it change?"),
    .details = N_("A person in charge writes it down for the group. It is bound to the question, "
                  "its decision and all results of its guesses."),
    .operands = "QUESTION",
    .operands_min = 1,
    .operands_max = 1,
    .example = "ask revisit last --needed no --changed \"The county measures at our stream now\"",
    .options = revisit_options,
    .run = run_revisit,
};
