/* SPDX-License-Identifier: GPL-3.0-or-later */
/* commands: the table of contents for the shell, in the order of the cycle. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "cli/cli.h"

/* Ends with NULL. */
extern const struct command *const commands[];

#endif
