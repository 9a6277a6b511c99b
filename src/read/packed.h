/* SPDX-License-Identifier: GPL-3.0-or-later */
/* packed: what lies inside a zip archive or behind gzip. Runs in the sandbox's child.
 *
 * Members are read one by one, by name, in pieces; nothing is ever written, so a name is never a
 * path. Still an archive is refused whole when a name of it wants out of its folder ("/x", "../x",
 * "C:x"), when two members have one name (which of them counts?), when a member is locked with a
 * password, and when what comes out is more than PACKED_FREE_BYTES and more than PACKED_RATIO times
 * the file: such a file was made to do harm. Only archives with a central directory are read, so
 * one that was cut is refused rather than read in part; the checksum of each member must hold.
 * SOURCE: APPNOTE.TXT 6.3.10 of PKWARE; RFC 1952.
 */
#ifndef READ_PACKED_H
#define READ_PACKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum {
    PACKED_MEMBERS_MAX = 10000,
    PACKED_NAME_MAX = 1024,
    PACKED_FREE_BYTES = 64 << 20, /* so much may come out of any file */
    PACKED_RATIO = 100
};

/* An archive: a descriptor that can seek, its size, the names of its files. */
struct packed {
    int file;
    uint64_t bytes;
    struct str *name; /* (name_n) in byte order, '/' between folders; folders left out */
    size_t name_n;
};

/* The next piece that came out, valid until it returns; false stops. */
typedef bool packed_take(void *context, struct str piece, struct err *err);

/* Look into a zip archive. ERR_INPUT damaged, made to do harm or locked; ERR_LIMIT too many. */
bool packed_open(int file, struct arena *arena, struct packed *ret, struct err *err) MUST_USE;

/* Is there a member of this name? */
bool packed_has(const struct packed *packed, struct str name);

/* Hand over a member from its beginning. ERR_INPUT no such member, damaged, a bomb. */
bool packed_read(const struct packed *packed, struct str name, packed_take *take, void *context,
                 struct err *err) MUST_USE;

/* Hand over what lies behind gzip, all its parts one behind the other. The same errors. */
bool packed_gunzip(int file, packed_take *take, void *context, struct err *err) MUST_USE;

#endif
