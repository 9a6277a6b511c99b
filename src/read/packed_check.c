/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A zip archive says everything twice: in front of each member, and in the directory at its end.
 * Two programs that believe different halves see different files, which is how archives deceive. So
 * before libarchive reads one, both must say the same, and members must lie behind each other.
 *
 *   member:     "PK\3\4" … flags 6 method 8 … packed 18 … name_n 26 extra_n 28 | 30 name extra data
 *   directory:  "PK\1\2" … flags 8 method 10 … packed 20 size 24 name_n 28 extra_n 30 comment_n 32
 *               disk 34 … offset 42 | 46 name extra comment
 *   end:        "PK\5\6" disk 4 disk 6 n 8 n 10 directory bytes 12, offset 16, comment_n 20 | 22
 *   large:      "PK\6\6" … n 24 n 32 bytes 40 offset 48;  "PK\6\7" disk 4 its offset 8 disks 16
 *
 * SOURCE: APPNOTE.TXT 6.3.10 of PKWARE, sections 4.3 and 4.5.3. Fifield, A better zip bomb (2019):
 * members that share their bytes. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "read/packed_int.h"

enum { MEMBER_BYTES = 30, ENTRY_BYTES = 46, END_BYTES = 22, LARGE_BYTES = 56, LOCATOR_BYTES = 20 };
enum { FLAG_SIZES_BEHIND = 8, LARGE_TAG = 1 };

/* Where a member lies. */
struct range {
    uint64_t from;
    uint64_t to;
};

struct checking {
    int file;
    uint64_t bytes;
    uint64_t directory; /* its offset */
    uint64_t directory_end;
    uint64_t n;
    struct range *range; /* (range_n) ascending; owned */
    size_t range_n;
};

/* One entry of the directory. */
struct entry {
    unsigned flags;
    unsigned method;
    unsigned name_n;
    unsigned extra_n;
    unsigned comment_n;
    uint64_t packed;
    uint64_t size;
    uint64_t offset;
    unsigned char name[PACKED_NAME_MAX];
};

static uint64_t number(const unsigned char *at, size_t n)
{
    uint64_t value = 0;
    while (n-- > 0)
        value = value << 8 | at[n];
    return value;
}

