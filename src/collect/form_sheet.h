/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files that read XLSForms share: form_sheet.c walks over the rows, form_question.c makes
 * fields of those that ask something. */
#ifndef COLLECT_FORM_SHEET_H
#define COLLECT_FORM_SHEET_H

#include "collect/form.h"
#include "collect/form_grid.h"

/* What was left out, said once for all rows. */
struct left {
    const char *what;
    uint64_t line;
    size_t more;
};

enum { LEFT_MAX = 100, DEPTH_MAX = 20 };

enum block { BLOCK_GROUP = 0, BLOCK_REPEAT, BLOCK_LOOP };

struct survey {
    const struct form_source *from;
    struct arena *arena;
    struct grids sheets;
    size_t row; /* of survey, under way */
    json_t *fields;
    uint64_t *line;             /* (fields) where each stands */
    const char *repeat;         /* NULL: outside */
    size_t loop;                /* row of the choice that a loop is at; 0: outside of loops */
    struct str when[DEPTH_MAX]; /* (depth) */
    enum block block[DEPTH_MAX];
    size_t depth;
    struct left left[LEFT_MAX];
    size_t left_n;
};

/* The cell of the row under way; empty if there is no such column. */
struct str survey_cell(const struct survey *s, const char *name);

/* Refuse the row under way. Returns false. */
bool survey_refuse(const struct survey *s, struct err *err, const char *next, const char *what,
                   struct str word);

/* Say that something of this row was left out; the same text is said once for all rows. */
void survey_note(struct survey *s, const char *what);

/* Put a text into a field, unless it is empty. */
void survey_put(json_t *object, const char *key, struct str value);

/* In small letters, in the arena. */
struct str survey_small(struct survey *s, struct str text);

/* Is a word one of these? */
bool survey_is_one_of(struct str word, const char *const *words, size_t n);

/* In a loop, with %(name)s and %(label)s of its choice. */
struct str survey_filled_in(const struct survey *s, struct str text);

/* Can it be part of a name in an expression? */
bool survey_is_name_sign(char c);

/* A field of the row under way. ERR_INPUT: its name is none. */
bool survey_add_field(struct survey *s, enum form_type type, json_t **ret,
                      struct err *err) MUST_USE;

/* The question of the row under way; type in small letters, but for the names of lists. */
bool survey_read_type(struct survey *s, struct str type, struct err *err) MUST_USE;

#endif
