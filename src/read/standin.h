/* SPDX-License-Identifier: GPL-3.0-or-later */
/* standin: numbers that probably stand for "missing": -999, -200, 9999.
 *
 * Suspicious is the smallest or largest number of a column that at least one in a hundred of its
 * values is (and at least 5 are), and that lies apart from the others:
 *   - far apart: further from its neighbour than all others lie from each other; or
 *   - apart (a tenth of that, or the only negative one) and either a number that people use so (all
 *     nines, -200, -32768 …) or far apart in another column of the table.
 * Such a number is told with the option to type; it is never applied silently, because 0 and 100
 * may be measured, too.
 */
#ifndef READ_STANDIN_H
#define READ_STANDIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/num.h"
#include "learn/table.h"
#include "read/total.h"

/* An end of a column's numbers. */
struct standin_end {
    int64_t value; /* the smallest (largest) mantissa */
    int64_t next;  /* the next one; only if there is one */
    uint64_t n;    /* how many cells have it */
    bool has_next;
};

/* {0} is that of no cell. */
struct standin_ends {
    struct standin_end low, high;
    uint64_t n;         /* cells that are not missing */
    struct total total; /* the sum of their mantissas */
};

/* Take a number into account. Cost: two comparisons and two additions mostly. */
void standin_add(struct standin_ends *ends, int64_t mantissa);

/* Bring the ends of another piece of the column into these. */
void standin_merge(struct standin_ends *ends, const struct standin_ends *other);

struct standin {
    size_t column;
    struct decimal value;
    uint64_t n;
};

/* The suspicious numbers of a table, by column; ends[c] of each number column, the others are not
 * looked at. Times have none. At most one an end and column: ret (2 * column_n); returns how many.
 */
size_t standin_find(const struct table *table, const struct standin_ends *ends,
                    struct standin *ret);

#endif
