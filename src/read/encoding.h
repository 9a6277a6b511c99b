/* SPDX-License-Identifier: GPL-3.0-or-later */
/* encoding: bytes of a file as UTF-8, in pieces of any size.
 *
 * What cannot be decoded becomes the byte FF, which is never valid UTF-8: so there is one check for
 * all encodings, made by the reader of records, and a wrong unit still has a width.
 */
#ifndef READ_ENCODING_H
#define READ_ENCODING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

enum csv_encoding { CSV_UTF8 = 0, CSV_UTF16LE, CSV_UTF16BE, CSV_CP1252 };

struct decoder {
    enum csv_encoding encoding;
    bool has_half; /* UTF-16: the first byte of a unit came, the second not yet */
    unsigned char half;
    uint32_t high; /* UTF-16: a high surrogate that waits for its low one, 0 if none */
};

/* Append the next bytes of a file as UTF-8. UTF-8 itself is passed on unchecked.
 * SOURCE: Unicode 15.0 section 3.9; CP1252.TXT of the Unicode consortium (five bytes undefined). */
void decoder_feed(struct decoder *decoder, struct str bytes, struct buf *out);

/* The file has ended: append FF for a unit or pair that was cut. */
void decoder_end(struct decoder *decoder, struct buf *out);

/* How many bytes of the file became this decoded text. */
uint64_t encoding_width(enum csv_encoding encoding, struct str decoded);

/* True if every byte means a character in CP1252. */
bool encoding_is_cp1252(struct str bytes);

/* The name that people know, e.g. "UTF-16". Static. */
const char *encoding_name(enum csv_encoding encoding);

#endif
