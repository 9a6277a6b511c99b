/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The side that asks: it starts the child, listens, and tells how it ended. */
#define _GNU_SOURCE /* pipe2 */
#include "read/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "read/sandbox_int.h"

enum { HEAD_BYTES = 5, TICK_MS = 200, LOWEST_FD = 10 };

/* A child on its way. */
struct running {
    const struct sandbox_run *run;
    pid_t pid; /* 0: none, or it was waited for */
    int results;
    uint64_t bytes; /* of all messages so far */
    bool locked;    /* it said R */
    bool done;      /* it said Z */
    struct buf in;  /* what came and is not judged yet: at most one message */
};

static void close_fd(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
    *fd = -1;
}

static int wait_for(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return status;
}

static void running_release(struct running *r)
{
    if (r->pid > 0) {
        (void)kill(r->pid, SIGKILL);
        (void)wait_for(r->pid);
        r->pid = 0;
    }
    close_fd(&r->results);
    buf_release(&r->in);
}

/* --- starting ----------------------------------------------------------------------------- */

static bool prepare_actions(posix_spawn_file_actions_t *actions, int file, int out, int request)
{
    return posix_spawn_file_actions_adddup2(actions, file, SANDBOX_FILE) == 0 &&
           posix_spawn_file_actions_adddup2(actions, out, SANDBOX_OUT) == 0 &&
           posix_spawn_file_actions_addopen(actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) ==
               0 &&
           posix_spawn_file_actions_adddup2(actions, request, SANDBOX_REQUEST) == 0;
}

/* Signals as if nobody had touched them: a child that ignored SIGPIPE would not notice that nobody
   listens. */
static bool prepare_signals(posix_spawnattr_t *attributes)
{
    sigset_t all;
    sigset_t none;
    (void)sigfillset(&all);
    (void)sigemptyset(&none);
    return posix_spawnattr_setsigdefault(attributes, &all) == 0 &&
           posix_spawnattr_setsigmask(attributes, &none) == 0 &&
           posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK) ==
               0;
}

static bool spawn(struct running *r, int file, int out, int request, struct err *err)
{
    static char program[] = "allmende";
    static char word[] = SANDBOX_WORD;
    char *const arguments[] = {program, word, NULL};
    char *const nothing[] = {NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    pid_t pid = 0;
    if (posix_spawn_file_actions_init(&actions) != 0)
        mem_out();
    if (posix_spawnattr_init(&attributes) != 0)
        mem_out();
    bool started =
        prepare_actions(&actions, file, out, request) && prepare_signals(&attributes) &&
        posix_spawn(&pid, "/proc/self/exe", &actions, &attributes, arguments, nothing) == 0;
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)posix_spawnattr_destroy(&attributes);
    if (!started)
        return FAIL(err, ERR_UNSUPPORTED, _("Save the table as .csv and take that file."),
                    _("The program that reads %s safely could not be started."), r->run->name);
    r->pid = pid;
    return true;
}

/* Descriptors 0 to 3 are the child's; ours are moved out of the way, so that none is overwritten
   while they are put into place. */
static int out_of_the_way(int fd)
{
    return fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, LOWEST_FD);
}

static bool start(struct running *r, struct err *err)
{
    const struct sandbox_run *run = r->run;
    int results[2] = {-1, -1};
    int asked[2] = {-1, -1};
    char language[2];
    memcpy(language, lang_code(lang_get()), sizeof language);
    BUG_IF(run->request.n > SANDBOX_REQUEST_MAX);
    bool there = pipe2(results, O_CLOEXEC) == 0 && pipe2(asked, O_CLOEXEC) == 0;
    int file CLEANUP(close_fd) = out_of_the_way(run->file);
    int out CLEANUP(close_fd) = out_of_the_way(results[1]);
    int request CLEANUP(close_fd) = out_of_the_way(asked[0]);
    close_fd(&results[1]);
    close_fd(&asked[0]);
    r->results = results[0];
    /* A pipe holds more than a request, so this never waits. */
    there = there && file >= 0 && out >= 0 && request >= 0 &&
            write(asked[1], language, sizeof language) == (ssize_t)sizeof language &&
            write(asked[1], run->request.at, run->request.n) == (ssize_t)run->request.n;
    close_fd(&asked[1]);
    return there ? spawn(r, file, out, request, err) : err_errno(err, _("read"), run->name);
}

/* --- listening ---------------------------------------------------------------------------- */

static bool broke_a_rule(const struct running *r, struct err *err)
{
    return FAIL(err, ERR_INPUT, _("Open it where it was made and save it anew, or as .csv."),
                _("%s cannot be read: it is damaged or was made to do harm."), r->run->name);
}

/* Foreign text for a sentence: valid, without control characters, of bounded length. */
static bool is_sentence(struct str text, size_t max)
{
    size_t at;
    if (text.n > max || !str_utf8(text, &at))
        return false;
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.at[i] < 0x20 || text.at[i] == 0x7F)
            return false;
    return true;
}

