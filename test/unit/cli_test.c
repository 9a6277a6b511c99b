/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program as the shell sees it, with a few commands made for this test. Expected texts are
 * written by hand from DESIGN.md section 7. */
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

static void see(const char *name, const char *value)
{
    size_t n = strlen(seen);
    snprintf(seen + n, sizeof seen - n, "%s=%s ", name, value ? value : "NULL");
}

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

static bool run_say(struct cli *cli, struct err *err)
{
    (void)err;
    cli_say(cli, "%s", "a\x1b[31m\tb\r\n\xC2\x9B\xE2\x80\xAE\xE2\x81\xA6 \x7F \xFF Gr\xC3\xBCn\n");
    cli_put_text(cli, "text", "\x1b\xC2\x9B\xE2\x80\xAE\xC3\xBC");
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

static bool open_nothing(struct cli *cli, struct err *err)
{
    opened++;
    if (strcmp(cli->project, "broken.allmende") == 0)
        return FAIL(err, ERR_CORRUPT, "Fetch a copy.", "The file is damaged.");
    return true;
}

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

/* The same in a child that may end by itself; returns what waitpid says. */
static int run_child(const char *const *words)
{
    FILE *out_file = tmpfile();
    FILE *error_file = tmpfile();
    assert_non_null(out_file);
    assert_non_null(error_file);
    int status = -1;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(run_into(fileno(out_file), fileno(error_file), words));
    assert_int_equal(waitpid(child, &status, 0), child);
    slurp(out_file, out, sizeof out);
    slurp(error_file, errors, sizeof errors);
    return status;
}
#define RUN_CHILD(...) run_child((const char *const[]){__VA_ARGS__, NULL})

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in: %s", part, text);
}

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
static int tear_down(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(files); i++)
        unlink(files[i]);
    return chdir("/") != 0 || rmdir(folder) != 0;
}

static void make_file(const char *name)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0600);
    assert_true(fd >= 0);
    close(fd);
}

/* --- options -------------------------------------------------------------------------------- */

static void options_and_operands_reach_the_command(void **state)
{
    (void)state;
    assert_int_equal(RUN("--as", "Ida", "ask", "add", "Why?", "--why=a=b", "--tag", "x", "more",
                         "--tag", "y", "--number", "9", "--loud"),
                     0);
    assert_string_equal(seen, "0=Why? 1=more why=a=b tag0=x tag1=y tag=y number=9 loud=yes as=Ida "
                              "project=NULL ");
    assert_string_equal(out, "");
    assert_string_equal(errors, "");
}

static void what_was_not_given_is_null_and_keeps_its_default(void **state)
{
    (void)state;
    assert_int_equal(RUN("ask", "add", "Why?", "--why", ""), 0);
    assert_string_equal(seen, "0=Why? 1=NULL why= tag0=NULL tag1=NULL tag=NULL number=7 loud=no "
                              "as=NULL project=NULL ");
}

static void behind_two_dashes_all_words_are_operands(void **state)
{
    (void)state;
    assert_int_equal(RUN("ask", "add", "--why", "w", "--", "--json", "--"), 0);
    assert_has(seen, "0=--json 1=-- why=w ");
}

static void a_value_may_begin_with_a_dash_but_not_look_like_an_option(void **state)
{
    (void)state;
    assert_int_equal(RUN("ask", "add", "-", "--why", "-5"), 0);
    assert_has(seen, "0=- 1=NULL why=-5 ");
    assert_int_equal(RUN("ask", "add", "q", "--why=--loud"), 0);
    assert_has(seen, "why=--loud tag0=NULL tag1=NULL tag=NULL number=7 loud=no ");
    assert_int_equal(RUN("ask", "add", "q", "--why", "--loud"), 2);
    assert_string_equal(errors, "The option --why needs a value.\n"
                                "Write it behind the option: --why TEXT\n");
    assert_int_equal(RUN("ask", "add", "q", "--why"), 2);
    assert_has(errors, "The option --why needs a value.\n");
}

