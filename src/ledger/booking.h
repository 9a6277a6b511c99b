/* SPDX-License-Identifier: GPL-3.0-or-later */
/* booking: what people book themselves, because no counter sees it.
 *
 * Kind "booking": {"what":"travel"|"material"|"device"|"note", "text"?, "phase"?, "yearly":bool,
 *   "times":n, "cents"?, …}; whole numbers below 10^12. yearly: what a year of going on takes, by
 *   plan; it is not part of what it took so far. Besides, by what:
 *     travel    "means", "metres" of one trip there and back, "people" in it
 *     material  "grams"?
 *     device    "got":"new"|"used"|"repaired", "year"? it was made in, "minutes"? for the project,
 *               "life_years"? as expected, "computer":bool; "embodied_g"? of carbon dioxide for its
 *               making, only with "source": where the figure is from
 * Kind "hours": {}; private {"phase","minutes","people"}: hours are voluntary, and no command shows
 *   those of a person. people: how many spent so many minutes each, the author among them.
 * Kind "credit": {"roles":[CRediT roles],"name"?}: what its author wants to be credited with, under
 *   which name; without a name only counted. The last one of an author counts, empty is none.
 * Kind "grid": {"place"?,"scope":"direct"|"life_cycle","year","g_per_kwh","source"}: the carbon
 *   dioxide of the electricity used; the last one counts.
 */
#ifndef LEDGER_BOOKING_H
#define LEDGER_BOOKING_H

#include "ledger/factor.h"
#include "record/record.h"

extern const struct kind ledger_booking_kind;
extern const struct kind ledger_hours_kind;
extern const struct kind ledger_credit_kind;
extern const struct kind ledger_grid_kind;

/* 0, NULL or false: not said. */
struct booking {
    const char *what;
    const char *text;
    const char *phase;
    const char *means;
    const char *got;
    const char *source;
    bool yearly;
    bool computer;
    uint64_t times; /* 0 is written as 1 */
    uint64_t cents; /* once */
    uint64_t metres;
    uint64_t people;
    uint64_t grams;
    uint64_t year;
    uint64_t minutes;
    uint64_t life_years;
    uint64_t embodied_g;
};

/* Write a booking. ERR_INPUT says what is missing or not known. */
bool booking_add(struct record *record, const struct booking *booking, struct hash *ret,
                 struct err *err) MUST_USE;

/* Read it out of a body that the kind's check lets through; texts in the arena. */
void booking_read(const json_t *body, struct arena *arena, struct booking *ret);

/* Book hours of people: so many minutes each. ERR_INPUT. */
struct hours {
    const char *phase;
    uint64_t minutes;
    uint64_t people;
};
bool hours_add(struct record *record, const struct hours *hours, struct hash *ret,
               struct err *err) MUST_USE;

/* False if the private part is not here or not as it must be. */
bool hours_read(const json_t *private, struct arena *arena, struct hours *ret);

/* Choose CRediT roles, separated by commas; "" or "none": none any more. name NULL: not named.
 * ERR_INPUT lists the roles. SOURCE: ANSI/NISO Z39.104-2022, the 14 roles. */
bool credit_choose(struct record *record, const char *roles, const char *name, struct hash *ret,
                   struct err *err) MUST_USE;

/* State where the electricity comes from. ERR_INPUT. */
bool grid_state(struct record *record, const struct grid *grid, struct hash *ret,
                struct err *err) MUST_USE;
void grid_read(const json_t *body, struct arena *arena, struct grid *ret);

#endif
