/* SPDX-License-Identifier: GPL-3.0-or-later */
/* header: what the names of columns say: units, places, and which name stands twice or nowhere.
 *
 * A name stays as it was typed. Its unit is what stands in brackets at its end:
 *   - "T [°C]", "T[°C]": square brackets hold units;
 *   - "Wind speed (m/s)": round brackets behind a blank hold one if it is made of units that we
 * know (a short list, with the usual prefixes written out, joined by / * · ^ and exponents);
 *   - "T(°C)": round brackets without a blank only if it is no word of letters alone, because
 *     "CO(GT)" and "PT08.S1(CO)" are names.
 */
#ifndef READ_HEADER_H
#define READ_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

/* The unit in a name, a part of it; empty if there is none. */
struct str header_unit(struct str name);

enum header_note {
    HEADER_FINE = 0,
    HEADER_REPEATED, /* stands further to the left already: "x" became "x (2)" */
    HEADER_EMPTY     /* became "column 3" */
};

/* Give each column a name of its own, by its place: an empty one becomes "column N", the second "x"
 * becomes "x (2)" (or the next number that no column has). A name that stood in the file only once
 * is never changed. name (n) is changed in place, new texts lie in the arena; note (n) gets what
 * was done. The words are the same in all languages, because names belong to the digest.
 * Cost: n log n comparisons, n^2 only of names that repeat. */
void header_name(struct arena *arena, struct str *name, size_t n, enum header_note *note);

enum header_place { PLACE_NONE = 0, PLACE_LATITUDE, PLACE_LONGITUDE };

/* What a name says about a column of degrees: "lat", "Latitude (°)", "geogr. Breite",
 * "decimalLongitude", "lon", "lng", "long". The range is the caller's: ±90, ±180. */
enum header_place header_place(struct str name);

#endif
