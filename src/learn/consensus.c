/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Units: beliefs in 2^-30 (uint32), weights in 2^-20, logarithms in 2^-32 (int64). A belief sum is
 * below 2^30 * 2^31 = 2^61; a logarithm is above -64 (a cell is at least 0.01 / 2^31), so a score
 * of one item is below 2^38 * 2^31 in any case that memory can hold, and far below that in
 * practice.
 *
 * Tables are kept for the pairs of a person and an answer that this person has given only: with
 * many choices, and people who answer little, all tables would not fit.
 */
#include "learn/consensus.h"

#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "learn/real.h"
#include "learn/rng.h"

static const double smooth = 0.01;
enum { WEIGHT_ONE = 1 << 20, STILL = 10 /* 10 * 2^-30 < 10^-8 */ };

/* Answers sorted by item: those of item u stand at first[u] … first[u + 1] - 1. */
struct sorted {
    size_t *first;    /* (items + 1) */
    uint32_t *answer; /* (n) */
    uint32_t *person; /* (n) */
    uint32_t *pair;   /* (n) which person and answer; Dawid-Skene only */
    uint32_t *weight; /* (people) in 1/WEIGHT_ONE */
};

static struct sorted sort_by_item(const struct consensus_sheet *s, struct arena *arena)
{
    struct sorted o = {.first = arena_get(arena, s->items + 2, sizeof *o.first),
                       .answer = arena_get(arena, s->n, sizeof *o.answer),
                       .person = arena_get(arena, s->n, sizeof *o.person),
                       .weight = arena_get(arena, s->people, sizeof *o.weight)};
    for (size_t i = 0; i < s->n; i++) {
        BUG_IF(s->item[i] >= s->items || s->person[i] >= s->people || s->answer[i] >= s->choices);
        o.first[s->item[i] + 2]++;
        o.weight[s->person[i]]++;
    }
    for (size_t u = 0; u <= s->items; u++)
        o.first[u + 1] += o.first[u];
    for (size_t i = 0; i < s->n; i++) { /* first[u + 1] runs through the places of item u */
        size_t at = o.first[s->item[i] + 1]++;
        o.answer[at] = s->answer[i];
        o.person[at] = s->person[i];
    }
    for (size_t p = 0; p < s->people; p++) {
        uint64_t n = o.weight[p];
        bool capped = s->cap && n > s->cap;
        o.weight[p] = capped ? (uint32_t)(s->cap * WEIGHT_ONE / n) : WEIGHT_ONE;
    }
    return o;
}

static struct consensus begin(const struct consensus_sheet *s, const struct sorted *o,
                              struct arena *arena)
{
    struct consensus c = {.items = s->items,
                          .choices = s->choices,
                          .answer = arena_get(arena, s->items, sizeof *c.answer),
                          .certainty = arena_get(arena, s->items, sizeof *c.certainty),
                          .count = arena_get(arena, s->items, sizeof *c.count),
                          .tied = arena_get(arena, s->items, 1),
                          .settled = true};
    for (size_t u = 0; u < s->items; u++)
        c.count[u] = (uint32_t)(o->first[u + 1] - o->first[u]);
    return c;
}

/* What the answers to item u weigh, by choice; returns their sum. */
static uint64_t weigh(const struct sorted *o, size_t u, size_t choices, uint64_t *ret)
{
    uint64_t sum = 0;
    memset(ret, 0, choices * sizeof *ret);
    for (size_t i = o->first[u]; i < o->first[u + 1]; i++) {
        ret[o->answer[i]] += o->weight[o->person[i]];
        sum += o->weight[o->person[i]];
    }
    return sum;
}

/* part / whole in 1/CONSENSUS_ONE, to the nearest; the quotient of two integers below 2^53 is right
 * to the last bit. */
static uint32_t share_of(uint64_t part, uint64_t whole)
{
    return whole ? (uint32_t)rint(CONSENSUS_ONE * ((double)part / (double)whole)) : 0;
}

