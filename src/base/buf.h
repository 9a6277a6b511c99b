/* SPDX-License-Identifier: GPL-3.0-or-later */
/* buf: text or bytes to build.
 *
 * Invariants: 1. at is never NULL and at[n] is NUL (BUF_INIT points to a shared empty byte).
 *             2. cap is 0 while nothing was allocated, else n < cap.
 * The owner calls buf_release, or CLEANUP(buf_release).
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "base/str.h"

struct buf {
    char *at;
    size_t n;   /* bytes used, without the NUL */
    size_t cap; /* bytes allocated */
};

extern char buf_empty[1];
#define BUF_INIT                                                                                   \
    {                                                                                              \
        buf_empty, 0, 0                                                                            \
    }

/* Free the bytes and make it empty again. */
void buf_release(struct buf *buf);

/* Forget the content, keep the memory. */
void buf_clear(struct buf *buf);

/* Make room for n more bytes. */
void buf_reserve(struct buf *buf, size_t n);

/* Append n bytes. */
void buf_add(struct buf *buf, const void *bytes, size_t n);

/* Append text. */
void buf_str(struct buf *buf, struct str text);

/* Append a NUL-terminated text. */
void buf_text(struct buf *buf, const char *text);

/* Append one byte. */
void buf_char(struct buf *buf, char c);

/* Append printf text. */
__attribute__((format(printf, 2, 3))) void buf_printf(struct buf *buf, const char *format, ...);

/* Append an integer little-endian. */
void buf_u16(struct buf *buf, uint16_t value);
void buf_u32(struct buf *buf, uint32_t value);
void buf_u64(struct buf *buf, uint64_t value);

/* The content as a str, valid until the buf changes. */
struct str buf_view(const struct buf *buf);

#endif
