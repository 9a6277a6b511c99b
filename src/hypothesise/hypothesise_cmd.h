/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands of the phase hypothesise. */
#ifndef HYPOTHESISE_HYPOTHESISE_CMD_H
#define HYPOTHESISE_HYPOTHESISE_CMD_H

#include "cli/cli.h"

extern const struct command hypothesise_add_command;
extern const struct command hypothesise_list_command;
extern const struct command hypothesise_show_command;
extern const struct command hypothesise_freeze_command;

#endif
