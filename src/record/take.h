/* SPDX-License-Identifier: GPL-3.0-or-later */
/* take: an entry that was written elsewhere comes in.
 *
 * A parcel is what travels: header and signature always; body, private part and blobs each as far
 * as the sender has them and may give them away. Nothing is taken on trust: the header must decode,
 * belong to this project and be signed by its author, its parents must be here, its count must
 * follow from theirs, and each part must fit the commitment that the header makes.
 *
 * What was taken is not folded; after the last parcel the caller calls record_rebuild. Whether an
 * entry counts is decided there: an entry of a stranger is kept and means nothing.
 */
#ifndef RECORD_TAKE_H
#define RECORD_TAKE_H

#include "record/record.h"

/* Body or private part. */
struct parcel_part {
    bool there;
    struct salt salt;
    struct str bytes;
};

struct parcel_blob {
    bool there;
    struct salt salt;
    struct blob_source source;
};

struct parcel {
    struct str header;
    struct signature signature;
    struct parcel_part body;
    struct parcel_part private;
    struct parcel_blob blob[BLOBS_MAX]; /* by their place in the header */
};

/* Take one parcel, in a transaction of its own, or in the caller's if one is open (which the caller
 * rolls back after an error with a blob; all else is checked before the first row is written).
 * ret_id gets the entry's id, also of one that is here already (ERR_CONFLICT).
 * ERR_INPUT: what is wrong, in a sentence; ERR_NOT_FOUND: a parent is not here; ERR_UNSUPPORTED:
 * needs a newer program. Cost: a signature check and a decoded header for each parent. */
bool record_take(struct record *record, const struct parcel *parcel, struct hash *ret_id,
                 struct err *err) MUST_USE;

/* Put an entry that was just taken, and is the last in the order (count, id), into the derived
 * tables; not for a withdrawal, which changes what entries before it mean: record_rebuild. */
bool record_fold_taken(struct record *record, const struct hash *id, struct err *err) MUST_USE;

/* An empty project file for taking: the first parcel must be a founding entry. ERR_CONFLICT: the
 * path is there already. */
bool record_receive(const char *path, const struct kind *const *kinds, struct record **ret,
                    struct err *err) MUST_USE;

#endif
