/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands of forms. */
#ifndef COLLECT_FORM_CMD_H
#define COLLECT_FORM_CMD_H

#include "cli/cli.h"

extern const struct command form_add_command;
extern const struct command form_list_command;
extern const struct command form_show_command;

#endif
