/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scan: the rows of a table, block by block, whether they lie in memory or are read anew.
 *
 * A table of a few thousand rows lies in memory. One of millions is *streamed*: it keeps where its
 * bytes are, and each scan reads them again, so memory stays bounded whatever the size. Whoever
 * goes over all rows therefore scans, and asks for the columns it looks at; what is needed row by
 * row in any order (the target, groups, a column that splits) is loaded first.
 */
#ifndef LEARN_SCAN_H
#define LEARN_SCAN_H

#include "cluster/cluster.h"
#include "learn/table.h"

enum { SCAN_BLOCK_ROWS = 4096 };

/* Rows that follow each other. column[c] is table->column[c], but its arrays hold n cells, those of
 * the rows first … first + n - 1; arrays of columns that were not asked for are NULL or undefined.
 * Valid until work returns. */
struct scan_block {
    size_t number; /* 0, 1, …; first = number * SCAN_BLOCK_ROWS */
    size_t first;
    size_t n;
    const struct column *column; /* (table->column_n) */
};

/* Called once for each block, from several threads at once, each with a slot of its own
 * (cluster.h); it writes only to memory of its slot or of its rows. */
typedef void scan_work(void *context, const struct scan_block *block, unsigned slot);

struct scan {
    const struct table *table;
    const size_t *want; /* (want_n) columns whose cells are looked at */
    size_t want_n;
    const struct cluster *cluster;
    bool shared; /* only the blocks of this rank: bring the results together by cluster_sum */
    scan_work *work;
    void *context;
};

/* Where a streamed table reads its rows. */
struct table_source {
    bool (*scan)(const struct table_source *source, const struct scan *scan, struct err *err);
};

/* The number of blocks of a table. */
size_t scan_blocks(const struct table *table);

/* Who works on a table: those who were asked for, or, with threads 0, as many threads as there are
 * processors for a table of 100,000 cells or more. On a smaller one a second thread costs more than
 * it spares. */
struct cluster scan_cluster(const struct cluster *asked, const struct table *table);

/* Go over the table. Columns that are in memory are not read again. Errors: only of streamed
 * tables: ERR_IO the file cannot be read any more or has changed, ERR_CANCELLED. */
bool scan_run(const struct scan *scan, struct err *err) MUST_USE;

/* Bring columns of a streamed table into memory, so that their cells can be looked at in any order;
 * of those that are there already, or of a table in memory, nothing is done. */
bool scan_load(struct table *table, const size_t *column, size_t n, const struct cluster *cluster,
               struct arena *arena, struct err *err) MUST_USE;

/* A table in memory of some rows of another: rows (n) ascending; columns that are not among want
 * have no cells. Names and categories are shared, so a category need not occur any more and an
 * exponent need not be minimal (table.h, invariants 3 and 4). */
struct scan_rows {
    const uint32_t *row; /* (n) ascending */
    size_t n;
    const size_t *want; /* (want_n) */
    size_t want_n;
};
bool scan_gather(const struct table *table, const struct scan_rows *rows,
                 const struct cluster *cluster, struct arena *arena, struct table *ret,
                 struct err *err) MUST_USE;

/* The first place in row (n), ascending, with row[i] >= at. */
size_t scan_place(const uint32_t *row, size_t n, size_t at);

/* Which of n things, at most `most`, are drawn: those with the smallest random numbers (seed,
 * stream, i), ascending. ret (most); returns how many. Exact; the same for the same seed and n. */
size_t scan_draw(uint64_t seed, uint64_t stream, size_t n, size_t most, uint32_t *ret);

#endif
