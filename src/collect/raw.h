/* SPDX-License-Identifier: GPL-3.0-or-later */
/* raw: the rows of a table as they were typed, for what must go through them cell by cell. Nothing
 * here asks who may see them; public_view does. */
#ifndef COLLECT_RAW_H
#define COLLECT_RAW_H

#include "collect/collect.h"
#include "collect/observed.h"

/* In the arena that it was opened in. */
struct raw_table {
    struct record *record;
    struct arena *arena;
    struct str name;
    struct str *column; /* (column_n) names, in the order of the table; derived ones are not here */
    size_t column_n;
    bool *is_number;     /* (column_n) in all its batches */
    struct batch *batch; /* (batch_n) imports */
    size_t batch_n;
    const struct observed *observed; /* NULL: not a table of a form */
};

/* ERR_NOT_FOUND: no such table. */
bool raw_open(struct record *record, struct str table, struct arena *arena, struct raw_table *ret,
              struct err *err) MUST_USE;

enum raw_state { RAW_ROW = 0, RAW_REJECTED, RAW_WITHDRAWN };

/* One row; texts are valid until the callback returns. */
struct raw_row {
    enum raw_state state;
    const struct hash *entry;
    uint64_t position;
    bool may_publish;
    char point;             /* decimal point of its numbers */
    const struct str *cell; /* (column_n) trimmed; only of RAW_ROW */
};
typedef bool raw_take(void *context, const struct raw_row *row, struct err *err);

/* All rows in the order (count, id), position. */
bool raw_rows(const struct raw_table *table, raw_take *take, void *context,
              struct err *err) MUST_USE;

#endif
