/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "publish/describe_cmd.h"

#include "publish/facts.h"

/* What was said and what is still missing. */
static bool list(struct cli *cli, struct err *err)
{
    struct publish_plan plan;
    json_t *said = json_object();
    bool done = publish_plan(cli->record, &cli->arena, &plan, err);
    for (const struct fact *fact = facts; done && fact->key; fact++) {
        const char *text = facts_said(&plan, fact->key);
        json_object_set_new(said, fact->key, text ? json_string(text) : json_null());
        cli_say(cli, "%-11s %s\n", fact->key, _(fact->question));
        cli_say(cli, "            %s\n", text ? text : _("(nothing was said)"));
    }
    if (done)
        cli_say(cli, _("Say one of them, for example: allmende describe place \"a stream in the "
                       "north\"\n"));
    cli_put(cli, "facts", said);
    publish_plan_release(&plan);
    return done;
}

static bool run(struct cli *cli, struct err *err)
{
    const char *key = cli_operand(cli, 0);
    const char *text = cli_operand(cli, 1);
    struct hash id;
    if (!key)
        return list(cli, err);
    if (!text)
        return FAIL(err, ERR_INPUT, _("Put it behind the word, in quotes."),
                    _("The text for \"%s\" is missing."), key);
    if (!facts_say(cli->record, key, text, &id, err))
        return false;
    cli_put_text(cli, "id", hash_hex(&id).at);
    cli_say(cli, *text ? _("Written down. It becomes public with the next publication.\n")
                       : _("Taken back for the next publication.\n"));
    return true;
}

const struct command describe_command = {
    .name = "describe",
    .phase = PHASE_PUBLISH,
    .needs = NEEDS_WRITE,
    .summary = N_("Say what a publication needs and the record cannot know"),
    .details =
        N_("Without operands it shows every question and its answer. Catalogues, archives and "
           "the datasheet are filled from the record and from these answers; what nobody said "
           "stays empty and is named by \"publish --preview\". An empty text takes an answer "
           "back. All of it becomes public."),
    .operands = "[KEY TEXT]",
    .operands_min = 0,
    .operands_max = 2,
    .example = "describe place \"a stream in the north\"",
    .run = run,
};
