/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command that makes an example, for the table of contents. */
#ifndef PROJECT_EXAMPLE_CMD_H
#define PROJECT_EXAMPLE_CMD_H

#include "cli/cli.h"

extern const struct command example_command;

#endif
