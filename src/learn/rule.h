/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rule: a community's own rule as text, "light > 365 -> 1", and whether it holds for a row.
 *
 * column, one of < <= > >= =, a number (or, for a category column, = and a category), "->", a
 * class. Where the column holds times, the number is a time on its scale (read/moment.h). Blanks
 * around each are free. The column's name may itself contain such signs: the first sign behind a
 * name that the table knows counts.
 */
#ifndef LEARN_RULE_H
#define LEARN_RULE_H

#include "base/num.h"
#include "learn/table.h"

enum rule_sign { RULE_LESS = 0, RULE_LESS_EQUAL, RULE_GREATER, RULE_GREATER_EQUAL, RULE_EQUAL };

/* The texts point into the rule. */
struct rule {
    struct str column;
    enum rule_sign sign;
    struct str value;      /* as typed */
    bool is_number;        /* value reads as a decimal */
    struct decimal number; /* then this one */
    struct str class_name;
};

/* Read a rule. known(context, name) says whether a column has that name.
 * Errors: ERR_INPUT says what is not understood. */
bool rule_read(struct str text, bool (*known)(const void *context, struct str name),
               const void *context, struct rule *ret, struct err *err) MUST_USE;

/* Read a condition: the part of a rule before its arrow, such as "year >= 1950" or "ice = yes". A
 * number may have a decimal comma. class_name stays empty. Errors: ERR_INPUT. */
bool rule_condition(struct str text, bool (*known)(const void *context, struct str name),
                    const void *context, struct rule *ret, struct err *err) MUST_USE;

/* True if the rule fits a column: a number for a number column, "=" for a category column. */
bool rule_fits(const struct rule *rule, enum column_type type, struct err *err) MUST_USE;

/* True if it holds in this row; never where the cell is missing. Exact: decimals are compared as
 * decimals. Texts are in order where they begin like dates (read/moment.h sees to that). */
bool rule_holds(const struct rule *rule, const struct column *column, size_t row);

/* Order of two decimals: <0, 0, >0. Exact for |mantissa| <= MANTISSA_MAX. */
int rule_compare(struct decimal a, struct decimal b);

#endif
