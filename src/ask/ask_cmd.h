/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands of the phase ask. */
#ifndef ASK_ASK_CMD_H
#define ASK_ASK_CMD_H

#include "cli/cli.h"

extern const struct command ask_add_command;
extern const struct command ask_list_command;
extern const struct command ask_show_command;
extern const struct command ask_position_command;
extern const struct command ask_decide_command;

#endif
