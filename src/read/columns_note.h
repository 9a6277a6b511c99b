/* SPDX-License-Identifier: GPL-3.0-or-later */
/* columns_note: the list of what did not go in as it stands, in sentences. */
#ifndef READ_COLUMNS_NOTE_H
#define READ_COLUMNS_NOTE_H

#include "read/columns.h"

/* {.arena, .to, .columns_max, .text = BUF_INIT}; text is released by the owner. */
struct columns_notes {
    struct arena *arena;
    struct columns *to;
    size_t columns_max; /* fields of a record */
    uint64_t of_rows; /* faults of rows and cells so far; the first COLUMNS_FAULTS_KEPT are kept */
    struct buf text;
};

/* A record that is not in the table. */
void note_record(struct columns_notes *notes, const struct csv_record *record, struct str column);

/* A cell that was rounded, or does not fit its column. */
void note_rounded(struct columns_notes *notes, const struct csv_record *record,
                  const struct field *field, struct str cell);
void note_cell(struct columns_notes *notes, const struct csv_record *record,
               const struct field *field, struct str cell);

/* A field, by number from 0, that is left out; one whose name was changed; one that stayed text
 * although most of its cells look like something else. */
void note_left_out(struct columns_notes *notes, size_t f);
void note_name(struct columns_notes *notes, const struct field *field, size_t f);
void note_text(struct columns_notes *notes, const struct field *field);

/* Numbers that may stand for "missing", one sentence for each, with the columns where it stands. */
void note_standins(struct columns_notes *notes, const struct table *table,
                   const struct standin *standin, size_t n, char point);

#endif
