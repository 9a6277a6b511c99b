/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "hypothesis need": it belongs to the phase hypothesise and lies here because it may look at data.
 */
#ifndef EVALUATE_NEED_CMD_H
#define EVALUATE_NEED_CMD_H

#include "cli/cli.h"

extern const struct command hypothesise_need_command;

#endif
