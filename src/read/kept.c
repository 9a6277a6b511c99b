/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "read/kept.h"

#include <stdatomic.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "learn/scan.h"
#include "read/scale.h"

struct kept_file {
    int fd;
    pid_t owner;
    atomic_bool failed;
    atomic_uint_least64_t end; /* where the next cells go */
};

static void close_file(void *what)
{
    const struct kept_file *file = what;
    (void)close(file->fd);
}

static bool has_room(int fd, uint64_t bytes)
{
    struct statvfs disk;
    return fstatvfs(fd, &disk) == 0 && (uint64_t)disk.f_bavail * disk.f_frsize / 3 * 2 > bytes;
}

struct kept_file *kept_file_new(struct arena *arena, uint64_t bytes)
{
    int fd = file_unnamed();
    if (fd < 0)
        return NULL;
    if (!has_room(fd, bytes)) {
        (void)close(fd);
        return NULL;
    }
    struct kept_file *file = arena_get(arena, 1, sizeof *file);
    file->fd = fd;
    file->owner = getpid();
    arena_at_end(arena, close_file, file);
    return file;
}

bool kept_goes_on(const struct kept_file *file)
{
    return file && !atomic_load(&file->failed) && file->owner == getpid();
}

/* --- packing ---------------------------------------------------------------------------------- */

/* The bytes that hold every value less the smallest, or 8 if that is too far away. */
static uint8_t width_of(int64_t low, int64_t high)
{
    uint64_t range;
    if (low >= high)
        return 0;
    if (__builtin_sub_overflow(high, low, &range))
        return 8;
    return range < 1U << 8 ? 1 : range < 1U << 16 ? 2 : range < UINT64_C(1) << 32 ? 4 : 8;
}

/* The smallest and the largest value that is there; 0 and 0 if there is none. */
static void find_ends(const struct column *from, size_t n, struct kept_cells *ret,
                      int64_t *ret_high)
{
    int64_t low = INT64_MAX, high = INT64_MIN;
    for (size_t i = 0; i < n && from->type == COLUMN_NUMBER; i++) {
        int64_t value = from->mantissa[i];
        low = value < low && !from->missing[i] ? value : low;
        high = value > high && !from->missing[i] ? value : high;
    }
    for (size_t i = 0; i < n && from->type == COLUMN_CATEGORY; i++) {
        low = from->code[i] < low && !from->missing[i] ? from->code[i] : low;
        high = from->code[i] > high && !from->missing[i] ? from->code[i] : high;
    }
    ret->low = low > high ? 0 : low;
    ret->gaps = memchr(from->missing, 1, n) != NULL;
    *ret_high = low > high ? 0 : high;
}

static inline void put_value(uint64_t value, size_t bytes, char *to)
{
    uint8_t one = (uint8_t)value;
    uint16_t two = (uint16_t)value;
    uint32_t four = (uint32_t)value;
    memcpy(to,
           bytes == 1   ? (const void *)&one
           : bytes == 2 ? (const void *)&two
           : bytes == 4 ? (const void *)&four
                        : (const void *)&value,
           bytes);
}

/* bytes is a constant wherever this is called, so each width has loops of its own. */
static inline void put_values(const struct column *from, size_t n, size_t bytes, uint64_t low,
                              char *to)
{
    if (from->type == COLUMN_NUMBER)
        for (size_t i = 0; i < n; i++)
            put_value((uint64_t)from->mantissa[i] - low, bytes, to + i * bytes);
    else
        for (size_t i = 0; i < n; i++)
            put_value(from->code[i] - low, bytes, to + i * bytes);
}

static void put_width(const struct column *from, size_t n, const struct kept_cells *cells, char *to)
{
    uint64_t low = (uint64_t)cells->low;
    if (cells->bytes == 1)
        put_values(from, n, 1, low, to);
    else if (cells->bytes == 2)
        put_values(from, n, 2, low, to);
    else if (cells->bytes == 4)
        put_values(from, n, 4, low, to);
    else if (cells->bytes == 8)
        put_values(from, n, 8, low, to);
}

