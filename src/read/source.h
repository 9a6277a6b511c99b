/* SPDX-License-Identifier: GPL-3.0-or-later */
/* source: the tables that a named file holds, and what a person should know of them.
 *
 * A text file is one table, a spreadsheet one (the sheet that was asked for), gzip one, a zip
 * archive as many as it holds: as if each had been named. A zip archive or folder with a meta.xml
 * or a datapackage.json gives the tables that these name (star.h). Whoever reads tables sees bytes
 * of CSV (bytes.h) and need not know where they came from.
 */
#ifndef READ_SOURCE_H
#define READ_SOURCE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "read/bytes.h"
#include "read/csv.h"
#include "read/decode.h"

/* One table. */
struct source {
    struct bytes bytes;
    const char *name;              /* for sentences: the path, or "path: member" */
    const char *member;            /* NULL, or the name inside a zip archive */
    const struct decoded *decoded; /* NULL: the bytes are those of the file itself */
    const char *table;             /* NULL, or what the table is called in a Darwin Core archive or
                                      data package */
    const char *group;             /* NULL, or its column with the id of the core */
    const char *remark;            /* NULL, or what else is to be said, whole lines */
    bool is_canonical;             /* it was written here: comma, quotes, names in the first line */
};

/* The tables of one named file; all of it lies in the arena, but for the unnamed file of what was
 * decoded, which stays open until sources_release or the end of the program. */
struct sources {
    struct source *source; /* (n) */
    size_t n;
    struct decoded *decoded; /* NULL: a text file */
};

struct sources_request {
    const char *path;
    const char *sheet;  /* NULL: the only sheet that holds something */
    uint64_t max_bytes; /* of what is decoded */
    bool tables;        /* tables of different columns are wanted as well, else only the first of a
                           Darwin Core archive or data package */
    bool (*cancelled)(void); /* may be NULL */
};

/* Find the tables of a file. ERR_INPUT as well where a sheet is named and the file is no
 * spreadsheet; else the errors of bytes_of_file and decode_file. */
bool sources_open(const struct sources_request *request, struct arena *arena, struct sources *ret,
                  struct err *err) MUST_USE;

/* Close what was decoded; its bytes cannot be read any more. For CLEANUP. */
void sources_release(struct sources *sources);

/* The dialect of a table: that of a sheet is known but for its header, others are proposed
 * (csv_propose). */
bool source_dialect(const struct source *source, struct csv_dialect *ret, struct err *err) MUST_USE;

/* {"format":"xlsx","sheet":"Data","hidden"?:true,"notes":{"errors":{"n":2,"cells":["B7","B9"]}}};
 * zip and gzip have the format only. NULL for a text file. Owned by the caller. */
json_t *source_json(const struct source *source);

/* Sentences about what was decoded, one a line, in the reader's language: which sheet, which others
 * there are, what to know of its cells, which members were left out. Nothing for a text file. */
void source_say(const struct source *source, struct buf *out);

#endif