static void an_option_given_twice_is_refused_unless_it_may_be_repeated(void **state)
{
    (void)state;
    assert_int_equal(RUN("ask", "add", "q", "--why", "a", "--why", "b"), 2);
    assert_string_equal(errors, "The option --why TEXT is given more than once.\n"
                                "Leave one of them out.\n");
    assert_int_equal(RUN("ask", "add", "q", "--why", "a", "--loud", "--loud"), 0);
    assert_int_equal(RUN("ask", "list", "-p", "a", "-p", "b"), 2);
}

static void an_unknown_option_names_the_nearest_one(void **state)
{
    (void)state;
    assert_int_equal(RUN("ask", "add", "q", "--wyh", "x"), 2);
    assert_string_equal(errors, "ask add does not know the option --wyh. Did you mean --why?\n"
                                "Read: allmende help ask add\n");
    assert_int_equal(RUN("ask", "add", "q", "--jsn=1"), 2);
    assert_has(errors, "option --jsn. Did you mean --json?\n");
    assert_int_equal(RUN("ask", "add", "q", "--elephant"), 2);
    assert_has(errors, "does not know the option --elephant.\n");
    assert_int_equal(RUN("ask", "add", "q", "-w"), 2);
    assert_has(errors, "does not know the option -w.\n");
    assert_int_equal(RUN("--why", "x", "ask", "add", "q"), 2);
    assert_has(errors, "allmende does not know the option --why.");
    assert_int_equal(RUN("ask", "add", "q", "--p", "x"), 2);
    assert_int_equal(RUN("ask", "add", "q", "-json"), 2);
}

static void a_flag_takes_no_value(void **state)
{
    (void)state;
    assert_int_equal(RUN("ask", "add", "q", "--why", "w", "--loud=yes"), 2);
    assert_has(errors, "The option --loud takes no value.\n");
}

static void what_is_missing_or_too_much_is_named(void **state)
{
    (void)state;
    assert_int_equal(RUN("ask", "add", "q"), 2);
    assert_string_equal(errors, "The command \"ask add\" needs the option --why TEXT.\n"
                                "Read: allmende help ask add\n");
    assert_int_equal(RUN("ask", "add", "--why", "w"), 2);
    assert_string_equal(errors, "Something is missing behind \"ask add\". It needs: "
                                "QUESTION [MORE]\nRead: allmende help ask add\n");
    assert_int_equal(RUN("ask", "add", "a", "b", "c", "--why", "w"), 2);
    assert_has(errors, "\"c\" is one word too many for the command \"ask add\".\n");
    assert_string_equal(out, "");
}

static void whole_numbers_keep_their_limits(void **state)
{
    (void)state;
    static const char *const wrong[] = {"1", "10", "", "-3", "3.0", "03", "18446744073709551616"};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        assert_int_equal(RUN("ask", "add", "q", "--why", "w", "--number", wrong[i]), 2);
        assert_has(errors, "--number must be a whole number from 2 to 9, not \"");
    }
    assert_int_equal(RUN("ask", "add", "q", "--why", "w", "--number", "2"), 0);
    assert_has(seen, "number=2 ");
}

static void words_that_are_not_utf8_are_refused(void **state)
{
    (void)state;
    assert_int_equal(RUN("ask", "add", "q\xFF.", "--why", "w"), 2);
    assert_string_equal(errors, "Word 3 of the command line is not UTF-8: q<0xFF>.\n"
                                "Set the terminal to UTF-8, or rename the file.\n");
}

/* --- commands and projects ------------------------------------------------------------------- */

