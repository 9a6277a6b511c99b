/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "commands.h"

const struct command *const commands[] = {
    NULL,
};
