/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the page says about asking and deciding, beyond question, positions and decision. */
#ifndef PUBLISH_SITE_ASK_H
#define PUBLISH_SITE_ASK_H

#include "ask/ask.h"
#include "publish/site_int.h"

/* Put into the object of a question what hangs on it and is public: "sheet", "call", "decision"
 * with its dissent, "papers", "talk", "minutes" of the decision, "revisit". What holds is asked of
 * the record, what may be shown of the plan: an entry whose permission does not cover publication
 * is left out. */
bool site_ask(const struct site *s, const struct public_entry *question, json_t *one,
              struct err *err) MUST_USE;

/* Put "minutes": those that hang on a decision or a result and are public. */
bool site_minutes(const struct site *s, const struct hash *about, json_t *one,
                  struct err *err) MUST_USE;

#endif
