/* SPDX-License-Identifier: GPL-3.0-or-later */
/* file: whole files in and out, without half-written ones.
 *
 * Every function names the path in its error. Nothing here follows a symbolic link to write.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

/* Append a whole file to ret. ERR_LIMIT if it has more than max bytes; ERR_NOT_FOUND, ERR_DENIED,
 * ERR_IO as the system says. */
bool file_read(const char *path, size_t max_bytes, struct buf *ret, struct err *err) MUST_USE;

/* Write a whole file so that either all of it or nothing is there, also after a power cut: a new
 * file beside it, written, synced and moved into place. mode is the permission, e.g. 0644.
 * A device or a pipe that is there is written into. */
bool file_write(const char *path, struct str bytes, unsigned mode, struct err *err) MUST_USE;

/* The same, piece by piece. Until file_draft_done the bytes lie in a file beside it. */
struct file_draft {
    int fd;            /* -1: none */
    struct buf path;   /* the name that it gets */
    struct buf beside; /* the name that it has; empty: a device or a pipe, or done */
};
#define FILE_DRAFT_NONE                                                                            \
    {                                                                                              \
        -1, BUF_INIT, BUF_INIT                                                                     \
    }

/* Begin, add the next piece, give it its name durably. ERR_IO, ERR_DENIED as the system says;
 * ERR_INPUT path is a folder. After a failure only file_draft_release is left to do. */
bool file_draft_begin(struct file_draft *draft, const char *path, unsigned mode,
                      struct err *err) MUST_USE;
bool file_draft_add(const struct file_draft *draft, struct str bytes, struct err *err) MUST_USE;
bool file_draft_done(struct file_draft *draft, struct err *err) MUST_USE;

/* Close it; what was not done is removed. For CLEANUP, begun or not. */
void file_draft_release(struct file_draft *draft);

/* False, ERR_CONFLICT, if what is to be written is the very file that is read, under whatever name.
 * NULL is no file. */
bool file_apart(const char *out, const char *in, struct err *err) MUST_USE;

/* A new file without a name, open for reading and writing, gone when it is closed: in $TMPDIR, else
 * in /var/tmp, which is on a disk where /tmp is memory, else in /tmp.
 * -1 and errno if there is none. */
int file_unnamed(void);

/* Give a finished and synced file its name, durably; beside is gone then. Never replaces what has
 * that name already (ERR_CONFLICT; on a file system without links, as on many memory sticks, unless
 * it comes there in the same moment). On failure beside is removed. */
bool file_place(const char *beside, const char *path, struct err *err) MUST_USE;

/* Make a folder and those above it, with this permission; one that is there already is fine. */
bool file_folder(const char *path, unsigned mode, struct err *err) MUST_USE;

/* Remove a folder and all that is in it, as far as the system lets us; links are removed, never
 * followed. For what this program has made itself. */
void file_remove_folder(const char *path);

/* Write the folder's own list of names to the disk, so that a new name survives a power cut. */
bool file_sync_folder(const char *path, struct err *err) MUST_USE;

/* True if something of this name is there. */
bool file_exists(const char *path);

/* True if it is a folder, or a link to one. */
bool file_is_folder(const char *path);

/* The size of a file in bytes. */
bool file_size(const char *path, uint64_t *ret_bytes, struct err *err) MUST_USE;

/* The part of a path before its last '/', "." if there is none. */
void file_parent(const char *path, struct buf *ret);

/* Is the folder there in which this file would lie? ERR_NOT_FOUND names it. */
bool file_parent_there(const char *path, struct err *err) MUST_USE;

/* The part of a path behind its last '/'. Points into path. */
const char *file_name(const char *path);

/* All names in a folder and the folders below it, as paths relative to it, in byte order, each with
 * a NUL behind it, appended to ret. Symbolic links and special files are ERR_INPUT. At most
 * max_names, else ERR_LIMIT. */
bool file_list(const char *folder, size_t max_names, struct buf *ret, struct err *err) MUST_USE;

#endif