/* False beyond the end of the file. */
static bool read_at(const struct checking *c, uint64_t offset, unsigned char *to, size_t n)
{
    if (offset > c->bytes || n > c->bytes - offset || lseek(c->file, (off_t)offset, SEEK_SET) < 0)
        return false;
    while (n) {
        ssize_t got = read(c->file, to, n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        to += got;
        n -= (size_t)got;
    }
    return true;
}

/* --- the end ------------------------------------------------------------------------------ */

/* An archive of more than 65,535 members or 4 GiB: the end only points to its real one. */
static bool find_large(struct checking *c, uint64_t end)
{
    unsigned char at[LARGE_BYTES];
    if (end < LOCATOR_BYTES || !read_at(c, end - LOCATOR_BYTES, at, LOCATOR_BYTES) ||
        memcmp(at, "PK\6\7", 4) != 0 || number(at + 4, 4) != 0 || number(at + 16, 4) > 1)
        return false;
    uint64_t real = number(at + 8, 8);
    if (real > end || !read_at(c, real, at, LARGE_BYTES) || memcmp(at, "PK\6\6", 4) != 0 ||
        number(at + 24, 8) != number(at + 32, 8))
        return false;
    c->n = number(at + 32, 8);
    c->directory = number(at + 48, 8);
    c->directory_end = c->directory + number(at + 40, 8);
    return c->directory <= real && c->directory_end == real;
}

static bool read_end(struct checking *c, uint64_t end)
{
    unsigned char at[END_BYTES];
    if (!read_at(c, end, at, END_BYTES) || memcmp(at, "PK\5\6", 4) != 0 ||
        end + END_BYTES + number(at + 20, 2) != c->bytes)
        return false;
    c->n = number(at + 10, 2);
    c->directory = number(at + 16, 4);
    c->directory_end = c->directory + number(at + 12, 4);
    if (c->n == 0xFFFF || number(at + 12, 4) == 0xFFFFFFFF || c->directory == 0xFFFFFFFF)
        return find_large(c, end);
    return number(at + 4, 4) == 0 && c->n == number(at + 8, 2) && c->directory_end <= end;
}

/* The end has a comment of up to 65,535 bytes behind it; it is the one whose comment fills the
 * rest.
 */
static bool find_end(struct checking *c)
{
    const uint64_t most = 65535;
    if (c->bytes < END_BYTES)
        return false;
    for (uint64_t comment = 0; comment <= most && comment + END_BYTES <= c->bytes; comment++) {
        unsigned char mark[4];
        uint64_t end = c->bytes - END_BYTES - comment;
        if (!read_at(c, end, mark, sizeof mark))
            return false;
        if (memcmp(mark, "PK\5\6", 4) == 0)
            return read_end(c, end);
    }
    return false;
}

/* --- members ------------------------------------------------------------------------------ */

/* Values that do not fit 32 bits stand in an extra field, in this order, only those that do not. */
static bool read_large(const struct checking *c, uint64_t at, struct entry *e)
{
    uint64_t *const wanted[] = {&e->size, &e->packed, &e->offset};
    unsigned char field[8];
    uint64_t end = at + e->extra_n;
    bool large = e->size == 0xFFFFFFFF || e->packed == 0xFFFFFFFF || e->offset == 0xFFFFFFFF;
    while (large && at + 4 <= end && read_at(c, at, field, 4)) {
        uint64_t n = number(field + 2, 2);
        uint64_t from = at + 4;
        at = from + n;
        if (number(field, 2) != LARGE_TAG)
            continue;
        for (size_t i = 0; i < COUNT_OF(wanted); i++) {
            if (*wanted[i] != 0xFFFFFFFF)
                continue;
            if (from + 8 > at || !read_at(c, from, field, 8))
                return false;
            *wanted[i] = number(field, 8);
            from += 8;
        }
        return at <= end;
    }
    return !large;
}

/* The next entry of the directory; *at moves behind it. */
static bool read_entry(const struct checking *c, uint64_t *at, struct entry *ret)
{
    unsigned char head[ENTRY_BYTES];
    if (!read_at(c, *at, head, sizeof head) || memcmp(head, "PK\1\2", 4) != 0 ||
        number(head + 34, 2) != 0)
        return false;
    ret->flags = (unsigned)number(head + 8, 2);
    ret->method = (unsigned)number(head + 10, 2);
    ret->packed = number(head + 20, 4);
    ret->size = number(head + 24, 4);
    ret->name_n = (unsigned)number(head + 28, 2);
    ret->extra_n = (unsigned)number(head + 30, 2);
    ret->comment_n = (unsigned)number(head + 32, 2);
    ret->offset = number(head + 42, 4);
    if (ret->name_n > sizeof ret->name || !read_at(c, *at + sizeof head, ret->name, ret->name_n) ||
        !read_large(c, *at + sizeof head + ret->name_n, ret))
        return false;
    *at += sizeof head + ret->name_n + ret->extra_n + ret->comment_n;
    return *at <= c->directory_end;
}

/* What stands in front of the member says the same. Sizes may stand behind it instead. */
static bool check_member(const struct checking *c, const struct entry *e, struct range *ret)
{
    unsigned char head[MEMBER_BYTES];
    unsigned char name[PACKED_NAME_MAX];
    if (!read_at(c, e->offset, head, sizeof head) || memcmp(head, "PK\3\4", 4) != 0 ||
        number(head + 8, 2) != e->method || number(head + 26, 2) != e->name_n ||
        !read_at(c, e->offset + sizeof head, name, e->name_n) ||
        memcmp(name, e->name, e->name_n) != 0)
        return false;
    uint64_t packed = number(head + 18, 4);
    bool behind = number(head + 6, 2) & FLAG_SIZES_BEHIND;
    if (!behind && packed != 0xFFFFFFFF && packed != e->packed)
        return false;
    ret->from = e->offset;
    ret->to = e->offset + sizeof head + e->name_n + number(head + 28, 2);
    if (e->packed > c->bytes || ret->to > c->directory || e->packed > c->directory - ret->to)
        return false;
    ret->to += e->packed;
    return true;
}

/* Put it where it belongs; false if it shares bytes with another one. Members mostly come in their
   order, so this seldom moves any. */
static bool add_range(struct checking *c, struct range range)
{
    size_t i = c->range_n;
    while (i > 0 && c->range[i - 1].from > range.from)
        i--;
    if ((i > 0 && c->range[i - 1].to > range.from) ||
        (i < c->range_n && range.to > c->range[i].from))
        return false;
    memmove(&c->range[i + 1], &c->range[i], (c->range_n - i) * sizeof *c->range);
    c->range[i] = range;
    c->range_n++;
    return true;
}

static bool check_members(struct checking *c)
{
    struct entry entry;
    struct range range;
    uint64_t at = c->directory;
    for (uint64_t i = 0; i < c->n; i++)
        if (!read_entry(c, &at, &entry) || !check_member(c, &entry, &range) || !add_range(c, range))
            return false;
    return at == c->directory_end;
}

bool packed_check(int file, uint64_t bytes, struct err *err)
{
    struct checking c = {.file = file, .bytes = bytes};
    if (!find_end(&c))
        return packed_damaged(err);
    if (c.n > PACKED_MEMBERS_MAX)
        return FAIL(err, ERR_LIMIT, _("Unpack it and take the files that you need."),
                    _("The archive has more than %d members."), PACKED_MEMBERS_MAX);
    c.range = mem_get((size_t)c.n + 1, sizeof *c.range);
    bool done = check_members(&c);
    mem_free(&c.range);
    return done || packed_damaged(err);
}
