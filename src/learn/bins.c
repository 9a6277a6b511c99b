/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cuts, and cells by them.
 *
 * Bins are found by halving the cuts: eight steps. A column whose cuts lie close together is looked
 * up first: (value - low) >> shift, cut off at BINS_NARROW, leads to the bin of the first value of
 * that stretch, and a few steps to the right end the search. (Measured: a third of the time.)
 */
#include "learn/bins.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { BINS_NARROW = 1024, BINS_SEED = 1, BINS_STREAM = 7, DIGIT_BITS = 8 };

size_t bins_width(const struct bins *bins, size_t group)
{
    size_t left = bins->feature_n - group * bins->width;
    return left < bins->width ? left : bins->width;
}

const uint8_t *bins_cells(const struct bins *bins, size_t f)
{
    return bins->cell + f / bins->width * bins->n * BINS_LANES + f % bins->width;
}

/* --- cuts --------------------------------------------------------------------------------------*/

/* Halfway, rounded down; a <= b, both at most MANTISSA_MAX in size. */
static int64_t halfway(int64_t a, int64_t b)
{
    return a + (b - a) / 2;
}

unsigned bins_cut(const int64_t *value, size_t n, int64_t *ret_cut)
{
    size_t different = 1;
    unsigned cuts = 0;
    for (size_t i = 1; i < n; i++)
        different += value[i] != value[i - 1];
    for (size_t i = 1; i < n && different <= BINS_MAX; i++)
        if (value[i] != value[i - 1])
            ret_cut[cuts++] = halfway(value[i - 1], value[i]);
    for (size_t k = 1; k < BINS_MAX && different > BINS_MAX; k++) {
        size_t i = n * k / BINS_MAX;
        int64_t cut = halfway(value[i - 1], value[i]);
        /* Above the largest value there is nothing to cut off. */
        if ((cuts == 0 || cut > ret_cut[cuts - 1]) && cut < value[n - 1])
            ret_cut[cuts++] = cut;
    }
    return cuts;
}

/* Sort by the bytes that differ; from and to (n) are used up, the result is what is returned. */
static int64_t *sort(int64_t *from, int64_t *to, size_t n)
{
    const uint64_t top = (uint64_t)1 << 63; /* turns the order of signed into unsigned numbers */
    uint64_t different = 0;
    for (size_t i = 1; i < n; i++)
        different |= (uint64_t)from[i] ^ (uint64_t)from[0];
    for (unsigned shift = 0; shift < 64; shift += DIGIT_BITS) {
        size_t place[257] = {0};
        if ((different >> shift & 255) == 0)
            continue;
        for (size_t i = 0; i < n; i++)
            place[(((uint64_t)from[i] ^ top) >> shift & 255) + 1]++;
        for (unsigned d = 0; d < 256; d++)
            place[d + 1] += place[d];
        for (size_t i = 0; i < n; i++)
            to[place[((uint64_t)from[i] ^ top) >> shift & 255]++] = from[i];
        int64_t *other = from;
        from = to;
        to = other;
    }
    return from;
}

/* How many of the cuts from `low` on, n at most, are below; plus low. */
static unsigned count_below(const int64_t *cut, unsigned low, unsigned n, int64_t mantissa)
{
    while (n) {
        unsigned half = (n + 1) / 2;
        low += cut[low + half - 1] < mantissa ? half : 0;
        n -= half;
    }
    return low;
}

unsigned bins_of(const struct bins_feature *feature, int64_t mantissa)
{
    return count_below(feature->cut, 0, feature->bin_n - 1, mantissa);
}

/* The stretches of a column, if a look-up helps: there are several cuts. */
static void make_narrow(struct bins_feature *feature, uint8_t *narrow)
{
    unsigned cuts = feature->bin_n - 1;
    if (cuts < 8)
        return;
    uint64_t range = (uint64_t)feature->cut[cuts - 1] - (uint64_t)feature->cut[0];
    feature->low = feature->cut[0];
    while (range >> feature->shift >= BINS_NARROW)
        feature->shift++;
    for (unsigned s = 0, b = 0; s <= BINS_NARROW; s++) {
        uint64_t start = (uint64_t)s << feature->shift;
        while (b < cuts && (uint64_t)feature->cut[b] - (uint64_t)feature->low < start)
            b++;
        narrow[s] = (uint8_t)b;
    }
    feature->narrow = narrow;
}

static unsigned narrow_of(const struct bins_feature *feature, int64_t mantissa)
{
    if (mantissa <= feature->low)
        return 0;
    uint64_t s = ((uint64_t)mantissa - (uint64_t)feature->low) >> feature->shift;
    if (s >= BINS_NARROW)
        return feature->bin_n - 1U;
    unsigned low = feature->narrow[s];
    return count_below(feature->cut, low, feature->narrow[s + 1] - low, mantissa);
}

