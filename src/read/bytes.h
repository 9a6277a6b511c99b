/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bytes: where the bytes of a table lie, so that they can be read again and again.
 *
 * A table is read in two steps, and a large one anew on each scan, so its bytes must stay where
 * they are: in memory, in a file, or in a project. Whoever reads asks for a piece at an offset.
 */
#ifndef READ_BYTES_H
#define READ_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

/* Called from one thread at a time. What context points to must outlive all readers. */
struct bytes {
    uint64_t n;
    /* Put the n bytes from offset on to `to`; offset + n <= bytes->n. ERR_IO if they cannot be read
     * or are no longer those of the first reading. */
    bool (*read)(const struct bytes *bytes, uint64_t offset, void *to, size_t n, struct err *err);
    void *context;
    const char *name; /* for sentences, e.g. the path; may be NULL */
};

/* Read a piece; BUG_IF it lies beyond the end. */
bool bytes_read(const struct bytes *bytes, uint64_t offset, void *to, size_t n,
                struct err *err) MUST_USE;

/* Append all, or the first `most`, to out. */
bool bytes_front(const struct bytes *bytes, size_t most, struct buf *out, struct err *err) MUST_USE;

/* Bytes in memory; text and what it points to must outlive all readers. */
struct bytes bytes_of_str(struct str *text);

/* The bytes of a file; name and context lie in the arena. The file is opened for each piece and
 * compared with what it was at first (place, size, time of the last change), so nothing is held
 * open. What can be read only once (a pipe) is taken into the arena, up to 1 GiB.
 * ERR_NOT_FOUND, ERR_DENIED, ERR_IO as the system says; ERR_LIMIT. */
bool bytes_of_file(const char *path, struct arena *arena, struct bytes *ret,
                   struct err *err) MUST_USE;

#endif