struct consensus consensus_majority(const struct consensus_sheet *sheet, struct arena *arena)
{
    struct sorted o = sort_by_item(sheet, arena);
    struct consensus c = begin(sheet, &o, arena);
    CLEANUP(mem_free) uint64_t *votes = mem_get(sheet->choices, sizeof *votes);
    CLEANUP(mem_free) uint64_t *all = mem_get(sheet->choices, sizeof *all);
    for (size_t i = 0; i < sheet->n; i++)
        all[o.answer[i]] += o.weight[o.person[i]];
    for (size_t u = 0; u < sheet->items; u++) {
        uint64_t sum = weigh(&o, u, sheet->choices, votes);
        uint32_t best = 0;
        for (uint32_t k = 1; k < sheet->choices; k++)
            if (votes[k] > votes[best] || (votes[k] == votes[best] && all[k] > all[best]))
                best = k;
        for (uint32_t k = 0; k < sheet->choices; k++)
            c.tied[u] |= k != best && votes[k] == votes[best] && sum;
        c.answer[u] = sum ? best : CONSENSUS_NONE;
        c.certainty[u] = share_of(votes[best], sum);
    }
    return c;
}

/* --- Dawid-Skene ------------------------------------------------------------------------------*/

struct em {
    const struct consensus_sheet *sheet;
    struct sorted *o;
    struct consensus *c;
    size_t pairs;
    size_t *first_pair; /* (people + 1) those of a person follow each other */
    uint32_t *belief;   /* (items * choices) */
    uint64_t *sum;      /* (pairs * choices) of beliefs */
    int64_t *log;       /* (pairs * choices) of what a person answers if the truth is … */
    int64_t *prior;     /* (choices) log */
    double *scratch;    /* (choices) */
};

/* Number the pairs of a person and an answer, person by person. */
static void number_pairs(struct em *m, struct arena *arena)
{
    const struct consensus_sheet *s = m->sheet;
    struct sorted *o = m->o;
    CLEANUP(mem_free) size_t *next = mem_get(s->people + 1, sizeof *next);
    CLEANUP(mem_free) size_t *place = mem_get(s->n, sizeof *place);
    CLEANUP(mem_free) uint32_t *seen = mem_get(s->choices, sizeof *seen);
    for (size_t i = 0; i < s->n; i++)
        next[o->person[i] + 1]++;
    for (size_t p = 0; p < s->people; p++)
        next[p + 1] += next[p];
    for (size_t i = 0; i < s->n; i++)
        place[next[o->person[i]]++] = i;
    o->pair = arena_get(arena, s->n, sizeof *o->pair);
    m->first_pair = arena_get(arena, s->people + 1, sizeof *m->first_pair);
    for (size_t p = 0, j = 0; p < s->people; p++) {
        for (; j < next[p]; j++) { /* next[p] is now behind the last of person p */
            uint32_t *number = &seen[o->answer[place[j]]];
            if (*number <= m->first_pair[p]) /* holds pair + 1 */
                *number = (uint32_t)++m->pairs;
            o->pair[place[j]] = *number - 1;
        }
        m->first_pair[p + 1] = m->pairs;
    }
}

static void begin_beliefs(struct em *m)
{
    size_t choices = m->sheet->choices;
    CLEANUP(mem_free) uint64_t *votes = mem_get(choices, sizeof *votes);
    for (size_t u = 0; u < m->sheet->items; u++) {
        uint64_t sum = weigh(m->o, u, choices, votes);
        for (size_t k = 0; k < choices; k++)
            m->belief[u * choices + k] = share_of(votes[k], sum);
    }
}

static int64_t log_units(double x, double weight)
{
    return (int64_t)rint(ldexp(weight * real_log(x), 32));
}

/* Of items with an answer: how frequent each truth is. */
static void find_priors(struct em *m)
{
    size_t choices = m->sheet->choices;
    uint64_t answered = 0;
    for (size_t u = 0; u < m->sheet->items; u++)
        answered += m->c->count[u] > 0;
    for (size_t k = 0; k < choices; k++) {
        uint64_t sum = 0;
        for (size_t u = 0; u < m->sheet->items; u++)
            sum += m->belief[u * choices + k];
        double share = answered ? ldexp((double)sum, -30) / (double)answered : 0;
        m->prior[k] = log_units(share + 1e-12, 1);
    }
}

