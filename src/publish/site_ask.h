/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the page says about asking and deciding, beyond question, positions and decision. */
#ifndef PUBLISH_SITE_ASK_H
#define PUBLISH_SITE_ASK_H

#include "ask/ask.h"
#include "publish/site_int.h"

/* Put into the object of a question what hangs on it and is public: answers of the sheet, "call",
 * "papers", "talk", "minutes", "revisit". What holds is asked of the record, what may be shown of
 * the plan: an entry whose permission does not cover publication is left out. */
bool site_ask(const struct site *s, const struct public_entry *question, json_t *one,
              struct err *err) MUST_USE;

#endif
