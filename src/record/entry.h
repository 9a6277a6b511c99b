/* SPDX-License-Identifier: GPL-3.0-or-later */
/* entry: the signed header of an entry, to the byte (DESIGN.md section 3, docs/format/record.md).
 *
 *   allmende 1                       blanks are single, every line ends with LF, hex is lower-case,
 *   project <id>|-                   decimals have no leading zeros and are below 2^53
 *   kind <1 to 32 of a-z and ->
 *   author <device key>
 *   seq <n>                          1, 2, … per author
 *   prev <id>|-                      "-" exactly if seq is 1
 *   after <id>                       0 to 16 lines, strictly ascending
 *   count <n>                        1 + the largest count over prev and after; 1 exactly if there
 *                                    are none; the founding entry ("project -") has none
 *   body <commitment> <bytes>
 *   private <commitment> <bytes>     optional
 *   blob <commitment> <bytes>        0 to 16 lines
 *
 * Invariants: 1. header_decode accepts exactly the bytes that header_encode makes.
 *             2. The whole text has at most HEADER_MAX bytes.
 *             3. id = SHA-256("allmende 1 entry\n" + text); the signature is Ed25519 over
 *                "allmende 1 signature\n" + the 32 bytes of the id.
 *             4. commitment = SHA-256("allmende 1 commitment\n" + 32 bytes of salt + bytes).
 *             5. item id = SHA-256("allmende 1 item\n" + 32 bytes of the batch's id + u64 position,
 *                little-endian).
 */
#ifndef RECORD_ENTRY_H
#define RECORD_ENTRY_H

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"

enum {
    HEADER_MAX = 4096,
    KIND_MAX = 32,
    AFTER_MAX = 16,
    BLOBS_MAX = 16,
    SALT_BYTES = 32,
    KEY_BYTES = 32,
    SIGNATURE_BYTES = 64
};

/* A device key: an Ed25519 public key. */
struct device {
    unsigned char at[KEY_BYTES];
};

struct signature {
    unsigned char at[SIGNATURE_BYTES];
};

struct salt {
    unsigned char at[SALT_BYTES];
};

/* What a header says about bytes that lie elsewhere. */
struct commitment {
    struct hash hash;
    uint64_t bytes;
};

struct header {
    bool founding; /* project is "-" */
    struct hash project;
    char kind[KIND_MAX + 1];
    struct device author;
    uint64_t seq;
    bool has_prev;
    struct hash prev;
    size_t after_n;
    struct hash after[AFTER_MAX];
    uint64_t count;
    struct commitment body;
    bool has_private;
    struct commitment private;
    size_t blob_n;
    struct commitment blob[BLOBS_MAX];
};

/* Append the text of a header. The header must be well-formed (BUG_IF otherwise). */
void header_encode(const struct header *header, struct buf *out);

/* Read a header's text. ERR_INPUT names the line that is not as it must be; ERR_UNSUPPORTED a newer
 * version or an unknown line ("needs a newer program"); ERR_LIMIT more than HEADER_MAX bytes. */
bool header_decode(struct str text, struct header *ret, struct err *err) MUST_USE;

/* The id of an entry with this header text. */
struct hash header_id(struct str text);

/* The commitment to bytes with a salt. For streams: begin, hash_add…, hash_end. */
struct hash commitment_of(const struct salt *salt, struct str bytes);
void commitment_begin(struct hasher *h, const struct salt *salt);

/* The id of the item at a position (from 1) of a batch. */
struct hash item_id(const struct hash *batch, uint64_t position);

/* Append what is signed for an id: the tag and its 32 bytes. */
void signed_text(const struct hash *id, struct buf *out);

/* True if the signature over an id is valid under our fixed rules (record/ed25519.h). */
bool signature_valid(const struct device *author, const struct hash *id,
                     const struct signature *signature);

#endif