/* From beliefs to how each person answers. */
static void find_tables(struct em *m)
{
    size_t choices = m->sheet->choices;
    memset(m->sum, 0, m->pairs * choices * sizeof *m->sum);
    for (size_t u = 0; u < m->sheet->items; u++)
        for (size_t i = m->o->first[u]; i < m->o->first[u + 1]; i++) {
            uint64_t *sum = &m->sum[m->o->pair[i] * choices];
            for (size_t k = 0; k < choices; k++)
                sum[k] += m->belief[u * choices + k];
        }
    for (size_t p = 0; p < m->sheet->people; p++) {
        double weight = ldexp(m->o->weight[p], -20);
        for (size_t k = 0; k < choices; k++) {
            uint64_t all = 0;
            for (size_t i = m->first_pair[p]; i < m->first_pair[p + 1]; i++)
                all += m->sum[i * choices + k];
            double whole = ldexp((double)all, -30) + smooth * (double)choices;
            for (size_t i = m->first_pair[p]; i < m->first_pair[p + 1]; i++) {
                double cell = ldexp((double)m->sum[i * choices + k], -30) + smooth;
                m->log[i * choices + k] = log_units(cell / whole, weight);
            }
        }
    }
}

/* e^(score / temperature) over their sum, added up in the order of the choices; into ret. */
static void normalise(const int64_t *score, size_t choices, double temperature, double *ret)
{
    double sum = 0;
    for (size_t k = 0; k < choices; k++)
        ret[k] = ldexp((double)score[k], -32) / temperature;
    real_exps(ret, choices);
    for (size_t k = 0; k < choices; k++)
        sum += ret[k];
    for (size_t k = 0; k < choices; k++)
        ret[k] /= sum;
}

/* The belief in item u out of people's tables; returns by how much it moved. */
static uint32_t believe(struct em *m, size_t u)
{
    size_t choices = m->sheet->choices;
    int64_t *score = &m->c->score[u * choices];
    uint32_t *belief = &m->belief[u * choices];
    uint32_t moved = 0;
    memcpy(score, m->prior, choices * sizeof *score);
    for (size_t i = m->o->first[u]; i < m->o->first[u + 1]; i++) {
        const int64_t *log = &m->log[m->o->pair[i] * choices];
        for (size_t k = 0; k < choices; k++)
            score[k] += log[k];
    }
    int64_t best = score[0];
    for (size_t k = 1; k < choices; k++)
        best = score[k] > best ? score[k] : best;
    for (size_t k = 0; k < choices; k++)
        score[k] -= best;
    normalise(score, choices, 1, m->scratch);
    for (size_t k = 0; k < choices; k++) {
        uint32_t now = (uint32_t)rint(CONSENSUS_ONE * m->scratch[k]);
        uint32_t by = now > belief[k] ? now - belief[k] : belief[k] - now;
        moved = by > moved ? by : moved;
        belief[k] = now;
    }
    return moved;
}

static void run_em(struct em *m)
{
    struct consensus *c = m->c;
    c->settled = false;
    while (!c->settled && c->rounds < CONSENSUS_ROUNDS) {
        uint32_t moved = 0;
        find_priors(m);
        find_tables(m);
        for (size_t u = 0; u < c->items; u++) {
            uint32_t by = c->count[u] ? believe(m, u) : 0;
            moved = by > moved ? by : moved;
        }
        c->settled = moved <= STILL;
        c->rounds++;
    }
}

static void take_best(const struct em *m)
{
    struct consensus *c = m->c;
    for (size_t u = 0; u < c->items; u++) {
        const int64_t *score = &c->score[u * c->choices];
        c->answer[u] = CONSENSUS_NONE;
        for (uint32_t k = 0; c->count[u] && k < c->choices; k++) {
            if (score[k] < 0)
                continue;
            if (c->answer[u] == CONSENSUS_NONE)
                c->answer[u] = k;
            else
                c->tied[u] = 1;
        }
        if (c->count[u])
            c->certainty[u] = m->belief[u * c->choices + c->answer[u]];
    }
}

/* Everything that EM needs and finds lies in the arena `own`. */
static void dawid_skene(struct em *m, struct arena *own)
{
    const struct consensus_sheet *sheet = m->sheet;
    size_t choices = sheet->choices;
    number_pairs(m, own);
    m->belief = arena_get(own, sheet->items * choices, sizeof *m->belief);
    m->sum = arena_get(own, m->pairs * choices, sizeof *m->sum);
    m->log = arena_get(own, m->pairs * choices, sizeof *m->log);
    m->prior = arena_get(own, choices, sizeof *m->prior);
    m->scratch = arena_get(own, choices, sizeof *m->scratch);
    begin_beliefs(m);
    run_em(m);
}

