/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files behind public_view.h share. */
#ifndef COLLECT_VIEW_INT_H
#define COLLECT_VIEW_INT_H

#include "base/num.h"
#include "collect/public_view.h"
#include "collect/raw.h"
#include "collect/view.h"

/* Note a person; how many there are; their number from 1, 0 for somebody unknown. */
void view_people_add(struct view_people *people, struct str name);
size_t view_people_count(struct view_people *people);
size_t view_people_number(struct view_people *people, struct str name);

/* The centre of the fixed cell of 10^-digits degrees that a coordinate lies in, as text; empty if
 * it is no coordinate. A cell is [k, k + 1) * 10^-digits; the pole and the date line belong to the
 * cell before them. */
struct str view_cell(struct arena *arena, struct str typed, char point, unsigned digits,
                     bool latitude);

/* Metres from the centre of such a cell to the farthest place in it, rounded up. */
uint64_t view_cell_m(unsigned digits);

/* A length in metres as typed, rounded up; false if it is none. */
bool view_metres(struct str typed, char point, uint64_t *ret);

#endif
