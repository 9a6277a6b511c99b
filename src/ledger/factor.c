/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/factor.h"

#include <stddef.h>
#include <string.h>

#include "base/check.h"
#include "base/lang.h"

#define EMBER N_("Our World in Data, from Ember (CC BY)")
#define UBA N_("Umweltbundesamt, TREMOD, 2019 and 2021, after Capital 2023")
#define UBA_FAR N_("Umweltbundesamt, TREMOD, 2019 and 2021, long distance, after Capital 2023")

/* Germany: UBA, estimate for 2024 in its report on 1990 to 2024 (compared with the copy at
 * knlv-missione.nrw). The others: ourworldindata.org/grapher/carbon-intensity-electricity, year
 * 2023; Poland and Sweden with Statista's copy of Ember's figures. A figure that could not be
 * compared with a copy of its source is not here. */
/* clang-format off */
static const struct grid grids[] = {
    {"DE", "direct", 2024, 363, "Umweltbundesamt"},
    {"AT", "life_cycle", 2023, 111, EMBER},
    {"AU", "life_cycle", 2023, 549, EMBER},
    {"BE", "life_cycle", 2023, 138, EMBER},
    {"BR", "life_cycle", 2023, 98, EMBER},
    {"CA", "life_cycle", 2023, 170, EMBER},
    {"CN", "life_cycle", 2023, 582, EMBER},
    {"CZ", "life_cycle", 2023, 450, EMBER},
    {"DK", "life_cycle", 2023, 152, EMBER},
    {"FI", "life_cycle", 2023, 79, EMBER},
    {"FR", "life_cycle", 2023, 56, EMBER},
    {"GR", "life_cycle", 2023, 337, EMBER},
    {"HU", "life_cycle", 2023, 204, EMBER},
    {"IE", "life_cycle", 2023, 291, EMBER},
    {"IN", "life_cycle", 2023, 713, EMBER},
    {"NO", "life_cycle", 2023, 30, EMBER},
    {"PL", "life_cycle", 2023, 662, EMBER},
    {"SE", "life_cycle", 2023, 41, EMBER},
};

/* A car of the German fleet (KBA, 2023, preliminary): 7.7 l petrol or 7.0 l diesel on 100 km; 32 and
 * 36 MJ a litre (Directive (EU) 2018/2001, annex III): 2464 and 2520 kJ/km. IPCC 2006, vol. 2, table
 * 1.4: petrol 67.5 to 73.0, diesel 72.6 to 74.8 g CO2/MJ: 166 to 180 and 183 to 188 g/km.
 * Coach, train, tram: g CO2 equivalents per person and km, the year before the pandemic and the
 * worst year in it, fuel and power with their making; as Capital gives UBA's figures
 * (capital.de, "So viel CO2 fällt beim Reisen wirklich an", 2023). */
static const struct travel_factor travels[] = {
    {"car", false, {166, 189}, {2464, 2520}, "direct",
     N_("litres: KBA 2023; energy: Directive (EU) 2018/2001; CO2: IPCC 2006")},
    {"coach", true, {30, 37}, {0, 0}, "life_cycle", UBA},
    {"train", true, {27, 46}, {0, 0}, "life_cycle", UBA_FAR},
    {"tram", true, {49, 80}, {0, 0}, "life_cycle", UBA},
    {"bicycle", true, {0, 0}, {0, 0}, "direct", N_("no fuel")},
    {"foot", true, {0, 0}, {0, 0}, "direct", N_("no fuel")},
};
/* clang-format on */

void grid_list(struct buf *out)
{
    for (size_t i = 0; i < COUNT_OF(grids); i++)
        buf_printf(out, "%s%s", i ? ", " : "", grids[i].place);
}

const struct grid *grid_of(const char *place)
{
    for (size_t i = 0; i < COUNT_OF(grids); i++)
        if (strcmp(grids[i].place, place) == 0)
            return &grids[i];
    return NULL;
}

const struct travel_factor *travel_factor_of(const char *means)
{
    for (size_t i = 0; i < COUNT_OF(travels); i++)
        if (strcmp(travels[i].means, means) == 0)
            return &travels[i];
    return NULL;
}

/* SOURCE: Elsworth et al. 2025 (arXiv 2508.15734), measured: 0.24 Wh, the median text request to
 * Gemini in May 2025; de Vries 2023 (Joule 7, 2191-2194), estimated: up to 2.9 Wh a request to
 * ChatGPT. 1 Wh = 3600 J. */
const char prompt_source[] = N_("0.24 Wh, measured: Google 2025; 2.9 Wh, estimated: de Vries 2023");

struct span prompt_mj(void)
{
    return (struct span){864000, 10440000};
}

/* Long division of a * b, a bit of b at a time: what was read of b times a is q * c + r. */
uint64_t times_over(uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t q = 0;
    uint64_t r = 0;
    BUG_IF(c == 0 || c > INT64_MAX);
    for (int bit = 63; bit >= 0; bit--) {
        bool fits = !__builtin_mul_overflow(q, 2, &q) &&
                    ((b >> bit & 1) == 0 || !__builtin_add_overflow(q, a / c, &q));
        r = 2 * r;
        uint64_t more = r / c;
        r = r % c + (b >> bit & 1) * (a % c);
        more += r / c;
        r %= c;
        if (!fits || __builtin_add_overflow(q, more, &q))
            return UINT64_MAX;
    }
    return q;
}

uint64_t sci_operation_ug(uint64_t energy_mj, uint64_t g_per_kwh)
{
    /* 1 kWh = 3.6e9 mJ, 1 g = 1e6 ug */
    return times_over(energy_mj, g_per_kwh, 3600);
}

uint64_t sci_making_ug(uint64_t embodied_g, uint64_t reserved_ms, uint64_t life_years)
{
    /* a year of 365.25 days has 31,557,600,000 ms */
    BUG_IF(life_years == 0 || life_years > 1000);
    return times_over(embodied_g * 1000000, reserved_ms, life_years * UINT64_C(31557600000));
}
