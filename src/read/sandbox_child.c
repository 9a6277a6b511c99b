/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The child: what it gives up before it reads, and how it speaks. */
#define _GNU_SOURCE /* syscall, setenv */
#include <errno.h>
#include <locale.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "read/sandbox.h"
#include "read/sandbox_int.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

bool sandbox_called(int argc, char **argv)
{
    return argc == 2 && strcmp(argv[1], SANDBOX_WORD) == 0;
}

/* --- speaking ----------------------------------------------------------------------------- */

static void write_all(struct str bytes)
{
    while (bytes.n) {
        ssize_t n = write(SANDBOX_OUT, bytes.at, bytes.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            _exit(1);
        bytes = (struct str){bytes.at + n, bytes.n - (size_t)n};
    }
}

static void say_piece(unsigned char kind, struct str piece)
{
    static char message[5 + SANDBOX_PIECE_MAX];
    message[0] = (char)kind;
    for (int i = 0; i < 4; i++)
        message[i + 1] = (char)(piece.n >> 8 * i & 0xFF);
    memcpy(message + 5, piece.at, piece.n);
    write_all((struct str){message, 5 + piece.n});
}

void sandbox_say(unsigned char kind, struct str bytes)
{
    do {
        size_t n = bytes.n < SANDBOX_PIECE_MAX ? bytes.n : SANDBOX_PIECE_MAX;
        say_piece(kind, (struct str){bytes.at, n});
        bytes = (struct str){bytes.at + n, bytes.n - n};
    } while (bytes.n);
}

/* Names from the file may be part of the sentence; control characters of theirs become blanks. */
static void say_fault(const struct err *err)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    struct str what = str_front(str_of(err->what), sizeof err->what - 1);
    buf_char(&text, (char)err->code);
    buf_str(&text, what);
    buf_char(&text, '\0');
    buf_text(&text, err->next);
    for (size_t i = 1; i < text.n; i++)
        if (i != what.n + 1 && ((unsigned char)text.at[i] < 0x20 || text.at[i] == 0x7F))
            text.at[i] = ' ';
    sandbox_say(SANDBOX_FAULT, buf_view(&text));
}

/* --- what is given up --------------------------------------------------------------------- */

static void close_others(void)
{
    const unsigned first = SANDBOX_REQUEST + 1;
#ifdef SYS_close_range
    if (syscall(SYS_close_range, first, ~0U, 0) == 0)
        return;
#endif
    long most = sysconf(_SC_OPEN_MAX);
    for (int fd = (int)first; fd < most; fd++)
        (void)close(fd);
}

static bool limit(int what, rlim_t most)
{
    const struct rlimit value = {most, most};
    return setrlimit((__rlimit_resource_t)what, &value) == 0;
}

/* The address sanitizer maps more addresses than any limit, so its builds go without that one. */
static bool set_limits(void)
{
    return limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_NPROC, 0) &&
           limit(RLIMIT_NOFILE, SANDBOX_REQUEST + 1) && limit(RLIMIT_CPU, SANDBOX_CPU_S) &&
           (SANITIZED || limit(RLIMIT_AS, SANDBOX_MEMORY_BYTES));
}

static bool set_process(void)
{
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
           prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0;
}

/* Landlock without any rule: nothing that it handles is allowed. What it can handle grew from
 * version to version (ABI), and an old kernel refuses bits that it does not know, so the version is
 * asked first. Debian 12 has headers of ABI 2; numbers and bits are the kernel's, on all
 * architectures. Missing landlock is no fault: seccomp lets nothing be opened.
 * SOURCE: Documentation/userspace-api/landlock.rst of Linux 6.18. */
static void close_file_system(void)
{
    enum { CREATE_RULESET = 444, RESTRICT_SELF = 446, GET_VERSION = 1 };
    static const unsigned fs_bits[] = {0, 13, 14, 15, 15, 16};
    const struct {
        uint64_t fs;
        uint64_t net;
        uint64_t scope;
    } all = {UINT64_C(0xFFFF), 3, 3};
    long version = syscall(CREATE_RULESET, NULL, 0, GET_VERSION);
    if (version < 1)
        return;
    size_t bits = (size_t)version < COUNT_OF(fs_bits) ? (size_t)version : COUNT_OF(fs_bits) - 1;
    size_t bytes = version < 4 ? 8 : version < 6 ? 16 : 24;
    uint64_t handled[3] = {all.fs >> (16 - fs_bits[bits]), all.net, all.scope};
    long rules = syscall(CREATE_RULESET, handled, bytes, 0);
    if (rules < 0)
        return;
    (void)syscall(RESTRICT_SELF, rules, 0);
    (void)close((int)rules);
}