void kept_pack(const struct column *from, size_t n, struct buf *out, struct kept_cells *ret)
{
    int64_t high;
    *ret = (struct kept_cells){.at = out->n, .n = (uint16_t)n, .exponent = (int16_t)from->exponent};
    find_ends(from, n, ret, &high);
    ret->bytes = width_of(ret->low, high);
    buf_reserve(out, n * ret->bytes + (n + 7) / 8);
    char *to = out->at + out->n;
    put_width(from, n, ret, to);
    out->n += n * ret->bytes;
    if (!ret->gaps)
        return;
    unsigned char *bits = (unsigned char *)out->at + out->n;
    memset(bits, 0, (n + 7) / 8);
    for (size_t i = 0; i < n; i++)
        bits[i / 8] = (unsigned char)(bits[i / 8] | from->missing[i] << i % 8);
    out->n += (n + 7) / 8;
}

void kept_write(struct kept_file *file, struct buf *out, struct kept_cells *cells, size_t n)
{
    uint64_t at = atomic_fetch_add(&file->end, out->n);
    bool written = true;
    for (size_t done = 0; written && done < out->n;) {
        ssize_t some = pwrite(file->fd, out->at + done, out->n - done, (off_t)(at + done));
        written = some > 0;
        done += written ? (size_t)some : 0;
    }
    if (!written)
        atomic_store(&file->failed, true);
    for (size_t i = 0; i < n; i++) {
        cells[i].at += at;
        cells[i].n = written ? cells[i].n : 0;
    }
    buf_clear(out);
}

/* --- reading back ----------------------------------------------------------------------------- */

static bool read_all(int fd, char *to, size_t n, uint64_t at)
{
    while (n) {
        ssize_t some = pread(fd, to, n, (off_t)at);
        if (some <= 0)
            return false;
        to += some;
        at += (uint64_t)some;
        n -= (size_t)some;
    }
    return true;
}

/* The value at `at` as it was put there. */
static inline uint64_t value_of(const char *at, size_t bytes)
{
    uint64_t value = 0;
    uint8_t one;
    uint16_t two;
    uint32_t four;
    switch (bytes) {
    case 1:
        memcpy(&one, at, sizeof one);
        return one;
    case 2:
        memcpy(&two, at, sizeof two);
        return two;
    case 4:
        memcpy(&four, at, sizeof four);
        return four;
    default:
        memcpy(&value, at, sizeof value);
        return value;
    }
}

static inline void take_values(const char *from, size_t bytes, const struct kept_cells *cells,
                               const struct column *to)
{
    if (to->type == COLUMN_CATEGORY) {
        for (size_t i = 0; i < cells->n; i++)
            to->code[i] = (uint32_t)((uint64_t)cells->low + value_of(from + i * bytes, bytes));
        return;
    }
    uint64_t ten = (uint64_t)scale_ten[cells->exponent - to->exponent];
    uint64_t low = (uint64_t)cells->low * ten;
    for (size_t i = 0; i < cells->n; i++)
        to->mantissa[i] = (int64_t)(low + value_of(from + i * bytes, bytes) * ten);
}

static void take_same(const struct kept_cells *cells, const struct column *to)
{
    for (size_t i = 0; i < cells->n; i++)
        if (to->type == COLUMN_CATEGORY)
            to->code[i] = (uint32_t)cells->low;
        else
            to->mantissa[i] = cells->low * scale_ten[cells->exponent - to->exponent];
}

static void take_gaps(const unsigned char *bits, size_t n, const struct column *to)
{
    for (size_t byte = 0; byte < (n + 7) / 8; byte++) {
        for (unsigned rest = bits[byte]; rest; rest &= rest - 1) {
            size_t i = 8 * byte + (size_t)__builtin_ctz(rest);
            to->missing[i] = 1;
            if (to->type == COLUMN_NUMBER)
                to->mantissa[i] = 0;
            else
                to->code[i] = 0;
        }
    }
}

bool kept_read(const struct kept_file *file, const struct kept_cells *cells, struct buf *scratch,
               const struct column *to)
{
    size_t n = (size_t)cells->n * cells->bytes, more = cells->gaps ? (cells->n + 7U) / 8 : 0;
    buf_clear(scratch);
    buf_reserve(scratch, n + more);
    if (!read_all(file->fd, scratch->at, n + more, cells->at))
        return false;
    /* One loop for each width. */
    if (cells->bytes == 0)
        take_same(cells, to);
    else if (cells->bytes == 1)
        take_values(scratch->at, 1, cells, to);
    else if (cells->bytes == 2)
        take_values(scratch->at, 2, cells, to);
    else if (cells->bytes == 4)
        take_values(scratch->at, 4, cells, to);
    else
        take_values(scratch->at, 8, cells, to);
    memset(to->missing, 0, cells->n);
    if (more)
        take_gaps((const unsigned char *)scratch->at + n, cells->n, to);
    return true;
}
