/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands of the phase ask, and what they share. */
#ifndef ASK_ASK_CMD_H
#define ASK_ASK_CMD_H

#include "ask/ask.h"
#include "cli/cli.h"

extern const struct command ask_add_command;
extern const struct command ask_sheet_command;
extern const struct command ask_list_command;
extern const struct command ask_show_command;
extern const struct command ask_call_command;
extern const struct command ask_position_command;
extern const struct command ask_dots_command;
extern const struct command ask_paper_command;
extern const struct command ask_decide_command;
extern const struct command ask_say_command;
extern const struct command ask_talk_command;
extern const struct command ask_minutes_command;
extern const struct command ask_revisit_command;

/* The question that the first operand names. */
bool ask_cmd_question(struct cli *cli, struct hash *ret, struct err *err) MUST_USE;

/* Put an id into the result. */
void ask_cmd_put_id(struct cli *cli, const char *key, const struct hash *id);

/* The four counts as text without an end of line. */
void ask_cmd_say_counts(struct cli *cli, const struct position_count *counts);

/* A text as a new reference. */
json_t *ask_cmd_str(struct str text);

/* Whole numbers with commas between them, "3,0,2", in the arena of cli. ERR_USAGE. */
bool ask_cmd_dots(struct cli *cli, const char *text, const uint64_t **ret, size_t *ret_n,
                  struct err *err) MUST_USE;

/* The word of the record for "go-on", "without-ai", "stop" behind --outcome; NULL: not given.
 * ERR_USAGE. */
bool ask_cmd_outcome(struct cli *cli, const char **ret, struct err *err) MUST_USE;

/* What was said about an entry; nothing if nobody said anything. */
bool ask_cmd_talk(struct cli *cli, const struct hash *about, struct err *err) MUST_USE;

#endif
