/* SPDX-License-Identifier: GPL-3.0-or-later */
/* container: the streams of a compound file, in which old programs of Microsoft's keep documents.
 * Runs in the sandbox's child.
 *
 * A file of sectors of one size: a table of links (FAT) says of each sector which one follows it in
 * its stream, the header and further sectors (DIFAT) where that table lies. Streams below 4096
 * bytes lie in small sectors inside the stream of the root, with a table of links of their own
 * (mini FAT). A directory names the streams and how long they are.
 *
 * Nothing of it is believed: a chain that is longer than the file, leads out of it or goes in a
 * circle is damage, as is a directory whose tree goes in a circle. Only streams at the top are
 * found: a "Workbook" further down belongs to a document that was put into another one.
 * SOURCE: [MS-CFB] 2.1 to 2.6.
 */
#ifndef READ_CONTAINER_H
#define READ_CONTAINER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

enum { CONTAINER_BYTES_MAX = 256 << 20 /* of a file */ };

/* An open container. Sectors are counted from 0, the header not among them. */
struct container {
    int file;
    uint64_t bytes;
    uint32_t sector_bytes; /* 512 or 4096 */
    uint32_t *next;        /* (next_n) the sector behind each; in the arena */
    size_t next_n;
    uint32_t *small_next; /* (small_next_n) the same of the small sectors; in the arena */
    size_t small_next_n;
    struct str small;  /* the small sectors; in the arena */
    const char *entry; /* (entry_n) entries of the directory; in the arena */
    size_t entry_n;
    uint32_t *top; /* (top_n) the entries at the top; in the arena */
    size_t top_n;
};

/* Look into a container. ERR_INPUT damaged; ERR_LIMIT larger than CONTAINER_BYTES_MAX. */
bool container_open(int file, struct arena *arena, struct container *ret, struct err *err) MUST_USE;

/* Is there a stream of this name (ASCII, in any case) at the top? */
bool container_has(const struct container *container, const char *name);

/* Append a stream to out. ERR_INPUT no such stream, or damaged. Cost: its bytes. */
bool container_read(const struct container *container, const char *name, struct buf *out,
                    struct err *err) MUST_USE;

#endif