static bool pass_fault(const struct running *r, struct str bytes, struct err *err)
{
    struct str next = {bytes.at + 1, bytes.n ? bytes.n - 1 : 0};
    struct str what;
    if (bytes.n < 2 || bytes.at[0] <= ERR_NONE || bytes.at[0] >= ERR_CODE_COUNT ||
        !str_cut(&next, '\0', &what) || !is_sentence(what, sizeof err->what - 1) ||
        !is_sentence(next, sizeof err->next - 1))
        return broke_a_rule(r, err);
    CLEANUP(buf_release) struct buf step = BUF_INIT;
    buf_str(&step, next);
    (void)FAIL(err, (enum err_code)bytes.at[0], step.at, "%.*s", STR_ARG(what));
    return err_context(err, "%s", r->run->name);
}

static bool judge(struct running *r, unsigned char kind, struct str bytes, struct err *err)
{
    if (kind == SANDBOX_FAULT)
        return pass_fault(r, bytes, err);
    if (r->done || (!r->locked && kind != SANDBOX_LOCKED))
        return broke_a_rule(r, err);
    r->locked = true;
    r->done = kind == SANDBOX_DONE;
    if (kind == SANDBOX_DONE || kind == SANDBOX_LOCKED || kind == SANDBOX_ALIVE)
        return true;
    r->bytes += bytes.n ? bytes.n : 1; /* so that empty ones have an end, too */
    if (r->bytes > r->run->max_bytes)
        return FAIL(err, ERR_LIMIT, _("Part the table and take it in pieces."),
                    _("%s holds more than %llu MB when it is unpacked."), r->run->name,
                    (unsigned long long)(r->run->max_bytes >> 20));
    return r->run->take(r->run->context, kind, bytes, err);
}

/* How many bytes the message in `in` wants in all. */
static size_t wanted(const struct running *r)
{
    uint32_t n = 0;
    if (r->in.n < HEAD_BYTES)
        return HEAD_BYTES;
    for (int i = 4; i >= 1; i--)
        n = n << 8 | (unsigned char)r->in.at[i];
    return HEAD_BYTES + (size_t)n;
}

/* Judge every whole message in these bytes and keep the rest. */
static bool take_bytes(struct running *r, struct str bytes, struct err *err)
{
    while (bytes.n) {
        size_t all = wanted(r);
        if (all > HEAD_BYTES + SANDBOX_PIECE_MAX)
            return broke_a_rule(r, err);
        size_t n = all - r->in.n < bytes.n ? all - r->in.n : bytes.n;
        buf_add(&r->in, bytes.at, n);
        bytes = (struct str){bytes.at + n, bytes.n - n};
        if (r->in.n < HEAD_BYTES || r->in.n < wanted(r))
            continue;
        if (!judge(r, (unsigned char)r->in.at[0],
                   (struct str){r->in.at + HEAD_BYTES, r->in.n - HEAD_BYTES}, err))
            return false;
        buf_clear(&r->in);
    }
    return true;
}

/* Wait until there is something to read. */
static bool wait_a_while(const struct running *r, struct err *err)
{
    struct pollfd ready = {.fd = r->results, .events = POLLIN};
    double since = clock_wall_s();
    for (;;) {
        if (r->run->cancelled && r->run->cancelled())
            return FAIL(err, ERR_CANCELLED, "", _("Stopped; nothing was changed."));
        int n = poll(&ready, 1, TICK_MS);
        if (n > 0)
            return true;
        if (n < 0 && errno != EINTR)
            return err_errno(err, _("read"), r->run->name);
        if (clock_wall_s() - since > SANDBOX_SILENCE_S)
            return FAIL(err, ERR_LIMIT, _("Save the table as .csv and take that file."),
                        _("Reading %s took too long and was stopped."), r->run->name);
    }
}

static bool hear(struct running *r, struct err *err)
{
    char piece[SANDBOX_PIECE_MAX];
    for (;;) {
        if (!wait_a_while(r, err))
            return false;
        ssize_t n = read(r->results, piece, sizeof piece);
        if (n == 0)
            return true;
        if (n < 0 && errno != EINTR)
            return err_errno(err, _("read"), r->run->name);
        if (n > 0 && !take_bytes(r, (struct str){piece, (size_t)n}, err))
            return false;
    }
}

/* --- how it ended ------------------------------------------------------------------------- */

static bool explain(const struct running *r, int status, struct err *err)
{
    const char *name = r->run->name;
    if (r->run->cancelled && r->run->cancelled())
        return FAIL(err, ERR_CANCELLED, "", _("Stopped; nothing was changed."));
    if (WIFEXITED(status) && WEXITSTATUS(status) == SANDBOX_NO_MEMORY)
        return FAIL(err, ERR_LIMIT, _("Part the table, or save it as .csv."),
                    _("%s needs more memory than a file may take while it is unpacked."), name);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        return FAIL(err, ERR_LIMIT, _("Save the table as .csv and take that file."),
                    _("Reading %s took too long and was stopped."), name);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
        return FAIL(err, ERR_INPUT, _("Ask who made the file; save it anew, or as .csv."),
                    _("Reading %s was stopped, because its reader was about to do what reading "
                      "never needs: the file is damaged or was made to do harm."),
                    name);
    return broke_a_rule(r, err);
}

bool sandbox_run(const struct sandbox_run *run, struct err *err)
{
    CLEANUP(running_release) struct running r = {.run = run, .results = -1, .in = BUF_INIT};
    if (!start(&r, err) || !hear(&r, err))
        return false;
    int status = wait_for(r.pid);
    r.pid = 0;
    if (r.done && r.in.n == 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    return explain(&r, status, err);
}
