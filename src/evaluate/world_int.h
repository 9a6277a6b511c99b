/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What world.c, world_columns.c and world_check.c share. */
#ifndef EVALUATE_WORLD_INT_H
#define EVALUATE_WORLD_INT_H

#include "evaluate/world.h"
#include "learn/rule.h"

enum { CONDITION_WHERE = 0, CONDITION_AGAINST, CONDITION_ONLY, CONDITION_COUNT };

/* A condition and the column that it looks at. */
struct world_condition {
    bool there;
    struct rule rule;
    size_t column;
};

/* Which columns play which part; table.column_n: none. */
struct world_columns {
    struct table *table;
    size_t target;
    size_t by;
    size_t unit;
    struct world_condition condition[CONDITION_COUNT];
    const uint32_t *unit_of; /* (rows) UNIT_NONE: takes no part; NULL: every row is a unit */
    size_t units;
    size_t want[6]; /* (want_n) columns that a scan looks at */
    size_t want_n;
};

/* Find the columns, see that they hold what the measure needs, number the units. */
bool world_columns(const struct hypothesis *h, struct table *table, struct arena *arena,
                   struct world_columns *ret, struct err *err) MUST_USE;

/* Does the condition hold in row r of these columns? Where there is none it does. */
bool world_holds(const struct world_condition *condition, const struct column *column, size_t r);

/* Can what was found give a result? */
bool world_check(const struct hypothesis *h, const struct world *world, uint64_t overlap,
                 struct err *err) MUST_USE;

/* The answers of alpha: the first of each person about each item. */
bool world_answers(const struct hypothesis *h, const struct world_columns *columns,
                   struct arena *arena, struct world *ret, struct err *err) MUST_USE;

#endif
