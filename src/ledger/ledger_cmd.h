/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LEDGER_LEDGER_CMD_H
#define LEDGER_LEDGER_CMD_H

#include "cli/cli.h"

extern const struct command ledger_command;

#endif
