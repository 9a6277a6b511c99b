/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EVALUATE_EVALUATE_CMD_H
#define EVALUATE_EVALUATE_CMD_H

#include "cli/cli.h"

extern const struct command evaluate_command;

#endif
