/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All kinds of entries that this program knows, in the order of the cycle. */
#ifndef KINDS_H
#define KINDS_H

#include "record/record.h"

/* Ends with NULL. */
extern const struct kind *const kinds[];

#endif
