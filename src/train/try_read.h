/* SPDX-License-Identifier: GPL-3.0-or-later */
/* try_read: the files that `try` is asked to read, as one table. */
#ifndef TRAIN_TRY_READ_H
#define TRAIN_TRY_READ_H

#include "read/columns.h"
#include "train/try.h"

struct try_table {
    struct columns columns;
    size_t first_test_row; /* with --test: rows from here on are set aside; else all rows */
};

/* Read --data and --test as one table, into the arena. The columns named by --group and --split are
 * categories, and the target if `classes` says so. */
bool try_read(const struct try_request *request, bool classes, struct arena *arena,
              struct try_table *ret, struct err *err) MUST_USE;

/* Read the file of --split FILE.csv[:COLUMN]; the column's name is "split" if none is stated.
 * ERR_INPUT: it has no such column. */
bool try_read_list(const char *split, struct arena *arena, struct columns *ret, size_t *ret_column,
                   struct err *err) MUST_USE;

/* The path in FILE.csv[:COLUMN]. */
struct str try_list_path(const char *split);

#endif
