/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "read/marks.h"

void marks_find(struct str piece, char separator, char quote, struct marks *ret)
{
    unsigned char high = 0;
    uint32_t *to = ret->place;
    for (size_t i = 0; i < piece.n; i++) {
        char c = piece.at[i];
        *to = (uint32_t)i;
        to += c == separator || c == '\n' || c == '\r' || c == quote || c == '\0';
        high |= (unsigned char)c;
    }
    ret->n = (size_t)(to - ret->place);
    ret->high = high >= 0x80;
}
