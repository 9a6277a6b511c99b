/* SPDX-License-Identifier: GPL-3.0-or-later */
/* describe: what the columns of a table were read as, and why, for people and as JSON.
 *
 * Whoever may not show cells (what is set aside must stay unseen, and may be drawn long after an
 * import) asks for it without them: then no range, no category and no example is told.
 */
#ifndef READ_DESCRIBE_H
#define READ_DESCRIBE_H

#include "base/buf.h"
#include "base/json.h"
#include "read/columns.h"

/* "number", "category", "date", "time", "datetime". */
const char *describe_type(enum column_type type, enum column_time time);

/* The same in the reader's language. */
const char *describe_kind(const struct field_plan *plan);

/* One line a column of the file, at most `most` of them: "  T (°C)  number in °C, -1.9 to 44.6; 366
 * missing". Columns derived from others are named in the line of those. */
void describe_lines(const struct columns *columns, bool cells, size_t most, struct buf *out);

/* Put the offsets that times had beside them, if any, into "offset": "+02:00", "+01:00 to +02:00".
 */
void describe_offset(const struct evidence *evidence, json_t *object);

/* A list with an object for each column: name, type, unit, missing, rejected, why; where they apply
 * order, offset, place, derived, note; with cells low, high, values (how many), sum (exact, as a
 * text), categories, examples. Owned by the caller. */
json_t *describe_json(const struct columns *columns, bool cells);

#endif
