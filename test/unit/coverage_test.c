/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does the range of a share hold what it says? Units of equal size whose items are right with
 * chance p and correlation rho within a unit (beta-binomial), drawn from Polya's urn: the next item
 * of a unit is right with chance (a + right so far) / (a + b + items so far), a = p (1 - rho) /
 * rho, b = (1 - p) (1 - rho) / rho. So no function under test takes part in the drawing.
 *
 * With ALLMENDE_SOAK=1: 5,000 replications each, and the table of docs/design/intervals.md on
 * standard output; otherwise 400.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "learn/interval.h"
#include "learn/rng.h"

enum { UNITS_MAX = 100, SEED = 20261122 };

struct setting {
    size_t units;
    unsigned items;
    double p;
    double rho;
};

struct outcome {
    double coverage;  /* share of ranges that hold p */
    double supported; /* share of ranges wholly at or above p: at the threshold, a false verdict */
    double differ;    /* share of results that say that few units differ strongly */
};

/* Right items of one unit; `index` counts the random numbers of this stream. */
static uint64_t unit_hits(const struct setting *s, uint64_t stream, uint64_t *index)
{
    unsigned right = 0;
    for (unsigned i = 0; i < s->items; i++) {
        double chance = s->p;
        if (s->rho > 0) {
            double weight = (1 - s->rho) / s->rho; /* a + b */
            chance = (s->p * weight + right) / (weight + i);
        }
        right += rng_unit(SEED, stream, (*index)++) < chance;
    }
    return right;
}

static struct outcome simulate(const struct setting *s, uint64_t setting, unsigned replications)
{
    uint64_t hits[UNITS_MAX];
    uint64_t sizes[UNITS_MAX];
    unsigned covered = 0;
    unsigned supported = 0;
    unsigned differ = 0;
    for (unsigned r = 0; r < replications; r++) {
        uint64_t index = 0;
        for (size_t u = 0; u < s->units; u++) {
            sizes[u] = s->items;
            hits[u] = unit_hits(s, setting << 32 | r, &index);
        }
        struct interval range = interval_share(hits, sizes, s->units, 0.95);
        covered += range.low <= s->p && s->p <= range.high;
        supported += verdict_of(&range, AT_LEAST, s->p, 0) == VERDICT_SUPPORTED;
        differ += range.differ;
    }
    return (struct outcome){(double)covered / replications, (double)supported / replications,
                            (double)differ / replications};
}

/* Three standard errors of a simulated share. */
static double slack(double share, unsigned replications)
{
    return 3 * sqrt(share * (1 - share) / replications);
}

static void ranges_hold_what_they_say(void **state)
{
    (void)state;
    static const size_t units[] = {5, 8, 12, 20, 50, 100};
    static const unsigned items[] = {4, 20};
    static const double chance[] = {0.6, 0.8, 0.95};
    static const double rho[] = {0, 0.1, 0.3};
    const char *soak = getenv("ALLMENDE_SOAK");
    bool large = soak && strcmp(soak, "1") == 0;
    unsigned n = large ? 5000 : 400;
    unsigned wrong = 0;
    for (uint64_t i = 0; i < (uint64_t)6 * 2 * 3 * 3; i++) {
        struct setting s = {units[i / 18], items[i / 9 % 2], chance[i / 3 % 3], rho[i % 3]};
        struct outcome got = simulate(&s, i, n);
        const double coverage_min = 0.94;
        const double supported_max = 0.05;
        bool fails = got.coverage < coverage_min - slack(coverage_min, n) ||
                     got.supported > supported_max + slack(supported_max, n);
        wrong += fails;
        if (large || fails)
            printf("| %zu | %u | %.2f | %.1f | %.3f | %.3f | %.2f |%s\n", s.units, s.items, s.p,
                   s.rho, got.coverage, got.supported, got.differ, fails ? " fails" : "");
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_hold_what_they_say),
    };
    return cmocka_run_group_tests_name("coverage", tests, NULL, NULL);
}
