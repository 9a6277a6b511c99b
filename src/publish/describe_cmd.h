/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PUBLISH_DESCRIBE_CMD_H
#define PUBLISH_DESCRIBE_CMD_H

#include "cli/cli.h"

extern const struct command describe_command;

#endif
