/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands of the phase collect. */
#ifndef COLLECT_COLLECT_CMD_H
#define COLLECT_COLLECT_CMD_H

#include "cli/cli.h"

extern const struct command collect_list_command;
extern const struct command collect_show_command;
extern const struct command collect_withdraw_command;

#endif
