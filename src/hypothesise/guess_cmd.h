/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the commands about guesses share: what a guess is called on the command line, and how it is
 * shown. */
#ifndef HYPOTHESISE_GUESS_CMD_H
#define HYPOTHESISE_GUESS_CMD_H

#include "cli/cli.h"
#include "hypothesise/hypothesise.h"

/* The options that say what a guess is. The first GUESS_AMEND_ONLY are for an amendment alone. */
extern const struct option_spec guess_option_specs[];
enum { GUESS_AMEND_ONLY = 2 };

/* Digits of a freeze that go into the minutes: 64 bits, so nobody finds another entry that fits. */
enum { GUESS_SHORT = 16 };

/* What the options say; for a command that declares these. Texts live as long as cli. */
struct hypothesis_draft guess_options(struct cli *cli);

/* The guideline that --guideline names, put into the draft. */
bool guess_guideline(struct cli *cli, struct hypothesis_draft *draft, struct err *err) MUST_USE;

/* What the group decided about its question, with the dissent; and what looks gave, each with the
 * minutes that hang on it. */
bool guess_say_decided(struct cli *cli, const struct hypothesis *h, struct err *err) MUST_USE;
bool guess_say_results(struct cli *cli, const struct hypothesis *h, struct err *err) MUST_USE;

/* Show a guess in sentences. */
void guess_say(struct cli *cli, const struct hypothesis *h);

/* Count and show the split file of a guess that has one. */
bool guess_say_split_file(struct cli *cli, const struct hypothesis *h, struct err *err) MUST_USE;

/* A guess for --json; a new reference. */
json_t *guess_json(const struct hypothesis *h, struct arena *arena);

/* The number of a freeze in groups of four: short for the minutes, or all of it. */
void guess_say_freeze(struct cli *cli, const struct hash *freeze, bool whole);

/* A text, or null. */
json_t *guess_text_json(struct str text);

/* Ask for a guess one thing after the other (entry_cmd.c). ERR_CANCELLED: the answers ended. */
bool guess_ask(struct cli *cli, struct hypothesis_draft *ret, const char **ret_question,
               struct err *err) MUST_USE;

#endif
