/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learn/power.h"

#include <math.h>

#include "base/check.h"
#include "base/mem.h"
#include "learn/agreement.h"
#include "learn/real.h"
#include "learn/rng.h"

/* --- drawing ----------------------------------------------------------------------------------*/

/* Unit u owns indexes u * POWER_ROWS_MAX onward, so it draws the same in a larger study. */
static uint64_t first_index(size_t unit)
{
    return (uint64_t)unit * POWER_ROWS_MAX;
}

uint64_t power_urn(const struct power_question *q, uint64_t stream, uint64_t index)
{
    /* Both sides of the quotient times POWER_E4^2: at most 10^8 + 10^4 * 10^4 * 10^5 < 2^44. */
    const uint64_t one = POWER_E4;
    const uint64_t alike = q->alike_e4;
    uint64_t hits = 0;
    for (uint64_t i = 0; i < q->items; i++) {
        uint64_t all = one * (one - alike) + one * alike * i;
        uint64_t some = q->share_e4 * (one - alike) + one * alike * hits;
        if (all == 0) { /* rows entirely alike: the first one decides */
            all = one;
            some = q->share_e4;
        }
        hits += rng_below(q->seed, stream, index + i, all) < some;
    }
    return hits;
}

/* A standard normal number by the polar method: of each pair of which one is used, refused ones
 * take the next indexes. SOURCE: Marsaglia & Bray 1964, SIAM Review 6. */
static double normal(uint64_t seed, uint64_t stream, uint64_t index)
{
    for (;; index += 2) {
        double a = 2 * rng_unit(seed, stream, index) - 1;
        double b = 2 * rng_unit(seed, stream, index + 1) - 1;
        double s = a * a + b * b;
        if (s > 0 && s < 1)
            return a * sqrt(-2 * real_log(s) / s);
    }
}

/* --- a world ----------------------------------------------------------------------------------*/

/* Room for one world. */
struct room {
    uint64_t *hits, *sizes;
    double *x, *y;
    uint8_t *in[2];
    uint32_t *item, *answer; /* ALPHA */
};

static struct interval share(const struct power_question *q, size_t units, uint64_t stream,
                             struct room *room)
{
    uint64_t right = 0;
    for (size_t u = 0; u < units; u++) {
        room->hits[u] = power_urn(q, stream, first_index(u));
        right += room->hits[u];
    }
    double value = (double)right / (double)(units * q->items);
    bool hopeless = q->comparator == AT_LEAST ? value < q->threshold : value > q->threshold;
    if (hopeless) /* a range holds its point, so nothing has to be computed */
        return (struct interval){.low = 0, .high = 1, .units = units, .usable = false};
    return interval_share(room->hits, room->sizes, units, q->confidence);
}

/* Answers of people who know, or guess. */
static struct interval alpha(const struct power_question *q, size_t units, uint64_t stream,
                             struct room *room)
{
    double knows = sqrt(q->expected);
    size_t n = 0;
    for (size_t u = 0; u < units; u++) {
        uint64_t at = first_index(u);
        uint64_t truth = rng_below(q->seed, stream, at++, q->choices);
        for (size_t i = 0; i < q->items; i++, at += 2) {
            bool guesses = rng_unit(q->seed, stream, at) >= knows;
            uint64_t guess = rng_below(q->seed, stream, at + 1, q->choices);
            room->item[n] = (uint32_t)u;
            room->answer[n++] = (uint32_t)(guesses ? guess : truth);
        }
    }
    const struct answer_sheet sheet = {.item = room->item,
                                       .answer = room->answer,
                                       .n = n,
                                       .items = units,
                                       .answers = q->choices,
                                       .level = LEVEL_NOMINAL};
    return agreement_range(&sheet, q->confidence).range;
}

/* A positive number of mean 1 whose standard deviation is `spread`, out of a normal one. */
static double positive(double spread, double z)
{
    double variance = real_log(1 + spread * spread); /* of its logarithm */
    return real_exp(sqrt(variance) * z - variance / 2);
}

/* The standard deviation of the mean of a unit. */
static double deviation(const struct power_question *q)
{
    double alike = (double)q->alike_e4 / POWER_E4;
    return q->spread * sqrt(alike + (1 - alike) / (double)q->items);
}

