/* SPDX-License-Identifier: GPL-3.0-or-later */
/* expression: when a field is asked (skip logic), and what its value must keep (constraints).
 *
 * A stated part of XPath as XLSForm uses it:
 *     EITHER or EITHER        BOTH and BOTH        not(…)        (…)
 *     A = B   !=   <   <=   >   >=         selected(FIELD, 'choice')        true()   false()
 *     regex(A, 'pattern')                  (pattern.h, the whole of A)
 * where A is ${field} (or field), "." (the value that is checked), 'text', "text", a number,
 * string-length(A) in characters, count-selected(A), or today(), the day on which it is checked.
 * Everything else is refused, with the place and what to write instead.
 *
 * Two values that are both decimals are compared exactly as such; = and != compare other texts byte
 * by byte; < and its like compare dates and times that are both written as ISO 8601 says, and are
 * false for anything else, an empty field among it. A field by itself is true if it has a value, a
 * number if it is not 0.
 * SOURCE: XLSForm.org reference table, "Operators" and "Functions"; XPath 1.0, section 3.4.
 */
#ifndef COLLECT_EXPRESSION_H
#define COLLECT_EXPRESSION_H

#include "base/arena.h"
#include "base/err.h"
#include "base/num.h"
#include "base/str.h"

struct expression;

/* Parse; all of it lies in the arena, texts point into `text`. ERR_INPUT names the place. */
bool expression_parse(struct str text, struct arena *arena, const struct expression **ret,
                      struct err *err) MUST_USE;

struct expression_values {
    struct str (*value)(const void *context, struct str field);
    const void *context;
    struct str self;  /* what "." is */
    struct str today; /* 2024-05-01; where the day is not known: empty */
};
/* Does it hold for these values? */
bool expression_holds(const struct expression *expression, const struct expression_values *values);

/* Call seen(context, field) for each field that is named; false stops, and is returned. */
bool expression_fields(const struct expression *expression,
                       bool (*seen)(void *context, struct str field, struct err *err),
                       void *context, struct err *err) MUST_USE;

/* Order of two decimals, exactly: < 0, 0, > 0. */
int expression_order(struct decimal a, struct decimal b);

/* Is a word among words that are parted by blanks? */
bool expression_selected(struct str words, struct str word);

#endif
