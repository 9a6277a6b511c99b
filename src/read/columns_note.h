/* SPDX-License-Identifier: GPL-3.0-or-later */
/* columns_note: what did not go in as it stands, in sentences; all of it lies in the arena. */
#ifndef READ_COLUMNS_NOTE_H
#define READ_COLUMNS_NOTE_H

#include "read/survey.h"

/* A cell that was rounded (COLUMNS_ROUNDED) or does not fit its column (COLUMNS_CELL). */
struct columns_fault note_cell(struct arena *arena, enum columns_fault_kind kind, size_t part,
                               const struct csv_record *record, const struct survey_field *field,
                               struct str cell);

/* Field f, from 0, is left out, or its name was changed. */
struct columns_fault note_left_out(struct arena *arena, size_t part, size_t f);
struct columns_fault note_name(struct arena *arena, size_t part, const struct survey_field *field,
                               size_t f);

/* A field is categories although most of its cells look like something else; false: there is
 * nothing to say. */
bool note_text(struct arena *arena, size_t part, const struct survey_field *field,
               struct columns_fault *ret);

/* Numbers that may stand for "missing", one sentence for each with the columns where it stands,
 * into ret (n); returns how many. */
size_t note_standins(struct arena *arena, const struct table *table, const struct standin *standin,
                     size_t n, char point, struct columns_fault *ret);

#endif
