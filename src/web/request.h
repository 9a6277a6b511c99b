/* SPDX-License-Identifier: GPL-3.0-or-later */
/* request: what stands in a request: its path, its fields, its cookies. All of it comes from
 * outside; what is not as it must be is refused or left out, never repaired. */
#ifndef WEB_REQUEST_H
#define WEB_REQUEST_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* Decode a path as sent ("/ask/%C3%BC"): into the arena, valid UTF-8, beginning with '/', without
 * NUL, control characters, empty segments (but "/" itself, or one at the end), "." or "..". False
 * for anything else. SOURCE: RFC 3986, sections 2.1 and 3.3. */
bool request_path(struct str sent, struct arena *arena, struct str *ret);

/* A named value of a form or a query. A name may stand several times. */
struct field {
    struct str name;
    struct str value;
};

enum { FIELDS_MAX = 256 };

struct fields {
    struct field at[FIELDS_MAX];
    size_t n;
};

/* Read application/x-www-form-urlencoded text, a query or a body; CR LF in values becomes LF,
 * blanks around a value go. ERR_INPUT: not UTF-8, a NUL, a broken escape; ERR_LIMIT over
 * FIELDS_MAX. SOURCE: WHATWG URL Standard, section 5.1. */
bool fields_read(struct str text, struct arena *arena, struct fields *ret,
                 struct err *err) MUST_USE;

/* The first value of a name; NULL if there is none or if it is empty. In the arena, ends with NUL.
 */
const char *fields_get(const struct fields *fields, const char *name);

/* The i-th value of a name that is not empty; NULL behind the last. */
const char *fields_at(const struct fields *fields, const char *name, size_t i);

/* The value of a cookie in a Cookie header; empty if it is not there, or there twice. */
struct str request_cookie(struct str header, const char *name);

/* Does a comma-separated header name this token, with a weight above 0? "gzip;q=0" does not.
 * SOURCE: RFC 9110, section 12.5.3. */
bool request_accepts(struct str header, const char *token);

/* Append a text as a part of a path or of a query: all but A-Z a-z 0-9 - . _ ~ as %XX. */
struct buf;
void request_escape(struct str text, struct buf *out);

#endif