static void an_unknown_command_names_the_nearest_one(void **state)
{
    (void)state;
    assert_int_equal(RUN("stauts"), 2);
    assert_string_equal(errors, "There is no command \"stauts\". Did you mean \"status\"?\n"
                                "Read: allmende help\n");
    assert_int_equal(RUN("ask", "lst"), 2);
    assert_has(errors, "There is no command \"ask lst\". Did you mean \"ask list\"?\n");
    assert_int_equal(RUN("ask"), 2);
    assert_string_equal(errors, "There is no command \"ask\". There are: ask add, ask list.\n"
                                "Read: allmende help ask\n");
    assert_int_equal(RUN("xylophone"), 2);
    assert_string_equal(errors, "There is no command \"xylophone\".\nRead: allmende help\n");
    assert_string_equal(out, "");
}

static void the_only_project_in_the_folder_is_taken(void **state)
{
    (void)state;
    make_file("c.txt");
    make_file(".x.allmende");
    assert_int_equal(RUN("ask", "list"), 1);
    assert_string_equal(errors, "There is no project (*.allmende) in this folder.\n"
                                "Make one: allmende new FILE --title T. Or name one with -p "
                                "FILE.\n");
    assert_int_equal(opened, 0);
    make_file("b.allmende");
    assert_int_equal(RUN("ask", "list"), 0);
    assert_string_equal(seen, "project=b.allmende ");
    assert_string_equal(out, "2 questions\n");
    assert_int_equal(opened + closed, 2);
    make_file("a.allmende");
    assert_int_equal(RUN("ask", "list"), 2);
    assert_string_equal(errors,
                        "There are several projects in this folder: a.allmende, b.allmende.\n"
                        "Name one, for example: allmende -p a.allmende ask list\n");
    assert_int_equal(RUN("ask", "list", "-p", "x/y"), 0);
    assert_string_equal(seen, "project=x/y ");
    assert_int_equal(RUN("-p", "x/y", "ask", "list"), 0);
}

static void of_many_projects_the_first_five_are_named(void **state)
{
    (void)state;
    static const char *const order[] = {"g.allmende", "b.allmende", "f.allmende", "a.allmende",
                                        "e.allmende", "d.allmende", "h.allmende"};
    for (size_t i = 0; i < COUNT_OF(order); i++)
        make_file(order[i]);
    assert_int_equal(RUN("ask", "list"), 2);
    assert_has(errors, "in this folder: a.allmende, b.allmende, d.allmende, e.allmende, "
                       "f.allmende, ….\n");
}

static void opening_and_closing_are_part_of_the_work(void **state)
{
    (void)state;
    assert_int_equal(RUN("ask", "list", "-p", "broken.allmende"), 1);
    assert_string_equal(errors, "The file is damaged.\nFetch a copy.\n");
    assert_string_equal(seen, "");
    assert_string_equal(out, "");
    assert_int_equal(RUN("ask", "list", "-p", "full.allmende", "--json"), 1);
    assert_string_equal(out, "");
    assert_string_equal(errors, "{\"error\":{\"code\":\"io\",\"what\":\"The last write failed.\","
                                "\"next\":\"Make room.\"}}\n");
}

/* --- results --------------------------------------------------------------------------------- */

static void json_is_one_object_in_the_order_of_putting(void **state)
{
    (void)state;
    assert_int_equal(RUN("ask", "list", "-p", "x", "--json"), 0);
    assert_string_equal(out, "{\"questions\":2,\"share\":0.1,\"unknown\":null,"
                             "\"title\":\"Eis \\\"am\\\" See\",\"nothing\":null}\n");
    assert_string_equal(errors, "");
    assert_int_equal(RUN("ask", "add", "q", "--why", "w", "--json"), 0);
    assert_string_equal(out, "{}\n");
}

static void quiet_keeps_what_is_said_back_but_not_warnings(void **state)
{
    (void)state;
    assert_int_equal(RUN("log", "--quiet"), 0);
    assert_string_equal(out, "");
    assert_string_equal(errors, "Only 3<U+001B> rows.\n");
}

