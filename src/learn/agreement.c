/* SPDX-License-Identifier: GPL-3.0-or-later */
/* With n_u answers to item u, and delta2 the disagreement of two answers:
 *
 *     within_u   = sum of delta2 over ordered pairs of answers to item u
 *     observed   = sum over u of within_u / (n_u - 1)                       (over n: Do)
 *     all        = sum of delta2 over all ordered pairs
 *     chance     = all / (n - 1)                                            (over n: De)
 *     alpha      = 1 - observed / chance
 *
 * For the range the expectation is taken between items: (all - sum of within) / (n^2 - sum of
 * n_u^2) * n in place of `chance`. `chance` holds pairs of answers to the same item as well, which
 * are alike, so with few items it is too small.
 *
 * Sums of delta2 are counts (nominal), or 2 (n sum v^2 - (sum v)^2) for values v; an ordinal answer
 * has as v its mid-rank among all answers: Krippendorff's ordinal delta is just their distance.
 * Without item u all sums lose what u has a part in, so the jackknife costs as much as one alpha;
 * ranks stay those of all answers.
 */
#include "learn/agreement.h"

#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "learn/real.h"

static const char *const levels[] = {
    [LEVEL_NOMINAL] = "nominal", [LEVEL_ORDINAL] = "ordinal", [LEVEL_INTERVAL] = "interval"};

const char *agreement_level_name(enum agreement_level level)
{
    return levels[level];
}

bool agreement_level_by_name(struct str name, enum agreement_level *ret)
{
    for (size_t i = 0; i < COUNT_OF(levels); i++) {
        if (str_eq(name, str_of(levels[i]))) {
            *ret = (enum agreement_level)i;
            return true;
        }
    }
    return false;
}

/* --- counting ---------------------------------------------------------------------------------*/

/* Answers sorted by item: those of item u are answer[first[u] … first[u + 1] - 1]. */
struct sheet {
    const struct answer_sheet *from;
    size_t *first;    /* (items + 1) */
    uint32_t *answer; /* (n) */
    uint64_t *total;  /* (answers) over items with at least two answers */
    uint64_t *count;  /* (answers) scratch, all 0 between uses */
    double *value;    /* (answers) v, about a centre; not for NOMINAL */
};

/* What an item, or all, add up to. */
struct part {
    double n;
    double sum;    /* of v */
    double square; /* of v^2 */
    double within;
    bool counts; /* has at least two answers */
};

static void sort_answers(struct sheet *s)
{
    const struct answer_sheet *from = s->from;
    CLEANUP(mem_free) size_t *next = mem_get(from->items + 1, sizeof *next);
    for (size_t i = 0; i < from->n; i++) {
        BUG_IF(from->item[i] >= from->items || from->answer[i] >= from->answers);
        s->first[from->item[i] + 1]++;
    }
    for (size_t u = 0; u < from->items; u++)
        s->first[u + 1] += s->first[u];
    memcpy(next, s->first, from->items * sizeof *next);
    for (size_t i = 0; i < from->n; i++)
        s->answer[next[from->item[i]]++] = from->answer[i];
    for (size_t u = 0; u < from->items; u++)
        for (size_t i = s->first[u]; i < s->first[u + 1]; i++)
            s->total[s->answer[i]] += s->first[u + 1] - s->first[u] >= 2;
}

/* v of each kind of answer: its value or its mid-rank, about the mean of all answers, so that
 * squares do not cancel. */
static void choose_values(struct sheet *s)
{
    size_t kinds = s->from->answers;
    double below = 0;
    double sum = 0;
    for (size_t c = 0; c < kinds; c++) {
        double n = (double)s->total[c];
        s->value[c] = s->from->level == LEVEL_INTERVAL ? s->from->value[c] : below + n / 2;
        below += n;
        sum += n * s->value[c];
    }
    for (size_t c = 0; c < kinds && below > 0; c++)
        s->value[c] -= sum / below;
}

static double pairs(const struct part *part)
{
    return 2 * (part->n * part->square - part->sum * part->sum);
}

static struct part part_of(struct sheet *s, size_t u)
{
    struct part part = {.n = (double)(s->first[u + 1] - s->first[u])};
    uint64_t alike = 0;
    part.counts = part.n >= 2;
    for (size_t i = s->first[u]; i < s->first[u + 1]; i++)
        s->count[s->answer[i]]++;
    for (size_t i = s->first[u]; i < s->first[u + 1]; i++) {
        uint32_t c = s->answer[i];
        alike += s->count[c]; /* each of its answers sees all of its kind: the square in the end */
        part.sum += s->value[c];
        part.square += s->value[c] * s->value[c];
    }
    part.within = s->from->level == LEVEL_NOMINAL ? part.n * part.n - (double)alike : pairs(&part);
    for (size_t i = s->first[u]; i < s->first[u + 1]; i++)
        s->count[s->answer[i]] = 0;
    /* Of equal values, rounding must not leave a trace of disagreement. */
    if (part.within <= 0x1p-40 * part.n * part.square && s->from->level != LEVEL_NOMINAL)
        part.within = 0;
    return part;
}

