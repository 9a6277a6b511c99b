/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command that shows and says how columns may leave. */
#ifndef COLLECT_VIEW_CMD_H
#define COLLECT_VIEW_CMD_H

#include "cli/cli.h"

extern const struct command collect_view_command;

/* Read --place, --person, --private and --open into roles. */
bool view_cmd_roles(struct cli *cli, json_t *roles, struct err *err);

#endif
