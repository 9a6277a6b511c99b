/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WEB_SERVE_CMD_H
#define WEB_SERVE_CMD_H

#include "cli/cli.h"

extern const struct command serve_command;

#endif
