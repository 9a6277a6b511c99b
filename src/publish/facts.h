/* SPDX-License-Identifier: GPL-3.0-or-later */
/* facts: what a publication has to say and the record cannot know.
 *
 * Catalogues, archives and datasheets ask who is to be named, where it was, what the data must not
 * be used for. What the record holds is taken from there; the rest people say with "describe", once
 * for each publication to come. What nobody said is missing in every file, and named by the
 * preview; it is never made up.
 *
 * Kind "description": {"key":one of facts[],"text","licence","permission"}. The last one of a key
 * counts; an empty text takes the fact back.
 * SOURCE for the keys: Gebru et al., Datasheets for Datasets (2021); Croissant RAI 1.0; DataCite
 * 4.6; CITATION.cff 1.2.0; research/ecosystem.md, section 4.
 */
#ifndef PUBLISH_FACTS_H
#define PUBLISH_FACTS_H

#include "publish/publish.h"

extern const struct kind facts_kind;

struct fact {
    const char *key;      /* what people type */
    const char *question; /* N_(): what it answers */
    bool data;            /* it is asked only where a table goes out */
};

/* Cut an ORCID off the end of a name: "Ada Example (0000-0002-1825-0097)". True: there is one, and
 * its check digit fits (ISO 7064 MOD 11-2); name and ret_orcid point into the text. False: there is
 * none, or *ret_wrong: it does not fit. */
bool facts_orcid(struct str *name, struct str *ret_orcid, bool *ret_wrong);

/* All of them, in the order in which they are asked; ends with a key NULL. */
extern const struct fact facts[];

/* What was said, NULL if nothing. In the plan. */
const char *facts_said(const struct publish_plan *plan, const char *key);

/* The entry that says it, NULL if nothing. */
const struct public_entry *facts_entry(const struct publish_plan *plan, const char *key);

/* Is this one still to be said before a publication of this plan is complete? */
bool facts_missing(const struct publish_plan *plan, const struct fact *fact);

/* Say one; text "" takes it back. ERR_INPUT: there is no such key (those that are there are named),
 * or the text is longer than 10,000 bytes. */
bool facts_say(struct record *record, const char *key, const char *text, struct hash *ret,
               struct err *err) MUST_USE;

#endif