static void a_failure_leaves_standard_output_empty(void **state)
{
    (void)state;
    assert_int_equal(RUN("status"), 1);
    assert_string_equal(out, "");
    assert_string_equal(errors, "It<U+001B>[2J is locked.\nDo \"this\".\n");
    assert_int_equal(RUN("--json", "status"), 1);
    assert_string_equal(out, "");
    assert_string_equal(errors, "{\"error\":{\"code\":\"conflict\",\"what\":"
                                "\"It\\u001b[2J is locked.\",\"next\":\"Do \\\"this\\\".\"}}\n");
    assert_int_equal(RUN("status", "--jsn", "--json"), 2);
    assert_string_equal(errors,
                        "{\"error\":{\"code\":\"usage\",\"what\":\"status does not know the "
                        "option --jsn. Did you mean --json?\",\"next\":\"Read: allmende help "
                        "status\"}}\n");
}

static void control_characters_are_made_visible(void **state)
{
    (void)state;
    assert_int_equal(RUN("log"), 0);
    assert_string_equal(out, "a<U+001B>[31m\tb<U+000D>\n<U+009B><U+202E><U+2066> <U+007F> <0xFF> "
                             "Gr\xC3\xBCn\n");
    assert_string_equal(errors, "Only 3<U+001B> rows.\n");
}

static void json_escapes_control_characters_and_keeps_them(void **state)
{
    (void)state;
    assert_int_equal(RUN("log", "--json"), 0);
    assert_string_equal(out, "{\"text\":\"\\u001b\\u009b\\u202e\xC3\xBC\",\"path\":\"a<0xFF>\","
                             "\"warnings\":[\"Only 3<U+001B> rows.\"]}\n");
    assert_string_equal(errors, "");
    json_t *value = json_loads(out, 0, NULL);
    assert_string_equal(json_text(value, "text"), "\x1b\xC2\x9B\xE2\x80\xAE\xC3\xBC");
    json_decref(value);
}

static void a_full_disk_or_a_broken_pipe_is_told(void **state)
{
    (void)state;
    FILE *error_file = tmpfile();
    int full = open("/dev/full", O_WRONLY);
    if (full < 0)
        skip();
    assert_int_equal(run_into(full, fileno(error_file), (const char *const[]){"log", NULL}), 1);
    close(full);
    slurp(error_file, errors, sizeof errors);
    assert_has(errors, "its result could not be written: No space left on device.\n");

    int pipe_fd[2];
    assert_int_equal(pipe(pipe_fd), 0);
    close(pipe_fd[0]);
    error_file = tmpfile();
    const char *const words[] = {"log", "--json", NULL};
    assert_int_equal(run_into(pipe_fd[1], fileno(error_file), words), 1);
    close(pipe_fd[1]);
    slurp(error_file, errors, sizeof errors);
    assert_has(errors, "{\"error\":{\"code\":\"io\",\"what\":\"");
    assert_has(errors, "could not be written: Broken pipe.\"");
}

/* Were descriptor 1 free, the next file that is opened would get it, and our output with it. */
static void a_closed_standard_output_is_told_and_its_number_stays_taken(void **state)
{
    (void)state;
    int status = -1;
    FILE *error_file = tmpfile();
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        char *argv[] = {(char[]){"allmende"}, (char[]){"log"}, NULL};
        dup2(fileno(error_file), STDERR_FILENO);
        close(STDOUT_FILENO);
        int result = cli_main(2, argv, &host);
        _exit(result == 1 && fcntl(STDOUT_FILENO, F_GETFD) >= 0 ? 0 : 9);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    slurp(error_file, errors, sizeof errors);
    assert_has(errors, "could not be written: Bad file descriptor.\n");
}

/* --- help ------------------------------------------------------------------------------------ */

