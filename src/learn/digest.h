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

/* The digest of a dataset: every column used (target and features), row order and part. One scan.
 * Errors: as scan_run. Exact for any number of threads and ranks. Cost: one SHA-256 pass over 1 to
 * 8 bytes a cell. */
bool dataset_digest(const struct dataset *data, const struct cluster *cluster, struct hash *ret,
                    struct err *err) MUST_USE;

#endif
