/* SPDX-License-Identifier: GPL-3.0-or-later */
/* split: which whole groups are set aside, and how the rest is folded for cross-validation.
 *
 * A group's place is decided by hash(salt, key), never by its position, so a later group falls on
 * the side that it would have fallen on from the start.
 */
#ifndef LEARN_SPLIT_H
#define LEARN_SPLIT_H

#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "learn/table.h"

/* The fold of a group or row that takes no part. */
enum { SPLIT_NO_FOLD = 255 };

/* The place of a group in the order of the draw: the first 8 bytes, big-endian, of
 * SHA-256("allmende 1 split\n", salt, key). */
uint64_t split_place(const struct hash *salt, struct str key);

/* Set aside the first ceil(share * groups) of the groups sorted by split_place: a group, whether it
 * is there now or comes later, is set aside if its place is at or below ret_threshold. Of all
 * numbers that part these groups so, it is the share itself (of 2^64) if that does, so that of
 * later groups as many are set aside as of these; else the one with the most zeros at its end. It
 * is no group's own place: that would tell whoever guesses the name of a group whether it was
 * there. (Two keys with one place would be a collision of 64 bits.)
 *   keys      (groups) distinct keys
 *   share_e4  the share in ten-thousandths, 1 … 9999
 * Errors: ERR_INPUT with fewer than 2 groups, or none left for training. */
bool split_groups(const struct hash *salt, const struct str *keys, size_t groups, unsigned share_e4,
                  uint64_t *ret_threshold, struct err *err) MUST_USE;

/* Folds for cross-validation inside the training part: min(5, G) folds of whole groups, groups
 * sorted by (split_place, key) and dealt round-robin. keys (groups); takes_part (groups) 1 = has
 * training rows; ret_fold (groups) gets 0 … folds - 1, SPLIT_NO_FOLD where no part is taken.
 * Returns the number of folds: 0 if fewer than 2 groups take part (all get SPLIT_NO_FOLD). */
unsigned split_folds(const struct hash *salt, const struct str *keys, const uint8_t *takes_part,
                     size_t groups, uint8_t *ret_fold);

/* Folds with rows drawn at random, for "looks better than it is by": row r of the training part
 * goes to fold rng_below(seed, 1, r, folds), other rows to SPLIT_NO_FOLD. part, ret_fold: (rows);
 * folds 1 … 254. */
void split_rows(uint64_t seed, const uint8_t *part, size_t rows, unsigned folds, uint8_t *ret_fold);

#endif
