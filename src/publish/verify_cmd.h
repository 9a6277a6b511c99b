/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command that works through a published folder again. */
#ifndef PUBLISH_VERIFY_CMD_H
#define PUBLISH_VERIFY_CMD_H

#include "cli/cli.h"

extern const struct command verify_command;

#endif
