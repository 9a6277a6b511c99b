/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands about who takes part. */
#ifndef PROJECT_MEMBER_CMD_H
#define PROJECT_MEMBER_CMD_H

#include "cli/cli.h"

extern const struct command member_add_command;
extern const struct command member_list_command;
extern const struct command member_permit_command;

#endif
