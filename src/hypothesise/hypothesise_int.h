/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What hypothesise.c, draft.c and body.c share. */
#ifndef HYPOTHESISE_HYPOTHESISE_INT_H
#define HYPOTHESISE_HYPOTHESISE_INT_H

#include "base/num.h"
#include "hypothesise/hypothesise.h"

enum { SPLIT_FILE_MAX_BYTES = 64 * 1024 * 1024 };

/* Everything that the body says, its texts in the arena. ERR_INPUT names what is missing or
 * contradicts itself, in words that also fit somebody at the command line. */
bool hypothesis_read(const json_t *body, struct arena *arena, struct hypothesis *ret,
                     struct err *err) MUST_USE;

/* Is this the name of a measure about the world? */
bool world_by_name(struct str name, enum world_measure *ret);

/* The part of hypothesis_read about the world: what its measure needs is there, and nothing that
 * belongs to another one. */
bool world_read(struct hypothesis *h, struct err *err) MUST_USE;

/* A threshold that the measure can reach: a share lies between 0 and 1, … */
bool world_threshold(const struct hypothesis *h, struct err *err) MUST_USE;

/* hypothesise_sentence about the world. */
struct str world_sentence(const struct hypothesis *h, struct arena *arena);

/* The threshold, or 1 less it, as the smallest round number of things of which it is a whole
 * number: 0.75 is 15 of 20. False if it has more than four places. */
bool threshold_counts(const struct hypothesis *h, bool rest, int64_t *ret_some, int64_t *ret_all);

/* "at least" or "at most". */
const char *bound_words(const struct hypothesis *h);

/* Read the bytes of a split file and find its column. */
bool split_file_read(struct str bytes, struct str column, struct arena *arena, struct columns *ret,
                     size_t *ret_column, struct err *err) MUST_USE;

/* The columns that a guess names must be among those of a batch of its table. ERR_INPUT names one
 * that is not, and those that are. */
bool columns_are_there(struct record *record, const struct hypothesis *h, const struct hash *batch,
                       struct err *err) MUST_USE;

/* The same for the first batch of its table, if there is one yet. */
bool columns_are_known(struct record *record, const struct hypothesis *h, struct err *err) MUST_USE;

/* The texts between commas, without blanks around them; NULL or "": none. In the arena. */
void split_list(const char *text, struct arena *arena, struct str **ret, size_t *ret_n);

/* Do two bodies say different things? Licence, permission, reason and what is amended aside. */
bool hypothesis_differs(const json_t *before, const json_t *now);

/* A decimal with a point or a comma. */
bool decimal_read(struct str text, struct decimal *ret);

#endif
