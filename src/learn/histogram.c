/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chunks of rows, one group of features after the other, so that the packed sums (32 KiB) stay in
 * the fastest cache. Measured on a million rows of 29 features: one pass over all features 0.8 to
 * 1.3 ns an addition, two passes 0.55, four 0.87.
 */
#include "learn/histogram.h"

#include <string.h>

enum { LANES = 8, STRIDE = 256, AHEAD_ROWS = 24, ROWS_FOR_THREADS = 1 << 14 };

struct histogram_form histogram_form(size_t n, bool hessian, bool fine)
{
    struct histogram_form form = {
        .chunk_bits = fine ? HISTOGRAM_FINE_CHUNK_BITS : HISTOGRAM_CHUNK_BITS, .scale_bits = 31};
    while (form.chunk_bits > 1 && n <= (size_t)1 << (form.chunk_bits - 1))
        form.chunk_bits--;
    form.hessian_shift = form.gradient_shift = form.chunk_bits + 1;
    if (!hessian)
        return form;
    form.scale_bits = (63 - 3 * form.chunk_bits) / 2;
    if (form.scale_bits > HISTOGRAM_SCALE_MAX)
        form.scale_bits = HISTOGRAM_SCALE_MAX;
    form.word_bits = form.scale_bits - 1;
    form.gradient_shift += form.scale_bits - 1 + form.chunk_bits;
    return form;
}

size_t histogram_cells(const struct bins *bins)
{
    return bins->offset[bins->feature_n];
}

/* --- the kernel --------------------------------------------------------------------------------*/

/* What the rows first … first + n - 1 add to their bins. */
static void pack(const struct histogram_rows *rows, size_t first, size_t n, int64_t *ret)
{
    const struct histogram_form form = *rows->form;
    const int32_t mask = (int32_t)((1U << form.word_bits) - 1);
    const int64_t bias = (int64_t)1 << form.scale_bits;
    for (size_t k = first; k < first + n; k++) {
        size_t i = rows->row ? rows->row[k] : k;
        if (rows->row && k + AHEAD_ROWS < rows->n)
            __builtin_prefetch(rows->word + rows->row[k + AHEAD_ROWS]);
        int32_t word = rows->word[i];
        uint64_t g = (uint64_t)((word >> form.word_bits) + bias), h = (uint64_t)(word & mask);
        ret[k - first] = (int64_t)((g << form.gradient_shift) + (h << form.hessian_shift) + 1);
    }
}

#define ADD(lane)                                                                                  \
    if ((lane) < width)                                                                            \
    packed[(lane)*STRIDE + cell[lane]] += value[k]

/* Rows first … first + n - 1 of a group with `width` features, a constant where this is inlined.
 * What they add lies behind the packed sums. */
static inline __attribute__((always_inline)) void add_rows(const struct histogram_rows *rows,
                                                           const uint8_t *group, size_t first,
                                                           size_t n, const unsigned width,
                                                           int64_t *packed)
{
    const int64_t *value = packed + BINS_LANES * STRIDE;
    for (size_t k = 0; k < n; k++) {
        size_t i = first + k;
        if (rows->row) {
            if (i + AHEAD_ROWS < rows->n)
                __builtin_prefetch(group + (size_t)rows->row[i + AHEAD_ROWS] * BINS_LANES);
            i = rows->row[i];
        }
        const uint8_t *cell = group + i * BINS_LANES;
        ADD(0);
        ADD(1);
        ADD(2);
        ADD(3);
        ADD(4);
        ADD(5);
        ADD(6);
        ADD(7);
        ADD(8);
        ADD(9);
        ADD(10);
        ADD(11);
        ADD(12);
        ADD(13);
        ADD(14);
        ADD(15);
    }
}

#define WIDTH(w)                                                                                   \
    case w:                                                                                        \
        add_rows(rows, group, first, n, w, packed);                                                \
        break

static void add_group(const struct histogram_rows *rows, size_t g, size_t first, size_t n,
                      int64_t *packed)
{
    const uint8_t *group = rows->bins->cell + g * rows->bins->n * BINS_LANES;
    switch (bins_width(rows->bins, g)) {
        WIDTH(1);
        WIDTH(2);
        WIDTH(3);
        WIDTH(4);
        WIDTH(5);
        WIDTH(6);
        WIDTH(7);
        WIDTH(8);
        WIDTH(9);
        WIDTH(10);
        WIDTH(11);
        WIDTH(12);
        WIDTH(13);
        WIDTH(14);
        WIDTH(15);
    default:
        add_rows(rows, group, first, n, BINS_LANES, packed);
    }
}

/* --- chunks ------------------------------------------------------------------------------------*/

