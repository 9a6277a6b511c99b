/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing an entry. Blobs are read in blob.c.
 *
 * Order inside the transaction: blobs in chunks (hashed as they stream in), header, signature,
 * entry, body, private part; then everything is read back from the tables and hashed again, and
 * folded. Foreign keys are checked at the commit, because a chunk comes before the entry that it
 * belongs to has an id.
 */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "record/record_int.h"

static bool read_str(void *context, unsigned char *at, size_t max, size_t *ret_n, struct err *err)
{
    struct str *rest = context;
    (void)err;
    *ret_n = rest->n < max ? rest->n : max;
    if (*ret_n)
        memcpy(at, rest->at, *ret_n);
    rest->at += *ret_n;
    rest->n -= *ret_n;
    return true;
}

struct blob_source blob_of_str(struct str *bytes)
{
    return (struct blob_source){.read = read_str, .context = bytes, .bytes = bytes->n};
}

static bool read_fd(void *context, unsigned char *at, size_t max, size_t *ret_n, struct err *err)
{
    const int *fd = context;
    ssize_t n;
    do
        n = read(*fd, at, max);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return err_errno(err, _("read"), _("the file"));
    *ret_n = (size_t)n;
    return true;
}

struct blob_source blob_of_fd(int *fd)
{
    return (struct blob_source){.read = read_fd, .context = fd};
}

/* An entry on its way in. */
struct writing {
    struct header header;
    struct buf body;
    struct buf private;
    struct salt body_salt;
    struct salt private_salt;
    struct salt blob_salt[BLOBS_MAX];
    int64_t blob_number[BLOBS_MAX];
    struct buf text;
    struct hash id;
};

static void writing_release(struct writing *w)
{
    buf_release(&w->body);
    buf_release(&w->private);
    buf_release(&w->text);
}

static struct salt new_salt(void)
{
    struct salt salt;
    randombytes_buf(salt.at, sizeof salt.at);
    return salt;
}

static bool add_chunk(struct store *store, int64_t blob, int64_t place, struct str bytes,
                      struct err *err)
{
    struct stmt *stmt;
    if (!store_stmt(store, SQL_RECORD_CHUNK_ADD, &stmt, err))
        return false;
    stmt_int(stmt, blob);
    stmt_int(stmt, place);
    stmt_blob(stmt, bytes.at, bytes.n);
    return stmt_run(stmt, err);
}

/* Fill a chunk from a source; *ret_n is smaller than CHUNK_BYTES only at the end. */
static bool fill_chunk(const struct blob_source *source, unsigned char *at, size_t *ret_n,
                       struct err *err)
{
    size_t n = 0;
    for (size_t got = 1; got && n < CHUNK_BYTES; n += got)
        if (!source->read(source->context, at + n, CHUNK_BYTES - n, &got, err))
            return false;
    *ret_n = n;
    return true;
}

bool record_blob_number(struct record *record, int64_t *ret, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    bool row;
    if (!store_stmt(record->store, SQL_RECORD_BLOB_NEXT, &stmt, err) || !stmt_step(stmt, &row, err))
        return false;
    *ret = row_int(stmt, 0);
    return true;
}

bool record_blob_write(struct record *record, const struct blob_source *source, int64_t number,
                       struct salt salt, struct commitment *ret, struct err *err)
{
    CLEANUP(mem_free) unsigned char *chunk = mem_get(CHUNK_BYTES, 1);
    uint64_t limit = source->limit ? source->limit : BLOB_LIMIT_BYTES;
    struct hasher h;
    size_t n;
    ret->bytes = 0;
    commitment_begin(&h, &salt);
    for (int64_t place = 0;; place++) {
        if (!fill_chunk(source, chunk, &n, err))
            return false;
        if (n == 0)
            break;
        ret->bytes += n;
        if (ret->bytes > limit)
            return FAIL(err, ERR_LIMIT, _("Split the file into smaller ones."),
                        _("A file of more than %llu MiB does not go into the project."),
                        (unsigned long long)(limit >> 20));
        hash_add(&h, chunk, n);
        if (!add_chunk(record->store, number, place, (struct str){(char *)chunk, n}, err))
            return false;
    }
    ret->hash = hash_end(&h);
    return true;
}

static bool write_blobs(struct record *record, const struct draft *draft, struct writing *w,
                        struct err *err)
{
    int64_t number;
    BUG_IF(draft->blob_n > BLOBS_MAX);
    if (!record_blob_number(record, &number, err))
        return false;
    for (size_t i = 0; i < draft->blob_n; i++) {
        w->blob_salt[i] = new_salt();
        w->blob_number[i] = number + (int64_t)i;
        if (!record_blob_write(record, &draft->blob[i], w->blob_number[i], w->blob_salt[i],
                               &w->header.blob[i], err))
            return false;
    }
    w->header.blob_n = draft->blob_n;
    return true;
}

