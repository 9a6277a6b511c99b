/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learn/descent.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"

enum { HISTORY = 10, TRIES = 10, LANES = 4 };

struct state {
    const struct descent *of;
    double *x;               /* (n) */
    double *slope;           /* (n) the gradient at x */
    double *direction;       /* (n) */
    double *next;            /* (n) x + t direction */
    double *next_slope;      /* (n) */
    double *step;            /* (HISTORY, n) ring: changes of x … */
    double *change;          /* (HISTORY, n) … and of the gradient */
    double product[HISTORY]; /* step * change, above 0 */
    size_t known;            /* steps ever kept */
    unsigned gradients;
};

/* Four sums side by side, in fixed order. */
static double dot(const double *a, const double *b, size_t n)
{
    double sum[LANES] = {0};
    for (size_t i = 0; i < n; i++)
        sum[i % LANES] += a[i] * b[i];
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

static void add(double *to, double factor, const double *from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] += factor * from[i];
}

/* direction = -(curvature)^-1 slope, as the history knows it. */
static void choose_direction(struct state *s)
{
    const size_t n = s->of->n, kept = s->known < HISTORY ? s->known : HISTORY;
    double *d = s->direction, share[HISTORY] = {0};
    for (size_t i = 0; i < n; i++)
        d[i] = -s->slope[i];
    for (size_t back = 1; back <= kept; back++) {
        size_t h = (s->known - back) % HISTORY;
        share[h] = dot(s->step + h * n, d, n) / s->product[h];
        add(d, -share[h], s->change + h * n, n);
    }
    if (kept) {
        size_t last = (s->known - 1) % HISTORY;
        const double *change = s->change + last * n;
        double scale = s->product[last] / dot(change, change, n);
        for (size_t i = 0; i < n; i++)
            d[i] *= scale;
    }
    for (size_t back = kept; back >= 1; back--) {
        size_t h = (s->known - back) % HISTORY;
        double answer = dot(s->change + h * n, d, n) / s->product[h];
        add(d, share[h] - answer, s->step + h * n, n);
    }
}

static double try_length(struct state *s, double t)
{
    const size_t n = s->of->n;
    memcpy(s->next, s->x, n * sizeof *s->next);
    add(s->next, t, s->direction, n);
    s->of->gradient(s->of->context, s->next, s->next_slope);
    s->gradients++;
    return dot(s->next_slope, s->direction, n);
}

/* Find a length whose slope is between -0.9 and 0.5 of the first; next and next_slope are those of
 * the last one tried. False if there is none: then rounding is all that is left. */
static bool search(struct state *s)
{
    const double first = dot(s->slope, s->direction, s->of->n);
    double low = 0, low_slope = first, high = 0, t = 1;
    bool bounded = false;
    if (!(first < 0))
        return false;
    for (int i = 0; i < TRIES; i++) {
        double slope = try_length(s, t);
        if (slope > -0.5 * first) { /* too far: the secant, but not too near to either end */
            double share = -low_slope / (slope - low_slope);
            bounded = true;
            high = t;
            t = low + (high - low) * (share < 0.1 ? 0.1 : share > 0.9 ? 0.9 : share);
        } else if (slope < 0.9 * first) { /* hardly begun */
            low = t;
            low_slope = slope;
            t = bounded ? 0.5 * (low + high) : 2 * t;
        } else {
            return true;
        }
    }
    return false;
}

/* Go to next, and remember how the gradient changed on the way. */
static void move(struct state *s)
{
    const size_t n = s->of->n, h = s->known % HISTORY;
    double *step = s->step + h * n, *change = s->change + h * n;
    for (size_t i = 0; i < n; i++) {
        step[i] = s->next[i] - s->x[i];
        change[i] = s->next_slope[i] - s->slope[i];
    }
    s->product[h] = dot(step, change, n);
    if (s->product[h] > 0)
        s->known++;
    memcpy(s->x, s->next, n * sizeof *s->x);
    memcpy(s->slope, s->next_slope, n * sizeof *s->slope);
}

unsigned descent_run(const struct descent *descent, double *x)
{
    const size_t n = descent->n;
    CLEANUP(mem_free) double *room = mem_get(n, (4 + 2 * HISTORY) * sizeof *room);
    struct state s = {.of = descent, .x = x, .slope = room, .direction = room + n};
    s.next = room + 2 * n;
    s.next_slope = room + 3 * n;
    s.step = room + 4 * n;
    s.change = room + (4 + HISTORY) * n;
    descent->gradient(descent->context, x, s.slope);
    s.gradients = 1;
    for (unsigned i = 0; i < descent->steps_most; i++) {
        if (dot(s.slope, s.slope, n) <= descent->enough)
            break;
        choose_direction(&s);
        if (!search(&s))
            break;
        move(&s);
    }
    return s.gradients;
}
