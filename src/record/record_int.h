/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of record/ share. */
#ifndef RECORD_RECORD_INT_H
#define RECORD_RECORD_INT_H

#include "record/record.h"

enum { CHUNK_BYTES = 1024 * 1024 };

struct record {
    struct store *store;
    const struct kind *const *kinds;
    struct hash project;
    bool founding; /* the founding entry is not written yet */
    bool acting;   /* key is set */
    struct key key;
};

/* Put one entry into the derived tables; entries come in the order (count, id). */
bool record_fold(struct record *record, const struct entry *entry, struct err *err) MUST_USE;

/* Fold all entries into the derived tables, which must be empty. fault may be NULL: then an entry
 * that cannot be read is an error, else it is told of and left out. */
bool record_fold_all(struct record *record, record_fault *fault, void *context,
                     struct err *err) MUST_USE;

/* Read count and author of an entry from the derived tables; ERR_NOT_FOUND. */
struct standing {
    uint64_t count;
    bool counts;
    struct device author;
    char kind[KIND_MAX + 1];
};
bool record_standing(struct record *record, const struct hash *id, struct standing *ret,
                     struct err *err) MUST_USE;

/* Stream a blob that lies in the tables: hash it with its salt, hand each chunk to take (may be
 * NULL). ret_there is false if there is no such row. ERR_CORRUPT a chunk is missing. */
struct blob_scan {
    bool there;
    uint64_t bytes;
    struct hash commitment;
    struct salt salt;
};
bool record_blob_scan(struct record *record, const struct hash *entry, unsigned place,
                      struct buf *out, struct blob_scan *ret, struct err *err) MUST_USE;

/* Rows of an entry on its way in; all inside a transaction, checked by the caller. */
struct blob_row {
    int64_t number; /* of the blob's chunks */
    size_t place;
    struct salt salt;
    uint64_t bytes;
};
bool record_add_entry(struct record *record, const struct hash *id, struct str text,
                      const struct signature *signature, struct err *err) MUST_USE;
bool record_add_part(struct record *record, const struct hash *id, int part,
                     const struct salt *salt, struct str bytes, struct err *err) MUST_USE;
bool record_add_blob(struct record *record, const struct hash *id, const struct blob_row *row,
                     struct err *err) MUST_USE;

/* The next free number for chunks. */
bool record_blob_number(struct record *record, int64_t *ret, struct err *err) MUST_USE;

/* Write a stream as the chunks of this number; ret says what was written. ERR_LIMIT over 2 GiB. */
bool record_blob_write(struct record *record, const struct blob_source *source, int64_t number,
                       struct salt salt, struct commitment *ret, struct err *err) MUST_USE;

/* Erase body, private part and blobs of an entry; body: false keeps body and private part. */
bool record_erase(struct record *record, const struct hash *id, bool body,
                  struct err *err) MUST_USE;

#endif
