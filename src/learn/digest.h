/* SPDX-License-Identifier: GPL-3.0-or-later */
/* digest: what the data were, as one hash over content only (DESIGN.md section 5).
 *
 * Equal content gives equal digests however it was written down. It is made of the digests of
 * blocks of 4,096 cells, so that one scan on several threads or ranks makes it, and values take as
 * few bytes as they need. Integers are little-endian, i64 is two's complement, a text is its length
 * in bytes (u64) and its bytes:
 *
 *   block of a column   width u8: the smallest of 1, 2, 4, 8 bytes that holds every value of the
 *                       block (mantissas signed, codes unsigned), then the values;
 *                       if a cell is missing: a bit for each cell, from the lowest bit of the first
 *                       byte on, 1 = missing, the last byte filled up with 0
 *   column              the SHA-256 of the SHA-256 of each block, one behind the other
 *   data                "allmende 1 data\n", rows u64, columns used u64
 *                       for each used column, in byte order of the names:
 *                         name text, role u8 (0 target, 1 feature), type u8 (0 number, 1 category),
 *                         unit text; number: exponent i64; category: categories u64, each a text;
 *                         digest of the column, 32 bytes
 *                       part u8 for each row
 *
 * A missing cell has value 0. The same stands in docs/format/model.md.
 */
#ifndef LEARN_DIGEST_H
#define LEARN_DIGEST_H

#include "learn/scan.h"

/* What one scan tells of a column. */
struct column_facts {
    struct hash digest;
    bool counts_rows; /* a number column that is 1, 2, 3, … (or 0, 1, 2, …), begun anew at most
                         once in 1,000 rows */
};

/* The facts of target and features, in byte order of names: ret_column and ret (feature_n + 1). One
 * scan. Errors: as scan_run. Exact for any number of threads and ranks. Cost: one SHA-256 pass over
 * 1 to 8 bytes a cell. */
bool dataset_facts(const struct dataset *data, const struct cluster *cluster, size_t *ret_column,
                   struct column_facts *ret, struct err *err) MUST_USE;

/* The digest of a dataset out of the facts of its columns; column and facts (n) are those of
 * dataset_facts, or without those of columns that are no features any more. */
struct hash dataset_hash(const struct dataset *data, const size_t *column,
                         const struct column_facts *facts, size_t n);

/* Both at once: every column used (target and features), row order and part. */
bool dataset_digest(const struct dataset *data, const struct cluster *cluster, struct hash *ret,
                    struct err *err) MUST_USE;

#endif
