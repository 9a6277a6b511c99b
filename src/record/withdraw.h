/* SPDX-License-Identifier: GPL-3.0-or-later */
/* withdraw: taking back, so that it is gone.
 *
 * Kind "withdrawal": body {"entry":id} or
 * {"batch":id,"positions":[…],"remainder":{"bytes","hash"}}; the words of a reason are optional and
 * stay short. Erases body, private part, salts, blobs, derived rows and what was made with the item
 * (models); the header remains as a note of removal. Withdrawing items of a batch commits to the
 * remainder: the same container with those positions emptied, which every copy derives, compares
 * and keeps instead; positions never shift. "Erased" is said only after a successful TRUNCATE
 * checkpoint. Only one's own entries; another's takes two people in charge.
 */
#ifndef RECORD_WITHDRAW_H
#define RECORD_WITHDRAW_H

#include "record/record.h"

extern const struct kind withdraw_kind;

/* Empty the records at these positions in a container (a domain's business: collect does it for
 * CSV). */
typedef bool withdraw_empty(struct record *record, const struct entry *batch,
                            const uint64_t *position, size_t n, struct str bytes, struct buf *out,
                            struct err *err);

/* Take back one entry. */
bool withdraw_entry(struct record *record, const struct hash *id, struct hash *ret_withdrawal,
                    struct err *err) MUST_USE;

/* Take back items of a batch; positions ascending, distinct. */
struct withdraw_items {
    struct hash batch;
    const uint64_t *position;
    size_t n;
    withdraw_empty *empty;
};
bool withdraw_items(struct record *record, const struct withdraw_items *items,
                    struct hash *ret_withdrawal, struct err *err) MUST_USE;

#endif
