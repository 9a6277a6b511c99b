/* SPDX-License-Identifier: GPL-3.0-or-later */
/* foretell: a model's answers for the rows of a file, as CSV.
 *
 * Every data record of the file gets a line, in its order: its position, columns to know it by, the
 * answer, how sure, and what was odd about it. A record that cannot be answered (its fields do not
 * fit the header, or a number cannot be read) has no answer, and the reason in the last column.
 */
#ifndef TRAIN_FORETELL_H
#define TRAIN_FORETELL_H

#include "learn/model.h"
#include "read/columns.h"

struct foretell_request {
    const struct model *model;
    const char *path;
    const char *sheet;      /* of a spreadsheet; NULL: the only one that holds something */
    const struct str *keep; /* (keep_n) columns that go out as they are */
    size_t keep_n;
    const struct str *names; /* (names_n) of a file without header */
    size_t names_n;
    bool no_header;
    const struct str *missing; /* (missing_n) */
    size_t missing_n;
    const struct str *dates; /* (dates_n) orders of dates, as typed */
    size_t dates_n;
    bool scores; /* what each class gets, too */
    const struct cluster *cluster;
    bool (*cancelled)(void); /* asked from time to time, by any thread: stop? NULL: never */
    /* Gets the CSV piece by piece, in order, by one thread at a time; false: it cannot be written,
     * and err says why. NULL: only count. */
    bool (*write)(void *context, struct str csv, struct err *err);
    void *context;
};

/* A category that the training did not know. */
struct unseen {
    struct str feature;
    struct str category;
    size_t rows;
};

struct foretold {
    size_t records; /* data records of the file */
    size_t rejected;
    size_t gaps;           /* answered rows that lack a value that the model would look at */
    size_t *class_row;     /* (model->class_n) answers of each class */
    struct unseen *unseen; /* (unseen_n) in the order of features and of bytes */
    size_t unseen_n;
    double least; /* regression: of the answers */
    double most;
};

/* Answer. ERR_INPUT names all columns that the model needs and the file lacks, or a kept column
 * that is not there; others as columns_open, scan_run and write; ERR_CANCELLED. Nothing is written
 * before the columns are known to fit. In the arena. Memory: that of the table, which may be
 * streamed, and some blocks of rows for each thread, however many rows there are. */
bool foretell(const struct foretell_request *request, struct arena *arena, struct foretold *ret,
              struct err *err) MUST_USE;

#endif