static void help_lists_the_commands_in_the_order_of_the_cycle(void **state)
{
    (void)state;
    assert_int_equal(RUN("help"), 0);
    const char *project = strstr(out, "\nproject: ");
    const char *status = strstr(out, "\n  status  ");
    const char *ask = strstr(out, "\nask: ");
    const char *add = strstr(out, "\n  ask add QUESTION [MORE]     Put a question.\n");
    const char *collect = strstr(out, "\ncollect: ");
    const char *train = strstr(out, "\n  train HOW                   Stop.\n");
    assert_true(project && project < status && status < ask && ask < add && add < collect &&
                collect < train);
    assert_has(out, "  -p FILE                     the project file;");
    assert_has(out, "  --json  ");
    assert_lacks(out, "publish:");
    char all[sizeof out];
    memcpy(all, out, sizeof all);
    assert_int_equal(run_words((const char *const[]){NULL}), 0);
    assert_string_equal(out, all);
    assert_int_equal(RUN("--help"), 0);
    assert_string_equal(out, all);
    assert_int_equal(RUN("-h"), 0);
    assert_string_equal(out, all);
}

/* Characters, not bytes: none of ours takes two columns. */
static size_t widest_line(const char *text)
{
    size_t widest = 0;
    size_t columns = 0;
    for (; *text; text++) {
        columns = *text == '\n' ? 0 : columns + (((unsigned char)*text & 0xC0) != 0x80);
        widest = columns > widest ? columns : widest;
    }
    return widest;
}

static void no_line_of_help_is_wider_than_a_terminal(void **state)
{
    (void)state;
    static const char *const languages[] = {"--lang=en", "--lang=de"};
    for (size_t i = 0; i < COUNT_OF(languages); i++) {
        assert_int_equal(RUN("help", languages[i]), 0);
        assert_in_range(widest_line(out), 60, 80);
        assert_int_equal(RUN("help", "ask", "add", languages[i]), 0);
        assert_in_range(widest_line(out), 60, 80);
    }
}

static void help_of_a_command_shows_all_of_it(void **state)
{
    (void)state;
    assert_int_equal(RUN("help", "ask", "add"), 0);
    assert_has(out, "allmende ask add QUESTION [MORE] --why TEXT […]\n\nPut a question.\n\nA "
                    "question is what the group wants to know about its surroundings, in its own\n"
                    "words, before anybody has looked.\n\nSecond paragraph.\n\nOptions:\n");
    assert_has(out, "  --why TEXT                  the reason (needed)\n");
    assert_has(out, "  --tag WORD                  a word to find it by (may be repeated)\n");
    assert_has(out, "\nExample:\n  allmende ask add \"How long does the ice stay?\" --why "
                    "curious\n");
    char all[sizeof out];
    memcpy(all, out, sizeof all);
    assert_int_equal(RUN("ask", "add", "--help"), 0);
    assert_string_equal(out, all);
    assert_int_equal(RUN("ask", "add", "q", "--wrong", "-h"), 0);
    assert_string_equal(out, all);
    assert_string_equal(seen, "");
}

static void help_of_a_first_word_or_a_phase_lists_its_commands(void **state)
{
    (void)state;
    assert_int_equal(RUN("help", "ask"), 0);
    assert_has(out, "  ask add QUESTION [MORE] ");
    assert_has(out, "  ask list ");
    assert_lacks(out, "status");
    assert_int_equal(RUN("help", "project"), 0);
    assert_has(out, "  status ");
    assert_lacks(out, "ask add");
    assert_int_equal(RUN("help", "stats"), 2);
    assert_string_equal(errors, "There is no command \"stats\". Did you mean \"status\"?\n"
                                "Read: allmende help\n");
}

