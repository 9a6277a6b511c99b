/* SPDX-License-Identifier: GPL-3.0-or-later */
/* derive: from a time the part of it that comes again in another year.
 *
 * An absolute time is no feature unless somebody names it: trees cut it into the days of the
 * training part and remember them. What a model may use is the season and the hour:
 *   "NAME: day of year"   1 … 366, of dates and of dates with time
 *   "NAME: hour"          0 … 23.9999, of times of day and of dates with time: seconds / 3600,
 *                         rounded half to even to four decimals (0.36 s)
 * The day of the year is no feature either unless it is named, where the dates lie in fewer than
 * three calendar years: there it is nearly the date itself, and season cannot be told from trend
 * (air-quality-italy, 13 months, learned until December, tested from January: mean absolute error
 * of a straight line 0.43 without it, 0.66 with it). A column is derived only if its name is free.
 * Derived columns stand behind those of the file, in the order of their sources, the day of the
 * year before the hour. The words are the same in all languages, because names belong to the
 * digest.
 */
#ifndef READ_DERIVE_H
#define READ_DERIVE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/num.h"
#include "learn/table.h"

enum derive_part { DERIVE_DAY_OF_YEAR = 0, DERIVE_HOUR, DERIVE_COUNT };

/* "day of year", "hour"; and back. */
const char *derive_word(enum derive_part part);
bool derive_word_read(struct str word, enum derive_part *ret);

/* Whether a time of this kind has that part. */
bool derive_has(enum column_time time, enum derive_part part);

/* "NAME: day of year", in the arena. */
struct str derive_name(struct arena *arena, struct str name, enum derive_part part);

/* The part of a time: a minimal decimal. Exact but for the rounding of hours. */
struct decimal derive_value(enum column_time time, enum derive_part part, struct decimal value);

#endif
