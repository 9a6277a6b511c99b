/* SPDX-License-Identifier: GPL-3.0-or-later */
/* csv_put: tables on their way out, in the form that csv.h reads: commas, LF, quotes where needed.
 */
#ifndef READ_CSV_PUT_H
#define READ_CSV_PUT_H

#include "base/buf.h"

/* A field in quotes, those inside doubled. */
void csv_put_quoted(struct buf *out, struct str text);

/* A field, in quotes only if it holds a comma, a quote, a line end or a NUL. */
void csv_put_field(struct buf *out, struct str text);

/* A record of n fields with its LF. A single empty field is quoted, because an empty line is none.
 */
void csv_put_line(struct buf *out, const struct str *field, size_t n);

#endif