static void help_as_json_is_the_whole_table(void **state)
{
    (void)state;
    assert_int_equal(RUN("help", "--json"), 0);
    json_t *all = json_loads(out, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(all);
    json_t *list = json_object_get(all, "commands");
    assert_int_equal(json_array_size(list), COUNT_OF(table)); /* help in place of the NULL */
    json_t *add = json_array_get(list, 2);
    assert_string_equal(json_text(add, "name"), "ask add");
    assert_string_equal(json_text(add, "phase"), "ask");
    assert_string_equal(json_text(add, "needs"), "nothing");
    json_t *why = json_array_get(json_object_get(add, "options"), 0);
    assert_string_equal(json_text(why, "name"), "why");
    assert_string_equal(json_text(why, "value"), "TEXT");
    assert_true(json_is_true(json_object_get(why, "required")));
    assert_int_equal(json_array_size(json_object_get(all, "phases")), PHASE_COUNT);
    json_decref(all);
}

static void version_is_told_wherever_it_is_asked(void **state)
{
    (void)state;
    assert_int_equal(RUN("--version"), 0);
    assert_int_equal(strncmp(out, "allmende ", 9), 0);
    assert_int_equal(RUN("status", "--version", "--json"), 0);
    assert_int_equal(strncmp(out, "{\"version\":\"", 12), 0);
}

/* --- languages ------------------------------------------------------------------------------- */

static void errors_speak_the_language_of_the_reader(void **state)
{
    (void)state;
    static const char german[] = "Den Befehl „stauts“ gibt es nicht. Vielleicht „status“?\n"
                                 "Nachlesen: allmende help\n";
    assert_int_equal(RUN("stauts", "--lang", "de"), 2);
    assert_string_equal(errors, german);
    assert_int_equal(RUN("--lang=de", "stauts"), 2);
    assert_string_equal(errors, german);
    setenv("LANG", "de_AT.UTF-8", 1);
    assert_int_equal(RUN("stauts"), 2);
    assert_string_equal(errors, german);
    assert_int_equal(RUN("stauts", "--lang", "en"), 2);
    assert_has(errors, "There is no command");
    setenv("LC_ALL", "fr_FR.UTF-8", 1);
    assert_int_equal(RUN("stauts"), 2);
    assert_has(errors, "There is no command");
    setenv("LC_ALL", "", 1);
    assert_int_equal(RUN("stauts"), 2);
    assert_string_equal(errors, german);
    setenv("LC_MESSAGES", "C", 1);
    assert_int_equal(RUN("status", "--lang", "fr"), 2);
    assert_string_equal(errors, "The program does not speak the language \"fr\".\n"
                                "Choose --lang de or --lang en.\n");
}

static void error_codes_are_the_same_in_every_language(void **state)
{
    (void)state;
    assert_int_equal(RUN("ask", "list", "--json", "--lang", "de"), 1);
    assert_int_equal(strncmp(errors, "{\"error\":{\"code\":\"not_found\",\"what\":\"", 36), 0);
    assert_has(errors, "In diesem Ordner liegt kein Projekt (*.allmende).");
}

/* --- stopping -------------------------------------------------------------------------------- */

static void the_first_ctrl_c_asks_and_the_second_ends(void **state)
{
    (void)state;
    assert_int_equal(RUN("train", "once"), 1);
    assert_string_equal(seen, "before=no after=yes ");
    assert_string_equal(errors, "Stopped.\nStart again.\n");
    assert_int_equal(RUN("train", "term"), 1);
    assert_string_equal(seen, "before=no after=yes ");
    int status = RUN_CHILD("train", "twice");
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
    assert_string_equal(errors, "");
}

static void no_memory_is_an_error_like_any_other(void **state)
{
    (void)state;
    int status = RUN_CHILD("train", "memory");
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
    assert_string_equal(out, "");
    assert_string_equal(errors, "The computer has no memory left. Nothing is half done.\n"
                                "Close other programs, then try again.\n");
    status = RUN_CHILD("train", "memory", "--json", "--lang", "de");
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
    assert_string_equal(out, "");
    assert_int_equal(strncmp(errors, "{\"error\":{\"code\":\"memory\",\"what\":\"Der ", 38), 0);
}

/* Run with a terminal as standard error; what was drawn is in errors. */
static int run_on_terminal(const char *const *words)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0)
        skip();
    int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    assert_true(slave >= 0);
    FILE *out_file = tmpfile();
    int status = run_into(fileno(out_file), slave, words);
    slurp(out_file, out, sizeof out);
    close(slave);
    size_t n = 0;
    for (ssize_t got = 1; got > 0 && n<sizeof errors - 1; n += got> 0 ? (size_t)got : 0)
        got = read(master, errors + n, sizeof errors - 1 - n);
    errors[n] = '\0';
    close(master);
    return status;
}