static struct interval judge(const struct power_question *q, size_t units, struct room *room)
{
    const struct interval_sides sides = {{room->y, room->y}, {room->in[0], room->in[1]}, units};
    switch (q->measure) {
    case POWER_MEAN:
        return interval_mean(room->y, units, q->confidence);
    case POWER_DIFFERENCE:
        return interval_difference(&sides, q->confidence);
    case POWER_SLOPE:
        return interval_slope(room->x, room->y, units, q->confidence);
    case POWER_RATIO:
        return interval_mean_ratio(&sides, q->confidence);
    case POWER_RATE:
        return interval_ratio(room->y, room->x, units, q->confidence);
    case POWER_CORRELATION:
    case POWER_SHARE:
    case POWER_ALPHA:
        break;
    }
    return interval_correlation(room->x, room->y, units, q->confidence);
}

static struct interval world(const struct power_question *q, size_t units, uint64_t stream,
                             struct room *room)
{
    double step = q->span > 0 && units > 1 ? q->span / (double)(units - 1) : 1;
    double by_chance = deviation(q);
    if (q->measure == POWER_SHARE)
        return share(q, units, stream, room);
    if (q->measure == POWER_ALPHA)
        return alpha(q, units, stream, room);
    bool ratio = q->measure == POWER_RATIO || q->measure == POWER_RATE;
    for (size_t u = 0; u < units; u++) {
        double z = normal(q->seed, stream, first_index(u));
        double mean = q->expected;
        room->x[u] = (double)u * step;
        if (q->measure == POWER_CORRELATION) {
            room->x[u] = normal(q->seed, stream, first_index(u) + POWER_ROWS_MAX / 2);
            mean = q->expected * room->x[u];
            by_chance = sqrt(1 - q->expected * q->expected);
        } else if (q->measure == POWER_SLOPE) {
            mean = q->expected * room->x[u];
        } else if (q->measure == POWER_DIFFERENCE && u % 2 == 1) {
            mean = 0;
        } else if (ratio) {
            mean = q->measure == POWER_RATIO && u % 2 == 1 ? 1 : mean;
            room->x[u] = 1;
        }
        room->y[u] = ratio ? mean * positive(by_chance, z) : mean + by_chance * z;
    }
    return judge(q, units, room);
}

unsigned power_supported(const struct power_question *q, size_t units)
{
    CLEANUP(mem_free) uint64_t *whole = mem_get(2 * units, sizeof *whole);
    CLEANUP(mem_free) double *real = mem_get(2 * units, sizeof *real);
    CLEANUP(mem_free) uint8_t *in = mem_get(2 * units, 1);
    size_t answers = q->measure == POWER_ALPHA ? units * q->items : 0;
    CLEANUP(mem_free) uint32_t *sheet = mem_get(2 * answers, sizeof *sheet);
    struct room room = {whole, whole + units,  real, real + units, {in, in + units},
                        sheet, sheet + answers};
    unsigned supported = 0;
    BUG_IF(q->items == 0 || units > POWER_ROWS_MAX / q->items || q->alike_e4 > POWER_E4);
    for (size_t u = 0; u < units; u++) {
        room.sizes[u] = q->items;
        room.in[u % 2][u] = 1;
    }
    for (uint64_t d = 0; d < POWER_DRAWS; d++) {
        struct interval range = world(q, units, d, &room);
        supported +=
            verdict_of(&range, q->comparator, q->threshold, q->least_units) == VERDICT_SUPPORTED;
    }
    return supported;
}

bool power_least(const struct power_question *q, unsigned wanted, size_t *ret)
{
    size_t most = POWER_ROWS_MAX / q->items;
    size_t low = UNITS_MIN - 1; /* too few */
    size_t high = low + 1;
    while (power_supported(q, high) < wanted) {
        low = high;
        if (high >= most)
            return false;
        high = high > most / 2 ? most : high * 2;
    }
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (power_supported(q, middle) < wanted)
            low = middle;
        else
            high = middle;
    }
    *ret = high;
    return true;
}

/* --- what data show ---------------------------------------------------------------------------*/

double power_alike(const uint64_t *hits, const uint64_t *sizes, size_t units)
{
    double all = 0;
    double right = 0;
    double squares = 0; /* of the sizes */
    double own = 0;     /* sum of hits^2 / size */
    for (size_t u = 0; u < units; u++) {
        double n = (double)sizes[u];
        all += n;
        right += (double)hits[u];
        squares += n * n;
        own += (double)hits[u] * (double)hits[u] / n;
    }
    double k = (double)units;
    if (units < 2 || all <= k)
        return 0;
    double between = (own - right * right / all) / (k - 1);
    double within = (right - own) / (all - k);
    double size = (all - squares / all) / (k - 1);
    double both = between + (size - 1) * within;
    double alike = both > 0 ? (between - within) / both : 0;
    return alike > 0 ? alike : 0;
}
