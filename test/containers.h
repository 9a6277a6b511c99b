/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compound files and the records of old workbooks for tests and fuzz targets, byte by byte as
 * [MS-CFB] and [MS-XLS] say. */
#ifndef TEST_CONTAINERS_H
#define TEST_CONTAINERS_H

#include <string.h>

#include "base/buf.h"

/* Where what lies; test code turns bytes there. Offsets in sectors of 512 bytes, header first. */
enum {
    BOX_HEADER_LINKS = 76,  /* the first sector of links, in the header */
    BOX_DIRECTORY = 512,    /* sector 0: root, then the stream */
    BOX_SMALL_LINKS = 1024, /* sector 1 */
    BOX_STREAM = 1536,      /* sector 2 and on: the stream, or the small sectors */
    BOX_ENTRY = 128
};

/* Fill up to this length. */
static inline void box_fill(struct buf *out, size_t to, char with)
{
    while (out->n < to)
        buf_char(out, with);
}

/* An entry of the directory. SOURCE: [MS-CFB] 2.6.1. */
static inline void box_entry(struct buf *out, const char *name, const uint32_t child[3],
                             uint32_t first, uint32_t bytes)
{
    size_t from = out->n;
    bool root = child[2] != 0xFFFFFFFF;
    for (size_t i = 0; name[i]; i++)
        buf_u16(out, (uint16_t)name[i]);
    box_fill(out, from + 64, 0);
    buf_u16(out, (uint16_t)(2 * strlen(name) + 2));
    buf_char(out, root ? 5 : 2);
    buf_char(out, 1);
    for (size_t i = 0; i < 3; i++)
        buf_u32(out, child[i]);
    box_fill(out, from + 116, 0);
    buf_u32(out, first);
    buf_u32(out, bytes);
    buf_u32(out, 0);
}

/* Numbers of a chain of n, of which the first has the number `first`. */
static inline void box_chain(struct buf *links, uint32_t first, uint32_t n)
{
    for (uint32_t i = 1; i <= n; i++)
        buf_u32(links, i < n ? first + i : 0xFFFFFFFE);
}

/* Header of a file with so many sectors of links, which begin at this sector; what the header
   cannot name is named in the sectors behind them. SOURCE: [MS-CFB] 2.2, 2.5. */
static inline void box_header(struct buf *out, uint32_t link, uint32_t link_n, bool small)
{
    bool more = link_n > 109;
    buf_add(out, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);
    box_fill(out, 24, 0);
    for (size_t i = 0; i < 5; i++)
        buf_u16(out, (const uint16_t[]){0x3E, 3, 0xFFFE, 9, 6}[i]);
    box_fill(out, 44, 0);
    const uint32_t numbers[] = {
        link_n, 0, 0, 4096, small ? 1 : 0xFFFFFFFE, small, more ? link + link_n : 0xFFFFFFFE, more};
    for (size_t i = 0; i < 8; i++)
        buf_u32(out, numbers[i]);
    for (uint32_t i = 0; i < 109; i++)
        buf_u32(out, i < link_n ? link + i : 0xFFFFFFFF);
}

/* Append a compound file with one stream, of at most 14 MB; below 4096 bytes in small sectors. */
static inline void box_make(const char *name, struct str stream, struct buf *out)
{
    struct buf links = BUF_INIT;
    struct buf box = BUF_INIT;
    bool small = stream.n < 4096;
    uint32_t n = (uint32_t)((stream.n + 511) / 512);
    uint32_t link_n = (n + 3) / 126 + 1;
    bool more = link_n > 109;
    box_header(&box, n + 2, link_n, small);
    const uint32_t none = 0xFFFFFFFF;
    box_entry(&box, "Root Entry", (const uint32_t[]){none, none, 1}, small && n ? 2 : 0xFFFFFFFE,
              small ? n * 512 : 0);
    box_entry(&box, name, (const uint32_t[]){none, none, none}, small ? 0 : 2, (uint32_t)stream.n);
    box_fill(&box, BOX_SMALL_LINKS, 0);
    if (small)
        box_chain(&box, 0, n * 8);
    box_fill(&box, BOX_STREAM, -1);
    buf_str(&box, stream);
    box_fill(&box, BOX_STREAM + (size_t)512 * n, 0);
    box_chain(&links, 0, 1);
    box_chain(&links, 1, 1);
    box_chain(&links, 2, n);
    for (uint32_t i = 0; i < link_n; i++)
        buf_u32(&links, 0xFFFFFFFD);
    box_fill(&links, (size_t)512 * link_n, -1);
    buf_str(&box, buf_view(&links));
    for (uint32_t i = 109; more && i < 109 + 127; i++)
        buf_u32(&box, i < link_n ? n + 2 + i : none);
    if (more)
        buf_u32(&box, 0xFFFFFFFE);
    buf_str(out, buf_view(&box));
    buf_release(&links);
    buf_release(&box);
}

/* Append bytes: pairs of hexadecimal digits, and text between quotes as it is. */
static inline void box_bytes(struct buf *out, const char *bytes)
{
    static const char digits[] = "0123456789ABCDEF";
    for (const char *at = bytes; *at; at++) {
        if (*at == '\'') {
            while (*++at != '\'')
                buf_char(out, *at);
        } else if (*at != ' ') {
            const char *high = strchr(digits, at[0]);
            const char *low = strchr(digits, at[1]);
            BUG_IF(!high || !low || !at[1]);
            buf_char(out, (char)((high - digits) << 4 | (low - digits)));
            at++;
        }
    }
}

/* Append a record of a workbook. SOURCE: [MS-XLS] 2.1.4. */
static inline void box_record(struct buf *out, unsigned kind, const char *bytes)
{
    struct buf content = BUF_INIT;
    box_bytes(&content, bytes);
    buf_u16(out, (uint16_t)kind);
    buf_u16(out, (uint16_t)content.n);
    buf_str(out, buf_view(&content));
    buf_release(&content);
}

#endif
