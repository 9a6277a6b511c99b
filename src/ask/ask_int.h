/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of ask/ share. */
#ifndef ASK_ASK_INT_H
#define ASK_ASK_INT_H

#include "ask/ask.h"

/* Is the word one of these? NULL is none. */
bool ask_word(const char *word, const char *const *words, size_t n);

/* "agree", …, "objection"; "go_on", "without_ai", "stop". */
bool ask_is_choice(const char *word);
bool ask_is_outcome(const char *word);

/* A whole number behind a key that is not negative; 0 if there is none. */
uint64_t ask_count(const json_t *body, const char *key);
/* Is there a whole number, not negative, behind a key? */
bool ask_has_count(const json_t *body, const char *key);

/* The four counts of an object. */
struct position_count ask_counts_read(const json_t *counts);
void ask_counts_add(struct position_count *to, const struct position_count *more);
/* Add n to the count of a choice; unknown words count nowhere. */
void ask_counts_put(struct position_count *counts, struct str choice, uint64_t n);

/* The array of numbers behind "dots", in the arena; NULL if it is none of whole numbers that are
 * not negative. */
uint64_t *ask_dots_read(const json_t *body, struct arena *arena, size_t *ret_n);
json_t *ask_dots_json(const uint64_t *dot, size_t n);

/* One number for each option, and not more dots than `people` have? And the same as an error, also
 * where there is no call with dots. */
bool ask_dots_fit(const struct call *call, const uint64_t *dot, size_t n, uint64_t people);
bool ask_dots_allowed(const struct question *q, const uint64_t *dot, size_t n, uint64_t people,
                      struct err *err) MUST_USE;

/* Fold (about, count, entry) into a table by a named statement with these three. */
bool ask_fold_under(struct record *record, enum sql_id statement, const struct hash *about,
                    const struct entry *entry, struct err *err) MUST_USE;

/* The last decision of a question, if there is one; outcome may be NULL. */
bool ask_last_decision(struct record *record, const struct hash *question, bool *ret_there,
                       struct hash *ret, struct buf *outcome, struct err *err) MUST_USE;

/* Is a question decided, as far as is folded? */
bool ask_is_decided(struct record *record, const struct hash *question, bool *ret,
                    struct err *err) MUST_USE;

/* Does what an entry says about a question count, as far as is folded? It does while the question
 * that it names, *ret, is not decided. */
bool ask_counts(struct record *record, const struct entry *entry, struct hash *ret,
                bool *ret_counts, struct err *err) MUST_USE;

/* Load a question that can be talked and voted about: ERR_CONFLICT where its text is not here or
 * where it is decided. */
bool ask_load_open(struct record *record, const struct hash *id, struct arena *arena,
                   struct question *ret, struct err *err) MUST_USE;

/* The call in force of a question; *ret_there false: none. In the arena. */
bool ask_load_call(struct record *record, const struct hash *question, struct arena *arena,
                   bool *ret_there, struct call *ret, struct err *err) MUST_USE;

/* Sum what paper and dots say into a question whose call is loaded. */
bool ask_add_paper(struct record *record, struct arena *arena, struct question *q,
                   struct err *err) MUST_USE;
bool ask_add_dots(struct record *record, struct arena *arena, struct question *q,
                  struct err *err) MUST_USE;

/* ERR_DENIED with this sentence unless the acting member is in charge. */
bool ask_in_charge(struct record *record, const char *sentence, struct err *err) MUST_USE;

/* "late":true if the day lies behind the closing day of the question's call; says so. */
bool ask_mark_late(json_t *body, const struct question *q, const char *day);

#endif
