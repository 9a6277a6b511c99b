/* SPDX-License-Identifier: GPL-3.0-or-later */
/* decide: what a column is, out of what was surveyed of it in each part of the table. */
#ifndef READ_DECIDE_H
#define READ_DECIDE_H

#include "read/survey.h"

/* What a field would be by itself, or was when it was read before: field->own and time. */
void decide_alone(const struct survey *survey, struct survey_field *field);

/* What the fields (n, at least one) of the same column in several parts are together: what all with
 * values say, else what their evidence says when it is brought together. ret_time is set also where
 * it is a category of times. */
struct evidence_type decide_together(struct survey_field *const *field, size_t n,
                                     enum column_time *ret_time);

/* Give a field what its column is: type, time, order (its own if it tells one), rejects. */
void decide_settle(struct survey_field *field, const struct evidence_type *type,
                   enum column_time time);

/* Whether field f is a column: one without a name is only if it has values, or had some when it was
 * read. */
bool decide_is_column(const struct columns_options *options, const struct survey *survey, size_t f);

/* What a field with a type must be looked at for once more: a category of times needs its texts in
 * one notation, others all of them; numbers may have to be rounded; cells may not fit. */
void decide_second_look(struct survey_field *field, bool types_only);

#endif
