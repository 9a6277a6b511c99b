/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the plan share. */
#ifndef PUBLISH_PLAN_INT_H
#define PUBLISH_PLAN_INT_H

#include "publish/publish.h"

/* Is it of a kind that holds rows of a table? */
bool plan_holds_rows(const struct public_entry *e);

/* Open the public view of every table. Entries that hold rows of one of which not every column
 * leaves as it is are held back; its public rows leave in a file of their own. */
bool plan_views(struct record *record, struct arena *arena, struct publish_plan *plan,
                struct err *err) MUST_USE;

/* The view of a table, NULL if there is none. */
const struct public_table *plan_table(const struct publish_plan *plan, const char *name);

/* May the model of this training leave, although not all of its table does? Reads the model. */
bool plan_model_is_open(struct record *record, const struct publish_plan *plan,
                        const struct public_entry *training, struct arena *arena, bool *ret,
                        struct err *err) MUST_USE;

#endif