/* Calls that are allowed whatever their arguments are. */
static const int allowed[] = {
    SCMP_SYS(read),          SCMP_SYS(write),           SCMP_SYS(lseek),
    SCMP_SYS(_llseek),       SCMP_SYS(munmap),          SCMP_SYS(mremap),
    SCMP_SYS(brk),           SCMP_SYS(madvise),         SCMP_SYS(exit),
    SCMP_SYS(exit_group),    SCMP_SYS(rt_sigreturn),    SCMP_SYS(sigreturn),
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_gettime64), SCMP_SYS(gettimeofday),
    SCMP_SYS(time),          SCMP_SYS(futex),           SCMP_SYS(futex_time64),
    SCMP_SYS(getrandom),     SCMP_SYS(restart_syscall),
#if SANITIZED
    SCMP_SYS(sched_yield),   SCMP_SYS(rt_sigprocmask),  SCMP_SYS(sigaltstack),
    SCMP_SYS(getpid),        SCMP_SYS(gettid),
#endif
};

/* Memory may be asked for, but never to run as code. */
static bool allow_memory(scmp_filter_ctx filter)
{
    static const int calls[] = {SCMP_SYS(mmap), SCMP_SYS(mmap2), SCMP_SYS(mprotect)};
    for (size_t i = 0; i < COUNT_OF(calls); i++)
        if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 1,
                             SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) != 0)
            return false;
    return true;
}

static bool close_calls(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    bool done = filter && allow_memory(filter);
    for (size_t i = 0; done && i < COUNT_OF(allowed); i++)
        done = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0) == 0;
    done = done && seccomp_load(filter) == 0;
    if (filter)
        seccomp_release(filter);
    return done;
}

/* --- being the child ---------------------------------------------------------------------- */

static size_t read_request(char request[SANDBOX_REQUEST_MAX + 2])
{
    size_t n = 0;
    for (;;) {
        ssize_t got = read(SANDBOX_REQUEST, request + n, SANDBOX_REQUEST_MAX + 2 - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        n += (size_t)got;
    }
    (void)close(SANDBOX_REQUEST);
    return n;
}

static void no_memory(void)
{
    _exit(SANDBOX_NO_MEMORY);
}

/* What the C library would look up in files later, when it may open none: the time zone, at the
   first date; how to write names of members, at the first one in UTF-8. */
static void look_up_before(void)
{
    (void)setenv("TZ", "UTC0", 1);
    tzset();
    /* lint: banned, because libarchive writes names of members as this says; nothing else does */
    (void)setlocale(LC_CTYPE, "C.UTF-8");
}

void sandbox_child(sandbox_work *work)
{
    static char request[SANDBOX_REQUEST_MAX + 2];
    struct err err = {0};
    enum lang lang = LANG_EN;
    close_others();
    size_t n = read_request(request);
    if (n < 2)
        _exit(2);
    const char language[3] = {request[0], request[1], '\0'};
    if (lang_by_code(language, &lang))
        lang_set(lang);
    mem_on_failure(no_memory);
    look_up_before();
    bool locked = set_process() && set_limits();
    close_file_system();
    locked = locked && close_calls();
    if (!locked)
        (void)FAIL(&err, ERR_UNSUPPORTED, _("Save the table as .csv and take that file."),
                   _("This system cannot lock a program in, so spreadsheets and archives are not "
                     "opened here."));
    else
        sandbox_say(SANDBOX_LOCKED, (struct str){"", 0});
    if (locked && work((struct str){request + 2, n - 2}, &err))
        sandbox_say(SANDBOX_DONE, (struct str){"", 0});
    else
        say_fault(&err);
    _exit(0);
}
