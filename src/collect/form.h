/* SPDX-License-Identifier: GPL-3.0-or-later */
/* form: what is asked at each observation; every change is a new version.
 *
 * Kind "form":
 * {"name","title"?,"version":n,"fields":[{"name","type","label"?,"unit"?,"min"?,"max"?,
 *   "whole"?:true,"choices"?:[{"value","label"?,"when"?},…],"required"?:true,"when"?,"must"?,"else"?,
 *   "role"?,"digits"?,"in"?: name of the repeat before it},…],"made_of"?:"xlsform","roles":{…}
 *   (view.h, of the columns that follow from it),"licence","permission"}.
 * Numbers are texts as typed; "when" of a choice says after which answers it is there. "when" and
 * "must" are expressions (expression.h), "else" is what is said where "must" does not hold.
 *
 * Types, and the columns that they make in the table NAME:
 *   text, number (with unit, min, max; whole), choice (one of "choices"), choices (several, parted
 *   by blanks in the order of the form), date 2024-05-01, time 18:00, moment 2024-05-01T18:00,
 *   place "LAT LON [ACCURACY in metres]": NAME_lat, NAME_lon, NAME_accuracy, note (shown, no
 *   answer), absence (yes: looked, and found none; no), effort (a number of minutes, people or
 *   metres), person, deployment, repeat (its fields follow, "in" it; a table NAME.REPEAT).
 * A place is private, and a person a person, unless a role is stated.
 */
#ifndef COLLECT_FORM_H
#define COLLECT_FORM_H

#include "collect/view.h"

extern const struct kind collect_form_kind;

enum form_type {
    FORM_TEXT = 0,
    FORM_NUMBER,
    FORM_CHOICE,
    FORM_CHOICES,
    FORM_DATE,
    FORM_TIME,
    FORM_MOMENT,
    FORM_PLACE,
    FORM_NOTE,
    FORM_ABSENCE,
    FORM_EFFORT,
    FORM_PERSON,
    FORM_DEPLOYMENT,
    FORM_REPEAT,
    FORM_TYPES
};

/* The word of a type, and back. */
const char *form_type_word(enum form_type type);
bool form_type_read(struct str word, enum form_type *ret);

struct expression;

/* A field; texts lie in the arena. */
struct form_field {
    struct str name;
    enum form_type type;
    struct str label;
    struct str unit;
    struct str min; /* empty: none */
    struct str max;
    bool whole;
    struct str *choice;                    /* (choice_n) values */
    struct str *choice_label;              /* (choice_n) empty: none */
    const struct expression **choice_when; /* (choice_n) NULL: always there */
    size_t choice_n;
    bool required;
    const struct expression *when; /* NULL: always */
    const struct expression *must;
    struct str must_text;
    struct str message;
    enum view_role role; /* UNSAID: as the type says */
    size_t in;           /* the repeat that it is in; SIZE_MAX: none */
};

struct form {
    struct hash id;
    struct str name;
    struct str title;
    uint64_t version;
    struct form_field *field; /* (field_n) */
    size_t field_n;
    struct str licence;
};

/* The role that holds for the columns of a field. */
enum view_role form_role(const struct form_field *field);

/* The field of this name within a repeat (SIZE_MAX: outside of all); SIZE_MAX if there is none. */
size_t form_find(const struct form *form, struct str name, size_t in);

/* Read a body into a form. ERR_INPUT names the field that is not as it must be. */
bool form_read(const json_t *body, struct arena *arena, struct form *ret, struct err *err) MUST_USE;

/* Write a form or its next version; `body` holds name, title, fields. ERR_CONFLICT: nothing
 * changed, or an imported table has the name. */
bool form_add(struct record *record, json_t *body, struct form *ret, struct arena *arena,
              struct err *err) MUST_USE;

/* One form entry; ERR_NOT_FOUND if it is none or not here. */
bool form_load(struct record *record, const struct hash *id, struct arena *arena, struct form *ret,
               struct err *err) MUST_USE;

/* The last version of a form by its name, or by the first digits of its number. ERR_NOT_FOUND. */
bool form_last(struct record *record, const char *name, struct arena *arena, struct form *ret,
               struct err *err) MUST_USE;

/* Is there a form of this name? */
bool form_has_table(struct record *record, struct str name, bool *ret, struct err *err) MUST_USE;

/* All versions in their order. */
bool form_list(struct record *record, struct arena *arena, struct form **ret, size_t *ret_n,
               struct err *err) MUST_USE;

struct form_source {
    const char *path;
    const char *name;             /* NULL: as the file says */
    const char *language;         /* of label::LANGUAGE; NULL: the form's own, or the first */
    const char *const *leave_out; /* (leave_out_n) types or names of questions to be left out */
    size_t leave_out_n;
};

/* A form description: a text of ours (form_text.c), or an XLSForm (form_sheet.c): a spreadsheet, or
 * CSV (form_grid.h). ret_body gets a new reference, for form_add; ret_notes sentences about what
 * was left out. ERR_INPUT names line or row. */
bool form_read_text(struct str text, json_t **ret_body, struct err *err) MUST_USE;
bool form_read_file(const struct form_source *source, json_t **ret_body, struct buf *ret_notes,
                    struct err *err) MUST_USE;

#endif
