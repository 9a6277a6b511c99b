/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands of the project as a whole; what they do lies in record/ and store/. */
#ifndef PROJECT_PROJECT_CMD_H
#define PROJECT_PROJECT_CMD_H

#include "cli/cli.h"

extern const struct command project_new_command;
extern const struct command project_status_command;
extern const struct command project_log_command;
extern const struct command project_show_command;

#endif
