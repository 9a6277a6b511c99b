/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parts: what the files of this folder share with each other, and with nobody else.
 *
 *   option.c   words of the command line -> struct cli_values
 *   result.c   say, put, warn; what goes out, and how errors look
 *   safe.c     text and JSON that are safe on a terminal
 *   help.c     the command `help`, out of the table
 *   near.c     "did you mean …?"
 *   dialogue.c questions to a person at the terminal
 *   progress.c, stop.c (signals and memory), cli.c (the run as a whole)
 */
#ifndef CLI_PARTS_H
#define CLI_PARTS_H

#include "cli/cli.h"

/* An option as it was given. */
struct given {
    const struct option_spec *spec;
    const char *value; /* NULL for a flag */
};

struct cli_values {
    const struct command *const *commands; /* the program's table, ends with NULL */
    struct given *given;                   /* (given_n), in the order of the command line */
    size_t given_n;
    const char **operand; /* (operand_n) */
    size_t operand_n;
};

/* --- option.c --- */

/* The options that all commands share; ends with a NULL name. A name of one letter is written with
 * one dash. */
extern const struct option_spec option_shared[];

/* Read what must be known before anything can fail: --json, --quiet and the language. */
void option_scan(struct cli *cli, int argc, char **argv);

/* Read the whole command line: cli->command, cli->values, cli->as. ERR_USAGE. */
bool option_read(struct cli *cli, int argc, char **argv, struct err *err) MUST_USE;

/* The value of the last option of this name, NULL if it was not given. */
const char *option_value(const struct cli *cli, const char *name);

/* Append an option as people write it: "--title TEXT", "-p FILE". */
void option_write(const struct option_spec *spec, struct buf *out);

/* --- near.c --- */

/* Of two candidates for a mistyped word, keep the nearer one. Start with {word}. */
struct near {
    const char *word;
    const char *best; /* NULL: none is near enough */
    size_t distance;
};
void near_try(struct near *near, const char *candidate);

/* --- help.c --- */

extern const struct command help_command;
extern const struct command help_version; /* what --version runs; not in the table */

/* A command of the table, or help itself, by its name of one or two words; NULL if there is none.
 */
const struct command *help_find(const struct cli *cli, const char *name);

/* True if the name of the command consists of `word` and a second word. */
bool help_is_group(const struct command *command, const char *word);

/* --- safe.c --- */

/* Append text as people may see it on a terminal: control characters other than LF and tab, and the
 * ones that turn the direction of writing, appear as <U+001B>; bytes that are no UTF-8 as <0xFF>.
 */
void safe_text(struct str text, struct buf *out);

/* Append text as a JSON string. The same characters are escaped (\u001b), so nothing is lost. */
void safe_json_text(struct str text, struct buf *out);

/* Append a JSON value, members in the order in which they were put, reals in their shortest form.
 */
void safe_json(json_t *value, struct buf *out);

/* --- result.c --- */

/* Write what the command has said to standard output. ERR_IO if not all of it could be written. */
bool result_write(struct cli *cli, struct err *err) MUST_USE;

/* Append an error as it is shown: JSON or two lines. */
void result_error_text(const struct err *err, bool json, struct buf *out);

/* Show an error on standard error. */
void result_error(struct cli *cli, const struct err *err);

/* --- progress.c --- */

/* Take the line of progress from the terminal, if one stands there. */
void progress_clear(struct cli *cli);

/* --- stop.c --- */

/* Set signals up, and what is said when memory is out. After option_scan. */
void stop_prepare(bool json);

#endif
