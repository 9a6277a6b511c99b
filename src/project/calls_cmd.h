/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What waits for the members: calls that are not decided yet. Counts, never names. */
#ifndef PROJECT_CALLS_CMD_H
#define PROJECT_CALLS_CMD_H

#include "ask/ask.h"
#include "cli/cli.h"

/* A line for each call: until when, how many of the members have said something, how many on
 * paper, and what can be done next, by whom. JSON: "calls". */
bool calls_say(struct cli *cli, const struct question *question, size_t n, size_t members,
               struct err *err) MUST_USE;

#endif
