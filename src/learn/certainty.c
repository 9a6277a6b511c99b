/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far the certainty of a consensus is to be believed: consensus_check. Known items are taken in
 * their order, the i-th belongs to fifth i mod 5; sums run in that order. */
#include <math.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/mem.h"
#include "learn/consensus.h"
#include "learn/real.h"

enum { FOLDS = 5, TEMPERATURES = 33 };

struct checking {
    const struct consensus *c;
    const uint32_t *truth;
    size_t *known; /* (n) items */
    size_t n;
    double *scratch; /* (choices) */
};

static double temperature_of(int step)
{
    static const double quarter[] = {1, 1.189207115002721, 1.4142135623730951, 1.681792830507429};
    return ldexp(quarter[step % 4], step / 4);
}

/* log of the belief in choice `which` of item u at a temperature; the best score is 0. */
static double log_belief(const struct checking *q, size_t u, uint32_t which, double temperature)
{
    const int64_t *score = &q->c->score[u * q->c->choices];
    double sum = 0;
    for (size_t k = 0; k < q->c->choices; k++)
        q->scratch[k] = ldexp((double)score[k], -32) / temperature;
    double own = q->scratch[which];
    real_exps(q->scratch, q->c->choices);
    for (size_t k = 0; k < q->c->choices; k++)
        sum += q->scratch[k];
    return own - real_log(sum);
}

/* The temperature that fits best, without the items of one fifth (FOLDS: with all). */
static double fit(const struct checking *q, size_t without)
{
    double best = -HUGE_VAL;
    int chosen = 0;
    for (int step = 0; step < TEMPERATURES; step++) {
        double sum = 0;
        for (size_t i = 0; i < q->n; i++)
            if (i % FOLDS != without)
                sum += log_belief(q, q->known[i], q->truth[q->known[i]], temperature_of(step));
        if (sum > best) {
            best = sum;
            chosen = step;
        }
    }
    return temperature_of(chosen);
}

struct judged {
    double certainty;
    size_t item;
    bool right;
};

static int by_certainty(const void *a, const void *b)
{
    const struct judged *x = a;
    const struct judged *y = b;
    if (x->certainty < y->certainty || x->certainty > y->certainty)
        return x->certainty < y->certainty ? -1 : 1;
    return x->item < y->item ? -1 : x->item > y->item;
}

/* Clopper and Pearson's range of a share, with `tail` beyond each end. */
static void range_of(size_t right, size_t n, double tail, double *ret_low, double *ret_high)
{
    double k = (double)right;
    double rest = (double)(n - right);
    *ret_low = right ? real_beta_quantile(tail, k, rest + 1) : 0;
    *ret_high = right < n ? real_beta_quantile(1 - tail, k + 1, rest) : 1;
}

/* Does the mean certainty of these items lie in the range of the share right? */
static bool holds(const struct judged *judged, size_t n, double tail)
{
    double mean = 0;
    double low;
    double high;
    size_t right = 0;
    for (size_t i = 0; i < n; i++) {
        mean += judged[i].certainty / (double)n;
        right += judged[i].right;
    }
    range_of(right, n, tail, &low, &high);
    return mean >= low && mean <= high;
}

static void judge(const struct checking *q, struct judged *judged, struct consensus_check *ret)
{
    double temperature[FOLDS];
    for (size_t f = 0; f < FOLDS; f++)
        temperature[f] = fit(q, f);
    for (size_t i = 0; i < q->n; i++) {
        size_t u = q->known[i];
        uint32_t answer = q->c->answer[u];
        double raw = real_exp(log_belief(q, u, answer, 1));
        double own = real_exp(log_belief(q, u, answer, temperature[i % FOLDS]));
        judged[i] = (struct judged){own, u, answer == q->truth[u]};
        ret->right += judged[i].right;
        ret->raw += raw / (double)q->n;
        ret->certainty += own / (double)q->n;
    }
    qsort(judged, q->n, sizeof *judged, by_certainty);
}

struct consensus_check consensus_check(struct consensus *c, const uint32_t *truth)
{
    CLEANUP(mem_free) size_t *known = mem_get(c->items, sizeof *known);
    CLEANUP(mem_free) double *scratch = mem_get(c->choices, sizeof *scratch);
    struct checking q = {c, truth, known, 0, scratch};
    struct consensus_check ret = {.temperature = 1, .high = 1};
    BUG_IF(!c->score);
    for (size_t u = 0; u < c->items; u++)
        if (c->count[u] && truth[u] < c->choices)
            known[q.n++] = u;
    ret.known = q.n;
    if (q.n == 0)
        return ret;
    CLEANUP(mem_free) struct judged *judged = mem_get(q.n, sizeof *judged);
    judge(&q, judged, &ret);
    range_of(ret.right, q.n, 0.025, &ret.low, &ret.high);
    if (q.n < CONSENSUS_CHECK_LEAST)
        return ret;
    ret.temperature = fit(&q, FOLDS);
    size_t half = q.n / 2;
    ret.calibrated = holds(judged, half, 0.0125) && holds(judged + half, q.n - half, 0.0125);
    for (size_t u = 0; ret.calibrated && u < c->items; u++)
        if (c->count[u])
            c->certainty[u] = (uint32_t)rint(
                CONSENSUS_ONE * real_exp(log_belief(&q, u, c->answer[u], ret.temperature)));
    return ret;
}
