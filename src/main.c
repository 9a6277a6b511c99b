/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program: the table of commands, the kinds of entries and the project file, put together. */
#include "base/json.h"
#include "cli/cli.h"
#include "commands.h"
#include "embedded.h"
#include "kinds.h"
#include "record/record.h"

static bool open_project(struct cli *cli, struct err *err)
{
    switch (cli->command->needs) {
    case NEEDS_READ:
    case NEEDS_FILE:
        return record_open(cli->project, STORE_READ, kinds, &cli->record, err);
    case NEEDS_WRITE:
        return record_open(cli->project, STORE_WRITE, kinds, &cli->record, err) &&
               record_act_as(cli->record, cli->as, err);
    case NEEDS_RAW:
    case NEEDS_NOTHING:
        break;
    }
    return true;
}

static bool close_project(struct cli *cli, struct err *err)
{
    struct record *record = cli->record;
    cli->record = NULL;
    return !record || record_close(record, err);
}

int main(int argc, char **argv)
{
    static const struct cli_host host = {commands, open_project, close_project};
    json_init();
    lang_catalogue(LANG_DE, embedded_de, embedded_de_n);
    return cli_main(argc, argv, &host);
}
