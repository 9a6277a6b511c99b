/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* O_TMPFILE */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

enum { DEPTH_MAX = 32 };

static void close_fd(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static void close_folder(DIR **folder)
{
    if (*folder)
        closedir(*folder);
}

bool file_read(const char *path, size_t max_bytes, struct buf *ret, struct err *err)
{
    CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0)
        return err_errno(err, _("read"), path);
    if (S_ISDIR(st.st_mode))
        return FAIL(err, ERR_INPUT, _("Name a file in it."), _("%s is a folder."), path);
    size_t before = ret->n;
    for (;;) {
        buf_reserve(ret, (size_t)64 * 1024);
        ssize_t n = read(fd, ret->at + ret->n, ret->cap - ret->n - 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(err, _("read"), path);
        if (n == 0)
            return true;
        ret->n += (size_t)n;
        ret->at[ret->n] = '\0';
        if (ret->n - before > max_bytes)
            return FAIL(err, ERR_LIMIT, _("Split the file into smaller ones."),
                        _("%s is larger than %zu bytes."), path, max_bytes);
    }
}

static bool write_all(int fd, struct str bytes)
{
    while (bytes.n) {
        ssize_t n = write(fd, bytes.at, bytes.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes.at += n;
        bytes.n -= (size_t)n;
    }
    return true;
}

bool file_sync_folder(const char *path, struct err *err)
{
    CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0)
        return err_errno(err, _("write"), path);
    return true;
}

/* On systems of files that know no unnamed ones, a name is given and taken away at once. */
static int unnamed_in(const char *folder)
{
    CLEANUP(buf_release) struct buf path = BUF_INIT;
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0)
        return fd;
    buf_printf(&path, "%s/allmende-XXXXXX", folder);
    fd = mkostemp(path.at, O_CLOEXEC);
    if (fd >= 0)
        (void)unlink(path.at);
    return fd;
}

int file_unnamed(void)
{
    const char *said = getenv("TMPDIR");
    if (said && *said)
        return unnamed_in(said);
    int fd = unnamed_in("/var/tmp");
    return fd >= 0 ? fd : unnamed_in("/tmp");
}

bool file_apart(const char *out, const char *in, struct err *err)
{
    struct stat a, b;
    if (!out || !in || stat(out, &a) != 0 || stat(in, &b) != 0 || !S_ISREG(a.st_mode) ||
        a.st_dev != b.st_dev || a.st_ino != b.st_ino)
        return true;
    return FAIL(err, ERR_CONFLICT, _("Choose another name for what is written."),
                _("%s is the file that is read here; writing would destroy it."), out);
}

/* --- written piece by piece -------------------------------------------------------------------*/

/* What is there and is no file (a device, a pipe) must stay what it is: written into, not replaced.
 */
bool file_draft_begin(struct file_draft *draft, const char *path, unsigned mode, struct err *err)
{
    struct stat there;
    bool is_there = stat(path, &there) == 0;
    *draft = (struct file_draft){.fd = -1, .path = BUF_INIT, .beside = BUF_INIT};
    if (is_there && S_ISDIR(there.st_mode))
        return FAIL(err, ERR_INPUT, _("Name a file in it."), _("%s is a folder."), path);
    buf_text(&draft->path, path);
    if (is_there && !S_ISREG(there.st_mode)) {
        draft->fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
        return draft->fd >= 0 || err_errno(err, _("write"), path);
    }
    buf_printf(&draft->beside, "%s.new-%ld", path, (long)getpid());
    draft->fd =
        open(draft->beside.at, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, (mode_t)mode);
    if (draft->fd >= 0)
        return true;
    buf_release(&draft->beside);
    return err_errno(err, _("write"), path);
}

bool file_draft_add(const struct file_draft *draft, struct str bytes, struct err *err)
{
    return write_all(draft->fd, bytes) || err_errno(err, _("write"), draft->path.at);
}

bool file_draft_done(struct file_draft *draft, struct err *err)
{
    CLEANUP(buf_release) struct buf folder = BUF_INIT;
    if (!draft->beside.n)
        return true;
    if (fsync(draft->fd) != 0 || rename(draft->beside.at, draft->path.at) != 0)
        return err_errno(err, _("write"), draft->path.at);
    buf_release(&draft->beside);
    file_parent(draft->path.at, &folder);
    return file_sync_folder(folder.at, err);
}

void file_draft_release(struct file_draft *draft)
{
    close_fd(&draft->fd);
    if (draft->beside.n)
        unlink(draft->beside.at);
    buf_release(&draft->beside);
    buf_release(&draft->path);
    draft->fd = -1;
}

bool file_write(const char *path, struct str bytes, unsigned mode, struct err *err)
{
    CLEANUP(file_draft_release) struct file_draft draft = FILE_DRAFT_NONE;
    return file_draft_begin(&draft, path, mode, err) && file_draft_add(&draft, bytes, err) &&
           file_draft_done(&draft, err);
}

/* True if link failed only because the file system knows no links. */
static bool has_no_links(int reason)
{
    return reason == EPERM || reason == EOPNOTSUPP || reason == ENOSYS || reason == EMLINK;
}

bool file_place(const char *beside, const char *path, struct err *err)
{
    CLEANUP(buf_release) struct buf folder = BUF_INIT;
    file_parent(path, &folder);
    /* link, because rename would replace what came there meanwhile */
    bool done = link(beside, path) == 0;
    if (!done && has_no_links(errno) && !file_exists(path))
        done = rename(beside, path) == 0;
    if (!done && (errno == EEXIST || has_no_links(errno)) && file_exists(path))
        (void)FAIL(err, ERR_CONFLICT, _("Choose another name, or move the old file away."),
                   _("%s is there already."), path);
    else if (!done)
        err_errno(err, _("write"), path);
    unlink(beside);
    return done && file_sync_folder(folder.at, err);
}

