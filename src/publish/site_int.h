/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the page share. */
#ifndef PUBLISH_SITE_INT_H
#define PUBLISH_SITE_INT_H

#include "publish/site.h"

struct site {
    struct record *record;
    const struct publish_plan *plan;
    struct arena *arena;
};

/* Is it of this kind, public, and does it count? */
bool site_is(const struct public_entry *e, const char *kind);

/* Does its body name this id under a key? */
bool site_about(const struct public_entry *e, const char *key, const struct hash *id);

/* Put a text, unless it is NULL or empty. */
void site_text(json_t *object, const char *key, const char *text);

/* Put an id in groups of four digits, as it is read out. */
void site_id(json_t *object, const char *key, const struct hash *id);

/* Put a number that a body keeps as text, with three figures in the reader's way of writing; false
 * if there is none. */
bool site_number(json_t *object, const char *key, const json_t *body, const char *name);

/* How many rows of an import were taken back; ret_rest: where what is left of it lies, untouched if
 * that is the import. */
json_int_t site_taken_back(const struct site *s, const struct hash *batch,
                           const struct public_entry **ret_rest);

/* Put "report": where a model errs, in counts, if the body of a verdict has them. Classes have
 * names only where the model is public. */
bool site_report(const struct site *s, json_t *out, const json_t *body, struct err *err) MUST_USE;

/* Put "bars" and "tree": what the model of a training pays attention to, as pictures with tables.
 */
bool site_model(const struct site *s, const struct entry *training, json_t *out,
                struct err *err) MUST_USE;

/* Put "chart": a picture of rows [{"label","value","low"?,"high"?,"chosen"?}] (numbers as texts
 * with a point) on one axis, and the mark, if it is not NULL. Nothing if there is nothing to see.
 */
void site_chart(json_t *out, const char *title, const json_t *rows, const double *mark);

/* Put "tables", "forms" and "guidelines". */
void site_data(const struct site *s, json_t *out);

/* Put "guesses": each with the mark that was set, its steps and its results. */
bool site_guesses(const struct site *s, json_t *out, struct err *err) MUST_USE;

/* Fill `out` with the guess that a training is about, this training, and only the results that were
 * found with its model; it stays empty if the guess is not public. */
bool site_guess_of(const struct site *s, const struct public_entry *training, json_t *out,
                   struct err *err) MUST_USE;

/* The public entry that a body names under a key; NULL if there is none. */
const struct public_entry *site_named(const struct site *s, const json_t *body, const char *key);

/* Put a number with three figures in the reader's way of writing: "0.712" or "0,712"; short:
 * without noughts at the end. */
void site_value(json_t *object, const char *key, double value);
void site_short(json_t *object, const char *key, double value);

/* Put "ledger": what it took, for the earth, for people, for what is known; each act and booking
 * with its entry. Cost: that of ledger_read. */
bool site_ledger(const struct site *s, json_t *out, struct err *err) MUST_USE;

#endif
