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
#include "read/kept.h"
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
 * text. */
struct survey_field {
    struct field_said said;
    struct evidence
        evidence;     /* of the cells that are no numbers; cells and numbers: survey_count */
    uint64_t empty;   /* cells without anything in them */
    uint64_t missing; /* those, and the words for it */
    uint64_t known[FIELD_KNOWN_WORDS + 1]; /* of these, each of the words of cell.h; last, others */
    uint64_t texts;
    struct scale scale;       /* of the numbers */
    int near;                 /* the smallest exponent of those that are not deep; INT_MAX: none */
    uint64_t deep_n;          /* deep ones: exponent below SURVEY_DEEP_EXPONENT, or cut */
    struct survey_deep *deep; /* the first SURVEY_DEEP_KEPT of them */
    /* The distinct cells that are not missing, in NFC. Of numbers only the first few are kept:
     * then all of them are here only if there are at most SURVEY_FEW_TEXTS. */
    struct category_set set;
    bool set_grows;
    bool set_is_whole;
    /* Decided between the looks. */
    struct evidence_type own; /* what it would be by itself */
    enum column_type type;    /* what it is, with the fields of other parts */
    enum column_time time;    /* also of a category: its texts are then in one notation */
    enum date_order order;
    bool rejects; /* some cells do not fit the type */
    bool lossy;   /* some numbers have to be rounded */
    int exponent; /* the number column's own, minimal */
    /* Second look. */
    bool look_again;
    uint64_t rejected;
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
    struct columns_fault *cell; /* (cell_n) cells that were rounded or do not fit, in their order:
                                   after the second look */
    size_t cell_n;
    uint64_t cell_total;
    const struct field_word *word; /* (word_n) texts that mean "missing" */
    size_t word_n;
    struct kept_cells *kept; /* (kept_n, field_n) numbers of blocks that lie in this part alone, if
                                they stay numbers; under an exponent that is none of the digits of
                                the field's cells too large */
    size_t kept_n;
    size_t kept_first; /* number of the first such block */
};

struct survey_request {
    const struct columns_part *part;
    size_t number;    /* which part it is */
    size_t first_row; /* the rows of the parts before it */
    bool types_only;
    const struct cluster *cluster;
    struct kept_file *keep; /* where numbers go as they were read; NULL: nowhere */
    bool (*step)(void *context, uint64_t done);
    void *context;
};

/* Go over the bytes. Memory of ret outside the arena: survey_release. Cost: about 1.5 ns a byte of
 * plain numbers. */
bool survey_run(const struct survey_request *request, struct arena *arena, struct survey *ret,
                struct err *err) MUST_USE;

/* Complete the evidence of a field with what is not counted cell by cell. */
void survey_count(const struct survey *survey, struct survey_field *field);

/* Find exponent and rounded cells of the number columns with look_again, if what is known of their
 * deep cells is enough; then look_again is false. If not, nothing is changed. */
void survey_settle(const struct survey_request *request, struct arena *arena,
                   struct survey *survey);

/* The second look, at the fields with look_again: all categories of those whose set grows; of the
 * others the exponent of numbers that must be rounded, and the cells that are rounded or do not
 * fit.
 */
bool survey_again(const struct survey_request *request, struct arena *arena, struct survey *survey,
                  struct err *err) MUST_USE;

/* Free what does not lie in the arena. */
void survey_release(struct survey *survey);

#endif
