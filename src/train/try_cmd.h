/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TRAIN_TRY_CMD_H
#define TRAIN_TRY_CMD_H

#include "cli/cli.h"

extern const struct command try_command;

#endif