static void progress_is_drawn_on_a_terminal_only_and_wiped(void **state)
{
    (void)state;
    const char *const words[] = {"collect", "import", NULL};
    assert_int_equal(run_on_terminal(words), 0);
    assert_int_equal(strncmp(errors, "Reading<U+001B>: 1 of 1000 (0 %)\r", 33), 0);
    assert_lacks(errors, "\x1b");
    size_t n = strlen(errors);
    assert_true(n > 33 && errors[n - 1] == '\r');
    assert_int_equal(strspn(errors + n - 33, " "), 32);
    const char *const wide[] = {"collect", "import", "--wide", NULL};
    assert_int_equal(run_on_terminal(wide), 0);
    assert_int_equal(strspn(errors, "\xC3\xBC"), 2 * 78);
    assert_int_equal(errors[2 * 78], '\r');
    const char *const json[] = {"collect", "import", "--json", NULL};
    assert_int_equal(run_on_terminal(json), 0);
    assert_string_equal(errors, "");
    const char *const quiet[] = {"collect", "import", "--quiet", NULL};
    assert_int_equal(run_on_terminal(quiet), 0);
    assert_string_equal(errors, "");
    assert_int_equal(RUN("collect", "import"), 0);
    assert_string_equal(errors, "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    json_init();
    lang_catalogue(LANG_DE, embedded_de, embedded_de_n);
    const struct CMUnitTest tests[] = {
        TEST(options_and_operands_reach_the_command),
        TEST(what_was_not_given_is_null_and_keeps_its_default),
        TEST(behind_two_dashes_all_words_are_operands),
        TEST(a_value_may_begin_with_a_dash_but_not_look_like_an_option),
        TEST(an_option_given_twice_is_refused_unless_it_may_be_repeated),
        TEST(an_unknown_option_names_the_nearest_one),
        TEST(a_flag_takes_no_value),
        TEST(what_is_missing_or_too_much_is_named),
        TEST(whole_numbers_keep_their_limits),
        TEST(words_that_are_not_utf8_are_refused),
        TEST(an_unknown_command_names_the_nearest_one),
        TEST(the_only_project_in_the_folder_is_taken),
        TEST(of_many_projects_the_first_five_are_named),
        TEST(opening_and_closing_are_part_of_the_work),
        TEST(json_is_one_object_in_the_order_of_putting),
        TEST(quiet_keeps_what_is_said_back_but_not_warnings),
        TEST(a_failure_leaves_standard_output_empty),
        TEST(control_characters_are_made_visible),
        TEST(json_escapes_control_characters_and_keeps_them),
        TEST(a_full_disk_or_a_broken_pipe_is_told),
        TEST(a_closed_standard_output_is_told_and_its_number_stays_taken),
        TEST(help_lists_the_commands_in_the_order_of_the_cycle),
        TEST(no_line_of_help_is_wider_than_a_terminal),
        TEST(help_of_a_command_shows_all_of_it),
        TEST(help_of_a_first_word_or_a_phase_lists_its_commands),
        TEST(help_as_json_is_the_whole_table),
        TEST(version_is_told_wherever_it_is_asked),
        TEST(errors_speak_the_language_of_the_reader),
        TEST(error_codes_are_the_same_in_every_language),
        TEST(the_first_ctrl_c_asks_and_the_second_ends),
        TEST(no_memory_is_an_error_like_any_other),
        TEST(progress_is_drawn_on_a_terminal_only_and_wiped),
    };
    return cmocka_run_group_tests_name("cli", tests, NULL, NULL);
}
