/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TRAIN_TRAIN_CMD_H
#define TRAIN_TRAIN_CMD_H

#include "cli/cli.h"

extern const struct command train_command;

#endif
