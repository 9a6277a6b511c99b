/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "read/bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/file.h"

static const size_t PIPE_MAX_BYTES = (size_t)1 << 30;

bool bytes_read(const struct bytes *bytes, uint64_t offset, void *to, size_t n, struct err *err)
{
    BUG_IF(offset > bytes->n || n > bytes->n - offset);
    return n == 0 || bytes->read(bytes, offset, to, n, err);
}

bool bytes_front(const struct bytes *bytes, size_t most, struct buf *out, struct err *err)
{
    size_t n = bytes->n < most ? (size_t)bytes->n : most;
    buf_reserve(out, n);
    if (!bytes_read(bytes, 0, out->at + out->n, n, err))
        return false;
    out->n += n;
    out->at[out->n] = '\0';
    return true;
}

/* --- in memory ---------------------------------------------------------------------------------*/

static bool read_str(const struct bytes *bytes, uint64_t offset, void *to, size_t n,
                     struct err *err)
{
    const struct str *text = bytes->context;
    (void)err;
    memcpy(to, text->at + offset, n);
    return true;
}

struct bytes bytes_of_str(struct str *text)
{
    return (struct bytes){.n = text->n, .read = read_str, .context = text};
}

/* --- in a file ---------------------------------------------------------------------------------*/

/* What a file was when it was first looked at. */
struct place {
    const char *path;
    struct stat st;
};

static void close_fd(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static bool has_changed(const char *path, struct err *err)
{
    return FAIL(err, ERR_IO, _("Start again when nobody writes to the file any more."),
                _("%s has changed while it was being read."), path);
}

static bool read_file(const struct bytes *bytes, uint64_t offset, void *to, size_t n,
                      struct err *err)
{
    const struct place *place = bytes->context;
    CLEANUP(close_fd) int fd = open(place->path, O_RDONLY | O_CLOEXEC);
    unsigned char *at = to;
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0)
        return err_errno(err, _("read"), place->path);
    if (!same_file(&place->st, &st))
        return has_changed(place->path, err);
    while (n) {
        ssize_t got = pread(fd, at, n, (off_t)offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_errno(err, _("read"), place->path);
        if (got == 0)
            return has_changed(place->path, err);
        at += got;
        offset += (uint64_t)got;
        n -= (size_t)got;
    }
    return true;
}

/* A pipe: its bytes come once, so they are kept. */
static bool read_pipe(const char *path, struct arena *arena, struct bytes *ret, struct err *err)
{
    CLEANUP(buf_release) struct buf all = BUF_INIT;
    if (!file_read(path, PIPE_MAX_BYTES, &all, err))
        return false;
    struct str *text = arena_get(arena, 1, sizeof *text);
    *text = arena_str(arena, buf_view(&all));
    *ret = bytes_of_str(text);
    return true;
}

bool bytes_of_file(const char *path, struct arena *arena, struct bytes *ret, struct err *err)
{
    struct bytes made = {.read = read_file};
    struct place *place = arena_get(arena, 1, sizeof *place);
    place->path = arena_copy(arena, str_of(path));
    if (stat(path, &place->st) != 0 || access(path, R_OK) != 0)
        return err_errno(err, _("read"), path);
    if (S_ISREG(place->st.st_mode)) {
        made.n = (uint64_t)place->st.st_size;
        made.context = place;
    } else if (!read_pipe(path, arena, &made, err)) {
        return false;
    }
    made.name = place->path;
    *ret = made;
    return true;
}
