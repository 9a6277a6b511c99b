/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hypothesise/amend_cmd.h"

#include "hypothesise/guess_cmd.h"

/* --- side by side -------------------------------------------------------------------------- */

static const char *shown(struct str text, struct cli *cli)
{
    return text.n ? arena_copy(&cli->arena, text) : _("(not said)");
}

static void say_change(struct cli *cli, const struct hypothesis_change *change, json_t *list)
{
    json_t *object = json_object();
    json_object_set_new(object, "what", json_string(change->what));
    json_object_set_new(object, "before", guess_text_json(change->before));
    json_object_set_new(object, "now", guess_text_json(change->now));
    json_array_append_new(list, object);
    cli_say(cli, _("  %s: before: %s; now: %s\n"), change->what, shown(change->before, cli),
            shown(change->now, cli));
}

static bool say_amendment(struct cli *cli, const struct hypothesis *h, struct err *err)
{
    struct hypothesis_change *change;
    uint64_t looks;
    size_t n;
    if (!hypothesise_changes(cli->record, h, &cli->arena, &change, &n, err) ||
        !hypothesise_looks_before(cli->record, h, &looks, err))
        return false;
    json_t *list = json_array();
    cli_put_text(cli, "amends", hash_hex(&h->amends).at);
    cli_put(cli, "reason", guess_text_json(h->reason));
    cli_put_int(cli, "looks_before", (int64_t)looks);
    cli_put(cli, "changes", list);
    cli_say(cli, _("It amends the guess %.8s, which stays beside it. Reason: %.*s\n"),
            hash_hex(&h->amends).at, STR_ARG(h->reason));
    for (size_t i = 0; i < n; i++)
        say_change(cli, &change[i], list);
    if (looks)
        cli_say(cli,
                _("Amended after a look: there had been %llu look(s) at data before. What those "
                  "data say about it is no test; new data are.\n"),
                (unsigned long long)looks);
    return true;
}

bool amend_say(struct cli *cli, const struct hypothesis *h, struct err *err)
{
    struct hypothesis *later;
    size_t n;
    if (h->is_amendment && !say_amendment(cli, h, err))
        return false;
    if (!hypothesise_amended_by(cli->record, &h->id, &cli->arena, &later, &n, err))
        return false;
    json_t *list = json_array();
    cli_put(cli, "amended_by", list);
    for (size_t i = 0; i < n; i++) {
        json_array_append_new(list, json_string(hash_hex(&later[i].id).at));
        cli_say(cli, _("It was amended by %.8s, because: %.*s\n"), hash_hex(&later[i].id).at,
                STR_ARG(later[i].reason));
    }
    return true;
}

/* --- amend --------------------------------------------------------------------------------- */

static bool run_amend(struct cli *cli, struct err *err)
{
    struct hypothesis_amendment amendment = {.draft = guess_options(cli),
                                             .reason = cli_option(cli, "reason")};
    struct hash old;
    struct hash question;
    struct hash id;
    struct hypothesis h;
    const char *about = cli_option(cli, "question");
    amendment.drop = cli_option_all(cli, "drop", &amendment.drop_n);
    amendment.draft.text = cli_option(cli, "text");
    if (!cli_uint(cli, "least-units", UNITS_MIN, 1000000, &amendment.draft.least_units, err) ||
        !record_find(cli->record, cli_operand(cli, 0), "hypothesis", &old, err) ||
        (about && !record_find(cli->record, about, "question", &question, err)))
        return false;
    amendment.draft.question = about ? &question : NULL;
    if (!guess_guideline(cli, &amendment.draft, err) ||
        !hypothesise_amend(cli->record, &old, &amendment, &id, err) ||
        !hypothesise_load(cli->record, &id, &cli->arena, &h, err))
        return false;
    cli_put_text(cli, "id", hash_hex(&id).at);
    cli_put(cli, "hypothesis", guess_json(&h, &cli->arena));
    cli_say(cli, _("Written down beside the guess %.8s, not locked yet:\n"), hash_hex(&old).at);
    guess_say(cli, &h);
    if (!guess_say_split_file(cli, &h, err) || !amend_say(cli, &h, err))
        return false;
    cli_say(cli, _("Next, read it together, then lock it: allmende hypothesis freeze %.8s\n"),
            hash_hex(&id).at);
    return true;
}

const struct command hypothesise_amend_command = {
    .name = "hypothesis amend",
    .phase = PHASE_HYPOTHESISE,
    .needs = NEEDS_WRITE,
    .summary = N_("Put a guess beside another one: what changes, and why"),
    .details = N_("A guess cannot be changed. An amendment is a guess of its own that names the "
                  "first one and says why; both stay, with their results. Type only what changes."),
    .operands = "HYPOTHESIS",
    .operands_min = 1,
    .operands_max = 1,
    .example = "hypothesis amend last --at-least 0.8 --reason \"0.75 would not help anybody\"",
    .options = guess_option_specs,
    .run = run_amend,
};