struct consensus consensus_dawid_skene(const struct consensus_sheet *sheet, struct arena *arena)
{
    CLEANUP(arena_release) struct arena own = {NULL};
    struct sorted o = sort_by_item(sheet, &own);
    struct consensus c = begin(sheet, &o, arena);
    struct em m = {.sheet = sheet, .o = &o, .c = &c};
    c.score = arena_get(arena, sheet->items * sheet->choices, sizeof *c.score);
    dawid_skene(&m, &own);
    take_best(&m);
    return c;
}

/* --- does it help to tell people apart? -------------------------------------------------------*/

enum { FIFTHS = 5, FORETOLD_ENOUGH = 10000 };

/* What a person is likely to answer about an item: over the truths k, belief times the share of
 * each answer in their table. Answers that they have never given are less likely than any other, so
 * only pairs need a look. `other` where nothing that is known of the person speaks against it. */
static uint32_t likely_answer(const struct em *m, const uint32_t *said, size_t u, size_t p,
                              uint32_t other)
{
    static const double nothing = 1e-6;
    size_t choices = m->sheet->choices;
    uint32_t best = other;
    double most = 0;
    double of_other = 0;
    for (size_t k = 0; k < choices; k++) {
        uint64_t all = 0;
        for (size_t i = m->first_pair[p]; i < m->first_pair[p + 1]; i++)
            all += m->sum[i * choices + k];
        m->scratch[k] = ldexp((double)m->belief[u * choices + k], -30) /
                        (ldexp((double)all, -30) + smooth * (double)choices);
    }
    for (size_t i = m->first_pair[p]; i < m->first_pair[p + 1]; i++) {
        double share = 0;
        for (size_t k = 0; k < choices; k++)
            share += m->scratch[k] * ldexp((double)m->sum[i * choices + k], -30);
        of_other = said[i] == other ? share : of_other;
        if (share > most) {
            most = share;
            best = said[i];
        }
    }
    return most > of_other + nothing ? best : other;
}

/* Learn from the answers of `rest`, foretell those of `out`. */
static void foretell(const struct consensus_sheet *rest, const struct consensus_sheet *out,
                     struct consensus_foretold *ret)
{
    CLEANUP(arena_release) struct arena own = {NULL};
    struct sorted o = sort_by_item(rest, &own);
    struct consensus c = begin(rest, &o, &own);
    struct consensus majority = consensus_majority(rest, &own);
    struct em m = {.sheet = rest, .o = &o, .c = &c};
    c.score = arena_get(&own, rest->items * rest->choices, sizeof *c.score);
    dawid_skene(&m, &own);
    uint32_t *said = arena_get(&own, m.pairs, sizeof *said);
    for (size_t i = 0; i < rest->n; i++)
        said[o.pair[i]] = o.answer[i];
    for (size_t i = 0; i < out->n; i++) {
        size_t u = out->item[i];
        if (!c.count[u])
            continue;
        uint32_t other = majority.answer[u];
        ret->answers++;
        ret->by_person += likely_answer(&m, said, u, out->person[i], other) == out->answer[i];
        ret->by_majority += other == out->answer[i];
    }
}

/* Room for the answers of one side. */
static struct consensus_sheet side(const struct consensus_sheet *sheet, const uint32_t *at)
{
    struct consensus_sheet ret = *sheet;
    ret.item = at;
    ret.person = at + sheet->n;
    ret.answer = at + 2 * sheet->n;
    ret.n = 0;
    return ret;
}

struct consensus_foretold consensus_foretell(const struct consensus_sheet *sheet)
{
    struct consensus_foretold ret = {.answers = 0};
    CLEANUP(mem_free) uint32_t *room = mem_get(6 * sheet->n, sizeof *room);
    for (unsigned f = 0; f < FIFTHS && ret.answers < FORETOLD_ENOUGH; f++) {
        uint32_t *at[2] = {room, room + 3 * sheet->n};
        struct consensus_sheet part[2] = {side(sheet, at[0]), side(sheet, at[1])};
        for (size_t i = 0; i < sheet->n; i++) {
            int out = rng_below(0, sheet->item[i], sheet->person[i], FIFTHS) == f;
            size_t n = part[out].n++;
            at[out][n] = sheet->item[i];
            at[out][sheet->n + n] = sheet->person[i];
            at[out][2 * sheet->n + n] = sheet->answer[i];
        }
        foretell(&part[0], &part[1], &ret);
    }
    return ret;
}
