/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ends: the smallest and largest numbers of each column, and what follows from them. */
#ifndef READ_ENDS_H
#define READ_ENDS_H

#include "read/columns.h"

/* Fill about[].ends, place and, of number columns, missing; add to ret->fault (which has room for
 * 2 * column_n more) the numbers that may stand for "missing". Errors as scan_run. Cost: one scan
 * of the number columns. */
bool ends_find(struct columns *ret, char point, struct arena *arena, const struct cluster *cluster,
               struct err *err) MUST_USE;

#endif
