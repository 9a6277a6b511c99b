/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "commands.h"

#include "project/example_cmd.h"

extern const struct command try_command;

const struct command *const commands[] = {
    &try_command,
    &example_command,
    NULL,
};
