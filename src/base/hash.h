/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hash: SHA-256 of a stream of bytes, the one hash of the record, of data and of models.
 *
 * Written here and not taken from a library for two reasons: the exact engine is built where Debian
 * has no library to link (riscv64), and processors with SHA instructions do it several times faster
 * than the portable code; both twins give the same bits (test/unit/hash_test.c against libsodium).
 * SOURCE: FIPS 180-4, section 6.2.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum { HASH_BYTES = 32, HASH_HEX = 2 * HASH_BYTES };

/* A digest; also the identity of an entry, an item, a model. */
struct hash {
    unsigned char at[HASH_BYTES];
};

struct hasher {
    uint32_t state[8];
    uint64_t bytes;
    unsigned char block[64];
};

/* Start a digest. */
void hash_begin(struct hasher *h);

/* Feed n bytes. Cost: about 2 ns a byte in plain C, 0.6 ns with SHA instructions. */
void hash_add(struct hasher *h, const void *bytes, size_t n);

/* Feed text. */
void hash_str(struct hasher *h, struct str text);

/* Feed an integer, little-endian, 8 bytes. */
void hash_u64(struct hasher *h, uint64_t value);

/* End the digest; h must be begun anew before it is used again. */
struct hash hash_end(struct hasher *h);

/* The digest of n bytes. */
struct hash hash_of(const void *bytes, size_t n);

/* True if both digests are the same. */
bool hash_eq(const struct hash *a, const struct hash *b);

/* Order by bytes: <0, 0, >0. */
int hash_cmp(const struct hash *a, const struct hash *b);

/* Write n bytes as 2 n lower-case hex digits and a NUL. */
void hex_encode(const unsigned char *bytes, size_t n, char *ret_text);

/* Read exactly n bytes from 2 n lower-case hex digits; false for anything else. */
bool hex_decode(struct str text, unsigned char *ret_bytes, size_t n);

/* A digest as text. */
struct hash_text {
    char at[HASH_HEX + 1];
};
struct hash_text hash_hex(const struct hash *hash);

/* Use only the plain C twin (for tests); returns what was in force before. */
bool hash_plain_only(bool plain);

#endif
