/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "collect/view_cmd.h"

#include "collect/public_view.h"
#include "collect/view.h"
#include "record/record.h"

bool view_cmd_roles(struct cli *cli, json_t *roles, struct err *err)
{
    struct view_said said = {0};
    said.place = cli_option_all(cli, "place", &said.place_n);
    said.person = cli_option_all(cli, "person", &said.person_n);
    said.private = cli_option_all(cli, "private", &said.private_n);
    said.open = cli_option_all(cli, "open", &said.open_n);
    return view_roles(&said, roles, err);
}

static bool run_view(struct cli *cli, struct err *err)
{
    CLEANUP(json_release) json_t *roles = json_object();
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    const struct public_view_request request = {.table = str_of(cli_operand(cli, 0)),
                                                .cancelled = cli_cancelled};
    struct public_view view;
    struct hash id;
    if (!view_cmd_roles(cli, roles, err))
        return false;
    if (json_object_size(roles)) {
        if (!view_set(cli->record, cli_operand(cli, 0), roles, cli_option(cli, "why"), &id, err))
            return false;
        cli_put_text(cli, "id", hash_hex(&id).at);
        cli_say(cli, _("Written down (%.8s). From now on this holds:\n"), hash_hex(&id).at);
    }
    if (!public_view_open(cli->record, &request, &cli->arena, &view, err))
        return false;
    public_view_say(&view, &text);
    cli_put(cli, "view", public_view_json(&view));
    cli_say(cli, "%s", text.at);
    cli_say(cli, _("What is set aside and not looked at yet stays here as well.\n"));
    return true;
}

static const struct option_spec view_options[] = {
    {.name = "place",
     .value = "LAT,LON[,M]=HOW",
     .help = N_("places: coarse:0.1, coarse:0.01 or coarse:0.001 degrees (M: the column of their "
                "accuracy in metres), open or private"),
     .repeat = true},
    {.name = "person",
     .value = "COLUMN",
     .help = N_("names people: \"person 3\" goes out instead"),
     .repeat = true},
    {.name = "private", .value = "COLUMN", .help = N_("never goes out"), .repeat = true},
    {.name = "open", .value = "COLUMN", .help = N_("goes out as it is"), .repeat = true},
    {.name = "why", .value = "TEXT", .help = N_("why; it stays, so name nobody in it")},
    {.name = NULL},
};

const struct command collect_view_command = {
    .name = "collect view",
    .phase = PHASE_COLLECT,
    .needs = NEEDS_WRITE,
    .summary = N_("See or say what of a table may become public"),
    .details = N_("Without options it shows what would go out and what is held back, and why. With "
                  "options a person in charge says how columns may leave; it holds from then on, "
                  "for all that was and will be collected."),
    .operands = "TABLE",
    .operands_min = 1,
    .operands_max = 1,
    .example = "collect view observations --place lat,lon=coarse:0.01 --person observer",
    .options = view_options,
    .run = run_view,
};
