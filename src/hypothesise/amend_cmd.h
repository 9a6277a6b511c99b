/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HYPOTHESISE_AMEND_CMD_H
#define HYPOTHESISE_AMEND_CMD_H

#include "cli/cli.h"
#include "hypothesise/hypothesise.h"

extern const struct command hypothesise_amend_command;

/* Show what a guess amends, side by side, or which guesses amend it. */
bool amend_say(struct cli *cli, const struct hypothesis *h, struct err *err) MUST_USE;

#endif
