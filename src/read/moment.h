/* SPDX-License-Identifier: GPL-3.0-or-later */
/* moment: what a rule or a condition compares a column of times with.
 *
 * People write 2020-01-31, 2020-01, 2020, 18:30 or both together; the column holds days or seconds
 * (learn/table.h). The text becomes a number on the column's scale, so that learn/rule.h compares
 * numbers and knows no calendar. A date with a time, or a time of day, is a moment. A year, a
 * month, or a date where the column holds dates with times is a span from its first moment to the
 * first one behind it: later (>) is what lies behind the span, earlier (<) what lies before it, and
 * <= and
 * >= take the span in.
 *
 * A column of texts that all begin like dates (2016-03) has an order too: that of the bytes, cells
 * cut to the length of a shorter value, which is the same rule of spans.
 */
#ifndef READ_MOMENT_H
#define READ_MOMENT_H

#include "base/arena.h"
#include "learn/rule.h"

/* Make a condition ready to be asked of a column (rule_holds): checks that it fits, and turns the
 * value of a column of times into a number; the sign may change with it, the texts do not. A column
 * without categories stands for one whose texts are not known yet. Errors: ERR_INPUT. Exact. Cost:
 * a look at each category. */
bool moment_fit(struct rule *condition, const struct column *column, struct err *err) MUST_USE;

/* A rule whose column holds times, as text that compares with a number: "date > 2019 -> yes"
 * becomes "date >= 18262 -> yes". Any other rule stays as it is, also one that is not understood.
 * In the arena. Errors: ERR_INPUT the value is no such time. */
bool moment_rule(struct str rule, const struct table *table, struct arena *arena, struct str *ret,
                 struct err *err) MUST_USE;

#endif
