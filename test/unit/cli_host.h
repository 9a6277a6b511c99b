/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A program with a few commands made for the tests of cli/, and how to run it inside a test: what
 * it printed is then in out and errors, what its command was given in seen. */
#ifndef UNIT_CLI_HOST_H
#define UNIT_CLI_HOST_H

#define _XOPEN_SOURCE 700
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "embedded.h"

/* --- commands ------------------------------------------------------------------------------- */

static char seen[256]; /* what the last command was given, "name=value " each */
static int opened;
static int closed;

/* Append to seen. */
static void see(const char *name, const char *value)
{
    size_t n = strlen(seen);
    snprintf(seen + n, sizeof seen - n, "%s=%s ", name, value ? value : "NULL");
}

/* ask add: shows all that a command can be given. */
static bool run_add(struct cli *cli, struct err *err)
{
    uint64_t number = 7;
    char text[24];
    if (!cli_uint(cli, "number", 2, 9, &number, err))
        return false;
    snprintf(text, sizeof text, "%d", (int)number);
    see("0", cli_operand(cli, 0));
    see("1", cli_operand(cli, 1));
    see("why", cli_option(cli, "why"));
    see("tag0", cli_option_at(cli, "tag", 0));
    see("tag1", cli_option_at(cli, "tag", 1));
    see("tag", cli_option(cli, "tag"));
    see("number", text);
    see("loud", cli_flag(cli, "loud") ? "yes" : "no");
    see("as", cli->as);
    see("project", cli->project);
    return true;
}

static const struct option_spec add_options[] = {
    {.name = "why", .value = "TEXT", .help = N_("the reason"), .required = true},
    {.name = "tag", .value = "WORD", .help = N_("a word to find it by"), .repeat = true},
    {.name = "number", .value = "N", .help = N_("how many")},
    {.name = "loud", .help = N_("shout")},
    {.name = NULL}};
static const struct command add_command = {
    .name = "ask add",
    .phase = PHASE_ASK,
    .needs = NEEDS_NOTHING,
    .summary = "Put a question.",
    .details = "A question is what the group wants to know about its surroundings, in its own "
               "words, before anybody has looked.\n\nSecond paragraph.",
    .operands = "QUESTION [MORE]",
    .operands_min = 1,
    .operands_max = 2,
    .example = "ask add \"How long does the ice stay?\" --why curious",
    .options = add_options,
    .run = run_add,
};

/* ask list: needs a project, puts every type of value. */
static bool run_list(struct cli *cli, struct err *err)
{
    (void)err;
    see("project", cli->project);
    cli_say(cli, "%d questions\n", 2);
    cli_put_int(cli, "questions", 2);
    cli_put_real(cli, "share", 0.1);
    cli_put_real(cli, "unknown", (double)NAN);
    cli_put_text(cli, "title", "Eis \"am\" See");
    cli_put_text(cli, "nothing", NULL);
    return true;
}
static const struct command list_command = {.name = "ask list",
                                            .phase = PHASE_ASK,
                                            .needs = NEEDS_READ,
                                            .summary = "List the questions.",
                                            .operands = "",
                                            .run = run_list};

/* status: fails after it has said something. */
static bool run_fail(struct cli *cli, struct err *err)
{
    cli_say(cli, "half of it\n");
    cli_put_int(cli, "half", 1);
    return FAIL(err, ERR_CONFLICT, "Do \"this\".", "It\x1b[2J is %s.", "locked");
}
static const struct command fail_command = {.name = "status",
                                            .phase = PHASE_PROJECT,
                                            .needs = NEEDS_NOTHING,
                                            .summary = "Fail.",
                                            .operands = "",
                                            .run = run_fail};

/* ESC, CSI, right-to-left override, ü; in bytes, as the compiler would refuse the character. */
static const char harmful[] = {'\x1b', '\xC2', '\x9B', '\xE2', '\x80', '\xAE', '\xC3', '\xBC', 0};

/* log: says and puts what would do harm on a terminal. */
static bool run_say(struct cli *cli, struct err *err)
{
    (void)err;
    cli_say(cli, "%s", "a\x1b[31m\tb\r\n\xC2\x9B\xE2\x80\xAE\xE2\x81\xA6 \x7F \xFF Gr\xC3\xBCn\n");
    cli_put_text(cli, "text", harmful);
    cli_put_text(cli, "path", "a\xFF");
    cli_warn(cli, "Only %d\x1b rows.", 3);
    return true;
}
static const struct command say_command = {.name = "log",
                                           .phase = PHASE_PROJECT,
                                           .needs = NEEDS_NOTHING,
                                           .summary = "Say.",
                                           .operands = "",
                                           .run = run_say};

/* train HOW: is stopped in the middle. */
static bool run_stop(struct cli *cli, struct err *err)
{
    const char *what = cli_operand(cli, 0);
    see("before", cli_cancelled() ? "yes" : "no");
    if (strcmp(what, "memory") == 0)
        mem_out();
    raise(strcmp(what, "term") == 0 ? SIGTERM : SIGINT);
    see("after", cli_cancelled() ? "yes" : "no");
    if (strcmp(what, "twice") == 0)
        raise(SIGINT);
    return FAIL(err, ERR_CANCELLED, "Start again.", "Stopped.");
}
static const struct command stop_command = {.name = "train",
                                            .phase = PHASE_TRAIN,
                                            .needs = NEEDS_NOTHING,
                                            .summary = "Stop.",
                                            .operands = "HOW",
                                            .operands_min = 1,
                                            .operands_max = 1,
                                            .run = run_stop};

