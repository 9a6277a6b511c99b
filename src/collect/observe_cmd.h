/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands of single observations and deployments. */
#ifndef COLLECT_OBSERVE_CMD_H
#define COLLECT_OBSERVE_CMD_H

#include "cli/cli.h"
#include "record/record.h"

extern const struct command collect_add_command;
extern const struct command collect_correct_command;
extern const struct command deployment_add_command;
extern const struct command deployment_list_command;

/* What `collect show` says of an observation. */
bool observe_cmd_show(struct cli *cli, const struct hash *id, struct err *err);

/* What `collect list` says of the tables of forms; *ret_n gets how many there are. */
bool observe_cmd_list(struct cli *cli, size_t *ret_n, struct err *err);

/* What `collect list FORM` says: a line for each observation by a form. */
bool observe_cmd_list_of(struct cli *cli, const char *table, struct err *err);

#endif
