/* SPDX-License-Identifier: GPL-3.0-or-later */
/* marks: the bytes of a piece of text at which a field or a record may end, or that make a record
 * odd: separator, CR, LF, quote, NUL.
 */
#ifndef READ_MARKS_H
#define READ_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cpu.h"
#include "base/str.h"

struct marks {
    uint32_t *place; /* (n) ascending; room for as many as the piece has bytes, and MARKS_MORE */
    size_t n;
    bool high; /* a byte of 80 or more stands in the piece */
};

enum { MARKS_MORE = 64 };

/* Find the marks of a piece of less than 4 GiB. quote 0: there are none. Cost: 0.2 ns a byte with
 * AVX2, 0.3 with SSE2 or NEON, 0.6 in plain C. */
void marks_find(struct str piece, char separator, char quote, struct marks *ret);

/* The same by the twin of this level, which the processor must have. */
void marks_find_by(enum cpu_level level, struct str piece, char separator, char quote,
                   struct marks *ret);

#endif
