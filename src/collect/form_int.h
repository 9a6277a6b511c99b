/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of forms share. */
#ifndef COLLECT_FORM_INT_H
#define COLLECT_FORM_INT_H

#include "collect/form.h"
#include "read/field.h"

/* A name of a form or field: letters, digits, _ and -, at most 60 bytes. */
bool form_name_is_fine(struct str name);

/* A column that a field makes. */
struct form_column {
    struct field_plan plan;
    size_t field;
    size_t part; /* of a place: 0 latitude, 1 longitude, 2 accuracy */
};

/* The columns of the fields outside of repeats (in SIZE_MAX) or of a repeat, in the arena. Notes,
 * repeats make none. */
struct form_column *form_columns(const struct form *form, size_t in, struct arena *arena,
                                 size_t *ret_n);

/* The roles of all its columns, as a new object. */
json_t *form_roles_json(const struct form *form, struct arena *arena);

#endif
