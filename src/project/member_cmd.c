/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "project/member_cmd.h"

#include "record/member.h"

static bool run_add(struct cli *cli, struct err *err)
{
    const char *name = cli_operand(cli, 0);
    bool in_charge = cli_flag(cli, "in-charge");
    const struct member_draft draft = {.name = name,
                                       .in_charge = in_charge,
                                       .minor = cli_flag(cli, "minor"),
                                       .guardian = cli_option(cli, "guardian"),
                                       .may = cli_option(cli, "permission")};
    char hex[2 * KEY_BYTES + 1];
    struct device device;
    if (!member_add(cli->record, &draft, &device, err))
        return false;
    hex_encode(device.at, KEY_BYTES, hex);
    cli_put_text(cli, "device", hex);
    cli_put_text(cli, "name", name);
    cli_put(cli, "in_charge", json_boolean(in_charge));
    cli_say(cli,
            in_charge ? _("%s takes part now, as a person in charge.\n")
                      : _("%s takes part now.\n"),
            name);
    cli_say(cli, _("The key of %s lies on this computer, not in the project file.\n"), name);
    cli_say(cli, _("From now on say who writes: --as \"%s\"\n"), name);
    return true;
}

static const struct option_spec add_options[] = {
    {.name = "in-charge", .help = N_("a person in charge: adds members, writes decisions down")},
    {.name = "minor", .help = N_("under age: a guardian must have given permission")},
    {.name = "guardian", .value = "NAME", .help = N_("who gave it; only members see the name")},
    {.name = "permission",
     .value = "LIST",
     .help = N_("what their observations may be used for, out of project,publication,training")},
    {.name = NULL},
};

const struct command member_add_command = {
    .name = "member add",
    .phase = PHASE_PROJECT,
    .needs = NEEDS_WRITE,
    .summary = N_("Add somebody who takes part"),
    .details = N_("A person in charge does this. The name never leaves the members; a pseudonym is "
                  "fine."),
    .operands = "NAME",
    .operands_min = 1,
    .operands_max = 1,
    .example = "member add Ben",
    .options = add_options,
    .run = run_add,
};

static bool run_permit(struct cli *cli, struct err *err)
{
    const char *name = cli_operand(cli, 0);
    const struct member_draft draft = {.name = name,
                                       .minor = cli_flag(cli, "minor"),
                                       .guardian = cli_option(cli, "guardian"),
                                       .may = cli_option(cli, "permission")};
    if (!member_permit(cli->record, &draft, err))
        return false;
    cli_put_text(cli, "name", name);
    if (draft.minor && !draft.guardian)
        cli_say(cli, _("Written down: without a guardian's permission nothing of %s is used.\n"),
                name);
    else
        cli_say(cli, _("Written down. It holds for all that %s gave and will give.\n"), name);
    return true;
}

static const struct option_spec permit_options[] = {
    {.name = "permission",
     .value = "LIST",
     .help = N_("what their observations may be used for, out of project,publication,training")},
    {.name = "minor", .help = N_("under age: a guardian must have given permission")},
    {.name = "guardian", .value = "NAME", .help = N_("who gave it; only members see the name")},
    {.name = NULL},
};

const struct command member_permit_command = {
    .name = "member permit",
    .phase = PHASE_PROJECT,
    .needs = NEEDS_WRITE,
    .summary = N_("Write down what somebody gives permission for"),
    .details = N_("It holds at once, also for what they gave before. What was published already "
                  "cannot be called back from there."),
    .operands = "NAME",
    .operands_min = 1,
    .operands_max = 1,
    .example = "member permit Ben --permission project,training",
    .options = permit_options,
    .run = run_permit,
};

static void say_member(struct cli *cli, const struct member *m, json_t *list)
{
    char hex[2 * KEY_BYTES + 1];
    hex_encode(m->device.at, KEY_BYTES, hex);
    json_t *one = json_object();
    json_object_set_new(one, "device", json_string(hex));
    json_object_set_new(one, "name", json_stringn(m->name.at, m->name.n));
    json_object_set_new(one, "in_charge", json_boolean(m->in_charge));
    json_object_set_new(one, "entries", json_integer((json_int_t)m->entries));
    json_array_append_new(list, one);
    cli_say(cli, "%.8s  %.*s%s\n", hex, STR_ARG(m->name),
            m->in_charge ? _(" (person in charge)") : "");
}

static bool run_list(struct cli *cli, struct err *err)
{
    struct member *members;
    size_t n;
    size_t first;
    size_t end;
    if (!member_list(cli->record, &cli->arena, &members, &n, err))
        return false;
    json_t *list = json_array();
    cli_put(cli, "members", list);
    if (!cli_page(cli, n, &first, &end, err))
        return false;
    for (size_t i = first; i < end; i++)
        say_member(cli, &members[i], list);
    cli_say(cli, _("Add somebody: allmende member add NAME\n"));
    return true;
}

const struct command member_list_command = {
    .name = "member list",
    .phase = PHASE_PROJECT,
    .needs = NEEDS_READ,
    .summary = N_("List who takes part"),
    .operands = "",
    .example = "member list",
    .options = cli_page_options,
    .run = run_list,
};
