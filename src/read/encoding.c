/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "read/encoding.h"

/* CP1252 from 80 to 9F; 0 where the byte means nothing. From A0 on it is Latin-1. */
static const uint16_t cp1252[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
};

static const char wrong = '\xFF';

static void add_character(uint32_t c, struct buf *out)
{
    if (c < 0x80) {
        buf_char(out, (char)c);
    } else if (c < 0x800) {
        buf_char(out, (char)(0xC0 | (c >> 6)));
        buf_char(out, (char)(0x80 | (c & 0x3F)));
    } else if (c < 0x10000) {
        buf_char(out, (char)(0xE0 | (c >> 12)));
        buf_char(out, (char)(0x80 | ((c >> 6) & 0x3F)));
        buf_char(out, (char)(0x80 | (c & 0x3F)));
    } else {
        buf_char(out, (char)(0xF0 | (c >> 18)));
        buf_char(out, (char)(0x80 | ((c >> 12) & 0x3F)));
        buf_char(out, (char)(0x80 | ((c >> 6) & 0x3F)));
        buf_char(out, (char)(0x80 | (c & 0x3F)));
    }
}

static void take_cp1252(unsigned char byte, struct buf *out)
{
    if (byte < 0x80 || byte >= 0xA0)
        add_character(byte, out);
    else if (cp1252[byte - 0x80])
        add_character(cp1252[byte - 0x80], out);
    else
        buf_char(out, wrong);
}

static void take_unit(struct decoder *decoder, uint32_t unit, struct buf *out)
{
    bool low = unit >= 0xDC00 && unit <= 0xDFFF;
    uint32_t high = decoder->high;
    decoder->high = 0;
    if (high && low) {
        add_character(0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00), out);
        return;
    }
    if (high)
        buf_char(out, wrong);
    if (unit >= 0xD800 && unit < 0xDC00)
        decoder->high = unit;
    else if (low)
        buf_char(out, wrong);
    else
        add_character(unit, out);
}

void decoder_feed(struct decoder *decoder, struct str bytes, struct buf *out)
{
    if (decoder->encoding == CSV_UTF8) {
        buf_str(out, bytes);
        return;
    }
    for (size_t i = 0; i < bytes.n; i++) {
        unsigned char byte = (unsigned char)bytes.at[i];
        if (decoder->encoding == CSV_CP1252) {
            take_cp1252(byte, out);
        } else if (!decoder->has_half) {
            decoder->half = byte;
            decoder->has_half = true;
        } else {
            uint32_t first = decoder->half;
            decoder->has_half = false;
            take_unit(decoder,
                      decoder->encoding == CSV_UTF16LE ? first | (uint32_t)byte << 8
                                                       : first << 8 | byte,
                      out);
        }
    }
}

void decoder_end(struct decoder *decoder, struct buf *out)
{
    if (decoder->high)
        buf_char(out, wrong);
    if (decoder->has_half)
        buf_char(out, wrong);
    decoder->high = 0;
    decoder->has_half = false;
}

uint64_t encoding_width(enum csv_encoding encoding, struct str decoded)
{
    if (encoding == CSV_UTF8)
        return decoded.n;
    uint64_t units = 0;
    for (size_t i = 0; i < decoded.n; i++) {
        unsigned char byte = (unsigned char)decoded.at[i];
        bool pair = byte >= 0xF0 && decoded.at[i] != wrong && encoding != CSV_CP1252;
        units += (byte & 0xC0) == 0x80 ? 0 : pair ? 2 : 1;
    }
    return encoding == CSV_CP1252 ? units : 2 * units;
}

bool encoding_is_cp1252(struct str bytes)
{
    for (size_t i = 0; i < bytes.n; i++) {
        unsigned char byte = (unsigned char)bytes.at[i];
        if (byte >= 0x80 && byte < 0xA0 && cp1252[byte - 0x80] == 0)
            return false;
    }
    return true;
}

const char *encoding_name(enum csv_encoding encoding)
{
    static const char *const names[] = {
        [CSV_UTF8] = "UTF-8",
        [CSV_UTF16LE] = "UTF-16",
        [CSV_UTF16BE] = "UTF-16",
        [CSV_CP1252] = "Windows-1252",
    };
    return names[encoding];
}
