/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading blobs: at once, or in pieces. They lie as chunks of 1 MiB, the last one shorter. */
#include <string.h>

#include "record/record_int.h"

/* Hand out the chunks of a blob row in order. */
static bool scan_chunks(struct record *record, int64_t number, struct hasher *h, struct buf *out,
                        uint64_t *ret_bytes, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    bool row;
    if (!store_stmt(record->store, SQL_RECORD_CHUNKS, &stmt, err))
        return false;
    stmt_int(stmt, number);
    for (int64_t place = 0; stmt_step(stmt, &row, err); place++) {
        if (!row)
            return true;
        if (row_int(stmt, 0) != place)
            return FAIL(err, ERR_CORRUPT, _("Carry on with another copy."),
                        _("Part %lld of a file in the project is missing."), (long long)place);
        struct str bytes = row_blob(stmt, 1);
        hash_str(h, bytes);
        if (out)
            buf_str(out, bytes);
        *ret_bytes += bytes.n;
    }
    return false;
}

bool record_blob_scan(struct record *record, const struct hash *entry, unsigned place,
                      struct buf *out, struct blob_scan *ret, struct err *err)
{
    struct stmt *stmt;
    struct hasher h;
    *ret = (struct blob_scan){.there = false};
    if (!store_stmt(record->store, SQL_RECORD_BLOB, &stmt, err))
        return false;
    stmt_hash(stmt, entry);
    stmt_int(stmt, place);
    if (!stmt_step(stmt, &ret->there, err))
        return false;
    if (!ret->there)
        return true;
    int64_t number = row_int(stmt, 0);
    struct str bytes = row_blob(stmt, 1);
    if (bytes.n == SALT_BYTES)
        memcpy(ret->salt.at, bytes.at, SALT_BYTES);
    uint64_t expected = (uint64_t)row_int(stmt, 2);
    stmt_end(&stmt);
    commitment_begin(&h, &ret->salt);
    if (!scan_chunks(record, number, &h, out, &ret->bytes, err))
        return false;
    ret->commitment = hash_end(&h);
    return ret->bytes == expected ||
           FAIL(err, ERR_CORRUPT, _("Carry on with another copy."),
                _("A file in the project has %llu instead of %llu bytes."),
                (unsigned long long)ret->bytes, (unsigned long long)expected);
}

/* Invariant 6: where items were withdrawn, the last withdrawal holds the content. */
static bool content_owner(struct record *record, const struct hash *entry, struct hash *ret,
                          struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    bool row;
    *ret = *entry;
    if (!store_stmt(record->store, SQL_RECORD_REMAINDER_OF, &stmt, err))
        return false;
    stmt_hash(stmt, entry);
    if (!stmt_step(stmt, &row, err))
        return false;
    if (row)
        *ret = row_hash(stmt, 0);
    return true;
}

static bool blob_is_gone(struct record *record, const struct hash *entry, bool *ret,
                         struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    if (!store_stmt(record->store, SQL_RECORD_SOURCES_WITHDRAWN, &stmt, err))
        return false;
    stmt_hash(stmt, entry);
    return stmt_step(stmt, ret, err);
}

/* Who has the content of a blob, and what was promised of it. */
struct promise {
    struct hash owner;
    struct commitment commitment;
    bool withdrawn;
};

static bool find_promise(struct record *record, const struct hash *entry, unsigned index,
                         struct promise *ret, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(entry_release) struct entry owner = {.presence = BODY_ABSENT};
    if (!content_owner(record, entry, &ret->owner, err) ||
        !record_entry(record, &ret->owner, &arena, &owner, err))
        return false;
    if (index >= owner.header.blob_n)
        return FAIL(err, ERR_NOT_FOUND, _("Get it from another copy."),
                    _("The entry %.8s refers to no file."), hash_hex(&ret->owner).at);
    ret->commitment = owner.header.blob[index];
    ret->withdrawn = owner.presence == BODY_WITHDRAWN;
    return true;
}

static bool is_not_here(struct record *record, const struct hash *entry,
                        const struct promise *promise, struct err *err)
{
    bool gone = promise->withdrawn;
    if (!gone && !blob_is_gone(record, &promise->owner, &gone, err))
        return false;
    return FAIL(err, ERR_NOT_FOUND,
                gone ? _("Make it anew from what is left.") : _("Get it from another copy."),
                gone ? _("The file of entry %.8s was taken back.")
                     : _("The file of entry %.8s is not in this copy."),
                hash_hex(entry).at);
}

