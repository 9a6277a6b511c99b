/* SPDX-License-Identifier: GPL-3.0-or-later */
/* factor: figures of others that the ledger multiplies by, each with source, year and scope.
 *
 * A figure that has no source here is not there: what it would stand for is then not said at all.
 * Whole numbers throughout; a product that would not fit is cut off, which no project reaches.
 */
#ifndef LEDGER_FACTOR_H
#define LEDGER_FACTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct span {
    uint64_t low;
    uint64_t high;
};

/* Carbon dioxide of a kilowatt hour from the grid of a place. scope: "direct" (only what leaves the
 * chimney, CO2) or "life_cycle" (with mines, plants and other gases, CO2 equivalents): figures of
 * different scopes must not be compared. */
struct grid {
    const char *place; /* ISO 3166 code, e.g. "DE" */
    const char *scope;
    uint64_t year;
    uint64_t g_per_kwh;
    const char *source; /* to be shown by _() */
};

/* The figure that we carry for a place, NULL if there is none. For DE the direct one, of UBA.
 * SOURCE: Umweltbundesamt, estimate for 2024 (DE); Our World in Data from Ember, 2023 (others),
 * each compared with a copy of it (factor.c). */
const struct grid *grid_of(const char *place);

/* The places of which we carry one, joined by ", ". */
void grid_list(struct buf *out);

/* What moving one kilometre costs: g carbon dioxide and, where known, kJ.
 * SOURCES are in the table and are shown with it. */
struct travel_factor {
    const char *means;
    bool per_person; /* a person's kilometre, else the vehicle's */
    struct span g_per_km;
    struct span kj_per_km; /* 0: not known */
    const char *scope;     /* "direct" or "life_cycle" (fuel and power; the vehicle not) */
    const char *source;
};

/* The factor of a means of travel, NULL if we carry none. */
const struct travel_factor *travel_factor_of(const char *means);

/* What one request to a large language model costs in a data centre, thousandths of a joule, from
 * the lowest to the highest figure that we know of, and whose figures these are. */
struct span prompt_mj(void);
extern const char prompt_source[];

/* a * b / c, rounded down, exact however large a * b is; 0 < c < 2^63. */
uint64_t times_over(uint64_t a, uint64_t b, uint64_t c);

/* SCI = (E * I + M) per R (Green Software Foundation, SCI 1.1, the text of ISO/IEC 21031:2024),
 * with M = TE * (TiR / EL) * (RR / ToR); here RR / ToR = 1: the whole device is reserved. The two
 * summands for one R, in millionths of a gram. */
uint64_t sci_operation_ug(uint64_t energy_mj, uint64_t g_per_kwh);
uint64_t sci_making_ug(uint64_t embodied_g, uint64_t reserved_ms, uint64_t life_years);

#endif
