/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is everything still what it was when it was written?
 *
 * Three walls: the file (SQLite's own checks, schema, marks), the record (every header, id,
 * signature, chain, commitment), and what follows from it (all derived tables recomputed beside and
 * compared). The third also finds what is no longer there: an entry that vanished leaves its
 * derived rows behind.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/record_int.h"

struct checking {
    struct record *record;
    record_fault *fault;
    void *context;
};

static void file_fault(void *context, const char *what)
{
    const struct checking *c = context;
    c->fault(c->context, _("file"), what);
}

static void table_fault(void *context, const char *table)
{
    const struct checking *c = context;
    char where[96];
    snprintf(where, sizeof where, _("table %s"), table);
    c->fault(c->context, where, _("It is not what follows from the record."));
}

static void entry_fault(const struct checking *c, const struct entry *entry, const char *what)
{
    char where[64];
    snprintf(where, sizeof where, "%.12s (%s)", hash_hex(&entry->id).at, entry->header.kind);
    c->fault(c->context, where, what);
}

static void check_identity(const struct checking *c, const struct entry *entry)
{
    const struct header *header = &entry->header;
    struct hash id = header_id(entry->header_text);
    if (!hash_eq(&id, &entry->id))
        entry_fault(c, entry, _("Its id is not that of its header."));
    if (!signature_valid(&header->author, &id, &entry->signature))
        entry_fault(c, entry, _("Its signature is not valid."));
    if (header->founding ? !hash_eq(&entry->id, &c->record->project)
                         : !hash_eq(&header->project, &c->record->project))
        entry_fault(c, entry, _("It belongs to another project."));
}

/* The header of another entry; false if it is not here or cannot be read. */
static bool other_header(const struct checking *c, const struct hash *id, struct header *ret)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    struct err ignored = {0};
    bool row;
    if (!store_stmt(c->record->store, SQL_RECORD_ENTRY, &stmt, &ignored))
        return false;
    stmt_hash(stmt, id);
    return stmt_step(stmt, &row, &ignored) && row &&
           header_decode(row_text(stmt, 0), ret, &ignored);
}

static void check_chain(const struct checking *c, const struct entry *entry)
{
    const struct header *header = &entry->header;
    struct header other;
    uint64_t count = 0;
    if (header->has_prev) {
        if (!other_header(c, &header->prev, &other))
            entry_fault(c, entry, _("The author's entry before it is not here."));
        else if (other.seq + 1 != header->seq ||
                 memcmp(other.author.at, header->author.at, KEY_BYTES) != 0)
            entry_fault(c, entry, _("The entry before it is not the author's last one."));
        else
            count = other.count;
    }
    for (size_t i = 0; i < header->after_n; i++) {
        if (!other_header(c, &header->after[i], &other))
            entry_fault(c, entry, _("An entry that it comes after is not here."));
        else if (other.count > count)
            count = other.count;
    }
    if (header->count != count + 1)
        entry_fault(c, entry, _("Its place in the order is wrong."));
}

static bool blobs_may_be_gone(const struct checking *c, const struct entry *entry)
{
    static const enum sql_id reasons[] = {SQL_RECORD_SOURCES_WITHDRAWN, SQL_RECORD_WITHDRAWN,
                                          SQL_RECORD_REMAINDER_OF};
    if (strcmp(entry->header.kind, "withdrawal") == 0)
        return true; /* a later withdrawal of the same batch has its remainder */
    for (size_t i = 0; i < COUNT_OF(reasons); i++) {
        CLEANUP(stmt_end) struct stmt *stmt = NULL;
        struct err ignored = {0};
        bool row;
        if (!store_stmt(c->record->store, reasons[i], &stmt, &ignored))
            return false;
        stmt_hash(stmt, &entry->id);
        if (stmt_step(stmt, &row, &ignored) && row)
            return true;
    }
    return false;
}

static void check_blobs(const struct checking *c, const struct entry *entry)
{
    for (size_t i = 0; i < entry->header.blob_n; i++) {
        const struct commitment *promised = &entry->header.blob[i];
        struct blob_scan scan;
        struct err why = {0};
        if (!record_blob_scan(c->record, &entry->id, (unsigned)i, NULL, &scan, &why))
            entry_fault(c, entry, why.what);
        else if (!scan.there && !blobs_may_be_gone(c, entry))
            entry_fault(c, entry, _("A file that it refers to is not here."));
        else if (scan.there &&
                 (scan.bytes != promised->bytes || !hash_eq(&scan.commitment, &promised->hash)))
            entry_fault(c, entry, _("A file that it refers to was changed."));
    }
}

/* Is there a row of a private part that no header speaks of? */
static bool has_stray_private(const struct checking *c, const struct entry *entry)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    struct err ignored = {0};
    bool row = false;
    if (entry->header.has_private ||
        !store_stmt(c->record->store, SQL_RECORD_BODY, &stmt, &ignored))
        return false;
    stmt_hash(stmt, &entry->id);
    stmt_int(stmt, 1);
    return stmt_step(stmt, &row, &ignored) && row;
}

static void check_bodies(const struct checking *c, const struct entry *entry)
{
    if (has_stray_private(c, entry))
        entry_fault(c, entry, _("It has a private part that its header does not speak of."));
    if (entry->presence == BODY_DAMAGED)
        entry_fault(c, entry, _("What it says was changed."));
    if (entry->presence == BODY_ABSENT)
        entry_fault(c, entry, _("What it says is not here."));
    if (entry->presence == BODY_PRESENT && entry->header.has_private && !entry->private)
        entry_fault(c, entry, _("Its private part is not here."));
}

static bool check_entry(void *context, const struct entry *entry, struct err *err)
{
    const struct checking *c = context;
    (void)err;
    check_identity(c, entry);
    check_chain(c, entry);
    check_bodies(c, entry);
    check_blobs(c, entry);
    return true;
}

/* Every step is tried, whatever the one before it found; what stops a step is a fault by itself. */
static void step(const struct checking *c, bool done, struct err *err)
{
    if (!done)
        c->fault(c->context, _("file"), err->what);
    err_clear(err);
}

bool record_check(struct record *record, record_fault *fault, void *context, struct err *err)
{
    struct checking c = {record, fault, context};
    step(&c, store_check(record->store, file_fault, &c, err), err);
    if (!store_derive_beside(record->store, err))
        return false;
    step(&c, record_fold_all(record, fault, context, err), err);
    step(&c, record_each(record, true, check_entry, &c, err), err);
    step(&c, store_compare(record->store, table_fault, &c, err), err);
    return true;
}