/* collect import: shows progress, with --wide a text that does not fit a line. */
static bool run_long(struct cli *cli, struct err *err)
{
    (void)err;
    char wide[256];
    for (size_t i = 0; i + 1 < sizeof wide; i++)
        wide[i] = "\xC3\xBC"[i % 2];
    wide[254] = wide[255] = '\0';
    for (uint64_t i = 1; i <= 1000; i++)
        cli_progress(cli, cli_flag(cli, "wide") ? wide : "Reading\x1b", i, 1000);
    return true;
}
static const struct option_spec long_options[] = {{.name = "wide", .help = "a long text"},
                                                  {.name = NULL}};
static const struct command long_command = {.name = "collect import",
                                            .phase = PHASE_COLLECT,
                                            .needs = NEEDS_NOTHING,
                                            .summary = "Take long.",
                                            .operands = "",
                                            .options = long_options,
                                            .run = run_long};

static const struct command *const table[] = {
    &fail_command, &say_command, &add_command, &list_command, &long_command, &stop_command, NULL};

/* Opens any path but one. */
static bool open_nothing(struct cli *cli, struct err *err)
{
    opened++;
    if (strcmp(cli->project, "broken.allmende") == 0)
        return FAIL(err, ERR_CORRUPT, "Fetch a copy.", "The file is damaged.");
    return true;
}

/* Closes any path but one. */
static bool close_nothing(struct cli *cli, struct err *err)
{
    closed++;
    if (cli->project && strcmp(cli->project, "full.allmende") == 0)
        return FAIL(err, ERR_IO, "Make room.", "The last write failed.");
    return true;
}

static const struct cli_host host = {table, open_nothing, close_nothing};

/* --- running one ---------------------------------------------------------------------------- */

static char out[16384];
static char errors[16384];

/* Read a file from its beginning and close it. */
static void slurp(FILE *file, char *ret, size_t size)
{
    rewind(file);
    size_t n = fread(ret, 1, size - 1, file);
    ret[n] = '\0';
    fclose(file);
}

/* Run with these two files as output and errors; returns the exit status. */
static int run_into(int out_fd, int error_fd, const char *const *words)
{
    char *argv[16] = {(char[]){"allmende"}};
    int argc = 1;
    char copies[16][128];
    for (; words[argc - 1]; argc++) {
        snprintf(copies[argc], sizeof copies[0], "%s", words[argc - 1]);
        argv[argc] = copies[argc];
    }
    fflush(stdout);
    fflush(stderr);
    int old_out = dup(STDOUT_FILENO);
    int old_error = dup(STDERR_FILENO);
    dup2(out_fd, STDOUT_FILENO);
    dup2(error_fd, STDERR_FILENO);
    seen[0] = '\0';
    opened = closed = 0;
    int status = cli_main(argc, argv, &host);
    dup2(old_out, STDOUT_FILENO);
    dup2(old_error, STDERR_FILENO);
    close(old_out);
    close(old_error);
    return status;
}

/* Run with temporary files as output and errors; returns the exit status. */
static int run_words(const char *const *words)
{
    FILE *out_file = tmpfile();
    FILE *error_file = tmpfile();
    assert_non_null(out_file);
    assert_non_null(error_file);
    int status = run_into(fileno(out_file), fileno(error_file), words);
    slurp(out_file, out, sizeof out);
    slurp(error_file, errors, sizeof errors);
    return status;
}
#define RUN(...) run_words((const char *const[]){__VA_ARGS__, NULL})

/* The text holds this part. */
static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in: %s", part, text);
}

/* The text does not hold this part. */
static void assert_lacks(const char *text, const char *part)
{
    if (strstr(text, part))
        fail_msg("\"%s\" is in: %s", part, text);
}

/* Every test runs in an empty folder of its own, in English. */
static char folder[64];
static int set_up(void **state)
{
    (void)state;
    unsetenv("LC_ALL");
    unsetenv("LC_MESSAGES");
    setenv("LANG", "C.UTF-8", 1);
    setenv("TERM", "xterm", 1);
    snprintf(folder, sizeof folder, "/tmp/allmende-cli-XXXXXX");
    return !mkdtemp(folder) || chdir(folder) != 0;
}

static const char *const files[] = {"a.allmende", "b.allmende",  "full.allmende", "broken.allmende",
                                    "c.txt",      ".x.allmende", "d.allmende",    "e.allmende",
                                    "f.allmende", "g.allmende",  "h.allmende"};
/* Empty and remove the folder. */
static int tear_down(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(files); i++)
        unlink(files[i]);
    return chdir("/") != 0 || rmdir(folder) != 0;
}

/* What main does before cli_main. */
static void prepare_languages(void)
{
    json_init();
    lang_catalogue(LANG_DE, embedded_de, embedded_de_n);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
