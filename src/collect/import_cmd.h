/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command that brings tables in. */
#ifndef COLLECT_IMPORT_CMD_H
#define COLLECT_IMPORT_CMD_H

#include "cli/cli.h"
#include "read/csv.h"

extern const struct command collect_import_command;

/* Tell how a table is read: a line, and "dialect" of the result. */
void import_cmd_dialect(struct cli *cli, const struct csv_dialect *dialect);

#endif
