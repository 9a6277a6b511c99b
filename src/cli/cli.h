/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli: the shell's side of the program: commands as data, options, help, results, progress.
 *
 * A command is declared once, as a `const struct command` at the end of its *_cmd.c; src/commands.c
 * lists them in the order of the cycle. Help, the manual page, `--json` descriptions and tests come
 * from that table.
 *
 * Results: what a command says with cli_say and puts into cli_result is kept back until it has
 * succeeded, so on failure standard output is empty. With --json one JSON object goes out, else the
 * text. Errors go to standard error: a sentence and a next step, or exactly
 * {"error":{"code":…,"what":…,"next":…}}.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"

struct record; /* an open project (record/record.h); this folder never looks inside */

enum phase {
    PHASE_NONE = 0, /* works without a project: try, example */
    PHASE_PROJECT,
    PHASE_ASK,
    PHASE_HYPOTHESISE,
    PHASE_COLLECT,
    PHASE_TRAIN,
    PHASE_EVALUATE,
    PHASE_PUBLISH,
    PHASE_LEDGER,
    PHASE_COUNT
};

enum needs {
    NEEDS_NOTHING = 0,
    NEEDS_READ,  /* an open project, without a key */
    NEEDS_FILE,  /* nothing if the first operand is a file, else as NEEDS_READ */
    NEEDS_WRITE, /* an open project and the key of a member (--as) */
    NEEDS_RAW    /* the project's path only: check and rebuild open it in their own way */
};

struct option_spec {
    const char *name;  /* without the dashes */
    const char *value; /* what stands behind it in help, e.g. "FILE"; NULL: a flag */
    const char *help;  /* N_(…), one line */
    bool required;
    bool repeat; /* may be given more than once */
};

struct cli;

struct command {
    const char *name; /* one or two words: "status", "ask add" */
    enum phase phase;
    enum needs needs;
    const char *summary;  /* N_(…), one line, begins with a verb */
    const char *details;  /* N_(…), paragraphs for `help COMMAND`, or NULL */
    const char *operands; /* e.g. "QUESTION POSITION", "DATA…", "" */
    unsigned operands_min;
    unsigned operands_max;
    const char *example;               /* a whole command line without "allmende " */
    const struct option_spec *options; /* ends with a NULL name; NULL: none of its own */
    bool (*run)(struct cli *cli, struct err *err);
};

struct cli {
    const struct command *command;
    struct record *record; /* open as the command's needs say, else NULL; owned by main */
    const char *project;   /* path of the project file, NULL if none was needed */
    struct arena arena;    /* lives as long as the command */
    bool json;
    bool quiet;
    const char *as; /* --as MEMBER or NULL */
    struct buf said;
    json_t *result;
    json_t *warnings;
    struct cli_values *values; /* options and operands as given */
    size_t drawn;              /* characters of progress that stand on the terminal */
    double drawn_s;            /* when they were drawn, by clock_wall_s */
};

/* The value of an option, NULL if it was not given. The last one counts if it may be repeated. To
 * ask here or below for an option that the command does not declare is a fault of ours. */
const char *cli_option(const struct cli *cli, const char *name);

/* The i-th value of a repeatable option, NULL behind the last. */
const char *cli_option_at(const struct cli *cli, const char *name, size_t i);

/* All values of a repeatable option: (*ret_n), in the arena of cli. */
const char *const *cli_option_all(struct cli *cli, const char *name, size_t *ret_n);

/* True if a flag was given. */
bool cli_flag(const struct cli *cli, const char *name);

/* The i-th operand, NULL behind the last. */
const char *cli_operand(const struct cli *cli, size_t i);

/* A whole number behind an option, within [min, max]; *ret is untouched if it was not given.
 * ERR_USAGE names option and limits. */
bool cli_uint(const struct cli *cli, const char *name, uint64_t min, uint64_t max, uint64_t *ret,
              struct err *err) MUST_USE;

/* --limit and --from, for a command that has no other options: those of cli_page. */
extern const struct option_spec cli_page_options[];

/* Which part of a list of n to show, by --limit N (100 unless given) and --from N (1 is the first):
 * [*ret_first, *ret_end). Puts "next" into the result: what to give to --from for the rest, or
 * null. Both options must be declared. */
bool cli_page(struct cli *cli, size_t n, size_t *ret_first, size_t *ret_end,
              struct err *err) MUST_USE;

/* Text for people, kept back until the command succeeds; nothing with --json or --quiet. Control
 * characters other than LF and tab come out as <U+001B>. */
__attribute__((format(printf, 2, 3))) void cli_say(struct cli *cli, const char *text, ...);

/* A line with the first n hex digits of a hash in groups of four, to be read out and written into
 * the minutes. */
void cli_say_hash(struct cli *cli, const struct hash *hash, size_t n);

/* Text that may be long, such as a table: written at once, nothing with --json or --quiet. So a
 * command that fails later has said a part of it. Errors: ERR_IO. */
bool cli_stream(struct cli *cli, struct str text, struct err *err) MUST_USE;

/* A real number for people: `digits` significant ones, decimal comma in German, "∞" and "−∞" for
 * infinities. In the command's arena. */
const char *cli_number(struct cli *cli, double value, int digits);

/* Put a member into the JSON result; takes the reference of value. */
void cli_put(struct cli *cli, const char *key, json_t *value);
void cli_put_text(struct cli *cli, const char *key, const char *value);
void cli_put_int(struct cli *cli, const char *key, int64_t value);
/* A real number as JSON, shortest form; null if it is not finite. A new reference. */
json_t *cli_real(double value);
void cli_put_real(struct cli *cli, const char *key, double value);

/* Something that people should know although the command succeeds: a line on standard error, or
 * with --json a member of "warnings" in the result. */
__attribute__((format(printf, 2, 3))) void cli_warn(struct cli *cli, const char *text, ...);

/* Did somebody give none of the command's own options? */
bool cli_no_options(const struct cli *cli);

/* Is there a person to ask: a terminal on both sides, and neither --json nor --quiet? */
bool cli_can_ask(const struct cli *cli);

/* Tell a person something at once, before the command has done anything: on standard error, not
 * with
 * --json or --quiet. */
void cli_tell(struct cli *cli, const char *text);

/* Ask, as cli_tell, and read a line of standard input: without blanks around it, NULL if nothing
 * is left; in the command's arena. ERR_CANCELLED: there is no line any more. */
bool cli_ask(struct cli *cli, const char *question, const char **ret, struct err *err) MUST_USE;

/* How far a long work is: drawn on standard error if that is a terminal and neither --json nor
 * --quiet was given; at most ten times a second. total 0: unknown. */
void cli_progress(struct cli *cli, const char *what, uint64_t done, uint64_t total);

/* True once a person has pressed Ctrl-C (or the process got SIGTERM): long work then stops with
 * ERR_CANCELLED, and nothing is half done. */
bool cli_cancelled(void);

/* Run the program: find the command in the table (ends with NULL), read the options that all share
 * (-p FILE, --json, --lang, --quiet, --as, --help, --version), check its own, open what it needs by
 * `open`, run it, print. Returns the exit status: 0 done, 1 refused or failed, 2 misuse. */
struct cli_host {
    const struct command *const *commands;
    /* Open the project for cli->command->needs into cli->record. */
    bool (*open)(struct cli *cli, struct err *err);
    /* Close it; may fail, e.g. when the last write to the disk does. cli->record may be NULL. */
    bool (*close)(struct cli *cli, struct err *err);
};
int cli_main(int argc, char **argv, const struct cli_host *host);

#endif