static bool find_prev(struct record *record, struct header *header, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    bool row;
    if (!store_stmt(record->store, SQL_RECORD_LATEST_OF, &stmt, err))
        return false;
    stmt_blob(stmt, record->key.device.at, KEY_BYTES);
    if (!stmt_step(stmt, &row, err))
        return false;
    header->seq = 1;
    if (!row)
        return true;
    header->has_prev = true;
    header->prev = row_hash(stmt, 1);
    header->seq = (uint64_t)row_int(stmt, 2) + 1;
    header->count = (uint64_t)row_int(stmt, 0) + 1;
    return true;
}

/* Name another entry, once, and keep the count above it. */
static void name_parent(struct header *header, const struct hash *id, uint64_t count)
{
    if (count + 1 > header->count)
        header->count = count + 1;
    if (header->has_prev && hash_eq(id, &header->prev))
        return;
    for (size_t i = 0; i < header->after_n; i++)
        if (hash_eq(id, &header->after[i]))
            return;
    if (header->after_n < AFTER_MAX)
        header->after[header->after_n++] = *id;
}

static bool name_heads(struct record *record, struct header *header, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    bool row;
    if (!store_stmt(record->store, SQL_RECORD_HEADS, &stmt, err))
        return false;
    while (stmt_step(stmt, &row, err)) {
        if (!row)
            return true;
        struct hash id = row_hash(stmt, 1);
        if (header->after_n < AFTER_MAX)
            name_parent(header, &id, (uint64_t)row_int(stmt, 0));
    }
    return false;
}

static int by_bytes(const void *a, const void *b)
{
    return hash_cmp(a, b);
}

static bool name_parents(struct record *record, const struct draft *draft, struct header *header,
                         struct err *err)
{
    header->count = 1;
    if (!find_prev(record, header, err))
        return false;
    for (size_t i = 0; i < draft->rests_n; i++) {
        struct standing standing;
        if (!record_standing(record, &draft->rests_on[i], &standing, err))
            return false;
        name_parent(header, &draft->rests_on[i], standing.count);
    }
    if (!name_heads(record, header, err))
        return false;
    if (header->after_n)
        qsort(header->after, header->after_n, sizeof header->after[0], by_bytes);
    return true;
}

bool record_add_part(struct record *record, const struct hash *id, int part,
                     const struct salt *salt, struct str bytes, struct err *err)
{
    struct stmt *stmt;
    if (!store_stmt(record->store, SQL_RECORD_BODY_ADD, &stmt, err))
        return false;
    stmt_hash(stmt, id);
    stmt_int(stmt, part);
    stmt_blob(stmt, salt->at, SALT_BYTES);
    stmt_blob(stmt, bytes.at, bytes.n);
    return stmt_run(stmt, err);
}

bool record_add_entry(struct record *record, const struct hash *id, struct str text,
                      const struct signature *signature, struct err *err)
{
    struct stmt *stmt;
    if (!store_stmt(record->store, SQL_RECORD_ENTRY_ADD, &stmt, err))
        return false;
    stmt_hash(stmt, id);
    stmt_text(stmt, text);
    stmt_blob(stmt, signature->at, SIGNATURE_BYTES);
    return stmt_run(stmt, err);
}

bool record_add_blob(struct record *record, const struct hash *id, const struct blob_row *row,
                     struct err *err)
{
    struct stmt *stmt;
    if (!store_stmt(record->store, SQL_RECORD_BLOB_ADD, &stmt, err))
        return false;
    stmt_int(stmt, row->number);
    stmt_hash(stmt, id);
    stmt_int(stmt, (int64_t)row->place);
    stmt_blob(stmt, row->salt.at, SALT_BYTES);
    stmt_int(stmt, (int64_t)row->bytes);
    return stmt_run(stmt, err);
}

static bool add_rows(struct record *record, const struct writing *w, struct err *err)
{
    struct signature signature = key_sign(&record->key, &w->id);
    if (!record_add_entry(record, &w->id, buf_view(&w->text), &signature, err) ||
        !record_add_part(record, &w->id, 0, &w->body_salt, buf_view(&w->body), err))
        return false;
    if (w->header.has_private &&
        !record_add_part(record, &w->id, 1, &w->private_salt, buf_view(&w->private), err))
        return false;
    for (size_t i = 0; i < w->header.blob_n; i++) {
        const struct blob_row row = {w->blob_number[i], i, w->blob_salt[i],
                                     w->header.blob[i].bytes};
        if (!record_add_blob(record, &w->id, &row, err))
            return false;
    }
    return true;
}

