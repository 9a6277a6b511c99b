/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program as the shell sees it: options, commands, results, languages, stopping. Expected texts
 * are written by hand from DESIGN.md section 7. */
#include "cli_host.h"

/* Like run_words in a child that may end by itself; returns what waitpid says. */
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
    assert_string_equal(json_text(value, "text"), harmful);
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
    assert_int_equal(strspn(errors, "\xC3\xBC"), 156); /* 78 characters */
    assert_int_equal(errors[156], '\r');
    const char *const json[] = {"collect", "import", "--json", NULL};
    assert_int_equal(run_on_terminal(json), 0);
    assert_string_equal(errors, "");
    const char *const quiet[] = {"collect", "import", "--quiet", NULL};
    assert_int_equal(run_on_terminal(quiet), 0);
    assert_string_equal(errors, "");
    assert_int_equal(RUN("collect", "import"), 0);
    assert_string_equal(errors, "");
}

int main(void)
{
    prepare_languages();
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
        TEST(errors_speak_the_language_of_the_reader),
        TEST(error_codes_are_the_same_in_every_language),
        TEST(the_first_ctrl_c_asks_and_the_second_ends),
        TEST(no_memory_is_an_error_like_any_other),
        TEST(progress_is_drawn_on_a_terminal_only_and_wiped),
    };
    return cmocka_run_group_tests_name("cli", tests, NULL, NULL);
}
