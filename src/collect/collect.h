/* SPDX-License-Identifier: GPL-3.0-or-later */
/* collect: imported tables, and the one table that a hypothesis is asked of.
 *
 * Kind "import":
 * {"table","reader":"csv/1","dialect":{"separator","quote","point","encoding","header",
 *   "skip"},"columns":[{"name","type":"number"|"category"|"date"|"time"|"datetime","order"?:"dmy"…,
 *   "holds"?:"date"… (of a category), "offset"?:"+02:00", "empty"?:true}, then those derived:
 * {"name","type":"number","of":name,"part": "day of
 * year"|"hour"}],"records":n,"rejected":n,"cells_rejected"?:n,"group"?,"missing":[…],
 *   "dates"?:[…],"names"?:[…],"roles"?:{…}
 * (view.h),"source"?:{"format","sheet"?,"hidden"?,"notes"?},"licence","permission":[…]}; private
 * {"file":name}; blob 0: the file's bytes. How columns were read is decided once, at the import
 * (docs/format/csv.md). Its rows are items: item_id(import's id, position). All imports into one
 * table have the same columns.
 */
#ifndef COLLECT_COLLECT_H
#define COLLECT_COLLECT_H

#include "learn/table.h"
#include "read/columns.h"
#include "read/source.h"
#include "record/record.h"
#include "record/withdraw.h"

extern const struct kind collect_import_kind;

struct import_draft {
    const char *path;
    const char *sheet;           /* of a spreadsheet; NULL: the only one that holds something */
    const struct source *source; /* the table in the file; NULL: the file itself, a text */
    const char *table;           /* NULL: "observations" */
    const char *group; /* the column whose values name whole places, days or people; NULL: none */
    bool of_archive;   /* one of several tables: group and roles hold where their columns are */
    const char *names; /* "a,b,c" or "none" for a file without header; NULL: as proposed */
    const char *const *missing; /* (missing_n) texts that mean "missing" */
    size_t missing_n;
    const char *const *dates; /* (dates_n) orders of dates: "dmy", "COLUMN=mdy" */
    size_t dates_n;
    const char *licence;          /* NULL: the project's */
    const char *permission;       /* NULL: the project's */
    const json_t *roles;          /* how columns may leave (view.h), or NULL */
    const struct hash *made_with; /* (made_with_n) entries whose content the table was made with:
                                     when one is taken back, the table goes with it */
    size_t made_with_n;
    uint64_t blob_limit;     /* the file may have no more bytes; 0: BLOB_LIMIT_BYTES */
    bool (*cancelled)(void); /* asked from time to time: stop? NULL: never */
    /* Told from time to time what is being done, and how far it is; NULL: nobody wants to know. */
    void (*progress)(void *context, const char *what, uint64_t done, uint64_t total);
    void *context;
};

struct import_report {
    struct hash id;
    uint64_t records;
    uint64_t rejected;
    struct columns columns; /* names, types and faults for the report; in the arena */
    struct str table;
    struct csv_dialect dialect;
    const struct source *source; /* NULL: as in the draft; its bytes cannot be read any more */
};

/* Import a CSV file as one batch. ERR_INPUT: what is wrong with the file; ERR_CONFLICT: the same
 * bytes are in the project already, or the table has other columns. Disk need is checked first. */
bool collect_import(struct record *record, const struct import_draft *draft, struct arena *arena,
                    struct import_report *ret, struct err *err) MUST_USE;

/* Import each table that a file holds (source.h) as a batch of its own, all of them or none.
 * ret gets (ret_n) reports, in the arena. Errors as collect_import and sources_open. */
bool collect_import_all(struct record *record, const struct import_draft *draft,
                        struct arena *arena, struct import_report **ret, size_t *ret_n,
                        struct err *err) MUST_USE;

struct batch_column {
    struct field_plan plan; /* how it was read */
    bool empty;             /* no cell had a value: its type says nothing */
};

/* Permission for "project" or "training" lets models be trained with it, for "publication" lets it
 * become public. */