/* --- what is learned from the sample -----------------------------------------------------------*/

struct learning {
    const struct table *sample;
    struct bins *bins;
    struct model_feature *feature;
    uint32_t *chosen; /* (features, BINS_CATEGORIES_MAX) codes of the categories with a bin */
    uint8_t *narrow;  /* (features, BINS_NARROW + 1) */
    int64_t *room;    /* (slots, 2, rows of the sample) */
};

static void learn_number(const struct learning *learn, size_t f, unsigned slot)
{
    struct bins_feature *feature = &learn->bins->feature[f];
    const struct column *column = &learn->sample->column[feature->column];
    size_t rows = learn->sample->rows, n = 0;
    int64_t *value = learn->room + (size_t)2 * slot * rows;
    for (size_t r = 0; r < rows; r++)
        if (!column->missing[r])
            value[n++] = column->mantissa[r];
    feature->bin_n = 1;
    if (n == 0)
        return;
    feature->bin_n += bins_cut(sort(value, value + rows, n), n, feature->cut);
    make_narrow(feature, learn->narrow + f * (BINS_NARROW + 1));
}

static int by_size(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

/* The most frequent categories, of equally frequent ones the first, get a bin; bins are in the
 * order of the categories. */
static void learn_category(const struct learning *learn, size_t f)
{
    struct bins_feature *feature = &learn->bins->feature[f];
    const struct column *column = &learn->sample->column[feature->column];
    uint32_t *chosen = learn->chosen + f * BINS_CATEGORIES_MAX;
    size_t n = column->category_n;
    CLEANUP(mem_free) uint64_t *order = mem_get(n, sizeof *order);
    for (size_t r = 0; r < learn->sample->rows; r++)
        order[column->code[r]] += !column->missing[r];
    for (size_t k = 0; k < n; k++) /* rows are fewer than 2^18, categories than 2^32 */
        order[k] = order[k] ? (((uint64_t)1 << 31) - order[k]) << 32 | k : UINT64_MAX;
    qsort(order, n, sizeof *order, by_size);
    memset(feature->bin, 0, n);
    for (size_t k = 0; k < n && k < BINS_CATEGORIES_MAX && order[k] != UINT64_MAX; k++)
        feature->bin[order[k] & UINT32_MAX] = 1;
    feature->bin_n = 0;
    for (uint32_t k = 0; k < n; k++)
        if (feature->bin[k]) {
            chosen[feature->bin_n] = k;
            feature->bin[k] = (uint8_t)feature->bin_n++;
        } else {
            feature->bin[k] = UINT8_MAX; /* for now: the number of bins is not known yet */
        }
    for (size_t k = 0; k < n; k++)
        if (feature->bin[k] == UINT8_MAX)
            feature->bin[k] = (uint8_t)feature->bin_n;
}

static void learn_feature(void *context, size_t f, unsigned slot)
{
    const struct learning *learn = context;
    if (learn->feature[f].type == COLUMN_NUMBER)
        learn_number(learn, f, slot);
    else
        learn_category(learn, f);
}

/* Room for what is learned; the arena is not for several threads. */
static void make_room(const struct dataset *data, struct arena *arena, struct learning *learn)
{
    struct bins *bins = learn->bins;
    size_t features = data->feature_n;
    bins->feature = arena_get(arena, features, sizeof *bins->feature);
    bins->offset = arena_get(arena, features + 1, sizeof *bins->offset);
    bins->feature_n = features;
    bins->group_n = (features + BINS_LANES - 1) / BINS_LANES;
    bins->width = bins->group_n ? (features + bins->group_n - 1) / bins->group_n : 1;
    bins->group_n = (features + bins->width - 1) / bins->width;
    learn->narrow = arena_get(arena, features, BINS_NARROW + 1);
    for (size_t f = 0; f < features; f++) {
        const struct column *column = &data->table->column[data->feature[f]];
        struct bins_feature *feature = &bins->feature[f];
        feature->column = data->feature[f];
        if (column->type == COLUMN_NUMBER)
            feature->cut = arena_get(arena, BINS_MAX - 1, sizeof *feature->cut);
        else
            feature->bin = arena_get(arena, column->category_n, 1);
        learn->feature[f] = (struct model_feature){.name = arena_str(arena, column->name),
                                                   .type = column->type,
                                                   .exponent = column->exponent};
        if (column->type == COLUMN_CATEGORY)
            learn->feature[f].exponent = 0;
    }
}

static void name_categories(const struct learning *learn, struct arena *arena)
{
    const struct bins *bins = learn->bins;
    for (size_t f = 0; f < bins->feature_n; f++) {
        struct model_feature *feature = &learn->feature[f];
        const struct column *column = &learn->sample->column[bins->feature[f].column];
        bins->offset[f + 1] = bins->offset[f] + ((size_t)bins->feature[f].bin_n + BINS_ROUND) /
                                                    BINS_ROUND * BINS_ROUND;
        if (feature->type != COLUMN_CATEGORY)
            continue;
        feature->category_n = bins->feature[f].bin_n;
        feature->category = arena_get(arena, feature->category_n, sizeof *feature->category);
        for (size_t k = 0; k < feature->category_n; k++)
            feature->category[k] =
                arena_str(arena, column->category[learn->chosen[f * BINS_CATEGORIES_MAX + k]]);
    }
}

bool bins_learn(const struct bins_from *from, struct arena *arena, struct model_feature *feature,
                struct bins *ret, struct err *err)
{
    CLEANUP(arena_release) struct arena own = {0};
    const struct dataset *data = from->data;
    size_t most = from->n < BINS_SAMPLE_ROWS ? from->n : BINS_SAMPLE_ROWS;
    struct table sample;
    struct bins bins = {0};
    struct learning learn = {.sample = &sample, .bins = &bins, .feature = feature};
    uint32_t *drawn = arena_get(&own, most, sizeof *drawn);
    size_t draws = scan_draw(BINS_SEED, BINS_STREAM, from->n, most, drawn);
    for (size_t i = 0; i < draws; i++)
        drawn[i] = from->row[drawn[i]];
    if (!scan_gather(data->table, &(struct scan_rows){drawn, draws, data->feature, data->feature_n},
                     from->cluster, &own, &sample, err))
        return false;
    make_room(data, arena, &learn);
    learn.chosen = arena_get(&own, data->feature_n * BINS_CATEGORIES_MAX, sizeof *learn.chosen);
    learn.room = arena_get(&own, 2 * draws * cluster_slots(from->cluster), sizeof *learn.room);
    cluster_run(from->cluster, data->feature_n, learn_feature, &learn);
    name_categories(&learn, arena);
    *ret = bins;
    return true;
}

/* --- cells -------------------------------------------------------------------------------------*/

static void fill_column(const struct bins *bins, size_t f, const struct scan_block *block,
                        size_t begin, size_t end)
{
    const struct bins_feature *feature = &bins->feature[f];
    const struct column *column = &block->column[feature->column];
    uint8_t *cell = bins->cell + (f / bins->width * bins->n + begin) * BINS_LANES + f % bins->width;
    for (size_t i = begin; i < end; i++, cell += BINS_LANES) {
        size_t r = bins->row[i] - block->first;
        if (column->missing[r])
            *cell = (uint8_t)feature->bin_n;
        else if (feature->bin)
            *cell = feature->bin[column->code[r]];
        else
            *cell = (uint8_t)(feature->narrow ? narrow_of(feature, column->mantissa[r])
                                              : bins_of(feature, column->mantissa[r]));
    }
}

static void fill_block(void *context, const struct scan_block *block, unsigned slot)
{
    const struct bins *bins = context;
    size_t begin = scan_place(bins->row, bins->n, block->first);
    size_t end = scan_place(bins->row, bins->n, block->first + block->n);
    (void)slot;
    for (size_t f = 0; f < bins->feature_n && begin < end; f++)
        fill_column(bins, f, block, begin, end);
}

/* The training rows in the blocks of this rank. */
static void take_own(const struct bins_from *from, struct arena *arena, struct bins *ret)
{
    uint32_t *row = arena_get(arena, from->n, sizeof *row);
    for (size_t i = 0; i < from->n; i++)
        if (cluster_is_mine(from->cluster, from->row[i] / SCAN_BLOCK_ROWS))
            row[ret->n++] = from->row[i];
    ret->row = row;
}

bool bins_fill(const struct bins_from *from, struct arena *arena, struct bins *ret, struct err *err)
{
    const struct dataset *data = from->data;
    struct bins bins = *ret;
    bins.n = 0;
    if (from->cluster->ranks > 1) {
        take_own(from, arena, &bins);
    } else {
        bins.row = from->row;
        bins.n = from->n;
    }
    CLEANUP(mem_free) uint8_t *cell = mem_get_wide(bins.group_n * bins.n, BINS_LANES);
    bins.cell = cell;
    const struct scan scan = {.table = data->table,
                              .want = data->feature,
                              .want_n = data->feature_n,
                              .cluster = from->cluster,
                              .shared = true,
                              .work = fill_block,
                              .context = &bins};
    if (!scan_run(&scan, err))
        return false;
    cell = NULL;
    *ret = bins;
    return true;
}

void bins_release(void *what)
{
    struct bins *bins = what;
    free(bins->cell);
    bins->cell = NULL;
}
