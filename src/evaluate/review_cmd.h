/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EVALUATE_REVIEW_CMD_H
#define EVALUATE_REVIEW_CMD_H

#include "cli/cli.h"

extern const struct command review_list_command;
extern const struct command review_add_command;

#endif
