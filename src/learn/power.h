/* SPDX-License-Identifier: GPL-3.0-or-later */
/* power: how many units (sites, nights, people) it takes, before anybody goes out.
 *
 * If the world is as somebody expects, how often would so many units come out as "supported"? Many
 * such worlds are drawn, and each is judged by the very functions that judge real data. Draw d uses
 * stream d of the counter-based random numbers, and unit u of it the same indexes whatever the
 * number of units: so a larger study holds the smaller one, and all machines find the same number.
 *
 * Rows of a share come from Polya's urn: with share p and correlation c within a unit, row i + 1 is
 * a hit with probability (p (1 - c) + c hits) / (1 - c + c i), in whole numbers. Means of units are
 * normal; of ratios, which cannot fall below 0, lognormal. People who agree beyond chance by alpha
 * know the answer with probability sqrt(alpha), else they guess among all choices alike: two of
 * them then agree with probability alpha + (1 - alpha) / choices. SOURCE: Eggenberger & Polya 1923,
 * Zeitschrift fuer angewandte Mathematik und Mechanik 3; Skellam 1948, Journal of the Royal
 * Statistical Society B 10 (the beta-binomial distribution).
 */
#ifndef LEARN_POWER_H
#define LEARN_POWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "learn/interval.h"

enum power_measure {
    POWER_SHARE = 0,   /* also accuracy, recall and precision: Korn-Graubard */
    POWER_MEAN,        /* of one value a unit: what is compared within units */
    POWER_DIFFERENCE,  /* of two sides, every second unit on either */
    POWER_SLOPE,       /* units evenly along x */
    POWER_CORRELATION, /* both normal */
    POWER_RATIO,       /* of the means of two sides, every second unit on either */
    POWER_RATE,        /* of sums, the unit's second one being 1 */
    POWER_ALPHA        /* agreement: units are items, rows their answers; nominal */
};

enum { POWER_DRAWS = 1000, POWER_ROWS_MAX = 100000, POWER_E4 = 10000 };

struct power_question {
    enum power_measure measure;
    enum comparator comparator;
    double threshold;
    unsigned share_e4; /* SHARE: what is expected, in ten-thousandths */
    double expected;   /* else: what is expected */
    double spread;  /* MEAN, DIFFERENCE, SLOPE: standard deviation of single rows, > 0; RATIO, RATE:
                       the same divided by their mean */
    double span;    /* SLOPE: from the least x to the largest; 0: a unit at each step of 1 */
    size_t items;   /* rows a unit, at least 1; ALPHA: at least 2 */
    size_t choices; /* ALPHA: to choose from, at least 2 */
    unsigned alike_e4; /* correlation of rows of one unit, in ten-thousandths: 0 … 10,000 */
    double confidence;
    size_t least_units;
    uint64_t seed;
};

/* Of POWER_DRAWS worlds with so many units, how many are "supported". units * items at most
 * POWER_ROWS_MAX. Cost: POWER_DRAWS * (units * items + 0.1 ms). */
unsigned power_supported(const struct power_question *question, size_t units);

/* The least number of units with which at least `wanted` worlds are supported, found by doubling
 * and halving; false: more rows than POWER_ROWS_MAX would be needed. Counts are whole, so one
 * unit more can be a little worse. */
bool power_least(const struct power_question *question, unsigned wanted, size_t *ret);

/* How many of `rows` rows with hits of share_e4 and alike_e4 are hits, in draw `stream`, from
 * `index` on: the urn by itself. */
uint64_t power_urn(const struct power_question *question, uint64_t stream, uint64_t index);

/* The correlation of rows of one unit that data show (one-way analysis of variance, below 0 counted
 * as 0): hits and sizes (units). SOURCE: Ridout, Demetrio & Firth 1999, Biometrics 55, equation 1.
 */
double power_alike(const uint64_t *hits, const uint64_t *sizes, size_t units);

#endif
