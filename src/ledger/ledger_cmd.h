/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands of the ledger. */
#ifndef LEDGER_LEDGER_CMD_H
#define LEDGER_LEDGER_CMD_H

#include "cli/cli.h"

extern const struct command ledger_command;
extern const struct command ledger_add_command;
extern const struct command ledger_meter_command;

#endif
