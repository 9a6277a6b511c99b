/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fail: a library to preload that lets the n-th call of a class fail.
 *
 *   ALLMENDE_FAIL=CLASS:N:HOW     CLASS  memory  malloc, calloc, realloc give NULL
 *                                        read    read, pread: EIO
 *                                        write   write, pwrite, ftruncate: ENOSPC
 *                                        half    write, pwrite: half of the bytes, then ENOSPC
 *                                        sync    fsync, fdatasync: EIO
 *                                        open    open: EMFILE
 *                                        name    link, rename, unlink, mkdir: EIO
 *                                        links   link: EPERM, as where there are no links
 *                                 N      from 1, calls that succeed are counted too
 *                                 HOW    once, or ever (from the n-th call on)
 *
 * The first failure writes a byte into file descriptor 9, so that the test knows that the call was
 * reached. Calls on the standard streams never fail: what the program says there is judged.
 * "half" writes half of the n-th call's bytes and says so; with "ever" the calls behind it fail.
 */
#define _GNU_SOURCE /* syscall */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { REPORT_FD = 9 };

/* glibc's own, under the names that it keeps for this purpose. */
extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *at, size_t n);

enum class { NONE, MEMORY, READ, WRITE, HALF, SYNC, OPEN, NAME, LINKS };

static struct {
    enum class chosen;
    unsigned long n;
    unsigned long calls;
    bool ever;
    bool ready;
    bool reported;
} plan;

static void make_ready(void)
{
    static const char *const names[] = {"",     "memory", "read", "write", "half",
                                        "sync", "open",   "name", "links"};
    const char *text = getenv("ALLMENDE_FAIL");
    plan.ready = true;
    if (!text)
        return;
    for (unsigned i = MEMORY; i <= LINKS; i++) {
        size_t n = strlen(names[i]);
        if (strncmp(text, names[i], n) == 0 && text[n] == ':') {
            plan.chosen = (enum class)i;
            text += n + 1;
            break;
        }
    }
    for (; *text >= '0' && *text <= '9'; text++)
        plan.n = plan.n * 10 + (unsigned long)(*text - '0');
    plan.ever = strcmp(text, ":ever") == 0;
}

/* Is it this call's turn? *ret_first: it is the n-th itself. */
static bool fails(enum class class, bool *ret_first)
{
    if (!plan.ready)
        make_ready();
    if (plan.chosen != class || plan.n == 0)
        return false;
    unsigned long call = __atomic_add_fetch(&plan.calls, 1, __ATOMIC_RELAXED);
    *ret_first = call == plan.n;
    if (call < plan.n || (call > plan.n && !plan.ever))
        return false;
    if (!plan.reported)
        syscall(SYS_write, REPORT_FD, "!", 1);
    plan.reported = true;
    return true;
}

static bool no(enum class class, int reason)
{
    bool first;
    if (!fails(class, &first))
        return false;
    errno = reason;
    return true;
}

void *malloc(size_t n)
{
    return no(MEMORY, ENOMEM) ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
    return no(MEMORY, ENOMEM) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *at, size_t n)
{
    return no(MEMORY, ENOMEM) ? NULL : __libc_realloc(at, n);
}

static bool is_ours(int fd)
{
    return fd > STDERR_FILENO && fd != REPORT_FD;
}

ssize_t read(int fd, void *at, size_t n)
{
    return is_ours(fd) && no(READ, EIO) ? -1 : (ssize_t)syscall(SYS_read, fd, at, n);
}

ssize_t pread(int fd, void *at, size_t n, off_t offset)
{
    return no(READ, EIO) ? -1 : (ssize_t)syscall(SYS_pread64, fd, at, n, offset);
}

ssize_t pread64(int fd, void *at, size_t n, off64_t offset)
{
    return pread(fd, at, n, offset);
}

/* How many bytes of n may be written; -1: the call fails. */
static ssize_t allowance(size_t n)
{
    bool first = false;
    if (no(WRITE, ENOSPC))
        return -1;
    if (!fails(HALF, &first))
        return (ssize_t)n;
    errno = ENOSPC;
    return first && n > 1 ? (ssize_t)(n / 2) : -1;
}

ssize_t write(int fd, const void *at, size_t n)
{
    ssize_t part = is_ours(fd) ? allowance(n) : (ssize_t)n;
    return part < 0 ? -1 : (ssize_t)syscall(SYS_write, fd, at, (size_t)part);
}

ssize_t pwrite(int fd, const void *at, size_t n, off_t offset)
{
    ssize_t part = allowance(n);
    return part < 0 ? -1 : (ssize_t)syscall(SYS_pwrite64, fd, at, (size_t)part, offset);
}

ssize_t pwrite64(int fd, const void *at, size_t n, off64_t offset)
{
    return pwrite(fd, at, n, offset);
}

int ftruncate(int fd, off_t n)
{
    return no(WRITE, ENOSPC) ? -1 : (int)syscall(SYS_ftruncate, fd, n);
}

int ftruncate64(int fd, off64_t n)
{
    return ftruncate(fd, n);
}

int fsync(int fd)
{
    return no(SYNC, EIO) ? -1 : (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
    return no(SYNC, EIO) ? -1 : (int)syscall(SYS_fdatasync, fd);
}

static int open_by(const char *path, int flags, mode_t mode)
{
    return no(OPEN, EMFILE) ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int open(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
    va_end(args);
    return open_by(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
    va_end(args);
    return open_by(path, flags, mode);
}

int link(const char *from, const char *to)
{
    if (no(LINKS, EPERM))
        return -1;
    return no(NAME, EIO) ? -1 : (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int rename(const char *from, const char *to)
{
    return no(NAME, EIO) ? -1 : (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int unlink(const char *path)
{
    return no(NAME, EIO) ? -1 : (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

int mkdir(const char *path, mode_t mode)
{
    return no(NAME, EIO) ? -1 : (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}
