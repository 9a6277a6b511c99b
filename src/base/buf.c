/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

char buf_empty[1];

void buf_release(struct buf *buf)
{
    if (buf->cap)
        free(buf->at);
    *buf = (struct buf)BUF_INIT;
}

void buf_clear(struct buf *buf)
{
    buf->n = 0;
    if (buf->cap)
        buf->at[0] = '\0';
}

void buf_reserve(struct buf *buf, size_t n)
{
    size_t need;
    if (__builtin_add_overflow(buf->n, n, &need) || __builtin_add_overflow(need, (size_t)1, &need))
        mem_out();
    if (need <= buf->cap)
        return;
    size_t cap = buf->cap ? buf->cap : 64;
    while (cap < need)
        cap = cap > SIZE_MAX / 2 ? need : cap * 2;
    buf->at = mem_resize(buf->cap ? buf->at : NULL, cap, 1);
    buf->cap = cap;
    buf->at[buf->n] = '\0';
}

void buf_add(struct buf *buf, const void *bytes, size_t n)
{
    if (n == 0)
        return;
    buf_reserve(buf, n);
    memcpy(buf->at + buf->n, bytes, n);
    buf->n += n;
    buf->at[buf->n] = '\0';
}

void buf_str(struct buf *buf, struct str text)
{
    buf_add(buf, text.at, text.n);
}

void buf_text(struct buf *buf, const char *text)
{
    buf_add(buf, text, strlen(text));
}

void buf_char(struct buf *buf, char c)
{
    buf_add(buf, &c, 1);
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    BUG_IF(n < 0);
    buf_reserve(buf, (size_t)n);
    va_start(args, format);
    vsnprintf(buf->at + buf->n, (size_t)n + 1, format, args);
    va_end(args);
    buf->n += (size_t)n;
}

static void add_little(struct buf *buf, uint64_t value, size_t bytes)
{
    unsigned char little[8];
    for (size_t i = 0; i < bytes; i++)
        little[i] = (unsigned char)(value >> (8 * i));
    buf_add(buf, little, bytes);
}

void buf_u16(struct buf *buf, uint16_t value)
{
    add_little(buf, value, 2);
}

void buf_u32(struct buf *buf, uint32_t value)
{
    add_little(buf, value, 4);
}

void buf_u64(struct buf *buf, uint64_t value)
{
    add_little(buf, value, 8);
}

struct str buf_view(const struct buf *buf)
{
    return (struct str){buf->at, buf->n};
}
