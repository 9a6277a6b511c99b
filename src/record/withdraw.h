/* SPDX-License-Identifier: GPL-3.0-or-later */
/* withdraw: taking back, so that it is gone.
 *
 * Kind "withdrawal": body {"entry":id} for a whole entry, or {"batch":id,"positions":[…]} for
 * items, then with one blob: the remainder, which is the same container with all positions that
 * were ever withdrawn emptied; positions never shift. A later withdrawal of the same batch erases
 * that blob and has its own.
 *
 * Erased are body, private part, salts, blobs, derived rows, and the blobs of entries made with it
 * (models); the header remains as a note of removal. One's own goes with one word; another's takes
 * two people in charge, each with a withdrawal of their own. "Erased" is said only after a
 * rewrite of the whole file and TRUNCATE checkpoint. Not reached: other copies until they meet this
 * one, backups, freed sectors of the disk.
 */
#ifndef RECORD_WITHDRAW_H
#define RECORD_WITHDRAW_H

#include "record/record.h"

extern const struct kind withdraw_kind;

/* What became of a wish to take back. */
struct withdrawal {
    struct hash entry;    /* the withdrawal's own id */
    bool erased;          /* false: a second person in charge must also want it */
    uint64_t models_gone; /* entries whose blobs went with it */
};

/* Take back one entry. ERR_DENIED: an act of the project that stays, or not one's own and not in
 * charge; ERR_CONFLICT: gone already. */
bool withdraw_entry(struct record *record, const struct hash *id, struct withdrawal *ret,
                    struct err *err) MUST_USE;

/* Write into out the container with the records at these positions (ascending, from 1) emptied.
 * That is the business of the domain that knows the container: collect for CSV. */
typedef bool withdraw_empty(const struct entry *batch, const uint64_t *position, size_t n,
                            struct str bytes, struct buf *out, struct err *err);

struct withdraw_items {
    struct hash batch;
    const uint64_t *position; /* ascending, distinct, from 1 */
    size_t n;
    withdraw_empty *empty;
};

/* Take back items of a batch. */
bool withdraw_items(struct record *record, const struct withdraw_items *items,
                    struct withdrawal *ret, struct err *err) MUST_USE;

/* The positions of a batch that are withdrawn, ascending, in the arena. */
bool withdraw_positions(struct record *record, const struct hash *batch, struct arena *arena,
                        uint64_t **ret, size_t *ret_n, struct err *err) MUST_USE;

#endif