bool file_folder(const char *path, unsigned mode, struct err *err)
{
    CLEANUP(buf_release) struct buf part = BUF_INIT;
    buf_text(&part, path);
    for (size_t i = 1; i <= part.n; i++) {
        if (part.at[i] != '/' && part.at[i] != '\0')
            continue;
        char saved = part.at[i];
        part.at[i] = '\0';
        if (mkdir(part.at, (mode_t)mode) != 0 && errno != EEXIST)
            return err_errno(err, _("make the folder"), part.at);
        part.at[i] = saved;
    }
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
        return FAIL(err, ERR_CONFLICT, _("Choose another name."), _("%s is not a folder."), path);
    return true;
}

/* Remove the first thing in a folder; false if it is empty or cannot be read. */
static bool remove_first(const char *path)
{
    CLEANUP(close_folder) DIR *folder = opendir(path);
    CLEANUP(buf_release) struct buf inner = BUF_INIT;
    struct stat st;
    struct dirent *e = folder ? readdir(folder) : NULL;
    while (e && (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0))
        e = readdir(folder);
    if (!e)
        return false;
    buf_printf(&inner, "%s/%s", path, e->d_name);
    if (lstat(inner.at, &st) != 0)
        return false;
    if (!S_ISDIR(st.st_mode))
        return unlink(inner.at) == 0;
    while (remove_first(inner.at))
        ;
    return rmdir(inner.at) == 0;
}

void file_remove_folder(const char *path)
{
    while (remove_first(path))
        ;
    (void)rmdir(path);
}

bool file_is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool file_exists(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

bool file_size(const char *path, uint64_t *ret_bytes, struct err *err)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return err_errno(err, _("read"), path);
    *ret_bytes = (uint64_t)st.st_size;
    return true;
}

void file_parent(const char *path, struct buf *ret)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        buf_char(ret, '.');
    else if (slash == path)
        buf_char(ret, '/');
    else
        buf_add(ret, path, (size_t)(slash - path));
}

bool file_parent_there(const char *path, struct err *err)
{
    CLEANUP(buf_release) struct buf folder = BUF_INIT;
    file_parent(path, &folder);
    return access(folder.at, F_OK) == 0 || err_errno(err, _("write into"), folder.at);
}

const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

struct names {
    char **at;
    size_t n;
    size_t max;
};

static void names_release(struct names *names)
{
    for (size_t i = 0; i < names->n; i++)
        free(names->at[i]);
    free(names->at);
}

static bool names_add(struct names *names, struct str name, struct err *err)
{
    if (names->n == names->max)
        return FAIL(err, ERR_LIMIT, _("Choose a folder with fewer files."),
                    _("There are more than %zu files."), names->max);
    if ((names->n & (names->n - 1)) == 0)
        names->at = mem_resize(names->at, names->n ? 2 * names->n : 1, sizeof *names->at);
    char *copy = mem_get(name.n + 1, 1);
    memcpy(copy, name.at, name.n);
    names->at[names->n++] = copy;
    return true;
}

/* Adds what lies in folder/below; below is "" or ends with '/'. */
static bool list_below(const char *folder, struct str below, int depth, struct names *names,
                       struct err *err)
{
    CLEANUP(buf_release) struct buf path = BUF_INIT;
    buf_printf(&path, "%s/%.*s", folder, STR_ARG(below));
    if (depth > DEPTH_MAX)
        return FAIL(err, ERR_LIMIT, "", _("The folders at %s are nested too deeply."), path.at);
    CLEANUP(close_folder) DIR *open_folder = opendir(path.at);
    if (!open_folder)
        return err_errno(err, _("read"), path.at);
    size_t stem = path.n;
    for (struct dirent *e; ((void)(errno = 0), e = readdir(open_folder)) != NULL;) {
        struct stat st;
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        path.n = stem;
        buf_text(&path, e->d_name);
        if (lstat(path.at, &st) != 0)
            return err_errno(err, _("read"), path.at);
        size_t skip = strlen(folder) + 1;
        if (S_ISDIR(st.st_mode)) {
            buf_char(&path, '/');
            struct str inner = {path.at + skip, path.n - skip};
            if (!list_below(folder, inner, depth + 1, names, err))
                return false;
        } else if (!S_ISREG(st.st_mode)) {
            return FAIL(err, ERR_INPUT, _("Replace it with a plain file."),
                        _("%s is neither a file nor a folder."), path.at);
        } else if (!names_add(names, (struct str){path.at + skip, path.n - skip}, err)) {
            return false;
        }
    }
    return errno == 0 || err_errno(err, _("read"), path.at);
}

static int by_name(const void *a, const void *b)
{
    char *const *left = a;
    char *const *right = b;
    return strcmp(*left, *right);
}

bool file_list(const char *folder, size_t max_names, struct buf *ret, struct err *err)
{
    CLEANUP(names_release) struct names names = {.max = max_names};
    if (!list_below(folder, STR(""), 0, &names, err))
        return false;
    if (names.n)
        qsort(names.at, names.n, sizeof *names.at, by_name);
    for (size_t i = 0; i < names.n; i++)
        buf_add(ret, names.at[i], strlen(names.at[i]) + 1);
    return true;
}
