/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of packed share. */
#ifndef READ_PACKED_INT_H
#define READ_PACKED_INT_H

#include "read/packed.h"

/* Does a zip archive say the same in front of its members and in its directory, and do its members
 * lie one behind the other? ERR_INPUT if not; ERR_LIMIT too many members. Cost: three reads a
 * member. */
bool packed_check(int file, uint64_t bytes, struct err *err) MUST_USE;

/* "This archive is damaged": false, with err filled. */
bool packed_damaged(struct err *err);

#endif
