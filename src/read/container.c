/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "read/container.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "read/little.h"
#include "read/sheet_book.h"

enum {
    HEADER_BYTES = 512,
    HEADER_LISTED = 109, /* sectors of links that the header itself names */
    ENTRY_BYTES = 128,
    SMALL_BYTES = 64,   /* of a small sector */
    SMALL_BELOW = 4096, /* streams below this lie in small sectors */
    IS_STREAM = 2,
    IS_ROOT = 5
};

/* Numbers from here on are no sectors: free, end of a chain, part of a table. */
static const uint32_t no_sector = 0xFFFFFFFB;
static const uint32_t end_of_chain = 0xFFFFFFFE;
static const uint32_t no_entry = 0xFFFFFFFF;

static bool damaged(struct err *err)
{
    return book_damaged("OLE2", err);
}

/* --- sectors ------------------------------------------------------------------------------ */

/* Exactly n bytes from a place in the file. */
static bool read_at(const struct container *c, uint64_t offset, void *to, size_t n)
{
    char *at = to;
    if (offset > c->bytes || n > c->bytes - offset ||
        lseek(c->file, (off_t)offset, SEEK_SET) != (off_t)offset)
        return false;
    while (n) {
        ssize_t got = read(c->file, at, n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        at += got;
        n -= (size_t)got;
    }
    return true;
}

static bool read_sector(const struct container *c, uint32_t sector, void *to, size_t n)
{
    return sector < no_sector && n <= c->sector_bytes &&
           read_at(c, (sector + UINT64_C(1)) * c->sector_bytes, to, n);
}

/* How many sectors a chain has; 0: it leads out of the file or goes in a circle. */
static size_t chain_length(const struct container *c, uint32_t sector)
{
    size_t n = 0;
    for (; sector != end_of_chain; sector = c->next[sector])
        if (sector >= c->next_n || ++n > c->next_n)
            return 0;
    return n;
}

/* Append n bytes of the chain that begins here. */
static bool read_chain(const struct container *c, uint32_t sector, uint64_t n, struct buf *out)
{
    if (n > c->bytes)
        return false;
    buf_reserve(out, (size_t)n);
    for (uint64_t left = n; left; sector = c->next[sector]) {
        size_t piece = left < c->sector_bytes ? (size_t)left : c->sector_bytes;
        if (sector >= c->next_n || !read_sector(c, sector, out->at + out->n, piece))
            return false;
        out->n += piece;
        out->at[out->n] = '\0';
        left -= piece;
    }
    return true;
}

/* A whole chain into the arena. A chain without a sector is empty. */
static bool keep_chain(const struct container *c, struct arena *arena, uint32_t sector,
                       struct str *ret)
{
    CLEANUP(buf_release) struct buf bytes = BUF_INIT;
    size_t n = sector < no_sector ? chain_length(c, sector) : 0;
    *ret = (struct str){"", 0};
    if (sector < no_sector &&
        (n == 0 || !read_chain(c, sector, (uint64_t)n * c->sector_bytes, &bytes)))
        return false;
    ret->at = arena_keep(arena, buf_view(&bytes));
    ret->n = bytes.n;
    return true;
}

/* Bytes as numbers of sectors. */
static uint32_t *as_links(struct arena *arena, struct str bytes, size_t *ret_n)
{
    size_t n = bytes.n / 4;
    uint32_t *link = arena_get(arena, n, sizeof *link);
    for (size_t i = 0; i < n; i++)
        link[i] = little_u32(bytes.at + 4 * i);
    *ret_n = n;
    return link;
}

/* --- the table of links ------------------------------------------------------------------- */

/* Append one whole sector. */
static bool add_sector(const struct container *c, uint32_t sector, struct buf *out)
{
    buf_reserve(out, c->sector_bytes);
    if (!read_sector(c, sector, out->at + out->n, c->sector_bytes))
        return false;
    out->n += c->sector_bytes;
    out->at[out->n] = '\0';
    return true;
}

/* Which sectors hold links: those in the header, then a chain of sectors, the last number of each
   of which names the next. No more are looked for than the file can need.
   SOURCE: [MS-CFB] 2.2, 2.5. */
static bool list_links(const struct container *c, const char *header, size_t needed,
                       struct buf *list)
{
    uint32_t more = little_u32(header + 68);
    buf_add(list, header + 76, (size_t)4 * HEADER_LISTED);
    while (list->n / 4 < needed) {
        if (!add_sector(c, more, list))
            return false;
        list->n -= 4;
        more = little_u32(list->at + list->n);
    }
    return true;
}

static bool read_links(struct container *c, struct arena *arena, const char *header,
                       struct err *err)
{
    CLEANUP(buf_release) struct buf links = BUF_INIT;
    CLEANUP(buf_release) struct buf list = BUF_INIT;
    size_t there = little_u32(header + 44);
    size_t needed = (size_t)(c->bytes / c->sector_bytes / (c->sector_bytes / 4) + 1);
    needed = there < needed ? there : needed;
    if (!list_links(c, header, needed, &list))
        return damaged(err);
    for (size_t i = 0; i < needed; i++)
        if (!add_sector(c, little_u32(list.at + 4 * i), &links))
            return damaged(err);
    c->next = as_links(arena, buf_view(&links), &c->next_n);
    return true;
}

/* --- the directory ------------------------------------------------------------------------ */

static const char *entry_at(const struct container *c, uint32_t i)
{
    return c->entry + (size_t)ENTRY_BYTES * i;
}

/* With sectors of 512 bytes the upper half of the number means nothing.
   SOURCE: [MS-CFB] 2.6.3. */
static uint64_t size_of(const struct container *c, const char *entry)
{
    uint64_t high = c->sector_bytes == HEADER_BYTES ? 0 : little_u32(entry + 124);
    return high << 32 | little_u32(entry + 120);
}

/* One more entry at the top, unless there is none at this link. */
static bool add_top(struct container *c, bool *seen, uint32_t link)
{
    if (link == no_entry)
        return true;
    if (link >= c->entry_n || seen[link])
        return false;
    seen[link] = true;
    c->top[c->top_n++] = link;
    return true;
}

/* The entries at the top are a tree below the root's child: left, right. Each is seen once. */
static bool find_top(struct container *c, struct arena *arena)
{
    bool *seen = arena_get(arena, c->entry_n, sizeof *seen);
    c->top = arena_get(arena, c->entry_n, sizeof *c->top);
    bool fine = add_top(c, seen, little_u32(entry_at(c, 0) + 76));
    for (size_t i = 0; fine && i < c->top_n; i++) {
        const char *entry = entry_at(c, c->top[i]);
        fine = add_top(c, seen, little_u32(entry + 68)) && add_top(c, seen, little_u32(entry + 72));
    }
    return fine;
}

static bool read_directory(struct container *c, struct arena *arena, const char *header,
                           struct err *err)
{
    struct str bytes;
    struct str links;
    if (!keep_chain(c, arena, little_u32(header + 48), &bytes) || bytes.n < ENTRY_BYTES)
        return damaged(err);
    c->entry = bytes.at;
    c->entry_n = bytes.n / ENTRY_BYTES;
    if (entry_at(c, 0)[66] != IS_ROOT || !find_top(c, arena) ||
        !keep_chain(c, arena, little_u32(header + 60), &links) ||
        !keep_chain(c, arena, little_u32(entry_at(c, 0) + 116), &c->small))
        return damaged(err);
    c->small_next = as_links(arena, links, &c->small_next_n);
    return true;
}

bool container_open(int file, struct arena *arena, struct container *ret, struct err *err)
{
    char header[HEADER_BYTES];
    off_t bytes = lseek(file, 0, SEEK_END);
    *ret = (struct container){.file = file, .bytes = bytes < 0 ? 0 : (uint64_t)bytes};
    if (ret->bytes > CONTAINER_BYTES_MAX)
        return FAIL(err, ERR_LIMIT, _("Part the table, or save it as .csv."),
                    _("The file is larger than %d MB."), CONTAINER_BYTES_MAX >> 20);
    if (!read_at(ret, 0, header, sizeof header))
        return damaged(err);
    unsigned version = little_u16(header + 26);
    unsigned shift = little_u16(header + 30);
    if (!((version == 3 && shift == 9) || (version == 4 && shift == 12)) ||
        little_u16(header + 28) != 0xFFFE || little_u16(header + 32) != 6 ||
        little_u32(header + 56) != SMALL_BELOW)
        return damaged(err);
    ret->sector_bytes = UINT32_C(1) << shift;
    return read_links(ret, arena, header, err) && read_directory(ret, arena, header, err);
}

/* --- streams ------------------------------------------------------------------------------ */

static char upper(char c)
{
    return (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
}

/* Names are UTF-16 with a zero at the end, which counts. SOURCE: [MS-CFB] 2.6.1. */
static bool is_named(const char *entry, const char *name)
{
    size_t n = strlen(name);
    bool same = entry[66] == IS_STREAM && little_u16(entry + 64) == 2 * n + 2;
    for (size_t i = 0; same && i < n; i++)
        same = entry[2 * i + 1] == '\0' && upper(entry[2 * i]) == upper(name[i]);
    return same;
}

static const char *find(const struct container *c, const char *name)
{
    for (size_t i = 0; i < c->top_n; i++)
        if (is_named(entry_at(c, c->top[i]), name))
            return entry_at(c, c->top[i]);
    return NULL;
}

bool container_has(const struct container *container, const char *name)
{
    return find(container, name) != NULL;
}

/* A chain in a circle ends with the length of the stream, which is below SMALL_BELOW. */
static bool read_small(const struct container *c, uint32_t sector, uint64_t left, struct buf *out)
{
    while (left) {
        size_t piece = left < SMALL_BYTES ? (size_t)left : SMALL_BYTES;
        uint64_t from = (uint64_t)sector * SMALL_BYTES;
        if (sector >= c->small_next_n || from + piece > c->small.n)
            return false;
        buf_add(out, c->small.at + from, piece);
        left -= piece;
        sector = c->small_next[sector];
    }
    return true;
}

bool container_read(const struct container *container, const char *name, struct buf *out,
                    struct err *err)
{
    const char *entry = find(container, name);
    if (!entry)
        return damaged(err);
    uint64_t n = size_of(container, entry);
    uint32_t first = little_u32(entry + 116);
    return (n < SMALL_BELOW ? read_small(container, first, n, out)
                            : read_chain(container, first, n, out)) ||
           damaged(err);
}
