/* SPDX-License-Identifier: GPL-3.0-or-later */
/* survey: what stands in the columns of one file, found in one pass over its bytes.
 *
 * Nothing is decided here: the survey gathers evidence, columns.c decides with that of all files of
 * a table. A second look (survey_again) gathers what turned out to be needed only then.
 */
#ifndef READ_SURVEY_H
#define READ_SURVEY_H

#include "read/category.h"
#include "read/columns.h"
#include "read/scale.h"

enum { SURVEY_SHOWN_BYTES = 60, SURVEY_FEW_TEXTS = 64 };

/* A number with digits so far behind the point that it may have to be rounded. */
struct survey_deep {
    uint64_t position;
    uint64_t line;
    struct decimal value;
    bool cut;        /* it had more than 18 digits */
    struct str text; /* for showing */
};
enum { SURVEY_DEEP_EXPONENT = -15, SURVEY_DEEP_KEPT = 4096 };

/* What was seen of a field of the records. Its numbers are the rows that are neither missing nor
 * text (of a field in as_category nothing is asked but whether it is missing). */
struct survey_field {
    struct str name;
    bool as_category;
    uint64_t empty;   /* cells without anything in them */
    uint64_t missing; /* those, and the words for it */
    uint64_t texts;
    struct scale scale;       /* of the numbers */
    int near;                 /* the smallest exponent of those that are not deep; INT_MAX: none */
    uint64_t deep_n;          /* deep ones: exponent below SURVEY_DEEP_EXPONENT, or cut */
    struct survey_deep *deep; /* the first SURVEY_DEEP_KEPT of them */
    struct str text;          /* the first cell that is no number, cut for showing */
    uint64_t text_position;
    uint64_t text_line;
    /* The distinct cells that are not missing, in NFC. Of numbers only the first few are kept:
     * then all of them are here only if there are at most SURVEY_FEW_TEXTS. */
    struct category_set set;
    bool set_grows;
    bool set_is_whole;
    bool look_again;
    bool lossy;   /* cells of the number column have to be rounded */
    int exponent; /* the number column's own, minimal */
};

struct survey {
    struct survey_field *field; /* (field_n) */
    size_t field_n;
    size_t rows;
    uint64_t records;
    uint64_t rejected;
    struct csv_place *place; /* (place_n) where the first row begins, and each whose number in the
                                table is a multiple of SCAN_BLOCK_ROWS */
    size_t *place_row;       /* (place_n) that number, from 0 at first_row */
    size_t place_n;
    struct columns_run *run; /* (run_n) rows counted from first_row */
    size_t run_n;
    struct columns_fault *fault; /* (fault_n) records that were rejected, in their order */
    size_t fault_n;
    struct columns_fault *rounded; /* (rounded_n) cells that were rounded: after the second look */
    size_t rounded_n;
    uint64_t rounded_total;
};

struct survey_request {
    const struct columns_part *part;
    size_t number;    /* which part it is */
    size_t first_row; /* the rows of the parts before it */
    bool types_only;
    bool (*step)(void *context, uint64_t done);
    void *context;
};

/* Go over the bytes. Memory of ret outside the arena: survey_release. Cost: about 1.5 ns a byte of
 * plain numbers. */
bool survey_run(const struct survey_request *request, struct arena *arena, struct survey *ret,
                struct err *err) MUST_USE;

/* Find exponent and rounded cells of the number columns with look_again, if what is known of their
 * deep cells is enough; then look_again is false. If not, nothing is changed. */
void survey_settle(const struct survey_request *request, struct arena *arena,
                   struct survey *survey);

/* The second look, at the fields with look_again: all categories of those whose set grows; of the
 * others, which are numbers, the exponent and the cells that are rounded to it. */
bool survey_again(const struct survey_request *request, struct arena *arena, struct survey *survey,
                  struct err *err) MUST_USE;

/* Free what does not lie in the arena. */
void survey_release(struct survey *survey);

#endif
