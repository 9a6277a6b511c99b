/* SPDX-License-Identifier: GPL-3.0-or-later */
/* err: how a function says that it could not do what it was asked.
 *
 * A function that can fail returns bool and takes a `struct err *` last: true means done, false
 * means that `err` was filled, once, at its origin. The sentence `what` is for a person; `next`
 * says what that person can do. Callers may put context in front, they never replace what was said.
 * Only main, *_cmd.c and *_page.c show an err to people.
 *
 *     if (n > LIMIT)
 *         return FAIL(err, ERR_LIMIT, _("Split the file."), _("%s has %zu columns."), name, n);
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/check.h"
#include "base/lang.h"

enum err_code {
    ERR_NONE = 0,
    ERR_USAGE,       /* the command was called with words that it does not know */
    ERR_INPUT,       /* a value or a file from outside is not what it must be */
    ERR_NOT_FOUND,   /* what was named is not there */
    ERR_DENIED,      /* the record or the system does not allow it */
    ERR_CONFLICT,    /* it contradicts what is written already */
    ERR_CORRUPT,     /* stored bytes are not what they were when they were written */
    ERR_IO,          /* the system failed to read or write */
    ERR_LIMIT,       /* larger than we take */
    ERR_BUSY,        /* somebody else holds it */
    ERR_CANCELLED,   /* a person stopped it */
    ERR_UNSUPPORTED, /* needs a newer program, or a part that is not built in */
    ERR_MEMORY,      /* no memory left */
    ERR_CODE_COUNT
};

struct err {
    enum err_code code;
    const char *file; /* where it was noticed: static string */
    int line;
    char what[640]; /* a sentence, UTF-8, ends with NUL */
    char next[384]; /* the next step, UTF-8, may be empty */
};

/* Fill err with code, origin, next step and a printf sentence. Always returns false, so that a
 * caller can write `return FAIL(…)`. Does nothing but that if err is filled already. */
__attribute__((format(printf, 6, 7), cold)) bool err_set(struct err *err, enum err_code code,
                                                         const char *file, int line,
                                                         const char *next, const char *what, ...);

/* The value stands in the macro, so that a static analyser knows it too. */
#define FAIL(err, code, next, ...)                                                                 \
    ((void)err_set((err), (code), __FILE__, __LINE__, (next), __VA_ARGS__), false)

/* Put "context: " in front of the sentence of a filled err. Returns false. */
__attribute__((format(printf, 2, 3), cold)) bool err_context(struct err *err, const char *context,
                                                             ...);

/* Fill err from errno for a file: "Cannot <verb> <path>: <reason>." Returns false.
 * verb is an infinitive already in the reader's language, e.g. _("read"). */
__attribute__((cold)) bool err_errno(struct err *err, const char *verb, const char *path);

/* Make err empty again, so that it can be filled anew. */
void err_clear(struct err *err);

/* The stable name of a code for machines, e.g. "not_found". */
const char *err_code_name(enum err_code code);

/* The exit status for a code: 2 for ERR_USAGE, 1 for every other failure, 0 for ERR_NONE. */
int err_exit_status(enum err_code code);

/* The HTTP status for a code, e.g. 404 for ERR_NOT_FOUND. */
int err_http_status(enum err_code code);

#endif
