/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/take.h"

#include <string.h>

#include "base/mem.h"
#include "record/record_int.h"

bool record_receive(const char *path, const struct kind *const *kinds, struct record **ret,
                    struct err *err)
{
    struct store *store;
    if (!store_create(path, &store, err))
        return false;
    struct record *record = mem_get(1, sizeof *record);
    record->store = store;
    record->kinds = kinds;
    record->founding = true;
    *ret = record;
    return true;
}

/* An entry on its way in. */
struct taking {
    const struct parcel *parcel;
    struct header header;
    struct hash id;
};

/* The header of an entry that is here; *ret_there is false if it is not. */
static bool here(struct record *record, const struct hash *id, struct header *ret, bool *ret_there,
                 struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    if (!store_stmt(record->store, SQL_RECORD_ENTRY, &stmt, err))
        return false;
    stmt_hash(stmt, id);
    if (!stmt_step(stmt, ret_there, err))
        return false;
    return !*ret_there || header_decode(row_text(stmt, 0), ret, err);
}

static bool parent(struct record *record, const struct hash *id, struct header *ret,
                   struct err *err)
{
    bool there;
    if (!here(record, id, ret, &there, err))
        return false;
    return there || FAIL(err, ERR_NOT_FOUND, _("Get the missing entries from another copy."),
                         _("It comes after the entry %.12s, which is not here."), hash_hex(id).at);
}

static bool wrong(struct err *err, const char *what)
{
    return FAIL(err, ERR_INPUT, _("Get it anew from whoever gave it to you."), "%s", what);
}

static bool check_project(const struct record *record, const struct taking *t, struct err *err)
{
    if (t->header.founding != record->founding)
        return wrong(err, record->founding ? _("The first entry must be the one that founds the "
                                               "project.")
                                           : _("A second entry cannot found the project."));
    return t->header.founding || hash_eq(&t->header.project, &record->project) ||
           wrong(err, _("It belongs to another project."));
}

static bool check_chain(struct record *record, const struct taking *t, struct err *err)
{
    const struct header *header = &t->header;
    struct header other;
    uint64_t count = 0;
    if (header->has_prev) {
        if (!parent(record, &header->prev, &other, err))
            return false;
        if (other.seq + 1 != header->seq ||
            memcmp(other.author.at, header->author.at, KEY_BYTES) != 0)
            return wrong(err, _("The entry before it is not the author's last one."));
        count = other.count;
    }
    for (size_t i = 0; i < header->after_n; i++) {
        if (!parent(record, &header->after[i], &other, err))
            return false;
        count = other.count > count ? other.count : count;
    }
    return header->count == count + 1 || wrong(err, _("Its place in the order is wrong."));
}

static bool check_part(const struct parcel_part *part, bool promised_at_all,
                       const struct commitment *promised, struct err *err)
{
    CLEANUP(json_release) json_t *value = NULL;
    if (!part->there)
        return true;
    if (!promised_at_all)
        return wrong(err, _("It has a private part that its header does not speak of."));
    struct hash hash = commitment_of(&part->salt, part->bytes);
    if (part->bytes.n != promised->bytes || !hash_eq(&hash, &promised->hash))
        return wrong(err, _("What it says was changed."));
    return json_strict(part->bytes, &value, err);
}

/* Everything but the blobs, before a row is written. */
static bool check(struct record *record, struct taking *t, struct err *err)
{
    const struct parcel *parcel = t->parcel;
    struct header same;
    bool there;
    if (!header_decode(parcel->header, &t->header, err))
        return false;
    t->id = header_id(parcel->header);
    if (!signature_valid(&t->header.author, &t->id, &parcel->signature))
        return wrong(err, _("Its signature is not valid."));
    if (!here(record, &t->id, &same, &there, err))
        return false;
    if (there)
        return FAIL(err, ERR_CONFLICT, _("Nothing is to be done."), _("It is here already."));
    for (size_t i = t->header.blob_n; i < BLOBS_MAX; i++)
        if (parcel->blob[i].there)
            return wrong(err, _("It has a file that its header does not speak of."));
    return check_project(record, t, err) && check_chain(record, t, err) &&
           check_part(&parcel->body, true, &t->header.body, err) &&
           check_part(&parcel->private, t->header.has_private, &t->header.private, err);
}

static bool take_blob(struct record *record, const struct taking *t, size_t place, struct err *err)
{
    const struct parcel_blob *blob = &t->parcel->blob[place];
    const struct commitment *promised = &t->header.blob[place];
    struct blob_row row = {.place = place, .salt = blob->salt, .bytes = promised->bytes};
    struct commitment found;
    if (!record_blob_number(record, &row.number, err) ||
        !record_blob_write(record, &blob->source, row.number, blob->salt, &found, err))
        return false;
    if (found.bytes != promised->bytes || !hash_eq(&found.hash, &promised->hash))
        return wrong(err, _("A file that it refers to was changed."));
    return record_add_blob(record, &t->id, &row, err);
}

static bool take_inside(struct record *record, struct taking *t, struct err *err)
{
    const struct parcel *parcel = t->parcel;
    if (!check(record, t, err) ||
        !record_add_entry(record, &t->id, parcel->header, &parcel->signature, err))
        return false;
    if (parcel->body.there &&
        !record_add_part(record, &t->id, 0, &parcel->body.salt, parcel->body.bytes, err))
        return false;
    if (parcel->private.there &&
        !record_add_part(record, &t->id, 1, &parcel->private.salt, parcel->private.bytes, err))
        return false;
    for (size_t i = 0; i < t->header.blob_n; i++)
        if (parcel->blob[i].there && !take_blob(record, t, i, err))
            return false;
    if (t->header.founding) {
        record->founding = false;
        record->project = t->id;
    }
    return true;
}

bool record_take(struct record *record, const struct parcel *parcel, struct hash *ret_id,
                 struct err *err)
{
    struct taking t = {.parcel = parcel};
    bool own = !store_in_transaction(record->store);
    bool was_founding = record->founding;
    if (own && !store_begin(record->store, err))
        return false;
    bool done = take_inside(record, &t, err);
    *ret_id = t.id;
    if (!own)
        return done;
    if (done && store_commit(record->store, err))
        return true;
    record->founding = was_founding;
    store_rollback(record->store);
    return false;
}

bool record_fold_taken(struct record *record, const struct hash *id, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
    return record_entry(record, id, &arena, &entry, err) && record_fold(record, &entry, err);
}