struct batch {
    struct hash id;
    enum presence presence;
    struct str table;
    uint64_t records;
    uint64_t rejected;
    uint64_t withdrawn; /* items taken back */
    struct str file;    /* name, where the private part is here */
    struct str format;  /* "xlsx", … where the table was decoded; may be empty */
    struct str sheet;   /* of a spreadsheet; may be empty */
    struct str licence;
    struct str group; /* the column that names whole places, days or people; may be empty */
    struct csv_dialect dialect;
    struct batch_column *column; /* (column_n) */
    size_t column_n;
    bool may_publish;
    bool may_train;
};

/* One import; ERR_NOT_FOUND if the entry is none. Where its body is not here, only id and presence
 * are set. Of an observation or a correction only table, records and permission are set as well. */
bool collect_load(struct record *record, const struct hash *id, struct arena *arena,
                  struct batch *ret, struct err *err) MUST_USE;

/* All imports whose body is here, in their order. */
bool collect_list(struct record *record, struct arena *arena, struct batch **ret, size_t *ret_n,
                  struct err *err) MUST_USE;

/* A row in which another value stood when something was learned from it (collect_past). */
struct collect_moved {
    size_t row; /* data record of the table, from 0 */
    struct str was;
};

/* All rows of a table, batch by batch in the order (count, id), withdrawn rows left out. Of a
 * form's table each observation is a batch; behind those come, without rows, the corrections in
 * force. */
struct collected {
    struct table table;
    struct hash *batch; /* (batch_n) */
    bool *after;        /* (batch_n) 1: came after `freeze` */
    size_t batch_n;
    size_t *rows;           /* (batch_n) rows of each batch; they follow each other */
    size_t *part_batch;     /* which batch a part of columns is */
    struct columns columns; /* how the table was read */
    uint64_t *start;        /* (batch_n) data records of the batches before it, all counted: those
                               rejected, those withdrawn, and batches without a row that is left */
    uint64_t records;       /* data records of all batches */
    size_t *observed_batch; /* (rows) of a form's table: which batch a row is; else NULL */
    uint64_t *observed_position;       /* (rows) and where in it (observed.h) */
    const struct collect_moved *moved; /* (moved_n) of a form's table, in the order of rows */
    size_t moved_n;
};
/* What stood in a column when something was learned: `data` are the entries, observations and
 * corrections, that were there then. Asked of, `moved` tells which rows had another value there. */
struct collect_past {
    struct str column;
    const struct ids *data; /* (n) once for each time */
    size_t n;
};

struct collect_request {
    struct str table;
    const struct hash *freeze; /* or NULL */
    const struct str *missing; /* (missing_n) on top of what was said at the import */
    size_t missing_n;
    const struct str *as_category; /* (as_category_n) */
    size_t as_category_n;
    const struct ids *only;          /* only these batches or observations; NULL: all */
    bool only_after;                 /* only batches that came after the freeze */
    bool (*cancelled)(void);         /* asked while rows are read: stop? NULL: never */
    const struct collect_past *past; /* or NULL */
    bool may_stream; /* a large table may be streamed (scan.h); else all of it is in memory */
};
/* A column that is text in one batch is a category in all. ERR_NOT_FOUND: no such table (those that
 * are there are named), or nothing in it that fits the request; ERR_CORRUPT. */
bool collect_table(struct record *record, const struct collect_request *request,
                   struct arena *arena, struct collected *ret, struct err *err) MUST_USE;

/* Which data record of the table a row is, from 0. */
size_t collected_record(const struct collected *collected, size_t row);

/* The position of a row of the table in its batch. */
uint64_t collected_position(const struct collected *collected, size_t row, size_t *ret_batch);

/* Take rows of an import back (positions from 1, ascending, distinct). ERR_INPUT: there is no such
 * row. What is left is the same file with these records emptied: as many separators as before, a
 * single field becomes two quotes, or "-" if the dialect knows no quotes; line ends stay. */
bool collect_withdraw_rows(struct record *record, const struct hash *batch,
                           const uint64_t *position, size_t n, struct withdrawal *ret,
                           struct err *err) MUST_USE;

/* The entries whose blobs were made with this one (models), for telling what went with it. */
bool collect_made_with(struct record *record, const struct hash *id, struct arena *arena,
                       struct ids *ret, struct err *err) MUST_USE;

/* Does the permission of an entry, and that of its author as a member, name this purpose? */
bool collect_permits(struct record *record, const struct entry *entry, const char *purpose,
                     bool *ret, struct err *err) MUST_USE;

#endif
