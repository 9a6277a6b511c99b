/* SPDX-License-Identifier: GPL-3.0-or-later */
/* star_meta: what the meta.xml of a Darwin Core archive says, as lines of CSV. Runs in the
 * sandbox's child; star.c reads the lines.
 *
 * Each line has STAR_CELLS cells:
 *   metadata, name of a file
 *   core or extension, rowType, location, fieldsTerminatedBy, fieldsEnclosedBy, encoding,
 *       ignoreHeaderLines, index of the id
 *   field, index, term, "1" if there is a default, default        of the table before it
 * with the defaults of the standard filled in, but for fieldsTerminatedBy, which is empty if
 * nothing was said. SOURCE: Darwin Core Text Guide (TDWG, 2023).
 */
#ifndef READ_STAR_META_H
#define READ_STAR_META_H

#include "base/arena.h"
#include "base/buf.h"
#include "read/packed.h"
#include "read/xml.h"

enum { STAR_CELLS = 9, STAR_TABLES_MAX = 100, STAR_FIELDS_MAX = 2000 };

struct star_meta {
    struct arena *arena;
    struct buf *out;      /* the lines */
    struct str *location; /* (table_n) files of the tables; empty: none was named */
    size_t table_n;
    size_t field_n;
    /* under way */
    struct str table[STAR_CELLS];
    struct buf text;
    bool in_location;
    bool is_archive;
    struct buf fields; /* lines of the table under way */
};

/* For CLEANUP. */
void star_meta_release(struct star_meta *meta);

/* Describe an archive: feed it the bytes of meta.xml by feed(context, take, xml, err), which calls
 * take for each piece. ERR_INPUT: no such description. */
typedef bool star_feed(void *context, packed_take *take, void *to, struct err *err);
bool star_describe(struct star_meta *meta, star_feed *feed, void *context,
                   struct err *err) MUST_USE;

#endif