/* Packed sums of a feature's bins (a multiple of LANES) into cells; the packed ones become 0. */
static void unpack(const struct histogram_form *form, size_t bins, size_t cells,
                   int64_t *restrict packed, int64_t *restrict ret)
{
    const uint64_t count_mask = ((uint64_t)1 << form->hessian_shift) - 1;
    const uint64_t low_mask = ((uint64_t)1 << form->gradient_shift) - 1;
    const unsigned up = form->gradient_shift, middle = form->hessian_shift;
    const unsigned scale = form->scale_bits;
    for (size_t b = 0; b < bins; b += LANES)
        for (size_t i = b; i < b + LANES; i++) {
            uint64_t all = (uint64_t)packed[i], n = all & count_mask;
            ret[i] += (int64_t)((all >> up) - (n << scale));
            ret[cells + i] += (int64_t)((all & low_mask) >> middle);
            ret[2 * cells + i] += (int64_t)n;
            packed[i] = 0;
        }
}

struct making {
    const struct histogram_rows *rows;
    const struct histogram_room *room;
    int64_t *ret;
    size_t cells;
    size_t each;  /* rows of a block: whole chunks */
    bool private; /* each slot adds to cells of its own */
};

static void make_block(void *context, size_t block, unsigned slot)
{
    const struct making *making = context;
    const struct bins *bins = making->rows->bins;
    int64_t *packed = making->room->packed + (size_t)slot * HISTOGRAM_PACKED;
    int64_t *ret =
        making->private ? making->room->wide + slot * HISTOGRAM_ROWS * making->cells : making->ret;
    const size_t chunk = (size_t)1 << making->rows->form->chunk_bits;
    size_t first = block * making->each;
    size_t end = making->rows->n - first < making->each ? making->rows->n : first + making->each;
    for (; first < end; first += chunk) {
        size_t n = end - first < chunk ? end - first : chunk;
        pack(making->rows, first, n, packed + BINS_LANES * STRIDE);
        for (size_t g = 0; g < bins->group_n; g++) {
            add_group(making->rows, g, first, n, packed);
            for (size_t j = 0; j < bins_width(bins, g); j++) {
                const size_t *offset = bins->offset + g * bins->width + j;
                unpack(making->rows->form, offset[1] - offset[0], making->cells,
                       packed + j * STRIDE, ret + *offset);
            }
        }
    }
}

void histogram_make(const struct histogram_rows *rows, const struct histogram_room *room,
                    const struct cluster *cluster, int64_t *ret)
{
    const size_t cells = histogram_cells(rows->bins), all = HISTOGRAM_ROWS * cells;
    unsigned slots = rows->n < ROWS_FOR_THREADS ? 1 : cluster_slots(cluster);
    struct making making = {rows,     room, ret, cells, slots > 1 ? ROWS_FOR_THREADS : rows->n,
                            slots > 1};
    memset(ret, 0, all * sizeof *ret);
    if (slots > 1)
        memset(room->wide, 0, slots * all * sizeof *room->wide);
    if (rows->n)
        cluster_run(&(struct cluster){.threads = slots}, (rows->n + making.each - 1) / making.each,
                    make_block, &making);
    for (size_t s = 0; s < slots && slots > 1; s++)
        for (size_t i = 0; i < all; i++)
            ret[i] += room->wide[s * all + i];
    if (!rows->form->word_bits)
        memcpy(ret + cells, ret + 2 * cells, cells * sizeof *ret);
    cluster_sum(cluster, ret, all);
}

void histogram_make_plain(const struct histogram_rows *rows, int64_t *ret)
{
    const struct bins *bins = rows->bins;
    const struct histogram_form *form = rows->form;
    const size_t cells = histogram_cells(bins);
    memset(ret, 0, HISTOGRAM_ROWS * cells * sizeof *ret);
    for (size_t k = 0; k < rows->n; k++) {
        size_t i = rows->row ? rows->row[k] : k;
        int32_t h = form->word_bits ? rows->word[i] & ((1 << form->word_bits) - 1) : 1;
        int32_t g = rows->word[i] >> form->word_bits;
        for (size_t f = 0; f < bins->feature_n; f++) {
            size_t cell = bins->offset[f] + bins_cells(bins, f)[i * BINS_LANES];
            ret[cell] += g;
            ret[cells + cell] += h;
            ret[2 * cells + cell]++;
        }
    }
}

void histogram_take(const int64_t *restrict child, size_t cells, int64_t *restrict parent)
{
    for (size_t i = 0; i < HISTOGRAM_ROWS * cells; i += LANES)
        for (size_t j = i; j < i + LANES; j++)
            parent[j] -= child[j];
}