/* The sum over ordered pairs of answers to u and answers to all items, u's own too (nominal). */
static double shared_pairs(const struct sheet *s, size_t u)
{
    uint64_t alike = 0;
    for (size_t i = s->first[u]; i < s->first[u + 1]; i++)
        alike += s->total[s->answer[i]];
    return (double)alike;
}

/* --- what follows -----------------------------------------------------------------------------*/

struct whole {
    struct part all; /* within: the sum of the items' */
    double squares;  /* sum of n_u^2 */
    double observed;
    double pairs; /* over all ordered pairs */
};

/* Observed disagreement over that between items; negative if there is none between items. */
static double quotient(const struct whole *w)
{
    double between = w->pairs - w->all.within;
    double chances = w->all.n * w->all.n - w->squares;
    if (!(between > 0) || !(chances > 0))
        return -1;
    return w->observed / (between / chances * w->all.n);
}

static struct whole whole_of(const struct sheet *s, const struct part *part)
{
    struct whole w = {.squares = 0};
    for (size_t u = 0; u < s->from->items; u++) {
        if (!part[u].counts)
            continue;
        w.all.n += part[u].n;
        w.all.sum += part[u].sum;
        w.all.square += part[u].square;
        w.all.within += part[u].within;
        w.squares += part[u].n * part[u].n;
        w.observed += part[u].within / (part[u].n - 1);
    }
    w.pairs = pairs(&w.all);
    if (s->from->level == LEVEL_NOMINAL) {
        double alike = 0;
        for (size_t c = 0; c < s->from->answers; c++)
            alike += (double)s->total[c] * (double)s->total[c];
        w.pairs = w.all.n * w.all.n - alike;
    }
    return w;
}

static struct whole without(const struct sheet *s, const struct whole *w, const struct part *part,
                            size_t u)
{
    struct whole rest = *w;
    rest.all.n -= part->n;
    rest.all.sum -= part->sum;
    rest.all.square -= part->square;
    rest.all.within -= part->within;
    rest.squares -= part->n * part->n;
    rest.observed -= part->within / (part->n - 1);
    if (s->from->level != LEVEL_NOMINAL) {
        rest.pairs = pairs(&rest.all);
        return rest;
    }
    /* pairs = n^2 - sum of squares; each kind's square loses 2 total own - own^2 */
    double own_squares = part->n * part->n - part->within;
    double alike = w->all.n * w->all.n - w->pairs - 2 * shared_pairs(s, u) + own_squares;
    rest.pairs = rest.all.n * rest.all.n - alike;
    return rest;
}

/* The widths of the range on both scales: of log(quotient) and of the quotient itself. */
struct spread {
    double log;
    double plain;
};

static double deviation(const double *value, size_t n)
{
    double mean = 0;
    double squares = 0;
    for (size_t i = 0; i < n; i++)
        mean += value[i] / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += (value[i] - mean) * (value[i] - mean);
    return sqrt(((double)n - 1) / (double)n * squares);
}

static struct spread jackknife(const struct sheet *s, const struct whole *w,
                               const struct part *part, size_t units)
{
    CLEANUP(mem_free) double *plain = mem_get(units, sizeof *plain);
    CLEANUP(mem_free) double *log = mem_get(units, sizeof *log);
    struct spread spread = {HUGE_VAL, HUGE_VAL};
    bool logs = true;
    size_t n = 0;
    for (size_t u = 0; u < s->from->items; u++) {
        if (!part[u].counts)
            continue;
        struct whole rest = without(s, w, &part[u], u);
        double q = quotient(&rest);
        if (q < 0)
            return spread;
        /* One item alone may hold all disagreement; what is left is rounding. */
        bool some = rest.observed > 0x1p-40 * w->observed;
        logs = logs && some;
        log[n] = some ? real_log(q) : 0;
        plain[n++] = q;
    }
    spread.plain = deviation(plain, units);
    if (logs)
        spread.log = deviation(log, units);
    return spread;
}

/* How low alpha may be if as many items are in disagreement as Clopper-Pearson allows, each as much
 * as those that are; if none is, as much as one answer apart from the others. */
