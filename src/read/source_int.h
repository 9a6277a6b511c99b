/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files that open sources share. */
#ifndef READ_SOURCE_INT_H
#define READ_SOURCE_INT_H

#include "read/source.h"

/* The bytes of the i-th part of what was decoded; their name is "path: member". In the arena. */
struct bytes source_part_bytes(const struct decoded *decoded, size_t i, const char *path,
                               struct arena *arena);

/* For tables that are made here: an empty set of parts, a further part (false: too many), and bytes
 * of the last part. */
bool decoded_new(const char *format, struct decoded *ret, struct err *err) MUST_USE;
bool decoded_begin(struct decoded *decoded, struct str name, struct arena *arena) MUST_USE;
bool decoded_put(struct decoded *decoded, struct str bytes, const char *name,
                 struct err *err) MUST_USE;

#endif
