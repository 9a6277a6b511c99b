/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What evaluate.c, look.c and beside.c share. */
#ifndef EVALUATE_EVALUATE_INT_H
#define EVALUATE_EVALUATE_INT_H

#include "evaluate/evaluate.h"

/* --- look.c --- */

/* Openings of overlapping data before `stop` (NULL: all), plus the one that is being made. */
bool look_count(struct record *record, const struct ids *data, const struct hash *stop,
                uint64_t *ret, struct err *err) MUST_USE;

/* The ids of a list in a body, in the arena. */
void look_ids(const json_t *list, struct arena *arena, struct ids *ret);

/* The first verdict on a hypothesis, and the opening that it came from. ERR_NOT_FOUND: none yet.
 * The caller gives both back. */
bool look_first(struct record *record, const struct hash *hypothesis, struct arena *arena,
                struct entry *ret_verdict, struct entry *ret_opening, struct err *err) MUST_USE;

/* Check data that are to be judged anew, or find all of them: batches of the table of the
 * hypothesis that came after its lock and were not there at the first look. ERR_CONFLICT names one
 * that is not fresh; ERR_NOT_FOUND: nothing new. */
bool look_fresh(struct record *record, const struct hypothesis *h, const struct ids *wanted,
                struct arena *arena, struct ids *ret, struct err *err) MUST_USE;

/* --- beside.c --- */

/* "TABLE:ITEM,PERSON,ANSWER" as a body keeps it; a new reference. ERR_USAGE. */
bool beside_people_read(const char *typed, json_t **ret, struct err *err) MUST_USE;

/* The same for a guess whose table is made of shared answers: {"guideline":id}; NULL: it is not. */
bool beside_labels(struct record *record, const struct hypothesis *h, json_t **ret,
                   struct err *err) MUST_USE;

/* The agreement of these people, with its range at 95 %. classes: answers are names, else numbers.
 * Of a guideline it stays empty while another locked guess waits for its answers. */
bool beside_people(struct record *record, const json_t *people, bool classes, struct arena *arena,
                   struct agreement *ret, struct err *err) MUST_USE;

#endif
