/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "commands.h"

extern const struct command try_command;

const struct command *const commands[] = {
    &try_command,
    NULL,
};
