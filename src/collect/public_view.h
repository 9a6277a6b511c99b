/* SPDX-License-Identifier: GPL-3.0-or-later */
/* public_view: the one door through which rows leave the members of a project.
 *
 * Whoever makes something public (publish, an outsider's page) asks here for a table and gets its
 * public columns and rows as text, as typed; nothing else of a table may leave.
 *
 * Columns, by the role that was stated at the import, in the form, or by `collect view`:
 *   open      as it is
 *   coarse    the centre of a fixed cell of 0.1, 0.01 or 0.001 degrees, and in one more column
 *             "place_uncertainty_m" how far away the place can be
 *   person    "person 3": the same number for the same text in one publication (`people`), another
 *             one in the next; left out where there are fewer than PUBLIC_PEOPLE_MIN people
 *   private   left out
 * A column of which nobody said anything goes out as it is, unless its name or values look like a
 * person, a contact, a place or free text: then it is left out, and public_view_say asks for it.
 *
 * Rows go out if the permission of their batch, and that of the member whose they are, names
 * "publication", if they were not taken back, and if the caller does not say that they are set
 * aside and unopened (only evaluate/ knows that). Children (repeats of a form) follow the
 * observation that they belong to.
 *
 * Cells. The uncertainty is half the diagonal of the cell at the equator, where it is longest
 * (78,452 m a degree), plus the accuracy of the place: that of its own column, else 30 m.
 * SOURCE: Chapman 2020, Current Best Practices for Generalizing Sensitive Species Occurrence Data
 * (GBIF): fixed cells, and precisions 0.1, 0.01, 0.001; Chapman & Wieczorek 2020, Georeferencing
 * Best Practices (GBIF): 30 m for GPS without accuracy; WGS84 for the metres of a degree.
 */
#ifndef COLLECT_PUBLIC_VIEW_H
#define COLLECT_PUBLIC_VIEW_H

#include <jansson.h>

#include "record/record.h"

/* Fewer people than these are "fewer than 5" to outsiders, unless somebody said so. */
enum { PUBLIC_PEOPLE_MIN = 5, PUBLIC_GPS_M = 30 };

enum view_how { VIEW_AS_IS = 0, VIEW_CELL, VIEW_PSEUDONYM, VIEW_LEFT_OUT };

/* Why a column goes out changed or not at all. */
enum view_why {
    VIEW_OPEN = 0,    /* it was said, or nothing speaks against it */
    VIEW_SAID,        /* it was said */
    VIEW_FEW_PEOPLE,  /* a column of fewer than PUBLIC_PEOPLE_MIN people */
    VIEW_LIKE_PERSON, /* these four: nobody said what it is, and it looks like that */
    VIEW_LIKE_CONTACT,
    VIEW_LIKE_PLACE,
    VIEW_LIKE_FREE_TEXT
};

struct view_column {
    struct str name; /* in the table, and outside */
    enum view_how how;
    enum view_why why;
    unsigned digits;     /* of a cell: 1, 2, 3 for 0.1, 0.01, 0.001 degrees */
    struct str accuracy; /* of a cell: the column that holds metres; empty: there is none */
};

/* Pseudonyms of one publication; they lie in the arena. Open all views of a publication with the
 * same people before the first is streamed. */
struct view_people;
/* salt: anything of the publication that differs from the last one; (n) bytes. */
struct view_people *view_people_new(struct arena *arena, struct str salt);

struct public_view_request {
    struct str table;           /* of imports, a form, or FORM.REPEAT */
    struct view_people *people; /* NULL: of this view alone */
    /* Is the row at this position of an entry set aside and not looked at? NULL: none is. */
    bool (*is_set_aside)(void *context, const struct hash *entry, uint64_t position);
    void *context;
    bool (*cancelled)(void); /* NULL: never */
};

struct public_view {
    struct record *record;
    struct public_view_request request;
    struct arena *arena;
    struct view_column *column; /* (column_n) of the table, in its order */
    size_t column_n;
    bool has_uncertainty; /* a column place_uncertainty_m stands behind the others */
    uint64_t rows;        /* that go out */
    uint64_t no_permission;
    uint64_t set_aside;
    uint64_t withdrawn;
    uint64_t rejected; /* cannot be read */
    struct view_people *people;
    struct view_work *work;
};

/* Find out what of a table may leave: reads its rows once. All in the arena.
 * ERR_NOT_FOUND: no such table; ERR_CORRUPT. */
bool public_view_open(struct record *record, const struct public_view_request *request,
                      struct arena *arena, struct public_view *ret, struct err *err) MUST_USE;

/* A row on its way out: cell (n), texts in UTF-8, one for each column that is not left out, in
 * their order, then the uncertainty. Valid until the callback returns. */
struct public_row {
    struct hash item; /* item_id(entry, position) */
    struct hash entry;
    uint64_t position;
    const struct str *cell;
    size_t n;
};
typedef bool public_take(void *context, const struct public_row *row, struct err *err);

/* The public rows in the order (count, id) of their entries, then by position. */
bool public_view_rows(const struct public_view *view, public_take *take, void *context,
                      struct err *err) MUST_USE;

/* Names of the columns that go out, as cells of a row; (*ret_n), in the arena. */
const struct str *public_view_names(const struct public_view *view, size_t *ret_n);

/* The whole public table as CSV (csv/1: comma, quotes where needed, LF), in pieces: put(context,
 * bytes) for some rows at a time. */
bool public_view_csv(const struct public_view *view,
                     bool (*put)(void *context, struct str bytes, struct err *err), void *context,
                     struct err *err) MUST_USE;

/* Sentences about what goes out, what is held back and why, one a line, in the reader's language;
 * counts of people below PUBLIC_PEOPLE_MIN are not told. */
void public_view_say(const struct public_view *view, struct buf *out);

/* The same for machines: {"table","rows","held":{"no_permission","set_aside","withdrawn",
 * "rejected"},"columns":[{"name","how","why","digits"?}]}. Owned by the caller. */
json_t *public_view_json(const struct public_view *view);

/* Does all of the table go out as it is: every column open and every row? Then the files of its
 * imports may leave byte for byte, and commitments to them can be checked outside. */
bool public_view_is_whole(const struct public_view *view);

/* May the body (and with it the files) of this entry leave as it is? Of kinds that hold rows
 * (import, observation, correction): only if permission names "publication" and the
 * view of its table is whole; of others: true, because their own phase decides. An observation's
 * body holds no value, its file does. Cost: reads the table; of many entries of one table ask once.
 */
bool public_view_entry(struct record *record, const struct hash *id, bool *ret,
                       struct err *err) MUST_USE;

/* All tables there are, of imports and of forms, each once, by name; in the arena. */
bool public_view_tables(struct record *record, struct arena *arena, struct str **ret, size_t *ret_n,
                        struct err *err) MUST_USE;

#endif
