/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command that makes public. */
#ifndef PUBLISH_PUBLISH_CMD_H
#define PUBLISH_PUBLISH_CMD_H

#include "cli/cli.h"

extern const struct command publish_command;

#endif
