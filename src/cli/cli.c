/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli/parts.h"

/* A standard file that is closed would become the project file's number, and our output would go
 * into the project. /dev/null opened for reading takes its place: writing to it still fails. */
static void hold_standard_files(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            BUG_IF(open("/dev/null", O_RDONLY) != fd);
}

/* --- which project ------------------------------------------------------------------------ */

enum { SHOWN_MAX = 5 };

/* The project files of a folder: how many, and the first few in byte order. */
struct found {
    const char *name[SHOWN_MAX]; /* in the arena */
    size_t n;
};

static void take_name(struct cli *cli, struct found *found, const char *name)
{
    bool full = found->n >= SHOWN_MAX;
    size_t i = full ? SHOWN_MAX - 1 : found->n;
    found->n++;
    if (full && strcmp(name, found->name[SHOWN_MAX - 1]) >= 0)
        return;
    for (; i > 0 && strcmp(name, found->name[i - 1]) < 0; i--)
        found->name[i] = found->name[i - 1];
    found->name[i] = arena_copy(&cli->arena, str_of(name));
}

static bool look_here(struct cli *cli, struct found *found, struct err *err)
{
    DIR *folder = opendir(".");
    if (!folder)
        return err_errno(err, _("read"), ".");
    errno = 0;
    for (struct dirent *at = readdir(folder); at; at = readdir(folder))
        if (at->d_name[0] != '.' && str_ends(str_of(at->d_name), STR(".allmende")))
            take_name(cli, found, at->d_name);
    bool done = errno == 0 || err_errno(err, _("read"), ".");
    closedir(folder);
    return done;
}

static bool refuse_several(struct cli *cli, const struct found *found, struct err *err)
{
    CLEANUP(buf_release) struct buf names = BUF_INIT;
    for (size_t i = 0; i < found->n && i < SHOWN_MAX; i++)
        buf_printf(&names, "%s%s", i ? ", " : "", found->name[i]);
    if (found->n > SHOWN_MAX)
        buf_text(&names, ", …");
    return FAIL(err, ERR_USAGE,
                arena_printf(&cli->arena, _("Name one, for example: allmende -p %s %s"),
                             found->name[0], cli->command->name),
                _("There are several projects in this folder: %s."), names.at);
}

static bool find_project(struct cli *cli, struct err *err)
{
    struct found found = {.n = 0};
    cli->project = option_value(cli, "p");
    if (cli->project)
        return true;
    if (!look_here(cli, &found, err))
        return false;
    if (found.n == 0)
        return FAIL(err, ERR_NOT_FOUND,
                    _("Make one: allmende new FILE --title T. Or name one with -p FILE."),
                    _("There is no project (*.allmende) in this folder."));
    if (found.n > 1)
        return refuse_several(cli, &found, err);
    cli->project = found.name[0];
    return true;
}

/* What was meant was more likely a file than something of a project that is not there either. */
static bool refuse_name(struct cli *cli, struct err *err)
{
    err_clear(err);
    return FAIL(err, ERR_NOT_FOUND,
                _("Check the spelling of the path. What lies in a project needs -p FILE."),
                _("There is no file %s, and no project (*.allmende) in this folder."),
                cli_operand(cli, 0));
}

/* --- the run as a whole ------------------------------------------------------------------- */

/* Does this run need a project? */
static bool needs_project(const struct cli *cli)
{
    enum needs needs = cli->command->needs;
    const char *first = needs == NEEDS_FILE ? cli_operand(cli, 0) : NULL;
    return needs != NEEDS_NOTHING && !(first && access(first, F_OK) == 0);
}

/* Open, run, close. Closing is part of the work: the last write may fail there. */
static bool work(struct cli *cli, const struct cli_host *host, struct err *err)
{
    bool needs = needs_project(cli);
    if (needs && !find_project(cli, err))
        return cli->command->needs == NEEDS_FILE && err->code == ERR_NOT_FOUND
                   ? refuse_name(cli, err)
                   : false;
    bool done = (!needs || host->open(cli, err)) && cli->command->run(cli, err);
    BUG_IF(!done && err->code == ERR_NONE);
    bool closed = host->close(cli, err);
    return done && closed;
}

static void release(struct cli *cli)
{
    buf_release(&cli->said);
    json_decref(cli->result);
    json_decref(cli->warnings);
    arena_release(&cli->arena);
}

int cli_main(int argc, char **argv, const struct cli_host *host)
{
    struct cli_values values = {.commands = host->commands};
    struct cli cli = {.said = BUF_INIT, .values = &values};
    struct err err = {0};
    hold_standard_files();
    option_scan(&cli, argc, argv);
    stop_prepare(cli.json);
    cli.result = json_object();
    cli.warnings = json_array();
    bool done =
        option_read(&cli, argc, argv, &err) && work(&cli, host, &err) && result_write(&cli, &err);
    if (!done)
        result_error(&cli, &err);
    release(&cli);
    return done ? 0 : err_exit_status(err.code);
}
