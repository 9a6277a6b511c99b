/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The same row on both sides, by its features: identical, or the same but for rounding.
 *
 * Rows of few coarse columns are alike by chance. What chance can do is estimated from training
 * rows that differ: how many pairs of them agree in the columns with the most different values, as
 * many of those as leave some pairs, and how often these pairs agree in each other column. That,
 * times the training rows, is the share of test rows for which a twin is to be expected by chance.
 * An alarm wants eight times that, and for rounding also that more test rows have a twin within the
 * tolerance (1/512 of the column's range without its outermost hundredths) than have their nearest
 * within one and two tolerances: chance fills the wider ring with more.
 */
#include "train/alarms_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { SLOTS = 4 * ALARMS_ROWS, CHANCE_TIMES = 8, TOLERANCES = 512, CHANCE_PAIRS = 20000 };

/* Pairs that the search for rounded twins may look at; beyond, only every so many-th block of
 * training rows is searched. */
static const double PAIRS_MAX = 1e8;

/* So many pairs are enough to count on. */
static const double PAIRS_COUNTED = 30;

struct features {
    const size_t *column; /* (n) numbers of the columns */
    size_t n;
    int64_t *tolerance;   /* (n) 0 for categories */
    size_t key;           /* place of the number column that tells rows apart best */
    size_t second;        /* of another column with many values; the same if there is none */
    double *agreement[2]; /* (n) how often two rows agree: exactly, within the tolerance */
    size_t *order; /* (n) places of the columns, the one with the most different values first */
};

/* A side's rows that were drawn, for looking them up by their content. */
struct same {
    const struct view *view;
    struct features features;
    uint64_t *slot_hash; /* (SLOTS) */
    uint32_t *slot_row;  /* (SLOTS) 1 + the first test row of this content, 0: free */
    uint32_t *first;     /* (test.n) the first test row of the same content */
    struct keyed *keyed; /* (keyed_n) test rows by their value of the key column */
    size_t keyed_n;
    size_t stride;  /* search rounded twins in every stride-th block; 0: not at all */
    uint8_t *found; /* (slots, 3, test.n): identical, near, in the ring around */
    uint64_t *hash; /* (slots, SCAN_BLOCK_ROWS) */
};

struct keyed {
    int64_t value;
    int64_t second; /* the cell of that column, for a first look at a pair */
    bool gap;       /* it is missing */
    uint32_t test;  /* which test row */
};

/* A column by how often two rows agree in it. */
struct told {
    double agreement;
    uint32_t column; /* its place among the features */
};

/* --- content -----------------------------------------------------------------------------------*/

/* SOURCE of the mixing: as rng.c (the finaliser of splitmix64, shortened: nobody gains by a
 * collision here, and one of 64 bits is not to be expected by chance). */
static uint64_t mix(uint64_t h, uint64_t value)
{
    h = (h ^ value) * 0x9e3779b97f4a7c15U;
    return h ^ h >> 29;
}

static void hash_rows(const struct features *f, const struct column *column, size_t n,
                      uint64_t *ret)
{
    for (size_t i = 0; i < n; i++)
        ret[i] = 1;
    for (size_t k = 0; k < f->n; k++) {
        const struct column *c = &column[f->column[k]];
        for (size_t i = 0; i < n; i++)
            ret[i] = mix(ret[i], (uint64_t)cell_of(c, i) + (c->missing[i] ? UINT64_MAX / 3 : 0));
    }
}

static size_t slot_of(const struct same *s, uint64_t hash)
{
    size_t at = hash % SLOTS;
    while (s->slot_row[at] && s->slot_hash[at] != hash)
        at = (at + 1) % SLOTS;
    return at;
}

/* A row of which nothing was measured is like every other such row, and no twin. */
static bool is_empty(const struct same *s, size_t at)
{
    size_t missing = 0;
    for (size_t k = 0; k < s->features.n; k++)
        missing += s->view->table.column[s->features.column[k]].missing[at];
    return missing == s->features.n;
}

static void know_test_rows(struct same *s)
{
    const struct view *view = s->view;
    CLEANUP(mem_free) uint64_t *hash = mem_get(view->table.rows, sizeof *hash);
    hash_rows(&s->features, view->table.column, view->table.rows, hash);
    for (size_t i = 0; i < view->test.n; i++) {
        uint64_t h = hash[view->test.at[i]];
        size_t at = slot_of(s, h);
        s->first[i] = (uint32_t)i;
        if (is_empty(s, view->test.at[i]))
            continue;
        if (!s->slot_row[at])
            s->slot_row[at] = (uint32_t)i + 1;
        s->slot_hash[at] = h;
        s->first[i] = s->slot_row[at] - 1;
    }
}

/* --- what chance can do ------------------------------------------------------------------------*/

/* How often two of the sorted values are at most `tolerance` apart; one more pair that agrees is
 * assumed, so that "never seen" is no certainty. */
static double agreement(const struct sorted *s, int64_t tolerance)
{
    double pairs = (double)s->n * ((double)s->n - 1) / 2;
    double agree = 0;
    for (size_t i = 0, low = 0; i < s->n; i++) {
        while (s->value[i] - s->value[low] > tolerance)
            low++;
        agree += (double)(i - low);
    }
    return (agree + 1) / (pairs + 1);
}

static int by_key(const void *a, const void *b)
{
    const struct keyed *left = a;
    const struct keyed *right = b;
    if (left->value != right->value)
        return left->value < right->value ? -1 : 1;
    return (left->test > right->test) - (left->test < right->test);
}

/* A side's rows, named by their place in the side, sorted by the key column; missing ones left
 * out. */
static struct keyed *sort_side(const struct same *s, const struct side *side, size_t *ret_n)
{
    const struct column *key = &s->view->table.column[s->features.column[s->features.key]];
    const struct column *second = &s->view->table.column[s->features.column[s->features.second]];
    struct keyed *keyed = mem_get(side->n, sizeof *keyed);
    size_t n = 0;
    for (size_t i = 0; i < side->n; i++)
        if (!key->missing[side->at[i]])
            keyed[n++] = (struct keyed){cell_of(key, side->at[i]), cell_of(second, side->at[i]),
                                        second->missing[side->at[i]], (uint32_t)i};
    qsort(keyed, n, sizeof *keyed, by_key);
    *ret_n = n;
    return keyed;
}

/* A training row as the search for chance sees it: which rows it agrees with so far, and its cell
 * of the next column. */
struct placed {
    uint32_t place; /* in view.table */
    uint32_t group; /* rows that agree in all columns so far have the same */
    int64_t value;
};

static int by_group(const void *a, const void *b)
{
    const struct placed *left = a;
    const struct placed *right = b;
    if (left->group != right->group)
        return left->group < right->group ? -1 : 1;
    if (left->value != right->value)
        return left->value < right->value ? -1 : 1;
    return (left->place > right->place) - (left->place < right->place);
}

/* A cell, coarse if wide: then cells that agree are at most two tolerances apart. */
static int64_t coarse(const struct same *s, size_t place, size_t k, bool wide)
{
    const struct column *c = &s->view->table.column[s->features.column[k]];
    if (c->missing[place])
        return INT64_MIN;
    return wide ? cell_of(c, place) / (2 * s->features.tolerance[k] + 1) : cell_of(c, place);
}

/* Tell apart by one more column the rows (n) that agreed so far; returns how many pairs still
 * agree. */
static double tell_apart(const struct same *s, struct placed *row, size_t n, size_t k, bool wide)
{
    double pairs = 0;
    for (size_t i = 0; i < n; i++)
        row[i].value = coarse(s, row[i].place, k, wide);
    qsort(row, n, sizeof *row, by_group);
    for (size_t i = 0, first = 0, group = row[0].group; i < n; i++) {
        bool agrees = i > 0 && row[i].group == group && row[i].value == row[i - 1].value;
        group = row[i].group;
        first = agrees ? first : i;
        row[i].group = (uint32_t)first;
        pairs += (double)(i - first);
    }
    return pairs;
}

/* Training rows of which no two agree in all columns (coarsely, if wide). */
static size_t distinct_rows(const struct same *s, bool wide, struct placed *ret)
{
    const struct side *train = &s->view->train;
    size_t n = 0;
    for (size_t i = 0; i < train->n; i++)
        ret[i] = (struct placed){.place = train->at[i]};
    for (size_t k = 0; k < s->features.n; k++)
        tell_apart(s, ret, train->n, s->features.order[k], wide);
    for (size_t i = 0; i < train->n; i++)
        if (ret[i].group == i)
            ret[n++] = (struct placed){.place = ret[i].place};
    return n;
}

/* In the pairs that agree so far, how often they agree in column k; the rows being different, that
 * may be less than in any two rows. */
static double agree_also(const struct same *s, const struct placed *row, size_t n, size_t k,
                         bool wide)
{
    size_t pairs = 0;
    size_t agree = 0;
    for (size_t i = 1; i < n && pairs < CHANCE_PAIRS; i++)
        for (size_t j = i; j-- > 0 && row[j].group == row[i].group; pairs++)
            agree += coarse(s, row[i].place, k, wide) == coarse(s, row[j].place, k, wide);
    return ((double)agree + 1) / ((double)pairs + 1);
}

/* The share of test rows that have a twin by chance: how many of the training rows that differ
 * agree in the columns of most values, as far as there are pairs to count, and how often those
 * agree in each of the other columns. wide: within the tolerances, else exactly. */
static double chance(const struct same *s, bool wide)
{
    const struct features *f = &s->features;
    size_t rows = s->view->train.n;
    CLEANUP(mem_free) struct placed *row = mem_get(rows, sizeof *row);
    CLEANUP(mem_free) struct placed *before = mem_get(rows, sizeof *before);
    size_t n = distinct_rows(s, wide, row);
    double all = (double)n * ((double)n - 1) / 2;
    double pairs = all;
    size_t told = 0;
    while (told < f->n) {
        memcpy(before, row, n * sizeof *row);
        double left = tell_apart(s, row, n, f->order[told], wide);
        if (left < PAIRS_COUNTED)
            break;
        pairs = left;
        told++;
    }
    double share = (double)s->view->train.of * (pairs + 1) / (all + 1);
    for (size_t k = told; k < f->n; k++) {
        double also = agree_also(s, before, n, f->order[k], wide);
        double anyway = f->agreement[wide][f->order[k]];
        share *= also > anyway ? also : anyway;
    }
    return share;
}

static int by_agreement(const void *a, const void *b)
{
    const struct told *left = a;
    const struct told *right = b;
    if (left->agreement != right->agreement)
        return left->agreement < right->agreement ? -1 : 1;
    return (left->column > right->column) - (left->column < right->column);
}

/* Tolerances, the key, and the order of the columns; returns how often two rows agree in the key
 * within its tolerance. */
static double measure_columns(struct same *s)
{
    struct features *f = &s->features;
    CLEANUP(mem_free) struct told *told = mem_get(f->n, sizeof *told);
    double near = 1;
    for (size_t k = 0; k < f->n; k++) {
        const struct column *c = &s->view->table.column[f->column[k]];
        struct sorted sorted = sorted_of(s->view, c, &s->view->train);
        if (c->type == COLUMN_NUMBER && sorted.n)
            f->tolerance[k] =
                (sorted.value[sorted.n - 1 - sorted.n / 100] - sorted.value[sorted.n / 100]) /
                TOLERANCES;
        f->agreement[0][k] = agreement(&sorted, 0);
        f->agreement[1][k] = agreement(&sorted, f->tolerance[k]);
        told[k] = (struct told){f->agreement[0][k], (uint32_t)k};
        if (c->type == COLUMN_NUMBER && f->agreement[1][k] < near) {
            near = f->agreement[1][k];
            f->key = k;
        }
        free(sorted.value);
    }
    qsort(told, f->n, sizeof *told, by_agreement);
    for (size_t k = 0; k < f->n; k++)
        f->order[k] = told[k].column;
    f->second = f->n > 1 && f->order[0] == f->key ? f->order[1] : f->order[0];
    return near;
}

/* --- the search --------------------------------------------------------------------------------*/

/* How far apart a training row and a test row are: 0 within the tolerances, 1 within twice those, 2
 * further, 3 the same. */
static int apart(const struct same *s, const struct column *train, size_t r, size_t at)
{
    int far = 0;
    bool same = true;
    for (size_t k = 0; k < s->features.n; k++) {
        const struct column *a = &train[s->features.column[k]];
        const struct column *b = &s->view->table.column[s->features.column[k]];
        int64_t tolerance = s->features.tolerance[k];
        if (a->missing[r] != b->missing[at])
            return 2;
        int64_t d = cell_of(a, r) - cell_of(b, at);
        d = d < 0 ? -d : d;
        if (d > 2 * tolerance)
            return 2;
        far |= d > tolerance;
        same = same && d == 0;
    }
    return same ? 3 : far;
}

/* Look at the test rows whose key lies around that of a training row. */
static void search_around(const struct same *s, const struct scan_block *block, size_t i,
                          uint8_t *found)
{
    const struct features *f = &s->features;
    const struct column *second = &block->column[f->column[f->second]];
    int64_t reach = 2 * f->tolerance[f->key], other = 2 * f->tolerance[f->second];
    int64_t from = block->column[f->column[f->key]].mantissa[i] - reach;
    int64_t value = cell_of(second, i);
    size_t low = 0;
    for (size_t high = s->keyed_n; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (s->keyed[middle].value < from)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < s->keyed_n && s->keyed[low].value <= from + 2 * reach; low++) {
        const struct keyed *keyed = &s->keyed[low];
        int64_t d = keyed->second - value;
        if (keyed->gap != second->missing[i] || d > other || -d > other)
            continue;
        int far = apart(s, block->column, i, s->view->test.at[keyed->test]);
        if (far < 2)
            found[(size_t)(1 + far) * s->view->test.n + keyed->test] = 1;
    }
}

static void search_near(const struct same *s, const struct scan_block *block, uint8_t *found)
{
    const struct column *key = &block->column[s->features.column[s->features.key]];
    for (size_t i = 0; i < block->n; i++)
        if (s->view->study->part[block->first + i] == PART_TRAIN && !key->missing[i])
            search_around(s, block, i, found);
}

static void search_block(void *context, const struct scan_block *block, unsigned slot)
{
    const struct same *s = context;
    uint64_t *hash = s->hash + (size_t)slot * SCAN_BLOCK_ROWS;
    uint8_t *found = s->found + (size_t)slot * 3 * s->view->test.n;
    hash_rows(&s->features, block->column, block->n, hash);
    for (size_t i = 0; i < block->n; i++) {
        size_t at = slot_of(s, hash[i]);
        if (s->slot_row[at] && s->view->study->part[block->first + i] == PART_TRAIN)
            found[s->slot_row[at] - 1] = 1;
    }
    if (s->stride && block->number % s->stride == 0)
        search_near(s, block, found);
}

/* Test rows found by any slot: identical, near but not identical, in the ring but not near. */
static void count_found(const struct same *s, unsigned slots, size_t ret[3])
{
    size_t n = s->view->test.n;
    for (unsigned slot = 1; slot < slots; slot++)
        for (size_t i = 0; i < 3 * n; i++)
            s->found[i] |= s->found[(size_t)slot * 3 * n + i];
    ret[0] = ret[1] = ret[2] = 0;
    for (size_t i = 0; i < n; i++) {
        bool identical = s->found[s->first[i]];
        bool near = s->found[n + i];
        ret[0] += identical;
        ret[1] += near && !identical;
        ret[2] += s->found[2 * n + i] && !near && !identical;
    }
}

static void raise_alarms(struct view *view, const size_t count[3], double exact, double near)
{
    double n = (double)view->test.n;
    uint64_t of = view->test.n;
    if (count[0] && (double)count[0] > CHANCE_TIMES * exact * n)
        alarms_add(view, (struct alarm){.kind = ALARM_IDENTICAL, .count = count[0], .of = of});
    if (count[1] >= 2 && 100 * count[1] >= view->test.n && count[1] > count[2] &&
        (double)count[1] > CHANCE_TIMES * near * n)
        alarms_add(view, (struct alarm){.kind = ALARM_ROUNDED, .count = count[1], .of = of});
}

/* How often the near search may be left out. */
static size_t stride_of(const struct same *s, double agreement_of_key, double near)
{
    const struct features *f = &s->features;
    double pairs = 2 * agreement_of_key * (double)s->view->test.n * (double)s->view->train.of;
    if (CHANCE_TIMES * near >= 1 || s->view->table.column[f->column[f->key]].type != COLUMN_NUMBER)
        return 0;
    return pairs <= PAIRS_MAX ? 1 : (size_t)(pairs / PAIRS_MAX) + 1;
}

bool alarms_same_rows(struct view *view, struct err *err)
{
    const struct dataset *data = &view->study->data;
    unsigned slots = cluster_slots(view->study->cluster);
    struct same s = {.view = view, .features = {.column = data->feature, .n = data->feature_n}};
    size_t count[3];
    if (view->test.n == 0)
        return true;
    s.features.tolerance = arena_get(view->arena, data->feature_n, sizeof *s.features.tolerance);
    s.features.order = arena_get(view->arena, data->feature_n, sizeof *s.features.order);
    for (int wide = 0; wide < 2; wide++)
        s.features.agreement[wide] =
            arena_get(view->arena, data->feature_n, sizeof *s.features.agreement[wide]);
    s.slot_hash = arena_get(view->arena, SLOTS, sizeof *s.slot_hash);
    s.slot_row = arena_get(view->arena, SLOTS, sizeof *s.slot_row);
    s.first = arena_get(view->arena, view->test.n, sizeof *s.first);
    s.found = arena_get(view->arena, slots, 3 * view->test.n);
    s.hash = arena_get(view->arena, slots, SCAN_BLOCK_ROWS * sizeof *s.hash);
    double agreement_of_key = measure_columns(&s);
    double exact = chance(&s, false);
    double near = chance(&s, true);
    s.stride = stride_of(&s, agreement_of_key, near);
    know_test_rows(&s);
    CLEANUP(mem_free) struct keyed *keyed = sort_side(&s, &view->test, &s.keyed_n);
    s.keyed = keyed;
    const struct scan scan = {.table = &view->study->table,
                              .want = data->feature,
                              .want_n = data->feature_n,
                              .cluster = view->study->cluster,
                              .work = search_block,
                              .context = &s};
    if (!scan_run(&scan, err))
        return false;
    count_found(&s, slots, count);
    raise_alarms(view, count, exact, near);
    return true;
}