/* Read back what was written and hash it again: what the tables hold must be what was signed. */
static bool read_back(struct record *record, const struct writing *w, struct arena *arena,
                      struct entry *ret, struct err *err)
{
    if (!record_entry(record, &w->id, arena, ret, err))
        return false;
    struct hash id = header_id(ret->header_text);
    bool same = hash_eq(&id, &w->id) && ret->presence == BODY_PRESENT &&
                signature_valid(&ret->header.author, &id, &ret->signature);
    for (size_t i = 0; same && i < w->header.blob_n; i++) {
        struct blob_scan scan;
        if (!record_blob_scan(record, &w->id, (unsigned)i, NULL, &scan, err))
            return false;
        same = scan.there && hash_eq(&scan.commitment, &w->header.blob[i].hash);
    }
    return same || FAIL(err, ERR_CORRUPT, _("Nothing was saved. Check memory and disk."),
                        _("What was written reads back differently."));
}

static void prepare(struct record *record, const struct draft *draft, struct writing *w)
{
    struct header *header = &w->header;
    BUG_IF(strlen(draft->kind) > KIND_MAX);
    memcpy(header->kind, draft->kind, strlen(draft->kind));
    header->founding = record->founding;
    header->project = record->project;
    header->author = record->key.device;
    json_write(draft->body, &w->body);
    w->body_salt = new_salt();
    header->body = (struct commitment){commitment_of(&w->body_salt, buf_view(&w->body)), w->body.n};
    header->has_private = draft->private != NULL;
    if (!draft->private)
        return;
    json_write(draft->private, &w->private);
    w->private_salt = new_salt();
    header->private =
        (struct commitment){commitment_of(&w->private_salt, buf_view(&w->private)), w->private.n};
}

static bool append_inside(struct record *record, const struct draft *draft, struct hash *ret_id,
                          struct err *err)
{
    CLEANUP(writing_release)
    struct writing w = {.body = BUF_INIT, .private = BUF_INIT, .text = BUF_INIT};
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
    const struct kind *kind = record_kind(record, draft->kind);
    BUG_IF(!kind || !record->acting);
    if (kind->check && !kind->check(draft->body, draft->private, err))
        return false;
    prepare(record, draft, &w);
    if (!name_parents(record, draft, &w.header, err) || !write_blobs(record, draft, &w, err))
        return false;
    header_encode(&w.header, &w.text);
    w.id = header_id(buf_view(&w.text));
    if (!add_rows(record, &w, err) || !read_back(record, &w, &arena, &entry, err) ||
        !record_fold(record, &entry, err))
        return false;
    *ret_id = w.id;
    return true;
}

bool record_append(struct record *record, const struct draft *draft, struct hash *ret_id,
                   struct err *err)
{
    uint64_t bytes = 0;
    if (store_in_transaction(record->store))
        return append_inside(record, draft, ret_id, err);
    for (size_t i = 0; i < draft->blob_n; i++)
        bytes += draft->blob[i].bytes;
    if (!store_begin_large(record->store, bytes, err))
        return false;
    if (!append_inside(record, draft, ret_id, err)) {
        store_rollback(record->store);
        return false;
    }
    return store_commit(record->store, err);
}

static bool erase_chunks(struct record *record, const struct hash *id, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *list = NULL;
    bool row;
    if (!store_stmt(record->store, SQL_RECORD_BLOBS_OF, &list, err))
        return false;
    stmt_hash(list, id);
    while (stmt_step(list, &row, err)) {
        static const enum sql_id steps[] = {SQL_RECORD_CHUNKS_ERASE, SQL_RECORD_BLOB_ERASE};
        if (!row)
            return true;
        for (size_t i = 0; i < COUNT_OF(steps); i++) {
            struct stmt *stmt;
            if (!store_stmt(record->store, steps[i], &stmt, err))
                return false;
            stmt_int(stmt, row_int(list, 0));
            if (!stmt_run(stmt, err))
                return false;
        }
    }
    return false;
}

bool record_erase(struct record *record, const struct hash *id, bool body, struct err *err)
{
    struct stmt *stmt;
    if (!erase_chunks(record, id, err))
        return false;
    if (!body)
        return true;
    if (!store_stmt(record->store, SQL_RECORD_BODY_ERASE, &stmt, err))
        return false;
    stmt_hash(stmt, id);
    return stmt_run(stmt, err);
}
