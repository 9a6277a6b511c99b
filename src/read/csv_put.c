/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "read/csv_put.h"

#include <string.h>

void csv_put_quoted(struct buf *out, struct str text)
{
    buf_char(out, '"');
    for (size_t i = 0; i < text.n; i++) {
        if (text.at[i] == '"')
            buf_char(out, '"');
        buf_char(out, text.at[i]);
    }
    buf_char(out, '"');
}

void csv_put_field(struct buf *out, struct str text)
{
    static const char special[] = ",\"\r\n"; /* and NUL */
    for (size_t i = 0; i < text.n; i++)
        if (memchr(special, text.at[i], sizeof special)) {
            csv_put_quoted(out, text);
            return;
        }
    buf_str(out, text);
}

void csv_put_line(struct buf *out, const struct str *field, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_char(out, ',');
        if (n == 1 && field[i].n == 0)
            csv_put_quoted(out, field[i]);
        else
            csv_put_field(out, field[i]);
    }
    buf_char(out, '\n');
}
