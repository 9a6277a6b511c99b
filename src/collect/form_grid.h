/* SPDX-License-Identifier: GPL-3.0-or-later */
/* form_grid: the sheets of an XLSForm as text cells, found by the names of their columns.
 *
 * From a spreadsheet (names of sheets without regard to case; a workbook with one sheet is the
 * survey), from survey.csv with choices.csv and settings.csv beside it, or from one CSV file with
 * all sheets below each other: a row that has only its first cell, survey, choices or settings,
 * begins a sheet, and its rows leave the first cell empty. SOURCE: XLSForm.org; pyxform, "csv".
 *
 * Names of columns are lower case with _ for blanks and :: for :, and of old names the new one is
 * known (bind::relevant is relevant).
 */
#ifndef COLLECT_FORM_GRID_H
#define COLLECT_FORM_GRID_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* A sheet. */
struct grid {
    const char *name; /* for sentences */
    struct str *cell; /* (rows * columns) trimmed; row 0: the columns as they are named */
    struct str *head; /* (columns) their names as above */
    uint64_t *line;   /* (rows) line or row of the file */
    size_t rows;
    size_t columns;
    size_t room;
    struct str language; /* which of label::LANGUAGE; empty: the first */
    struct arena *arena;
};

/* The three sheets; those that are not there have no rows. */
struct grids {
    struct grid survey;
    struct grid choices;
    struct grid settings;
};

/* Read them, all in the arena. book: the file is a spreadsheet. ERR_INPUT: no survey with the
 * columns type and name. */
bool grids_read(const char *path, bool book, struct arena *arena, struct grids *ret,
                struct err *err) MUST_USE;

/* A column by its name: in the language of the grid, without one, or the first one in any language.
 * SIZE_MAX: there is none. */
size_t grid_column(const struct grid *grid, const char *name);

/* The cell of a row in a column; empty if there is none. */
struct str grid_cell(const struct grid *grid, size_t row, const char *name);

/* Is a column one of a name in some language ("label::deutsch (de)" of label)? Its language. */
bool grid_in_language(struct str head, const char *name, struct str *ret_language);

#endif
