/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the program is stopped from outside: by a person (SIGINT), by the system (SIGTERM), by a
 * machine without memory. SA_RESTART: no library sees an interrupted read by surprise; who waits in
 * one presses Ctrl-C twice. The exit status stays 1, so that 0, 1, 2 are all there is. */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/parts.h"

static volatile sig_atomic_t cancelled;

/* What is said when memory is out, made while there was some. */
static char memory_text[1280];

static void on_signal(int number)
{
    (void)number;
    if (cancelled)
        _exit(1);
    cancelled = 1;
}

bool cli_cancelled(void)
{
    return cancelled != 0;
}

static void say_memory(void)
{
    ssize_t ignored = write(STDERR_FILENO, memory_text, strlen(memory_text));
    (void)ignored;
}

static void handle(int number, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    BUG_IF(sigaction(number, &action, NULL) != 0);
}

void stop_prepare(bool json)
{
    cancelled = 0;
    handle(SIGINT, on_signal);
    handle(SIGTERM, on_signal);
    /* Writing then fails with EPIPE or EFBIG, which is told in a sentence. */
    handle(SIGPIPE, SIG_IGN);
    handle(SIGXFSZ, SIG_IGN);

    /* A buf over memory that is there already: making this text must not need any. */
    struct err err = {0};
    struct buf text = {memory_text, 0, sizeof memory_text};
    (void)FAIL(&err, ERR_MEMORY, _("Close other programs, then try again."),
               _("The computer has no memory left. Nothing is half done."));
    result_error_text(&err, json, &text);
    BUG_IF(text.at != memory_text);
    mem_on_failure(say_memory);
}
