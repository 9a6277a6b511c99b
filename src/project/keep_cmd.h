/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands that keep a project well: look for damage, compute anew, copy. */
#ifndef PROJECT_KEEP_CMD_H
#define PROJECT_KEEP_CMD_H

#include "cli/cli.h"

extern const struct command keep_check_command;
extern const struct command keep_rebuild_command;
extern const struct command keep_copy_command;

#endif