static double floor_of(const struct sheet *s, const struct whole *w, const struct part *part,
                       size_t units, double confidence)
{
    size_t apart = 0;
    double n = (double)units;
    for (size_t u = 0; u < s->from->items; u++)
        apart += part[u].counts && part[u].within > 0;
    if (apart == units)
        return HUGE_VAL;
    double k = (double)apart;
    double most = real_beta_quantile(1 - (1 - confidence) / 2, k + 1, n - k);
    double between = (w->pairs - w->all.within) / (w->all.n * w->all.n - w->squares);
    double alike = 0;
    for (size_t c = 0; c < s->from->answers; c++)
        alike += (double)s->total[c] * (double)s->total[c];
    /* observed per item in disagreement; one answer apart is in 2 (n_u - 1) of its pairs, each with
     * the mean delta2 of answers that differ, over n_u - 1 */
    double each = apart ? w->observed / k : 2 * w->pairs / (w->all.n * w->all.n - alike);
    return 1 - most * n * each / (between * w->all.n);
}

/* Items whose most frequent answer (the first of equals) is not that of all items. */
static size_t count_unlike(struct sheet *s, const struct part *part)
{
    uint32_t usual = 0;
    size_t unlike = 0;
    for (uint32_t c = 1; c < s->from->answers; c++)
        if (s->total[c] > s->total[usual])
            usual = c;
    for (size_t u = 0; u < s->from->items; u++) {
        uint64_t own = 0;
        uint64_t other = 0;
        for (size_t i = s->first[u]; i < s->first[u + 1]; i++) {
            uint64_t n = ++s->count[s->answer[i]];
            uint64_t *most = s->answer[i] == usual ? &own : &other;
            *most = n > *most ? n : *most;
        }
        for (size_t i = s->first[u]; i < s->first[u + 1]; i++)
            s->count[s->answer[i]] = 0;
        unlike += part[u].counts && other > own;
    }
    return unlike;
}

static void put_range(const struct sheet *s, const struct whole *w, const struct part *part,
                      double confidence, struct interval *range)
{
    double q = quotient(w);
    size_t units = range->units;
    range->low = -HUGE_VAL;
    range->high = 1;
    if (q < 0)
        return;
    double least = floor_of(s, w, part, units, confidence);
    double t = real_student_quantile(1 - (1 - confidence) / 2, (double)units - 1);
    struct spread spread = jackknife(s, w, part, units);
    range->usable = true;
    range->low = fmin(range->value, least);
    if (w->observed == 0)
        return;
    double half = t * spread.log;
    range->low = half <= 700 ? fmin(range->low, 1 - q * real_exp(half)) : -HUGE_VAL;
    double high = half <= 700 ? 1 - q * real_exp(-half) : 1;
    range->high = fmin(fmax(fmax(high, 1 - q + t * spread.plain), range->value), 1);
}

struct agreement agreement_range(const struct answer_sheet *sheet, double confidence)
{
    CLEANUP(mem_free) size_t *first = mem_get(sheet->items + 2, sizeof *first);
    CLEANUP(mem_free) uint32_t *answer = mem_get(sheet->n, sizeof *answer);
    CLEANUP(mem_free) uint64_t *total = mem_get(sheet->answers, sizeof *total);
    CLEANUP(mem_free) uint64_t *count = mem_get(sheet->answers, sizeof *count);
    CLEANUP(mem_free) double *value = mem_get(sheet->answers, sizeof *value);
    CLEANUP(mem_free) struct part *part = mem_get(sheet->items, sizeof *part);
    struct sheet s = {sheet, first, answer, total, count, value};
    struct agreement found = {.kinds = 0};
    struct interval *range = &found.range;
    sort_answers(&s);
    if (sheet->level != LEVEL_NOMINAL)
        choose_values(&s);
    for (size_t u = 0; u < sheet->items; u++) {
        part[u] = part_of(&s, u);
        range->units += part[u].counts;
        found.answers += part[u].counts ? first[u + 1] - first[u] : 0;
    }
    for (size_t c = 0; c < sheet->answers; c++)
        found.kinds += total[c] > 0;
    struct whole w = whole_of(&s, part);
    *range = (struct interval){
        .low = -HUGE_VAL, .high = 1, .units = range->units, .shape = SHAPE_AGREEMENT};
    if (found.kinds < 2)
        return found;
    range->value = 1 - w.observed / (w.pairs / (w.all.n - 1));
    found.unlike = count_unlike(&s, part);
    if (range->units >= 2 && found.unlike >= AGREEMENT_UNLIKE)
        put_range(&s, &w, part, confidence, range);
    return found;
}