static bool is_damaged(const struct hash *entry, struct err *err)
{
    return FAIL(err, ERR_CORRUPT, _("Carry on with another copy."),
                _("The file of entry %.8s is damaged."), hash_hex(entry).at);
}

bool record_blob(struct record *record, const struct hash *entry, unsigned index,
                 uint64_t max_bytes, struct buf *out, struct err *err)
{
    struct promise promise;
    struct blob_scan scan;
    if (!find_promise(record, entry, index, &promise, err))
        return false;
    if (promise.commitment.bytes > max_bytes)
        return FAIL(err, ERR_LIMIT, _("Work on a smaller part."),
                    _("A file in the project has %llu bytes, more than can be worked on."),
                    (unsigned long long)promise.commitment.bytes);
    if (!record_blob_scan(record, &promise.owner, index, out, &scan, err))
        return false;
    if (!scan.there)
        return is_not_here(record, entry, &promise, err);
    return hash_eq(&scan.commitment, &promise.commitment.hash) || is_damaged(entry, err);
}

/* --- in pieces, in any order --------------------------------------------------------------- */

struct blob_cache {
    int64_t number; /* of the blob's chunks; 0: none is here */
    int64_t place;
    unsigned char at[CHUNK_BYTES];
};

struct blob_cache *record_blob_cache(struct arena *arena)
{
    return arena_get(arena, 1, sizeof(struct blob_cache));
}

bool record_blob_open(struct record *record, const struct hash *entry, unsigned index,
                      struct blob_cache *cache, struct blob_reader *ret, struct err *err)
{
    struct stmt *stmt;
    struct promise promise;
    struct salt salt = {{0}};
    bool there;
    if (!find_promise(record, entry, index, &promise, err) ||
        !store_stmt(record->store, SQL_RECORD_BLOB, &stmt, err))
        return false;
    stmt_hash(stmt, &promise.owner);
    stmt_int(stmt, index);
    if (!stmt_step(stmt, &there, err))
        return false;
    if (!there)
        return is_not_here(record, entry, &promise, err);
    *ret = (struct blob_reader){.record = record,
                                .entry = *entry,
                                .promised = promise.commitment.hash,
                                .bytes = promise.commitment.bytes,
                                .number = row_int(stmt, 0),
                                .cache = cache};
    struct str bytes = row_blob(stmt, 1);
    if (bytes.n == SALT_BYTES)
        memcpy(salt.at, bytes.at, SALT_BYTES);
    bool whole = (uint64_t)row_int(stmt, 2) == ret->bytes;
    stmt_end(&stmt);
    commitment_begin(&ret->hasher, &salt);
    return whole || is_damaged(entry, err);
}

/* Bring a chunk into memory. */
static bool load_chunk(struct blob_reader *blob, int64_t place, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    uint64_t start = (uint64_t)place * CHUNK_BYTES;
    uint64_t rest = blob->bytes - start;
    bool row;
    struct blob_cache *cache = blob->cache;
    if (cache->number == blob->number && cache->place == place)
        return true;
    if (!store_stmt(blob->record->store, SQL_RECORD_CHUNK, &stmt, err))
        return false;
    stmt_int(stmt, blob->number);
    stmt_int(stmt, place);
    if (!stmt_step(stmt, &row, err))
        return false;
    struct str bytes = row ? row_blob(stmt, 0) : (struct str){"", 0};
    if (bytes.n != (rest < CHUNK_BYTES ? rest : CHUNK_BYTES))
        return is_damaged(&blob->entry, err);
    memcpy(cache->at, bytes.at, bytes.n);
    cache->number = blob->number;
    cache->place = place;
    if (blob->hashed != start)
        return true;
    hash_str(&blob->hasher, bytes);
    blob->hashed += bytes.n;
    if (blob->hashed < blob->bytes)
        return true;
    struct hash found = hash_end(&blob->hasher);
    return hash_eq(&found, &blob->promised) || is_damaged(&blob->entry, err);
}

bool record_blob_read(struct blob_reader *blob, uint64_t offset, void *to, size_t n,
                      struct err *err)
{
    unsigned char *at = to;
    BUG_IF(offset > blob->bytes || n > blob->bytes - offset);
    while (n) {
        size_t from = (size_t)(offset % CHUNK_BYTES);
        size_t part = n < CHUNK_BYTES - from ? n : CHUNK_BYTES - from;
        if (!load_chunk(blob, (int64_t)(offset / CHUNK_BYTES), err))
            return false;
        memcpy(at, blob->cache->at + from, part);
        at += part;
        offset += part;
        n -= part;
    }
    return true;
}
