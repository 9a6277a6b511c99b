/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _DEFAULT_SOURCE /* flock */
#include "store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"

enum { POLL_MS = 50 };

static void lock_path(const char *path, struct buf *ret)
{
    buf_printf(ret, "%s.lock", path);
}

/* Is the file behind fd still the one that is found under its name? */
static bool still_there(int fd, const char *path)
{
    struct stat held;
    struct stat found;
    return fstat(fd, &held) == 0 && stat(path, &found) == 0 && held.st_ino == found.st_ino &&
           held.st_dev == found.st_dev;
}

static void write_holder(int fd)
{
    char host[64] = "?";
    char now[CLOCK_TEXT];
    char text[160];
    if (gethostname(host, sizeof host - 1) != 0)
        snprintf(host, sizeof host, "?");
    int n = snprintf(text, sizeof text, "%ld %s %s\n", (long)getpid(), clock_now(now), host);
    /* Only for people: that it could not be written does not weaken the lock. */
    if (ftruncate(fd, 0) == 0 && n > 0) {
        ssize_t ignored = pwrite(fd, text, (size_t)n, 0);
        (void)ignored;
    }
}

static bool busy(const char *path, int fd, struct err *err)
{
    char holder[160] = "";
    ssize_t n = pread(fd, holder, sizeof holder - 1, 0);
    if (n < 0)
        n = 0;
    holder[n] = '\0';
    holder[strcspn(holder, "\n")] = '\0';
    return FAIL(err, ERR_BUSY, _("Wait until the other program has ended, then try again."),
                _("%s is in use by another program (process, since, computer: %s)."), path, holder);
}

/* One try: true with *ret_fd = -2 means that somebody else has it. */
static bool try_once(const char *name, int *ret_fd, int *ret_seen, struct err *err)
{
    int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    bool may_write = fd >= 0;
    *ret_fd = -1;
    if (fd < 0 && (errno == EROFS || errno == EACCES || errno == EPERM)) {
        /* Where we may not write, somebody else may: their lock holds for us too. */
        fd = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        if (fd < 0)
            return true;
    }
    if (fd < 0)
        return err_errno(err, _("write"), name);
    if (flock(fd, (may_write ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0 && still_there(fd, name)) {
        if (may_write)
            write_holder(fd);
        *ret_fd = fd;
        return true;
    }
    *ret_seen = fd;
    *ret_fd = -2;
    return true;
}

bool lock_take(const char *path, int *ret_fd, struct err *err)
{
    CLEANUP(buf_release) struct buf name = BUF_INIT;
    lock_path(path, &name);
    for (int waited_ms = 0;; waited_ms += POLL_MS) {
        int fd;
        int seen = -1;
        if (!try_once(name.at, &fd, &seen, err))
            return false;
        if (fd != -2) {
            *ret_fd = fd;
            return true;
        }
        if (waited_ms >= LOCK_WAIT_MS) {
            busy(path, seen, err);
            close(seen);
            return false;
        }
        close(seen);
        clock_wait_ms(POLL_MS);
    }
}

void lock_give(const char *path, int fd)
{
    if (fd < 0)
        return;
    CLEANUP(buf_release) struct buf name = BUF_INIT;
    lock_path(path, &name);
    unlink(name.at);
    close(fd);
}
